// Browser tests: each file of `journeys/` runs against both providers. `cargo xtask test --only e2e` builds what they
// start and finds the browser.
import { defineConfig } from '@playwright/test';
import type { Options } from './fixtures.ts';

const root = process.getuid?.() === 0;

export default defineConfig<object, Options>({
  testDir: 'journeys',
  // Each has a dashboard of its own. The CLI listens on the first free one of five fixed ports, so no more than five.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.FLUI_CHROMIUM || undefined,
      args: [
        // Chromium refuses its sandbox to root.
        ...(root ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'devidp', use: { provider: 'devidp' } },
    { name: 'oidc-provider', use: { provider: 'oidc-provider' } },
  ],
});
