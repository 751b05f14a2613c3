// Journey 8: one sign-in opens two apps on two hosts, one behind nginx and one behind Caddy; one sign-out closes both.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, startApp, test as base, type App } from '../fixtures.ts';
import { appsToml, planApps, Proxies, statusOf, type ProxiedApp } from '../support/apps.ts';
import { createKey, revokeKey } from '../support/keys.ts';

interface Apps {
  apps: [ProxiedApp, ProxiedApp];
}

const test = base.extend<object, Apps & { app: App }>({
  apps: [async ({}, use) => use(await planApps()), { scope: 'worker' }],

  // A dashboard that knows the apps, with the proxies before it.
  app: [
    async ({ provider, apps }, use) => {
      const app = await startApp(provider, async (folder) => {
        const file = path.join(folder, 'flui.toml');
        await writeFile(file, appsToml(apps));
        return { FLUI_CONFIG: file };
      });
      try {
        const proxies = await Proxies.start(app.folder, app.url, apps);
        await use(app).finally(() => proxies.stop());
      } finally {
        await app.stop();
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

// The certificates of the apps are of no authority.
test.use({ ignoreHTTPSErrors: true });

async function expectOpen(page: Page, person: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: `Hello ${person}` })).toBeVisible();
  // Neither our cookies nor keys are the app's affair.
  await expect(page.locator('#secrets')).toBeEmpty();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('sign in once, open two apps, sign out once, both are closed', async ({ page, app, apps }) => {
      const [wiki, git] = apps;
      await page.goto(`${wiki.url}/pages?x=1&y=%2F`);
      await app.signInAtProvider(page, 'grace');
      await expectOpen(page, 'Grace Hopper');
      expect(page.url()).toBe(`${wiki.url}/pages?x=1&y=%2F`);

      // The second opens without a question.
      await page.goto(git.url);
      await expectOpen(page, 'Grace Hopper');

      // So does the dashboard, whose launcher names both.
      await page.goto(app.url);
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Apps', exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Apps' })).toBeVisible();
      await expect(page.getByRole('listitem').filter({ hasText: 'Users and admins' })).toHaveCount(2);
      if (javaScriptEnabled) expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.getByRole('link', { name: 'Git', exact: true }).click();
      await expectOpen(page, 'Grace Hopper');

      await page.goto(app.url);
      await app.signOut(page);
      for (const { url } of apps) {
        await page.goto(url);
        await expect(page.getByLabel('Login name')).toBeVisible();
      }
    });
  });
}

test('a key passes, and after its revoke it does not', async ({ page, app, apps }) => {
  await app.signIn(page, 'grace');
  const key = await createKey(app, page, 'apps');
  const call = (): Promise<number[]> =>
    Promise.all(apps.map(({ url }) => statusOf(`${url}/api/things`, { authorization: `Bearer ${key}` })));
  expect(await call()).toEqual([200, 200]);
  await revokeKey(app, page, 'apps');
  expect(await call()).toEqual([401, 401]);
});

test('who may not open an app is told what it takes', async ({ page, app, apps }) => {
  await app.signIn(page, 'linus');
  await page.goto(apps[0].url);
  await expect(page.getByRole('heading', { level: 1, name: 'Not allowed' })).toBeVisible();
  await expect(page.getByText('Wiki is not open to you. It takes the role User.')).toBeVisible();
});
