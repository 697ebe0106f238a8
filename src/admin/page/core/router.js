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
/** Which of the browser's entries is shown: each keeps its number, so that who goes back can be held where he is. */
let here = 0;
let isAsking = false;
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
  arrive(history.state?.entry ?? 0);
  open();
}

/** The browser's present entry has this number. @param {number} entry */
function arrive(entry) {
  here = entry;
  history.replaceState({ entry }, '');
}

/** Goes to an address such as `/conferences/12`. @param {string} path */
export function go(path, { replace = false } = {}) {
  const hash = `#${path}`;
  if (replace) {
    history.replaceState(history.state, '', hash);
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
  if (location.hash === shown) return;
  const from = here;
  // One that somebody followed a link to has no number yet.
  arrive(history.state?.entry ?? from + 1);
  if (!isDirty()) return open();
  const steps = here - from;
  here = from;
  history.go(-steps);
  if (isAsking) return;
  isAsking = true;
  const isLeaving = await confirmLeave();
  isAsking = false;
  if (isLeaving) history.go(steps);
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
  history.replaceState(history.state, '', shown);
};

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
