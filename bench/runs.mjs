// A run of the load client against one server, and what several of them come to.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

// Deliveries a second, to all readers together.
export const OFFERED = 20_000;
const TOO_LONG = 180_000;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const sum = (values) => values.reduce((a, b) => a + b, 0);
export const thousands = (number) => number.toLocaleString('en');

// Runs the load client, and reads its report.
export function loader(client) {
  const run = promisify(execFile);
  return async (task, server, options) => {
    const flags = Object.entries(options).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value]));
    const address = ['--kind', server.kind, '--server', server.address, '--pid', server.pid, '--json'];
    const { stdout } = await run(client, [task, ...flags, ...address].map(String), { timeout: TOO_LONG });
    return JSON.parse(stdout);
  };
}

// Starts a server, uses it, stops it.
export async function using(start, use) {
  const server = await start();
  try {
    await server.ready();
    return await use(server);
  } catch (error) {
    error.message += server.output === '' ? '' : `\nThe server said:\n${server.output}`;
    throw error;
  } finally {
    await server.stop();
  }
}

// The medians of what several runs have shown; what is lost, doubled or refused in any of them counts.
export function medians(results) {
  const names = Object.keys(results[0]).filter((name) => results[0][name] !== null);
  const of = (name) => results.map((result) => result[name]);
  const counted = ['lost', 'doubled', 'refused', 'ended'];
  return Object.fromEntries(names.map((name) => [name, (counted.includes(name) ? sum : median)(of(name))]));
}
