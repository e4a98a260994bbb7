import AxeBuilder from '@axe-core/playwright';
import { ANNA, signIn } from '../fixtures/doors';
import { post } from '../fixtures/http';
import { type Page, expect, open, pill, test } from '../fixtures/page';
import { type Server, alerts } from '../fixtures/server';
import { match } from '../../public/palette/match.js';

const HOSTILE = '<img src=x onerror=document.title=1>';
const AXE = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Rules that any machine meets at once. */
const RULES = `${alerts()}
[[rule]]
name = 'memory-used'
title = 'Memory used'
when = 'memory > 0.1'
severity = 'critical'

[[rule]]
name = 'awake'
title = '${HOSTILE}'
when = 'uptime >= 0'

[[rule]]
name = 'old'
title = 'Old'
when = 'uptime > 1'
for = '24h'
`;

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or jump' });
const field = (page: Page) => palette(page).getByRole('combobox');
const options = (page: Page) => palette(page).getByRole('option');
const option = (page: Page, name: string | RegExp) => options(page).filter({ hasText: name });
const chosen = (page: Page) => palette(page).getByRole('option', { selected: true });
const background = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** Opens it, and waits until the server has answered. */
async function jump(page: Page): Promise<void> {
  const answered = page.waitForResponse(/\/api\/jump$/);
  await page.keyboard.press('Control+k');
  await answered;
  await expect(field(page)).toBeFocused();
}

const lines = (server: Server, entries: object[]) => post(`${server.url}/api/logs`, JSON.stringify(entries));

test('what was typed is found in names, and where', () => {
  expect(match('Logs', '')).toEqual([]);
  expect(match('Logs', 'lo')).toEqual([[0, 2]]);
  expect(match('Load', 'log')).toBeUndefined();
  expect(match('Silence Disk load…', 'LO sil')).toEqual([[0, 3], [13, 15]]);
  expect(match('file: /var/log/a+b.log', 'a+b (')).toBeUndefined();
  expect(match('file: /var/log/a+b.log', 'a+b .log')).toEqual([[15, 22]]);
  expect(match('İzmir ünit', 'ÜNIT')).toEqual([[6, 10]]);
  expect(match('aaa', 'aa a')).toEqual([[0, 2]]);
  expect(match('\u{1f600} x', '\u{1f600}')).toEqual([[0, 2]]);
});

