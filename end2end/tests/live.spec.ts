import { chart, expect, open, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

const HEALTH = { name: 'Health' };

test('numbers move by themselves', async ({ page, server }) => {
  await open(page, server.url);
  await expect(page.locator('#cpu-usage')).toHaveText(/^\d{1,3}\.\d%$/);
  await expect(page.locator('#memory-usage')).toHaveText(/^\d{1,3}\.\d%$/);
  await expect(page.locator('#active-users')).toHaveText(/^\d+$/);
  const tiles = page.locator('.tiles');
  const before = await tiles.innerText();
  await expect.poll(() => tiles.innerText(), { timeout: 3_000 }).not.toBe(before);
});

test('every sample is shown', async ({ page, server }) => {
  await open(page, server.url);
  const age = page.getByRole('region', HEALTH).getByText(/^sample \d+(\.\d)? s old$/);
  for (let second = 0; second < 5; second += 1) {
    const seconds = Number((await age.innerText()).match(/[\d.]+/)?.[0]);
    expect(seconds).toBeLessThanOrEqual(2.5);
    await page.waitForTimeout(700);
  }
  await expect(page.getByRole('region', HEALTH)).toContainText(/up \d+/);
});

test('a page holds one connection', async ({ page, server, lineTo }) => {
  const line = await lineTo(server);
  await open(page, line.url);
  await page.waitForTimeout(3_000);
  expect(line.asked).toHaveLength(1);
  expect(line.open).toBe(1);
});

test('the stream goes on from where the page was drawn', async ({ page, server, lineTo }) => {
  const line = await lineTo(server);
  await open(page, line.url);
  expect(line.asked[0]).toMatch(/^\/api\/overview-stream\?lastEventId=[0-9a-f]{8}\.\d+&clientId=[0-9a-z]+&page=1$/);
});

test('a reload shows what was drawn before', async ({ page, server }) => {
  await server.until((snapshot) => snapshot.history.times.length >= 4);
  await open(page, server.url);
  const line = chart(page, 'CPU by mode').locator('path.chart-line').first();
  await expect(line).toHaveAttribute('d', /^M/);
  // The document as it comes, before any script: the line has as many points as the server has samples.
  const { history } = await server.snapshot();
  const [response] = await Promise.all([page.waitForResponse(`${server.url}/`), page.reload()]);
  const drawn = await page.evaluate((html) => {
    const line = new DOMParser().parseFromString(html, 'text/html').querySelector('path.chart-line[d^=M]');
    return line?.getAttribute('d') ?? '';
  }, await response.text());
  expect(drawn.split(/[A-Za-z ]+/).length).toBeGreaterThanOrEqual(Math.min(history.times.length, 3));
  await expect(line).toHaveAttribute('d', /^M/);
});

test('the range stands in the address', async ({ page, server }) => {
  await open(page, server.url);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await expect(button('15 min')).toHaveAttribute('aria-pressed', 'true');
  for (const [label, range] of [['5 min', '5m'], ['1 h', '1h'], ['15 min', '15m']] as const) {
    await button(label).click();
    await expect(button(label)).toHaveAttribute('aria-pressed', 'true');
    await expect(page).toHaveURL(`${server.url}/?range=${range}`);
    await expect(chart(page, 'CPU by mode')).toHaveAccessibleName(new RegExp(`last ${label}`));
  }
  await open(page, server.url, '/?range=1h');
  await expect(button('1 h')).toHaveAttribute('aria-pressed', 'true');
  await expect(chart(page, 'CPU by mode')).toHaveAccessibleName(/last 1 h/);
});

test('a range that cannot be read is the default one', async ({ page, server }) => {
  await open(page, server.url, '/?range=%3Cscript%3E');
  await expect(page.getByRole('button', { name: '15 min' })).toHaveAttribute('aria-pressed', 'true');
});

test('the crosshair shows one instant in all charts', async ({ page, launch }) => {
  const server = await launch({ args: ['--demo'] });
  await open(page, server.url);
  await chart(page, 'Memory').hover();
  const times = page.locator('.chart-chip');
  await expect(times).toHaveCount(5);
  expect(new Set(await times.allTextContents()).size).toBe(1);
  await page.getByRole('banner').hover();
  await expect(times).toHaveCount(0);
});

test('title and icon carry the count of firing alerts', async ({ page, launch }) => {
  const server = await launch({ config: alerts({ memory: { warning: 0.1, hold: '5s' } }) });
  await open(page, server.url);
  const { host } = await server.snapshot();
  await expect(page).toHaveTitle(`(1) ${host.name} · opsglass`, { timeout: 15_000 });
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', /alert/);
});
