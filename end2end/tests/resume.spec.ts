import { expect, logLines, marked, messages, open, pill, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

/** What the browser itself says when a connection breaks; the page has nothing to add in the console. */
const BROKEN = /\/api\/overview-stream/;

test('a server that is killed and comes back is picked up without a reload', async ({ page, launch, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  await open(page, server.url);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const color = () => page.locator('#cpu-usage').evaluate((value) => getComputedStyle(value).color);
  const lively = await color();
  const [before, after] = [marked('before'), marked('after')];
  server.appendLog(before);
  await expect(logLines(page).filter({ hasText: before })).toHaveCount(1);

  await server.kill();
  await expect(pill(page)).toContainText(/Reconnecting.*try \d+ of 10/);
  await expect(page.locator('.is-stale')).toHaveCount(1);
  await expect(page.getByRole('status')).toContainText('Connection lost');
  await expect(page.getByRole('region', { name: 'Health' })).toContainText(/Values as of \d\d:\d\d:\d\d/);
  expect(await color(), 'values that are not live are dimmed').not.toBe(lively);

  await server.start();
  await expect(pill(page)).toContainText('Live', { timeout: 30_000 });
  await expect(page.locator('.is-stale')).toHaveCount(0);
  await expect(page.getByRole('status')).toContainText('Live again');
  expect(await color()).toBe(lively);
  server.appendLog(after);
  await expect(logLines(page).filter({ hasText: after })).toHaveCount(1);
  expect(await logLines(page).filter({ hasText: before }).count()).toBeLessThanOrEqual(1);
  const tiles = page.locator('.tiles');
  const shown = await tiles.innerText();
  await expect.poll(() => tiles.innerText(), { timeout: 5_000 }).not.toBe(shown);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('a server that says good-bye is picked up again', async ({ page, launch, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  await open(page, server.url);
  await server.stop();
  await expect(pill(page)).toContainText('Reconnecting');
  await expect(page.locator('.is-stale')).toHaveCount(1);
  await server.start();
  await expect(pill(page)).toContainText('Live', { timeout: 30_000 });
  await expect(page.locator('.is-stale')).toHaveCount(0);
});

test('what happened while the line was down is all there, once', async ({ page, launch, lineTo, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  const line = await lineTo(server);
  await open(page, line.url);
  const mark = marked('missed');
  const lines = Array.from({ length: 100 }, (_, index) => `${mark} ${index}`);
  server.appendLog(lines[0]);
  await expect(logLines(page).filter({ hasText: mark })).toHaveCount(1);

  await line.cut();
  await expect(pill(page)).toContainText('Reconnecting');
  for (const text of lines.slice(1)) server.appendLog(text);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message.includes(`${mark} 99`)));
  expect((await messages(page)).filter((message) => message.includes(mark))).toHaveLength(1);

  await line.mend();
  await expect(pill(page)).toContainText(/Live.*caught up, \d+ events/, { timeout: 20_000 });
  const events = Number((await pill(page).innerText()).match(/caught up, (\d+)/)?.[1]);
  expect(events).toBeGreaterThanOrEqual(99);
  expect((await messages(page)).filter((message) => message.includes(mark))).toEqual(lines);
});

test('lines that the server no longer has are counted, where they are missing', async ({
  page,
  launch,
  lineTo,
  allowConsole,
}) => {
  allowConsole(BROKEN);
  // It remembers three hundred events, the page shows the last two hundred lines.
  const server = await launch({ config: `[hub]\nevents = 300\n${alerts()}` });
  const line = await lineTo(server);
  await open(page, line.url);
  const [mark, before] = [marked('lost'), marked('before')];
  const lines = Array.from({ length: 1_000 }, (_, index) => `${mark} ${index}`);
  server.appendLog(before);
  await expect(logLines(page).filter({ hasText: before })).toHaveCount(1);

  await line.cut();
  server.appendLog(lines.join('\n'));
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message === `${mark} 999`));
  await line.mend();
  await expect(logLines(page).last()).toContainText(`${mark} 999`, { timeout: 20_000 });
  const gap = page.locator('#logs').getByText(/[\d,]+ log lines were lost between \d\d:\d\d:\d\d and \d\d:\d\d:\d\d/);
  await expect(gap).toHaveCount(1);
  // The server has the last three hundred; it may have had to say something itself meanwhile.
  const lost = Number((await gap.innerText()).match(/[\d,]+/)?.[0].replace(',', ''));
  expect(lost).toBeGreaterThanOrEqual(700);
  expect(lost).toBeLessThanOrEqual(705);
  const shown = (await messages(page)).filter((message) => message.includes(mark));
  expect(shown).toEqual(lines.slice(-shown.length));
  // What is missing came before what is shown.
  const log = await page.locator('#logs').innerText();
  expect(log.indexOf('lost between')).toBeLessThan(log.indexOf(shown[0]));
});

test('lines that are written while the page loads are there once', async ({ page, launch }) => {
  const server = await launch();
  const mark = marked('loading');
  const lines = Array.from({ length: 150 }, (_, index) => `${mark} ${index}`);
  let next = 0;
  const writer = setInterval(() => next < lines.length && server.appendLog(lines[next++]), 20);
  try {
    await open(page, server.url);
    await expect(logLines(page).filter({ hasText: new RegExp(`${mark} 149$`) })).toHaveCount(1);
  } finally {
    clearInterval(writer);
  }
  expect((await messages(page)).filter((message) => message.includes(mark))).toEqual(lines);
});

test('one refusal does not end the stream', async ({ page, server, lineTo, allowConsole }) => {
  allowConsole(BROKEN);
  const line = await lineTo(server);
  line.refuse();
  await open(page, line.url);
  expect(line.asked).toHaveLength(2);
});

test('a server that stays away is given up after ten tries, with a button', async ({ page, launch, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  await page.clock.install();
  await open(page, server.url);
  await server.kill();
  await expect(pill(page)).toContainText('Reconnecting');
  // The waits add up to two minutes, which pass here at once.
  const wait = async () => {
    await page.clock.runFor(2_000);
    return pill(page).innerText();
  };
  await expect.poll(wait, { intervals: [50], timeout: 40_000 }).toContain('Offline');
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('Not known, offline');
  await expect(page.locator('.is-stale')).toHaveCount(1);
  await expect(page.getByRole('status')).toContainText('Offline');

  await server.start();
  await page.getByRole('region', { name: 'Health' }).getByRole('button', { name: 'Retry now' }).click();
  await expect(pill(page)).toContainText('Live');
  await expect(page.locator('.is-stale')).toHaveCount(0);
});
