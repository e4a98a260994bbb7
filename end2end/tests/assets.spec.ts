import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ANNA } from '../fixtures/doors';
import { get, getAsIs } from '../fixtures/http';
import { expect, open, test } from '../fixtures/page';

const KIB = 1024;
const KINDS = [
  { what: 'style', which: /\.css$/, type: 'text/css', most: 12 * KIB },
  { what: 'script', which: /^(?!\/palette).*\.js$/, type: 'text/javascript', most: 10 * KIB },
  { what: 'script of the palette', which: /^\/palette.*\.js$/, type: 'text/javascript', most: 6 * KIB },
  // The whole page, its charts and its client.
  { what: 'module', which: /\.wasm$/, type: 'application/wasm', most: 110 * 1_000 },
];

for (const { what, which, type, most } of KINDS) {
  test(`${what}: compressed, small, and asked for once`, async ({ page, server }) => {
    const urls = new Set<string>();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (which.test(pathname)) urls.add(server.url + pathname);
    });
    await open(page, server.url);
    expect(urls.size).toBeGreaterThan(0);
    let bytes = 0;
    for (const url of urls) {
      const plain = await get(url);
      expect(plain.headers['content-type']).toContain(type);
      expect(plain.headers['content-encoding']).toBeUndefined();

      const brotli = await get(url, { 'accept-encoding': 'gzip, deflate, br' });
      expect(brotli.headers['content-encoding']).toBe('br');
      expect(brotli.headers.vary?.toLowerCase()).toContain('accept-encoding');
      expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
      bytes += brotli.body.length;

      const gzip = await get(url, { 'accept-encoding': 'gzip' });
      expect(gzip.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);

      const etag = brotli.headers.etag ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      const again = await get(url, { 'accept-encoding': 'gzip, deflate, br', 'if-none-match': etag });
      expect(again.status).toBe(304);
      expect(again.body.length).toBe(0);
      const other = await get(url, { 'accept-encoding': 'gzip, deflate, br', 'if-none-match': '"other"' });
      expect(other.status).toBe(200);
    }
    expect(bytes, `${what} over the wire`).toBeLessThanOrEqual(most);
  });
}

test('the page of the log names all parts of its script', async ({ page, server }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await open(page, server.url, '/logs');
  const parts = readdirSync(join(__dirname, '../../public/logs')).map((name) => `/logs/${name}`);
  const links = page.locator('link[rel=modulepreload][href^="/logs/"]');
  expect(await links.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(parts.toSorted());
  const scripts = asked.filter((path) => path.startsWith('/logs/'));
  expect(scripts.toSorted(), 'each is asked for once, and no other').toEqual(parts.toSorted());
});

test('icons are there', async ({ page, server }) => {
  await page.goto(server.url);
  const href = await page.locator('link[rel=icon]').getAttribute('href');
  const icon = await get(server.url + (href ?? ''));
  expect(icon.status).toBe(200);
  expect(icon.headers['content-type']).toContain('image/svg+xml');
});

/** Ways out of the folder, and ways to write the path of a file so that it is taken for another. */
const OUT = ['/pkg/../../Cargo.toml', '/../Cargo.toml', '/%2e%2e/Cargo.toml', '/pkg/..%2f..%2fCargo.toml', '/pkg/..\\..\\Cargo.toml'];
const ODD = [
  '/pkg/',
  '/pkg',
  '/pkg/opsglass.css.br',
  '/pkg/opsglass.js.gz',
  '/pkg/./opsglass.js',
  '/pkg//opsglass.js',
  '/pkg/../pkg/opsglass.js',
  '/pkg/opsglass.css/../opsglass.js',
  '/%70kg/opsglass.js',
  '/pkg%2fopsglass.js',
  '/pkg/opsglass%2ejs',
  '/pkg/opsglass.js%00',
  '/PKG/opsglass.js',
];

test('no path leads out of what is embedded, nor to a file by another name', async ({ server }) => {
  expect((await getAsIs(server.url, '/pkg/opsglass.js')).status).toBe(200);
  for (const path of [...OUT, ...ODD]) {
    const answer = await getAsIs(server.url, path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.body.toString(), path).not.toContain('[workspace');
  }
});

test('no way to write a path opens what is shown to who has signed in', async ({ launch }) => {
  const server = await launch({ config: ANNA });
  expect((await getAsIs(server.url, '/pkg/opsglass.css')).status).toBe(200);
  const twice = ['//pkg/opsglass.js', '///pkg/opsglass.js', '//room.js', '//', '/.//pkg/opsglass.js'];
  const styled = ['/login/../pkg/opsglass.js', '/pkg/opsglass.css/../../', '/healthz/../', '/%6cogin/../pkg/opsglass.js'];
  for (const path of ['/pkg/opsglass.js', ...twice, ...styled, ...OUT, ...ODD]) {
    const answer = await getAsIs(server.url, path);
    expect([path, answer.status, answer.body.length]).toEqual([path, 303, 0]);
    expect(answer.headers.location, path).toMatch(/^\/login/);
  }
  for (const path of ['//api/snapshot', '/api//snapshot', '/api/../api/snapshot', '/%61pi/snapshot', '//metrics']) {
    const answer = await getAsIs(server.url, path);
    expect([303, 401], path).toContain(answer.status);
    expect(answer.body.toString(), path).not.toContain('"cpu"');
  }
});
