// @ts-check
/*
 * Asks the server for lines, one question at a time.
 */
import { restart } from './draw.js';
import { form, page } from './page.js';
import { say, summarize, tell } from './words.js';

/** @typedef {import('./list.js').View} View */

/** The sources are counted anew after so many questions. */
const COUNTED = 5;

/** Rises with each change of the filters: an answer to earlier ones is of no use. */
let round = 0;
let isAsking = false;
/** What is to be asked when the answer has come. @type {(() => void) | undefined} */
let next;
let questions = 0;

/** The form's fields, as they stand in an address. Empty ones are left out. */
export function filters() {
  const fields = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  if (!fields.get('q')) fields.delete('q');
  return fields;
}

/**
 * Asks, one question at a time.
 * @param {Record<string, unknown>} question @param {(view: View) => void} take @param {boolean} [canWait]
 */
export async function ask(question, take, canWait = true) {
  if (isAsking) {
    // What comes each second comes again; what the reader wants is next.
    if (canWait) next = () => void ask(question, take);
    return;
  }
  isAsking = true;
  const mine = round;
  const fields = filters();
  for (const [name, value] of Object.entries(question)) fields.set(name, String(value));
  if (questions++ % COUNTED === 0) fields.set('summary', 'true');
  const view = /** @type {View | undefined} */ (await answer(`/api/logs/view?${fields}`));
  if (mine !== round) return;
  isAsking = false;
  if (view) {
    // What is wrong with the address stands until something else is looked for.
    if (round > 0 || view.problem !== null) {
      say('log-problem', view.problem ?? '');
      form.elements.namedItem('q')?.setAttribute?.('aria-invalid', String(view.problem !== null));
    }
    if (view.summary) summarize(view.summary);
    if (page.list.isOver(view) && !('since' in question && view.problem)) restart({ ...view, target: null });
    else if (view.problem === null) take(view);
    tell();
  }
  const after = next;
  next = undefined;
  after?.();
}

/** @param {string} address */
export async function answer(address) {
  try {
    const response = await fetch(address);
    page.ahead = Date.parse(response.headers.get('date') ?? '') - Date.now() || 0;
    return response.ok ? await response.json() : undefined;
  } catch {
    // The pill says how the page stands to the server.
    return undefined;
  }
}

/** Does `run` now, or when the answer has come if something is asked. @param {() => void} run */
export function soon(run) {
  if (isAsking) next ??= run;
  else run();
}

/** Waits for no answer any more: something else is looked for. */
export function forget() {
  round += 1;
  [isAsking, next] = [false, undefined];
}
