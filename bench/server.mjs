// The servers that are measured, each started in a folder of its own, and what the system says they cost.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = process.env.OPSGLASS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'opsglass');
// Where scripts/setup-bench installs it.
export const GLANCES = join(CACHE, 'glances/bin/glances');
// Its state's place in the folder of a server.
export const STATE = 'state';
const NGINX_MODULES = '/usr/lib/nginx/modules';

export class Server {
  // Copies the binary alone into a folder, an empty one if none is named, and starts it there, with none of the caller's
  // settings.
  static async opsglass(binary, more = [], folder = newFolder()) {
    const alone = join(folder, 'opsglass');
    copyFileSync(binary, alone);
    const port = await freePort();
    const foreign = /^(OPSGLASS|LEPTOS)_/;
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
    const args = ['--listen', `127.0.0.1:${port}`, '--state-dir', join(folder, STATE), ...more];
    return new Server('opsglass', alone, args, { folder, port, env });
  }

  // Debian's nginx with nchan, with no settings but those of nginx.conf beside this file.
  static async nchan() {
    const folder = newFolder();
    // Where it is started by root, its worker is somebody else.
    chmodSync(folder, 0o755);
    const port = await freePort();
    const settings = readFileSync(join(HERE, 'nginx.conf'), 'utf8')
      .replaceAll('{listen}', `127.0.0.1:${port}`)
      .replaceAll('{modules}', NGINX_MODULES);
    writeFileSync(join(folder, 'nginx.conf'), settings);
    return new Server('nchan', '/usr/sbin/nginx', ['-p', folder, '-c', 'nginx.conf'], { folder, port });
  }

  // The guide's server on Express, as in express.cjs beside this file.
  static async express() {
    const port = await freePort();
    const env = { ...process.env, NODE_ENV: 'production' };
    const args = [join(HERE, 'express.cjs'), `127.0.0.1:${port}`];
    return new Server('express', process.execPath, args, { folder: newFolder(), port, env });
  }

  // Debian's node_exporter with its defaults.
  static async nodeExporter() {
    const port = await freePort();
    const args = [`--web.listen-address=127.0.0.1:${port}`];
    return new Server('node_exporter', 'prometheus-node-exporter', args, { folder: newFolder(), port });
  }

  // glances from PyPI as a web server that reads once a second.
  static async glances() {
    const [folder, port] = [newFolder(), await freePort()];
    const settings = join(folder, 'glances.conf');
    writeFileSync(settings, '[global]\ncheck_update=false\n');
    const args = ['-w', '-t', '1', '-C', settings, '-B', '127.0.0.1', '-p', String(port), '--disable-check-update'];
    return new Server('glances', GLANCES, args, { folder, port });
  }

  constructor(kind, program, args, { folder, port, env }) {
    this.kind = kind;
    this.folder = folder;
    this.port = port;
    this.address = `127.0.0.1:${port}`;
    this.output = '';
    this.startedAt = performance.now();
    this.process = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.pid = this.process.pid;
    this.exited = new Promise((done) => {
      this.process.on('error', (error) => done(error.message));
      this.process.on('exit', (code, signal) => done(`it ended with ${signal ?? code}`));
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output = (this.output + text).slice(-4000)));
    }
  }

  // Opens the dashboard's stream as soon as the server listens, and emits the name of each event on `events`.
  // Returns what closes the stream.
  async view(events) {
    return this.whenListening(() => openStream(this.port, events));
  }

  // Waits until the server answers, so that all its processes are there.
  async ready() {
    await this.whenListening(() => this.get('/healthz'));
  }

  // What a call answers, read as JSON.
  async json(path) {
    const { status, text } = await this.get(path);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    return JSON.parse(text);
  }

  get(path) {
    return new Promise((done, failed) => {
      const request = http.get({ host: '127.0.0.1', port: this.port, path, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('error', failed).on('end', () => done({ status: response.statusCode, text }));
      });
      request.on('error', failed);
    });
  }

  async whenListening(attempt) {
    const ended = this.exited.then((how) => {
      throw new Error(`the server is gone: ${how}\n${this.output}`);
    });
    for (;;) {
      try {
        return await Promise.race([attempt(), ended]);
      } catch (error) {
        if (error.code !== 'ECONNREFUSED') throw error;
        await sleep(2);
      }
    }
  }

  async stop() {
    this.process.kill('SIGTERM');
    const inTime = await Promise.race([this.exited, sleep(5000, null, { ref: false })]);
    if (inTime === null) this.process.kill('SIGKILL');
    await this.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function newFolder() {
  return mkdtempSync(join(tmpdir(), 'opsglass-figures-'));
}

async function freePort() {
  const probe = net.createServer();
  await new Promise((done, failed) => probe.once('error', failed).listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

function openStream(port, events) {
  return new Promise((opened, failed) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/api/dashboard-stream' }, (response) => {
      if (response.statusCode !== 200) {
        request.destroy();
        failed(new Error(`/api/dashboard-stream answered ${response.statusCode}`));
        return;
      }
      let rest = '';
      response.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          if (line.startsWith('event: ')) events.emit(line.slice('event: '.length));
        }
      });
      // Closing the stream from this side ends the response with an error, which says nothing new.
      response.on('error', () => {});
      opened(() => request.destroy());
    });
    request.on('error', failed);
  });
}

// CPU time of a process since it started, in seconds.
export function cpuSeconds(pid) {
  const [, , ...fields] = statFields(pid);
  const [utime, stime] = [fields[9], fields[10]];
  return (Number(utime) + Number(stime)) / TICKS_PER_SECOND;
}

// Memory that a process accounts for (proportional set size), in bytes.
export function pssBytes(pid) {
  return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

// The descriptors that a process holds.
export function descriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

// The processes that a process has started, as { pid, name }.
export function childrenOf(parent) {
  return processes().flatMap((pid) => {
    try {
      const [, ppid] = statFields(pid);
      return Number(ppid) === parent ? [{ pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

// The ids of all processes on the machine.
export function processes() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
}

// The fields of /proc/PID/stat from the state on: what comes before holds the name, which may hold blanks.
function statFields(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
