import { ANNA, signIn } from '../fixtures/doors';
import { type Page, expect, open, pill, test } from '../fixtures/page';

const PATHS = ['/', '/alerts?show=resolved', '/logs?q=x', '/chat', '/connections'];

/** What the browser itself says of a status. */
const REFUSED = /\/api\/|401|403|404/;

test('who signs out is led to the way in from each page and each tab, and back', async ({ page, context, launch, allowConsole }) => {
  allowConsole(REFUSED);
  const server = await launch({ config: ANNA });
  await signIn(page, server.url);
  const tabs: [Page, string][] = [];
  for (const path of [...PATHS, '/']) {
    const tab = await context.newPage();
    await open(tab, server.url, path);
    tabs.push([tab, path]);
  }
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to opsglass' })).toBeVisible();
  for (const [tab, path] of tabs) {
    await expect(tab.getByRole('heading', { name: 'Sign in to opsglass' }), path).toBeVisible({ timeout: 15_000 });
    const { searchParams } = new URL(tab.url());
    expect(searchParams.get('next') ?? '/').toBe(path);
  }
  const [tab, path] = tabs[1];
  await signIn(tab, server.url, path);
  expect(tab.url()).toBe(server.url + path);
});

for (const [status, word, detail] of [
  ['403 Forbidden', 'Refused', 'this page is not open to you'],
  ['204 No Content', 'Ended', 'the server has ended this stream'],
]) {
  test(`${status} is said, and not asked again and again`, async ({ page, context, launch, lineTo, allowConsole }) => {
    allowConsole(REFUSED);
    const line = await lineTo(await launch());
    const other = await context.newPage();
    for (const [tab, path] of [[page, '/'], [other, '/connections']] as const) await open(tab, line.url, path);
    line.answerAll(`HTTP/1.1 ${status}`);
    await line.cut();
    await line.mend();
    for (const tab of [page, other]) {
      await expect(pill(tab)).toContainText(word, { timeout: 15_000 });
      await expect(pill(tab)).toContainText(detail);
      await expect(tab.locator('.is-stale')).toHaveCount(1);
    }
    const asked = line.asked.length;
    await page.waitForTimeout(5_000);
    expect(line.asked).toHaveLength(asked);
    line.answerAll(undefined);
    for (const tab of [page, other]) {
      await tab.getByRole('button', { name: 'Retry now' }).click();
      await expect(pill(tab)).toContainText('Live');
    }
  });
}

test('a page that is told to wait comes back no earlier', async ({ page, launch, lineTo, allowConsole }) => {
  allowConsole(/\/api\/|429/);
  const line = await lineTo(await launch());
  await open(page, line.url, '/');
  line.answerAll('HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0');
  await line.cut();
  await line.mend();
  await expect(pill(page)).toContainText(/in [78] s/, { timeout: 15_000 });
  const [asked, told] = [line.asked.length, Date.now()];
  line.answerAll(undefined);
  await expect(pill(page)).toContainText('Live', { timeout: 15_000 });
  expect(Date.now() - told).toBeGreaterThan(5_500);
  expect(line.asked).toHaveLength(asked + 1);
});

test('a page that may be seen without its stream is not loaded for ever', async ({ page, launch, lineTo, allowConsole }) => {
  allowConsole(REFUSED);
  const line = await lineTo(await launch());
  line.answerAll('HTTP/1.1 401 Unauthorized');
  await page.goto(line.url);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await expect(pill(page)).toContainText('Signed out', { timeout: 15_000 });
  await page.waitForTimeout(2_000);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});
