// @ts-check
/*
 * Brings the document in step with the list: only rows in view and some around them are in it.
 */
import { LogList, SPARE, key } from './list.js';
import { lines, page, scroller, the } from './page.js';
import { rowOf } from './rows.js';
import { tell } from './words.js';

/** @typedef {import('./list.js').View} View */

/** Rows in the document while the newest is in view: a screen of 2,160 pixels holds 108. */
export const FOOT = 108 + SPARE;

/** The newest rows are drawn. */
export function follow() {
  const end = page.list.rows.length;
  page.drawn = { start: Math.max(end - FOOT, 0), end };
}

/** Brings the document in step. Rows stay the same elements, so that a selection outlasts those that come and go. */
export function draw() {
  page.drawn.end = Math.min(page.drawn.end, page.list.rows.length);
  page.drawn.start = Math.min(page.drawn.start, page.drawn.end);
  const rows = page.list.rows.slice(page.drawn.start, page.drawn.end);
  const shown = new Map(rows.map((row) => [key(row), row]));
  for (const [known, element] of page.made) {
    if (shown.has(known)) continue;
    element.remove();
    page.made.delete(known);
  }
  let place = lines.firstElementChild;
  for (const [name, row] of shown) {
    let element = page.made.get(name);
    if (!element) {
      element = rowOf(row);
      page.made.set(name, element);
    }
    if (element === place) place = place.nextElementSibling;
    else lines.insertBefore(element, place);
  }
  the('log-above').style.setProperty('--at', String(page.drawn.start));
  the('log-below').style.setProperty('--at', String(page.list.rows.length - page.drawn.end));
  tell();
}

/** Draws a row anew. @param {number} seq */
export function redraw(seq) {
  page.made.get(seq * 2)?.remove();
  page.made.delete(seq * 2);
}

/** @param {View} view */
export function restart(view) {
  page.list = new LogList(view);
  // The same lines are marked otherwise, or other lines have their numbers.
  lines.replaceChildren();
  page.made.clear();
  [page.open, page.target, page.current, page.atFoot] = [undefined, null, 0, true];
  follow();
  draw();
  scroller.scrollTop = 0;
}

/** Brings a row of the list into view. @param {number} at @param {boolean} inTheMiddle */
export function show(at, inTheMiddle) {
  if (at < page.drawn.start || at >= page.drawn.end) {
    page.drawn = { start: Math.max(at - FOOT / 2, 0), end: at + FOOT / 2 };
    draw();
  }
  const element = page.made.get(key(page.list.rows[at]));
  if (element) reveal(element, inTheMiddle);
}

/** Brings a row into view: in the middle, or no further than it needs. @param {Element} row @param {boolean} inTheMiddle */
export function reveal(row, inTheMiddle) {
  const [view, { top, bottom }] = [scroller.getBoundingClientRect(), row.getBoundingClientRect()];
  const [above, below] = [top - view.top, bottom - view.bottom];
  scroller.scrollTop += inTheMiddle ? (above + below) / 2 : Math.max(below, 0) + Math.min(above, 0);
}
