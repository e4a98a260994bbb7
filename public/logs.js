// @ts-check
/*
 * The page of the log. The server looks for lines and marks what was looked for; this holds those that it was given, draws
 * those in view, and asks once a second for what has come since. So neither a flood of lines nor a hundred thousand of
 * them cost more than a screenful. What a line says is only ever set as text.
 *
 * Loaded by this page alone: the module of all pages doesn't grow with it. What it finds was drawn by the server.
 */
import { FOLLOWED, LogList, SPARE, inView, isGap, key, slide } from './log-list.js';

/** @typedef {import('./log-list.js').Line} Line */
/** @typedef {import('./log-list.js').Gap} Gap */
/** @typedef {import('./log-list.js').View} View */

/** Time between two questions, in milliseconds; what is typed is looked for after so long a rest. */
const EVERY_MS = 1_000;
const REST_MS = 150;
/** Lines that a list begins with, that are shown of a second, and that are loaded at once. */
const BEGINNING = 1_000;
const OF_A_SECOND = 500;
const LOADED = 2_000;
/** Rows in the document while the newest is in view: a screen of 2,160 pixels holds 108. */
const FOOT = 108 + SPARE;
/** How far from the foot one still follows, in pixels: less than a row. */
const NEAR = 16;
/** The sources are counted anew after so many questions. */
const COUNTED = 5;
const RANGES = new Map([['5m', 300_000], ['1h', 3_600_000]]);
const RANGE_MS = 900_000;

/** @param {string} id */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (the('log-filters'));
const scroller = the('log-scroller');
const lines = the('logs');
const board = the('log-board');

let list = new LogList(JSON.parse(document.body.dataset.logs ?? ''));
/** Which rows are in the document, and their elements. */
let drawn = { start: 0, end: list.rows.length };
/** @type {Map<number, HTMLElement>} */
const made = new Map();
/** The reader looks at the newest line. */
let atFoot = !list.hasNewer;
let target = /** @type {number | null} */ (JSON.parse(document.body.dataset.logs ?? '').target);
/** The line on which the reader stands. */
let current = target ?? 0;
/** The line that is open, and its fields. @type {{ seq: number, fields: [string, string][] } | undefined} */
let open;
/** Rises with each change of the filters: an answer to earlier ones is of no use. */
let round = 0;
let isAsking = false;
/** What is to be asked when the answer has come. @type {(() => void) | undefined} */
let next;
let questions = 0;
/** When it was last asked for what has come. */
let ticked = 0;
/** How far the server's clock is ahead, in milliseconds. */
let ahead = 0;

const isPaused = () => board.hasAttribute('data-paused');
const stands = () => isPaused() || !atFoot;
/** @param {number} count @param {string} word */
const counted = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/* What is asked */

/** The form's fields, as they stand in an address. Empty ones are left out. */
function filters() {
  const fields = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  if (!fields.get('q')) fields.delete('q');
  return fields;
}

/**
 * Asks, one question at a time.
 * @param {Record<string, unknown>} question @param {(view: View) => void} take @param {boolean} [canWait]
 */
async function ask(question, take, canWait = true) {
  if (isAsking) {
    // What comes each second comes again; what the reader wants is next.
    if (canWait) next = () => void ask(question, take);
    return;
  }
  isAsking = true;
  const mine = round;
  const fields = filters();
  for (const [name, value] of Object.entries(question)) fields.set(name, String(value));
  if (questions++ % COUNTED === 0) fields.set('summary', 'true');
  const view = /** @type {View | undefined} */ (await answer(`/api/logs/view?${fields}`));
  if (mine !== round) return;
  isAsking = false;
  if (view) {
    say('log-problem', view.problem ?? '');
    form.elements.namedItem('q')?.setAttribute?.('aria-invalid', String(view.problem !== null));
    if (view.summary) summarize(view.summary);
    if (list.isOver(view) && !('since' in question && view.problem)) restart({ ...view, target: null });
    else if (view.problem === null) take(view);
    tell();
  }
  const after = next;
  next = undefined;
  after?.();
}

/** @param {string} address */
async function answer(address) {
  try {
    const response = await fetch(address);
    ahead = Date.parse(response.headers.get('date') ?? '') - Date.now() || 0;
    return response.ok ? await response.json() : undefined;
  } catch {
    // The pill says how the page stands to the server.
    return undefined;
  }
}

/** What has come since: to be shown, or to be counted while the lines stand still. */
function tick() {
  ticked = performance.now();
  if (document.hidden || document.querySelector('.page.is-stale')) return;
  if (stands()) {
    void ask({ since: list.counted, limit: 0 }, (view) => {
      list.count(view);
      // Who came to an end of the list meanwhile got no answer.
      scrolled();
    }, false);
    return;
  }
  // Who has stood still gets as much as a page holds.
  const limit = list.waiting.found > 0 ? FOLLOWED : OF_A_SECOND;
  void ask({ since: list.end, limit }, (view) => {
    list.append(view);
    if (!stands()) follow();
    draw();
    scrolled();
  }, false);
}

