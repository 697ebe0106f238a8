/** Small parts that many views use. */

import { fill, h, newId } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from './icon.js';
import { announce, toastError } from './toast.js';

/** The head of a view. @param {{title: string, lead?: import('../core/dom.js').Child, back?: {href: string, label: string}, badges?: import('../core/dom.js').Child, actions?: import('../core/dom.js').Child}} parts */
export function head({ title, lead, back, badges, actions }) {
  return h(
    'header.head',
    h(
      'div',
      back && h('a.back', { href: back.href }, icon('back'), back.label),
      h('h1', { tabindex: '-1' }, title),
      badges,
      lead && h('p', lead),
    ),
    actions && h('div.actions', actions),
  );
}

/** Tabs that are addresses. @param {{href: string, label: string, count?: number | null, isCurrent: boolean}[]} tabs @param {string} label */
export function tabs(tabs, label) {
  const links = tabs.map(({ href, label, count, isCurrent }) =>
    h('a', { href, 'aria-current': isCurrent && 'page' }, label, count != null && h('span.count', String(count))));
  const element = h('nav.tabs', { 'aria-label': label }, links);
  const current = links.find((link) => link.ariaCurrent);
  // On narrow screens they scroll; the present one is to be seen.
  requestAnimationFrame(() => { element.scrollLeft = current ? current.offsetLeft + current.offsetWidth - element.clientWidth : 0; });
  return element;
}

/** @param {string} text @param {'good' | 'warn' | 'bad' | 'accent' | ''} [tone] */
export const badge = (text, tone = '', { dot = false } = {}) => h('span.badge', { class: `${tone} ${dot ? 'dot' : ''}` }, text);

/** A remark in a box. @param {'warn' | 'bad' | 'good' | ''} tone @param {...import('../core/dom.js').Child} content */
export function note(tone, ...content) {
  return h('div.note', { class: tone }, icon(tone === 'good' ? 'check' : tone ? 'warning' : 'info'), h('div', content));
}

/** There is nothing here, and what to do about it. @param {{picture: any, title: string, text?: import('../core/dom.js').Child, actions?: import('../core/dom.js').Child, more?: import('../core/dom.js').Child}} parts */
export function empty({ picture, title, text, actions, more }) {
  return h('div.empty', icon(picture), h('h2', title), text && h('p', text), actions && h('div.buttons', actions), more);
}

export const waiting = () => h('div.waiting', { role: 'status' }, t('waiting'));

/** Why something is not shown, with another try. @param {any} error @param {() => void} again */
export function failed(error, again) {
  return h(
    'div.empty',
    { role: 'alert' },
    icon('warning'),
    h('h2', t('failed.title')),
    h('p', error.message),
    h('button.button', { type: 'button', onclick: again }, icon('refresh'), t('failed.again')),
  );
}

/**
 * A button that is busy until what it does is done, and says why if it fails.
 *
 * @param {import('../core/dom.js').Child} content @param {() => any} run @param {{kind?: string, icon?: any, label?: string, part?: string}} [options]
 */
export function button(content, run, { kind = '', icon: picture, label, part } = {}) {
  const element = h(
    'button.button',
    { type: 'button', class: kind, 'aria-label': label, title: label, data: part ? { part } : {} },
    picture && icon(picture),
    content,
  );
  element.addEventListener('click', () => busy(element, run));
  return element;
}

/** Marks a button as busy while something runs, and shows why it failed. @param {HTMLElement} element @param {() => any} run */
export async function busy(element, run) {
  if (element.getAttribute('aria-busy') === 'true') return;
  element.setAttribute('aria-busy', 'true');
  try {
    await run();
  } catch (error) {
    toastError(error);
  } finally {
    element.removeAttribute('aria-busy');
  }
}

