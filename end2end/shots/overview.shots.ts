import { join } from 'node:path';
import { type Page, expect, open, pill, test } from '../fixtures/page';
import { post } from '../fixtures/http';
import { Reader } from '../fixtures/reader';
import { alerts } from '../fixtures/server';

/** Where the pictures go. */
const FOLDER = process.env.SHOTS_DIR ?? join(__dirname, '../test-results/shots');

/** Every level of alert, on the values of the made-up machine. */
const ALERTS = alerts({
  memory: { warning: 1, critical: 2, hold: '0s' },
  filesystem: { warning: 60, hold: '0s' },
  cpu: { warning: 1, hold: '1h' },
});

async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage, animations: 'disabled' });
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('all widths', async ({ page, launch }) => {
      const server = await launch({ args: ['--demo'] });
      await open(page, server.url);
      await page.waitForTimeout(2_000);
      await shoot(page, `overview-${colorScheme}`);
      for (const [width, height] of [[320, 640], [375, 812], [820, 1180], [1101, 800], [2560, 1440]] as const) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(200);
        await shoot(page, `overview-${colorScheme}-${width}`, width < 1101);
      }
    });

    test('alerts, paused, reconnecting', async ({ page, launch, allowConsole }) => {
      allowConsole(/\/api\/dashboard-stream/);
      const server = await launch({ args: ['--demo'], config: ALERTS });
      await open(page, server.url);
      await page.waitForTimeout(2_000);
      await shoot(page, `alerts-${colorScheme}`);
      await page.keyboard.press('p');
      await expect(pill(page)).toContainText('Paused');
      await shoot(page, `paused-${colorScheme}`);
      await page.keyboard.press('p');
      await server.kill();
      await expect(pill(page)).toContainText('Reconnecting');
      await page.waitForTimeout(4_000);
      await shoot(page, `reconnecting-${colorScheme}`);
    });

    test('offline', async ({ page, launch, allowConsole }) => {
      allowConsole(/\/api\/dashboard-stream/);
      const server = await launch({ args: ['--demo'] });
      await page.clock.install();
      await open(page, server.url);
      await server.kill();
      const wait = async () => {
        await page.clock.runFor(2_000);
        return pill(page).innerText();
      };
      await expect.poll(wait, { intervals: [50], timeout: 40_000 }).toContain('Offline');
      await shoot(page, `offline-${colorScheme}`);
    });

    test('connections', async ({ page, launch, allowConsole }) => {
      allowConsole(/\/api\/stream\/connections/);
      const server = await launch({ args: ['--demo'] });
      const reader = await Reader.open(server.port, 'default', 'nightly-report');
      reader.stall();
      for (let event = 0; event < 60; event += 1) {
        await post(`${server.url}/api/publish/default`, JSON.stringify({ text: 'x'.repeat(50_000) }));
      }
      await open(page, server.url, '/connections');
      await page.waitForTimeout(5_000);
      await shoot(page, `connections-${colorScheme}`);
      for (const [width, height] of [[320, 640], [375, 812], [820, 1180], [1101, 800], [2560, 1440]] as const) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(200);
        await shoot(page, `connections-${colorScheme}-${width}`, width < 1101);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      await server.kill();
      await expect(pill(page)).toContainText('Reconnecting');
      await page.waitForTimeout(4_000);
      await shoot(page, `connections-${colorScheme}-reconnecting`);
      reader.leave();
    });

    test('keys, crosshair, no such page', async ({ page, launch, allowConsole }) => {
      allowConsole(/404/);
      const server = await launch({ args: ['--demo'] });
      await open(page, server.url);
      await page.getByRole('group', { name: /^Memory/ }).hover();
      await page.screenshot({ path: join(FOLDER, `crosshair-${colorScheme}.png`) });
      await page.keyboard.press('?');
      await shoot(page, `keys-${colorScheme}`);
      await page.goto(`${server.url}/no/such/page`);
      await shoot(page, `missing-${colorScheme}`);
    });
  });
}
