import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { ANNA, BEN, signIn } from '../fixtures/doors';
import { type Page, expect, marked, open, pill, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

const GUIDE = readFileSync(join(__dirname, '../fixtures/guide-chat.html'), 'utf8');
const QUICK = `${alerts()}[chat]\nrate = 100000\nburst = 10000\n`;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const messages = (page: Page) => page.locator('#room-lines .room-message');
const notes = (page: Page) => page.locator('#room-lines .room-note');
const people = (page: Page) => page.locator('.room-people .room-name');
const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

/** Comes in under a name. */
async function enter(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/chat`);
  await expect(pill(page)).toContainText('Live');
  await page.getByLabel('Your name in this room').fill(name);
  await page.getByRole('button', { name: 'Come in' }).click();
  await expect(pill(page)).toContainText('Live');
  await expect(people(page).filter({ hasText: name })).toHaveCount(1);
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** Writes without a page. */
async function post(url: string, username: string, text: string, more: object = {}): Promise<number> {
  const body = JSON.stringify({ username, text, ...more });
  const answer = await fetch(`${url}/api/chat/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return answer.status;
}

async function other(context: BrowserContext): Promise<BrowserContext> {
  const browser = context.browser();
  if (!browser) throw new Error('there is no browser');
  return browser.newContext();
}

test('two people talk', async ({ page, context, launch }) => {
  const server = await launch({ config: QUICK });
  await enter(page, server.url, 'mira');
  const second = await other(context);
  const jonas = await second.newPage();
  await enter(jonas, server.url, 'jonas');
  await expect(people(page)).toHaveText(['jonas', 'mira']);
  await expect(notes(page).last()).toContainText('jonas joined');

  await say(page, 'CPU is climbing');
  await expect(messages(jonas).last()).toContainText('CPU is climbing');
  await expect(messages(jonas).last().locator('.room-who')).toContainText('mira');
  await expect(page.locator('.room-people li[data-mine] .room-name')).toHaveText('mira');
  await jonas.evaluate(() => document.querySelector('textarea')?.focus());
  await field(jonas).fill('one');
  await field(jonas).press('Shift+Enter');
  await field(jonas).pressSequentially('two');
  await field(jonas).press('Enter');
  await expect(messages(page).last().locator('.room-text')).toHaveText('one\ntwo', { useInnerText: true });
  await expect(field(jonas)).toHaveValue('');
  await expect(page.locator('#room-lines .room-line').first()).toHaveAttribute('data-day', /day/);
  await second.close();
  await expect(notes(page).last()).toContainText('jonas left', { timeout: 20_000 });
  await expect(people(page)).toHaveText(['mira']);
});

test('a reload neither leaves nor comes', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  await enter(page, server.url, 'mira');
  await expect(notes(page)).toHaveCount(1);
  for (let times = 0; times < 3; times += 1) {
    await page.reload();
    await expect(pill(page)).toContainText('Live');
  }
  await say(page, 'still here');
  await expect(messages(page)).toHaveCount(1);
  await expect(notes(page)).toHaveCount(1);
});

test('hostile names and texts are text', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  const name = '<img src=x onerror=boom()>';
  const text = '"><script>boom()</script> javascript:boom() <a href="javascript:boom()">x</a> https://ok.example/a"onclick=boom()';
  expect(await post(server.url, name, text)).toBe(202);
  await enter(page, server.url, '<b>mira</b>');
  await post(server.url, name, text);
  await expect(messages(page)).toHaveCount(2);
  for (const at of [0, 1]) {
    const message = messages(page).nth(at);
    await expect(message.locator('.room-name')).toHaveText(name);
    await expect(message.locator('.room-text')).toHaveText(text);
    const links = message.locator('a');
    await expect(links).toHaveCount(1);
    await expect(links).toHaveAttribute('href', 'https://ok.example/a');
    await expect(links).toHaveAttribute('rel', 'noopener noreferrer');
  }
  await expect(page.locator('#room-lines :is(img, script), #room-lines [onclick], #room-lines [onerror]')).toHaveCount(0);
  await expect(page.locator('#room-me')).toHaveText('<b>mira</b>');
  expect(await post(server.url, 'mi\u202era', 'x')).toBe(422);
});

