// Journey 9: an app becomes a client of the provider, signs a person in with what the page printed, and is deleted.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Page } from '@playwright/test';
import { expect, test, type App } from '../fixtures.ts';
import { freePort } from '../support/services.ts';

/** The app, as far as its users see it: it notes where their browsers come back to. */
class Wiki {
  back = '';
  readonly #server = createServer((request, response) => {
    if (request.url?.startsWith('/oauth2/callback')) this.back = request.url;
    response.writeHead(200, { 'content-type': 'text/plain' }).end('back at the app');
  });
  callback = '';

  async start(): Promise<void> {
    const port = await freePort();
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.callback = `http://127.0.0.1:${port}/oauth2/callback`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** The settings that the page prints as environment variables. */
async function printed(page: Page): Promise<Record<string, string>> {
  const text = await page.locator('#app-environment').innerText();
  return Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

/** What the provider told about itself. */
async function discovery(issuer: string): Promise<Record<string, string>> {
  return (await fetch(`${issuer}/.well-known/openid-configuration`)).json() as Promise<Record<string, string>>;
}

/** The authorization request of an app (RFC 6749, 4.1.1) with PKCE. */
function authorization(endpoint: string, env: Record<string, string>, verifier: string): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: env.OIDC_CLIENT_ID ?? '',
    redirect_uri: env.OIDC_REDIRECT_URI ?? '',
    scope: 'openid email',
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })) url.searchParams.set(name, value);
  return url.href;
}

/** The app's own sign-in, as its users meet it: gives what the ID token says. */
async function signInToApp(
  app: App,
  wiki: Wiki,
  page: Page,
  env: Record<string, string>,
): Promise<Record<string, unknown>> {
  const metadata = await discovery(env.OIDC_ISSUER ?? '');
  const verifier = randomBytes(32).toString('base64url');
  wiki.back = '';
  await page.goto(authorization(metadata.authorization_endpoint ?? '', env, verifier));
  if (page.url().startsWith(app.provider.issuer)) await app.signInAtProvider(page, 'grace');
  await expect(page.getByText('back at the app')).toBeVisible();
  const code = new URL(wiki.back, wiki.callback).searchParams.get('code') ?? '';
  const basic = [env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET].map((part) => encodeURIComponent(part ?? '')).join(':');
  const answer = await fetch(metadata.token_endpoint ?? '', {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: env.OIDC_REDIRECT_URI ?? '',
      code_verifier: verifier,
    }),
  });
  const tokens = (await answer.json()) as { id_token: string };
  expect(answer.status, JSON.stringify(tokens)).toBe(200);
  return JSON.parse(Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString());
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('an app is registered, signs somebody in, is changed and deleted', async ({ page, browser, app }) => {
      const wiki = new Wiki();
      await wiki.start();
      await app.signIn(page, 'ada');
      await page.goto('/apps/new');
      await page.getByLabel('Name', { exact: true }).fill('Wiki');
      await page.getByLabel('Redirect addresses').fill('http://wiki.example.org/cb');
      await page.getByRole('button', { name: 'Register app' }).click();
      await expect(page.getByRole('alert')).toContainText('begins with https://');
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Wiki');
      await page.getByLabel('Redirect addresses').fill(wiki.callback);
      await page.getByRole('button', { name: 'Register app' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'App registered' })).toBeVisible();
      const env = await printed(page);
      expect(env.OIDC_ISSUER).toBe(app.provider.issuer);
      expect(env.OIDC_REDIRECT_URI).toBe(wiki.callback);
      await expect(page.getByTestId('secret')).toHaveText(env.OIDC_CLIENT_SECRET ?? '');
      await expect(page.locator('#app-kubernetes')).toContainText('kind: Secret');

      const visitor = await (await browser.newContext()).newPage();
      const claims = await signInToApp(app, wiki, visitor, env);
      expect(claims).toMatchObject({ iss: app.provider.issuer, aud: env.OIDC_CLIENT_ID });

      // Twice, so that an access that the provider replaced is known to be kept.
      await page.getByRole('link', { name: 'I have saved it' }).click();
      for (const name of ['Wiki two', 'Wiki three']) {
        await page.getByRole('link', { name: 'Change' }).click();
        await page.getByLabel('Name', { exact: true }).fill(name);
        await page.getByRole('button', { name: 'Save changes' }).click();
        await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
        await expect(page.getByText('The app is changed')).toBeVisible();
      }
      await signInToApp(app, wiki, visitor, env);

      await page.getByRole('link', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete app' }).click();
      await expect(page.getByText('The app is deleted')).toBeVisible();
      await expect(page.getByText('Wiki three')).toHaveCount(0);
      const metadata = await discovery(env.OIDC_ISSUER ?? '');
      await visitor.goto(authorization(metadata.authorization_endpoint ?? '', env, 'v'.repeat(43)));
      expect(visitor.url()).not.toContain('code=');
      await expect(visitor.getByText('back at the app')).toHaveCount(0);
      await visitor.context().close();
      wiki.stop();
    });
  });
}
