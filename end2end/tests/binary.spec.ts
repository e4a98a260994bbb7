import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, open, test } from '../fixtures/page';
import { BINARY, cleanEnvironment, freePort } from '../fixtures/server';

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program to its end, in `dir`. */
function run(dir: string, ...args: string[]): Promise<Run> {
  return new Promise((done, failed) => {
    const child = spawn(BINARY, args, { cwd: dir, env: cleanEnvironment() });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(new Error(`opsglass ${args.join(' ')} did not end`));
    }, 10_000);
    const run: Run = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk));
    child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk));
    child.once('error', failed);
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ ...run, code });
    });
  });
}

const inFolder = test.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'opsglass-alone-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

inFolder('copied alone into an empty folder it serves everything', async ({ page, launch, folder }) => {
  const binary = join(folder, 'opsglass');
  copyFileSync(BINARY, binary);
  chmodSync(binary, 0o755);
  const server = await launch({ binary });
  await open(page, server.url);
  await expect(page.locator('#cpu-usage')).toHaveText(/%$/);
});

inFolder('a busy port is one clear line', async ({ server, folder }) => {
  const address = `127.0.0.1:${server.port}`;
  expectRefusal(await run(folder, '--listen', address), address);
});

inFolder('a bad flag is one clear line', async ({ folder }) => {
  expectRefusal(await run(folder, '--no-such-flag'), '--no-such-flag');
  expectRefusal(await run(folder, '--interval', 'soon'), '--interval');
  expectRefusal(await run(folder, '--listen', 'here'), '--listen');
  expectRefusal(await run(folder, '--interval', '1ms'), 'interval', '250ms');
});

const FILES: [name: string, text: string, line: number, key: string][] = [
  ['a value of the wrong kind', 'log_level = "info"\n\n[alerts.cpu]\nwarning = "hot"\n', 4, 'alerts.cpu.warning'],
  ['an unknown key', '[alerts.cpu]\nwarning = 50\nwarn = 5\n', 3, 'warn'],
  ['broken TOML', 'demo = true\ninterval = \n', 2, 'interval'],
  ['a level out of its range', '[alerts.cpu]\nwarning = 500\n', 2, 'alerts.cpu.warning'],
  ['a span out of its range', 'demo = true\ninterval = "1ms"\n', 2, 'interval'],
];

for (const [name, text, line, key] of FILES) {
  inFolder(`a file with ${name} is refused by file, line and key`, async ({ folder }) => {
    const file = join(folder, 'opsglass.toml');
    writeFileSync(file, text);
    const listen = ['--listen', `127.0.0.1:${await freePort()}`];
    expectRefusal(await run(folder, '--config', file, ...listen), `${file}:${line}`, key);
    expectRefusal(await run(folder, 'check', '--config', file), `${file}:${line}`, key);
  });
}

inFolder('a file that is not there is named', async ({ folder }) => {
  expectRefusal(await run(folder, '--config', 'missing.toml'), 'missing.toml');
});

inFolder('check says that all is well', async ({ folder }) => {
  writeFileSync(join(folder, 'good.toml'), '[alerts.cpu]\nwarning = 50\nhold = "2s"\n');
  expect(await run(folder, 'check', '--config', 'good.toml')).toMatchObject({ code: 0, stderr: '' });
});

inFolder('it says its version', async ({ server, folder }) => {
  const { code, stdout } = await run(folder, '--version');
  const { host } = await server.snapshot();
  expect(code).toBe(0);
  expect(stdout.trim()).toBe(`opsglass ${host.version}`);
});

test('SIGTERM ends it within a second, with a page open', async ({ page, launch, allowConsole }) => {
  allowConsole(/\/api\/overview-stream/);
  const server = await launch();
  await open(page, server.url);
  const begun = Date.now();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(Date.now() - begun).toBeLessThan(1_000);
});

function expectRefusal({ code, stderr }: Run, ...words: string[]): void {
  expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
  expect(stderr).not.toMatch(/panicked|backtrace/i);
  for (const word of words) expect(stderr).toContain(word);
  expect(code).toBe(2);
}
