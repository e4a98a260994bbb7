import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, expect, logLines, marked, messages, open, test } from '../fixtures/page';

const CLIENTS = readFileSync(join(__dirname, '../fixtures/guide-clients.html'), 'utf8');
/** They tell the console of every error. */
const THEIRS = /\/api\/(dashboard|overview)-stream|SSE error|Max reconnection|SSE connection timeout/;

interface GuideClient {
  eventSource: EventSource | null;
  reconnectAttempts: number;
  connect(): void;
  close(): void;
  cleanup(): void;
  addEventListener(name: string, callback: (event: MessageEvent<string>) => void): void;
  removeEventListener(name: string, callback: (event: MessageEvent<string>) => void): void;
}

/** What the page's script keeps for the test. */
interface Kept {
  client: GuideClient;
  heard: string[];
}

/** Loads a page with the guide's own classes, unchanged, from the server's origin. */
async function openClients(page: Page, url: string): Promise<void> {
  await page.route('**/clients.html', (route) => route.fulfill({ contentType: 'text/html', body: CLIENTS }));
  await page.goto(`${url}/clients.html`);
}

function heard(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as Kept).heard);
}

/** Makes an SSEClient that keeps what it hears, and one more listener for logs, which is taken away again. */
async function startSse(page: Page): Promise<void> {
  await page.evaluate(() => {
    // @ts-expect-error A class of the page's own.
    const client: GuideClient = new SSEClient('/api/dashboard-stream', { reconnectInterval: 300, maxReconnectAttempts: 3 });
    const kept: Kept = { client, heard: [] };
    Object.assign(window, kept);
    const keep = (text: string) => () => kept.heard.push(text);
    for (const name of ['connected', 'error', 'maxReconnectAttemptsReached']) client.addEventListener(name, keep(name));
    client.connect();
    client.addEventListener('metrics', (event) => kept.heard.push(`cpu ${typeof JSON.parse(event.data).cpu}`));
    client.addEventListener('log', (event) => kept.heard.push(JSON.parse(event.data).message));
    const removed = keep('removed');
    client.addEventListener('log', removed);
    client.removeEventListener('log', removed);
  });
}

/** Makes a RobustSSEClient; what it hears of a stream whose events all have names is what it looks at. */
async function startRobust(page: Page, options: object): Promise<void> {
  await page.evaluate((options) => {
    // @ts-expect-error A class of the page's own.
    const client: GuideClient = new RobustSSEClient('/api/dashboard-stream', options);
    Object.assign(window, { client, heard: [] });
    Object.assign(client, {
      onMaxReconnectAttemptsReached: () => (window as unknown as Kept).heard.push('given up'),
    });
    client.connect();
  }, options);
}

/** How the guide's client stands: the state of its EventSource, and its attempts. */
function state(page: Page): Promise<[number | undefined, number]> {
  return page.evaluate(() => {
    const { client } = window as unknown as Kept;
    return [client.eventSource?.readyState, client.reconnectAttempts];
  });
}

const OPEN = [1, 0];

test("the guide's SSEClient hears what it listens for", async ({ page, server }) => {
  await openClients(page, server.url);
  await startSse(page);
  const line = marked('sse-client');
  await expect.poll(() => heard(page)).toContain('cpu number');
  server.appendLog(line);
  await expect.poll(() => heard(page)).toContain(line);
  const all = await heard(page);
  expect(all[0], 'its own word that it is connected').toBe('connected');
  expect(all).not.toContain('removed');
  expect(all).not.toContain('error');
  await page.evaluate(() => (window as unknown as Kept).client.close());
});

test("the guide's SSEClient survives a server that is killed", async ({ page, launch, allowConsole }) => {
  allowConsole(THEIRS);
  const server = await launch();
  await openClients(page, server.url);
  await startSse(page);
  await expect.poll(() => heard(page)).toContain('cpu number');
  await server.kill();
  await expect.poll(() => heard(page)).toContain('error');
  await server.start();
  const line = marked('after');
  // Its EventSource tries again every 2 to 6 seconds, as the server has told it.
  await expect.poll(() => state(page), { timeout: 20_000 }).toEqual(OPEN);
  server.appendLog(line);
  await expect.poll(() => heard(page)).toContain(line);
});

