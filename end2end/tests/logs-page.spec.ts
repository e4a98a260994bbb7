import AxeBuilder from '@axe-core/playwright';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Locator, type Page, expect, logLines, marked, messages, open, pill, test } from '../fixtures/page';
import { get, post } from '../fixtures/http';
import { type Server, alerts } from '../fixtures/server';

const row = (page: Page, text: string): Locator => logLines(page).filter({ hasText: text });
const count = (page: Page): Locator => page.locator('#log-count');
const words = (page: Page): Locator => page.getByRole('searchbox');
const bar = (page: Page): Locator => page.locator('#log-bar');
const chip = (page: Page, level: string): Locator => page.getByRole('checkbox', { name: new RegExp(`^${level}`) });

/** Appends lines, and waits until the last of them is kept. */
async function append(server: Server, lines: string[]): Promise<void> {
  const last = marked('last-of-many');
  server.appendLog([...lines, last].join('\n'));
  await kept(server, last);
}

async function kept(server: Server, text: string): Promise<void> {
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(50)) {
    const answer = await get(`${server.url}/api/logs?limit=1&q=${text}`);
    if (answer.body.toString().includes(text)) return;
  }
  throw new Error(`${text} is not kept`);
}

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `info line ${from + n} of many`);

test.describe('looking', () => {
  test('words, levels and sources, in the address too', async ({ page, launch }) => {
    const server = await launch();
    await append(server, ['ERROR order=88213 timed out', 'INFO order=88213 captured', 'INFO healthz order=88214', 'WARN slow']);
    await post(`${server.url}/api/logs`, JSON.stringify([{ message: 'of another source', source: 'elsewhere' }]));
    await open(page, server.url, '/logs');
    await expect(row(page, 'captured')).toHaveCount(1);

    await words(page).fill('order=88213');
    await expect(logLines(page)).toHaveCount(2);
    await expect(count(page)).toHaveText(/^2 of [\d,]+ lines$/);
    await expect(logLines(page).locator('mark')).toHaveText(['order=88213', 'order=88213']);
    await chip(page, 'error').check();
    await expect(logLines(page)).toHaveCount(1);
    expect(new URL(page.url()).search).toBe('?q=order%3D88213&levels=error');

    // Whoever opens the link sees the same.
    const colleague = await page.context().newPage();
    await colleague.goto(page.url());
    await expect(logLines(colleague)).toHaveCount(1);
    await expect(words(colleague)).toHaveValue('order=88213');
    await colleague.close();

    await words(page).fill('order= -healthz');
    await chip(page, 'error').uncheck();
    await expect(logLines(page)).toHaveCount(2);
    await page.getByText('Sources', { exact: true }).click();
    await page.getByRole('group', { name: 'Only these sources' }).getByText('elsewhere').click();
    await expect(page.locator('#log-empty')).toHaveText('No line matches.');
    expect(page.url()).toContain('source=elsewhere');
    await expect(page.locator('#log-chosen')).toHaveText(/^1 of \d+$/);
    await page.getByRole('group', { name: 'Only these sources' }).getByText('elsewhere').click();
    await expect(page.locator('#log-chosen')).toHaveText(/^\d+$/);
  });

  test('a regular expression, and one that is none', async ({ page, launch }) => {
    const server = await launch();
    await append(server, ['took 17 ms', 'took 1700 ms', 'took a while']);
    await open(page, server.url, '/logs');
    await page.getByLabel('Regular expression').check();
    await words(page).fill('took \\d{3,} ms');
    await expect(logLines(page)).toHaveCount(1);
    await expect(row(page, '1700').locator('mark')).toHaveText('took 1700 ms');
    await words(page).fill('took (');
    await expect(page.locator('#log-problem')).toContainText('regular expression');
    await expect(words(page)).toHaveAttribute('aria-invalid', 'true');
    await words(page).fill('took [a-z]');
    await expect(page.locator('#log-problem')).toBeHidden();
    await expect(logLines(page)).toHaveText([/took a while/]);
  });

  test('what comes later is looked through as well', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url, '/logs?q=wanted');
    const [wanted, other] = [marked('wanted'), marked('other')];
    await append(server, [other, wanted]);
    await expect(row(page, wanted)).toHaveCount(1);
    await expect(row(page, other)).toHaveCount(0);
  });

  test('a line that comes after a pause is asked for at once', async ({ page, launch }) => {
    const server = await launch();
    // Without the turn of each second: what comes is what the server has told of.
    await page.addInitScript(() => {
      const every = window.setInterval;
      window.setInterval = ((run: () => void, ms: number) =>
        new Error().stack?.includes('/logs.js') ? 0 : every(run, ms)) as typeof setInterval;
    });
    await open(page, server.url, '/logs');
    for (let n = 0; n < 3; n += 1) {
      const line = marked('alone');
      server.appendLog(line);
      await expect(row(page, line)).toHaveCount(1);
    }
  });

  test('hostile lines are text', async ({ page, launch }) => {
    const server = await launch();
    const hostile = `<img src=x onerror=alert(1)></div></script><script>alert(2)</script>'"&amp; ${marked('html')}`;
    await append(server, [hostile]);
    page.on('dialog', () => expect(true, 'a line has run').toBe(false));
    await open(page, server.url, `/logs?q=${encodeURIComponent('script "<img" x')}`);
    await expect(row(page, 'onerror').locator('.message')).toHaveText(hostile);
    await row(page, 'onerror').click();
    await expect(page.locator('.log-fields')).toContainText('source');
    await expect(page.locator('#part-log :is(img, script)')).toHaveCount(0);
    await expect(page.locator('#part-log mark').first()).toHaveText('<img');
  });
});

