// Pages are forms and links: all of it works while the script is still on its way, as over a bad line.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { keyRow } from '../support/keys.ts';

/** Lets script and wasm wait for ever. Returns those that the page asked for. */
async function holdScript(page: Page): Promise<string[]> {
  const held: string[] = [];
  await page.route(/\/pkg\/.*\.(js|wasm)$/, (route) => void held.push(route.request().url()));
  return held;
}

async function expectPage(page: Page, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

test('each page does what it is for before its script has come', async ({ page, app }) => {
  const held = await holdScript(page);
  await app.signIn(page, 'ada');
  expect(held.length, 'the page has script, and it was held').toBeGreaterThan(0);

  await app.visit(page, 'Keys');
  await page.getByRole('link', { name: 'Create key' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('before-wasm');
  await page.getByRole('button', { name: 'Read only' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('before-wasm');
  await page.getByRole('button', { name: 'Create key', exact: true }).click();
  expect((await app.api('/auth/me', await page.getByTestId('secret').innerText())).status).toBe(200);

  await app.visit(page, 'Keys');
  await page.getByRole('searchbox', { name: 'Text' }).fill('before-wasm');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/text=before-wasm/);
  await keyRow(page, 'before-wasm').getByRole('link', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByText('The key is revoked.')).toBeVisible();

  for (const [path, press, heading] of [
    ['/sign-ins', page.getByRole('link', { name: 'Report lost' }).first(), 'Report lost'],
    ['/device', page.getByRole('button', { name: 'Continue' }), 'Device login'],
    ['/contexts/new', page.getByRole('button', { name: 'Create context' }), 'Create context'],
    ['/audit', page.getByRole('button', { name: 'Filter' }), 'Audit log'],
    ['/people', page.getByRole('button', { name: 'Filter' }), 'People'],
    ['/estate', page.getByRole('button', { name: 'Revoke selected' }), 'Revoke selected'],
    ['/apps/new', page.getByRole('button', { name: 'Register app' }), 'Register app'],
  ] as const) {
    await page.goto(path);
    const answer = page.waitForResponse((response) => response.request().isNavigationRequest());
    await press.click();
    await answer;
    await expectPage(page, heading);
  }

  const menu = page.getByTestId('user-menu');
  await menu.locator('summary').click();
  await menu.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.signOut(page);
});
