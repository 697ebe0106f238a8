/** A list that is asked from the server piece by piece, and anew when something changes, without losing one's place. */

import { debounce, fill, h } from '../core/dom.js';
import { listen } from '../core/events.js';
import { t } from '../core/text.js';
import { failed, waiting } from './bits.js';
import { announce } from './toast.js';

/**
 * @template T
 * @param {object} options
 * @param {HTMLElement} options.element what shows the items
 * @param {(items: T[]) => void} options.show
 * @param {(skip: number, limit: number, signal: AbortSignal) => Promise<{items: T[], total: number}>} options.load
 * @param {(isFiltered: boolean) => Node} options.empty what stands there if there are none
 * @param {() => boolean} [options.isFiltered]
 * @param {(total: number) => string} options.says what is told to screen readers when another filter has its answer
 * @param {AbortSignal} options.signal
 * @returns {{element: HTMLElement, filtered: () => void, refresh: () => void, follow: (...names: string[]) => void}}
 *   `filtered`: the filter has changed; `refresh`: the items may have; `follow`: they do with each of these events
 */
export function list({ element, show, load, empty, isFiltered = () => false, says, signal }) {
  const holder = h('div.stack', waiting());
  let wanted = PIECE;
  let asked = 0;

  async function ask(isNew) {
    asked += 1;
    const present = asked;
    try {
      const { items, total } = await load(0, wanted, signal);
      if (present !== asked || signal.aborted) return;
      if (items.length) show(items);
      if (!element.isConnected || !items.length) fill(holder, items.length ? [element, more] : empty(isFiltered()));
      fill(more, items.length < total && [
        h('span.muted.small', t('more.shown', { shown: items.length, count: total })),
        h('button.button', { type: 'button', onclick: () => { wanted += PIECE; ask(false); } }, t('more.load')),
      ]);
      if (isNew) announce(says(total));
    } catch (error) {
      if (present === asked && error.name !== 'AbortError') fill(holder, failed(error, () => ask(false)));
    }
  }

  const more = h('div.buttons');
  const refresh = debounce(() => signal.aborted || ask(false), 300);
  ask(false);
  return {
    element: holder,
    refresh,
    filtered: () => {
      wanted = PIECE;
      ask(true);
    },
    follow: (...names) => names.forEach((name) => listen(name, refresh, signal)),
  };
}

const PIECE = 50;
