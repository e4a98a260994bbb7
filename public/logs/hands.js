// @ts-check
/*
 * What the reader does with keys and pointer.
 */
import { answer } from './ask.js';
import { draw, follow, redraw, reveal, show } from './draw.js';
import { isGap } from './list.js';
import { load, newest, scrolled, tick } from './load.js';
import { isPaused, page, resume, scroller, the } from './page.js';
import { rowAt } from './ruler.js';

/** To the newest line, and on with it. */
export function jump() {
  if (isPaused()) resume();
  if (page.list.hasNewer) return newest();
  page.atFoot = true;
  follow();
  draw();
  scroller.scrollTop = 0;
  tick();
}

/** To the line `by` rows further; to the last where there was none. @param {1 | -1} by */
function step(by) {
  const { rows } = page.list;
  const from = rows.findIndex((row) => !isGap(row) && row.seq === page.current);
  let at = from < 0 ? rows.length - 1 : from + by;
  while (rows[at] && isGap(rows[at])) at += by;
  const row = rows[at];
  if (!row || isGap(row)) return;
  stand(row.seq);
  show(at, false);
}

/** To the line at which the ruler is pointed. @param {MouseEvent} event */
export function point({ clientY, currentTarget }) {
  const { top, height } = /** @type {Element} */ (currentTarget).getBoundingClientRect();
  const at = rowAt((clientY - top) / height);
  const row = page.list.rows[at];
  if (!row) return;
  if (!isGap(row)) stand(row.seq);
  show(at, true);
  scrolled();
}

/** @param {number} seq */
function stand(seq) {
  for (const [is, at] of /** @type {const} */ ([[false, page.current], [true, seq]])) page.made.get(at * 2)?.classList.toggle('is-current', is);
  page.current = seq;
}

/** Opens a line, or closes it. @param {number} seq */
async function toggle(seq) {
  const was = page.open?.seq;
  page.open = undefined;
  if (was !== undefined) redraw(was);
  stand(seq);
  draw();
  if (seq === 0 || seq === was) return;
  const pairs = await answer(`/api/logs/fields?id=${page.list.at(seq)}`);
  if (page.current !== seq) return;
  page.open = { seq, fields: pairs ?? [['', 'This line is no longer kept.']] };
  redraw(seq);
  draw();
  const row = page.made.get(seq * 2);
  if (row) reveal(row, false);
}

/** The lines that are here, as text. */
export async function copy() {
  const text = page.list.rows.flatMap((row) => (isGap(row) ? [] : [`${row.at} ${row.level} ${row.source} ${row.message}\n`]));
  await navigator.clipboard.writeText(text.join(''));
}

/** @param {KeyboardEvent} event */
export function press({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return false;
  const at = /** @type {Element} */ (target);
  if (at.closest('input:not([type="checkbox"]), textarea, select')) return false;
  const isFree = !at.closest('a, button, summary, label, input');
  if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1);
  else if (key === 'End') jump();
  else if (key === '/') /** @type {HTMLInputElement} */ (the('log-words')).select();
  else if (key === 'Enter' && isFree) void toggle(page.current);
  else return false;
  return true;
}

/** @param {MouseEvent} event */
export function click({ target }) {
  const at = /** @type {HTMLElement} */ (target);
  const { gap } = /** @type {HTMLElement | null} */ (at.closest('[data-gap]'))?.dataset ?? {};
  if (gap) return load(Number(gap));
  // What is selected is to be copied, and a link leads somewhere.
  if (at.closest('.log-fields') || getSelection()?.isCollapsed === false) return;
  const { line } = /** @type {HTMLElement | null} */ (at.closest('[data-line]'))?.dataset ?? {};
  if (line) void toggle(Number(line));
}