test('by keys alone: opened, searched, chosen', async ({ page, server }) => {
  await open(page, server.url);
  await jump(page);
  await expect(chosen(page)).toContainText('Overview');
  await page.keyboard.type('LO');
  await expect(options(page).locator('mark').first()).toHaveText('Lo');
  await expect(chosen(page)).toHaveText(/^Logsgl$/);
  for (const group of ['Go to', 'Do']) await expect(palette(page).getByRole('group', { name: group })).toBeVisible();
  const found = await options(page).count();
  await expect(palette(page).locator('.palette-foot')).toContainText(`${found} results`);
  await page.keyboard.press('ArrowDown');
  await expect(chosen(page)).toContainText('Logs, errors only');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(options(page).last(), 'round the end').toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Home');
  await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('End');
  await expect(options(page).last()).toHaveAttribute('aria-selected', 'true');
  const id = await options(page).last().getAttribute('id');
  await expect(field(page)).toHaveAttribute('aria-activedescendant', id ?? '');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}/logs`);
});

test('all drawings are there', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await open(page, server.url);
  await expect(page.locator('#alerts')).toContainText('Memory used');
  await jump(page);
  await expect(option(page, 'Silence Memory used')).toHaveCount(1);
  const missing = await palette(page).locator('use').evaluateAll((uses) =>
    uses.map((use) => use.getAttribute('href') ?? '').filter((href) => !href || !document.querySelector(href)),
  );
  expect(missing).toEqual([]);
});

test('it opens in a field too, and the focus returns there', async ({ page, server }) => {
  await open(page, server.url);
  const filter = page.getByRole('searchbox').first();
  await filter.fill('sys');
  for (const keys of ['Control+k', 'Meta+k']) {
    await page.keyboard.press(keys);
    await expect(field(page)).toBeFocused();
    // The page's own keys are letters here.
    await page.keyboard.type('pt');
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
    await expect(filter).toBeFocused();
    await expect(filter).toHaveValue('sys');
  }
  await expect(pill(page)).not.toContainText('Paused');
  const button = page.getByRole('button', { name: 'Search or jump' });
  await button.click();
  await expect(field(page)).toHaveValue('');
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toBeHidden();
  await expect(button).toBeFocused();
});

test('other keys are the browser\'s', async ({ page, server }) => {
  await open(page, server.url);
  const taken = await page.evaluate(() => {
    const keys: KeyboardEventInit[] = [
      { key: 'K', ctrlKey: true, shiftKey: true },
      { key: 'k', ctrlKey: true, altKey: true },
      { key: 'k', ctrlKey: true, metaKey: true },
      { key: 'k' },
      { key: 'l', ctrlKey: true },
      { key: 'f', metaKey: true },
    ];
    const isTaken = (init: KeyboardEventInit) =>
      !document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }));
    // A browser that fills in a form tells of a key that has no name.
    document.querySelector('input')?.dispatchEvent(new Event('keydown', { bubbles: true }));
    return keys.filter(isTaken);
  });
  expect(taken).toEqual([]);
  await expect(palette(page)).toHaveCount(0);
});

test('alerts and sources, whatever they are called, are text and lead to where they are', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await lines(server, [{ message: 'one', source: HOSTILE, level: 'error' }, { message: 'two', source: HOSTILE }]);
  await lines(server, [{ message: 'of another', source: 'elsewhere' }]);
  await open(page, server.url);
  await expect(page.locator('#alerts')).toContainText('Memory used');
  await jump(page);
  await expect(option(page, 'Memory used').first()).toContainText('critical, firing');
  await expect(option(page, 'Old')).toContainText('pending');
  await expect(option(page, 'Logs, errors only')).toContainText(/\d+ lines?$/);
  await field(page).fill('onerror');
  await expect(options(page)).toHaveText([
    new RegExp(`^${HOSTILE}warning, firing$`),
    new RegExp(`^Silence ${HOSTILE}…$`),
    new RegExp(`^${HOSTILE}2 lines$`),
  ]);
  await expect(palette(page).locator('mark')).toHaveText(['onerror', 'onerror', 'onerror']);
  await expect(palette(page).locator('img')).toHaveCount(0);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.locator('#log-count')).toHaveText(/^2 of /);
  expect(new URL(page.url()).searchParams.get('source')).toBe(HOSTILE);
  await expect(pill(page)).toContainText('Live');
  await jump(page);
  await page.keyboard.type('awake');
  await expect(options(page), 'by its name').toHaveText(/^Look for/);
  await field(page).fill('<img');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}/alerts?alert=awake`);
  await expect(page).toHaveTitle(/Alerts/);
});

test('an alert is silenced where that is done', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await open(page, server.url, '/alerts');
  await expect(page.locator('.case').first()).toContainText('firing');
  await jump(page);
  await page.keyboard.type('silence mem');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}/alerts?alert=memory-used#silence`);
  await expect(pill(page)).toContainText('Live');
  const reason = page.locator('.case-silence').getByLabel('Reason');
  await expect(reason).toBeVisible();
  await expect(reason).toBeInViewport();
  await expect(page.locator('.case-silence').getByLabel('Alerts with these labels')).toHaveValue('alertname=memory-used');
});

test('what matches nothing is looked for in the log', async ({ page, launch }) => {
  const server = await launch();
  await lines(server, [{ message: 'order "a&b" failed' }]);
  await open(page, server.url, '/chat');
  await jump(page);
  await page.keyboard.type('order a&b');
  await expect(options(page)).toHaveText('Look for “order a&b” in the log');
  await expect(palette(page).locator('.palette-foot')).toContainText('No results');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Filter: words')).toHaveValue('order a&b');
  await expect(page.locator('#logs .log-entry')).toHaveCount(1);
});

