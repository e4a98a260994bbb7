// @ts-check
/*
 * The palette: one field from which every page, every open alert, every source of the log and what can be done is reached.
 * Ctrl-K or Cmd-K opens it, anywhere, or the button in the top bar. The field keeps the focus and names the row that is
 * chosen; where the focus was it is again when the palette closes, which the browser sees to.
 *
 * What the page has is there at once, what depends on the machine is asked for each time it opens. Its parts are in
 * `palette/`: `choices` (what is offered), `match` (what was meant), `draw`.
 */
import { groups, look } from './palette/choices.js';
import { icon, keys, make, row } from './palette/draw.js';
import { match } from './palette/match.js';

/** @typedef {import('./palette/choices.js').Choice} Choice */

/** The server is waited for so long, in milliseconds. */
const PATIENCE_MS = 5_000;

const field = /** @type {HTMLInputElement} */ (make('input', {
  type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list',
  'aria-label': 'Search or jump', placeholder: 'Search or jump', autocomplete: 'off', autocapitalize: 'off',
  spellcheck: 'false', enterkeyhint: 'go', maxlength: '200',
}));
const close = make('button', { type: 'button', class: 'palette-close', 'aria-label': 'Close' }, ...keys('Esc'));
const list = make('div', { id: 'palette-list', class: 'palette-list', role: 'listbox', tabindex: '-1', 'aria-label': 'Results' });
const problem = make('p', { class: 'palette-problem', role: 'status' });
const count = make('p', { role: 'status' });
const hints = make('p', { class: 'palette-hints', 'aria-hidden': 'true' }, ...keys('↑', '↓'), 'choose', ...keys('Enter'), 'open');
const dialog = /** @type {HTMLDialogElement} */ (make('dialog', { class: 'palette', 'aria-label': 'Search or jump' },
  make('div', { class: 'palette-head' }, icon('#icon-search'), field, close),
  list, problem, make('div', { class: 'palette-foot' }, hints, count)));

/** What the server told when the palette opened. @type {import('./palette/choices.js').Jumps | undefined} */
let jumps;
/** What is listed, and which of it is chosen. @type {{ choice: Choice, element: HTMLElement }[]} */
let rows = [];
let chosen = 0;

function draw() {
  const typed = field.value.trim();
  rows = [];
  list.replaceChildren();
  for (const [at, [name, choices]] of groups(jumps).entries()) {
    const found = choices.flatMap((choice) => {
      const places = match(choice.name, typed);
      return places ? [add(choice, places)] : [];
    });
    const title = make('div', { id: `palette-group-${at}`, class: 'palette-title', role: 'presentation' }, name);
    if (found.length > 0) list.append(make('div', { role: 'group', 'aria-labelledby': title.id }, title, ...found));
  }
  count.textContent = `${rows.length || 'No'} result${rows.length === 1 ? '' : 's'}`;
  if (rows.length === 0) list.append(add(look(typed), []));
}

/** @param {Choice} choice @param {[number, number][]} places */
function add(choice, places) {
  const element = row(choice, places);
  element.id = `palette-row-${rows.length}`;
  rows.push({ choice, element });
  return element;
}

/** Chooses a row; from the last on to the first. @param {number} at */
function choose(at) {
  chosen = (at + rows.length) % rows.length;
  for (const [index, { element }] of rows.entries()) element.setAttribute('aria-selected', String(index === chosen));
  const { element } = rows[chosen];
  field.setAttribute('aria-activedescendant', element.id);
  if (chosen === 0) list.scrollTop = 0;
  else element.scrollIntoView({ block: 'nearest' });
}

async function ask() {
  const answer = await fetch('/api/jump', { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined);
  jumps = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  problem.textContent = jumps ? '' : 'The server could not be asked for alerts and log sources.';
  // What was chosen meanwhile stays chosen.
  const { name } = rows[chosen].choice;
  draw();
  choose(Math.max(rows.findIndex(({ choice }) => choice.name === name), 0));
}

function open() {
  if (!dialog.isConnected) document.body.append(dialog);
  field.value = problem.textContent = '';
  jumps = undefined;
  draw();
  dialog.showModal();
  choose(0);
  void ask();
}

/** @param {Event} event */
const rowOf = ({ target }) => rows.findIndex(({ element }) => target instanceof Node && element.contains(target));

addEventListener('keydown', (event) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey, repeat } = event;
  if (!(key === 'k' || key === 'K') || ctrlKey === metaKey || altKey || shiftKey) return;
  event.preventDefault();
  if (repeat) return;
  if (dialog.open) dialog.close();
  else open();
}, true);

dialog.addEventListener('keydown', (event) => {
  // The page's own keys mean nothing here.
  event.stopPropagation();
  const { key, target, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
  if (target !== field || ctrlKey || metaKey || altKey || shiftKey || isComposing) return;
  if (key === 'ArrowDown') choose(chosen + 1);
  else if (key === 'ArrowUp') choose(chosen - 1);
  else if (key === 'Home') choose(0);
  else if (key === 'End') choose(-1);
  else if (key === 'Enter') rows[chosen].element.click();
  else return;
  event.preventDefault();
});
field.addEventListener('input', () => {
  draw();
  choose(0);
});
// A pointer that moves chooses; rows that move under one that rests don't.
list.addEventListener('mousemove', (event) => {
  const at = rowOf(event);
  if (at >= 0 && at !== chosen) choose(at);
});
// The field keeps the focus.
list.addEventListener('mousedown', (event) => event.preventDefault());
list.addEventListener('click', (event) => {
  const chosen = rows[rowOf(event)];
  if (!chosen) return;
  dialog.close();
  chosen.choice.run?.();
});
close.addEventListener('click', () => dialog.close());
dialog.addEventListener('mousedown', ({ target }) => target === dialog && dialog.close());
// Where a phone's keys cover a part of the page, the palette stays above them.
visualViewport?.addEventListener('resize', () => dialog.style.setProperty('--seen', `${visualViewport?.height}px`));
document.querySelector('.jump')?.addEventListener('click', open);
