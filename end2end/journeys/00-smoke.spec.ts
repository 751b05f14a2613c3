// The shortest way in.
import { expect, test } from '../fixtures.ts';

test('a person signs in and lands on the Overview', async ({ page, app }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Keys', exact: true })).toHaveCount(0);
  await app.signIn(page, 'ada');
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('link', { name: 'Keys', exact: true })).toBeVisible();
});

test('a person who turns back at the provider stays signed out', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\//);
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});
