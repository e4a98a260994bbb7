// @ts-check
/*
 * What can be done by hand with the alert that is opened: `a` acknowledges it, and its link can be copied. Loaded by the
 * page of alerts alone; what it finds was drawn by the server, and works without it as far as it can.
 */

/** How long it is said that the link was copied, in milliseconds. */
const SAID_MS = 2_000;
/** Where keys write. */
const FIELDS = 'input:not([type=checkbox], [type=radio]), textarea, select';

// A browser gives the clipboard to pages that come over TLS or from this machine.
document.documentElement.classList.toggle('can-copy', isSecureContext);

/** The key before this one: after `g` the next names a page. */
let before = '';

addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey, repeat } = event;
  const follows = before === 'g';
  before = key;
  if (key !== 'a' || follows || ctrlKey || metaKey || altKey || repeat) return;
  if (document.querySelector('dialog[open]') || (target instanceof Element && target.matches(FIELDS))) return;
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[action$="/ack"]'));
  if (!form) return;
  // What is still to be filled in gets the focus, and not the key.
  event.preventDefault();
  form.requestSubmit();
});

addEventListener('click', async ({ target }) => {
  const button = target instanceof Element && /** @type {HTMLButtonElement | null} */ (target.closest('.case-copy'));
  if (!button) return;
  const says = /** @type {HTMLElement} */ (button.nextElementSibling);
  try {
    await navigator.clipboard.writeText(new URL(button.value, location.href).href);
    says.textContent = 'Copied';
  } catch {
    says.textContent = 'The browser did not let it be copied.';
  }
  setTimeout(() => (says.textContent = ''), SAID_MS);
});
