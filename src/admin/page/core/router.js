/**
 * Which view is shown, by the address behind `#`: `#/conferences/12/edit?from=list`.
 *
 * @typedef {object} View
 * @property {string} path such as `/rooms/:number`
 * @property {string} title the key of its text
 * @property {string[]} [roles] who may see it; everybody signed in if left out
 * @property {string} [section] the path of the entry in the navigation that is marked; its own if left out
 * @property {(place: Place) => Node | Promise<Node>} open makes what is shown; may be called anew for another address
 *
 * @typedef {object} Place
 * @property {Record<string, string>} params what stands for the `:names` of the path
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal aborts when the view is left: give it to listeners, requests, streams
 * @property {(text: string) => void} setTitle says what the window is called
 * @property {(values: Record<string, any>) => void} setQuery writes into the address without opening the view anew
 */

import { confirmLeave, isDirty, release } from './guard.js';

/** @type {{view: View, pattern: RegExp, names: string[]}[]} */
const routes = [];
let shown = '';
let leave = new AbortController();
/** @type {(found: {view: View, place: Place} | null) => void} */
let show = () => {};

/** @param {View[]} views */
export function addViews(views) {
  for (const view of views) {
    const names = [];
    const source = view.path.replace(/:(\w+)/g, (_, name) => {
      names.push(name);
      return '([^/]+)';
    });
    routes.push({ view, pattern: new RegExp(`^${source}$`), names });
  }
}

/** Begins to follow the address. @param {(found: {view: View, place: Place} | null) => void} shows */
export function start(shows) {
  show = shows;
  window.addEventListener('hashchange', follow);
  open();
}

/** Goes to an address such as `/conferences/12`. @param {string} path */
export function go(path, { replace = false } = {}) {
  const hash = `#${path}`;
  if (replace) {
    history.replaceState(null, '', hash);
    open();
  } else if (location.hash === hash) open();
  else location.hash = hash;
}

/** Opens the view of the present address anew. */
export function reload() {
  open();
}

/** The path of the address, without its query. */
export const currentPath = () => address().path;

async function follow() {
  const wanted = location.hash;
  if (wanted === shown) return;
  if (isDirty()) {
    history.replaceState(null, '', shown || '#/');
    if (!(await confirmLeave())) return;
    history.pushState(null, '', wanted);
  }
  open();
}

function address() {
  const [path, query] = location.hash.slice(1).split('?');
  return { path: path || '/', query: new URLSearchParams(query) };
}

function open() {
  release();
  leave.abort();
  leave = new AbortController();
  shown = location.hash;
  const { path, query } = address();
  for (const { view, pattern, names } of routes) {
    const match = pattern.exec(path);
    if (!match) continue;
    const params = Object.fromEntries(names.map((name, at) => [name, decode(match[at + 1])]));
    show({ view, place: { params, query, signal: leave.signal, setTitle: () => {}, setQuery: setQuery(path) } });
    return;
  }
  show(null);
}

const setQuery = (path) => (values) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value != null && value !== '') query.set(name, value);
  const text = query.toString();
  shown = `#${path}${text ? `?${text}` : ''}`;
  history.replaceState(null, '', shown);
};

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
