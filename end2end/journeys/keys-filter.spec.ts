// The keys on a page are narrowed down while one types; without script the same field asks the server.
import { expect, test } from '../fixtures.ts';
import { createKey, keyRow } from '../support/keys.ts';

test('typing narrows the rows, and sending searches all', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  for (const name of ['Narrow-me', 'nightly']) await createKey(app, page, name);
  await app.visit(page, 'Keys');
  // Before the islands are live nobody listens to the typing.
  await page.waitForLoadState('networkidle');
  const field = page.getByRole('search', { name: 'Filter keys' }).getByLabel('Text');
  await field.fill('NARROW');
  await expect(keyRow(page, 'nightly')).toBeHidden();
  await expect(keyRow(page, 'Narrow-me')).toBeVisible();
  await expect(page.getByText(/^1 of \d+ on this page$/)).toBeVisible();
  await field.fill('');
  await expect(keyRow(page, 'nightly')).toBeVisible();
  await field.fill('night');
  await field.press('Enter');
  await expect(page).toHaveURL(/text=night/);
  await expect(keyRow(page, 'nightly')).toBeVisible();
  await expect(keyRow(page, 'Narrow-me')).toHaveCount(0);
});
