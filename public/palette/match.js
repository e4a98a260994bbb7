// @ts-check
/*
 * Which names are meant by what was typed, and where. Pure.
 */

/** What means something in a pattern. */
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/**
 * Where the words that were typed stand in a name, capitals or not: from and to, in order and apart. Nothing where one of
 * them is missing.
 * @param {string} name @param {string} typed @returns {[number, number][] | undefined}
 */
export function match(name, typed) {
  /** @type {[number, number][]} */
  const places = [];
  for (const word of typed.split(/\s+/).filter((word) => word !== '')) {
    const found = new RegExp(word.replace(SPECIAL, '\\$&'), 'iu').exec(name);
    if (!found) return undefined;
    places.push([found.index, found.index + found[0].length]);
  }
  places.sort(([one], [other]) => one - other);
  /** @type {[number, number][]} */
  const apart = [];
  for (const [from, to] of places) {
    const last = apart.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}
