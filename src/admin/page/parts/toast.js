/** Short messages at the lower edge. They outlive the view that caused them, and so does what they offer. */

import { h } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from './icon.js';

const polite = h('div.visually-hidden', { role: 'status', 'aria-live': 'polite' });
const assertive = h('div.visually-hidden', { role: 'alert' });
const list = h('div.toasts', { role: 'region', 'aria-label': t('toast.region') });

/** Puts them into the page; once. */
export function mountToasts() {
  document.body.append(list, polite, assertive);
}

/** Says something to screen readers only. @param {string} text */
export function announce(text, isUrgent = false) {
  const voice = isUrgent ? assertive : polite;
  voice.textContent = '';
  // Said again even if it is the same as before.
  requestAnimationFrame(() => { voice.textContent = text; });
}

/**
 * Shows a message.
 *
 * @param {string} text
 * @param {{isBad?: boolean, seconds?: number, action?: {label: string, run: () => void}}} [options] a message with an
 *   action shows how long it is to be had
 * @returns {() => void} takes it away
 */
export function toast(text, { isBad = false, seconds = isBad ? 12 : 6, action } = {}) {
  const close = () => {
    clearTimeout(timer);
    if (element.contains(document.activeElement)) document.querySelector('h1')?.focus();
    element.remove();
  };
  const element = h(
    'div.toast',
    { class: `${isBad ? 'bad' : ''} ${action ? '' : 'passing'}` },
    h('span', text),
    action && h('button.button.small', { type: 'button', onclick: () => { close(); action.run(); } }, action.label),
    h('button.button.plain.small.icon-only', { type: 'button', onclick: close, 'aria-label': t('toast.close') }, icon('close')),
    action && timeBar(seconds),
  );
  const timer = setTimeout(close, seconds * 1000);
  if (!action) for (const old of list.querySelectorAll('.toast.passing')) old.remove();
  list.append(element);
  announce(action ? t('toast.withaction', { text, action: action.label }) : text, isBad);
  return close;
}

/** Shows why something failed; that nobody is signed in any more is told elsewhere. @param {any} error */
export function toastError(error) {
  if (error.name === 'AbortError' || error.error === 'signed_out') return;
  toast(error.message, { isBad: true });
}

function timeBar(seconds) {
  const bar = h('span.time', { 'aria-hidden': 'true' });
  bar.style.animationDuration = `${seconds}s`;
  return bar;
}
