import AxeBuilder from '@axe-core/playwright';
import { ANNA, signIn } from '../fixtures/doors';
import { type Page, expect, open, pill, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

const QUICK = `${alerts()}[chat]\nrate = 100000\nburst = 10000\n`;

const lines = (page: Page) => page.locator('#room-lines .room-line');
const shown = (page: Page) => page.locator('#room-lines .room-message:visible');
const found = (page: Page) => page.locator('#room-found');
const field = (page: Page) => page.getByRole('searchbox', { name: 'Search the room' });
const button = (page: Page) => page.getByRole('button', { name: 'Search the room' });

async function post(url: string, username: string, text: string): Promise<void> {
  const body = JSON.stringify({ username, text });
  const answer = await fetch(`${url}/api/chat/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBe(202);
}

async function enter(page: Page, url: string, name: string): Promise<void> {
  await open(page, url, '/chat');
  await page.getByLabel('Your name in this room').fill(name);
  await page.getByRole('button', { name: 'Come in' }).click();
  await expect(page.locator('.room-people li[data-mine] .room-name')).toHaveText(name);
  await expect(pill(page)).toContainText('Live');
}

test('lines are found, whatever their case, and marked', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  await post(server.url, 'jonas', 'The Transcode job, 16 threads');
  await post(server.url, 'priya', 'Checkout errors are back to zero');
  await post(server.url, 'jonas', 'Stopped: `systemctl stop TRANSCODE@31977`, transcode again');
  await enter(page, server.url, 'mira');
  await page.keyboard.press('/');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('transCODE');
  await expect(shown(page)).toHaveCount(2);
  await expect(found(page)).toHaveText('2 of 4');
  await expect(page.locator('#room-lines mark')).toHaveText(['Transcode', 'TRANSCODE', 'transcode']);
  await expect(shown(page).first()).toHaveAttribute('data-day', /day/);
  await field(page).fill('priya');
  await expect(shown(page)).toHaveText([/Checkout/]);
  await expect(found(page)).toHaveText('1 of 4');
  await field(page).fill('nobody said this');
  await expect(found(page)).toHaveText('0 of 4');
  await expect(shown(page)).toHaveCount(0);

  await page.keyboard.press('Escape');
  await expect(field(page)).toBeHidden();
  await expect(button(page)).toBeFocused();
  await expect(lines(page).locator('visible=true')).toHaveCount(4);
  await expect(page.locator('#room-lines mark')).toHaveCount(0);
  await expect(shown(page).last().locator('.room-text')).toHaveText('Stopped: systemctl stop TRANSCODE@31977, transcode again');
});

test('what comes meanwhile and does not match is counted, and new until it was seen', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  await post(server.url, 'jonas', 'wanted');
  await enter(page, server.url, 'mira');
  await page.evaluate(() => (document.hasFocus = () => true));
  await button(page).click();
  await field(page).fill('wanted');
  await expect(found(page)).toHaveText('1 of 2');
  await post(server.url, 'priya', 'something else');
  await expect(found(page)).toHaveText('1 of 3, 1 new without it');
  await expect(page).toHaveTitle(/^1 new · /);
  await post(server.url, 'priya', 'wanted too');
  await expect(shown(page)).toHaveText([/wanted/, /wanted too/]);
  await expect(found(page)).toHaveText('2 of 4, 1 new without it');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(shown(page)).toHaveCount(3);
  await expect(page).not.toHaveTitle(/new · /);
});

test('who writes sees what they write, and who had scrolled up is there again', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  for (let number = 0; number < 60; number += 1) await post(server.url, 'jonas', `message ${number}`);
  await enter(page, server.url, 'mira');
  const list = page.locator('#room-scroll');
  await list.evaluate((it) => (it.scrollTop = 200));
  await expect(page.locator('#room-below')).toBeVisible();
  await button(page).click();
  await field(page).fill('message 59');
  await expect(shown(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => list.evaluate((it) => it.scrollTop)).toBe(200);

  await page.keyboard.press('/');
  await field(page).fill('message 59');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('of my own');
  await page.keyboard.press('Enter');
  await expect(shown(page).last()).toContainText('of my own');
  await expect(shown(page).last()).toBeInViewport();
  await expect(field(page)).toBeHidden();
});

test('hostile texts are marked as text', async ({ page, launch }) => {
  const server = await launch({ config: QUICK });
  const text = '<img src=x onerror=boom()> İstanbul <b>bold</b> https://ok.example/<b>';
  await post(server.url, '<b>eve</b>', text);
  await enter(page, server.url, 'mira');
  page.on('dialog', () => expect(true, 'a line has run').toBe(false));
  await page.keyboard.press('/');
  for (const words of ['<b>', '<img src=x onerror=boom()>', 'ok.example', '.*', '\\', '']) {
    await field(page).fill(words);
    await expect(shown(page)).toHaveCount(['.*', '\\'].includes(words) ? 0 : 1);
  }
  await expect(shown(page).locator('.room-text')).toHaveText(text);
  await expect(page.locator('#room-lines :is(img, script, .room-text b)')).toHaveCount(0);
  // Keys that are typed are no keys of the page, and a slash in a message is one.
  await field(page).fill('');
  await page.keyboard.type('p/t?');
  await expect(field(page)).toHaveValue('p/t?');
  await expect(pill(page)).not.toContainText('Paused');
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await message.pressSequentially('/var');
  await expect(message).toHaveValue('/var');
});

test('it works while the server is away', async ({ page, launch, allowConsole }) => {
  allowConsole(/api\/chat-stream|Failed to load resource/);
  const server = await launch({ config: QUICK });
  await post(server.url, 'jonas', 'wanted');
  await post(server.url, 'jonas', 'other');
  await enter(page, server.url, 'mira');
  await server.kill();
  await expect(pill(page)).toContainText('Reconnecting');
  await page.keyboard.press('/');
  await field(page).fill('wanted');
  await expect(shown(page)).toHaveText([/wanted/]);
});

test('roles are told of who has signed in, and who sees to an alert', async ({ page, launch }) => {
  const server = await launch({ config: `${ANNA}[[rule]]\nname = 'always'\ntitle = 'Always'\nwhen = 'uptime >= 0'\n` });
  await signIn(page, server.url, '/chat');
  const me = page.locator('.room-people li[data-mine]');
  await expect(me.locator('.room-role')).toHaveText('operator');
  await expect(me.locator('.room-since')).toBeHidden();
  const firing = page.locator('.room-firing li');
  await expect(firing).toHaveText(/Always/);
  await expect(page.locator('.part-firing .card-note')).toHaveText('1 warning');
  await page.evaluate(() =>
    fetch('/api/alerts/always/ack', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"reason":"on it"}' }),
  );
  await expect(firing).toContainText('anna is on it');
});

for (const colorScheme of ['dark', 'light'] as const) {
  test(`anybody can search, at any width, ${colorScheme}`, async ({ page, launch }) => {
    await page.emulateMedia({ colorScheme });
    const server = await launch({ config: QUICK, args: ['--demo'] });
    await post(server.url, 'a name of two and thirty letters', 'a-very-long-word-'.repeat(40));
    await enter(page, server.url, 'mira');
    await expect(page.locator('.room-now .chart-spark svg')).not.toHaveCount(0);
    await page.keyboard.press('/');
    await field(page).fill('long-word');
    for (const width of [320, 375, 768, 1440, 2560]) {
      await page.setViewportSize({ width, height: 812 });
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${width} px`).toBeLessThanOrEqual(0);
    }
  });
}
