import { type Page, expect, logLines, marked, open, pill, test } from '../fixtures/page';

const WAYS: [string, (page: Page) => Promise<void>][] = [
  ['the key p', (page) => page.keyboard.press('p')],
  ['the button', (page) => page.getByRole('button', { name: /^(Pause|Go on)$/ }).click()],
];

for (const [way, toggle] of WAYS) {
  test(`${way} holds the view and lets it go on`, async ({ page, server }) => {
    await open(page, server.url);
    await toggle(page);
    await expect(pill(page)).toContainText('Paused');
    const tiles = page.locator('.tiles');
    const held = await tiles.innerText();
    const line = marked('waits');
    server.appendLog(line);
    await server.until(({ logs }) => logs.some(({ entry }) => entry.message.includes(line)));
    await page.waitForTimeout(2_500);
    expect(await tiles.innerText()).toBe(held);
    await expect(logLines(page).filter({ hasText: line })).toHaveCount(0);
    await expect(pill(page)).toContainText(/[1-9]\d* events waiting/);

    await toggle(page);
    await expect(pill(page)).toContainText('Live');
    await expect(logLines(page).filter({ hasText: line })).toHaveCount(1);
    await expect.poll(() => tiles.innerText(), { timeout: 3_000 }).not.toBe(held);
  });
}

test('a pause outlasts the loss of the line, which is not hidden', async ({ page, launch, allowConsole }) => {
  allowConsole(/\/api\/overview-stream/);
  const server = await launch();
  await open(page, server.url);
  await page.keyboard.press('p');
  await expect(pill(page)).toContainText('Paused');
  await server.kill();
  await expect(pill(page)).toContainText('Reconnecting');
  await server.start();
  await expect(pill(page)).toContainText('Paused', { timeout: 30_000 });
  const line = marked('waits');
  server.appendLog(line);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message.includes(line)));
  await expect(logLines(page).filter({ hasText: line })).toHaveCount(0);
  await page.keyboard.press('p');
  await expect(pill(page)).toContainText('Live');
  await expect(logLines(page).filter({ hasText: line })).toHaveCount(1);
});

test('t switches the theme, and a reload keeps it', async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, server.url);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await background();
  await page.keyboard.press('t');
  await expect.poll(background).not.toBe(dark);
  const light = await background();
  await open(page, server.url);
  expect(await background()).toBe(light);
  await page.getByRole('button', { name: /theme|dark and light/i }).first().click();
  await expect.poll(background).toBe(dark);
});

test('? lists the keys', async ({ page, server }) => {
  await open(page, server.url);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog');
  await expect(help).toBeVisible();
  await expect(help).toContainText(/pause/i);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});
