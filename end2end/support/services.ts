// Programs that a test run starts beside itself, and the ports and answers it waits for.
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';

/** Folder of the binaries under test. */
export const programs = path.resolve(import.meta.dirname, '../../target/debug');
/** The site that `cargo xtask build` made. */
export const site = path.resolve(import.meta.dirname, '../../target/site');

/** A port of the loopback address that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Our own variables of the caller's environment must not reach the programs under test. */
export function environment(own: Record<string, string>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('FLUI_'));
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...own };
}

/** A running program. */
export class Service {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = '';

  constructor(program: string, args: string[], env: Record<string, string>) {
    this.#name = path.basename(args[0]?.endsWith('.mjs') ? args[0] : program);
    this.#child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-100_000);
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#child.on('error', (error) => keep(Buffer.from(String(error))));
  }

  /** Everything it has printed lately. */
  get output(): string {
    return this.#output;
  }

  /** Returns once `url` answers 200. */
  async ready(url: string): Promise<void> {
    let last = 'no answer';
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(50)) {
      if (this.#child.exitCode !== null) throw new Error(`${this.#name} has ended:\n${this.#output}`);
      const response = await fetch(url).catch((error: unknown) => {
        last = String(error);
      });
      if (response?.ok) return;
      if (response) last = `${response.status} ${await response.text()}`;
    }
    throw new Error(`${url} does not become ready (${last}):\n${this.#output}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }
}

/** What a program did. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program; `heard` gets what it has written to stderr so far, each time that grows. */
export function run(
  program: string,
  args: string[],
  env: Record<string, string>,
  heard: (stderr: string) => void = () => {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      heard(stderr);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), stdout, stderr }));
  });
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
