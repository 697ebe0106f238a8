/** A table that changes in place, and is a list of cards on narrow screens. */

import { h, reconcile } from '../core/dom.js';

/**
 * @template T
 * @typedef {object} Column
 * @property {string} label
 * @property {(item: T) => import('../core/dom.js').Child} cell
 * @property {string} [class]
 * @property {boolean} [isHead] names the row
 * @property {boolean} [isHidden] its label is for screen readers only, as of actions
 */

/**
 * @template T
 * @param {{label: string, columns: Column<T>[], key: (item: T) => string | number}} options
 * @returns {{element: HTMLElement, show: (items: T[]) => void}} `show` touches only rows whose items changed
 */
export function table({ label, columns, key }) {
  const body = h('tbody');
  const heads = columns.map((column) => h('th', { scope: 'col', class: column.class }, column.isHidden ? h('span.visually-hidden', column.label) : column.label));
  const element = h('div.table.folds.card', h('table', h('caption.visually-hidden', label), h('thead', h('tr', heads)), body));
  const row = (item) => h('tr', columns.map((column) => cell(column, item)));
  return { element, show: (items) => reconcile(body, items, key, row) };
}

function cell(column, item) {
  const content = column.cell(item);
  if (column.isHead) return h('th', { scope: 'row', class: column.class }, content);
  return h('td', { class: column.class, data: column.isHidden ? {} : { label: column.label } }, Array.isArray(content) ? h('div', content) : content);
}
