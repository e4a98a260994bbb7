import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import AxeBuilder from '@axe-core/playwright';
import { type Page, expect, open, pill, test } from '../fixtures/page';
import { get } from '../fixtures/http';
import { alerts, freePort } from '../fixtures/server';

const HOSTILE = '<img src=x onerror=document.title=1>';
const AXE = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Rules that any machine meets at once; the last never. */
const RULES = `${alerts()}
[[rule]]
name = 'memory-used'
title = 'Memory used'
when = 'memory > 0.1 clear 0.05'
for = '1s'
keep_firing_for = '1m'
severity = 'critical'

[[rule]]
name = 'awake'
title = '${HOSTILE}'
when = 'uptime >= 0'
summary = '${HOSTILE}'
labels = { team = '${HOSTILE}' }

[[rule]]
name = 'old'
title = 'Old'
when = 'uptime > 1'
for = '24h'

[[rule]]
name = 'never'
when = 'cpu > 100'
`;

const row = (page: Page, name: string) => page.locator('.case').filter({ has: page.locator('.case-name', { hasText: name }) });
const opened = (page: Page) => page.locator('.case-detail');

async function expectClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(AXE).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`));
  expect(told).toEqual([]);
}

async function acknowledged(url: string, id: string): Promise<{ by: string; reason: string } | null> {
  const { alerts } = JSON.parse((await get(`${url}/api/alerts`)).body.toString());
  return alerts.find((alert: { id: string }) => alert.id === id).acknowledged;
}

test('an alert fires, is opened, taken and silenced', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await open(page, server.url, '/alerts');
  await expect(row(page, 'Memory used')).toContainText('Critical');
  await expect(row(page, 'Memory used')).toContainText('above 0.1 % for 1 s');
  await expect(row(page, 'Memory used')).toContainText('nobody yet');
  await expect(row(page, 'Old')).toContainText(/fires in \d+:\d\d/);
  await expect(page).toHaveTitle(/^\(2\) Alerts · /);
  await expect(page.getByRole('banner').getByRole('link', { name: 'Alerts 2' })).toHaveAttribute('aria-current', 'page');

  await row(page, 'Memory used').getByRole('link').first().click();
  await expect(page).toHaveURL(`${server.url}/alerts?alert=memory-used`);
  await expect(pill(page)).toContainText('Live');
  const detail = opened(page);
  await expect(detail.locator('.evidence-line')).toHaveAttribute('d', /^M[\d. L-]+$/);
  await expect(detail.locator('.evidence')).toContainText('critical 0.1 %');
  await expect(detail.locator('.evidence')).toContainText('pending');
  await expect(detail.locator('pre')).toContainText("when = 'memory > 0.1 clear 0.05'");
  await expect(detail.locator('.case-place')).toHaveText(/^opsglass\.toml, line \d+$/);
  await expect(detail.locator('.case-story')).toContainText('Pending: ');
  await expect(detail.locator('.case-story')).toContainText('Critical, firing: ');
  await expect(detail.getByRole('link', { name: 'Open in logs' })).toHaveAttribute('href', /^\/logs\?at=20\d\d-.*Z$/);

  const take = detail.locator('form').filter({ has: page.getByRole('button', { name: 'Acknowledge' }) });
  await take.getByLabel('Your name').fill('mira');
  await take.getByLabel('What you do about it').fill('a build runs');
  await take.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(detail).toContainText('Acknowledged by mira: a build runs');
  await expect(row(page, 'Memory used').locator('.case-by')).toHaveText('mira');
  expect(await acknowledged(server.url, 'memory-used')).toMatchObject({ by: 'mira', reason: 'a build runs' });

  await detail.locator('summary').click();
  const silence = detail.locator('form').filter({ has: page.getByRole('button', { name: 'Silence', exact: true }) });
  await expect(silence.getByLabel('Alerts with these labels')).toHaveValue('alertname=memory-used');
  await silence.getByLabel('Your name').fill('mira');
  await silence.getByLabel('Reason').fill('known');
  await silence.getByLabel('2 h').check();
  await silence.getByRole('button', { name: 'Silence', exact: true }).click();
  await expect(detail).toContainText(/Silenced by mira until .*: known/);
  await expect(row(page, 'Memory used').locator('.case-by')).toHaveText('mira, silenced');

  await page.getByRole('link', { name: 'Silenced 1' }).click();
  await expect(page).toHaveURL(`${server.url}/alerts?show=silenced`);
  await expect(pill(page)).toContainText('Live');
  await expect(page.locator('.silence')).toContainText('alertname=memory-used');
  await page.getByRole('button', { name: 'Unsilence' }).click();
  await expect(page.getByText('Nothing is silenced')).toBeVisible();
});

test('what is wrong is said, and what was typed stays', async ({ page, launch, allowConsole }) => {
  allowConsole(/422/);
  const server = await launch({ config: RULES });
  await page.goto(`${server.url}/alerts?alert=memory-used`);
  await expect(pill(page)).toContainText('Live');
  const detail = opened(page);
  await detail.locator('summary').click();
  const silence = detail.locator('form').filter({ has: page.getByRole('button', { name: 'Silence', exact: true }) });
  await silence.getByLabel('Your name').fill('mira');
  await silence.getByLabel('Alerts with these labels').fill('nonsense');
  await silence.getByLabel('Reason').fill('no reason');
  await silence.getByRole('button', { name: 'Silence', exact: true }).click();
  await expect(silence.locator('output')).toHaveText(/^matchers: expected conditions like alertname=cpu/);
  await expect(silence.getByLabel('Reason')).toHaveValue('no reason');

  // The page is drawn anew each second; what is being typed is not.
  const reason = silence.getByLabel('Reason');
  await reason.focus();
  const since = row(page, 'Memory used').locator('.case-since');
  for (const letter of 'slowly') {
    const before = await since.innerText();
    await page.keyboard.type(letter);
    await expect(since).not.toHaveText(before);
  }
  await expect(reason).toHaveValue('no reasonslowly');
  await expect(reason).toBeFocused();
  await expect(detail.locator('details')).toHaveAttribute('open', '');
});

test('a key acknowledges the alert that is opened', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await open(page, server.url, '/alerts');
  await expect(row(page, 'Memory used')).toContainText('firing');
  await page.keyboard.press('a');
  await row(page, 'Memory used').getByRole('link').first().click();
  await expect(opened(page)).toContainText('Critical, firing');
  await expect(pill(page)).toContainText('Live');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Acknowledge the alert that is opened');
  await page.keyboard.press('a');
  await page.keyboard.press('Escape');
  // Who it is has to be said first; the key is no part of the name.
  await page.keyboard.press('a');
  const name = opened(page).getByRole('button', { name: 'Acknowledge' }).locator('xpath=..').getByLabel('Your name');
  await expect(name).toBeFocused();
  await expect(name).toHaveValue('');
  await name.fill('mira');
  await page.keyboard.press('a');
  await expect(name).toHaveValue('miraa');
  await name.fill('mira');
  await name.blur();
  expect(await acknowledged(server.url, 'memory-used')).toBeNull();
  await page.keyboard.press('a');
  await expect(opened(page)).toContainText('Acknowledged by mira');
  await page.keyboard.press('a');
  await expect(opened(page)).toContainText('Acknowledged by mira');
});

test('an alert\'s link is copied', async ({ page, launch, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const server = await launch({ config: RULES });
  await open(page, server.url, '/alerts?q=memory&alert=memory-used');
  await opened(page).getByRole('button', { name: 'Copy link' }).click();
  await expect(opened(page).getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/alerts?alert=memory-used`);
  await expect(opened(page).getByText('Copied')).toHaveCount(0);
});

