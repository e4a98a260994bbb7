import type { BrowserContext } from '@playwright/test';
import { type Page, expect, logLines, marked, messages, open, pill, test } from '../fixtures/page';
import { type Line } from '../fixtures/proxy';
import { alerts } from '../fixtures/server';

/** What the browser itself says when a connection breaks. */
const BROKEN = /\/api\/overview-stream|ERR_INTERNET_DISCONNECTED/;

async function tabs(context: BrowserContext, url: string, count: number): Promise<Page[]> {
  const pages: Page[] = [];
  while (pages.length < count) {
    const page = await context.newPage();
    await open(page, url);
    pages.push(page);
  }
  return pages;
}

/** Each of the pages shows exactly these messages of those with the mark, in that order. */
async function show(pages: Page[], mark: string, expected: string[]): Promise<void> {
  for (const [index, page] of pages.entries()) {
    const shown = async () => (await messages(page)).filter((message) => message.includes(mark));
    await expect.poll(shown, { message: `tab ${index}`, timeout: 15_000 }).toEqual(expected);
  }
}

async function live(pages: Page[]): Promise<void> {
  for (const page of pages) await expect(pill(page)).toContainText('Live', { timeout: 30_000 });
}

/** One stream, and it stays at that. */
async function oneStream(line: Line): Promise<void> {
  await expect.poll(() => line.open).toBe(1);
}

/**
 * Freezes a page as a browser does with one that nobody has looked at for long: it is told, and then nothing of it runs.
 * The browser's own command for that has no effect on a page under test, which always counts as looked at.
 */
async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await page.evaluate(() => document.dispatchEvent(new Event('freeze')));
  await session.send('Debugger.enable');
  await session.send('Debugger.pause');
  return async () => {
    await session.send('Debugger.disable');
    await page.evaluate(() => document.dispatchEvent(new Event('resume')));
  };
}

test('eight tabs are live over one stream', async ({ context, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  const pages = await tabs(context, line.url, 8);
  expect([line.open, line.asked.length]).toEqual([1, 1]);
  const mark = marked('for-all');
  server.appendLog(`${mark} 1`);
  server.appendLog(`${mark} 2`);
  await show(pages, mark, [`${mark} 1`, `${mark} 2`]);
  expect([line.open, line.asked.length]).toEqual([1, 1]);
});

test('the tab that came first may go', async ({ context, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  const [first, ...others] = await tabs(context, line.url, 3);
  const mark = marked('goes-on');
  server.appendLog(`${mark} 1`);
  await show(others, mark, [`${mark} 1`]);
  await first.close();
  server.appendLog(`${mark} 2`);
  await show(others, mark, [`${mark} 1`, `${mark} 2`]);
  expect([line.open, line.asked.length]).toEqual([1, 1]);
  // A browser without any page ends.
  const blank = await context.newPage();
  for (const page of others) await page.close();
  await expect.poll(() => line.open).toBe(0);
  await blank.close();
});

test('a tab that comes while lines are written misses none', async ({ context, page, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  await open(page, line.url);
  const mark = marked('loading');
  const lines = Array.from({ length: 150 }, (_, index) => `${mark} ${index}`);
  let next = 0;
  const writer = setInterval(() => next < lines.length && server.appendLog(lines[next++]), 20);
  try {
    const late = await tabs(context, line.url, 2);
    await show([page, ...late], mark, lines);
  } finally {
    clearInterval(writer);
  }
  expect([line.open, line.asked.length]).toEqual([1, 1]);
});

test('three tabs outlive the death of the server', async ({ context, launch, lineTo, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  const line = await lineTo(server);
  const pages = await tabs(context, line.url, 3);
  const mark = marked('outlive');
  server.appendLog(`${mark} 1`);
  await show(pages, mark, [`${mark} 1`]);
  await server.kill();
  for (const page of pages) await expect(pill(page)).toContainText(/Reconnecting.*try \d+ of 10/);
  await server.start();
  await live(pages);
  server.appendLog(`${mark} 2`);
  // It has begun anew: what it has not heard of is not in its log.
  for (const page of pages) {
    await expect(logLines(page).filter({ hasText: `${mark} 2` })).toHaveCount(1);
    expect(await logLines(page).filter({ hasText: `${mark} 1` }).count()).toBeLessThanOrEqual(1);
  }
  await oneStream(line);
});

test('three tabs make good what they missed', async ({ context, launch, lineTo, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  const line = await lineTo(server);
  const pages = await tabs(context, line.url, 3);
  const mark = marked('missed');
  const lines = Array.from({ length: 60 }, (_, index) => `${mark} ${index}`);
  await line.cut();
  for (const page of pages) await expect(pill(page)).toContainText('Reconnecting');
  server.appendLog(lines.join('\n'));
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message === `${mark} 59`));
  await line.mend();
  for (const page of pages) await expect(pill(page)).toContainText(/caught up, \d+ events/, { timeout: 20_000 });
  await show(pages, mark, lines);
  await oneStream(line);
});

test('a tab held by its reader keeps nobody, and is not left behind', async ({ context, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  const [held, moving] = await tabs(context, line.url, 2);
  await held.keyboard.press('p');
  await expect(pill(held)).toContainText('Paused');
  const mark = marked('held');
  server.appendLog(`${mark} 1`);
  await show([moving], mark, [`${mark} 1`]);
  await show([held], mark, []);
  await expect(pill(held)).toContainText(/[1-9]\d* events waiting/);
  await held.keyboard.press('p');
  await show([held], mark, [`${mark} 1`]);
  expect([line.open, line.asked.length]).toEqual([1, 1]);
});

test('a frozen tab comes back to the stream of the others', async ({ context, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  const [frozen, awake] = await tabs(context, line.url, 2);
  const thaw = await freeze(frozen);
  const mark = marked('frozen');
  const lines = Array.from({ length: 50 }, (_, index) => `${mark} ${index}`);
  server.appendLog(lines.join('\n'));
  await show([awake], mark, lines);
  await thaw();
  await live([frozen]);
  await show([frozen, awake], mark, lines);
  expect([line.open, line.asked.length]).toEqual([1, 1]);
});

test('what a frozen tab has lost is told to it alone', async ({ context, launch, lineTo }) => {
  // The server remembers three hundred events, the worker five hundred.
  const server = await launch({ config: `[hub]\nevents = 300\n${alerts()}` });
  const line = await lineTo(server);
  const [frozen, awake] = await tabs(context, line.url, 2);
  const thaw = await freeze(frozen);
  const mark = marked('lost');
  for (let batch = 0; batch < 10; batch += 1) {
    const lines = Array.from({ length: 100 }, (_, index) => `${mark} ${batch * 100 + index}`);
    server.appendLog(lines.join('\n'));
    await expect(logLines(awake).last()).toContainText(`${mark} ${batch * 100 + 99}`);
  }
  await thaw();
  const gap = (page: Page) => page.locator('#logs').getByText(/[\d,]+ log lines were lost between/);
  await expect(gap(frozen)).toHaveCount(1, { timeout: 15_000 });
  await expect(logLines(frozen).last()).toContainText(`${mark} 999`);
  await expect(gap(awake)).toHaveCount(0);
  const shown = (await messages(awake)).filter((message) => message.includes(mark));
  expect(new Set(shown).size).toBe(shown.length);
  // It had a stream of its own until it was where the other is.
  expect(line.asked.length).toBeGreaterThan(1);
  await oneStream(line);
  server.appendLog(`${mark} last`);
  for (const page of [frozen, awake]) await expect(logLines(page).filter({ hasText: `${mark} last` })).toHaveCount(1);
});

test('a tab that slept over a restart starts afresh beside the others', async ({
  context,
  launch,
  lineTo,
  allowConsole,
}) => {
  allowConsole(BROKEN);
  const server = await launch();
  const line = await lineTo(server);
  const [frozen, awake] = await tabs(context, line.url, 2);
  const thaw = await freeze(frozen);
  await server.kill();
  await expect(pill(awake)).toContainText('Reconnecting');
  await server.start();
  await live([awake]);
  await thaw();
  await live([frozen, awake]);
  await oneStream(line);
  const mark = marked('afresh');
  server.appendLog(mark);
  await show([frozen, awake], mark, [mark]);
});

test('a page that is left and come back to has one stream', async ({ page, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  await open(page, line.url);
  await page.goto('about:blank');
  await expect.poll(() => line.open).toBe(0);
  const mark = marked('away');
  server.appendLog(mark);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message === mark));
  await page.goBack();
  await live([page]);
  await show([page], mark, [mark]);
  await oneStream(line);
});

test('a page that is put away and taken out again has one stream', async ({ page, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  await open(page, line.url);
  const turn = (name: string) =>
    page.evaluate((name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })), name);
  await turn('pagehide');
  await expect.poll(() => line.open).toBe(0);
  const mark = marked('away');
  server.appendLog(mark);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message === mark));
  await turn('pageshow');
  await turn('pageshow');
  await live([page]);
  await show([page], mark, [mark]);
  expect([line.open, line.asked.length]).toEqual([1, 2]);
});

test('a device that was offline has one stream again', async ({ context, launch, lineTo, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  const line = await lineTo(server);
  const pages = await tabs(context, line.url, 2);
  await context.setOffline(true);
  await line.cut();
  for (const page of pages) await expect(pill(page)).toContainText('Offline');
  const mark = marked('offline');
  server.appendLog(mark);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message === mark));
  await line.mend();
  await context.setOffline(false);
  await live(pages);
  await show(pages, mark, [mark]);
  await oneStream(line);
});

