// @ts-check
/*
 * The page of the log. The server looks for lines and marks what was looked for; this holds those that it was given, draws
 * those in view, and asks once a second for what has come since. So neither a flood of lines nor a hundred thousand of
 * them cost more than a screenful. What a line says is only ever set as text.
 *
 * Loaded by this page alone: the module of all pages doesn't grow with it. What it finds was drawn by the server. Its parts
 * are in `logs/`, each knows those below: `hands` (what the reader does), `load` (what is asked when), `view`, `ruler`,
 * `ask`, `draw`, `words`, `rows`, `page` (what they share), `list` (the lines, pure).
 */
import { draw, follow, reveal } from './logs/draw.js';
import { click, copy, jump, point, press } from './logs/hands.js';
import { look, news, rested, scrolled, tick } from './logs/load.js';
import { form, lines, onPause, page, resume, scroller, the } from './logs/page.js';
import { tell } from './logs/words.js';

/** Time between two questions, in milliseconds; what is typed is looked for after so long a rest. */
const EVERY_MS = 1_000;
const REST_MS = 150;

let resting = 0;
form.addEventListener('input', ({ target }) => {
  clearTimeout(resting);
  resting = setTimeout(look, /** @type {HTMLInputElement} */ (target).type === 'checkbox' ? 0 : REST_MS);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  look();
});
document.addEventListener('keydown', (event) => {
  if (press(event)) event.preventDefault();
});
document.addEventListener('visibilitychange', tick);
lines.addEventListener('click', click);
the('log-ruler').addEventListener('click', point);
scroller.addEventListener('scroll', scrolled, { passive: true });
addEventListener('resize', scrolled);
the('log-jump').addEventListener('click', jump);
the('log-resume').addEventListener('click', resume);
the('log-wrap').addEventListener('click', ({ currentTarget }) => {
  const isWrapped = scroller.classList.toggle('is-wrapped');
  /** @type {Element} */ (currentTarget).setAttribute('aria-pressed', String(isWrapped));
  scrolled();
});
// A browser gives the clipboard to pages that come over TLS or from this machine.
the('log-copy').hidden = !isSecureContext;
the('log-copy').addEventListener('click', () => void copy());
onPause(() => {
  tell();
  tick();
});
// By the reader's clock, and no longer by the server's.
lines.replaceChildren();
if (page.atFoot) follow();
draw();
const linked = lines.querySelector('.is-target');
if (linked) reveal(linked, true);
scrolled();
new MutationObserver(news).observe(the('log-news'), { subtree: true, childList: true, characterData: true });
setInterval(() => {
  if (rested() > EVERY_MS / 2) tick();
}, EVERY_MS);
