// npm's certified `oidc-provider`, set up with the people and clients of the development provider, so that every
// journey also runs against a provider that nobody here wrote. Its access tokens are opaque, and its issuer has another
// host name than the dashboard, so that cookies cross sites as they do in earnest.
//
// Usage: node oidc-provider.mjs PORT DASHBOARD_URL; prints one line when it listens.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, dashboard] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const people = {
  ada: { name: 'Ada Lovelace', email: 'ada@example.org', groups: ['flui-admins', 'operators'] },
  grace: { name: 'Grace Hopper', email: 'grace@example.org', groups: ['operators'] },
  linus: { name: 'Linus Viewer', email: 'linus@example.org', groups: ['flui-viewers'] },
};

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (title, body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'flui-dashboard',
      client_secret: 'dev-secret',
      redirect_uris: [`${dashboard}/auth/callback`],
      post_logout_redirect_uris: [`${dashboard}/`],
      backchannel_logout_uri: `${dashboard}/auth/backchannel-logout`,
      backchannel_logout_session_required: true,
      // Without this the moment of the sign-in is only told when `max_age` asks for it.
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    {
      client_id: 'flui-cli',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      // Native clients may be answered at any port of the loopback address (RFC 8252, 7.3).
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ],
  async findAccount(_context, subject) {
    const login = subject.replace(/^person-/, '');
    if (!Object.hasOwn(people, login)) return undefined;
    const claims = { sub: subject, email_verified: true, preferred_username: login, ...people[login] };
    return { accountId: subject, claims: async () => claims };
  },
  claims: {
    openid: ['sub', 'groups'],
    profile: ['name', 'preferred_username'],
    email: ['email', 'email_verified'],
  },
  // Providers that dashboards meet put name and groups into the ID token; this one would keep them for userinfo.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    revocation: { enabled: true },
    backchannelLogout: { enabled: true },
    registration: { enabled: true, initialAccessToken: 'dev-registration-token' },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (context, form) => {
        const button = '<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>';
        context.body = page('Sign out?', form + button);
      },
    },
  },
  // The people need not agree to each application here, so every application gets what it asks for.
  async loadExistingGrant(context) {
    const { client, session, params, account } = context.oidc;
    const known = session.grantIdFor(client.clientId);
    const grant = (known && (await provider.Grant.find(known)))
      || new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
});

const loginPage = (client, wrong) => page('Sign in', `
  <p>for ${escaped(client)}</p>${wrong ? '<p role="alert">Login name or password is wrong.</p>' : ''}
  <form method="post">
    <label>Login name <input name="login" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Sign in</button>
    <button name="cancel" value="yes" formnovalidate>Cancel</button>
  </form>`);

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

async function interaction(request, response) {
  const { params, prompt } = await provider.interactionDetails(request, response);
  // Native clients are asked about each time; the people here agree.
  if (prompt.name === 'consent') return provider.interactionFinished(request, response, { consent: {} });
  const answer = (wrong) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(loginPage(params.client_id, wrong));
  };
  if (request.method !== 'POST') return answer(false);
  const form = await body(request);
  if (form.has('cancel')) {
    const error = { error: 'access_denied', error_description: 'the person turned back' };
    return provider.interactionFinished(request, response, error, { mergeWithLastSubmission: false });
  }
  const login = form.get('login');
  if (!Object.hasOwn(people, login) || form.get('password') !== `${login}-password`) return answer(true);
  const result = { login: { accountId: `person-${login}`, amr: ['pwd'] } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return void answer(request, response);
  interaction(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(Number(port), '127.0.0.1', () => console.log(`oidc-provider ready at ${issuer}`));
