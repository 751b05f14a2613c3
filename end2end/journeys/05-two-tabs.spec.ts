// Journey 5: one browser, two tabs.
import { expect, test } from '../fixtures.ts';

test('two tabs sign in at the same time', async ({ context, app }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  for (const page of [first, second]) {
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByLabel('Login name')).toBeVisible();
  }
  for (const page of [first, second]) {
    await app.signInAtProvider(page, 'grace');
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  }
});

test('signing out in one tab ends the other, and the back button shows nothing', async ({ context, app }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await app.signIn(first, 'grace');
  await second.goto('/keys');
  await expect(second.getByRole('heading', { level: 1, name: 'Keys' })).toBeVisible();
  await first.goto('/keys');

  await app.signOut(first);
  await second.reload();
  await expect(second.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await first.goBack();
  await expect(first.getByRole('heading', { level: 1, name: 'Keys' })).toHaveCount(0);
  expect((await context.request.get('/api/v1/auth/me')).status()).toBe(401);
});
