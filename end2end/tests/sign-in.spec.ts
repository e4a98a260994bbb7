import { ANNA, PASSWORD, signIn } from '../fixtures/doors';
import { type Page, expect, pill, test } from '../fixtures/page';

const password = (page: Page) => page.getByLabel('Password', { exact: true });
const show = (page: Page) => page.getByRole('button', { name: /(Show|Hide) password/ });

test('it is whole for who has not signed in', async ({ page, launch }) => {
  const server = await launch({ config: ANNA });
  await page.goto(`${server.url}/connections`);
  expect(page.url()).toBe(`${server.url}/login?next=%2Fconnections`);
  const box = await page.getByLabel('User name').boundingBox();
  expect(box?.width, 'it has its style').toBe(352);
});

test('the password is shown to who wants to see it, and sent as a password', async ({ page, launch, allowConsole }) => {
  allowConsole(/401/);
  const server = await launch({ config: ANNA });
  await page.goto(`${server.url}/login`);
  await page.getByLabel('User name').fill('anna');
  await password(page).fill('not this one');
  await expect(password(page)).toHaveAttribute('type', 'password');
  await show(page).click();
  await expect(password(page)).toHaveAttribute('type', 'text');
  await expect(show(page)).toHaveText('Hide');
  await show(page).press('Enter');
  await expect(password(page)).toHaveAttribute('type', 'password');
  await show(page).click();
  await password(page).press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Sign in failed: user name or password is wrong.');
  await expect(password(page)).toHaveAttribute('type', 'password');
  await signIn(page, server.url, '/connections');
});

test.describe('elsewhere', () => {
  test.use({ timezoneId: 'Asia/Kathmandu' });

  test('the clock goes by the reader\'s time zone', async ({ page, launch }) => {
    const server = await launch({ config: ANNA });
    await page.clock.install({ time: '2026-03-05T10:04:20.300Z' });
    await page.goto(`${server.url}/login`);
    const clock = page.locator('footer time');
    await expect(clock).toHaveText('15:49:20 UTC+05:45');
    await page.clock.runFor(1_000);
    await expect(clock).toHaveText('15:49:21 UTC+05:45');
    await expect(clock).toHaveAttribute('datetime', /^2026-03-05T10:04:21\.\d{3}Z$/);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('one signs in, and nothing is there that would do nothing', async ({ page, launch, allowConsole }) => {
    // What it says of scripts when there are to be none.
    allowConsole(/\.js csp$/);
    const server = await launch({ config: ANNA });
    await page.goto(`${server.url}/connections`);
    await expect(show(page)).toBeHidden();
    await expect(page.locator('footer time')).toHaveText(/^\d\d:\d\d:\d\d UTC$/);
    await page.getByLabel('User name').fill('anna');
    await password(page).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'The log and its followers' })).toBeVisible();
    await expect(pill(page)).toBeHidden();
  });
});
