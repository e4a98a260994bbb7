// What streams cost: opsglass and its rivals in turn under the same load, then opsglass alone under hard conditions.

import { setTimeout as sleep } from 'node:timers/promises';

import { siege, signIns, signedIn } from './access.mjs';
import { OFFERED, loader, medians, thousands, using } from './runs.mjs';
import { Server, descriptors } from './server.mjs';

const SIZES = [2_000, 9_000];
const STALLED = 500;
const JOINS = 1_000;
const EVENTS = 10_000;
const CYCLES = 10_000;
const SETTLE_SECONDS = 30;

// The rows of the table and the runs behind them.
export async function streams(binary, client, { rounds, seconds }, say) {
  const load = loader(client);
  const servers = {
    opsglass: () => Server.opsglass(binary),
    nchan: () => Server.nchan(),
    express: () => Server.express(),
  };
  const runs = await sideBySide(servers, load, rounds, seconds, say);
  say('stalled readers');
  const stalled = await stalledReaders(servers.opsglass, load, rounds, seconds);
  say('joins');
  const joins = await joining(servers.opsglass, load, seconds);
  say('resets');
  const resets = await resetting(servers.opsglass, load);
  say('tokens');
  const tokens = await signedIn(binary, load, rounds, seconds);
  const entering = await signIns(binary);
  say('a siege');
  const besieged = await siege(binary, load, seconds);
  const rows = [...ratios(runs), ...stalled, ...joins, ...resets, ...tokens, ...entering, ...besieged];
  return { rounds, offered: thousands(OFFERED), runs, rows };
}

// The servers take turns, so that whatever else goes on hits all of them alike.
async function sideBySide(servers, load, rounds, seconds, say) {
  const results = new Map();
  for (let round = 1; round <= rounds; round++) {
    for (const connections of SIZES) {
      for (const [name, start] of Object.entries(servers)) {
        say(`round ${round} of ${rounds}: ${name}, ${connections} connections`);
        const options = { connections, deliveries: OFFERED, seconds };
        const result = await using(start, (server) => load('hold', server, options));
        const key = `${connections} ${name}`;
        results.set(key, [...(results.get(key) ?? []), result]);
      }
    }
  }
  return SIZES.flatMap((connections) =>
    Object.keys(servers).map((name) => ({ name, connections, medians: medians(results.get(`${connections} ${name}`)) })),
  );
}

function ratios(runs) {
  return SIZES.flatMap((connections) => {
    const [ours, nchan, express] = ['opsglass', 'nchan', 'express'].map(
      (name) => runs.find((run) => run.name === name && run.connections === connections).medians,
    );
    const at = `at ${thousands(connections)}`;
    const cpu = (other) => ours.cpuUsPerDelivery / other.cpuUsPerDelivery;
    return [
      { what: `lost, doubled or refused ${at}`, value: ours.lost + ours.doubled + ours.refused, unit: '', digits: 0, limit: 0 },
      { what: `CPU a delivery ${at}, of nchan's`, value: cpu(nchan), unit: '', limit: 0.95 },
      { what: `CPU a delivery ${at}, of Express's`, value: cpu(express), unit: '', limit: 0.6 },
      { what: `p99 ${at}, of nchan's`, value: ours.p99Ms / nchan.p99Ms, unit: '', limit: 1 },
      { what: `user memory an idle connection ${at}`, value: ours.idleUser / 1000, unit: 'kB', limit: 12 },
    ];
  });
}

// As many that read as that do not. The events are larger, so that they fill what the system keeps for each.
async function stalledReaders(start, load, rounds, seconds) {
  const results = { without: [], beside: [] };
  const options = { connections: STALLED, deliveries: OFFERED, bytes: 1_000, seconds, peak: true };
  for (let round = 1; round <= rounds; round++) {
    results.without.push(await using(start, (server) => load('hold', server, options)));
    results.beside.push(await using(start, (server) => load('hold', server, { ...options, stalled: STALLED })));
  }
  const [without, beside] = [medians(results.without), medians(results.beside)];
  const grown = beside.peakUser + beside.peakBuffers - without.peakUser - without.peakBuffers;
  const each = beside.idleUser + beside.idleBuffers + beside.idleObjects + grown / STALLED;
  const readers = `${STALLED} readers beside ${STALLED} stalled ones`;
  return [
    { what: `lost or doubled, ${readers}`, value: beside.lost + beside.doubled, unit: '', digits: 0, limit: 0 },
    { what: `p99, ${readers}, of the same without`, value: beside.p99Ms / without.p99Ms, unit: '', limit: 1.2 },
    { what: 'memory a stalled reader, user and kernel', value: each / 1024, unit: 'KiB', limit: 64 },
  ];
}

async function joining(start, load, seconds) {
  const result = await using(start, (server) => load('join', server, { joins: JOINS, events: EVENTS, seconds }));
  const rate = thousands(Math.round(result.eventsPerSecond));
  const short = Math.max(0, 1 - result.eventsPerSecond / EVENTS);
  return [
    { what: `events a second short of ${thousands(EVENTS)}, with joins`, value: 100 * short, unit: '%', limit: 5 },
    {
      what: `joins with a hole or a double, of ${thousands(result.joins)} under ${rate} events/s`,
      value: JOINS - result.contiguous,
      unit: '',
      digits: 0,
      limit: 0,
    },
    {
      what: `resumes with a hole or a double, of ${thousands(result.resumes)} under the same`,
      value: JOINS - result.exact,
      unit: '',
      digits: 0,
      limit: 0,
    },
  ];
}

async function resetting(start, load) {
  return using(start, async (server) => {
    const counted = async () => (await server.json('/api/stats')).streams;
    await counted();
    const before = descriptors(server.pid);
    const { failed } = await load('cycle', server, { cycles: CYCLES });
    let [streams, left] = [Infinity, Infinity];
    for (let second = 0; second < SETTLE_SECONDS && (streams > 0 || left > 0); second++) {
      await sleep(1000);
      streams = await counted();
      left = Math.max(0, descriptors(server.pid) - before);
    }
    const after = `after ${thousands(CYCLES)} resets`;
    return [
      { what: 'connections refused before they were reset', value: failed, unit: '', digits: 0, limit: 0 },
      { what: `streams still counted ${after}`, value: streams, unit: '', digits: 0, limit: 0 },
      { what: `descriptors left ${after}`, value: left, unit: '', digits: 0, limit: 0 },
    ];
  });
}
