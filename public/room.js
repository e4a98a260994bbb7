// @ts-check
/*
 * What in the war room depends on who reads it. The lines themselves are drawn by the server and kept in step by the page;
 * this script never adds to them or takes away: it marks them with attributes, which the style sheet shows.
 *
 * - A message is kept in the browser until the server has taken it, under an id of its own: sent twice, it is there once.
 *   It is shown to whoever has written it, and sent for nobody else who reads here.
 * - `data-day` begins a day, `data-new` begins what has come since the reader was last here.
 * - The list stays at its foot, unless the reader has scrolled up.
 * - While nobody looks, or somebody looks for something, the title counts what comes.
 */
import { search } from './room-search.js';

/** @typedef {{ id: string, username: string, text: string, timestamp: string }} Draft */

const OUTBOX = 'opsglass-outbox';
const SEEN = 'opsglass-seen';
/** Time between two tries to send what waits, in milliseconds. */
const AGAIN_MS = 5_000;
/** Messages of one person that wait at most. */
const MOST = 100;
/** So near to its foot the list counts as being there, in pixels. */
const NEAR = 40;

const list = /** @type {HTMLOListElement} */ (document.getElementById('room-lines'));
const scroll = /** @type {HTMLElement} */ (list.parentElement);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById('room-form'));
const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById('room-text'));
const waiting = document.getElementById('room-waiting');
const said = document.getElementById('room-said');
const below = /** @type {HTMLButtonElement | null} */ (document.getElementById('room-below'));
const me = form?.dataset.me ?? '';

/** @param {Date} day */
const named = (day) => day.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
/** @param {Date} moment */
const clock = (moment) => moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
/** @param {Element} line */
const when = (line) => line.querySelector('time')?.dateTime ?? '';

// What waits to be sent.

/** @returns {Draft[]} */
function outbox() {
  try {
    return JSON.parse(localStorage.getItem(OUTBOX) ?? '[]');
  } catch {
    return [];
  }
}

/** What waits of who reads. */
const mine = () => outbox().filter((draft) => draft.username === me);

/** @param {(drafts: Draft[]) => Draft[]} change */
function keep(change) {
  localStorage.setItem(OUTBOX, JSON.stringify(change(outbox())));
  showWaiting();
}

function showWaiting() {
  waiting?.replaceChildren(
    ...mine().map((draft) => {
      const row = document.createElement('li');
      row.textContent = draft.text;
      return row;
    }),
  );
}

/** @param {string} text */
function say(text) {
  if (said && said.textContent !== text) said.textContent = text;
}

let sending = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {number} ms */
function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(flush, ms);
}

/** Sends what waits, one after the other, until something keeps it from that. */
async function flush() {
  if (sending) return;
  sending = true;
  try {
    for (let [draft] = mine(); draft; [draft] = mine()) {
      const { id } = draft;
      const answer = await fetch('/api/chat/send', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(draft),
        signal: AbortSignal.timeout(20_000),
      });
      if (answer.status === 429 || answer.status >= 500) {
        say(answer.status === 429 ? 'These are many messages: the rest waits a moment.' : 'The server takes no messages now: yours wait.');
        return later(1_000 * (Number(answer.headers.get('Retry-After')) || 5));
      }
      if (answer.status === 401) return say('You are signed out: your message waits until you have signed in.');
      // Somebody else may have signed in here meanwhile.
      if (answer.status === 403) return say('You may not write here now: your message waits until you may.');
      keep((drafts) => drafts.filter((known) => known.id !== id));
      if (answer.ok) {
        say('');
        continue;
      }
      const { message } = await answer.json().catch(() => ({ message: 'it was refused' }));
      say(`Not sent: ${message}`);
      if (field && !field.value) {
        field.value = draft.text;
        grow();
      }
    }
  } catch {
    say('The server can\u2019t be reached: your message waits, and is sent when it can be.');
    later(AGAIN_MS);
  } finally {
    sending = false;
  }
}

/** An id of 128 random bits; where the page isn't secure there is no `randomUUID`. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function grow() {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (!field || !field.value.trim()) return;
  if (mine().length >= MOST) return say('Too many messages wait already.');
  const draft = { id: newId(), username: me, text: field.value, timestamp: new Date().toISOString() };
  field.value = '';
  grow();
  // Who writes has read what was new, and wants to see what they write.
  searching.close();
  last = '';
  toFoot();
  seen();
  markAll();
  keep((drafts) => [...drafts, draft]);
  flush();
});
field?.addEventListener('input', grow);
field?.addEventListener('keydown', (event) => {
  // While a word is being composed, Enter ends that.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form?.requestSubmit();
});
// Keys of the page are not for who writes.
for (const input of [field, document.getElementById('room-name')]) {
  input?.addEventListener('keydown', (event) => event.stopPropagation());
}

// The lines.

let atFoot = true;
let unread = 0;
/** When the newest line came that the reader has seen. */
let last = localStorage.getItem(SEEN) ?? '';

