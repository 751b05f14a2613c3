// What people do with keys on the pages, with script or without.
import { expect, type Locator, type Page } from '@playwright/test';
import type { App } from '../fixtures.ts';

/** Makes a CI key from the Keys page on, and returns its secret. */
export async function createKey(app: App, page: Page, name: string): Promise<string> {
  await app.visit(page, 'Keys');
  await page.getByRole('link', { name: 'Create key' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('group', { name: 'Scopes' }).getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Create key' }).click();
  const secret = (await page.getByTestId('secret').innerText()).trim();
  expect(secret).toMatch(/^flui_ci_[0-9A-Za-z]{49}$/);
  return secret;
}

/** The row of a key on the Keys page. */
export function keyRow(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
}

/** Revokes a key from the Keys page on, and confirms it. */
export async function revokeKey(app: App, page: Page, name: string): Promise<void> {
  await app.visit(page, 'Keys');
  const row = keyRow(page, name);
  await row.getByRole('link', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Keys' })).toBeVisible();
}