test('lists, filters and rules stand in the address', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await open(page, server.url, '/alerts');
  await page.getByRole('link', { name: /^Rules \d+$/ }).click();
  await expect(pill(page)).toContainText('Live');
  await page.getByLabel('Filter by name or rule').fill('never');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}/alerts?q=never&show=rules`);
  await expect(pill(page)).toContainText('Live');
  await expect(page.locator('.case')).toHaveCount(1);
  await page.locator('.case').getByRole('link').click();
  await expect(page.locator('pre')).toContainText("name = 'never'");
  await expect(pill(page)).toContainText('Live');
  await page.reload();
  await expect(pill(page)).toContainText('Live');
  await expect(page.locator('pre')).toContainText("name = 'never'");
  await page.goto(`${server.url}/alerts?q=nothing-like-it`);
  await expect(page.getByText('No alert matches')).toBeVisible();
});

test('a name from outside is text', async ({ page, launch }) => {
  const server = await launch({ config: RULES });
  await open(page, server.url, '/alerts?alert=awake');
  await expect(opened(page)).toContainText(HOSTILE);
  await expect(row(page, HOSTILE)).toHaveCount(1);
  await expect(page.locator('main img')).toHaveCount(0);
  await expect(page).toHaveTitle(/Alerts/);
});

test('a receiver that fails is shown', async ({ page, launch }) => {
  const port = await freePort();
  const receiver = createServer((_, answer) => answer.writeHead(500).end());
  await new Promise<void>((done) => receiver.listen(port, '127.0.0.1', done));
  const config = `${RULES}\n[[receiver]]\nname = 'pager'\nwebhook = 'http://127.0.0.1:${port}/'\n`;
  const server = await launch({ config });
  await open(page, server.url, '/alerts');
  await expect(page.locator('.receivers')).toHaveText(/^pager\s*not delivered since\s*\d\d:\d\d, \d+ waiting: answered 500$/);
  await page.goto(`${server.url}/alerts?alert=memory-used`);
  await expect(opened(page)).toContainText('pager: not delivered, answered 500');
  receiver.close();
});

test('what has ended is remembered', async ({ page, launch }) => {
  const config = (level: number) => `${alerts()}[[rule]]\nname = 'used'\ntitle = 'Used'\nwhen = 'memory > ${level}'\n`;
  const server = await launch({ config: config(0.1) });
  await open(page, server.url, '/alerts');
  await expect(row(page, 'Used')).toContainText('firing');
  writeFileSync(server.configFile, config(100));
  server.reload();
  await expect(row(page, 'Used')).toContainText('Resolved');
  await row(page, 'Used').getByRole('link').click();
  await expect(page.locator('.evidence-line').first()).toBeAttached();
  await expect(opened(page).locator('.case-story')).toContainText('Resolved: ');
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('everybody can use it', async ({ page, launch }) => {
      const server = await launch({ config: RULES });
      await open(page, server.url, '/alerts?alert=memory-used');
      await expect(opened(page)).toContainText('Critical, firing');
      await opened(page).locator('summary').click();
      await expectClean(page);
      await page.setViewportSize({ width: 375, height: 812 });
      await expectClean(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(375);
      for (const show of ['resolved', 'silenced', 'rules']) {
        await page.goto(`${server.url}/alerts?show=${show}`);
        await expectClean(page);
      }
    });
  });
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ allowConsole }) => {
    allowConsole(/opsglass\.js csp$/);
    allowConsole(/was preloaded using link preload but not used/);
    // Its loading ends with the page, which is left at once.
    allowConsole(/opsglass(_bg)?\.wasm net::ERR_ABORTED$/);
  });

  test('an alert can be taken', async ({ page, launch, allowConsole }) => {
    allowConsole(/422/);
    const server = await launch({ config: RULES });
    await server.until(({ alerts }) => alerts.some(({ id, state }) => id === 'memory-used' && state === 'firing'));
    await page.goto(`${server.url}/alerts`);
    await row(page, 'Memory used').getByRole('link').click();
    await expect(opened(page).locator('.evidence-line')).toBeAttached();
    await expect(opened(page).getByText('Copy link')).toBeHidden();
    const take = opened(page).locator('form').filter({ has: page.getByRole('button', { name: 'Acknowledge' }) });
    await take.getByLabel('Your name').fill('mira');
    await take.getByRole('button', { name: 'Acknowledge' }).click();
    await expect(page).toHaveURL(`${server.url}/alerts?alert=memory-used`);
    await expect(opened(page)).toContainText('Acknowledged by mira');

    await opened(page).locator('summary').click();
    const silence = opened(page).locator('form').filter({ has: page.getByRole('button', { name: 'Silence', exact: true }) });
    await silence.getByLabel('Your name').fill('mira');
    await silence.getByLabel('Reason').fill('x');
    await silence.getByLabel('Alerts with these labels').fill('nonsense');
    await silence.getByRole('button', { name: 'Silence', exact: true }).click();
    await expect(page.locator('.alerts-notice')).toContainText('matchers: expected conditions like');
  });
});
