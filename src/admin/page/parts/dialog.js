/** Dialogs: the browser's own, so that focus stays inside and goes back to where it came from. */

import { h, newId } from '../core/dom.js';
import { t } from '../core/text.js';

/**
 * Shows a dialog until `close` is called, Escape is pressed, or the view is left.
 *
 * @param {{title: string, wide?: boolean, isRead?: boolean, signal?: AbortSignal}} options `isRead`: it begins at its title
 *   instead of at the first of its controls
 * @param {(close: (value?: any) => void) => import('../core/dom.js').Child} content what is below the title
 * @returns {Promise<any>} what `close` was given; `undefined` by Escape
 */
export function dialog({ title, wide = false, isRead = false, signal }, content) {
  return new Promise((resolve) => {
    const id = newId('dialog');
    let value;
    const close = (given) => {
      value = given;
      element.close();
    };
    const element = h('dialog', { 'aria-labelledby': id, class: wide && 'wide' }, h('div.inside', h('h2', { id, tabindex: isRead && '-1', autofocus: isRead }, title), content(close)));
    element.addEventListener('close', () => {
      element.remove();
      resolve(value);
    });
    signal?.addEventListener('abort', () => close());
    document.body.append(element);
    element.showModal();
  });
}

/**
 * A question with two answers.
 *
 * @param {{title: string, text?: import('../core/dom.js').Child, yes: string, no?: string, isDangerous?: boolean, signal?: AbortSignal}} question
 * @returns {Promise<boolean>}
 */
export async function ask({ title, text, yes, no = t('cancel'), isDangerous = false, signal }) {
  const answer = await dialog({ title, signal }, (close) => [
    text && h('p', text),
    h(
      'footer',
      h('button.button', { type: 'button', autofocus: isDangerous, onclick: () => close(false) }, no),
      h('button.button.primary', { type: 'button', class: isDangerous && 'danger', autofocus: !isDangerous, onclick: () => close(true) }, yes),
    ),
  ]);
  return answer === true;
}
