// The figures that opsglass promises, measured on the release build: what it weighs, and what streams cost beside nginx
// with nchan and the guide's Express server. Prints them and writes bench/RESULTS.md. Fails when one is over its limit.
//
//   node bench/figures.mjs [--quick]      --quick: short, one round, and not written down

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { footprint } from './footprint.mjs';
import { lines } from './lines.mjs';
import { readLog } from './reading.mjs';
import { holds, report } from './report.mjs';
import { SETTLE_SECONDS, rules } from './rules.mjs';
import { GLANCES, processes } from './server.mjs';
import { streams } from './streams.mjs';
import { watching } from './watching.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RELEASE = join(ROOT, 'target/release');
const BINARY = join(RELEASE, 'opsglass');

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const pace = options.quick ? { idle: 5, rounds: 1, seconds: 3, lines: 5 } : { idle: 60, rounds: 3, seconds: 10, lines: 30 };

function machine() {
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? os.type();
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 1024 ** 3);
  return [
    `${cpus[0].model.trim()}, ${cpus.length} cores, ${memory} GiB`,
    `${system}, Linux ${os.release().split('.', 2).join('.')}`,
    `${processes().length} processes, load ${os.loadavg()[0].toFixed(2)} at the start`,
  ].join('; ');
}

function versions() {
  const version = (program) => execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const [rust] = /rustc [\d.]+/.exec(version('rustc'));
  const nginx = /nginx\/([\d.]+)/.exec(spawnSync('/usr/sbin/nginx', ['-v'], { encoding: 'utf8' }).stderr)[1];
  const query = ['-W', '-f=${Version}', 'libnginx-mod-nchan'];
  const nchan = execFileSync('dpkg-query', query, { encoding: 'utf8' }).replace(/^\d+:|\+dfsg.*$/g, '');
  const express = createRequire(join(ROOT, 'end2end/package.json'))('express/package.json').version;
  const exporter = /version ([\d.]+)/.exec(version('prometheus-node-exporter'))[1];
  const [, glances] = /version:\s+([\d.]+)/.exec(version(GLANCES));
  return `${version(BINARY)}, ${rust}, nginx ${nginx} with nchan ${nchan}, Express ${express} on Node ${process.version.slice(1)}, node_exporter ${exporter}, glances ${glances}`;
}

const about = { date: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions() };
const say = (what) => console.log(`${new Date().toTimeString().slice(0, 8)} ${what}`);
say(`measuring; about ${options.quick ? 5 : 16} minutes`);
const alone = await footprint(BINARY, join(ROOT, 'target/site/pkg'), pace.idle);
say('watching');
const watched = await watching(BINARY, pace.idle);
say('log lines');
const logged = await lines(BINARY, pace.lines);
say('rules');
const ruled = await rules(BINARY, { settle: options.quick ? 5 : SETTLE_SECONDS, seconds: options.quick ? 5 : 20, rounds: 1 });
say('the page of the log');
const reading = await readLog(BINARY, pace.lines);
const beside = await streams(BINARY, join(RELEASE, 'load'), pace, say);

const text = report(about, alone, { watched, logged, reading, ruled, beside });
console.log(`\n${text}`);
if (!options.quick) writeFileSync(join(ROOT, 'bench/RESULTS.md'), text);
process.exitCode = [...alone.rows, ...watched.rows, ...logged.rows, ...reading, ...ruled.rows, ...beside.rows].every(holds) ? 0 : 1;
