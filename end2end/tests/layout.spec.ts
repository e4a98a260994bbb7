import { type Page, expect, open, test } from '../fixtures/page';

const WIDTHS = [320, 375, 700, 1101, 1440, 2560];

for (const width of WIDTHS) {
  test(`${width} px: nothing is cut off at the side`, async ({ page, server }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page, server.url);
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(wide, 'the document scrolls sideways').toBeLessThanOrEqual(0);
    for (const tile of await page.locator('.tile').all()) {
      await expect(tile).toBeVisible();
      const box = await tile.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    for (const id of ['#cpu-usage', '#memory-usage', '#active-users', '#alerts', '#logs']) {
      await expect(page.locator(id)).toBeVisible();
    }
    expect(await clipped(page), 'values that do not fit their tile').toEqual([]);
  });
}

/** The widest values that tiles show, by their place. */
const WIDEST = ['100.0%', '100.0%', '12', '128.25', '999.9', '999.9'];

/** Of the widest values those that are wider than the place they have. */
function clipped(page: Page): Promise<string[]> {
  return page.locator('.tile-value').evaluateAll(
    (values, widest) =>
      values.flatMap((value, place) => {
        const text = value.querySelector('.live-value')?.firstChild;
        if (!(text instanceof Text)) return ['a tile without a value'];
        text.data = widest[place] ?? '';
        return value.scrollWidth > value.clientWidth + 1 ? [value.textContent ?? ''] : [];
      }),
    WIDEST,
  );
}

for (const width of [375, 1440]) {
  test(`${width} px: nothing moves but the data`, async ({ page, server }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page, server.url);
    const boxes = () =>
      page.locator('main section, header, footer').evaluateAll((parts) =>
        parts.map((part) => {
          const { x, y, width, height } = part.getBoundingClientRect();
          return [x, y, width, height].map(Math.round).join(' ');
        }),
      );
    const before = await boxes();
    for (let sample = 0; sample < 4; sample += 1) {
      await page.waitForTimeout(900);
      expect(await boxes()).toEqual(before);
    }
  });
}

test('losing the line does not shift the page', async ({ page, launch, allowConsole }) => {
  allowConsole(/\/api\/overview-stream/);
  const server = await launch();
  await open(page, server.url);
  const tops = () =>
    page.locator('main section').evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().y)));
  const before = await tops();
  await server.kill();
  await expect(page.locator('.is-stale')).toHaveCount(1);
  expect(await tops()).toEqual(before);
});

test('taking over from the server does not shift the page', async ({ page, server }) => {
  await page.addInitScript(() => {
    const shifts = Object.assign(window, { shifts: [] as number[] }).shifts;
    const add = (list: PerformanceObserverEntryList) =>
      list.getEntries().forEach((entry) => shifts.push((entry as PerformanceEntry & { value: number }).value));
    new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
  });
  await open(page, server.url);
  await page.waitForTimeout(2_000);
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
});

test('on a phone the bar at the foot leads to the log', async ({ page, server }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await open(page, server.url);
  await page.getByRole('navigation').getByRole('link', { name: 'Logs' }).click();
  await expect(page).toHaveURL(`${server.url}/logs`);
  await expect(page.locator('#logs')).toBeInViewport();
});