test("the guide's SSEClient gives up as it is told to", async ({ page, launch, lineTo, allowConsole }) => {
  allowConsole(/503|SSE error|Max reconnection|\/api\/(dashboard|overview)-stream/);
  const line = await lineTo(await launch());
  await openClients(page, line.url);
  for (let refusal = 0; refusal < 4; refusal += 1) line.refuse();
  await startSse(page);
  await expect.poll(() => heard(page)).toContain('maxReconnectAttemptsReached');
  expect(line.asked).toHaveLength(4);
});

test("the guide's RobustSSEClient survives a server that is killed", async ({ page, launch, allowConsole }) => {
  allowConsole(THEIRS);
  const server = await launch();
  await openClients(page, server.url);
  await startRobust(page, {});
  await expect.poll(() => state(page)).toEqual(OPEN);
  await server.kill();
  await expect.poll(async () => (await state(page))[0]).toBe(0);
  await server.start();
  await expect.poll(() => state(page), { timeout: 20_000 }).toEqual(OPEN);
});

test("the guide's RobustSSEClient comes back after refusals", async ({ page, launch, lineTo, allowConsole }) => {
  allowConsole(/503|SSE error|\/api\/(dashboard|overview)-stream/);
  const line = await lineTo(await launch());
  await openClients(page, line.url);
  line.refuse();
  line.refuse();
  await startRobust(page, { reconnectInterval: 100 });
  await expect.poll(() => state(page)).toEqual(OPEN);
  expect(line.asked).toHaveLength(3);
  await page.evaluate(() => (window as unknown as Kept).client.cleanup());
  await expect.poll(() => line.open).toBe(0);
});

/** Answers that are no stream; after most of them the browser's own EventSource gives up for good. */
const NO_STREAM = [
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 205 Reset Content\r\ncontent-length: 0',
  'HTTP/1.1 301 Moved Permanently\r\nlocation:\r\ncontent-length: 0',
  'HTTP/1.1 404 Not Found\r\ncontent-length: 0',
  'HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0',
  'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0',
  'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0',
  'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 0',
  'HTTP/1.1 200 OK\r\ncontent-length: 0',
];

for (const answer of NO_STREAM) {
  test(`a page comes back after ${answer.replace(/\r\n/g, ', ')}`, async ({ page, server, lineTo, allowConsole }) => {
    allowConsole(THEIRS);
    const line = await lineTo(server);
    line.refuse(answer);
    line.refuse(answer);
    await open(page, line.url);
    expect([line.asked.length, line.open]).toEqual([3, 1]);
  });
}

const ODD = 'ünï 🦀\u2028 \u0000 é\u0301 👩‍👩‍👧 data: id: 9';

test('a stream that comes byte by byte says the same', async ({ page, launch, lineTo }) => {
  const server = await launch();
  const line = await lineTo(server);
  line.crumble = true;
  await open(page, line.url);
  const mark = marked('crumbs');
  server.appendLog(`${mark} ${ODD}`);
  server.appendLog(`${mark} 2`);
  await expect(logLines(page).filter({ hasText: mark })).toHaveCount(2);
  const { logs } = await server.snapshot();
  const sent = logs.map(({ entry }) => entry.message).filter((message) => message.includes(mark));
  expect((await messages(page)).filter((message) => message.includes(mark))).toEqual(sent);
});

test('half an event is none, and comes whole with the next stream', async ({ page, launch, lineTo, allowConsole }) => {
  allowConsole(THEIRS);
  const server = await launch();
  const line = await lineTo(server);
  await open(page, line.url);
  const mark = marked('torn');
  line.tear(mark);
  server.appendLog(mark);
  server.appendLog(`${mark} 2`);
  await expect(logLines(page).filter({ hasText: mark })).toHaveCount(2, { timeout: 20_000 });
  expect((await messages(page)).filter((message) => message.includes(mark))).toEqual([mark, `${mark} 2`]);
  expect(line.asked).toHaveLength(2);
});
