import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, expect, marked, test } from '../fixtures/page';
import { alerts } from '../fixtures/server';

const GUIDE = readFileSync(join(__dirname, '../fixtures/guide.html'), 'utf8');

/** Loads the guide's own dashboard, unchanged, from the server's origin. */
async function openGuide(page: Page, url: string): Promise<void> {
  await page.route('**/guide.html', (route) => route.fulfill({ contentType: 'text/html', body: GUIDE }));
  await page.goto(`${url}/guide.html`);
}

test("the guide's LiveDashboard shows metrics each second", async ({ page, server }) => {
  const seen: string[] = [];
  await page.exposeFunction('sawCpu', (text: string) => seen.push(text));
  await openGuide(page, server.url);
  await page.evaluate(() => {
    const cpu = document.getElementById('cpu-usage') as HTMLElement;
    const tell = (window as unknown as { sawCpu: (text: string) => void }).sawCpu;
    new MutationObserver(() => tell(cpu.textContent ?? '')).observe(cpu, { childList: true });
  });
  await expect.poll(() => seen.length, { timeout: 8_000 }).toBeGreaterThanOrEqual(3);
  for (const text of seen) expect(text).toMatch(/^\d{1,3}(\.\d)?%$/);
  await expect(page.locator('#memory-usage')).toHaveText(/^\d{1,3}(\.\d)?%$/);
  await expect(page.locator('#active-users')).toHaveText(/^\d+$/);
});

test("a log line reaches the guide's LiveDashboard", async ({ page, server }) => {
  await openGuide(page, server.url);
  await expect(page.locator('#cpu-usage')).toHaveText(/%$/);
  const line = marked('for-the-guide');
  server.appendLog(line);
  const entry = page.locator('#logs > .log-entry').filter({ hasText: line });
  await expect(entry).toHaveCount(1, { timeout: 2_000 });
  await expect(entry.locator('.timestamp')).toHaveText(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  await expect(entry.locator('.level')).toHaveText(/^(trace|debug|info|warn|error)$/);
  await expect(entry.locator('.message')).toHaveText(line);
});

test("an alert reaches the guide's LiveDashboard", async ({ page, launch }) => {
  // Some memory is always in use: this alert is pending with the first sample and fires when the page is there.
  const server = await launch({ config: alerts({ memory: { warning: 0.1, hold: '6s' } }) });
  await openGuide(page, server.url);
  const alert = page.locator('#alerts > .alert.alert-warning');
  // Whatever else is wrong with the machine.
  const ours = alert.filter({ hasText: /^Memory is .* full, above 0\.1 %/ });
  await expect(ours.first()).toBeVisible({ timeout: 15_000 });
});
