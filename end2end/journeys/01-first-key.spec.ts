// Journey 1: first sign-in, empty Overview, a CI key, a call with it, and its end.
import { expect, test } from '../fixtures.ts';
import { createKey, keyRow, revokeKey } from '../support/keys.ts';

test('a person makes a key, calls the API with it and revokes it', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  await expect(page.getByText('flui auth login')).toBeVisible();

  const secret = await createKey(app, page, 'first-key');
  const answer = await app.api('/auth/me', secret);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ signIn: { kind: 'ci', name: 'first-key' } });

  await revokeKey(app, page, 'first-key');
  expect((await app.api('/auth/me', secret)).status).toBe(401);
  await expect(keyRow(page, 'first-key').getByRole('link', { name: 'Revoke' })).toHaveCount(0);
});

test('the secret is shown once', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  const secret = await createKey(app, page, 'shown-once');
  await app.visit(page, 'Keys');
  await expect(keyRow(page, 'shown-once')).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  expect(page.url()).not.toContain(secret);
  // The answer to a form is not kept, so the browser has nothing to go back to and says so with an error of its own.
  await page.goBack().catch(() => {});
  expect(await page.content()).not.toContain(secret);
});