/** The server says that lines have come, and not more often than they can be shown. */
function news() {
  if (stands()) return;
  if (isAsking) next ??= tick;
  else tick();
}

/** What is looked for has changed: a link shows a colleague the same lines. */
function look() {
  const shown = filters();
  const range = new URLSearchParams(location.search).get('range');
  if (range) shown.set('range', range);
  history.replaceState(history.state, '', `/logs${shown.size > 0 ? '?' : ''}${shown}`);
  newest();
}

function newest() {
  round += 1;
  [isAsking, next] = [false, undefined];
  void ask({ limit: BEGINNING }, restart);
}

/** @param {View} view */
function restart(view) {
  list = new LogList(view);
  // The same lines are marked otherwise, or other lines have their numbers.
  lines.replaceChildren();
  made.clear();
  [open, target, current, atFoot] = [undefined, null, 0, true];
  follow();
  draw();
  scroller.scrollTop = 0;
}

function older() {
  void ask({ until: list.begin, limit: LOADED }, (view) => {
    const more = list.prepend(view);
    drawn = { start: drawn.start + more, end: Math.min(drawn.end + more, list.rows.length) };
    draw();
    scrolled();
  }, false);
}

/** Reads on from the past. The view keeps its place: what comes is below it. */
function newer() {
  void ask({ since: list.end, first: true, limit: LOADED }, (view) => {
    const [top, height] = [scroller.scrollTop, scroller.scrollHeight];
    list.extend(view);
    draw();
    scroller.scrollTop = top - (scroller.scrollHeight - height);
    scrolled();
  }, false);
}

/** @param {number} before */
function load(before) {
  const gap = list.rows.find((row) => isGap(row) && row.before === before);
  if (!gap || !isGap(gap)) return;
  void ask({ since: list.at(gap.after), until: list.at(before), first: true, limit: FOLLOWED }, (view) => {
    list.fill(before, view);
    if (!stands()) follow();
    draw();
    scrolled();
  });
}

/* What is drawn */

/** The newest rows are drawn. */
function follow() {
  const end = list.rows.length;
  drawn = { start: Math.max(end - FOOT, 0), end };
}

/** Brings the document in step. Rows stay the same elements, so that a selection outlasts those that come and go. */
function draw() {
  drawn.end = Math.min(drawn.end, list.rows.length);
  drawn.start = Math.min(drawn.start, drawn.end);
  const rows = list.rows.slice(drawn.start, drawn.end);
  const shown = new Map(rows.map((row) => [key(row), row]));
  for (const [known, element] of made) {
    if (shown.has(known)) continue;
    element.remove();
    made.delete(known);
  }
  let place = lines.firstElementChild;
  for (const [name, row] of shown) {
    let element = made.get(name);
    if (!element) {
      element = isGap(row) ? gapRow(row) : lineRow(row);
      made.set(name, element);
    }
    if (element === place) place = place.nextElementSibling;
    else lines.insertBefore(element, place);
  }
  the('log-above').style.setProperty('--at', String(drawn.start));
  the('log-below').style.setProperty('--at', String(list.rows.length - drawn.end));
  tell();
}

/** @param {string} tag @param {string} name @param {string} [text] */
function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {Line} line */
function lineRow(line) {
  const { seq, at, level, source } = line;
  const row = make('div', `log-entry log-${level}`);
  row.dataset.line = String(seq);
  row.classList.toggle('is-current', seq === current);
  row.classList.toggle('is-target', seq === target);
  row.append(make('span', 'timestamp', clock(at)), make('span', 'level', level), make('span', 'source', source), message(line));
  if (open?.seq === seq) {
    row.classList.add('is-open');
    row.append(fields(seq, open.fields));
  }
  return row;
}

