// What watching a machine of 200 processes costs: opsglass twice, once with somebody who looks and once for Prometheus
// only, beside node_exporter and glances, all at the same time and each asked once a second.

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { Server, childrenOf, cpuSeconds, processes, pssBytes } from './server.mjs';

const PROCESSES = 200;
const SETTLE_SECONDS = 15;
const MIB = 1024 * 1024;

// The rows of the table and what each program cost.
export async function watching(binary, seconds) {
  const crowd = fill();
  const programs = [];
  try {
    programs.push(await viewed(binary));
    programs.push(await asked('opsglass, scraped', await Server.opsglass(binary), '/metrics', samples));
    programs.push(await asked('node_exporter, scraped', await Server.nodeExporter(), '/metrics', samples));
    programs.push(await asked('glances, polled', await Server.glances(), '/api/4/all', (text) => values(JSON.parse(text))));
    await settle(programs, SETTLE_SECONDS);
    const costs = await measure(programs, seconds);
    return { rows: rows(costs), costs, processes: processes().length };
  } finally {
    for (const { server, close } of programs) {
      close?.();
      await server.stop();
    }
    for (const process of crowd) process.kill();
  }
}

// Processes that sleep, so that there are 200 on the machine.
function fill() {
  const missing = Math.max(0, PROCESSES - processes().length);
  return Array.from({ length: missing }, () => spawn('sleep', ['1000'], { stdio: 'ignore' }));
}

// opsglass with one viewer on its stream: what is read is all there is, the process table too.
async function viewed(binary) {
  const server = await Server.opsglass(binary);
  const close = await server.view({ emit() {} });
  const readings = async () => {
    const { metrics } = await server.json('/api/snapshot');
    return samples((await server.get('/metrics')).text) + values(metrics);
  };
  return { name: 'opsglass, one viewer', server, close, readings, ask: async () => {} };
}

// A program that is asked for `path`, of whose answer `count` tells how many readings it holds.
async function asked(name, server, path, count) {
  await server.ready();
  const answer = async () => {
    const { status, text } = await server.get(path);
    if (status !== 200) throw new Error(`${name}: ${path} answered ${status}`);
    return text;
  };
  return { name, server, readings: async () => count(await answer()), ask: answer };
}

// Samples in Prometheus' text.
const samples = (text) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;

// Numbers in a JSON value, at any depth.
function values(value) {
  if (typeof value === 'number') return 1;
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum, inner) => sum + values(inner), 0);
}

async function settle(programs, seconds) {
  for (let second = 0; second < seconds; second++) {
    await Promise.all([sleep(1000), ...programs.map(({ ask }) => ask())]);
  }
}

async function measure(programs, seconds) {
  const pids = programs.map(({ server }) => [server.pid, ...childrenOf(server.pid).map(({ pid }) => pid)]);
  const cpu = () => pids.map((all) => all.reduce((sum, pid) => sum + cpuSeconds(pid), 0));
  const [before, from] = [cpu(), performance.now()];
  await settle(programs, seconds);
  const [after, elapsed] = [cpu(), (performance.now() - from) / 1000];
  const costs = [];
  for (const [n, { name, readings }] of programs.entries()) {
    const pss = pids[n].reduce((sum, pid) => sum + pssBytes(pid), 0) / MIB;
    costs.push({ name, cpu: (100 * (after[n] - before[n])) / elapsed, pss, readings: await readings() });
  }
  return costs;
}

function rows([viewed, scraped, exporter, glances]) {
  const figure = (what, value, unit, limit) => ({ what, value, unit, limit });
  return [
    figure('CPU, 200 processes at 1 s, one viewer', viewed.cpu, '% of a core', 1),
    figure('memory (PSS), 200 processes at 1 s, one viewer', viewed.pss, 'MiB', 30),
    figure('CPU: opsglass, one viewer / node_exporter', viewed.cpu / exporter.cpu, '', 1),
    figure('CPU: opsglass, scraped / node_exporter', scraped.cpu / exporter.cpu, '', 1),
    figure('CPU: opsglass, one viewer / glances', viewed.cpu / glances.cpu, '', 1),
    figure('memory: opsglass, one viewer / glances', viewed.pss / glances.pss, '', 1),
  ];
}
