// @ts-check
/*
 * Rows of the list as elements. What a line says is only ever set as text.
 */
import { isGap } from './list.js';
import { page } from './page.js';

/** @typedef {import('./list.js').Line} Line */
/** @typedef {import('./list.js').Gap} Gap */
/** @typedef {import('./list.js').Row} Row */

/** @param {Row} row */
export const rowOf = (row) => (isGap(row) ? gapRow(row) : lineRow(row));

/** @param {number} count @param {string} word */
export const counted = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** @param {string} tag @param {string} name @param {string} [text] */
export function make(tag, name, text) {
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
  row.classList.toggle('is-current', seq === page.current);
  row.classList.toggle('is-target', seq === page.target);
  row.append(make('span', 'timestamp', clock(at)), make('span', 'level', level), make('span', 'source', source), message(line));
  if (page.open?.seq === seq) {
    row.classList.add('is-open');
    row.append(fields(seq, page.open.fields));
  }
  return row;
}

/** The time of day, by the reader's clock. @param {string} at */
export function clock(at) {
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
  link.href = `/logs?line=${page.list.at(seq)}`;
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
