// What holds for every page, in both themes and on both widths.
import type { Page } from '@playwright/test';
import { type App, expect, test } from '../fixtures.ts';
import { expectNoShift, expectSound, watchShifts } from '../support/checks.ts';
import { keyPath, makeContext, makeKeys, NAMES } from '../support/fill.ts';
import { Watcher } from '../support/watcher.ts';

const PAGES = [
  '/', '/keys', '/keys/new', '/keys/calendar', '/sign-ins', '/sign-ins/lost', '/device', '/contexts', '/contexts/new',
  '/audit', '/apps', '/people', '/estate', '/apps/clients', '/apps/new', '/api/docs',
];

/** Opens the pages one after the other and looks at each. */
async function expectAllSound(app: App, page: Page, paths: string[]): Promise<void> {
  await watchShifts(page);
  const watcher = new Watcher(page, app.url);
  for (const path of paths) {
    await page.goto(path, { waitUntil: 'networkidle' });
    await expectNoShift(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectSound(page, path);
  }
  expect(watcher.complaints).toEqual([]);
  expect(watcher.strangers).toEqual([]);
}

/** Addresses of the first boxes on the page, as the acts on several take them. */
async function ticked(page: Page, path: string): Promise<string> {
  await page.goto(path);
  const boxes = await page.getByRole('rowheader').getByRole('checkbox').all();
  const ids = await Promise.all(boxes.slice(0, 8).map((box) => box.getAttribute('value')));
  return ids.map((id) => `id=${id}`).join('&');
}

test.describe('in both themes, for desk and phone', () => {
  test.setTimeout(300_000);
  test.skip(({ provider }) => provider !== 'devidp', 'Pages are the same whoever proved the person.');

  test('pages with little on them are sound', async ({ page, app }) => {
    await page.goto('/');
    await expectSound(page, 'signed out');
    await app.signIn(page, 'ada');
    await expectAllSound(app, page, PAGES);
  });

  test('pages with a hundred keys and names of every kind are sound', async ({ page, browser, app }) => {
    await app.signIn(page, 'grace');
    // More than two pages of them; a person may make 120 in a minute.
    await makeKeys(app, page, 110);
    const key = await keyPath(page, NAMES.rightToLeft);
    const own = ['', '/rename', '/rotate', '/extend', '/networks', '/revoke'].map((act) => key + act);
    const several = await ticked(page, '/keys');
    const lost = await (await page.goto('/sign-ins/lost'), page.locator('.choices a').first().getAttribute('href'));
    await expectAllSound(app, page, [
      '/', '/keys', `/keys?text=nothing-is-called-so`, `/keys/revoke?${several}`, ...own, await keyPath(page, NAMES.markup),
      lost ?? '', '/audit',
    ]);

    const admin = await (await browser.newContext({ baseURL: app.url })).newPage();
    await app.signIn(admin, 'ada');
    await makeContext(app, admin, 'prod');
    const context = ['', '/edit', '/delete', '/check'].map((act) => `/contexts/prod${act}`);
    const estate = await ticked(admin, '/estate');
    await admin.goto('/people?text=grace');
    const grace = await admin.getByRole('rowheader').getByRole('link').getAttribute('href');
    await expectAllSound(app, admin, [
      '/contexts', ...context, '/people?text=nobody', grace ?? '', `${grace}/disable`, `${grace}/end`, '/estate',
      `/estate/revoke?${estate}`, `/estate/pause?${estate}`, '/estate/resume', `${key}/transfer`,
      '/audit?outcome=refused&since=2026-01-01', '/audit?action=webhook.failed',
    ]);
    await admin.context().close();
  });

  test('forms that were refused and secrets that are shown once are sound', async ({ page, app }) => {
    await app.signIn(page, 'ada');
    const made = '/keys/new?name=made&scopes=apps:look';
    for (const [path, button, status] of [
      ['/keys/new', 'Create key', 400],
      ['/contexts/new', 'Create context', 400],
      ['/apps/new', 'Register app', 400],
      ['/device', 'Continue', 400],
      ['/keys/calendar', 'Create address', 201],
      [made, 'Create key', 201],
    ] as const) {
      await page.goto(path);
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByRole('button', { name: button, exact: true }).click();
      expect((await answer).status(), path).toBe(status);
      await expect(page.getByRole('alert').or(page.getByTestId('secret'))).toBeVisible();
      await expectSound(page, `${path}, sent`);
    }
  });

  test('pages that say no are sound', async ({ page, browser, app }) => {
    const stranger = await (await browser.newContext({ baseURL: app.url })).newPage();
    await app.signIn(page, 'grace');
    for (const [whose, path, status] of [
      [page, '/no-such-page', 404],
      [page, '/contexts/new', 403],
      [page, '/keys/01930000-0000-7000-8000-000000000001', 404],
      [stranger, '/keys', 200],
      [stranger, '/auth/callback?code=x&state=y', 400],
    ] as const) {
      const response = await whose.goto(path);
      expect(response?.status(), path).toBe(status);
      await expect(whose.getByRole('heading', { level: 1 })).toHaveCount(1);
      await expectSound(whose, path);
    }
    await stranger.context().close();
  });
});

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

test('pages are light over the wire', async ({ page, app, provider }) => {
  test.skip(provider !== 'devidp', 'Pages are the same whoever proved the person.');
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
