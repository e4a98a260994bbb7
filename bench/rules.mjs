// What 10,000 rules cost: opsglass with its own rules and with so many more, in turns, a sample a second. By itself it ends
// with 1 when the difference is over the limit.
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
export const SETTLE_SECONDS = 70;

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
  'rate(device.operations, 1m) > 1T',
  'tcp{state="close_wait"} > 1M',
];

// What so many rules cost, and the row of the table. `pace` has how long to settle and to measure, and how often.
export async function rules(binary, pace, count = 10_000) {
  const folder = mkdtempSync(join(tmpdir(), 'opsglass-rules-'));
  const file = join(folder, 'rules.toml');
  const rule = (number) => `[[rule]]\nname = "r${number}"\nwhen = '${KINDS[number % KINDS.length]}'\nfor = "1m"\n`;
  writeFileSync(file, Array.from({ length: count }, (_, number) => rule(number)).join(''));
  try {
    const rounds = [];
    for (let round = 0; round < pace.rounds; round++) {
      const without = await measure(binary, [], pace, 0);
      rounds.push({ without, with: await measure(binary, ['--config', file], pace, count) });
    }
    const median = (of) => rounds.map(of).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)];
    const cost = median((round) => round.with.percent - round.without.percent);
    const mib = median((round) => round.with.bytes - round.without.bytes) / 2 ** 20;
    const what = `${count.toLocaleString('en')} alert rules more, each held against a sample a second: CPU, % of a core`;
    return { rows: [{ what, value: cost, limit: LIMIT_PERCENT, unit: '%' }], mib };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(binary, more, { settle, seconds }, count) {
  const server = await Server.opsglass(binary, more);
  try {
    await server.ready();
    await sleep(settle * 1000);
    const { rules } = await server.json('/api/alerts');
    if (rules < count) throw new Error(`only ${rules} rules are in force`);
    const [begun, cpu] = [performance.now(), cpuSeconds(server.pid)];
    await sleep(seconds * 1000);
    const elapsed = (performance.now() - begun) / 1000;
    return { percent: (100 * (cpuSeconds(server.pid) - cpu)) / elapsed, bytes: pssBytes(server.pid) };
  } finally {
    await server.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (value) => ({ type: 'string', default: String(value) });
  const { values } = parseArgs({ options: { seconds: option(20), rules: option(10_000), rounds: option(3) } });
  const binary = process.env.OPSGLASS_BIN ?? fileURLToPath(new URL('../target/release/opsglass', import.meta.url));
  if (!existsSync(binary)) throw new Error('there is no release: make build');
  const pace = { settle: SETTLE_SECONDS, seconds: Number(values.seconds), rounds: Number(values.rounds) };
  const { rows: [row], mib } = await rules(binary, pace, Number(values.rules));
  console.log(`${row.what}: ${row.value.toFixed(2)} (limit ${row.limit}), and ${mib.toFixed(1)} MiB`);
  process.exitCode = row.value <= row.limit ? 0 : 1;
}
