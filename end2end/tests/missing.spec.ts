import { get } from '../fixtures/http';
import { expect, test } from '../fixtures/page';

test('an unknown address is a page with the way home', async ({ page, server, allowConsole }) => {
  allowConsole(/404/);
  const response = await page.goto(`${server.url}/no/such/page`);
  expect(response?.status()).toBe(404);
  expect(response?.headers()['content-type']).toContain('text/html');
  await expect(page).toHaveTitle('Not found · opsglass');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
  await expect(page.getByRole('main')).toContainText('/no/such/page');
  // In the look of the house: the style sheet has come.
  await expect(page.getByRole('banner')).toHaveCSS('height', /4[4-9](\.\d+)?px|5[0-6](\.\d+)?px/);
  await page.getByRole('link', { name: 'To the overview' }).click();
  await expect(page.locator('#cpu-usage')).toHaveText(/%$/);
});

test('what stands in the address is text', async ({ page, server, allowConsole }) => {
  allowConsole(/404/);
  await page.goto(`${server.url}/<img src=x onerror=alert(1)>`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
  await expect(page.locator('main img')).toHaveCount(0);
});

test('under /api it is JSON', async ({ server }) => {
  for (const path of ['/api/unknown', '/api/', '/api', '/api/%3Cb%3E']) {
    const answer = await get(server.url + path);
    expect(answer.status, path).toBe(404);
    expect(answer.headers['content-type'], path).toContain('application/json');
    const body = JSON.parse(answer.body.toString()) as Record<string, unknown>;
    expect(body).toEqual({ error: expect.any(String), message: expect.stringContaining(path) });
  }
});

test('health and readiness are plain', async ({ server }) => {
  for (const path of ['/healthz', '/readyz']) {
    expect((await get(server.url + path)).status, path).toBe(200);
  }
});
