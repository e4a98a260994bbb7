// @ts-check
/*
 * Which rows are in view, and what of the chart.
 */
import { draw } from './draw.js';
import { SPARE, inView, isGap, slide } from './list.js';
import { lines, page, scroller, the } from './page.js';
import { rule } from './ruler.js';
import { tell } from './words.js';

/** @typedef {import('./list.js').Line} Line */

/** How far from the foot one still follows, in pixels: less than a row. */
const NEAR = 16;
const RANGES = new Map([['5m', 300_000], ['1h', 3_600_000]]);
const RANGE_MS = 900_000;

function measure() {
  const [view, rows] = [scroller.getBoundingClientRect(), lines.getBoundingClientRect()];
  return { top: rows.top - view.top, bottom: rows.bottom - view.top, height: view.height };
}

/** Marks in the chart the stretch of time that is in view. @param {{ first: number, last: number }} seen */
function mark({ first, last }) {
  const seen = page.list.rows.slice(first, last).filter((row) => !isGap(row));
  const range = RANGES.get(new URLSearchParams(location.search).get('range') ?? '') ?? RANGE_MS;
  const share = (/** @type {Line} */ line) => {
    const ago = Date.now() + page.ahead - Date.parse(line.at);
    return Math.min(Math.max(100 - (100 * ago) / range, 0), 100);
  };
  const [from, to] = seen.length > 0 ? [share(/** @type {Line} */ (seen[0])), share(/** @type {Line} */ (seen.at(-1)))] : [0, 0];
  the('log-seen').style.cssText = `--from:${from};--to:${to}`;
  the('log-seen').hidden = to <= 0;
}

/** Draws what has come into view, and says whether more is to be loaded for it. @returns {'older' | 'newer' | undefined} */
export function settle() {
  const view = measure();
  const isNear = Math.abs(scroller.scrollTop) < NEAR;
  const was = page.atFoot;
  page.atFoot = isNear && !page.list.hasNewer;
  const seen = inView(page.drawn, view, page.list.rows.length);
  mark(seen);
  rule(seen.last - seen.first - 1);
  const slid = page.atFoot ? undefined : slide(page.drawn, page.list.rows.length, view);
  if (slid) {
    page.drawn = slid;
    draw();
  } else if (was !== page.atFoot) {
    tell();
  }
  if (seen.first < SPARE && page.list.hasOlder) return 'older';
  return isNear && page.list.hasNewer ? 'newer' : undefined;
}
