// Two apps on hosts of their own, one behind nginx and one behind Caddy, set up by the very text of the guides.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { get } from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import { environment, freePort, pause, run, Service } from './services.ts';

const guides = path.resolve(import.meta.dirname, '../../docs');

/** An app behind a proxy. */
export interface ProxiedApp {
  name: string;
  /** `https://wiki.localhost:PORT` */
  url: string;
  port: number;
}

/** Two apps that are to be. */
export async function planApps(): Promise<[ProxiedApp, ProxiedApp]> {
  const plan = async (name: string): Promise<ProxiedApp> => {
    const port = await freePort();
    return { name, url: `https://${name.toLowerCase()}.localhost:${port}`, port };
  };
  return [await plan('Wiki'), await plan('Git')];
}

/** The dashboard's configuration of these apps. */
export function appsToml(apps: ProxiedApp[]): string {
  const tables = apps.map(({ name, url }) => `
[[apps]]
name = "${name}"
host = "${new URL(url).host}"
rules = [{ path = "/", role = "user" }, { path = "/api", scope = "apps:look" }]
`);
  return `trusted_proxies = ["127.0.0.1/32"]\n${tables.join('')}`;
}

/** The status that a program gets. Chromium finds names below localhost by itself, Node.js does not. */
export function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port, pathname, host } = new URL(url);
  return new Promise((resolve, reject) => {
    get({
      host: '127.0.0.1', port, path: pathname, headers: { ...headers, host }, servername: hostname,
      rejectUnauthorized: false,
    }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

/** Everything that stands before and behind the dashboard. */
export class Proxies {
  private constructor(
    private readonly services: Service[],
    private readonly upstream: Server,
  ) {}

  /** Starts nginx before the first app and Caddy before the second. */
  static async start(folder: string, dashboard: string, [first, second]: [ProxiedApp, ProxiedApp]): Promise<Proxies> {
    const upstream = tellingApp();
    const address = await new Promise<string>((resolve) => {
      upstream.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(upstream.address() as { port: number }).port}`));
    });
    const ours = new URL(dashboard).host;
    const services = [
      await nginx(path.join(folder, 'nginx'), first, ours, address),
      await caddy(path.join(folder, 'caddy'), second, ours, address),
    ];
    await Promise.all([first, second].map(({ port }, index) => listening(port, services[index])));
    return new Proxies(services, upstream);
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    this.upstream.close();
  }
}

/** An app that says who it was told is there, and how it was asked. */
function tellingApp(): Server {
  return createServer((request, response) => {
    const { 'remote-name': person = '', cookie = '', authorization = '' } = request.headers;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>App</title><h1>Hello ${String(person)}</h1>
      <p id="address">${request.url}</p><p id="secrets">${cookie}${authorization}</p></html>`);
  });
}

async function block(guide: string, language: string): Promise<string> {
  const text = await readFile(path.join(guides, guide), 'utf8');
  const found = new RegExp('```' + language + '\\n([^]*?)\\n```').exec(text)?.[1];
  if (found === undefined) throw new Error(`${guide} has no block of ${language}`);
  return found;
}

function filled(text: string, words: Record<string, string>): string {
  return Object.entries(words).reduce((done, [word, own]) => {
    if (!done.includes(word)) throw new Error(`the guide does not say ${word}`);
    return done.replaceAll(word, () => own);
  }, text);
}

/** A certificate that nobody knows, as `app.pem` and `app.key`. */
async function certify(folder: string, host: string): Promise<void> {
  await mkdir(folder);
  const made = await run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`,
    '-keyout', path.join(folder, 'app.key'), '-out', path.join(folder, 'app.pem'),
  ], environment({}));
  if (made.code !== 0) throw new Error(made.stderr);
}

async function nginx(folder: string, app: ProxiedApp, dashboard: string, upstream: string): Promise<Service> {
  const { hostname } = new URL(app.url);
  await certify(folder, hostname);
  const guide = filled(await block('protect-an-app-nginx.md', 'nginx'), {
    'listen 443 ssl': `listen 127.0.0.1:${app.port} ssl`,
    '127.0.0.1:3000': dashboard,
    '127.0.0.1:8080': upstream,
    '/etc/ssl/wiki.example.org.pem': path.join(folder, 'app.pem'),
    '/etc/ssl/wiki.example.org.key': path.join(folder, 'app.key'),
    'server_name wiki.example.org': `server_name ${hostname}`,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n');
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}
http {\naccess_log off;\n${temporary}\n${guide}\n}\n`);
  return new Service('nginx', ['-e', 'stderr', '-p', folder, '-c', file], environment({}));
}

async function caddy(folder: string, app: ProxiedApp, dashboard: string, upstream: string): Promise<Service> {
  const { hostname, host } = new URL(app.url);
  await certify(folder, hostname);
  const own = `${host} {\n\tbind 127.0.0.1\n\ttls ${folder}/app.pem ${folder}/app.key`;
  const guide = filled(await block('protect-an-app-caddy.md', 'caddyfile'), {
    'wiki.example.org {': own,
    '127.0.0.1:3000': dashboard,
    '127.0.0.1:8080': upstream,
  });
  const file = path.join(folder, 'Caddyfile');
  await writeFile(file, `{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n${guide}\n`);
  const env = environment({ XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder });
  return new Service('caddy', ['run', '--adapter', 'caddyfile', '--config', file], env);
}

async function listening(port: number, service: Service | undefined): Promise<void> {
  const once = (): Promise<boolean> => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(50)) if (await once()) return;
  throw new Error(`nothing listens on ${port}:\n${service?.output}`);
}
