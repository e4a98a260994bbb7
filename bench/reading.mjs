// What a flood of log lines costs who looks at the log: 20,000 lines a second come from a file while a browser has the page
// open. How busy is its main thread, and does its heap grow? By itself it watches for ten minutes:
//
//   node bench/reading.mjs

import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { holds } from './report.mjs';
import { Server } from './server.mjs';

const { chromium } = createRequire(new URL('../end2end/package.json', import.meta.url))('@playwright/test');

const A_SECOND = 20_000;
// Writes a second.
const WRITES = 20;
const SETTLE_SECONDS = 5;
// Until the page has as many lines as it keeps.
const FILL_SECONDS = 10;
const LONG_SECONDS = 600;
const MIB = 1024 * 1024;

// The rows of the table.
export async function readLog(binary, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'opsglass-reading-'));
  const file = join(folder, 'flood.log');
  const out = createWriteStream(file);
  await once(out, 'open');
  const server = await Server.opsglass(binary, ['--no-journal', '--containers', 'none', '--log-file', file]);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    await server.ready();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await page.goto(`http://${server.address}/logs`);
    await sleep(SETTLE_SECONDS * 1000);

    let written = 0;
    const flood = async (until) => {
      const from = performance.now();
      for (let write = 1; write <= until * WRITES; write++) {
        const lines = Array.from({ length: A_SECOND / WRITES }, () => `level=info msg="GET /api/orders/${written} 200" n=${written++}\n`);
        out.write(lines.join(''));
        await sleep(Math.max(from + (write * 1000) / WRITES - performance.now(), 0));
      }
    };
    // The list has its full length from then on, so its heap is to stay as it is.
    await flood(FILL_SECONDS);
    const before = await use(session);
    await flood(seconds);
    const after = await use(session);
    const elements = await page.evaluate(() => document.querySelectorAll('.log-entry').length);
    const share = (name) => (100 * (after[name] - before[name])) / (after.Timestamp - before.Timestamp);
    const figure = (what, value, unit, limit, digits) => ({ what, value, unit, limit, digits });
    return [
      figure(`main thread in tasks, ${A_SECOND} lines/s over ${seconds} s`, share('TaskDuration'), '% of the time', 30),
      figure('main thread on the processor', share('ThreadTime'), '% of a core', 30),
      figure('heap, growth meanwhile', (after.JSHeapUsedSize - before.JSHeapUsedSize) / MIB, 'MiB', 5),
      figure('heap', after.JSHeapUsedSize / MIB, 'MiB', 50),
      figure('lines in the document', elements, '', 400, 0),
    ];
  } finally {
    out.end();
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

// What Chromium says of the page, once what is of no more use has been collected.
async function use(session) {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: String(LONG_SECONDS) } } });
  const binary = process.env.OPSGLASS_BIN ?? fileURLToPath(new URL('../target/release/opsglass', import.meta.url));
  if (!existsSync(binary)) throw new Error('there is no release: make build');
  const rows = await readLog(binary, Number(values.seconds));
  for (const { what, value, unit, limit, digits = 2 } of rows) {
    console.log(`${what}: ${value.toFixed(digits)} ${unit} (limit ${limit})`);
  }
  process.exitCode = rows.every(holds) ? 0 : 1;
}
