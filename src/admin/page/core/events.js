/**
 * What happens, as the server tells it (`GET /events`): one stream for the whole page.
 *
 *     listen('directory', ({ conference }) => …, signal);
 *
 * Besides the server's own names there is `resumed`: the stream was away and is back, so what was seen may be old. A page
 * that nobody looks at lets go of the stream: a browser has only six connections to a server.
 */

import { get, url } from './api.js';

const target = new EventTarget();
const names = new Set();

/** @type {EventSource | null} */
let stream = null;
let wasAway = false;
let isWanted = false;
let restTimer = 0;
let retryTimer = 0;
let failures = 0;
/** Since when it is lost, in ms since 1970. */
let lostAt = 0;

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

/**
 * Calls `handler` with `on`, `lost` or `off`, and since when it is lost in ms since 1970: now and whenever it changes.
 *
 * @param {(state: string, since: number) => void} handler @param {AbortSignal} [signal]
 */
export function onConnection(handler, signal) {
  handler(state(), lostAt);
  target.addEventListener('connection', () => handler(state(), lostAt), { signal });
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
  failures = 0;
  close();
}

/** Tries at once what would be tried later. */
export function reconnect() {
  if (state() !== 'lost') return;
  close();
  open();
}

function open() {
  if (stream || !isWanted || document.hidden) return;
  stream = new EventSource(url('events'), { withCredentials: true });
  for (const name of names) subscribe(stream, name);
  stream.onopen = () => {
    failures = 0;
    if (wasAway) tell('resumed', null);
    wasAway = false;
    tell('connection', null);
  };
  stream.onerror = lose;
}

/** Comes back later each time, and not all browsers at the same moment after a server was away. */
function lose() {
  if (!wasAway) lostAt = Date.now();
  wasAway = true;
  close();
  if (!isWanted) return;
  retryTimer = setTimeout(open, Math.min(LONGEST_PAUSE, PAUSE * 2 ** failures) * (0.75 + Math.random() / 2));
  failures += 1;
  // A stream does not say why it was refused. Any other request does, and if the session is over, that is noticed.
  if (failures % 3 === 2) get('session').catch(() => {});
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
      lostAt = Date.now();
      wasAway = true;
      close();
    }, REST);
  }
});
addEventListener('online', reconnect);
addEventListener('offline', lose);

const PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
const REST = 30_000;
