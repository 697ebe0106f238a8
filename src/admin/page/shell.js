/** The frame around every view: navigation at the side, or behind a button on narrow screens. */

import { connect, onConnection } from './core/events.js';
import { fill, h } from './core/dom.js';
import { is, me, signOut } from './core/session.js';
import { t } from './core/text.js';
import { busy } from './parts/bits.js';
import { icon } from './parts/icon.js';
import { ENTRIES } from './views/index.js';

/** @type {{main: HTMLElement, mark: (section: string) => void} | null} */
let shell = null;

/**
 * Makes the frame if it is not there yet.
 *
 * @param {string} section the path of the entry to be marked
 * @returns {HTMLElement} what the view goes into
 */
export function showShell(section) {
  shell ??= make();
  shell.mark(section);
  return shell.main;
}

/** Shows something without navigation: sign-in, first start. @param {Node} content */
export function showDoor(content) {
  const main = h('main', { id: 'main', tabindex: '-1' }, brand(), content);
  put(h('div.door', main));
  document.title = t('product');
  (main.querySelector('[autofocus]') ?? main).focus();
}

function make() {
  const main = h('main', { id: 'main', tabindex: '-1' });
  const view = h('div.view');
  main.append(view);
  const links = new Map();
  const entry = ({ path, label, icon: picture }) => {
    const link = h('a', { href: `#${path}` }, icon(picture), t(label));
    links.set(path, link);
    return h('li', link);
  };
  const groups = ENTRIES.map(({ label, entries }) => {
    const mine = entries.filter(({ roles }) => !roles || is(...roles));
    return mine.length > 0 && h('div', label && h('h2', t(label)), h('ul', mine.map(entry)));
  });
  const connection = h('p.connection', { role: 'status' });
  onConnection((state) => {
    connection.dataset.state = state;
    fill(connection, t(`connection.${state}`));
  });
  const own = h('a', { href: '#/account' }, icon('person'), me().login);
  links.set('/account', own);
  const out = h('button.button.plain', { type: 'button' }, icon('out'), t('signout'));
  out.addEventListener('click', () => busy(out, async () => {
    await signOut();
    location.hash = '';
    location.reload();
  }));
  const side = h(
    'aside.side',
    { id: 'side', 'aria-label': t('nav.side') },
    brand(),
    h('nav', { 'aria-label': t('nav.main') }, groups, h('ul.me', h('li', own))),
    h('div', connection, out),
  );
  const opener = h('button.button.plain.icon-only', { type: 'button', 'aria-label': t('nav.open'), 'aria-expanded': 'false', 'aria-controls': 'side' }, icon('menu'));
  const frame = h('div.shell', h('header.top', brand(), opener), side, main);
  const open = (isOpen) => {
    frame.classList.toggle('open', isOpen);
    opener.setAttribute('aria-expanded', String(isOpen));
    main.inert = isOpen;
    if (isOpen) side.querySelector('nav a')?.focus();
  };
  opener.addEventListener('click', () => open(!frame.classList.contains('open')));
  frame.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !frame.classList.contains('open')) return;
    open(false);
    opener.focus();
  });
  frame.addEventListener('click', ({ target }) => {
    if (target === frame || (target instanceof Element && target.closest('.side a'))) open(false);
  });
  const skip = h('button.button.primary.skip', { type: 'button', onclick: () => main.focus() }, t('nav.skip'));
  put(skip, frame);
  connect();
  const mark = (section) => {
    for (const [path, link] of links) {
      if (path === section) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  return { main: view, mark };
}

function brand() {
  return h('a.brand', { href: '#/' }, h('img', { src: 'icon.svg', alt: '', width: '30', height: '30' }), t('product'));
}

/** In place of the frame that was; toasts stay. */
function put(...content) {
  for (const old of document.querySelectorAll('body > .shell, body > .door, body > .skip')) old.remove();
  document.body.prepend(...content);
}
