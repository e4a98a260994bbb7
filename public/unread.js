// @ts-check
'use strict';
/*
 * How many messages in the war room are new to who reads another page: beside the links to it. The server has drawn the
 * number; it is asked for again while the page is looked at, and when another tab has been in the room.
 */

/** Time between two questions, in milliseconds. */
const EVERY_MS = 15_000;

/** @type {NodeListOf<HTMLElement>} */
const links = document.querySelectorAll('nav a[href="/chat"]');

async function ask() {
  if (document.visibilityState !== 'visible' || document.querySelector('.is-stale')) return;
  const answer = await fetch('/api/chat/unread').catch(() => undefined);
  if (!answer?.ok) return;
  const { unread } = await answer.json();
  for (const link of links) link.dataset.count = unread;
}

setInterval(ask, EVERY_MS);
document.addEventListener('visibilitychange', ask);
addEventListener('storage', ({ key }) => {
  if (key === 'opsglass-seen') ask();
});
