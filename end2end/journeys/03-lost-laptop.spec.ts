// Journey 3: the laptop is lost; from another browser, three clicks from `/` to everything dead, and the proof.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type App, expect, test } from '../fixtures.ts';

/** Signs the command line of a machine in, and returns its key. */
async function fluiOn(app: App, page: Page, machine: string): Promise<string> {
  const create = ['context', 'create', 'main', '--api-url', app.url, '--switch'];
  expect(await app.flui(create, machine)).toMatchObject({ code: 0 });
  const login = await app.fluiLogin(page, 'grace', machine, ['--key-name', machine]);
  expect(login, login.stderr).toMatchObject({ code: 0 });
  const file = path.join(app.folder, machine, 'profiles', 'main', 'config.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { apiKey: string }).apiKey;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('three clicks end all that a lost laptop holds', async ({ browser, page, app }) => {
      // The laptop: its browser, and its command line.
      const laptop = await browser.newContext({ baseURL: app.url, javaScriptEnabled });
      const lost = await laptop.newPage();
      await app.signIn(lost, 'grace');
      const key = await fluiOn(app, lost, `lost-laptop-${javaScriptEnabled}`);
      expect((await app.api('/auth/me', key)).status).toBe(200);

      await app.signIn(page, 'grace');
      await expect(page).toHaveURL(`${app.url}/`);
      let clicks = 0;
      const click = async (target: Locator): Promise<void> => {
        clicks += 1;
        await target.click();
      };
      await click(page.getByRole('link', { name: 'Report lost', exact: true }));
      await click(page.getByRole('link', { name: os.hostname(), exact: true }));
      await expect(page.getByRole('heading', { level: 1, name: /^Report .* lost$/ })).toBeVisible();
      const here = page.getByRole('listitem').filter({ hasText: 'This one' }).getByRole('checkbox');
      await expect(here).not.toBeChecked();
      await click(page.getByRole('button', { name: 'End all of them' }));

      await expect(page.getByRole('heading', { level: 1, name: /is locked out$/ })).toBeVisible();
      expect(clicks, 'from the overview to everything dead').toBeLessThanOrEqual(3);
      await expect(page.getByTestId('ended-at')).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
      await expect(page.getByRole('table', { name: 'What ended' }).getByRole('row')).not.toHaveCount(1);
      expect((await app.api('/auth/me', key)).status).toBe(401);
      expect((await laptop.request.get('/api/v1/auth/me')).status()).toBe(401);
      // Whoever reported it goes on.
      await app.visit(page, 'Sign-ins');
      await expect(page.getByText('This one')).toBeVisible();
      await laptop.close();
    });
  });
}
