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

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('one signs in, and nothing is there that would do nothing', async ({ page, launch, allowConsole }) => {
    // What it says of scripts when there are to be none.
    allowConsole(/\.js csp$/);
    const server = await launch({ config: ANNA });
    await page.goto(`${server.url}/connections`);
    await expect(show(page)).toBeHidden();
    await page.getByLabel('User name').fill('anna');
    await password(page).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'The log and its followers' })).toBeVisible();
    await expect(pill(page)).toBeHidden();
  });
});
