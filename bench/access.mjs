// What access costs and what it holds off: streams with a token beside open ones, signing in, and readers while heads drip
// and connections are reset.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { OFFERED, medians, thousands, using } from './runs.mjs';
import { STATE, Server, cpuSeconds, newFolder } from './server.mjs';

const CONNECTIONS = 2_000;
const READERS = 500;
const DRIPPING = 2_000;
const CYCLES = 10_000;
const PROBE_MS = 100;
const SIGN_INS = 20;
const PASSWORD = 'correct horse battery';

// The same streams in turn, open and with a token.
export async function signedIn(binary, load, rounds, seconds) {
  const results = { open: [], withToken: [] };
  const options = { connections: CONNECTIONS, deliveries: OFFERED, seconds };
  for (let round = 1; round <= rounds; round++) {
    results.open.push(await using(() => Server.opsglass(binary), (server) => load('hold', server, options)));
    const folder = newFolder();
    const create = ['token', 'create', '--name', 'bench', '--scope', 'read,publish', '--state-dir', `${folder}/${STATE}`];
    const token = execFileSync(binary, create, { encoding: 'utf8' }).trim();
    // As many as that are of one token.
    writeFileSync(`${folder}/opsglass.toml`, `limits.streams_per_identity = ${CONNECTIONS}\nlimits.opens = ${CONNECTIONS}\n`);
    const start = () => Server.opsglass(binary, ['--config', `${folder}/opsglass.toml`], folder);
    results.withToken.push(await using(start, (server) => load('hold', server, { ...options, token })));
  }
  const [open, withToken] = [medians(results.open), medians(results.withToken)];
  const at = `${thousands(CONNECTIONS)} streams with a token`;
  return [
    { what: `lost, doubled or refused, ${at}`, value: withToken.lost + withToken.doubled + withToken.refused, unit: '', digits: 0, limit: 0 },
    { what: `CPU a delivery, ${at}, of open ones`, value: withToken.cpuUsPerDelivery / open.cpuUsPerDelivery, unit: '', limit: 1.05 },
  ];
}

// Somebody signs in again and again, whose password is kept as `opsglass user add` does it.
export async function signIns(binary) {
  const folder = newFolder();
  const add = ['user', 'add', 'bench', '--role', 'viewer', '--password-stdin', '--state-dir', `${folder}/${STATE}`];
  execFileSync(binary, add, { input: PASSWORD });
  return using(
    () => Server.opsglass(binary, [], folder),
    async (server) => {
      const before = cpuSeconds(server.pid);
      for (let n = 0; n < SIGN_INS; n++) await signIn(server.port);
      const value = (cpuSeconds(server.pid) - before) / SIGN_INS;
      return [{ what: `CPU a sign-in, of ${SIGN_INS} one after the other`, value, unit: 's', digits: 3, limit: 0.5 }];
    },
  );
}

async function signIn(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', password: PASSWORD }),
  });
  if (!answer.ok) throw new Error(`signing in was answered ${answer.status}`);
}

// Readers follow while thousands of heads drip, thousands of connections are reset, and somebody comes again and again.
export async function siege(binary, load, seconds) {
  return using(
    () => Server.opsglass(binary),
    async (server) => {
      const reading = load('hold', server, { connections: READERS, deliveries: OFFERED, seconds: 2 * seconds });
      const drips = new Worker(new URL('drip.mjs', import.meta.url), { workerData: { port: server.port, connections: DRIPPING } });
      const cycling = load('cycle', server, { cycles: CYCLES });
      const waits = [];
      let isOver = false;
      const over = Promise.all([reading, cycling]).finally(() => (isOver = true));
      while (!isOver) {
        waits.push(await firstByte(server.port));
        await sleep(PROBE_MS);
      }
      const [held, { failed }] = await over;
      await drips.terminate();
      const beside = `${thousands(DRIPPING)} dripping heads and ${thousands(CYCLES)} resets`;
      return [
        { what: `lost or doubled, ${READERS} readers beside ${beside}`, value: held.lost + held.doubled, unit: '', digits: 0, limit: 0 },
        { what: `resets that were refused beside the same`, value: failed, unit: '', digits: 0, limit: 0 },
        { what: `longest wait of ${waits.length} new readers beside the same`, value: Math.max(...waits), unit: 'ms', digits: 0, limit: 200 },
      ];
    },
  );
}

// Milliseconds until a new stream has brought something.
function firstByte(port) {
  return new Promise((done, failed) => {
    const from = performance.now();
    const request = http.get({ host: '127.0.0.1', port, path: '/api/dashboard-stream', agent: false }, (response) => {
      response.on('error', () => {}).once('data', () => {
        done(performance.now() - from);
        request.destroy();
      });
    });
    request.on('error', failed);
  });
}
