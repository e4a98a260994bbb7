// @ts-check
/*
 * Looks through the lines of the war room that are here. Those that don't match are hidden, what was found is marked, as
 * text and in elements that hold nothing else. A line that comes meanwhile and doesn't match is counted.
 */

/** What of a line is looked through. */
const FIELDS = '.room-name, .room-text, .room-what, .room-fact, .room-note p';

/** @param {string} id */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const [button, bar, found] = [the('room-find'), the('room-finding'), the('room-found')];
const field = /** @type {HTMLInputElement} */ (the('room-words'));

/** In small letters, where each stands where it did. @param {string} text */
function folded(text) {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

/** Marks `words` in the texts of a line. @param {Element} line @param {string} words */
function mark(line, words) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts) {
    if (!text.parentElement?.closest(FIELDS)) continue;
    for (let rest = text, at = folded(rest.data).indexOf(words); at >= 0; at = folded(rest.data).indexOf(words)) {
      const hit = rest.splitText(at);
      rest = hit.splitText(words.length);
      const marked = document.createElement('mark');
      hit.replaceWith(marked);
      marked.append(hit);
    }
  }
}

/** @param {HTMLElement} list */
function unmark(list) {
  for (const marked of list.querySelectorAll('mark')) {
    const { parentNode } = marked;
    marked.replaceWith(...marked.childNodes);
    parentNode?.normalize();
  }
}

/**
 * @param {HTMLElement} list The lines.
 * @param {() => void} begins Called when it begins to be looked for something.
 * @param {() => void} changed Called when it is looked for something else, or for nothing any more.
 */
export function search(list, begins, changed) {
  let words = '';
  /** Lines that have come since. */
  let came = new WeakSet();

  /** Looks again, where lines have come. @param {Iterable<Node>} [fresh] */
  function look(fresh = []) {
    unmark(list);
    if (words) for (const line of fresh) came.add(line);
    let [shown, passed] = [0, 0];
    for (const line of /** @type {Iterable<HTMLElement>} */ (list.children)) {
      const fields = [...line.querySelectorAll(FIELDS)];
      line.hidden = words !== '' && !fields.some(({ textContent }) => folded(textContent ?? '').includes(words));
      if (!line.hidden) shown += 1;
      else if (came.has(line)) passed += 1;
      if (words && !line.hidden) mark(line, words);
    }
    list.toggleAttribute('data-none', words !== '' && shown === 0);
    const more = passed > 0 ? `, ${passed} new without it` : '';
    found.textContent = words ? `${shown} of ${list.children.length}${more}` : '';
  }

  function typed() {
    const now = folded(field.value.trim());
    if (now === words) return;
    if (!words) {
      came = new WeakSet();
      begins();
    }
    words = now;
    look();
    changed();
  }

  /** @param {boolean} isOpen */
  function show(isOpen) {
    button.hidden = isOpen;
    bar.hidden = !isOpen;
    if (isOpen) return field.focus();
    field.value = '';
    typed();
  }

  function end() {
    show(false);
    button.focus();
  }

  button.addEventListener('click', () => show(true));
  the('room-end').addEventListener('click', end);
  field.addEventListener('input', typed);
  field.addEventListener('keydown', (event) => {
    // Keys of the page are not for who writes.
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    end();
  });
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key !== '/' || ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return;
    if (/** @type {Element} */ (target).closest('input, textarea, select')) return;
    event.preventDefault();
    show(true);
  });
  return { isOn: () => words !== '', look, close: () => show(false) };
}
