// @ts-check
'use strict';
/*
 * One stream for all tabs of a browser. Over HTTP/1.1 a browser opens six connections to a server in all, so with a
 * stream each the seventh tab would hang. The tabs share this worker instead, and it holds the stream.
 *
 * A tab decides for itself when to connect, wait and give up, exactly as it does with an EventSource of its own. Here a
 * tab *joins* a line with a cursor and *leaves* it; whoever is first opens the line, whoever is last closes it. A line
 * that fails is told to all of its tabs and is gone: each comes back in its own time, with its own cursor.
 *
 * What a tab is told is what a stream of its own would have told it:
 * - Who asks for the cursor that the line was opened with, before it has answered, gets the answer as it comes.
 * - Who comes later, with a cursor that the line has passed and still remembers, gets `connected` as if resumed there,
 *   the events since, and goes on live. A cursor ahead of the line (the page was drawn a moment ago) is such a one.
 * - Who comes with any other cursor gets a side line of its own. `gap` and `snapshot` so reach the one they were made
 *   for and nobody else. Once a side line is where the main line is, its tabs move over and it is closed.
 * - `gap` and `snapshot` in the middle of a line say that the line itself has fallen behind: they are for all its tabs.
 *   What came before a gap is then no longer remembered.
 * - `heartbeat` goes to all; tabs answer it. One that leaves many unanswered has crashed or is frozen, and must not let
 *   events pile up. `bye` goes to all, and the line is over.
 * An event may reach a tab twice (after a move); tabs drop doubles by cursor. None is left out.
 *
 * A line that has been silent for too long, as after a sleep, isn't joined: it fails, and a new one is opened. That can't
 * happen more often than once in a silence, however many tabs ask.
 *
 * From a tab: [path, cursor, names, page] joins, null leaves, anything else is a sign of life. On `page` the cursor is
 * that of a page which was just loaded: the server tells that from a line that comes back.
 * To a tab: [name, data, id] is an event; where data is no string, it is ['open', 0], ['error', closed] or ['shared', n],
 * n being the number of other tabs.
 */

/** Events that a line remembers at most, and characters of their data. */
const EVENTS = 500;
const CHARACTERS = 1 << 20;
/** No line may be silent for longer, in milliseconds, unless its heartbeats are rarer. */
const SILENCE_MS = 30_000;
/** Heartbeats that a tab may leave unanswered. */
const UNANSWERED = 10;

/** @typedef {{ port: MessagePort, line?: Line, unanswered: number }} Tab */
/** @typedef {{ epoch: string, seq: number }} Cursor */

/** Of several with one key the first is the main line. @type {Line[]} */
const lines = [];

/** What a line to each path is called: the server then knows a line that comes back. @type {Map<string, string>} */
const clients = new Map();

/** @param {string} path */
function client(path) {
  const known = clients.get(path) ?? Math.random().toString(36).slice(2, 14);
  clients.set(path, known);
  return known;
}

/** @param {string} text @returns {Cursor} */
function cursor(text) {
  const [epoch, seq] = text.split('.');
  return { epoch, seq: Number(seq) };
}

class Line {
  /** Who is told everything. @type {Set<Tab>} */
  tabs = new Set();
  /** Who came before the line had answered, with another cursor than it was opened with. @type {Map<Tab, string>} */
  waiting = new Map();
  /** The last events, all of those after `from`. @type {[string, string, string][]} */
  ring = [];
  characters = 0;
  from = cursor('.0');
  /** Where the line is. */
  last = this.from;
  /** The data of `connected`, and when it came by the clock that never jumps. @type {any} */
  start;
  startedAt = 0;
  /** It has answered, and what was only for those who asked is over. */
  ready = false;
  heardAt = Date.now();
  silenceMs = SILENCE_MS;

  /** @param {string} path @param {string} asked @param {string} names @param {boolean} page */
  constructor(path, asked, names, page) {
    this.path = path;
    this.asked = asked;
    this.names = names;
    const url = `${path}${path.includes('?') ? '&' : '?'}lastEventId=${asked}&clientId=${client(path)}`;
    this.source = new EventSource(page ? `${url}&page=1` : url);
    this.source.onopen = () => this.tell(['open', 0]);
    this.source.onerror = (event) => {
      // A server may well name an event `error`; that one is in `names` or nobody's business.
      if (!(event instanceof MessageEvent)) this.fail(this.source.readyState === EventSource.CLOSED);
    };
    for (const name of names.split(',')) this.source.addEventListener(name, (event) => this.hear(event));
    lines.push(this);
  }

