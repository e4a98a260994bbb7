import { type Locator, type Page, chart, expect, open, pill, test } from '../fixtures/page';
import { get, post } from '../fixtures/http';
import { Reader } from '../fixtures/reader';
import { alerts } from '../fixtures/server';

const PATH = '/connections';
/** What the browser itself says when a connection breaks. */
const BROKEN = /\/api\/stream\/connections/;

const headline = (page: Page) => page.getByRole('region', { name: 'Health' }).locator('.health-sentence');
const followers = (page: Page) => page.locator('.part-followers tbody tr');
const named = (page: Page, name: string): Locator => followers(page).filter({ hasText: name });
const value = (page: Page, tile: string) =>
  page.locator('.tile').filter({ has: page.getByRole('heading', { name: tile }) }).locator('.live-value');

async function stats(url: string): Promise<{ streams: number; inside: number; log: { newest: string } }> {
  return JSON.parse((await get(`${url}/api/stats`)).body.toString());
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the page shows how things are now', async ({ page, launch, allowConsole }) => {
    allowConsole(/opsglass\.js csp$/);
    allowConsole(/was preloaded using link preload but not used/);
    const server = await launch();
    const reader = await Reader.open(server.port, 'deploys', 'ci-runner');
    await page.goto(server.url + PATH);
    const { streams, inside } = await stats(server.url);
    expect(streams).toBe(1);
    await expect(page).toHaveTitle(/^Connections · .* · opsglass$/);
    await expect(headline(page)).toHaveText(`All ${streams + inside} followers are live`);
    await expect(value(page, 'Followers')).toHaveText(`${streams + inside}`);
    await expect(value(page, 'Published')).toHaveText(/^\d+\.\d$/);
    await expect(named(page, 'ci-runner')).toContainText('deploys');
    await expect(named(page, 'ci-runner')).toContainText('Live');
    await expect(page.locator('.part-channels tbody tr').filter({ hasText: 'deploys' })).toHaveCount(1);
    await expect(page.locator('.strip')).toContainText('at the newest');
    await expect(page.locator('noscript > p')).toBeVisible();
    reader.leave();
  });
});

test('figures move by themselves', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url, PATH);
  const newest = page.locator('.strip-newest');
  const before = await newest.innerText();
  await expect.poll(() => newest.innerText(), { timeout: 4_000 }).not.toBe(before);
  await expect(chart(page, 'Published').locator('path.chart-line[d^="M"]')).toBeAttached({ timeout: 8_000 });
  await expect(page.locator('.moments li')).toHaveText([/^\d\d:\d\d:\d\d\s*Live$/]);
});

test('the range stands in the address', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url, PATH);
  await page.getByRole('button', { name: '1 h', exact: true }).click();
  await expect(page).toHaveURL(`${server.url}${PATH}?range=1h`);
  await expect(chart(page, 'Lag')).toHaveAccessibleName(/last 1 h/);
  await page.reload();
  await expect(page.getByRole('button', { name: '1 h', exact: true })).toHaveAttribute('aria-pressed', 'true');
});

test('who comes and goes is seen, and you are marked', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url, PATH);
  const own = page.locator('.part-followers tr[aria-current=true]');
  await expect(own).toHaveCount(1);
  await expect(own.locator('.you')).toBeVisible();
  await expect(own).toContainText('connections');
  const before = Number(await value(page, 'Followers').innerText());
  const reader = await Reader.open(server.port, 'default', 'a-script');
  await expect(named(page, 'a-script')).toHaveCount(1);
  await expect(value(page, 'Followers')).toHaveText(`${before + 1}`);
  await expect(named(page, 'a-script').locator('.you')).toBeHidden();
  reader.leave();
  await expect(named(page, 'a-script')).toHaveCount(0);
  await expect(value(page, 'Followers')).toHaveText(`${before}`);
});

test('who reads too slowly is named, and stands on the log', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url, PATH);
  const reader = await Reader.open(server.port, 'default', 'sluggish');
  reader.stall();
  for (let event = 0; event < 60; event += 1) {
    await post(`${server.url}/api/publish/default`, JSON.stringify({ text: 'x'.repeat(50_000) }));
  }
  await expect(named(page, 'sluggish')).toContainText('Slow', { timeout: 10_000 });
  await expect(followers(page).first(), 'furthest behind first').toContainText('sluggish');
  await expect(headline(page)).toHaveText(/^1 of \d+ followers is slow$/);
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('sluggish 127.0.0.1 reads');
  await expect(page.locator('.strip-mark.is-slow')).toHaveCount(1);
  await expect(page.locator('.strip-label')).toContainText(/sluggish \d+ behind/);
  reader.leave();
  await expect(headline(page)).toHaveText(/^All \d+ followers are live$/);
});

test('a server that is killed and comes back is told in the history', async ({ page, launch, allowConsole }) => {
  allowConsole(BROKEN);
  const server = await launch();
  await open(page, server.url, PATH);
  const tops = () =>
    page.locator('main section').evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().y)));
  const before = await tops();
  await server.kill();
  await expect(pill(page)).toContainText('Reconnecting');
  await expect(page.locator('.is-stale')).toHaveCount(1);
  await expect(headline(page)).toHaveText(/^Not known since \d\d:\d\d:\d\d$/);
  await expect(page.getByRole('region', { name: 'Health' })).toContainText(/Values as of \d\d:\d\d:\d\d/);
  expect(await tops(), 'nothing shifts').toEqual(before);
  await server.start();
  await expect(pill(page)).toContainText('Live', { timeout: 30_000 });
  await expect(headline(page)).toHaveText(/^All \d+ followers are live$/);
  const moments = page.locator('.moments li');
  await expect(moments).toHaveCount(3);
  await expect(moments.nth(0)).toContainText(/Live again on try \d+/);
  await expect(moments.nth(1)).toContainText('The line dropped');
  const newest = page.locator('.strip-newest');
  const shown = await newest.innerText();
  await expect.poll(() => newest.innerText(), { timeout: 4_000 }).not.toBe(shown);
});

