// The two OpenID providers that journeys run against, started with the same people and clients.
import path from 'node:path';
import { environment, freePort, programs, Service } from './services.ts';

/** Which provider a project runs against. */
export type ProviderName = 'devidp' | 'oidc-provider';

/** A running provider. */
export interface Provider {
  issuer: string;
  service: Service;
}

export async function startProvider(name: ProviderName, dashboard: string): Promise<Provider> {
  const port = await freePort();
  const provider = name === 'devidp' ? devidp(port, dashboard) : oidcProvider(port, dashboard);
  try {
    await provider.service.ready(`${provider.issuer}/.well-known/openid-configuration`);
  } catch (error) {
    await provider.service.stop();
    throw error;
  }
  return provider;
}

function devidp(port: number, dashboard: string): Provider {
  const args = [
    ...['--listen', `127.0.0.1:${port}`],
    ...['--redirect-uri', `${dashboard}/auth/callback`],
    ...['--post-logout-redirect-uri', `${dashboard}/`],
    ...['--backchannel-logout-uri', `${dashboard}/auth/backchannel-logout`],
    '--control',
  ];
  const service = new Service(path.join(programs, 'flui-devidp'), args, environment({}));
  return { issuer: `http://127.0.0.1:${port}`, service };
}

function oidcProvider(port: number, dashboard: string): Provider {
  const script = path.resolve(import.meta.dirname, '../providers/oidc-provider.mjs');
  const service = new Service(process.execPath, [script, String(port), dashboard], environment({}));
  return { issuer: `http://localhost:${port}`, service };
}
