// Journey 7: keyboard alone, 390 px, dark. Every act goes through what has the focus, and the focus can be seen.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { keyPath, makeKey } from '../support/fill.ts';
import { keyRow } from '../support/keys.ts';

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

/** The stops of the keyboard on the page that is open, from its beginning to its end. */
interface Walk {
  /** Where the focus stood and could not be seen. */
  unseen: string[];
  /** What can be pressed or filled in, and was not reached. */
  missed: string[];
  first: string;
}

/** Presses Tab from the beginning of the page until its end. */
async function walk(page: Page): Promise<Walk> {
  const most = await page.evaluate(() => {
    const stops = new Set<Element>();
    const walk: Walk = { unseen: [], missed: [], first: '' };
    const name = (element: Element): string => element.outerHTML.slice(0, 160);
    document.addEventListener('focusin', ({ target }) => {
      const element = target as Element;
      if (stops.size === 0) walk.first = element.textContent ?? '';
      if (stops.has(element)) return;
      stops.add(element);
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, Math.min(Math.max(top + height / 2, 0), innerHeight - 1)];
      const above = document.elementFromPoint(x, y);
      const covered = above === null || !(element.contains(above) || above.contains(element) || above.closest('label'));
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2 || covered) walk.unseen.push(name(element));
    });
    const wanted = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
      .filter((element) => element.checkVisibility() && !element.matches('[type=hidden], :disabled, [tabindex="-1"]'));
    Object.assign(window, {
      endOfWalk: () => {
        // Of a group of radio buttons the one that is chosen is a stop.
        walk.missed = wanted.filter((element) => !stops.has(element) && !element.matches('[type=radio]')).map(name);
        return walk;
      },
    });
    // A date has a stop for each of its parts.
    return wanted.length + 4 * wanted.filter((element) => element.matches('[type=date]')).length;
  });
  for (let step = 0; step <= most; step += 1) await page.keyboard.press('Tab');
  return page.evaluate(() => (window as Window & { endOfWalk?: () => Walk }).endOfWalk!());
}

test('each page is walked from its beginning to its end', async ({ page, app, provider }) => {
  test.skip(provider !== 'devidp', 'Pages are the same whoever proved the person.');
  test.setTimeout(180_000);
  await app.signIn(page, 'ada');
  await makeKey(app, page, 'walked');
  const key = await keyPath(page, 'walked');
  await page.goto('/sign-ins/lost');
  const lost = (await page.locator('.choices a').first().getAttribute('href')) ?? '';
  for (const path of [
    '/', '/keys', '/keys/new', key, `${key}/rotate`, `${key}/extend`, `${key}/networks`, `${key}/revoke`,
    `${key}/transfer`, '/keys/calendar', '/sign-ins', lost, '/device', '/contexts', '/contexts/new', '/audit', '/people',
    '/estate', '/apps/clients', '/apps/new', '/no-such-page',
  ]) {
    await page.goto(path, { waitUntil: 'networkidle' });
    const { first, unseen, missed } = await walk(page);
    if (path !== '/no-such-page') expect(first, `${path} begins with the way past the navigation`).toBe('Skip to the content');
    expect(unseen, `${path}: stops where the focus cannot be seen`).toEqual([]);
    expect(missed, `${path}: out of reach`).toEqual([]);
  }
});

test('the skip link leads past the navigation', async ({ page, app }) => {
  await app.signIn(page, 'ada');
  await page.goto('/keys/new');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link').first()).toBeFocused();
});

test('a dialog takes the focus, Escape closes it, and the focus is back where it was', async ({ page, app }) => {
  await app.signIn(page, 'grace');
  await makeKey(app, page, 'kept');
  await page.goto('/keys', { waitUntil: 'networkidle' });
  const revoke = keyRow(page, 'kept').getByRole('link', { name: 'Revoke' });
  await tabTo(page, revoke);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Revoke kept?' });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(dialog).toContainText('Last used: Never.');
  await page.keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'Revoke key' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(revoke).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The key is revoked.')).toBeVisible();
});
