/** One member, with all that can be done about him. Stays true while it is open. */

import { fill, h } from '../../core/dom.js';
import { clock } from '../../core/format.js';
import { t } from '../../core/text.js';
import { ask, dialog } from '../../parts/dialog.js';
import { button } from '../../parts/bits.js';
import { act } from './acts.js';
import { askMove, askPlay, askWhom } from './asks.js';
import { nameOf, onRooms } from '../../core/rooms.js';
import { states } from './row.js';

/** @typedef {import('../../core/rooms.js').Room} Room @typedef {import('./rooms.js').Member} Member */

/** @param {Room} room @param {number} number @param {AbortSignal} signal */
export function openSheet(room, number, signal) {
  const member = room.members.get(number);
  if (!member) return Promise.resolve();
  const title = nameOf(member, t);
  const over = new AbortController();
  const end = AbortSignal.any([signal, over.signal]);
  return dialog({ title, isRead: true, signal }, (close) => {
    const deed = (action) => act(room.number, { member: number, ...action });
    const facts = h('dl.facts');
    const badges = h('div.states');
    const toggles = [
      toggle('live.mute', (now) => now.muted, (on) => deed({ do: on ? 'mute' : 'unmute' })),
      toggle('live.deafen', (now) => now.deaf, (on) => deed({ do: on ? 'deafen' : 'undeafen' })),
      toggle('live.raisehand', (now) => now.hand, (on) => deed({ do: 'hand', on })),
      toggle('live.level', (now) => now.levelled, (on) => deed({ do: 'level', on })),
      toggle('live.denoise', (now) => now.denoised, (on) => deed({ do: 'denoise', on })),
    ];
    const sliders = [
      slider('live.talkvolume', (now) => now.talk_volume, (value) => deed({ do: 'talk_volume', value })),
      slider('live.listenvolume', (now) => now.listen_volume, (value) => deed({ do: 'listen_volume', value })),
    ];
    const others = () => [...room.members.values()].filter((other) => other.number !== number);
    const lobby = h('div.buttons');
    const refresh = () => {
      const now = room.members.get(number);
      if (!now) return close();
      fill(badges, states(now));
      fill(facts, [
        [t('live.fact.caller'), now.caller],
        [t('live.fact.channel'), h('span.mono', now.channel)],
        [t('live.fact.number'), String(now.number)],
        [t('live.fact.since'), clock((Date.now() - now.since) / 1000)],
      ].filter(([, value]) => value).map(([name, value]) => [h('dt', name), h('dd', value)]));
      for (const part of [...toggles, ...sliders]) part.show(now);
      const waits = now.waits === 'lobby';
      if (lobby.hidden === waits) lobby.hidden = !waits;
    };
    fill(
      lobby,
      button(t('live.admit'), () => deed({ do: 'admit' }), { icon: 'check', kind: 'primary' }),
      button(t('live.reject'), () => deed({ do: 'reject' }), { icon: 'close' }),
    );
    refresh();
    onRooms('members', (told) => told.room === room && (told.changed.some((one) => one.number === number) || told.gone.includes(number)) && refresh(), end);
    onRooms('closed', (closed) => closed === room.number && close(), end);
    const ticking = setInterval(refresh, 1_000);
    end.addEventListener('abort', () => clearInterval(ticking));
    return [
      badges,
      facts,
      lobby,
      h('fieldset.stack.tight', h('legend', t('live.sheet.voice')), sliders.map((part) => part.element), toggles.map((part) => part.element)),
      h(
        'fieldset',
        h('legend', t('live.sheet.do')),
        h(
          'div.buttons',
          button(t('live.floor'), () => deed({ do: 'floor' }), { icon: 'hand' }),
          button(t('live.whisper'), async () => {
            const to = await askWhom({ title: t('live.whisper.title', { name: title }), text: t('live.whisper.text', { name: title }), yes: t('live.whisper.yes'), members: others(), none: t('live.whisper.end') });
            if (to !== undefined) await deed({ do: 'whisper', to });
          }, { icon: 'sound' }),
          button(t('live.pair'), async () => {
            const to = await askWhom({ title: t('live.pair.title', { name: title }), text: t('live.pair.text', { name: title }), yes: t('live.pair.yes'), members: others() });
            if (to !== undefined) await deed({ do: 'pair', to });
          }, { icon: 'people' }),
          button(t('live.unpair'), () => deed({ do: 'unpair' }), { icon: 'people' }),
          button(t('live.play'), async () => {
            const action = await askPlay(t('live.play.to', { name: title }));
            if (action) await deed(action);
          }, { icon: 'play' }),
          button(t('live.move'), async () => {
            const to = await askMove(room.number, 1);
            if (to) await deed({ do: 'move', to });
          }, { icon: 'send' }),
          button(t('live.remove'), async () => {
            const yes = await ask({ title: t('live.remove.title', { name: title }), text: t('live.remove.text'), yes: t('live.remove'), isDangerous: true });
            if (yes) await deed({ do: 'kick' });
          }, { icon: 'out', kind: 'danger' }),
        ),
      ),
      h('footer', h('button.button', { type: 'button', onclick: () => close() }, t('live.close'))),
    ];
  }).finally(() => over.abort());
}

/** @param {string} key @param {(member: Member) => boolean} read @param {(on: boolean) => Promise<boolean>} set */
function toggle(key, read, set) {
  const box = h('input', { type: 'checkbox', role: 'switch' });
  box.addEventListener('change', async () => {
    if (!(await set(box.checked))) box.checked = !box.checked;
  });
  const element = h('label.choice', box, h('span', t(key)));
  return { element, show: (member) => { box.checked = read(member); } };
}

/** @param {string} key @param {(member: Member) => number} read @param {(value: number) => Promise<boolean>} set */
function slider(key, read, set) {
  const input = h('input', { type: 'range', min: '-12', max: '12', step: '3' });
  const says = h('output.number.nowrap');
  let moving = false;
  const words = () => {
    const value = Number(input.value);
    const text = t('live.decibels', { value: `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)}` });
    says.textContent = text;
    input.setAttribute('aria-valuetext', text);
  };
  input.addEventListener('input', () => {
    moving = true;
    words();
  });
  input.addEventListener('change', async () => {
    await set(Number(input.value));
    moving = false;
  });
  const element = h('label.slider', h('span', t(key)), input, says);
  return { element, show: (member) => {
    if (moving) return;
    input.value = String(read(member));
    words();
  } };
}
