import { chart, expect, open, test } from '../fixtures/page';

test('a made-up machine says that it is one', async ({ page, launch }) => {
  const server = await launch({ args: ['--demo'] });
  await open(page, server.url);
  await expect(page.getByText('Demo data')).toBeVisible();
  const tiles = page.locator('.tiles');
  const before = await tiles.innerText();
  await expect.poll(() => tiles.innerText(), { timeout: 3_000 }).not.toBe(before);
});

test('a real machine does not', async ({ page, server }) => {
  await open(page, server.url);
  await expect(page.getByText('Demo data')).toHaveCount(0);
});

test('an hour is there at once, with its gap', async ({ page, launch }) => {
  const server = await launch({ args: ['--demo'] });
  const { history } = await server.snapshot('1h');
  const hour = (history.times.at(-1) ?? 0) - (history.times[0] ?? 0);
  expect(hour).toBeGreaterThan(55 * 60_000);
  await open(page, server.url, '/?range=1h');
  for (const title of ['CPU by mode', 'CPU by core', 'Memory', 'Network', 'Disk']) {
    const plot = chart(page, title);
    const path = await plot.locator('path[d^="M"]').first().getAttribute('d');
    expect(path?.length, title).toBeGreaterThan(100);
    await expect(plot.locator('.chart-gap').first(), title).toBeAttached();
  }
});