test('what is written offline is sent once', async ({ page, context, launch, allowConsole }) => {
  allowConsole(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|api\/chat/);
  const server = await launch({ config: QUICK });
  await enter(page, server.url, 'mira');
  await context.setOffline(true);
  await say(page, 'while the line was down');
  await expect(page.locator('#room-waiting li')).toHaveText(['while the line was down']);
  await expect(page.locator('#room-said')).toContainText('waits');
  await expect(messages(page)).toHaveCount(0);
  await context.setOffline(false);
  await expect(messages(page)).toHaveText([/while the line was down/], { timeout: 20_000 });
  await expect(page.locator('#room-waiting li')).toHaveCount(0);
  await page.reload();
  await expect(messages(page)).toHaveCount(1);
});

test('what somebody has written offline is theirs, whoever reads here next', async ({ page, context, launch, allowConsole }) => {
  allowConsole(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|api\/|Failed to load resource/);
  const server = await launch({ config: ANNA + BEN });
  await signIn(page, server.url, '/chat');
  await context.setOffline(true);
  await say(page, 'between us');
  await expect(page.locator('#room-waiting li')).toHaveText(['between us']);
  // Her session is over before the line is back.
  await context.clearCookies();
  await context.setOffline(false);
  await signIn(page, server.url, '/chat', 'ben');
  await say(page, 'hello');
  await expect(messages(page)).toHaveText([/hello/]);
  await expect(page.locator('#room-waiting li')).toHaveCount(0);
  await context.clearCookies();
  await signIn(page, server.url, '/chat');
  await expect(messages(page)).toHaveText([/hello/, /between us/], { timeout: 20_000 });
  await expect(page.locator('#room-waiting li')).toHaveCount(0);
});

test('what is refused to somebody else who has signed in here is not lost', async ({ page, launch, allowConsole }) => {
  allowConsole(/api\/|Failed to load resource/);
  const server = await launch({ config: ANNA + BEN });
  await signIn(page, server.url, '/chat');
  await page.route('**/api/chat/send', (route) => route.fulfill({ status: 403, json: { message: 'not your name' } }));
  await say(page, 'written as anna');
  await expect(page.locator('#room-said')).toContainText('may not write');
  await expect(page.locator('#room-waiting li')).toHaveText(['written as anna']);
  await page.unroute('**/api/chat/send');
  await page.reload();
  await expect(messages(page)).toHaveText([/written as anna/], { timeout: 20_000 });
});

