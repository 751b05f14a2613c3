// Watches a page for what must never happen on any page.
import { request as httpRequest } from 'node:http';
import type { Page } from '@playwright/test';

/** What a page asked for and complained about since the watching began. */
export class Watcher {
  /** Errors on the console, broken content security policies and uncaught exceptions. */
  readonly complaints: string[] = [];
  /** Addresses of other origins. */
  readonly strangers: string[] = [];
  /** Addresses of the hashed files. */
  readonly assets = new Set<string>();

  constructor(page: Page, origin: string) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.origin !== origin) this.strangers.push(url.href);
      if (url.origin === origin && url.pathname.startsWith('/pkg/')) this.assets.add(url.href);
    });
  }

  /** Bytes over the wire with Brotli of the assets with these endings. */
  async wireSize(...endings: string[]): Promise<number> {
    const wanted = [...this.assets].filter((url) => endings.some((ending) => url.endsWith(ending)));
    const sizes = await Promise.all(wanted.map(brotliSize));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** Not by `fetch`, which unpacks what it gets. */
function brotliSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
      let size = 0;
      if (response.headers['content-encoding'] !== 'br') reject(new Error(`${url} comes without Brotli`));
      response.on('data', (chunk: Buffer) => (size += chunk.length));
      response.on('end', () => resolve(size));
      response.on('error', reject);
    }).on('error', reject).end();
  });
}