function toFoot() {
  scroll.scrollTop = scroll.scrollHeight;
  atFoot = true;
}

/** All that is here has been seen. */
function seen() {
  unread = 0;
  const newest = list.lastElementChild && when(list.lastElementChild);
  if (newest && newest > (localStorage.getItem(SEEN) ?? '')) {
    // The server counts from there what is new, for other pages; their tabs hear of it by the storage.
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${SEEN}=${newest}; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
    localStorage.setItem(SEEN, newest);
  }
  show();
}

function show() {
  const base = document.title.replace(/^\d+ new · /, '');
  const title = unread ? `${unread} new · ${base}` : base;
  if (document.title !== title) document.title = title;
  const badge = document.querySelector('.pages a[aria-current]');
  if (badge instanceof HTMLElement) badge.dataset.count = unread ? String(unread) : '';
  if (!below) return;
  below.hidden = atFoot;
  below.textContent = unread ? `${unread} new below` : 'To the newest';
}

/** @param {Element} line @param {string} name @param {string | undefined} value */
function mark(line, name, value) {
  if (value === undefined) line.removeAttribute(name);
  else if (line.getAttribute(name) !== value) line.setAttribute(name, value);
}

/** @param {Element} line */
const isMine = (line) =>
  line.querySelector('.room-who b')?.textContent === me || line.querySelector('p > span')?.textContent === `${me} joined, `;

/** Marks where a day begins, and where what is new. */
function markAll() {
  let day = '';
  let isMarked = false;
  for (const line of /** @type {Iterable<HTMLElement>} */ (list.children)) {
    if (line.hidden) continue;
    const at = when(line);
    const its = named(new Date(at));
    mark(line, 'data-day', its === day ? undefined : its);
    day = its;
    const isFirst = !isMarked && last !== '' && at > last && !isMine(line);
    isMarked ||= isFirst;
    mark(line, 'data-new', isFirst ? `new since ${clock(new Date(last))}` : undefined);
  }
  for (const person of document.querySelectorAll('.room-people li')) {
    mark(person, 'data-mine', person.querySelector('b')?.textContent === me ? '' : undefined);
  }
}

const isLooking = () => document.visibilityState === 'visible' && document.hasFocus();
/** The reader sees what comes. */
const isReading = () => isLooking() && atFoot && !searching.isOn();

/** @param {MutationRecord[]} changes */
function changed(changes) {
  const came = changes.flatMap(({ addedNodes }) => [...addedNodes]);
  const isNew = (/** @type {Node} */ node) => node instanceof Element && node.matches('.room-message') && !isMine(node);
  unread += came.filter(isNew).length;
  if (searching.isOn()) searching.look(came);
  markAll();
  if (atFoot) toFoot();
  if (isReading()) seen();
  else show();
}

/** Where the list stood before it was searched, in pixels from its end. */
let stood = 0;
const begins = () => {
  stood = scroll.scrollHeight - scroll.scrollTop;
};
const searching = search(list, begins, () => {
  markAll();
  if (searching.isOn()) return toFoot();
  scroll.scrollTop = scroll.scrollHeight - stood;
  if (isReading()) seen();
});

new MutationObserver(changed).observe(list, { childList: true });
new MutationObserver(show).observe(/** @type {Node} */ (document.querySelector('title')), { childList: true });
const people = document.querySelector('.part-here');
if (people) new MutationObserver(markAll).observe(people, { childList: true, subtree: true });
new ResizeObserver(() => atFoot && toFoot()).observe(list);
scroll.addEventListener('scroll', () => {
  atFoot = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  if (isReading()) seen();
  else show();
});
below?.addEventListener('click', () => {
  toFoot();
  seen();
  field?.focus();
});
for (const name of ['focus', 'visibilitychange', 'blur']) {
  (name === 'visibilitychange' ? document : window).addEventListener(name, () => {
    if (isLooking()) {
      if (isReading()) seen();
    } else if (unread === 0) {
      // What comes from now on is new to who comes back.
      last = localStorage.getItem(SEEN) ?? last;
      markAll();
    }
  });
}
addEventListener('online', flush);
addEventListener('storage', showWaiting);

markAll();
toFoot();
if (isLooking()) seen();
showWaiting();
if (form && mine().length) flush();
