// Journey 6: the session ends while a form is open; after signing in again the form is as it was.
import type { Page } from '@playwright/test';
import { expect, test, type App } from '../fixtures.ts';

const NAME = 'deploy *prod* & "50%" (ü)';

async function fillIn(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Create key' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await page.getByLabel('Kind').selectOption('service');
  await page.getByRole('group', { name: 'Scopes' }).getByRole('checkbox').first().check();
  await page.getByLabel('Expires').selectOption('30');
}

async function expectAsItWas(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: 'Create key' })).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(NAME);
  await expect(page.getByLabel('Kind')).toHaveValue('service');
  await expect(page.getByRole('group', { name: 'Scopes' }).getByRole('checkbox').first()).toBeChecked();
  await expect(page.getByRole('group', { name: 'Scopes' }).getByRole('checkbox', { checked: true })).toHaveCount(1);
  await expect(page.getByLabel('Expires')).toHaveValue('30');
}

/** From the front page back to the form, wherever the provider asks. */
async function signInAgain(app: App, page: Page): Promise<void> {
  await expect(page.getByText('Your session has ended')).toBeVisible();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const form = page.getByRole('heading', { level: 1, name: 'Create key' });
  // A provider that still knows the browser sends it straight back.
  await expect(page.getByLabel('Login name').or(form)).toBeVisible();
  if (!(await form.isVisible())) await app.signInAtProvider(page, 'grace');
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('the session is ended from another browser under an open form', async ({ page, browser, app }) => {
      await app.signIn(page, 'grace');
      await app.visit(page, 'Keys');
      await fillIn(page);

      const elsewhere = await (await browser.newContext()).newPage();
      await app.signIn(elsewhere, 'grace');
      await app.visit(elsewhere, 'Sign-ins');
      await elsewhere.getByRole('button', { name: 'Sign out everywhere else' }).click();
      await expect(elsewhere.getByText('Signed out there')).toBeVisible();

      await page.getByRole('button', { name: 'Create key' }).click();
      await signInAgain(app, page);
      await expectAsItWas(page);
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(page.getByTestId('secret')).toHaveText(/^flui_svc_/);
      await elsewhere.context().close();
    });
  });
}

test('the provider ends the session under an open form', async ({ page, app }) => {
  test.skip(app.providerName !== 'devidp', 'only the development provider ends sessions on command');
  await app.signIn(page, 'grace');
  await app.visit(page, 'Keys');
  await fillIn(page);
  const ended = await fetch(`${app.provider.issuer}/control/end-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'grace' }),
  });
  expect(ended.status).toBe(200);
  await page.getByRole('button', { name: 'Create key' }).click();
  await signInAgain(app, page);
  await expectAsItWas(page);
});

test('a fresh sign-in asks for the password again and comes back to the filled-in form', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  const form = `/keys/new?${new URLSearchParams({ name: 'from-a-link', scopes: 'apps:look', expires: '30' })}`;
  await page.goto(`/auth/login?${new URLSearchParams({ fresh: '1', return_to: form })}`);
  await expect(page.getByLabel('Login name')).toBeVisible();
  await app.signInAtProvider(page, 'grace');
  await expect(page.getByRole('heading', { level: 1, name: 'Create key' })).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('from-a-link');
  const me = await (await page.context().request.get('/api/v1/auth/sessions')).json();
  const proven = me.items.find(({ current }: { current: boolean }) => current).authTime;
  expect(Date.now() - Date.parse(proven)).toBeLessThan(60_000);
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByTestId('secret')).toHaveText(/^flui_ci_/);
});
