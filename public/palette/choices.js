// @ts-check
/*
 * What the palette offers: what the page itself has, its links and its buttons, and what the server tells of the machine.
 */

/**
 * It leads somewhere, or does something. The icon is a drawing that the document holds.
 * @typedef {{ name: string, icon: string, detail?: string, keys?: string[], href?: string, run?: () => void }} Choice
 */
/**
 * What `/api/jump` answers.
 * @typedef {{ alerts: { id: string, name: string, level: string, state: string, silenced: boolean }[], operates: boolean,
 *   errors: number, sources: [string, number][] }} Jumps
 */

/** @param {string} path @param {Record<string, string>} query */
const to = (path, query) => `${path}?${new URLSearchParams(query)}`;

/** @param {number} count */
const lines = (count) => `${count.toLocaleString('en')} line${count === 1 ? '' : 's'}`;

/** All that can be chosen. @param {Jumps | undefined} jumps @returns {[string, Choice[]][]} */
export const groups = (jumps) => [
  ['Go to', [...pages(jumps), ...(jumps?.alerts ?? []).map(alert)]],
  ['Do', deeds(jumps)],
  ['Log sources', (jumps?.sources ?? []).map(source)],
];

/** Where nothing was found. @param {string} typed @returns {Choice} */
export const look = (typed) => ({ name: `Look for “${typed}” in the log`, icon: '#icon-search', href: to('/logs', { q: typed }) });

/** @param {Jumps | undefined} jumps @returns {Choice[]} */
function pages(jumps) {
  /** @type {NodeListOf<HTMLElement>} */
  const links = document.querySelectorAll('.pages a');
  return [...links].flatMap((link) => {
    const { icon = '', key = '' } = link.dataset;
    const page = { name: link.firstElementChild?.textContent ?? '', icon, keys: ['g', key], href: link.getAttribute('href') ?? '/' };
    if (page.href !== '/logs') return [page];
    return [page, { name: 'Logs, errors only', icon, detail: jumps && lines(jumps.errors), href: '/logs?levels=error' }];
  });
}

/** @param {Jumps['alerts'][number]} alert @returns {Choice} */
function alert({ id, name, level, state, silenced }) {
  const sign = silenced ? 'silenced' : state === 'firing' ? level : state;
  return { name, icon: `#icon-${sign}`, detail: state === 'firing' && !silenced ? `${level}, firing` : sign, href: to('/alerts', { alert: id }) };
}

/** @param {Jumps | undefined} jumps @returns {Choice[]} */
function deeds(jumps) {
  const loud = jumps?.operates ? jumps.alerts.filter(({ state, silenced }) => state === 'firing' && !silenced) : [];
  const silences = loud.map(({ id, name }) => ({ name: `Silence ${name}…`, icon: '#icon-silenced', href: `${to('/alerts', { alert: id })}#silence` }));
  const newest = { name: 'Follow the newest line', icon: '#icon-arrow-down', detail: 'in the log' };
  const isLog = document.getElementById('log-jump') !== null;
  return [
    ...silences,
    isLog ? { ...newest, keys: ['End'], run: () => press('#log-jump') } : { ...newest, href: '/logs' },
    ...button('.hold', { detail: 'this page', keys: ['p'] }),
    ...button('.theme', { keys: ['t'] }),
    ...button('.reader button', { icon: '#icon-person', detail: `signed in as ${document.querySelector('.reader > span')?.textContent}` }),
  ];
}

/** What a button of the page does, where there is one. @param {string} which @param {Partial<Choice>} more @returns {Choice[]} */
function button(which, more) {
  const button = document.querySelector(which);
  const icon = button?.querySelector('use')?.getAttribute('href') ?? '';
  return button ? [{ name: button.getAttribute('aria-label') ?? '', icon, ...more, run: () => press(which) }] : [];
}

/** @param {string} which */
function press(which) {
  /** @type {HTMLElement | null} */ (document.querySelector(which))?.click();
}

/** @param {[string, number]} source @returns {Choice} */
function source([name, count]) {
  return { name, icon: '#icon-lines', detail: lines(count), href: to('/logs', { source: name }) };
}
