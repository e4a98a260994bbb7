// @ts-check
/*
 * When lines are asked for, and where they are put.
 */
import { ask, filters, forget, soon } from './ask.js';
import { draw, follow, restart } from './draw.js';
import { FOLLOWED, isGap } from './list.js';
import { page, scroller, stands } from './page.js';
import { settle } from './view.js';
import { chosen } from './words.js';

/** Lines that a list begins with, that are shown of a second, and that are loaded at once. */
const BEGINNING = 1_000;
const OF_A_SECOND = 500;
const LOADED = 2_000;

/** When it was last asked for what has come. */
let ticked = 0;

/** Milliseconds since it was last asked for what has come. */
export const rested = () => performance.now() - ticked;

/** The view is another: what has come into it is drawn, and loaded where it isn't here. */
export function scrolled() {
  const wanted = settle();
  if (wanted === 'older') older();
  else if (wanted === 'newer') newer();
}

/** What has come since: to be shown, or to be counted while the lines stand still. */
export function tick() {
  ticked = performance.now();
  if (document.hidden || document.querySelector('.page.is-stale')) return;
  if (stands()) {
    void ask({ since: page.list.counted, limit: 0 }, (view) => {
      page.list.count(view);
      // Who came to an end of the list meanwhile got no answer.
      scrolled();
    }, false);
    return;
  }
  // Who has stood still gets as much as a page holds.
  const limit = page.list.waiting.found > 0 ? FOLLOWED : OF_A_SECOND;
  void ask({ since: page.list.end, limit }, (view) => {
    page.list.append(view);
    if (!stands()) follow();
    draw();
    scrolled();
  }, false);
}

/** The server says that lines have come, and not more often than they can be shown. */
export function news() {
  if (!stands()) soon(tick);
}

/** What is looked for has changed: a link shows a colleague the same lines. */
export function look() {
  chosen();
  const shown = filters();
  const range = new URLSearchParams(location.search).get('range');
  if (range) shown.set('range', range);
  history.replaceState(history.state, '', `/logs${shown.size > 0 ? '?' : ''}${shown}`);
  newest();
}

export function newest() {
  forget();
  void ask({ limit: BEGINNING }, restart);
}

function older() {
  void ask({ until: page.list.begin, limit: LOADED }, (view) => {
    const more = page.list.prepend(view);
    page.drawn = { start: page.drawn.start + more, end: Math.min(page.drawn.end + more, page.list.rows.length) };
    draw();
    scrolled();
  }, false);
}

/** Reads on from the past. The view keeps its place: what comes is below it. */
function newer() {
  void ask({ since: page.list.end, first: true, limit: LOADED }, (view) => {
    const [top, height] = [scroller.scrollTop, scroller.scrollHeight];
    page.list.extend(view);
    draw();
    scroller.scrollTop = top - (scroller.scrollHeight - height);
    scrolled();
  }, false);
}

/** @param {number} before */
export function load(before) {
  const gap = page.list.rows.find((row) => isGap(row) && row.before === before);
  if (!gap || !isGap(gap)) return;
  void ask({ since: page.list.at(gap.after), until: page.list.at(before), first: true, limit: FOLLOWED }, (view) => {
    page.list.fill(before, view);
    if (!stands()) follow();
    draw();
    scrolled();
  });
}
