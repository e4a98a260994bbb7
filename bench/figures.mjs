// The figures that opsglass promises, measured on the release build: sizes, footprint, start.
// Prints them and writes bench/RESULTS.md. Fails when one is over its limit.
//
//   node bench/figures.mjs [--seconds 60]

import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Server, childrenOf, cpuSeconds, processes, pssBytes } from './server.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BINARY = join(ROOT, 'target/release/opsglass');
const SITE = join(ROOT, 'target/site/pkg');

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const IDLE_SECONDS = Number(options.seconds);
const SETTLE_SECONDS = 10;
const STARTS = 5;

const KB = 1000;
const MB = 1000 * KB;
const MIB = 1024 * 1024;

function sizes() {
  const figure = (what, path, unit, name, limit) => ({ what, value: statSync(path).size / unit, unit: name, limit });
  return [
    figure('wasm, brotli', join(SITE, 'opsglass.wasm.br'), KB, 'KB', 110),
    figure('JavaScript, brotli', join(SITE, 'opsglass.js.br'), KB, 'KB', 10),
    figure('CSS, brotli', join(SITE, 'opsglass.css.br'), KB, 'KB', 12),
    figure('binary, site embedded', BINARY, MB, 'MB', 15),
  ];
}

async function start() {
  const times = [];
  for (let run = 0; run < STARTS; run++) {
    const server = await Server.start(BINARY);
    try {
      times.push(await firstMetrics(server));
    } finally {
      await server.stop();
    }
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(STARTS / 2)];
  return [{ what: `start to first metrics event, median of ${STARTS}`, value: median, unit: 'ms', limit: 1500 }];
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

async function idle() {
  const server = await Server.start(BINARY);
  try {
    let metrics = 0;
    const events = new EventEmitter().on('metrics', () => metrics++);
    const close = await server.view(events);
    await sleep(SETTLE_SECONDS * 1000);

    const pids = [{ pid: server.pid, name: 'opsglass' }, ...childrenOf(server.pid)];
    const before = pids.map(({ pid }) => cpuSeconds(pid));
    const from = performance.now();
    metrics = 0;
    await sleep(IDLE_SECONDS * 1000);
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
        { what: `CPU, one viewer, over ${IDLE_SECONDS} s`, value: self.cpu, unit: '% of a core', limit: 1 },
        { what: 'memory (PSS), one viewer', value: self.pss, unit: 'MiB', limit: 25 },
      ],
    };
  } finally {
    await server.stop();
  }
}

function machine() {
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? os.type();
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / (1024 * MIB));
  return [
    `${cpus[0].model.trim()}, ${cpus.length} cores, ${memory} GiB`,
    `${system}, Linux ${os.release().split('.', 2).join('.')}`,
    `${processes().length} processes, load ${os.loadavg()[0].toFixed(2)} at the start`,
  ].join('; ');
}

function versions() {
  const version = (program) => execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const [rust] = /rustc [\d.]+/.exec(version('rustc'));
  return `${version(BINARY)}, ${rust}, Node ${process.version.slice(1)}`;
}

function report(rows, children, about) {
  const cell = ({ value, unit }) => `${value.toFixed(unit === 'ms' ? 0 : 2)} ${unit}`;
  const lines = rows.map((row) => {
    const verdict = row.value <= row.limit ? 'ok' : 'over';
    return `| ${row.what} | ${cell(row)} | ${row.limit} ${row.unit} | ${verdict} |`;
  });
  const beside = children.map(({ name, cpu, pss }) => `${name} (${cpu.toFixed(2)} %, ${pss.toFixed(1)} MiB)`);
  return [
    '# Figures',
    '',
    'Measured by `make bench` on the release build: the binary alone in an empty folder, started with its defaults.',
    '',
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    ...about,
    '',
    '| figure | measured | limit | |',
    '|---|---:|---:|---|',
    ...lines,
    '',
    ...(beside.length > 0 ? [`Processes that opsglass started, not counted above: ${beside.join(', ')}.`, ''] : []),
    'KB and MB are 1,000 and 1,000,000 bytes. Files are counted as they are served.',
    '',
  ].join('\n');
}

const about = [`- Machine: ${machine()}`, `- Versions: ${versions()}`];
console.log(`measuring; about ${SETTLE_SECONDS + IDLE_SECONDS + 2 * STARTS} seconds`);
const started = await start();
const { rows, children } = await idle();
const figures = [...sizes(), ...rows, ...started];
const text = report(figures, children, about);
console.log(`\n${text}`);
writeFileSync(join(ROOT, 'bench/RESULTS.md'), text);
process.exitCode = figures.every(({ value, limit }) => value <= limit) ? 0 : 1;
