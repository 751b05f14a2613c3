// Journey 7: keyboard alone, 390 px, dark. Every act goes through what has the focus, and the focus can be seen.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';

test.use({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });

/** Presses Tab until this has the focus, and says that the focus shows. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline, 'the focus shows').not.toBe('none');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target}`);
}

test('a key is made by keyboard alone', async ({ page, app }) => {
  await page.goto(app.url);
  await tabTo(page, page.getByRole('button', { name: 'Sign in', exact: true }));
  await page.keyboard.press('Enter');
  await app.signInAtProvider(page, 'grace');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  const menu = page.locator('summary', { hasText: 'Menu' });
  await tabTo(page, menu);
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Keys', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Keys' })).toBeVisible();

  await tabTo(page, page.getByRole('link', { name: 'Create key', exact: true }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel('Name', { exact: true }));
  await page.keyboard.type('by-keyboard');
  const look = page.getByRole('group', { name: 'Scopes' }).getByRole('checkbox').first();
  await tabTo(page, look);
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: 'Create key', exact: true }));
  await page.keyboard.press('Enter');
  const secret = (await page.getByTestId('secret').innerText()).trim();
  expect((await app.api('/auth/me', secret)).status).toBe(200);
});
