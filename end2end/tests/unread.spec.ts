import { type Page, expect, open, pill, test } from '../fixtures/page';
import { post } from '../fixtures/http';
import type { Server } from '../fixtures/server';

const say = (server: Server, username: string, text: string) =>
  post(`${server.url}/api/chat/send`, JSON.stringify({ username, text }));
const counts = async (page: Page) => {
  const links = await page.locator('nav a[href="/chat"]').all();
  return Promise.all(links.map((link) => link.getAttribute('data-count')));
};

/** Comes in under a name, and has seen what is there. */
async function enter(page: Page, server: Server, name: string): Promise<void> {
  await open(page, server.url, '/chat');
  await page.getByLabel('Your name in this room').fill(name);
  await page.getByRole('button', { name: 'Come in' }).click();
  await expect(page.locator('#room-lines .room-note').filter({ hasText: `${name} joined` })).toBeVisible();
  await expect(pill(page)).toContainText('Live');
}

test('other pages tell how much is new in the war room', async ({ page, context, launch }) => {
  const server = await launch();
  await open(page, server.url);
  expect(await counts(page), 'nobody is told who has never been there').toEqual([null, null]);
  await enter(page, server, 'mira');
  await open(page, server.url, '/connections');
  expect(await counts(page)).toEqual(['0', '0']);
  for (const [name, text] of [['jonas', 'one'], ['mira', 'mine'], ['jonas', 'two']]) await say(server, name, text);
  await page.reload();
  expect(await counts(page), 'drawn by the server').toEqual(['2', '2']);
  await expect(pill(page)).toContainText('Live');
  await say(server, 'jonas', 'three');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(() => counts(page), 'asked for').toEqual(['3', '3']);
  const room = await context.newPage();
  await open(room, server.url, '/chat');
  await expect.poll(() => counts(page), 'seen in another tab').toEqual(['0', '0']);
});