test.describe('the lines', () => {
  test('a hundred thousand of them are a screenful', async ({ page, launch }) => {
    test.setTimeout(180_000);
    const config = `${alerts()}[logs]\nkept_lines = 150000\nkept_bytes = 134217728\n`;
    const server = await launch({ config });
    for (let from = 0; from < 100_000; from += 20_000) await append(server, numbered(from, from + 20_000));
    await open(page, server.url, '/logs');
    const log = page.getByRole('region', { name: 'Log lines' });
    let height = 0;
    await expect(async () => {
      height = await log.evaluate((log) => {
        log.scrollTop = -log.scrollHeight;
        return log.scrollHeight;
      });
      await page.waitForTimeout(50);
      expect(height).toBeGreaterThan(99_000 * 20);
    }).toPass({ timeout: 120_000, intervals: [50] });
    // Through all of it in leaps: there is always something to see, and never much in the document.
    for (let leap = 0; leap <= 20; leap += 1) {
      const seen = await log.evaluate(async (log, share) => {
        log.scrollTop = -Math.round(share * (log.scrollHeight - log.clientHeight));
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const { top, height, left } = log.getBoundingClientRect();
        const rows = [0.05, 0.5, 0.95].map((at) => document.elementFromPoint(left + 60, top + at * height));
        return { rows: rows.every((row) => row?.closest('.log-entry')), drawn: log.querySelectorAll('.log-entry').length };
      }, leap / 20);
      expect(seen.rows, `lines in view at ${leap}/20`).toBe(true);
      expect(seen.drawn).toBeLessThan(400);
    }
  });

  test('who scrolls up stays there, is told what comes, and jumps to the newest', async ({ page, launch }) => {
    const server = await launch();
    await append(server, numbered(0, 300));
    await open(page, server.url, '/logs');
    await expect(bar(page)).toBeHidden();
    await page.getByRole('region', { name: 'Log lines' }).hover();
    await page.mouse.wheel(0, -1_500);
    await expect(bar(page)).toContainText('Standing at');
    const shown = await messages(page);
    await append(server, ['ERROR one', 'INFO two']);
    await expect(bar(page)).toContainText('3 newer lines');
    await expect(bar(page)).toContainText('1 error');
    expect(await messages(page)).toEqual(shown);
    await page.getByRole('button', { name: 'Jump to newest' }).click();
    await expect(row(page, 'ERROR one')).toBeInViewport();
    await expect(bar(page)).toBeHidden();
  });

  test('a pause loses nothing', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url, '/logs');
    await page.keyboard.press('p');
    await expect(bar(page)).toContainText('Paused');
    await append(server, numbered(0, 3_000));
    await expect(bar(page)).toContainText('3,001 newer lines');
    await page.getByRole('button', { name: /^Resume/ }).click();
    await expect(row(page, 'last-of-many')).toBeInViewport();
    await expect(pill(page)).toContainText('Live');
    await expect(page.locator('.log-gap')).toHaveCount(0);
  });

  test('more than is shown of a second leaves a gap, which can be loaded', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url, '/logs');
    await append(server, numbered(0, 4_000));
    await expect(row(page, 'last-of-many')).toHaveCount(1);
    const region = page.getByRole('region', { name: 'Log lines' });
    const gap = page.locator('.log-gap').first();
    await expect(async () => {
      await region.evaluate((log) => (log.scrollTop -= 2_000));
      await expect(gap).toBeVisible({ timeout: 300 });
    }).toPass();
    await expect(gap).toContainText(/[\d,]+ lines not shown/);
    await gap.getByRole('button', { name: 'Load them' }).click();
    await expect(gap).toHaveCount(0);
    await expect(count(page)).toHaveText(/^4,0\d\d lines$/);
  });

  test('a link leads to a line, and to a moment', async ({ page, launch }) => {
    const server = await launch();
    await append(server, numbered(0, 500));
    await append(server, ['INFO here it is', ...numbered(500, 1_000)]);
    await open(page, server.url, '/logs?q=here');
    await row(page, 'here it is').click();
    await page.getByRole('link', { name: /Show around/ }).click();
    await expect(page.locator('.is-target')).toContainText('here it is');
    await expect(page.locator('.is-target')).toBeInViewport();
    expect(await messages(page)).toContain('info line 499 of many');
    await expect(bar(page)).toContainText('Standing');

    const answer = await get(`${server.url}/api/logs?q=%22here+it+is%22`);
    const { lines } = JSON.parse(answer.body.toString()) as { lines: { entry: { timestamp: string } }[] };
    await open(page, server.url, `/logs?at=${lines[0].entry.timestamp}`);
    await expect(page.locator('.is-target')).toBeInViewport();
    // On to the newest, by the wheel alone.
    await expect(async () => {
      await page.getByRole('region', { name: 'Log lines' }).evaluate((log) => (log.scrollTop = 0));
      await expect(row(page, 'line 999 of many')).toBeInViewport({ timeout: 300 });
      await expect(bar(page)).toBeHidden({ timeout: 300 });
    }).toPass();
  });

  test('errors and warnings are marked beside the scroll bar, and led to', async ({ page, launch }) => {
    const server = await launch();
    await append(server, [...numbered(0, 20), 'ERROR far up', ...numbered(20, 120), 'WARN further down', ...numbered(120, 180)]);
    await open(page, server.url, '/logs');
    const ruler = page.locator('#log-ruler');
    const marks = (kind: string) => ruler.locator(`.is-${kind}`).getAttribute('d');
    await expect.poll(() => marks('error')).toMatch(/^M0 \d+\.5h1$/);
    await expect.poll(() => marks('warn')).toMatch(/^M0 \d+\.5h1$/);
    expect(await marks('gap')).toBe('');
    const place = Number(/ ([\d.]+)h/.exec((await marks('error')) ?? '')?.[1]);
    expect(place / 250).toBeCloseTo(0.12, 1);
    const point = async (share: number, by: number) => {
      const height = (await ruler.boundingBox())?.height ?? 0;
      await ruler.click({ position: { x: 6, y: share * height + by } });
    };
    // Two pixels beside it: a mark is small.
    await point(place / 250, 2);
    await expect(row(page, 'ERROR far up')).toBeInViewport();
    await expect(page.locator('.is-current')).toContainText('far up');
    await expect(bar(page)).toContainText('Standing at');
    // Where nothing is marked it leads as well.
    await point(1, -3);
    await expect(row(page, 'line 179 of many')).toBeInViewport();
  });

  test('lines are counted in bars of ten seconds, hatched where nothing is known', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url, '/logs');
    await append(server, ['ERROR one', ...numbered(0, 400)]);
    const chart = page.locator('.log-chart');
    // It may be that ten seconds end among them.
    await expect(async () => {
      const peak = Number(/peak ([\d,]+)/.exec((await chart.locator('.chart-unit').textContent()) ?? '')?.[1]);
      expect(peak).toBeGreaterThan(200);
    }).toPass();
    const bars = async (color: number) => (await chart.locator(`.chart-area.chart-c${color}`).getAttribute('d')) ?? '';
    expect(await bars(6)).toMatch(/^(M[\d.]+ 100L[\d.]+ [\d.]+ [\d.]+ [\d.]+V100Z)+$/);
    await expect(chart.locator('.chart-gap')).toHaveCount(1);
    // Each range shows the same bars.
    const before = (await bars(6)).split('Z').length;
    await page.getByRole('button', { name: '5 min', exact: true }).locator('visible=true').click();
    await expect(chart.locator('.chart-unit')).toContainText('per 10 s, peak');
    expect(Math.abs((await bars(6)).split('Z').length - before)).toBeLessThanOrEqual(1);
  });

  test('keys move, open, look and end', async ({ page, launch }) => {
    const server = await launch();
    await post(`${server.url}/api/logs`, JSON.stringify([{ message: 'first of orders', fields: { order: '1' } }]));
    await append(server, ['second of orders']);
    await open(page, server.url, '/logs?q=orders');
    await expect(logLines(page)).toHaveCount(2);
    await page.keyboard.press('k');
    await expect(page.locator('.is-current')).toContainText('second');
    await page.keyboard.press('k');
    await expect(page.locator('.is-current')).toContainText('first');
    await page.keyboard.press('Enter');
    await expect(page.locator('.log-fields')).toContainText('order1');
    await page.keyboard.press('Enter');
    await expect(page.locator('.log-fields')).toHaveCount(0);
    await page.keyboard.press('/');
    await expect(words(page)).toBeFocused();
    // Keys that are typed do nothing else.
    await page.keyboard.type('jp');
    await expect(words(page)).toHaveValue('jp');
    await expect(pill(page)).not.toContainText('Paused');
  });
});

