// What journeys start from: `app`, a dashboard of their own with its database and provider.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { startProvider, type Provider, type ProviderName } from './support/providers.ts';
import { environment, freePort, type Outcome, programs, run, Service, site } from './support/services.ts';

export { expect };
export type { Outcome };

/** Options of a project. */
export interface Options {
  provider: ProviderName;
}

/** People of both providers; each password is the name with `-password`. */
export type Person = 'ada' | 'grace' | 'linus';

const signOut = { name: 'Sign out', exact: true } as const;

/** A dashboard with everything it needs. */
export class App {
  constructor(
    readonly url: string,
    readonly provider: Provider,
    readonly providerName: ProviderName,
    readonly folder: string,
    readonly server: Service,
  ) {}

  /** Ends it and its provider, and removes its files. */
  async stop(): Promise<void> {
    await this.server.stop();
    await this.provider.service.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Signs a person in, from the signed-out page to the Overview. */
  async signIn(page: Page, person: Person): Promise<void> {
    await page.goto(this.url);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const overview = page.getByRole('heading', { level: 1, name: 'Overview' });
    // A provider that knows the browser already does not ask again.
    await expect(page.getByLabel('Login name').or(overview)).toBeVisible();
    if (!(await overview.isVisible())) await this.signInAtProvider(page, person);
    await expect(overview).toBeVisible();
  }

  /** Fills in the provider's own page. */
  async signInAtProvider(page: Page, person: Person): Promise<void> {
    await expect(page).toHaveURL((url) => url.href.startsWith(this.provider.issuer));
    await page.getByLabel('Login name').fill(person);
    await page.getByLabel('Password').fill(`${person}-password`);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Signs out by the user menu, and says yes where the provider asks once more. */
  async signOut(page: Page): Promise<void> {
    const menu = page.getByTestId('user-menu');
    await menu.locator('summary').click();
    await menu.getByRole('button', signOut).click();
    const signedOut = page.getByRole('button', { name: 'Sign in', exact: true });
    const question = page.getByRole('button', signOut);
    await expect(signedOut.or(question)).toBeVisible();
    if (page.url().startsWith(this.provider.issuer)) await question.click();
    await expect(signedOut).toBeVisible();
  }

  /** Goes to a page by the navigation. */
  async visit(page: Page, place: 'Overview' | 'Keys' | 'Sign-ins' | 'Contexts' | 'Audit log'): Promise<void> {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: place })).toBeVisible();
  }

  /** Calls the API, with a key when one is given. */
  api(route: string, key?: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (key) headers.set('authorization', `Bearer ${key}`);
    return fetch(`${this.url}/api/v1${route}`, { ...init, headers, redirect: 'manual' });
  }

  /** Runs the CLI with its own folder for files; `home` tells several machines apart. */
  flui(args: string[], home = 'laptop', heard?: (stderr: string) => void): Promise<Outcome> {
    const env = environment({ FLUI_HOME: path.join(this.folder, home), NO_COLOR: '1' });
    return run(path.join(programs, 'flui'), args, env, heard);
  }

  /**
   * `flui auth login`, with `page` as the browser. Returns what the CLI did once it has ended; the page shows what
   * the CLI answered the browser.
   */
  async fluiLogin(page: Page, person: Person, home = 'laptop', args: string[] = []): Promise<Outcome> {
    let told: (address: string) => void = () => {};
    const address = new Promise<string>((resolve) => (told = resolve));
    const ended = this.flui(['auth', 'login', '--no-browser', ...args], home, (stderr) => {
      const found = /https?:\/\/\S*code_challenge=\S+(?=\s)/.exec(stderr)?.[0];
      if (found) told(found);
    });
    const first = await Promise.race([address, ended]);
    if (typeof first !== 'string') return first;
    await page.goto(first);
    if (page.url().startsWith(this.provider.issuer)) await this.signInAtProvider(page, person);
    return ended;
  }
}

/** Starts a dashboard on a free port; `more` may write into its folder, and sets further variables. */
export async function startApp(
  providerName: ProviderName,
  more: (folder: string) => Promise<Record<string, string>> = async () => ({}),
): Promise<App> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'flui-end2end-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const provider = await startProvider(providerName, url);
  const server = new Service(path.join(programs, 'flui-dashboard'), ['serve'], environment({
    FLUI_PUBLIC_URL: url,
    FLUI_LISTEN: new URL(url).host,
    FLUI_STATE_DIR: folder,
    FLUI_DATABASE_URL: 'sqlite:flui.db',
    FLUI_SITE_DIR: site,
    FLUI_OIDC_ISSUER: provider.issuer,
    FLUI_OIDC_CLIENT_ID: 'flui-dashboard',
    FLUI_OIDC_CLIENT_SECRET: 'dev-secret',
    FLUI_OIDC_CLI_CLIENT_ID: 'flui-cli',
    FLUI_ADMIN_ROLES: 'flui-admins',
    FLUI_READONLY_ROLES: 'flui-viewers',
    FLUI_OIDC_REGISTRATION_TOKEN: 'dev-registration-token',
    FLUI_SEALING_KEYS: `end2end:${randomBytes(32).toString('base64')}`,
    ...(await more(folder)),
  }));
  const app = new App(url, provider, providerName, folder, server);
  try {
    await server.ready(`${url}/readyz`);
  } catch (error) {
    await app.stop();
    throw error;
  }
  return app;
}

export const test = base.extend<{ serverLog: void }, Options & { app: App }>({
  provider: ['devidp', { option: true, scope: 'worker' }],

  app: [
    async ({ provider }, use) => {
      const app = await startApp(provider);
      await use(app).finally(() => app.stop());
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  // What the dashboard logged stands beside a failed test.
  serverLog: [
    async ({ app }, use, information) => {
      await use();
      if (information.status !== information.expectedStatus) {
        await information.attach('dashboard.log', { body: app.server.output, contentType: 'text/plain' });
      }
    },
    { auto: true },
  ],

  // `page.goto('/keys')` means this worker's dashboard.
  baseURL: async ({ app }, use) => use(app.url),
});
