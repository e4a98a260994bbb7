import { writeFileSync } from 'node:fs';
import { chart, expect, open, pill, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

/** Only busy processors are over this, and a machine that also runs the other tests comes under it again. */
const CPU = alerts({ cpu: { warning: 98, warning_clear: 97, hold: '2s' } });

test('a burning processor raises an alert, and its end resolves it', async ({ page, launch, burner }) => {
  test.setTimeout(120_000);
  const server = await launch({ config: CPU });
  await open(page, server.url);
  const health = page.getByRole('region', { name: 'Health' });
  
  burner.light();
  const alert = page.locator('#alerts .alert.alert-warning');
  await expect(alert).toHaveCount(1, { timeout: 20_000 });
  await expect(health).toContainText('1 warning firing', { timeout: 20_000 });
  await expect(alert).toContainText('CPU saturated');
  await expect(alert).toContainText(/\d+(\.\d)? %, above 98/);
  await expect(page.getByRole('alert')).toContainText('CPU saturated');
  await expect(page).toHaveTitle(/^\(1\) /);

  await burner.end();
  await expect(page.locator('#alerts .alert')).toHaveCount(0, { timeout: 45_000 });
  await expect(health).toContainText('All normal');
  await expect(page.getByRole('heading', { name: /^Resolved/ })).toBeVisible();
  await expect(page.locator('#alerts')).toContainText('CPU saturated');
  await expect(page.getByRole('alert')).toContainText('Resolved or silenced: CPU saturated');
  await expect(page).not.toHaveTitle(/^\(/);
});

test('a critical alert says so in icon, word and colour', async ({ page, launch }) => {
  const server = await launch({ config: alerts({ memory: { warning: 0.1, critical: 0.2, hold: '0s' } }) });
  await open(page, server.url);
  const alert = page.locator('#alerts .alert.alert-critical');
  await expect(alert).toHaveCount(1);
  await expect(alert).toContainText('Memory nearly full');
  await expect(alert).toContainText('Critical');
  await expect(alert.locator('svg').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('1 critical firing');
});

test('nothing is called normal while it is not known', async ({ page, launch, allowConsole }) => {
  allowConsole(/\/api\/overview-stream/);
  const server = await launch({ config: alerts({ memory: { warning: 0.1, hold: '0s' } }) });
  await open(page, server.url);
  const health = page.getByRole('region', { name: 'Health' });
  const others = health.getByText('Everything else is normal.');
  await expect(others).toBeVisible();
  await server.kill();
  await expect(page.locator('.is-stale')).toHaveCount(1);
  await expect(others).toBeHidden();
  await expect(health).toContainText('1 warning firing');
  await expect(health.locator('.health-cause')).not.toHaveAttribute('title', /normal/);
  await server.start();
  await expect(others).toBeVisible({ timeout: 30_000 });
});

test('a pending alert is open, and not yet counted', async ({ page, launch }) => {
  const server = await launch({ config: alerts({ memory: { warning: 0.1, hold: '10m' } }) });
  await open(page, server.url);
  await expect(page.locator('#alerts .alert')).toContainText(/fires in \d+:\d\d/);
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('All normal');
  await expect(page).not.toHaveTitle(/^\(/);
});

test('charts mark when an alert fired and when it was over, live and after a reload', async ({ page, launch }) => {
  const memory = (level: number) => alerts({ memory: { warning: level, critical: level, hold: '0s' } });
  const server = await launch({ config: memory(100) });
  await open(page, server.url);
  const marks = chart(page, 'Network').locator('.chart-mark');
  await expect(marks).toHaveCount(0);
  writeFileSync(server.configFile, memory(0.1));
  server.reload();
  for (const title of ['CPU by mode', 'CPU by core', 'Memory', 'Network', 'Disk']) {
    const mark = chart(page, title).getByRole('img', { name: /^\d\d:\d\d:\d\d Critical: Memory nearly full fires$/ });
    await expect(mark).toHaveCount(1);
    await expect(mark).toHaveAttribute('title', /fires$/);
  }
  writeFileSync(server.configFile, memory(100));
  server.reload();
  await expect(marks).toHaveCount(2);
  await expect(marks.last()).toHaveAttribute('title', /Memory nearly full is over$/);
  await page.reload();
  await expect(pill(page)).toContainText('Live');
  await expect(marks).toHaveCount(2);

  // The pointer reads values beside a mark, and on it what it is.
  const box = (await marks.first().boundingBox())!;
  await page.mouse.move(box.x - 30, box.y + box.height / 2);
  await expect(chart(page, 'Network').locator('.chart-hair')).toHaveCount(1);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(chart(page, 'Network').locator('.chart-hair')).toHaveCount(1);
});

test('an alert leads to all that is known of it', async ({ page, launch }) => {
  const server = await launch({ config: alerts({ memory: { warning: 0.1, hold: '0s' } }) });
  await open(page, server.url);
  await page.locator('#alerts .alert').click();
  await expect(page).toHaveURL(`${server.url}/alerts?alert=memory`);
  await expect(page.locator('.case-detail')).toContainText('Firing: Memory is');
});