test('goes on by itself after a restart', async ({ page, launch, allowConsole }) => {
  allowConsole(/\/api\/(stream\/logs|logs\/view)/);
  const server = await launch();
  await append(server, ['of the first life']);
  await open(page, server.url, '/logs');
  await expect(row(page, 'first life')).toHaveCount(1);
  await server.kill();
  await server.start();
  const after = marked('after');
  await append(server, [after]);
  await expect(row(page, after)).toHaveCount(1, { timeout: 20_000 });
});

test('is reached from the other pages', async ({ page, server }) => {
  await open(page, server.url);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(`${server.url}/logs`);
  await expect(page.getByRole('link', { name: 'Logs' }).first()).toHaveAttribute('aria-current', 'page');
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ allowConsole }) => allowConsole(/csp$|was preloaded using link preload but not used/));

  test('the form is sent, and answered with the lines', async ({ page, launch }) => {
    const server = await launch();
    await append(server, ['ERROR order=1 failed', 'INFO order=1 fine', 'INFO order=2 fine']);
    await page.goto(`${server.url}/logs`);
    await words(page).fill('order=1');
    await chip(page, 'info').check();
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(logLines(page)).toHaveText([/order=1 fine/]);
    await expect(count(page)).toHaveText(/^1 of [\d,]+ lines$/);
    await expect(logLines(page).locator('mark')).toHaveText('order=1');
    await page.goto(`${server.url}/logs?q=(&regex=true`);
    await expect(page.locator('#log-problem')).toContainText('regular expression');
  });
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('anybody can use it, at any width', async ({ page, launch }) => {
      const server = await launch();
      await append(server, ['ERROR order=1 failed', 'WARN slow', 'INFO order=2', 'DEBUG x', ...numbered(0, 100)]);
      await open(page, server.url, '/logs?q=-last');
      await page.keyboard.press('k');
      await page.keyboard.press('Enter');
      await expect(page.locator('.log-fields')).toBeVisible();
      await page.keyboard.press('p');
      await expect(bar(page)).toBeVisible();
      for (const width of [320, 375, 768, 1440, 2560]) {
        await page.setViewportSize({ width, height: 812 });
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
        expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over, `${width} px`).toBeLessThanOrEqual(0);
      }
    });
  });
}
