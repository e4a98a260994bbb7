// What opsglass weighs by itself: sizes, start, and the cost of one viewer.

import { EventEmitter, once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Server, childrenOf, cpuSeconds, pssBytes } from './server.mjs';

const SETTLE_SECONDS = 10;
const STARTS = 5;

const KB = 1000;
const MB = 1000 * KB;
const MIB = 1024 * 1024;

// The rows of the table, and the processes that opsglass started beside. `binary` and `site` say where the release is.
export async function footprint(binary, site, idleSeconds) {
  const started = await start(binary);
  const { rows, children } = await idle(binary, idleSeconds);
  return { rows: [...sizes(binary, site), ...rows, ...started], children };
}

function sizes(binary, site) {
  const figure = (what, path, unit, name, limit) => ({ what, value: statSync(path).size / unit, unit: name, limit });
  return [
    figure('wasm, brotli', join(site, 'opsglass.wasm.br'), KB, 'KB', 110),
    figure('JavaScript, brotli', join(site, 'opsglass.js.br'), KB, 'KB', 10),
    { what: 'script of the log, brotli, all its parts', value: script('logs', join(site, '..')) / KB, unit: 'KB', limit: 13 },
    { what: 'script of the palette, brotli, all its parts', value: script('palette', join(site, '..')) / KB, unit: 'KB', limit: 6 },
    figure('CSS, brotli', join(site, 'opsglass.css.br'), KB, 'KB', 12),
    figure('CSS that some pages add, brotli', join(site, 'pages.css.br'), KB, 'KB', 12),
    figure('binary, site embedded', binary, MB, 'MB', 15),
  ];
}

/** Bytes of a script and all its parts. */
function script(of, site) {
  const parts = readdirSync(join(site, of)).filter((name) => name.endsWith('.br'));
  const files = [`${of}.js.br`, ...parts.map((name) => join(of, name))];
  return files.reduce((bytes, name) => bytes + statSync(join(site, name)).size, 0);
}

async function start(binary) {
  const times = [];
  for (let run = 0; run < STARTS; run++) {
    const server = await Server.opsglass(binary);
    try {
      times.push(await firstMetrics(server));
    } finally {
      await server.stop();
    }
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(STARTS / 2)];
  return [{ what: `start to first metrics event, median of ${STARTS}`, value: median, unit: 'ms', digits: 0, limit: 1500 }];
}

async function firstMetrics(server) {
  const events = new EventEmitter();
  const arrived = once(events, 'metrics', { signal: AbortSignal.timeout(30_000) });
  const close = await server.view(events);
  await arrived;
  const elapsed = performance.now() - server.startedAt;
  close();
  return elapsed;
}

async function idle(binary, idleSeconds) {
  const server = await Server.opsglass(binary);
  try {
    let metrics = 0;
    const events = new EventEmitter().on('metrics', () => metrics++);
    const close = await server.view(events);
    await sleep(SETTLE_SECONDS * 1000);

    const pids = [{ pid: server.pid, name: 'opsglass' }, ...childrenOf(server.pid)];
    const before = pids.map(({ pid }) => cpuSeconds(pid));
    const from = performance.now();
    metrics = 0;
    await sleep(idleSeconds * 1000);
    const seconds = (performance.now() - from) / 1000;
    const [self, ...children] = pids.map(({ pid, name }, n) => ({
      name,
      cpu: (100 * (cpuSeconds(pid) - before[n])) / seconds,
      pss: pssBytes(pid) / MIB,
    }));
    if (metrics === 0) throw new Error('the stream went silent while the server was measured');
    close();

    return {
      children,
      rows: [
        { what: `CPU, one viewer, over ${idleSeconds} s`, value: self.cpu, unit: '% of a core', limit: 1 },
        { what: 'memory (PSS), one viewer', value: self.pss, unit: 'MiB', limit: 25 },
      ],
    };
  } finally {
    await server.stop();
  }
}
