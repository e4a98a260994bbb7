// What 10,000 rules cost: opsglass with its own rules and with so many more, in turns, a sample a second. Ends with 1 when
// the difference is over the limit.
//
//   node bench/rules.mjs [--seconds N] [--rules N] [--rounds N]

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Server, cpuSeconds, pssBytes } from './server.mjs';

const LIMIT_PERCENT = 5;
// Longer than the windows: one that isn't half full is not computed, and would cost nothing.
const SETTLE_SECONDS = 70;

// One of each kind, so that none of them is left out: what they compare with is never reached.
const KINDS = [
  'cpu > 1000 clear 900',
  'memory > 1000',
  'load.five / cores > 1000',
  'avg(cpu, 1m) > 1000',
  'max(memory, 1m) > 1000 and cpu > 1',
  'filesystem{read_only="false"} > 1000',
  'predict(filesystem, 1m, 24h) > 100000 and filesystem > 1',
  'interface.received > 1T or interface.sent > 1T',
  'rate(memory.used, 1m) > 1T',
  'absent(uptime, 1m)',
];

const { values } = parseArgs({ options: { seconds: { type: 'string' }, rules: { type: 'string' }, rounds: { type: 'string' } } });
const seconds = Number(values.seconds ?? 20);
const turns = Number(values.rounds ?? 3);
const count = Number(values.rules ?? 10_000);
const binary = process.env.OPSGLASS_BIN ?? fileURLToPath(new URL('../target/release/opsglass', import.meta.url));
if (!existsSync(binary)) throw new Error('there is no release: make build');

const folder = mkdtempSync(join(tmpdir(), 'opsglass-rules-'));
const file = join(folder, 'rules.toml');
const rule = (number) => `[[rule]]\nname = "r${number}"\nwhen = '${KINDS[number % KINDS.length]}'\nfor = "1m"\n`;
writeFileSync(file, Array.from({ length: count }, (_, number) => rule(number)).join(''));

try {
  const rounds = [];
  for (let round = 0; round < turns; round++) {
    const without = await measure([]);
    rounds.push({ without, with: await measure(['--config', file]) });
  }
  const median = (of) => rounds.map(of).toSorted((a, b) => a - b)[Math.floor(turns / 2)];
  const cost = median((round) => round.with.percent - round.without.percent);
  const memory = median((round) => round.with.bytes - round.without.bytes);
  console.log(`without: ${median((round) => round.without.percent).toFixed(2)} % of a core`);
  console.log(`with ${count} rules more: ${median((round) => round.with.percent).toFixed(2)} % of a core`);
  console.log(`they cost ${cost.toFixed(2)} % of a core (limit ${LIMIT_PERCENT}) and ${(memory / 2 ** 20).toFixed(1)} MiB`);
  process.exitCode = cost <= LIMIT_PERCENT ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(more) {
  const server = await Server.opsglass(binary, more);
  try {
    await server.ready();
    await sleep(SETTLE_SECONDS * 1000);
    const { rules } = await server.json('/api/alerts');
    if (more.length > 0 && rules < count) throw new Error(`only ${rules} rules are in force`);
    const [begun, cpu] = [performance.now(), cpuSeconds(server.pid)];
    await sleep(seconds * 1000);
    const elapsed = (performance.now() - begun) / 1000;
    return { percent: (100 * (cpuSeconds(server.pid) - cpu)) / elapsed, bytes: pssBytes(server.pid) };
  } finally {
    await server.stop();
  }
}