test('a stream that falls silent is taken up again after the last event', async ({ context, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  const pages = await tabs(context, line.url, 2);
  const mark = marked('silence');
  server.appendLog(`${mark} 1`);
  await show(pages, mark, [`${mark} 1`]);
  line.mute();
  for (const page of pages) await expect(pill(page)).toContainText('Reconnecting', { timeout: 15_000 });
  server.appendLog(`${mark} 2`);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message === `${mark} 2`));
  line.unmute();
  await live(pages);
  await show(pages, mark, [`${mark} 1`, `${mark} 2`]);
  await oneStream(line);
  const [first, ...later] = line.asked.map((path) => Number(/\.(\d+)(?:&|$)/.exec(path)?.[1]));
  expect(later.length).toBeGreaterThan(0);
  for (const cursor of later) expect(cursor).toBeGreaterThan(first);
});

const WITHOUT: [string, () => void][] = [
  ['has none', () => Reflect.deleteProperty(window, 'SharedWorker')],
  ['starts none', () => Object.assign(window, { SharedWorker: class { port = new MessageChannel().port1; } })],
];

for (const [what, prepare] of WITHOUT) {
  test(`a browser that ${what}: each tab has a stream of its own`, async ({ context, launch, lineTo, allowConsole }) => {
    allowConsole(BROKEN);
    const server = await launch();
    const line = await lineTo(server);
    await context.addInitScript(prepare);
    const pages = await tabs(context, line.url, 2);
    expect(line.open).toBe(2);
    const mark = marked('own');
    server.appendLog(`${mark} 1`);
    await show(pages, mark, [`${mark} 1`]);
    await line.cut();
    for (const page of pages) await expect(pill(page)).toContainText('Reconnecting');
    server.appendLog(`${mark} 2`);
    await line.mend();
    await live(pages);
    await show(pages, mark, [`${mark} 1`, `${mark} 2`]);
  });
}
