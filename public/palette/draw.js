// @ts-check
/*
 * The palette's elements. What a machine or a person is called is only ever set as text.
 */

/** @typedef {import('./choices.js').Choice} Choice */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} content */
export function make(tag, attributes, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** A drawing that the document holds. @param {string} href */
export function icon(href) {
  const [svg, use] = [document.createElementNS(SVG, 'svg'), document.createElementNS(SVG, 'use')];
  for (const [name, value] of [['class', 'icon'], ['viewBox', '0 0 16 16'], ['aria-hidden', 'true']]) svg.setAttribute(name, value);
  use.setAttribute('href', href);
  svg.append(use);
  return svg;
}

/** @param {string[]} names */
export const keys = (...names) => names.map((name) => make('kbd', {}, name));

/** One thing to choose, with what was typed marked in its name. @param {Choice} choice @param {[number, number][]} places */
export function row({ name, icon: drawing, detail, keys: names = [], href }, places) {
  const label = make('span', { class: 'palette-name' });
  let done = 0;
  for (const [from, to] of places) {
    label.append(name.slice(done, from), make('mark', {}, name.slice(from, to)));
    done = to;
  }
  label.append(name.slice(done));
  const says = detail === undefined ? [] : [make('span', { class: 'palette-detail' }, detail)];
  const which = href === undefined ? {} : { href, draggable: 'false' };
  return make(href === undefined ? 'div' : 'a', { class: 'palette-row', role: 'option', tabindex: '-1', ...which },
    icon(drawing), label, ...says, make('span', { class: 'palette-keys', 'aria-hidden': 'true' }, ...keys(...names)));
}
