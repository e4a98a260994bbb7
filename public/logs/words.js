// @ts-check
/*
 * What the page says of its lines: how many there are, how many wait, which sources they have.
 */
import { isGap } from './list.js';
import { form, isPaused, page, stands, the } from './page.js';
import { clock, counted, make } from './rows.js';

/** @param {string} id @param {string} text */
export function say(id, text) {
  const element = the(id);
  if (element.textContent !== text) element.textContent = text;
}

export function tell() {
  const { total, waiting, rows } = page.list;
  const [found, looked] = [total.found + waiting.found, total.looked + waiting.looked];
  const of = counted(looked, 'line');
  say('log-count', found === looked ? of : `${found.toLocaleString('en')} of ${of}`);
  const isSaid = rows.length > 0 || the('log-problem').textContent !== '';
  say('log-empty', isSaid ? '' : looked > 0 ? 'No line matches.' : 'No line has come in yet.');
  the('log-bar').hidden = !stands();
  const last = rows.findLast((row) => !isGap(row));
  const at = last && !isGap(last) ? ` at ${clock(last.at).slice(0, 8)}` : '';
  say('log-since', `${isPaused() ? 'Paused' : 'Standing'}${at}.`);
  say('log-waiting', waiting.found > 0 ? counted(waiting.found, 'newer line') : 'No newer lines');
  say('log-errors', waiting.errors > 0 ? counted(waiting.errors, 'error') : '');
  the('log-resume').hidden = !isPaused();
}

/** Of how many sources lines are looked for. */
export function chosen() {
  const boxes = [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('[name="source"]'))];
  const some = boxes.filter(({ checked }) => checked).length;
  say('log-chosen', some > 0 ? `${some} of ${boxes.length}` : String(boxes.length));
}

/** @param {{ levels: number[], sources: [string, number][] }} summary */
export function summarize({ levels, sources }) {
  form.querySelectorAll('.log-chip .log-count').forEach((count, at) => {
    count.textContent = levels[levels.length - 1 - at].toLocaleString('en');
  });
  // Each keeps its place while others come, so what is chosen stays chosen.
  const menu = the('log-sources');
  for (const [at, [name, count]] of sources.entries()) {
    let row = menu.children[at];
    if (!row) {
      row = make('label', 'log-source');
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'source', value: name });
      row.append(box, make('span', 'truncate', name), make('span', 'log-count'));
      menu.append(row);
    }
    /** @type {Element} */ (row.lastElementChild).textContent = count.toLocaleString('en');
  }
  chosen();
}