/** The time of day, by the reader's clock. @param {string} at */
function clock(at) {
  const time = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

/** The message, with what was looked for marked. @param {Line} line */
function message({ message, marks }) {
  const element = make('span', 'message');
  let done = 0;
  for (let at = 0; at + 1 < marks.length; at += 2) {
    element.append(message.slice(done, marks[at]), make('mark', '', message.slice(marks[at], marks[at + 1])));
    done = marks[at + 1];
  }
  element.append(message.slice(done));
  return element;
}

/** What else a line says, and what can be done with it. @param {number} seq @param {[string, string][]} pairs */
function fields(seq, pairs) {
  const element = make('div', 'log-fields');
  for (const [name, value] of pairs) element.append(make('span', 'text-fg-3', name), make('span', '', value));
  const link = /** @type {HTMLAnchorElement} */ (make('a', 'log-link', 'Show around: a link to this line'));
  link.href = `/logs?line=${list.at(seq)}`;
  element.append(link);
  return element;
}

/** @param {Gap} gap */
function gapRow({ before, count, lost }) {
  const row = make('div', 'log-gap');
  const says = make('p', '');
  const why = lost ? ' no longer kept' : ' not shown: they came faster than this page shows';
  says.append(make('b', '', count === undefined ? 'Lines' : counted(count, 'line')), why);
  row.append(says);
  if (!lost) {
    const button = make('button', 'log-load', 'Load them');
    button.dataset.gap = String(before);
    row.append(button);
  }
  return row;
}

/** Draws a row anew. @param {number} seq */
function redraw(seq) {
  made.get(seq * 2)?.remove();
  made.delete(seq * 2);
}

/* What is said */

/** @param {string} id @param {string} text */
function say(id, text) {
  const element = the(id);
  if (element.textContent !== text) element.textContent = text;
}

function tell() {
  const { total, waiting, rows } = list;
  const [found, looked] = [total.found + waiting.found, total.looked + waiting.looked];
  const of = counted(looked, 'line');
  say('log-count', found === looked ? of : `${found.toLocaleString('en')} of ${of}`);
  say('log-empty', rows.length > 0 ? '' : looked > 0 ? 'No line matches.' : 'No line has come in yet.');
  the('log-bar').hidden = !stands();
  const last = rows.findLast((row) => !isGap(row));
  const at = last && !isGap(last) ? ` at ${clock(last.at).slice(0, 8)}` : '';
  say('log-since', `${isPaused() ? 'Paused' : 'Standing'}${at}.`);
  say('log-waiting', waiting.found > 0 ? counted(waiting.found, 'newer line') : 'No newer lines');
  say('log-errors', waiting.errors > 0 ? counted(waiting.errors, 'error') : '');
  the('log-resume').hidden = !isPaused();
}

/** @param {{ levels: number[], sources: [string, number][] }} summary */
function summarize({ levels, sources }) {
  form.querySelectorAll('.log-chip .log-count').forEach((count, at) => {
    count.textContent = levels[levels.length - 1 - at].toLocaleString('en');
  });
  // Each keeps its place while others come, so what is chosen stays chosen.
  const menu = the('log-sources');
  for (const [at, [name, count]] of sources.entries()) {
    let row = menu.children[at];
    if (!row) {
      row = make('label', 'log-source');
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'source', value: name });
      row.append(box, make('span', 'truncate', name), make('span', 'log-count'));
      menu.append(row);
    }
    /** @type {Element} */ (row.lastElementChild).textContent = count.toLocaleString('en');
  }
}

/** Marks in the chart the stretch of time that is in view. @param {{ first: number, last: number }} seen */
function mark({ first, last }) {
  const seen = list.rows.slice(first, last).filter((row) => !isGap(row));
  const range = RANGES.get(new URLSearchParams(location.search).get('range') ?? '') ?? RANGE_MS;
  const share = (/** @type {Line} */ line) => {
    const ago = Date.now() + ahead - Date.parse(line.at);
    return Math.min(Math.max(100 - (100 * ago) / range, 0), 100);
  };
  const [from, to] = seen.length > 0 ? [share(/** @type {Line} */ (seen[0])), share(/** @type {Line} */ (seen.at(-1)))] : [0, 0];
  the('log-seen').style.cssText = `--from:${from};--to:${to}`;
  the('log-seen').hidden = to <= 0;
}

/* What the reader does */

function measure() {
  const [view, rows] = [scroller.getBoundingClientRect(), lines.getBoundingClientRect()];
  return { top: rows.top - view.top, bottom: rows.bottom - view.top, height: view.height };
}

function scrolled() {
  const view = measure();
  const isNear = Math.abs(scroller.scrollTop) < NEAR;
  const was = atFoot;
  atFoot = isNear && !list.hasNewer;
  const seen = inView(drawn, view, list.rows.length);
  mark(seen);
  const slid = atFoot ? undefined : slide(drawn, list.rows.length, view);
  if (slid) {
    drawn = slid;
    draw();
  } else if (was !== atFoot) {
    tell();
  }
  if (seen.first < SPARE && list.hasOlder) older();
  else if (isNear && list.hasNewer) newer();
}

/** Brings a row into view: in the middle, or no further than it needs. @param {Element} row @param {boolean} inTheMiddle */
function reveal(row, inTheMiddle) {
  const [view, { top, bottom }] = [scroller.getBoundingClientRect(), row.getBoundingClientRect()];
  const [above, below] = [top - view.top, bottom - view.bottom];
  scroller.scrollTop += inTheMiddle ? (above + below) / 2 : Math.max(below, 0) + Math.min(above, 0);
}

