// What holds for every page, in both themes and on both widths.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Watcher } from '../support/watcher.ts';

const PAGES = [
  '/', '/keys', '/keys/new', '/keys/calendar', '/sign-ins', '/sign-ins/lost', '/device', '/contexts', '/contexts/new',
  '/audit', '/apps', '/people', '/estate', '/apps/clients', '/apps/new', '/api/docs',
];
const WIDTHS = [390, 1280];
const THEMES = ['light', 'dark'] as const;

async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, where).toEqual([]);
}

async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content, `${where} is wider than the window`).toBeLessThanOrEqual(window ?? 0);
}

for (const colorScheme of THEMES) {
  for (const width of WIDTHS) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test('pages are accessible, complain about nothing and ask nobody else', async ({ page, app }) => {
        await page.goto('/');
        await expectAccessible(page, 'signed out');
        await expectNoSidewaysScroll(page, 'signed out');

        await app.signIn(page, 'ada');
        const watcher = new Watcher(page, app.url);
        for (const path of PAGES) {
          await page.goto(path, { waitUntil: 'networkidle' });
          await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
          await expectAccessible(page, path);
          await expectNoSidewaysScroll(page, path);
        }
        expect(watcher.complaints).toEqual([]);
        expect(watcher.strangers).toEqual([]);
      });

      test('a page that is not there says so', async ({ page, app }) => {
        await app.signIn(page, 'ada');
        const response = await page.goto('/no-such-page');
        expect(response?.status()).toBe(404);
        await expectAccessible(page, '/no-such-page');
      });
    });
  }
}

test('the signed-out page carries no script', async ({ page, app }) => {
  const text = await (await fetch(app.url)).text();
  expect(text).toContain('Sign in');
  expect(text).not.toMatch(/<script/i);
  const watcher = new Watcher(page, app.url);
  await page.goto('/', { waitUntil: 'networkidle' });
  expect([...watcher.assets].filter((url) => /\.(js|wasm)$/.test(url))).toEqual([]);
  expect([...watcher.assets].filter((url) => url.endsWith('.css'))).toHaveLength(1);
  expect(watcher.complaints).toEqual([]);
});

test('pages are light over the wire', async ({ page, app }) => {
  await app.signIn(page, 'ada');
  for (const path of PAGES) {
    const watcher = new Watcher(page, app.url);
    await page.goto(path, { waitUntil: 'networkidle' });
    const style = await watcher.wireSize('.css');
    expect(style, `${path}: style`).toBeGreaterThan(0);
    expect(style, `${path}: style`).toBeLessThanOrEqual(12_000);
    expect(await watcher.wireSize('.js', '.wasm'), `${path}: script and wasm`).toBeLessThanOrEqual(70_000);
  }
});
