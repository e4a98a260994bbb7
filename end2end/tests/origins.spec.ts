import { Blank } from '../fixtures/blank';
import { END, publish } from '../fixtures/hostile';
import { bytesOf } from '../fixtures/http';
import { expect, marked, test } from '../fixtures/page';

/** What the browser tells of a call that it lets no page of another origin make, or read. */
const REFUSED = /CORS|ERR_FAILED|40[05]|415|\/api\//;

test('a page of another origin reads nothing and publishes nothing', async ({ page, server, allowConsole }) => {
  allowConsole(REFUSED);
  const channel = marked('origin');
  const other = await Blank.open();
  await page.goto(other.url);
  const bytes = await bytesOf(
    `${server.url}/api/stream/${channel}`,
    async () => {
      const outcome = await page.evaluate(
        async ([own, url, channel]) => {
          const read = (url: string, options?: RequestInit) =>
            fetch(url, options).then(
              (answer) => answer.type,
              () => 'refused',
            );
          const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"evil"}' };
          const plain = { method: 'POST', mode: 'no-cors', body: '{"text":"evil"}' } as const;
          const source = new EventSource(`${url}/api/stream/${channel}`);
          const state = new Promise((done) => {
            source.onopen = source.onerror = () => done(source.readyState);
          });
          return {
            own: await read(own),
            snapshot: await read(`${url}/api/snapshot`),
            withCookies: await read(`${url}/api/stats`, { credentials: 'include' }),
            json: await read(`${url}/api/publish/${channel}`, json),
            plain: await read(`${url}/api/publish/${channel}`, plain),
            stream: await state,
          };
        },
        [other.url, server.url, channel],
      );
      expect.soft(outcome).toEqual({
        own: 'basic',
        snapshot: 'refused',
        withCookies: 'refused',
        json: 'refused',
        plain: 'refused',
        stream: 2,
      });
      await publish(server.url, channel, '', END);
    },
    (bytes) => bytes.includes(`event: ${END}\ndata:\n\n`),
  );
  expect(bytes.toString()).not.toContain('evil');
  other.close();
});