/** To the newest line, and on with it. */
function jump() {
  if (isPaused()) resume();
  if (list.hasNewer) return newest();
  atFoot = true;
  follow();
  draw();
  scroller.scrollTop = 0;
  tick();
}

/** The pause is that of the whole page. */
function resume() {
  /** @type {HTMLElement | null} */ (document.querySelector('.hold'))?.click();
}

/** To the line `by` rows further; to the last where there was none. @param {1 | -1} by */
function step(by) {
  const { rows } = list;
  const from = rows.findIndex((row) => !isGap(row) && row.seq === current);
  let at = from < 0 ? rows.length - 1 : from + by;
  while (rows[at] && isGap(rows[at])) at += by;
  const row = rows[at];
  if (!row || isGap(row)) return;
  stand(row.seq);
  if (at < drawn.start || at >= drawn.end) {
    drawn = { start: Math.max(at - FOOT / 2, 0), end: at + FOOT / 2 };
    draw();
  }
  const element = made.get(key(row));
  if (element) reveal(element, false);
}

/** @param {number} seq */
function stand(seq) {
  for (const [is, at] of /** @type {const} */ ([[false, current], [true, seq]])) made.get(at * 2)?.classList.toggle('is-current', is);
  current = seq;
}

/** Opens a line, or closes it. @param {number} seq */
async function toggle(seq) {
  const was = open?.seq;
  open = undefined;
  if (was !== undefined) redraw(was);
  stand(seq);
  draw();
  if (seq === 0 || seq === was) return;
  const pairs = await answer(`/api/logs/fields?id=${list.at(seq)}`);
  if (current !== seq) return;
  open = { seq, fields: pairs ?? [['', 'This line is no longer kept.']] };
  redraw(seq);
  draw();
  const row = made.get(seq * 2);
  if (row) reveal(row, false);
}

/** The lines that are here, as text. */
async function copy() {
  const text = list.rows.flatMap((row) => (isGap(row) ? [] : [`${row.at} ${row.level} ${row.source} ${row.message}\n`]));
  await navigator.clipboard.writeText(text.join(''));
}

/** @param {KeyboardEvent} event */
function press({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return false;
  const at = /** @type {Element} */ (target);
  if (at.closest('input:not([type="checkbox"]), textarea, select')) return false;
  const isFree = !at.closest('a, button, summary, label, input');
  if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1);
  else if (key === 'End') jump();
  else if (key === '/') /** @type {HTMLInputElement} */ (the('log-words')).select();
  else if (key === 'Enter' && isFree) void toggle(current);
  else return false;
  return true;
}

/** @param {MouseEvent} event */
function click({ target }) {
  const at = /** @type {HTMLElement} */ (target);
  const { gap } = /** @type {HTMLElement | null} */ (at.closest('[data-gap]'))?.dataset ?? {};
  if (gap) return load(Number(gap));
  // What is selected is to be copied, and a link leads somewhere.
  if (at.closest('.log-fields') || getSelection()?.isCollapsed === false) return;
  const { line } = /** @type {HTMLElement | null} */ (at.closest('[data-line]'))?.dataset ?? {};
  if (line) void toggle(Number(line));
}

function start() {
  let resting = 0;
  form.addEventListener('input', ({ target }) => {
    clearTimeout(resting);
    resting = setTimeout(look, /** @type {HTMLInputElement} */ (target).type === 'checkbox' ? 0 : REST_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    look();
  });
  document.addEventListener('keydown', (event) => {
    if (press(event)) event.preventDefault();
  });
  document.addEventListener('visibilitychange', tick);
  lines.addEventListener('click', click);
  scroller.addEventListener('scroll', scrolled, { passive: true });
  addEventListener('resize', scrolled);
  the('log-jump').addEventListener('click', jump);
  the('log-resume').addEventListener('click', resume);
  the('log-wrap').addEventListener('click', ({ currentTarget }) => {
    const isWrapped = scroller.classList.toggle('is-wrapped');
    /** @type {Element} */ (currentTarget).setAttribute('aria-pressed', String(isWrapped));
    scrolled();
  });
  // A browser gives the clipboard to pages that come over TLS or from this machine.
  the('log-copy').hidden = !isSecureContext;
  the('log-copy').addEventListener('click', () => void copy());
  new MutationObserver(() => {
    tell();
    tick();
  }).observe(board, { attributeFilter: ['data-paused'] });
  // By the reader's clock, and no longer by the server's.
  lines.replaceChildren();
  if (atFoot) follow();
  draw();
  const linked = lines.querySelector('.is-target');
  if (linked) reveal(linked, true);
  scrolled();
  new MutationObserver(news).observe(the('log-news'), { subtree: true, childList: true, characterData: true });
  setInterval(() => {
    if (performance.now() - ticked > EVERY_MS / 2) tick();
  }, EVERY_MS);
}

start();