/** Copies a text and says so. @param {string} text @param {HTMLElement} by */
export async function copyText(text, by) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS the browser has no clipboard for pages.
    const field = h('textarea.visually-hidden', { value: text });
    by.after(field);
    field.select();
    document.execCommand('copy');
    field.remove();
    by.focus();
  }
  announce(t('copied'));
  const before = [...by.childNodes];
  fill(by, icon('check'));
  setTimeout(() => by.replaceChildren(...before), 1500);
}

/** @param {string} text @param {string} label what is copied */
function copyButton(text, label, { part = 'copy', isSmall = true } = {}) {
  const element = h(
    'button.button.plain.icon-only',
    { type: 'button', class: isSmall && 'small', 'aria-label': t('copy.what', { what: label }), title: t('copy.what', { what: label }), data: { part } },
    icon('copy'),
  );
  element.addEventListener('click', () => copyText(text, element));
  return element;
}

/** A code that is hidden until it is wanted. @param {string} value @param {string} label @param {{part?: string}} [options] */
export function secret(value, label, { part = 'secret' } = {}) {
  const shown = h('span.value', '•'.repeat(value.length));
  const says = (isOpen) => t(isOpen ? 'secret.hide' : 'secret.show', { what: label });
  const eye = h(
    'button.button.plain.icon-only.small',
    { type: 'button', 'aria-pressed': 'false', 'aria-label': says(false), title: says(false), data: { part: `${part}-show` } },
    icon('eye'),
  );
  eye.addEventListener('click', () => {
    const isOpen = eye.getAttribute('aria-pressed') !== 'true';
    eye.setAttribute('aria-pressed', String(isOpen));
    eye.setAttribute('aria-label', says(isOpen));
    eye.title = says(isOpen);
    shown.textContent = isOpen ? value : '•'.repeat(value.length);
    if (isOpen) announce(value.split('').join(' '));
  });
  return h('span.secret', shown, eye, copyButton(value, label, { part: `${part}-copy` }));
}

/**
 * A button with a menu.
 *
 * @param {string} label @param {({label: string, icon?: any, href?: string, run?: () => any, isDangerous?: boolean} | null | false)[]} entries
 * @param {{content?: import('../core/dom.js').Child, kind?: string, part?: string}} [options] without content it shows three dots
 */
export function menu(label, entries, { content, kind = 'plain', part = 'menu' } = {}) {
  const id = newId('menu');
  const list = h(
    'div.menu',
    { id, popover: 'auto', role: 'menu' },
    entries.map((entry) => entry && (entry.href
      ? h('a', { href: entry.href, role: 'menuitem', class: entry.isDangerous && 'danger' }, entry.icon && icon(entry.icon), entry.label)
      : h('button', { type: 'button', role: 'menuitem', class: entry.isDangerous && 'danger', onclick: () => { list.hidePopover(); opener.focus(); busy(opener, entry.run ?? (() => {})); } }, entry.icon && icon(entry.icon), entry.label))),
  );
  const opener = h(
    'button.button',
    { type: 'button', class: `${kind} ${content ? '' : 'icon-only'}`, popovertarget: id, 'aria-haspopup': 'menu', 'aria-label': label, title: content ? null : label, data: { part } },
    content ?? icon('more'),
  );
  list.addEventListener('toggle', (event) => {
    if (/** @type {any} */ (event).newState !== 'open') return;
    place(list, opener);
    list.querySelector('[role=menuitem]')?.focus();
  });
  list.addEventListener('keydown', (event) => arrows(event, list, opener));
  return h('span', opener, list);
}

/** Below the button, or above it, and on the screen. */
function place(list, opener) {
  const by = opener.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = by.bottom + 4 + height <= window.innerHeight;
  list.style.insetBlockStart = `${Math.max(8, below ? by.bottom + 4 : by.top - 4 - height)}px`;
  list.style.insetInlineStart = `${Math.max(8, Math.min(by.right - width, window.innerWidth - width - 8))}px`;
}

function arrows(event, list, opener) {
  const items = [...list.querySelectorAll('[role=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  } else if (event.key === 'Tab') {
    list.hidePopover();
    opener.focus();
  }
}
