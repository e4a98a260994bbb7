// @ts-check
/*
 * The lines that the page of the log holds. Pure: what came is put in its place, and nothing else. Times are milliseconds,
 * cursors are texts like `7f3a09bc.184220`; what is called `seq` is the number in one.
 */

/** Lines that are held while the page follows the newest; older ones are asked for again by who scrolls up. */
export const FOLLOWED = 5_000;
/** Lines that are held at most, for who has scrolled up, and characters of text in them. */
export const HELD = 100_000;
export const HELD_CHARACTERS = 16 * 1024 * 1024;
/** Rows that are drawn above and below those in view, so that a flick of the wheel finds them there. */
export const SPARE = 40;
/** What a row is taken to be high where none is drawn, in pixels. */
const ROW = 20;

/** @typedef {{ seq: number, at: string, level: string, source: string, message: string, marks: number[] }} Line */
/**
 * Lines that match and are not here: after one event and before another; how many, where that is known.
 * @typedef {{ after: number, before: number, count: number | undefined, lost: boolean }} Gap
 */
/** @typedef {Line | Gap} Row */
/**
 * What `/api/logs/view` answers.
 * @typedef {{ cursor: string, lines: Line[], more: boolean, complete: boolean, looked: number, found: number,
 *   errors: number, target: number | null, problem: string | null,
 *   summary: { levels: number[], sources: [string, number][] } | null }} View
 */

/** @param {Row} row @returns {row is Gap} */
export const isGap = (row) => 'before' in row;

/** The number of the event at which a row ends. @param {Row} row */
const end = (row) => (isGap(row) ? row.before - 1 : row.seq);

/** Tells a row from all others: a gap never ends at the number of a line that is here. @param {Row} row */
export const key = (row) => end(row) * 2 + (isGap(row) ? 1 : 0);

/** @param {Row} row */
const size = (row) => (isGap(row) ? 0 : row.message.length + row.source.length);

/** @param {string} cursor */
const number = (cursor) => Number(cursor.split('.')[1]);

export class LogList {
  /** Lines and gaps, oldest first. @type {Row[]} */
  rows = [];
  /** Lines after the end of the list, which wait. */
  waiting = { looked: 0, found: 0, errors: 0 };
  characters = 0;

  /** @param {View} view */
  constructor(view) {
    [this.epoch] = view.cursor.split('.');
    /** Up to here everything is here or counted in `total`. */
    this.cursor = view.cursor;
    /** Up to here lines were counted. */
    this.counted = view.cursor;
    this.total = { looked: view.looked, found: view.found };
    /** The list ends before the newest: it stands at some moment of the past. */
    this.hasNewer = view.target !== null;
    this.hasOlder = view.more || this.hasNewer;
    this.push(view.lines);
  }

  /** The event of that number, in the life of the log that this list is of. @param {number} seq */
  at(seq) {
    return `${this.epoch}.${seq}`;
  }

  /** Where the list goes on: after its last line where it stands in the past, else after all that was looked at. */
  get end() {
    return this.hasNewer ? this.at(this.last) : this.cursor;
  }

  /** Where what is older ends. */
  get begin() {
    const [first] = this.rows;
    return first ? this.at(isGap(first) ? first.before : first.seq) : this.cursor;
  }

  get last() {
    const last = this.rows.at(-1);
    return last ? end(last) : 0;
  }

  /** Another life of the log: nothing that is here goes on. @param {View} view */
  isOver(view) {
    return view.cursor.split('.')[0] !== this.epoch;
  }

  /** Lines that wait were counted. @param {View} view */
  count(view) {
    this.waiting.looked += view.looked;
    this.waiting.found += view.found;
    this.waiting.errors += view.errors;
    this.counted = view.cursor;
  }

  /** The newest of the lines after the end: between them and those that are here may be others. @param {View} view */
  append(view) {
    this.total.looked += view.looked;
    this.total.found += view.found;
    this.waiting = { looked: 0, found: 0, errors: 0 };
    const skipped = Math.max(view.found - view.lines.length, 0);
    if (skipped > 0 || !view.complete) {
      const before = view.lines[0]?.seq ?? number(view.cursor) + 1;
      const count = view.complete ? skipped : undefined;
      this.rows.push({ after: this.last, before, count, lost: !view.complete });
    }
    this.cursor = this.counted = view.cursor;
    this.push(view.lines);
    this.trim(FOLLOWED);
  }