test('things are done from it', async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, server.url, '/logs');
  const choose = async (typed: string) => {
    await jump(page);
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
    await expect(palette(page)).toBeHidden();
  };
  const dark = await background(page);
  await choose('dark and light');
  await expect.poll(() => background(page)).not.toBe(dark);
  await choose('pause');
  await expect(pill(page)).toContainText('Paused');
  await choose('go on');
  await expect(pill(page)).toContainText('Live');
  await choose('pause');
  await choose('newest');
  await expect(pill(page), 'as the button under the lines does').toContainText('Live');
});

test('who has signed in signs out', async ({ page, launch }) => {
  const server = await launch({ config: ANNA });
  await signIn(page, server.url);
  await jump(page);
  await page.keyboard.type('sign out');
  await expect(options(page)).toContainText('signed in as anna');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}/login`);
});

test('without the server there is what the page has', async ({ page, launch, allowConsole }) => {
  allowConsole(/\/api\/(overview-stream|jump)/);
  const server = await launch();
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, server.url);
  await server.kill();
  await expect(page.locator('.is-stale')).toHaveCount(1);
  await page.keyboard.press('Control+k');
  await expect(palette(page).getByText('The server could not be asked for alerts and log sources.')).toBeVisible();
  for (const name of ['Overview', 'Alerts', 'Logs', 'Chat', 'Connections', 'Pause']) {
    await expect(option(page, new RegExp(`^${name}`)).first()).toBeVisible();
  }
  const dark = await background(page);
  await page.keyboard.type('light');
  await page.keyboard.press('Enter');
  await expect.poll(() => background(page)).not.toBe(dark);
  await server.start();
  await expect(pill(page)).toContainText('Live', { timeout: 30_000 });
  await jump(page);
  await expect(palette(page).locator('.palette-problem')).toHaveText('');
});

for (const width of [320, 375]) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 640 }, hasTouch: true });

    test('it fits, and a finger will do', async ({ page, launch }) => {
      const server = await launch({ config: RULES });
      await lines(server, [{ message: 'long', source: `x-${'long-'.repeat(10)}` }]);
      for (const path of ['/', '/alerts', '/logs', '/chat', '/connections']) {
        await open(page, server.url, path);
        const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(await sideways(), path).toBeLessThanOrEqual(0);
        await page.getByRole('button', { name: 'Search or jump' }).tap();
        await expect(option(page, 'long-')).toHaveCount(1);
        expect(await sideways(), path).toBeLessThanOrEqual(0);
        const over = await palette(page).locator('.palette-list').evaluate((list) => list.scrollWidth - list.clientWidth);
        expect(over, path).toBeLessThanOrEqual(0);
        const box = await palette(page).boundingBox();
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
        await page.getByRole('button', { name: 'Close' }).tap();
        await expect(palette(page)).toBeHidden();
      }
      await page.getByRole('button', { name: 'Search or jump' }).tap();
      await option(page, 'long-').tap();
      await expect(page).toHaveURL(/\/logs\?source=x-long-/);
    });
  });
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('anybody can use it', async ({ page, launch }) => {
      const server = await launch({ config: RULES });
      await open(page, server.url);
      await expect(page.locator('#alerts')).toContainText('Memory used');
      for (const width of [1440, 375]) {
        await page.setViewportSize({ width, height: 812 });
        await jump(page);
        await page.keyboard.type('o');
        const { violations } = await new AxeBuilder({ page }).withTags(AXE).analyze();
        expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
        await page.keyboard.press('Escape');
      }
    });

    test('a pointer chooses and clicks, and beside it closes', async ({ page, server }) => {
      await open(page, server.url);
      await jump(page);
      await option(page, 'Connections').hover();
      await expect(chosen(page)).toContainText('Connections');
      await expect(field(page)).toBeFocused();
      await page.mouse.click(20, 300);
      await expect(palette(page)).toBeHidden();
      await expect(page).toHaveURL(`${server.url}/`);
      await jump(page);
      await option(page, 'Connections').click();
      await expect(page).toHaveURL(`${server.url}/connections`);
    });
  });
}
