/** Tells those who cannot see the page who comes and goes: politely, several at once, and only if wanted. */

import { listen } from '../../core/events.js';
import { t } from '../../core/text.js';
import { announce } from '../../parts/toast.js';

const KEY = 'conclave.announce';
/** What is told, and under which text. */
const TOLD = { Joined: 'live.told.joined', Left: 'live.told.left', InLobby: 'live.told.lobby', HandRaised: 'live.told.hand' };

export const isHeraldOn = () => localStorage.getItem(KEY) !== 'off';

/** @param {boolean} isOn */
export function setHerald(isOn) {
  localStorage.setItem(KEY, isOn ? 'on' : 'off');
}

/** Announces what happens in a room until `signal` aborts. @param {string} room @param {AbortSignal} signal */
export function herald(room, signal) {
  /** @type {Map<string, string[]>} */
  let news = new Map();
  let timer = 0;
  const tell = () => {
    timer = 0;
    const said = [...news].map(([key, names]) => (names.length > FEW ? t(`${key}.many`, { count: names.length }) : t(key, { names: names.join(', ') })));
    news = new Map();
    announce(said.join(' '));
  };
  listen('happening', (happening) => {
    const key = TOLD[happening.name];
    if (!key || happening.room !== room || !isHeraldOn()) return;
    const name = happening.caller_name || happening.caller_number || t('live.nobody', { number: happening.member });
    news.set(key, [...(news.get(key) ?? []), name]);
    timer ||= window.setTimeout(tell, PAUSE_MS);
  }, signal);
  signal.addEventListener('abort', () => clearTimeout(timer));
}

/** Waited for others who come at the same time. */
const PAUSE_MS = 1_500;
/** So many are told by name. */
const FEW = 3;
