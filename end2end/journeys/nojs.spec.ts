// Every act is a form: all of it works in a browser without script.
import { expect, test } from '../fixtures.ts';
import { createKey, keyRow, revokeKey } from '../support/keys.ts';

test.use({ javaScriptEnabled: false });

test('a person without script signs in, makes a key, revokes it and signs out', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  const secret = await createKey(app, page, 'no-script');
  expect((await app.api('/auth/me', secret)).status).toBe(200);
  await revokeKey(app, page, 'no-script');
  expect((await app.api('/auth/me', secret)).status).toBe(401);
  await expect(keyRow(page, 'no-script')).toBeVisible();
  await app.signOut(page);
});

test('a form that was filled in wrongly comes back with what was typed', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  await page.goto('/keys/new');
  await page.getByLabel('Name', { exact: true }).fill('no scopes');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('no scopes');
});
