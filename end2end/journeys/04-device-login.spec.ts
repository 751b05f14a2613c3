// Journey 4: a server over SSH, and a browser elsewhere.
import { type App, expect, type Outcome, test } from '../fixtures.ts';

/** `flui auth login --headless` on a server: the code it shows, and what it does in the end. */
async function headless(app: App, home: string): Promise<{ code: string; ended: Promise<Outcome> }> {
  const create = ['context', 'create', 'main', '--api-url', app.url, '--switch'];
  expect(await app.flui(create, home)).toMatchObject({ code: 0 });
  let told: (code: string) => void = () => {};
  const shown = new Promise<string>((resolve) => (told = resolve));
  const ended = app.flui(['auth', 'login', '--headless', '--key-name', home], home, (stderr) => {
    const found = /Code: (\S+)\s/.exec(stderr)?.[1];
    if (found) told(found);
  });
  const first = await Promise.race([shown, ended]);
  if (typeof first !== 'string') throw new Error(first.stderr);
  return { code: first, ended };
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });
    const tail = javaScriptEnabled ? 'a' : 'b';

    test('a wrong code is told, the right one is approved', async ({ page, app }) => {
      const server = `approved-${tail}`;
      const { code, ended } = await headless(app, server);
      await app.signIn(page, 'grace');
      await page.goto('/device');
      await page.getByLabel('Code').fill('BBBB-BBBB');
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByRole('alert')).toContainText('No login waits with this code');
      await expect(page.getByLabel('Code')).toHaveValue('BBBB-BBBB');

      await page.getByLabel('Code').fill(code.toLowerCase());
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(page.url()).not.toContain(code);
      await expect(page.getByText(server, { exact: true })).toBeVisible();
      await page.getByRole('button', { name: 'Approve' }).click();
      await expect(page.getByRole('status').filter({ hasText: 'Approved.' })).toBeVisible();
      expect(await ended).toMatchObject({ code: 0 });
      const status = await app.flui(['auth', 'status', '--output', 'json'], server);
      expect(status.stdout).toContain('grace@example.org');
      await app.visit(page, 'Sign-ins');
      await expect(page.getByText(server, { exact: true }).first()).toBeVisible();

      // A code is good once.
      await page.goto('/device');
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByRole('alert')).toContainText('It may have expired');
    });

    test('a login that was not me gets nothing', async ({ page, app }) => {
      const { code, ended } = await headless(app, `denied-${tail}`);
      await app.signIn(page, 'linus');
      await page.goto('/device');
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'This was not me' }).click();
      await expect(page.getByRole('status').filter({ hasText: 'Turned away' })).toBeVisible();
      expect(await ended).toMatchObject({ code: 4 });
      expect(await app.flui(['auth', 'status'], `denied-${tail}`)).toMatchObject({ code: 3 });
    });
  });
}
