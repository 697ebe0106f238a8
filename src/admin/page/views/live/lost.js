/** Says that what is shown may be old, since when, and when it is tried again. */

import { fill, h } from '../../core/dom.js';
import { onConnection, reconnect } from '../../core/events.js';
import { time } from '../../core/format.js';
import { t } from '../../core/text.js';
import { button } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';

/** A banner that is there while the connection is not. @param {AbortSignal} signal */
export function lost(signal) {
  const banner = h('div.note.bad', { role: 'alert', hidden: true });
  const text = h('div');
  let delay = 0;
  fill(banner, icon('warning'), text, button(t('live.lost.again'), reconnect, { kind: 'small', icon: 'refresh' }));
  onConnection((state, since) => {
    clearTimeout(delay);
    if (state !== 'lost') {
      banner.hidden = true;
      return;
    }
    // A page that comes back to sight has its stream again at once.
    delay = window.setTimeout(() => {
      text.textContent = t('live.lost', { time: time(new Date(since)) });
      banner.hidden = false;
    }, PATIENCE_MS);
  }, signal);
  signal.addEventListener('abort', () => clearTimeout(delay));
  return banner;
}

const PATIENCE_MS = 800;
