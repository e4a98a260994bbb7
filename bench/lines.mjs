// 20,000 lines a second written to a file that opsglass follows, and read by curl on its stream: each must come, in order,
// or be counted in a `gap`.

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Server, cpuSeconds } from './server.mjs';

const LINES_PER_SECOND = 20_000;
const TICK_MS = 10;
// How long is waited for the last line.
const PATIENCE_MS = 10_000;

// The rows of the table, and how many lines a gap has told.
export async function lines(binary, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'opsglass-lines-'));
  const path = join(folder, 'app.log');
  const file = openSync(path, 'a');
  const server = await Server.opsglass(binary, ['--no-journal', '--containers', 'none', '--log-file', path]);
  let reader;
  try {
    await server.ready();
    reader = new Reader(`http://${server.address}/api/dashboard-stream`);
    await until(() => reader.isOpen, PATIENCE_MS);
    const [cpu, from] = [cpuSeconds(server.pid), performance.now()];
    const written = await write(file, seconds);
    await until(() => reader.last === written - 1 || reader.seen + reader.told >= written, PATIENCE_MS);
    const elapsed = (performance.now() - from) / 1000;
    const percent = (100 * (cpuSeconds(server.pid) - cpu)) / elapsed;
    const unsaid = Math.abs(written - reader.seen - reader.told);
    const figure = (what, value, unit, limit) => ({ what, value, unit, limit, digits: unit === '' ? 0 : 2 });
    return {
      told: reader.told,
      written,
      rows: [
        figure('lines that neither came nor were told in a gap', unsaid, '', 0),
        figure('lines that came twice or out of order', reader.disordered, '', 0),
        figure('lines told in a gap, of each thousand', (1000 * reader.told) / written, '', 10),
        figure('CPU at 20,000 lines a second, one follower', percent, '% of a core', 40),
      ],
    };
  } finally {
    reader?.close();
    await server.stop();
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

// Writes numbered lines at their times, a few at once. Returns how many.
async function write(file, seconds) {
  const all = seconds * LINES_PER_SECOND;
  const from = performance.now();
  let next = 0;
  while (next < all) {
    const due = Math.min(all, Math.floor(((performance.now() - from) / 1000) * LINES_PER_SECOND));
    let text = '';
    for (; next < due; next++) text += `${new Date().toISOString()} INFO web: GET /api/orders/88213 200 in 9 ms, line ${next}\n`;
    if (text !== '') writeSync(file, text);
    await sleep(TICK_MS);
  }
  return all;
}

// What curl prints of a stream, read line by line.
class Reader {
  isOpen = false;
  seen = 0;
  last = -1;
  told = 0;
  disordered = 0;
  #event = '';
  #rest = '';

  constructor(url) {
    this.curl = spawn('curl', ['--silent', '--no-buffer', url], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.curl.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop();
      for (const line of lines) this.#take(line);
    });
  }

  #take(line) {
    if (line.startsWith('event: ')) this.#event = line.slice('event: '.length);
    if (!line.startsWith('data: ')) return;
    this.isOpen = true;
    if (this.#event === 'gap') this.told += JSON.parse(line.slice('data: '.length)).missed;
    if (this.#event !== 'log') return;
    const number = /line (\d+)"/.exec(line)?.[1];
    if (number === undefined) return;
    this.seen++;
    if (Number(number) <= this.last) this.disordered++;
    this.last = Number(number);
  }

  close() {
    this.curl.kill();
  }
}

async function until(holds, ms) {
  const end = performance.now() + ms;
  while (!holds() && performance.now() < end) await sleep(20);
}
