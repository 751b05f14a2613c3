// Fills a dashboard until its pages are full.
import { expect, type Page } from '@playwright/test';
import type { App } from '../fixtures.ts';

/** Names that break pages which do not expect them. */
export const NAMES = {
  rightToLeft: 'מפתח 3 (ייצור)',
  arabic: 'مفتاح النشر 2',
  chinese: '部署密钥-生产环境',
  emoji: '🔑 rocket 🚀',
  markup: '<b>bold</b><script>alert(1)</script>',
  long: 'W'.repeat(64),
} as const;

/** Makes so many keys for whoever is signed in on the page, the ones with such names last. */
export async function makeKeys(app: App, page: Page, count: number): Promise<void> {
  const odd = Object.values(NAMES);
  const names = [...Array.from({ length: count - odd.length }, (_, number) => `pipeline-${number}`), ...odd];
  for (const name of names) await makeKey(app, page, name);
}

/** Makes a key by the form's request alone. */
export async function makeKey(app: App, page: Page, name: string): Promise<void> {
  const form = { name, kind: 'ci', context: '', scope: 'apps:look', expires: '30' };
  const answer = await page.request.post('/keys/new', { form, headers: { origin: app.url } });
  expect(answer.status(), name).toBe(201);
}

/** The address of the page of a key of whoever is signed in on the page. */
export async function keyPath(page: Page, name: string): Promise<string> {
  await page.goto(`/keys?${new URLSearchParams({ text: name, state: 'live' })}`);
  return (await page.getByRole('rowheader').getByRole('link').first().getAttribute('href')) ?? '';
}

/** Makes a context; whoever is signed in on the page is an admin. */
export async function makeContext(app: App, page: Page, name: string): Promise<void> {
  const form = {
    name, api_url: app.url, issuer: app.provider.issuer, description: NAMES.arabic, colour: 'red',
  };
  const answer = await page.request.post('/contexts/new', { form, headers: { origin: app.url } });
  expect(answer.status(), await answer.text()).toBe(200);
}