  /** @param {MessageEvent<string>} event */
  hear({ type, data, lastEventId }) {
    this.heardAt = Date.now();
    this.note(type, data, lastEventId);
    this.tell([type, data, lastEventId], ...(type === 'bye' ? this.waiting.keys() : []));
    if (type === 'bye') return this.end();
    if (!this.ready) return;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const [tab, asked] of waiting) join(tab, this.path, asked, this.names, false);
    this.merge();
    if (type === 'heartbeat') this.sweep();
    if (this.tabs.size === 0) this.end();
  }

  /** @param {string} type @param {string} data @param {string} id */
  note(type, data, id) {
    if (type === 'connected') {
      [this.start, this.startedAt] = [JSON.parse(data), performance.now()];
      this.from = this.last = cursor(this.start.cursor);
      this.ready = this.start.resumed;
      const { heartbeatMs } = this.start;
      this.silenceMs = Math.max(Math.min(2 * heartbeatMs + 1_000, SILENCE_MS), 1.5 * heartbeatMs);
    } else if (type === 'gap') {
      const to = cursor(JSON.parse(data).to);
      if (to.seq > this.from.seq) [this.from, this.ring, this.characters] = [to, [], 0];
    } else {
      this.ready = true;
      if (type === 'snapshot' || type === 'bye') return;
      this.last = cursor(id);
      if (type === 'heartbeat') return;
      this.ring.push([type, data, id]);
      this.characters += data.length;
      while (this.ring.length > EVENTS || this.characters > CHARACTERS) this.forget();
    }
  }

  forget() {
    const [[, data, id]] = this.ring.splice(0, 1);
    this.characters -= data.length;
    this.from = cursor(id);
  }

  /** All after it is here. @param {Cursor} cursor */
  remembers({ epoch, seq }) {
    return this.ready && epoch === this.from.epoch && seq >= this.from.seq;
  }

  /** Lets a tab share the answer, which has not come yet. @param {Tab} tab */
  attach(tab) {
    if (this.source.readyState === EventSource.OPEN) tab.port.postMessage(['open', 0]);
    this.follow(tab, this.last.seq);
  }

  /** Tells a tab what it would have heard, had it been here at `asked`. @param {Tab} tab @param {string} asked */
  resume(tab, asked) {
    const now = Date.parse(this.start.serverTime) + performance.now() - this.startedAt;
    const start = { ...this.start, cursor: asked, resumed: true, missed: 0, serverTime: new Date(now).toISOString() };
    tab.port.postMessage(['open', 0]);
    tab.port.postMessage(['connected', JSON.stringify(start), '']);
    this.follow(tab, cursor(asked).seq);
  }

  /** Brings a tab that has everything up to number `seq` to where the line is. @param {Tab} tab @param {number} seq */
  follow(tab, seq) {
    for (const event of this.ring) if (cursor(event[2]).seq > seq) tab.port.postMessage(event);
    this.tabs.add(tab);
    tab.line = this;
    this.count();
  }

  /** @param {Tab} tab @param {string} asked */
  wait(tab, asked) {
    this.waiting.set(tab, asked);
    tab.line = this;
    this.count();
  }

  /** A side line that has come to where the main line is ends there. */
  merge() {
    const main = mainLine(this.path, this.names);
    if (!main || main === this || !main.remembers(this.last)) return;
    const tabs = [...this.tabs];
    this.end();
    for (const tab of tabs) main.follow(tab, this.last.seq);
  }

  /** Takes away who has left too many heartbeats unanswered. */
  sweep() {
    for (const tab of [...this.tabs]) {
      tab.unanswered += 1;
      if (tab.unanswered <= UNANSWERED) continue;
      // Should it ever wake, it will want to come back.
      tab.port.postMessage(['error', false]);
      this.leave(tab);
    }
  }

  /** @param {Tab} tab */
  leave(tab) {
    this.tabs.delete(tab);
    this.waiting.delete(tab);
    tab.line = undefined;
    if (this.tabs.size + this.waiting.size === 0) this.end();
    else this.count();
  }

  count() {
    const others = this.tabs.size + this.waiting.size - 1;
    this.tell(['shared', others], ...this.waiting.keys());
  }

  /** @param {unknown[]} message @param {Tab[]} more */
  tell(message, ...more) {
    for (const tab of [...this.tabs, ...more]) tab.port.postMessage(message);
  }

  isSilent() {
    return Date.now() - this.heardAt > this.silenceMs;
  }

  /** @param {boolean} closed The browser wouldn't have tried again. */
  fail(closed) {
    this.tell(['error', closed], ...this.waiting.keys());
    this.end();
  }

  end() {
    this.source.close();
    const index = lines.indexOf(this);
    if (index >= 0) lines.splice(index, 1);
    for (const tab of [...this.tabs, ...this.waiting.keys()]) tab.line = undefined;
    this.tabs.clear();
    this.waiting.clear();
  }
}

/** @param {string} path @param {string} names */
function mainLine(path, names) {
  return lines.find((line) => line.path === path && line.names === names);
}

/** @param {Tab} tab @param {string} path @param {string} asked @param {string} names @param {boolean} page */
function join(tab, path, asked, names, page) {
  let main = mainLine(path, names);
  for (; main?.isSilent(); main = mainLine(path, names)) main.fail(false);
  if (main?.remembers(cursor(asked))) main.resume(tab, asked);
  else if (main && !main.start && main.asked === asked) main.attach(tab);
  else if (main && !main.ready) main.wait(tab, asked);
  else new Line(path, asked, names, page).attach(tab);
}

addEventListener('connect', (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  /** @type {Tab} */
  const tab = { port, unanswered: 0 };
  port.addEventListener('close', () => tab.line?.leave(tab));
  port.onmessage = ({ data }) => {
    tab.unanswered = 0;
    if (data !== null && !Array.isArray(data)) return;
    tab.line?.leave(tab);
    if (data) join(tab, data[0], data[1], data[2], data[3] === true);
  };
});

// A line begun without a network may hang.
addEventListener('online', () => {
  for (const line of [...lines]) if (!line.start) line.fail(false);
});
