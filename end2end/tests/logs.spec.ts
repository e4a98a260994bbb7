import { type Locator, type Page, expect, logLines, marked, messages, open, pill, test } from '../fixtures/page';

const row = (page: Page, text: string): Locator => logLines(page).filter({ hasText: text });

test('an appended line shows within two seconds', async ({ page, server }) => {
  await open(page, server.url);
  const line = marked('appended');
  server.appendLog(line);
  await expect(row(page, line)).toHaveCount(1, { timeout: 2_000 });
  await expect(row(page, line).locator('.timestamp')).toHaveText(/^\d\d:\d\d:\d\d$/);
});

test('the newest line is in view', async ({ page, server }) => {
  await open(page, server.url);
  const line = marked('newest');
  for (let index = 0; index < 40; index += 1) server.appendLog(marked('filling'));
  server.appendLog(line);
  await expect(row(page, line)).toBeInViewport();
});

test('a rotated and a truncated file are followed', async ({ page, launch }) => {
  const { renameSync, truncateSync } = await import('node:fs');
  const server = await launch();
  await open(page, server.url);
  const [first, second, third] = [marked('first'), marked('second'), marked('third')];
  server.appendLog(first);
  await expect(row(page, first)).toHaveCount(1);
  renameSync(server.logFile, `${server.logFile}.1`);
  server.appendLog(second);
  await expect(row(page, second)).toHaveCount(1);
  truncateSync(server.logFile);
  await page.waitForTimeout(1_000);
  server.appendLog(third);
  await expect(row(page, third)).toHaveCount(1);
  await expect(row(page, first)).toHaveCount(1);
});

test.describe('hostile lines are text', () => {
  test('HTML and script', async ({ page, launch }) => {
    const server = await launch();
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await open(page, server.url);
    const mark = marked('html');
    const line = `<img src=x onerror="alert(1)"><script>alert(2)</script></div></leptos-island>'"&amp;<!-- ${mark}`;
    server.appendLog(line);
    await expect(row(page, mark).locator('.message')).toHaveText(line);
    // Again with the line in the document itself and in the island's properties.
    await open(page, server.url);
    await expect(row(page, mark)).toHaveCount(1);
    await expect(row(page, mark).locator('.message')).toHaveText(line);
    await expect(page.locator('#logs img, #logs script')).toHaveCount(0);
    const after = marked('after');
    server.appendLog(after);
    await expect(row(page, after)).toHaveCount(1);
    expect(dialogs).toBe(0);
  });

  test('control characters and bytes that are no text', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url);
    const [ansi, nul, bytes, bidi] = [marked('ansi'), marked('nul'), marked('bytes'), marked('bidi')];
    server.appendLog(`\u001b[31mred\u001b[0m ${ansi}`);
    server.appendLog(`before\0after ${nul}`);
    server.appendLog(Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x20]), Buffer.from(bytes)]));
    server.appendLog(`\u202etxt.exe ${bidi}\r\b\u0007`);
    const check = async () => {
      await expect(row(page, ansi)).toContainText('red');
      await expect(row(page, nul)).toContainText(/before.*after/);
      await expect(row(page, bytes)).toHaveCount(1);
      await expect(row(page, bidi)).toHaveCount(1);
      expect((await messages(page)).join('\n')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    };
    await check();
    const shown = await messages(page);
    await open(page, server.url);
    await check();
    expect(await messages(page), 'drawn by the server as by the browser').toEqual(shown);
  });

  test('a line of 1 MB is cut, with a note', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url);
    const [long, next] = [marked('long'), marked('next')];
    server.appendLog(`${long} ${'x'.repeat(1_000_000)}`);
    server.appendLog(next);
    await expect(row(page, next)).toHaveCount(1);
    await expect(row(page, long)).toHaveCount(1);
    const text = await row(page, long).locator('.message').innerText();
    expect(text.length).toBeLessThan(20_000);
    expect(text.slice(-200)).toMatch(/cut|truncated|more/i);
    await expect(row(page, 'xxxxxxxx'), 'one line, not several').toHaveCount(1);
  });

  test('an empty line is one event', async ({ page, launch }) => {
    const server = await launch();
    await open(page, server.url);
    const [before, after] = [marked('before'), marked('after')];
    server.appendLog(before);
    server.appendLog('');
    server.appendLog(after);
    await expect(row(page, after)).toHaveCount(1);
    const said = await messages(page);
    const at = said.findIndex((message) => message.includes(before));
    expect(said.findIndex((message) => message.includes(after))).toBe(at + 2);
    // A row without a message is a row all the same.
    const height = (text: string) => row(page, text).evaluate((element) => element.getBoundingClientRect().height);
    const empty = await logLines(page).nth(at + 1).evaluate((element) => element.getBoundingClientRect().height);
    expect(empty).toBeCloseTo(await height(before), 0);
  });
});

test('a file that cannot be read is named once and stops nothing', async ({ page, launch }) => {
  const server = await launch({ args: ['--log-file', '/no/such/folder/missing.log'] });
  await open(page, server.url);
  const warning = row(page, '/no/such/folder/missing.log');
  await expect(warning).toHaveCount(1);
  await expect(warning.locator('.level')).toHaveText(/warn/i);
  const line = marked('goes-on');
  server.appendLog(line);
  await expect(row(page, line)).toHaveCount(1);
  await page.waitForTimeout(3_000);
  await expect(warning, 'said once, though it is tried again').toHaveCount(1);
});

test('who scrolls up stays there, and can jump to the newest', async ({ page, launch }) => {
  const server = await launch();
  await open(page, server.url);
  for (let index = 0; index < 80; index += 1) server.appendLog(marked('old'));
  const last = marked('last-of-old');
  server.appendLog(last);
  await expect(row(page, last)).toBeInViewport();

  const log = page.getByRole('region', { name: 'Log lines' });
  await log.hover();
  await page.mouse.wheel(0, -400);
  await expect(row(page, last)).not.toBeInViewport();
  const jump = page.getByRole('button', { name: /jump to newest/i });
  await expect(jump).toBeEnabled();

  // The line in the middle of what is in view.
  const middle = await log.evaluate((log) => {
    const { top, bottom } = log.getBoundingClientRect();
    const rows = [...log.querySelectorAll('.log-entry')];
    return rows.findIndex((row) => row.getBoundingClientRect().top > (top + bottom) / 2);
  });
  const watched = row(page, (await messages(page))[middle]);
  await expect(watched).toBeInViewport();
  const place = async () => (await watched.boundingBox())?.y ?? NaN;
  const before = await place();
  const news = marked('news');
  for (let index = 0; index < 10; index += 1) server.appendLog(marked('more'));
  server.appendLog(news);
  await server.until(({ logs }) => logs.some(({ entry }) => entry.message.includes(news)));
  for (let look = 0; look < 5; look += 1) {
    await page.waitForTimeout(200);
    expect(Math.abs((await place()) - before), 'the line that is read stands still').toBeLessThan(2);
  }

  await jump.click();
  await expect(row(page, news)).toBeInViewport();
  const newer = marked('newer');
  server.appendLog(newer);
  await expect(row(page, newer)).toBeInViewport();
  await expect(pill(page)).toContainText('Live');
});
