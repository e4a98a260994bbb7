// @ts-check
/*
 * What the parts of the page of the log share: its elements, which the server drew, and how it stands.
 */
import { LogList } from './list.js';

/** @param {string} id */
export const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
export const form = /** @type {HTMLFormElement} */ (the('log-filters'));
export const scroller = the('log-scroller');
export const lines = the('logs');
const board = the('log-board');

const begun = JSON.parse(document.body.dataset.logs ?? '');

/** How the page stands. */
export const page = {
  list: new LogList(begun),
  /** Which rows are in the document. */
  drawn: { start: 0, end: 0 },
  /** Their elements. @type {Map<number, HTMLElement>} */
  made: new Map(),
  /** The reader looks at the newest line. */
  atFoot: false,
  /** The line that the address names. @type {number | null} */
  target: begun.target,
  /** The line on which the reader stands. */
  current: begun.target ?? 0,
  /** The line that is open, and its fields. @type {{ seq: number, fields: [string, string][] } | undefined} */
  open: undefined,
  /** How far the server's clock is ahead, in milliseconds. */
  ahead: 0,
};
page.drawn.end = page.list.rows.length;
page.atFoot = !page.list.hasNewer;

export const isPaused = () => board.hasAttribute('data-paused');

/** The lines stand still. */
export const stands = () => isPaused() || !page.atFoot;

/** The pause is that of the whole page. */
export function resume() {
  /** @type {HTMLElement | null} */ (document.querySelector('.hold'))?.click();
}

/** Calls `run` when it is paused and when it goes on. @param {() => void} run */
export function onPause(run) {
  new MutationObserver(run).observe(board, { attributeFilter: ['data-paused'] });
}