  /** The first of the lines after the end, for who reads on from the past. @param {View} view */
  extend(view) {
    this.hasNewer = view.more;
    if (!view.more) {
      this.total.looked += this.waiting.looked;
      this.total.found += this.waiting.found;
      this.waiting = { looked: 0, found: 0, errors: 0 };
      // What came after the last count will be counted with what comes then; its lines are here already.
      this.cursor = this.counted;
    }
    this.push(view.lines);
    this.trim(HELD);
  }

  /** The last of the lines before the beginning. @param {View} view @returns {number} Rows that came before the first. */
  prepend(view) {
    this.hasOlder = view.more;
    this.rows = [...view.lines, ...this.rows];
    for (const line of view.lines) this.characters += size(line);
    while (this.rows.length > HELD || (this.characters > HELD_CHARACTERS && this.rows.length > 1)) {
      this.characters -= size(/** @type {Row} */ (this.rows.pop()));
      this.hasNewer = true;
    }
    return view.lines.length;
  }

  /** The first of the lines in the gap that ends before event `before`. @param {number} before @param {View} view */
  fill(before, view) {
    const place = this.rows.findIndex((row) => isGap(row) && row.before === before);
    const gap = this.rows[place];
    if (!gap || !isGap(gap)) return;
    const lost = !view.complete || (view.lines.length === 0 && gap.count !== undefined);
    const count = gap.count === undefined ? undefined : Math.max(gap.count - view.lines.length, 0);
    /** @type {Row[]} */
    const rows = [...view.lines];
    if (view.more) rows.push({ ...gap, after: view.lines.at(-1)?.seq ?? gap.after, count });
    // What is gone is older than what is left.
    else if (lost) rows.unshift({ ...gap, before: view.lines[0]?.seq ?? gap.before, count, lost });
    for (const line of view.lines) this.characters += size(line);
    this.rows = [...this.rows.slice(0, place), ...rows, ...this.rows.slice(place + 1)];
  }

  /** @param {Line[]} lines */
  push(lines) {
    const { last } = this;
    for (const line of lines) {
      if (line.seq <= last) continue;
      this.rows.push(line);
      this.characters += size(line);
    }
  }

  /** Forgets the oldest rows past `most`. @param {number} most */
  trim(most) {
    let gone = 0;
    const isOver = () => this.rows.length - gone > most || this.characters > HELD_CHARACTERS;
    while (isOver() && gone < this.rows.length - 1) this.characters -= size(this.rows[gone++]);
    if (gone > 0) {
      this.rows = this.rows.slice(gone);
      this.hasOlder = true;
    }
  }
}

/**
 * Which of `total` rows are to be drawn, where those from `start` to `end` reach from `top` to `bottom`, in pixels from
 * the head of a view that is `height` high. Nothing while those that are drawn will do.
 * @param {{ start: number, end: number }} drawn @param {number} total
 * @param {{ top: number, bottom: number, height: number }} view
 * @returns {{ start: number, end: number } | undefined}
 */
export function slide({ start, end }, total, { top, bottom, height }) {
  const { first, last } = inView({ start, end }, { top, bottom, height }, total);
  const near = SPARE / 2;
  const isEnough = (start === 0 || start + near <= first) && (end >= total || end >= last + near);
  if (isEnough && end <= total && end - start <= last - first + 4 * SPARE) return undefined;
  return { start: Math.max(first - SPARE, 0), end: Math.min(last + SPARE, total) };
}

/**
 * The first row in view, and the one after the last. Rows of which nothing is drawn are as high as the others.
 * @param {{ start: number, end: number }} drawn @param {{ top: number, bottom: number, height: number }} view
 * @param {number} total
 */
export function inView({ start, end }, { top, bottom, height }, total) {
  const row = end > start ? Math.max((bottom - top) / (end - start), 1) : ROW;
  const first = Math.min(Math.floor(Math.max(start - top / row, 0)), Math.max(total - 1, 0));
  return { first, last: first + Math.floor(height / row) + 1 };
}
