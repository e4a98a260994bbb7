// @ts-check
/*
 * Beside the scroll bar: where in the lines that are here gaps, warnings and errors are. A drawing of three paths, which
 * are written when the lines are others; so many places at most are marked, however many lines there are.
 */
import { isGap } from './list.js';
import { page, the } from './page.js';

const PLACES = 250;
/** So near to a mark that one is meant. */
const NEAR = [0, -1, 1, -2, 2, -3, 3];

const paths = the('log-ruler').querySelectorAll('path');
/** What is marked at each place, as the number of a path from 1, and at which row. */
const marked = new Uint8Array(PLACES);
const rows = new Uint32Array(PLACES);
let total = 1;
let drawn = '';

/** Marks the lines of the list, of which so many `fit` into the view. @param {number} fit */
export function rule(fit) {
  const { list } = page;
  total = Math.max(list.rows.length, fit, 1);
  const now = `${list.begin} ${list.last} ${list.rows.length} ${total}`;
  if (now === drawn) return;
  drawn = now;
  marked.fill(0);
  for (const [at, row] of list.rows.entries()) {
    const kind = isGap(row) ? 1 : row.level === 'error' ? 3 : row.level === 'warn' ? 2 : 0;
    const place = Math.floor(((at + 0.5) * PLACES) / total);
    if (kind > marked[place]) [marked[place], rows[place]] = [kind, at];
  }
  paths.forEach((path, kind) => {
    const marks = Array.from(marked, (is, place) => (is === kind + 1 ? `M0 ${place}.5h1` : ''));
    path.setAttribute('d', marks.join(''));
  });
}

/** The row that is meant by a `share` of the ruler's height. @param {number} share */
export function rowAt(share) {
  const place = Math.floor(share * PLACES);
  const near = NEAR.map((by) => place + by).find((place) => marked[place]);
  return near === undefined ? Math.min(Math.floor(share * total), page.list.rows.length - 1) : rows[near];
}
