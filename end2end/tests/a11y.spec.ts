import AxeBuilder from '@axe-core/playwright';
import { type Page, expect, open, pill, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary}`),
  );
  expect(told).toEqual([]);
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('the normal page', async ({ page, launch }) => {
      const server = await launch({ args: ['--demo'] });
      await open(page, server.url);
      await expectClean(page);
      await page.setViewportSize({ width: 375, height: 812 });
      await expectClean(page);
    });

    test('the connections, at work and offline', async ({ page, launch, allowConsole }) => {
      allowConsole(/\/api\/stream\/connections/);
      const server = await launch({ args: ['--demo'] });
      await open(page, server.url, '/connections');
      await expectClean(page);
      await page.setViewportSize({ width: 375, height: 812 });
      await expectClean(page);
      await server.kill();
      await expect(pill(page)).toContainText('Reconnecting');
      await expectClean(page);
    });

    test('with a warning and a critical alert', async ({ page, launch }) => {
      const memory = { warning: 0.1, critical: 0.2, hold: '0s' };
      const filesystem = { warning: 0.1, hold: '0s' };
      const server = await launch({ config: alerts({ memory, filesystem }), args: ['--demo'] });
      await open(page, server.url);
      await expect(page.locator('#alerts .alert-critical')).not.toHaveCount(0);
      await expect(page.locator('#alerts .alert-warning')).not.toHaveCount(0);
      await expectClean(page);
    });

    test('paused, reconnecting', async ({ page, launch, allowConsole }) => {
      allowConsole(/\/api\/overview-stream/);
      const server = await launch({ args: ['--demo'] });
      await open(page, server.url);
      await page.keyboard.press('p');
      await expect(pill(page)).toContainText('Paused');
      await expectClean(page);
      await server.kill();
      await expect(pill(page)).toContainText('Reconnecting');
      await expectClean(page);
    });

    test('offline', async ({ page, launch, allowConsole }) => {
      allowConsole(/\/api\/overview-stream/);
      const server = await launch();
      await page.clock.install();
      await open(page, server.url);
      await server.kill();
      const wait = async () => {
        await page.clock.runFor(2_000);
        return pill(page).innerText();
      };
      await expect.poll(wait, { intervals: [50], timeout: 40_000 }).toContain('Offline');
      await expectClean(page);
    });

    test('the list of keys, and the page that there is not', async ({ page, server, allowConsole }) => {
      allowConsole(/404/);
      await open(page, server.url);
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectClean(page);
      await page.goto(`${server.url}/no/such/page`);
      await expectClean(page);
    });
  });
}

test('the controls are reached by keyboard', async ({ page, server }) => {
  await open(page, server.url);
  const reached: string[] = [];
  for (let presses = 0; presses < 14; presses += 1) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(() => {
        const focused = document.activeElement;
        return focused?.getAttribute('aria-label') ?? focused?.textContent?.trim() ?? '';
      }),
    );
  }
  expect(reached[0]).toMatch(/skip/i);
  const place = (name: RegExp) => reached.findIndex((text) => name.test(text));
  for (const name of [/^Pause$/, /dark and light|theme/i, /^5 min$/, /^15 min$/, /^1 h$/]) {
    expect(place(name), `${name} among ${reached.join(' | ')}`).toBeGreaterThan(0);
  }
});

test('the skip link leads to the content, and focus can be seen', async ({ page, server }) => {
  await open(page, server.url);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: /skip/i });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element);
    return `${outlineStyle} ${outlineWidth}`;
  });
  expect(outline).toMatch(/^(solid|auto) [1-9]/);
});

test('charts are read by keyboard', async ({ page, launch }) => {
  const server = await launch({ args: ['--demo'] });
  await open(page, server.url);
  const plot = page.getByRole('group', { name: /^Memory/ });
  await plot.focus();
  await page.keyboard.press('ArrowLeft');
  const time = page.locator('.chart-chip').first();
  await expect(time).toHaveText(/^\d\d:\d\d:\d\d$/);
  const first = await time.innerText();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(time).not.toHaveText(first);
  await page.keyboard.press('Escape');
  await expect(page.locator('.chart-chip')).toHaveCount(0);
});

test('numbers are not announced', async ({ page, server }) => {
  await open(page, server.url);
  const regions = page.locator('[aria-live], [role=status], [role=alert], [role=log], output');
  await expect(regions).toHaveCount(2);
  await expect(page.getByRole('status')).toHaveCount(1);
  await expect(page.getByRole('alert')).toHaveCount(1);
  await expect(regions.locator('#cpu-usage, #memory-usage, #active-users, #logs')).toHaveCount(0);
});

test('a reader who wants no motion gets none', async ({ page, server }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, server.url);
  const moving = await page.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);
});
