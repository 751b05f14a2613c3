// Journey 2: `flui auth login` on a laptop, and again on the same laptop.
import os from 'node:os';
import { expect, test } from '../fixtures.ts';

test('the CLI signs in through the browser, and the key carries the name of the machine', async ({ page, app }) => {
  const context = await app.flui(['context', 'create', 'local', '--api-url', app.url, '--switch']);
  expect(context, context.stderr).toMatchObject({ code: 0 });
  const before = await app.flui(['auth', 'status']);
  expect(before.code).toBe(3);

  const login = await app.fluiLogin(page, 'grace');
  expect(login, login.stderr).toMatchObject({ code: 0 });
  const status = await app.flui(['auth', 'status', '--output', 'json']);
  expect(status, status.stderr).toMatchObject({ code: 0 });
  expect(status.stdout).toContain('grace@example.org');

  await app.signIn(page, 'grace');
  await app.visit(page, 'Sign-ins');
  await expect(page.getByText(os.hostname()).first()).toBeVisible();
});

test('a second login from one machine leaves one key', async ({ page, app }) => {
  const create = ['context', 'create', 'twice', '--api-url', app.url, '--switch'];
  expect(await app.flui(create, 'twice')).toMatchObject({ code: 0 });
  for (let round = 0; round < 2; round += 1) {
    const login = await app.fluiLogin(page, 'linus', 'twice', ['--key-name', 'one-laptop']);
    expect(login, login.stderr).toMatchObject({ code: 0 });
    // The older key ends with the first use of the newer one.
    expect(await app.flui(['auth', 'status'], 'twice')).toMatchObject({ code: 0 });
  }
  const list = await app.flui(['keys', 'list', '--output', 'json'], 'twice');
  expect(list, list.stderr).toMatchObject({ code: 0 });
  const { items } = JSON.parse(list.stdout) as { items: { name: string; state: string }[] };
  expect(items.filter(({ name, state }) => name === 'one-laptop' && state === 'live')).toHaveLength(1);
});

test('the key is dead after `flui auth logout`', async ({ page, app }) => {
  const create = ['context', 'create', 'gone', '--api-url', app.url, '--switch'];
  expect(await app.flui(create, 'gone')).toMatchObject({ code: 0 });
  expect(await app.fluiLogin(page, 'grace', 'gone')).toMatchObject({ code: 0 });
  expect(await app.flui(['auth', 'logout'], 'gone')).toMatchObject({ code: 0 });
  expect(await app.flui(['auth', 'status'], 'gone')).toMatchObject({ code: 3 });
});
