/**
 * What happens, as the server tells it (`GET /events`): one stream for the whole page.
 *
 *     listen('directory', ({ conference }) => …, signal);
 *
 * Besides the server's own names there is `resumed`: the stream was away and is back, so what was seen may be old. A page
 * that nobody looks at lets go of the stream: a browser has only six connections to a server.
 */

import { url } from './api.js';

const target = new EventTarget();
const names = new Set();

/** @type {EventSource | null} */
let stream = null;
let query = {};
let wasAway = false;
let isWanted = false;
let restTimer = 0;
let retryTimer = 0;

/**
 * Calls `handler` with the data of each such event until `signal` aborts.
 *
 * @param {string} name such as `rooms`, `room`, `members`, `levels`, `closed`, `happening`, `directory`, `resumed`
 * @param {(data: any) => void} handler @param {AbortSignal} signal
 */
export function listen(name, handler, signal) {
  target.addEventListener(name, (event) => handler(/** @type {CustomEvent} */ (event).detail), { signal });
  if (names.has(name)) return;
  names.add(name);
  if (stream) subscribe(stream, name);
}

/** Calls `handler` with `on`, `lost` or `off`, now and whenever it changes. @param {(state: string) => void} handler */
export function onConnection(handler) {
  handler(state());
  target.addEventListener('connection', () => handler(state()));
}

/** Opens the stream; it comes back by itself. */
export function connect() {
  isWanted = true;
  open();
}

/** Closes it, as when nobody is signed in. */
export function disconnect() {
  isWanted = false;
  wasAway = false;
  close();
}

/** Wants events of one room only, or of all (`null`). @param {string | null} room */
export function followRoom(room) {
  const wanted = room === null ? {} : { room };
  if (JSON.stringify(wanted) === JSON.stringify(query)) return;
  query = wanted;
  if (stream) {
    close();
    open();
  }
}

function open() {
  if (stream || !isWanted || document.hidden) return;
  stream = new EventSource(url('events', query), { withCredentials: true });
  for (const name of names) subscribe(stream, name);
  stream.onopen = () => {
    if (wasAway) tell('resumed', null);
    wasAway = false;
    tell('connection', null);
  };
  stream.onerror = () => {
    wasAway = true;
    tell('connection', null);
    if (stream?.readyState !== EventSource.CLOSED) return;
    // Refused for good, as when the session is over or the server restarts behind a proxy.
    close();
    retryTimer = setTimeout(open, RETRY);
  };
}

function close() {
  clearTimeout(retryTimer);
  stream?.close();
  stream = null;
  tell('connection', null);
}

function subscribe(source, name) {
  source.addEventListener(name, (event) => {
    if (event.data !== undefined) tell(name, JSON.parse(event.data));
  });
}

function tell(name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail }));
}

function state() {
  if (stream?.readyState === EventSource.OPEN) return 'on';
  return isWanted ? 'lost' : 'off';
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(restTimer);
  if (!document.hidden) open();
  else {
    restTimer = setTimeout(() => {
      wasAway = true;
      close();
    }, REST);
  }
});

const RETRY = 5000;
const REST = 30_000;
