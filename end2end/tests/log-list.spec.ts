import { type Gap, type Line, FOLLOWED, HELD, HELD_CHARACTERS, LogList, SPARE, type View, isGap, key, slide } from '../../public/logs/list.js';
import { expect, test } from '@playwright/test';

const line = (seq: number): Line => ({ seq, at: '', level: 'info', source: 'app', message: `line ${seq}`, marks: [] });
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** Lines of these numbers, as of the event `seq`, where so many match. */
const view = (lines: number[], seq: number, found: number, more: Partial<View> = {}): View => ({
  ...{ cursor: `7f.${seq}`, lines: lines.map(line), more: false, complete: true, looked: found, found },
  ...{ errors: 0, target: null, problem: null, summary: null },
  ...more,
});

/** The numbers in the list, and `-n` for a gap of n lines. */
const rows = (list: LogList) => list.rows.map((row) => (isGap(row) ? -(row.count ?? 999) : row.seq));

test('follows, and says what is left out', () => {
  const list = new LogList(view([1, 2, 3], 10, 3));
  expect(list.end).toBe('7f.10');
  list.append(view([11, 12], 20, 2));
  list.append(view([58, 59], 60, 39));
  expect(rows(list)).toEqual([1, 2, 3, 11, 12, -37, 58, 59]);
  expect(list.total).toEqual({ looked: 44, found: 44 });
  const keys = list.rows.map(key);
  expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
});

test('a gap is filled', () => {
  const list = new LogList(view([1, 2], 10, 2));
  list.append(view([18, 19], 20, 9));
  expect(list.rows[2]).toEqual({ after: 2, before: 18, count: 7, lost: false } satisfies Gap);
  list.fill(18, view([11, 12, 13, 14], 30, 4, { more: true }));
  expect(rows(list)).toEqual([1, 2, 11, 12, 13, 14, -3, 18, 19]);
  list.fill(18, view([15, 16, 17], 30, 3));
  list.fill(18, view([15, 16, 17], 30, 3));
  expect(rows(list)).toEqual([1, 2, ...numbers(11, 19)]);
});

test('what is no longer kept is lost', () => {
  const list = new LogList(view([1, 2], 10, 2));
  list.append(view([18, 19], 20, 9));
  list.fill(18, view([17], 30, 1, { complete: false }));
  expect(rows(list)).toEqual([1, 2, -6, 17, 18, 19]);
  expect(list.rows[2]).toMatchObject({ lost: true });
  list.append(view([90], 91, 1, { complete: false }));
  expect(rows(list).slice(6), 'nobody knows how many').toEqual([-999, 90]);
});

test('while it stands, lines are counted', () => {
  const list = new LogList(view([1, 2], 10, 2));
  list.count(view([], 14, 3, { errors: 1 }));
  list.count(view([], 16, 1));
  expect(list.waiting).toEqual({ looked: 4, found: 4, errors: 1 });
  expect([list.counted, list.end]).toEqual(['7f.16', '7f.10']);
  list.append(view(numbers(11, 15), 17, 5));
  expect(list.waiting.found).toBe(0);
  expect(list.total.found).toBe(7);
  expect(rows(list)).toEqual([1, 2, ...numbers(11, 15)]);
});

test('reads on from the past', () => {
  const list = new LogList(view([4, 5, 6], 20, 18, { target: 5 }));
  expect([list.hasOlder, list.hasNewer, list.begin, list.end]).toEqual([true, true, '7f.4', '7f.6']);
  list.count(view([], 22, 2));
  expect(list.prepend(view([1, 2, 3], 22, 3))).toBe(3);
  list.extend(view([7, 8, 9], 22, 3, { more: true }));
  expect([list.hasOlder, list.hasNewer]).toEqual([false, true]);
  // Line 23 has come since the last count.
  list.extend(view(numbers(10, 23), 23, 14));
  list.append(view([23, 24], 24, 2));
  expect(rows(list)).toEqual(numbers(1, 24));
  expect(list.total.found).toBe(22);
});

test('another life of the log is told', () => {
  const list = new LogList(view([1], 10, 1));
  expect(list.isOver(view([], 3, 0))).toBe(false);
  expect(list.isOver(view([], 3, 0, { cursor: '80.3' }))).toBe(true);
});

test('memory is bounded', () => {
  const followed = new LogList(view(numbers(1, 10), 10, 10));
  for (let at = 1; at <= 20; at += 1) followed.append(view(numbers(at * 1_000, at * 1_000 + 999), (at + 1) * 1_000, 1_000));
  expect([followed.rows.length, followed.hasOlder]).toEqual([FOLLOWED, true]);

  const read = new LogList(view(numbers(500_000, 500_009), 600_000, 10));
  for (let block = 480_000; block >= 300_000; block -= 20_000) {
    read.prepend(view(numbers(block, block + 19_999), 600_000, 0, { more: true }));
  }
  expect([read.rows.length, read.hasNewer]).toEqual([HELD, true]);
  expect(read.end, 'what was newer is asked for again').toBe('7f.399999');

  const long = (seq: number): Line => ({ ...line(seq), message: 'x'.repeat(HELD_CHARACTERS / 4) });
  const heavy = new LogList(view([], 10, 9, { lines: numbers(1, 9).map(long) }));
  heavy.append(view([], 11, 1, { lines: [long(11)] }));
  expect(heavy.rows.length).toBe(3);
});

test('what is drawn slides when its edge is near', () => {
  const drawn = { start: 100, end: 220 };
  const at = (first: number, height = 800) => ({ top: (100 - first) * 20, bottom: (220 - first) * 20, height });
  expect(slide(drawn, 1_000, at(140))).toBeUndefined();
  expect(slide(drawn, 1_000, at(115))).toEqual({ start: 75, end: 196 });
  expect(slide(drawn, 1_000, at(500))).toEqual({ start: 460, end: 581 });
  expect(slide(drawn, 1_000, at(-9_000))).toEqual({ start: 0, end: 81 });
  expect(slide(drawn, 1_000, at(9_000))).toEqual({ start: 959, end: 1_000 });
  expect(slide({ start: 0, end: 90 }, 90, { top: 0, bottom: 1_800, height: 800 })).toBeUndefined();
  expect(slide({ start: 0, end: 0 }, 0, { top: 0, bottom: 0, height: 800 })).toBeUndefined();
});

test('what is in view is drawn, and little else', () => {
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 2_000; round += 1) {
    const total = 1 + random(100_000);
    const start = random(total);
    const drawn = { start, end: Math.min(start + 1 + random(400), total) };
    const height = 100 + random(1_900);
    const scrolled = random(Math.max(total * 20 - height, 1));
    const now = slide(drawn, total, { top: start * 20 - scrolled, bottom: drawn.end * 20 - scrolled, height }) ?? drawn;
    const [first, last] = [Math.floor(scrolled / 20), Math.min(Math.floor((scrolled + height) / 20), total)];
    const isGood = now.start <= first && now.end >= last && now.end - now.start <= height / 20 + 2 + 4 * SPARE;
    if (!isGood) throw new Error(`${JSON.stringify({ total, drawn, height, scrolled, now })}`);
  }
});
