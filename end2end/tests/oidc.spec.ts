// Signing in with a real provider of OpenID Connect, which is another site to the browser.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/page';
import { alerts, freePort } from '../fixtures/server';

const config = (port: number) => `${alerts()}
[auth.oidc]
issuer = "http://localhost:${port}"
client_id = "opsglass"
client_secret = "s3cret"
name = "Example"
role_claim = "groups"
roles = { ops = "operator" }
`;

/** The provider's own pages ask for a font; and opsglass answers 502 and 403 where it should. */
const COMPLAINTS = /localhost:\d+|fonts\.|Failed to load resource|ERR_|(502|403) .*\/login\/oidc/;

let provider: ChildProcess | undefined;

async function provide(port: number, url: string): Promise<void> {
  const script = join(__dirname, '../fixtures/provider.mjs');
  const args = [script, `${port}`, `${url}/login/oidc/callback`];
  provider = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(provider.stdout!, 'data');
}

test.afterEach(() => {
  provider?.kill();
  provider = undefined;
});

/** Signs in on the provider's pages. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
  await page.waitForURL(/^http:\/\/localhost:/);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('one signs in elsewhere, comes back to where one was going, and signs out', async ({ page, launch, allowConsole }) => {
  allowConsole(COMPLAINTS);
  await page.route(/fonts\.(googleapis|gstatic)\.com/, (route) => route.abort());
  const port = await freePort();
  const server = await launch({ config: config(port) });
  // It isn't there yet.
  await page.goto(`${server.url}/connections?range=5m`);
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
  await expect(page.getByRole('alert')).toContainText("The sign-in service can't be reached");
  await provide(port, server.url);
  await signIn(page, 'anna');
  await expect(page).toHaveURL(`${server.url}/connections?range=5m`);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  const who = await page.evaluate(async () => (await fetch('/api/session')).json());
  expect(who).toEqual({ name: 'anna', role: 'operator', local: false });
  const cookies = await page.context().cookies(server.url);
  const kept = cookies.filter((cookie) => cookie.name.startsWith('opsglass'));
  expect(kept).toMatchObject([{ name: 'opsglass', httpOnly: true, sameSite: 'Strict' }]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${server.url}/login`);
});

test('who has no role is told so, and may try again', async ({ page, launch, allowConsole }) => {
  allowConsole(COMPLAINTS);
  await page.route(/fonts\.(googleapis|gstatic)\.com/, (route) => route.abort());
  const port = await freePort();
  const server = await launch({ config: config(port) });
  await provide(port, server.url);
  await page.goto(`${server.url}/login`);
  await signIn(page, 'ben');
  await expect(page.getByRole('alert')).toHaveText('ben has no role here.');
  await expect(page.getByRole('link', { name: 'Sign in with Example' })).toBeVisible();
});
