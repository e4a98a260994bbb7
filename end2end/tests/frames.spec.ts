import { createParser } from 'eventsource-parser';
import { END, type Expected, type Heard, NAMED, publish, publishHostile } from '../fixtures/hostile';
import { bytesOf, post } from '../fixtures/http';
import { type Page, expect, marked, test } from '../fixtures/page';

/** What the page's script keeps for the test. */
interface Kept {
  heard: Heard[];
}

/** Follows a channel with the browser's own EventSource, from a page that does nothing else. */
async function follow(page: Page, url: string, channel: string): Promise<void> {
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!DOCTYPE html>' }));
  await page.goto(`${url}/blank.html`);
  await page.evaluate(
    async ([channel, ...names]) => {
      const heard: Heard[] = [];
      Object.assign(window, { heard });
      const source = new EventSource(`/api/stream/${channel}`);
      for (const name of names) {
        source.addEventListener(name, (event: MessageEvent<string>) => {
          heard.push({ event: event.type, data: event.data, id: event.lastEventId });
        });
      }
      await new Promise((done) => source.addEventListener('connected', done, { once: true }));
    },
    [channel, 'message', NAMED, END, 'evil', 'x'],
  );
}

/** What EventSource has told, up to the end. */
async function heard(page: Page): Promise<Heard[]> {
  await page.waitForFunction((end) => (window as unknown as Kept).heard.at(-1)?.event === end, END);
  return page.evaluate(() => (window as unknown as Kept).heard);
}

/** Compares one by one, so that a difference is told by what is odd about the text. */
function expectSame(got: Heard[], expected: Expected[], how = ''): void {
  for (const [index, { what, event, data, id }] of expected.entries()) {
    expect.soft(got[index], `${what} ${how}`).toEqual({ event, data, id });
  }
  expect(got.length).toBe(expected.length);
}

test('EventSource reads all data as it was published', async ({ page, server }) => {
  const channel = marked('data');
  await follow(page, server.url, channel);
  const expected = await publishHostile(server.url, channel);
  expectSame(await heard(page), expected);
  for (const { id } of expected) expect(id).toMatch(/^[A-Za-z0-9.]{1,40}$/);
});

test('EventSource reads the same byte by byte', async ({ page, server, lineTo }) => {
  const channel = marked('crumbs');
  const line = await lineTo(server);
  line.crumble = true;
  await follow(page, line.url, channel);
  expect(line.open).toBe(1);
  const expected = await publishHostile(server.url, channel);
  expectSame(await heard(page), expected);
});

test("EventSource hears nothing of names and ids that are not the server's", async ({ page, server }) => {
  const channel = marked('names');
  await follow(page, server.url, channel);
  const names = ['x\nid: 9\ndata: evil', 'x\r\revent: evil\rdata: evil\r\r', 'x\r\nretry: 1', 'x\0', ' x', 'é', ''];
  for (const event of names) {
    const answer = await post(`${server.url}/api/publish/${channel}`, JSON.stringify({ event, text: 'evil' }));
    expect(answer.status, JSON.stringify(event)).toBe(400);
  }
  for (const id of ['9', 'x\0', '9\ndata: evil', '<', '9'.repeat(255)]) {
    const answer = await post(`${server.url}/api/publish/${channel}`, JSON.stringify({ id, text: 'evil' }));
    expect(answer.status, JSON.stringify(id)).toBe(422);
  }
  const id = await publish(server.url, channel, 'the end', END);
  expect(await heard(page)).toEqual([{ event: END, data: 'the end', id }]);
});

/** Numbers from 0 up to 1, the same for the same seed (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** Cuts bytes into pieces of 1 up to `most` bytes. */
function* pieces(bytes: Buffer, most: number, seed: number): Generator<Buffer> {
  const next = numbers(seed);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(next() * most);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** What eventsource-parser reads, of the events that a test has published. */
function parse(chunks: Iterable<Buffer>): Heard[] {
  const got: Heard[] = [];
  let lastId = '';
  const parser = createParser({
    onEvent: ({ event = 'message', data, id }) => {
      // It tells the id of an event; that the last one stays is left to who uses it.
      lastId = id ?? lastId;
      if (!['connected', 'snapshot', 'heartbeat'].includes(event)) got.push({ event, data, id: lastId });
    },
    onError: (error) => {
      throw error;
    },
  });
  const decoder = new TextDecoder();
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  return got;
}

test('eventsource-parser reads the same, however the bytes are cut', async ({ server }) => {
  const channel = marked('cut');
  let expected: Expected[] = [];
  const bytes = await bytesOf(
    `${server.url}/api/stream/${channel}`,
    async () => (expected = await publishHostile(server.url, channel)),
    (bytes) => bytes.includes(`event: ${END}\ndata:\n\n`),
  );
  expectSame(parse([bytes]), expected, 'whole');
  expectSame(parse(pieces(bytes, 1, 0)), expected, 'byte by byte');
  for (let seed = 1; seed <= 60; seed += 1) {
    const most = [2, 7, 100, 1_500, 40_000][seed % 5];
    expectSame(parse(pieces(bytes, most, seed)), expected, `in pieces of up to ${most} bytes, seed ${seed}`);
  }
});