test('a pause holds the page', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url, PATH);
  await page.keyboard.press('p');
  await expect(pill(page)).toContainText('Paused');
  const newest = page.locator('.strip-newest');
  const held = await newest.innerText();
  await page.waitForTimeout(2_500);
  expect(await newest.innerText()).toBe(held);
  await page.keyboard.press('p');
  await expect.poll(() => newest.innerText()).not.toBe(held);
});

test('two tabs share one stream', async ({ context, page, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  await open(page, line.url, PATH);
  const second = await context.newPage();
  await open(second, line.url, PATH);
  expect([line.open, line.asked.length]).toEqual([1, 1]);
  for (const tab of [page, second]) {
    await expect(tab.locator('.part-connection')).toContainText('shared with 1 more');
    await expect(tab.locator('.part-followers tr[aria-current=true]')).toHaveCount(1);
  }
});

test('what somebody calls himself is text', async ({ page, launch }) => {
  const server = await launch();
  // No name with such signs is taken; what is made up instead is shown.
  const hostile = await Reader.open(server.port, 'default', encodeURIComponent('<img src=x onerror=alert(1)>'));
  const odd = await Reader.open(server.port, 'default', 'constructor');
  await open(page, server.url, PATH);
  await expect(named(page, 'constructor')).toHaveCount(1);
  await expect(page.locator('main img')).toHaveCount(0);
  expect(await followers(page).count()).toBeGreaterThanOrEqual(4);
  hostile.leave();
  odd.leave();
});

test('alerts are counted here too, and while the page is paused', async ({ page, launch }) => {
  const server = await launch({ config: alerts({ memory: { warning: 0.1, hold: '4s' } }) });
  await open(page, server.url, PATH);
  await page.keyboard.press('p');
  await expect(page).toHaveTitle(/^\(1\) Connections · /, { timeout: 15_000 });
  await expect(page.getByRole('alert')).toContainText('Warning');
});

test('links and keys lead from page to page', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url);
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true });
  await expect(pages.getByRole('link', { name: 'Overview' })).toHaveAttribute('aria-current', 'page');
  await pages.getByRole('link', { name: 'Connections' }).click();
  await expect(page).toHaveURL(server.url + PATH);
  await expect(pages.getByRole('link', { name: 'Connections' })).toHaveAttribute('aria-current', 'page');
  await expect(pill(page)).toContainText('Live');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(pill(page)).toContainText('Live');
  await page.keyboard.press('o');
  await page.keyboard.press('c');
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(`${server.url}/`);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(server.url + PATH);
});

test('on a phone the bar at the foot leads to the page and on to another', async ({ page, launch }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  const server = await launch();
  await open(page, server.url);
  await page.getByRole('navigation').getByRole('link', { name: 'Connections' }).click();
  await expect(page).toHaveURL(server.url + PATH);
  await page.getByRole('navigation').getByRole('link', { name: 'Logs' }).click();
  await expect(page).toHaveURL(`${server.url}/logs`);
  await expect(page.locator('#logs')).toBeInViewport();
});

for (const width of [320, 375, 700, 1101, 1440, 2560]) {
  test(`${width} px: nothing is cut off at the side`, async ({ page, server }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page, server.url, PATH);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, 'the document scrolls sideways').toBeLessThanOrEqual(0);
    for (const part of ['.tile', '.strip', '.chart-card', '.part-connection', '.part-followers', '.part-channels']) {
      for (const card of await page.locator(part).all()) {
        const box = await card.boundingBox();
        expect(box?.x).toBeGreaterThanOrEqual(0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
        expect(box?.height ?? 0, part).toBeGreaterThan(50);
      }
    }
  });
}

test('any follower can be found, whether it is shown or not', async ({ page, launch }) => {
  const server = await launch();
  const readers = await Promise.all(
    Array.from({ length: 110 }, (_, index) => Reader.open(server.port, index < 109 ? 'a' : 'b', `reader-${index}`)),
  );
  await open(page, server.url, '/connections');
  const rows = page.locator('.part-followers tbody tr');
  await expect(rows.last()).toContainText(/^and \d+ more$/, { timeout: 5_000 });
  const field = page.getByRole('searchbox', { name: 'Filter followers' });
  const names = page.locator('.part-followers tbody th');
  await field.fill('live 127.0.0.1 reader-10');
  await expect(names).toHaveCount(11, { timeout: 5_000 });
  for (const name of await names.allTextContents()) expect(name).toMatch(/^reader-10\d?\D/);
  await field.fill('b -inside reader-');
  await expect(names).toHaveText([/^reader-109\D/]);
  await page.reload();
  await expect(field).toHaveValue('b -inside reader-');
  await expect(names).toHaveText([/^reader-109\D/]);
  readers[109].leave();
  await expect(rows).toHaveText(['No follower is like that.']);
  await field.fill('');
  await expect(rows.last()).toContainText(/^and \d+ more$/);
  expect(new URL(page.url()).search).toBe('');
  for (const reader of readers) reader.leave();
});