test('a message whose answer is lost is sent again, and is there once', async ({ page, launch, allowConsole }) => {
  allowConsole(/api\/chat\/send|Failed to load resource/);
  const server = await launch({ config: QUICK });
  await enter(page, server.url, 'mira');
  let lost = 0;
  await page.route('**/api/chat/send', async (route) => {
    lost += 1;
    if (lost > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await say(page, 'said once');
  await expect.poll(() => lost, { timeout: 20_000 }).toBe(2);
  await expect(page.locator('#room-waiting li')).toHaveCount(0);
  await expect(messages(page)).toHaveCount(1);
});

test('what has come meanwhile is marked and counted', async ({ page, context, launch }) => {
  const server = await launch({ config: QUICK });
  await enter(page, server.url, 'mira');
  await post(server.url, 'jonas', 'before');
  await expect(messages(page)).toHaveCount(1);
  await expect(page.locator('[data-new]')).toHaveCount(0);
  // Nobody looks.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await post(server.url, 'jonas', 'first after');
  await post(server.url, 'priya', 'second after');
  await expect(page).toHaveTitle(/^2 new · /);
  await expect(page.locator('[data-new]')).toContainText('first after');
  await expect(page.locator('[data-new]')).toHaveAttribute('data-new', /^new since \d\d:\d\d$/);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    document.hasFocus = () => true;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect(page).not.toHaveTitle(/new · /);
  await expect(page.locator('[data-new]')).toHaveCount(1);
  expect(context.pages()).toHaveLength(1);
});

test('the list stays at its foot, unless one has scrolled up', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  for (let number = 0; number < 60; number += 1) await post(server.url, 'jonas', `message ${number}`);
  await enter(page, server.url, 'mira');
  const list = page.locator('#room-scroll');
  const fromFoot = () => list.evaluate((it) => Math.round(it.scrollHeight - it.scrollTop - it.clientHeight));
  await expect.poll(fromFoot).toBeLessThan(3);
  await post(server.url, 'jonas', 'one more');
  await expect(messages(page)).toHaveCount(61);
  await expect.poll(fromFoot).toBeLessThan(3);
  await list.evaluate((it) => (it.scrollTop = 100));
  await expect(page.locator('#room-below')).toBeVisible();
  await post(server.url, 'jonas', 'unseen');
  await expect(page.locator('#room-below')).toHaveText('1 new below');
  expect(await list.evaluate((it) => it.scrollTop)).toBe(100);
  await page.locator('#room-below').click();
  await expect.poll(fromFoot).toBeLessThan(3);
  await expect(page.locator('#room-below')).toBeHidden();
});

test('a page that was away has all of it once', async ({ page, launch, allowConsole }) => {
  allowConsole(/api\/chat-stream|api\/chat\/send|Failed to load resource/);
  const server = await launch({ config: QUICK, args: ['--state-dir', 'state'] });
  await enter(page, server.url, 'mira');
  await say(page, 'kept');
  await expect(messages(page)).toHaveCount(1);
  await server.kill();
  await server.start();
  await post(server.url, 'jonas', 'while you were away');
  await expect(messages(page)).toHaveText([/kept/, /while you were away/], { timeout: 30_000 });
  await expect(people(page)).toHaveText(['mira']);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('one reads, comes in and writes', async ({ page, launch, allowConsole }) => {
    allowConsole(/csp$/);
    allowConsole(/was preloaded using link preload but not used/);
    allowConsole(/422/);
    const server = await launch({ config: QUICK });
    await post(server.url, 'jonas', 'hello');
    await page.goto(`${server.url}/chat`);
    await expect(messages(page)).toHaveText([/hello/]);
    await page.getByLabel('Your name in this room').fill('mi\u202era');
    await page.getByRole('button', { name: 'Come in' }).click();
    await expect(page.locator('#room-said')).toContainText('name: expected a name of 1 to 32 visible characters');
    await page.getByLabel('Your name in this room').fill('mira');
    await page.getByRole('button', { name: 'Come in' }).click();
    await field(page).fill('by hand');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page).toHaveURL(`${server.url}/chat`);
    await expect(messages(page)).toHaveText([/hello/, /by hand/]);
    await page.getByRole('button', { name: 'Change the name' }).click();
    await expect(page.getByLabel('Your name in this room')).toBeVisible();
  });
});

test('a form of another site is refused', async ({ launch }) => {
  const server = await launch({ config: QUICK });
  for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
    const body = new URLSearchParams({ text: 'x' });
    const answer = await fetch(`${server.url}/chat`, { method: 'POST', redirect: 'manual', body, headers });
    expect(answer.status).toBe(403);
  }
});

for (const colorScheme of ['dark', 'light'] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ page, launch }) => {
    await page.emulateMedia({ colorScheme });
    const memory = { warning: 0.1, critical: 0.2, hold: '0s' };
    const server = await launch({ config: alerts({ memory }), args: ['--demo'] });
    await enter(page, server.url, 'mira');
    await say(page, 'see https://wiki.example/a and `df -h`');
    await expect(page.locator('.room-alert').first()).toBeVisible();
    await expect(messages(page)).toHaveCount(1);
    for (const [width, height] of [[1440, 900], [375, 812]] as const) {
      await page.setViewportSize({ width, height });
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
}

test("the guide's ChatClient works unchanged", async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  await page.route('**/guide-chat.html', (route) => route.fulfill({ contentType: 'text/html', body: GUIDE }));
  await open(page, server.url, '/chat');
  await page.goto(`${server.url}/guide-chat.html`);
  await page.evaluate(() => {
    Object.assign(window, { chat: new Function('return new ChatClient("jonas")')() });
  });
  const text = marked('for-the-guide');
  await expect(page.locator('.system-message')).toHaveCount(0);
  await post(server.url, 'mira', text);
  await expect(page.locator('.message')).toContainText([`mira: ${text}`]);
  await expect(page.locator('.message small')).not.toContainText('Invalid');
  await page.evaluate(() => new Function('return chat.sendMessage("from the guide")')());
  await expect(page.locator('.message')).toHaveCount(2);
  await expect(page.locator('.message').last()).toContainText('jonas: from the guide');
  const stranger = await fetch(`${server.url}/api/chat-stream?user=priya`);
  await expect(page.locator('.system-message')).toHaveText(['priya joined the chat']);
  await stranger.body?.cancel();
  await expect(page.locator('.system-message')).toHaveText(['priya joined the chat', 'priya left the chat'], { timeout: 20_000 });
});
