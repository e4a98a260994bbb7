import { chart, expect, logLines, marked, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

test.use({ javaScriptEnabled: false });

// A browser without scripts refuses the one it is told to load early; that is all it may say.
test.beforeEach(({ allowConsole }) => {
  allowConsole(/opsglass\.js csp$/);
  allowConsole(/was preloaded using link preload but not used/);
});

test('the page shows the machine as of now', async ({ page, server }) => {
  // Between two equal answers of the server the page can only show the same.
  await expect(async () => {
    const before = await server.snapshot();
    await page.goto(server.url);
    const { metrics, host } = await server.snapshot();
    expect(metrics.timestamp).toBe(before.metrics.timestamp);
    await expect(page.locator('#cpu-usage')).toHaveText(`${metrics.cpu.toFixed(1)}%`);
    await expect(page.locator('#memory-usage')).toHaveText(`${metrics.memory.toFixed(1)}%`);
    await expect(page.locator('#active-users')).toHaveText(`${metrics.activeUsers ?? '–'}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(host.name);
    await expect(page).toHaveTitle(`${host.name} · opsglass`);
  }).toPass({ timeout: 15_000 });
});

test('charts are drawn', async ({ page, server }) => {
  await server.until((snapshot) => snapshot.history.times.length >= 3);
  await page.goto(server.url);
  for (const title of ['CPU by mode', 'CPU by core', 'Memory']) {
    await expect(chart(page, title).locator('path[d^="M"]').first(), title).toBeAttached();
  }
});

test('alerts are there', async ({ page, server, launch }) => {
  await page.goto(server.url);
  await expect(page.locator('#alerts')).toContainText('Nothing is firing.');
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('All normal');

  const firing = await launch({ config: alerts({ memory: { warning: 0.1, hold: '0s' } }) });
  await firing.until((snapshot) => snapshot.alerts.some((alert) => alert.state === 'firing'));
  await page.goto(firing.url);
  await expect(page.locator('#alerts .alert.alert-warning')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('1 warning firing');
  await expect(page).toHaveTitle(/^\(1\) /);
});

test('the log is there', async ({ page, server }) => {
  const line = marked('before-the-page');
  server.appendLog(line);
  await server.until((snapshot) => snapshot.logs.some(({ entry }) => entry.message.includes(line)));
  await page.goto(server.url);
  const row = logLines(page).filter({ hasText: line });
  await expect(row).toHaveCount(1);
  await expect(row.locator('.timestamp')).toHaveText(/^\d\d:\d\d:\d\d$/);
  await expect(row.locator('.level')).toHaveText(/^(trace|debug|info|warn|error)$/i);
  await expect(row.locator('.message')).toContainText(line);
});

test('controls that need a script are away, and that is said', async ({ page, server }) => {
  await page.goto(server.url);
  const notice = page.locator('noscript > p');
  await expect(notice).toBeVisible();
  expect(await notice.evaluate((notice) => notice.textContent)).toContain('does not move without JavaScript');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeHidden();
  await expect(page.getByRole('button', { name: '5 min' })).toBeHidden();
});
