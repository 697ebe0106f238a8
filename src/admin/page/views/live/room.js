/** One room, live: who is in, who talks, and everything that can be done there. */

import { listen } from '../../core/events.js';
import { fill, h } from '../../core/dom.js';
import { dateTime, span } from '../../core/format.js';
import { areKnown, onRooms, rooms, titleOf } from '../../core/rooms.js';
import { t } from '../../core/text.js';
import { ask } from '../../parts/dialog.js';
import { badge, button, empty, waiting } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';
import { act, actOnEach } from './acts.js';
import { askMove } from './asks.js';
import { herald, isHeraldOn, setHerald } from './herald.js';
import { areKeysOn, openKeys, setKeys } from './keys.js';
import { lost } from './lost.js';
import { Roster } from './roster.js';
import { openSheet } from './sheet.js';
import { Talkers } from './talkers.js';
import { tools } from './tools.js';

/** @typedef {import('../../core/rooms.js').Room} Room */

/** @param {import('../../core/router.js').Place} place */
export function openRoom({ params, signal, setTitle }) {
  const view = h('div.live');
  const { number } = params;
  let over = /** @type {AbortController | null} */ (null);
  const show = () => {
    const room = rooms.get(number);
    if (room && over) return;
    over?.abort();
    over = null;
    if (room) {
      over = new AbortController();
      fill(view, ...shown(room, AbortSignal.any([signal, over.signal]), setTitle));
      return;
    }
    setTitle(t('live.room', { name: number }));
    fill(view, ...(areKnown ? nobody(number) : [h('h1', { tabindex: '-1' }, t('live.room', { name: number })), waiting()]));
  };
  show();
  for (const name of /** @type {const} */ (['all', 'room', 'closed'])) onRooms(name, show, signal);
  return view;
}

function nobody(number) {
  return [
    back(),
    h('h1', { tabindex: '-1' }, t('live.room', { name: number })),
    empty({ picture: 'people', title: t('live.over'), text: t('live.over.text'), actions: h('a.button', { href: '#/rooms' }, t('live.rooms')) }),
  ];
}

const back = () => h('a.back', { href: '#/rooms' }, icon('back'), t('live.rooms'));

/** @param {Room} room @param {AbortSignal} signal */
function shown(room, signal, setTitle) {
  const { number } = room;
  const title = h('h1', { tabindex: '-1' });
  const facts = h('p.facts-line');
  const badges = h('div.states');
  const toolbar = tools(number, signal);
  const talkers = new Talkers((member) => openSheet(room, member, signal));
  const picked = h('div.bar.picked', { hidden: true, role: 'toolbar', 'aria-label': t('live.picked.label') });
  const lobby = remark('warn', 'people', 'live.lobby.count', button(t('live.admitall'), () => act(number, { do: 'admit', member: 'all' }), { icon: 'check', kind: 'small' }));
  const hands = remark('', 'hand', 'live.hands.count', button(t('live.floor.next'), () => act(number, { do: 'floor' }), { icon: 'hand', kind: 'small' }));
  const found = h('span.muted.small', { role: 'status' });
  const roster = new Roster({
    open: (row) => openSheet(room, row.number, signal),
    mute: (row) => act(number, { do: row.member.muted ? 'unmute' : 'mute', member: row.number }),
    remove: (row) => remove(number, [row]),
    admit: (row) => act(number, { do: 'admit', member: row.number }),
    reject: (row) => act(number, { do: 'reject', member: row.number }),
    floor: (row) => act(number, { do: 'floor', member: row.number }),
    changed: () => changed(),
  });

  const search = h('input', { type: 'search', placeholder: t('live.search'), 'aria-label': t('live.search'), oninput: () => roster.search(search.value) });
  const sort = h('select', { 'aria-label': t('live.sort'), onchange: () => roster.sortBy(sort.value) }, ['came', 'name', 'spoke'].map((by) => h('option', { value: by }, t(`live.sort.${by}`))));

  const changed = () => {
    const shownRows = roster.shown.length;
    const text = search.value ? t('live.found', { count: shownRows, of: roster.rows.size }) : '';
    if (found.textContent !== text) found.textContent = text;
    const count = roster.selected.size;
    roster.all.checked = count > 0 && count >= shownRows;
    roster.all.indeterminate = count > 0 && count < shownRows;
    if (picked.hidden !== !count) picked.hidden = !count;
    admit.hidden = !chosen().some((member) => room.members.get(member)?.waits === 'lobby');
    const says = picked.querySelector('.state');
    if (says) says.textContent = t('live.picked', { count });
  };

  const chosen = () => [...roster.selected];
  const forChosen = (action) => () => actOnEach(number, chosen(), (member) => ({ ...action, member }));
  const admit = button(t('live.admit'), () => actOnEach(number, chosen().filter((member) => room.members.get(member)?.waits === 'lobby'), (member) => ({ do: 'admit', member })), { icon: 'check', kind: 'small' });
  fill(
    picked,
    h('span.state'),
    button(t('live.mute'), forChosen({ do: 'mute' }), { icon: 'micoff', kind: 'small' }),
    button(t('live.unmute'), forChosen({ do: 'unmute' }), { icon: 'mic', kind: 'small' }),
    admit,
    button(t('live.move'), async () => {
      const to = await askMove(number, roster.selected.size);
      if (to) await actOnEach(number, chosen(), (member) => ({ do: 'move', member, to }));
    }, { icon: 'send', kind: 'small' }),
    button(t('live.remove'), () => remove(number, chosen().map((one) => roster.rows.get(one))), { icon: 'close', kind: 'small danger' }),
    button(t('live.picked.clear'), () => roster.clearSelection(), { kind: 'small plain' }),
  );

  const refresh = () => {
    const name = titleOf(room);
    if (title.textContent !== name) {
      title.textContent = name;
      setTitle(t('live.room', { name }));
    }
    fill(
      badges,
      room.name && badge(room.number),
      room.locked && badge(t('live.locked'), 'warn'),
      room.muted && badge(t('live.mutedall'), 'warn'),
      room.recording && badge(t(`live.recording.${room.recording}`), 'bad', { dot: true }),
      room.calling.map((called) => badge(t('live.calling', { number: called }), 'accent')),
    );
    toolbar.show(room);
  };
  const count = () => {
    const waits = [...room.members.values()].filter((member) => member.waits === 'lobby').length;
    const inside = room.members.size - waits;
    const of = room.max_members ? t('live.count.of', { count: inside, most: room.max_members }) : t('live.count', { count: inside });
    const text = `${of} · ${room.ends ? span(room.began, new Date(room.ends)) : t('live.began', { time: dateTime(room.began) })}`;
    if (facts.textContent !== text) facts.textContent = text;
    lobby.show(waits);
    hands.show([...room.members.values()].filter((member) => member.hand).length);
  };

  onRooms('room', (told) => {
    if (told !== room) return;
    refresh();
    count();
  }, signal);
  onRooms('members', (told) => {
    if (told.room !== room) return;
    roster.take(room, told.changed, told.gone);
    count();
    toolbar.show(room);
  }, signal);
  let resort = 0;
  onRooms('levels', (told) => {
    if (told !== room) return;
    roster.levels(room);
    talkers.show(room);
    if (sort.value === 'spoke') resort ||= window.setTimeout(() => { resort = 0; roster.order(); }, RESORT_MS);
  }, signal);
  herald(number, signal);
  listen('happening', (happening) => happening.room === number && toolbar.happened(happening), signal);

  const onKey = (event) => shortcut(event, { roster, search, number, room, signal });
  document.addEventListener('keydown', onKey, { signal });

  const spoken = h('label.choice', h('input', { type: 'checkbox', role: 'switch', checked: isHeraldOn(), onchange: (event) => setHerald(event.target.checked) }), h('span', t('live.announce')));
  const keyed = h('label.choice', h('input', { type: 'checkbox', role: 'switch', checked: areKeysOn(), onchange: (event) => setKeys(event.target.checked) }), h('span', t('live.keys.on')));

  refresh();
  count();
  roster.show(room);
  talkers.show(room);
  return [
    h('header.head', h('div', back(), title, badges, facts), room.conference !== null && h('div.actions', h('a.button.small', { href: `#/conferences/${room.conference}` }, icon('calendar'), t('live.conference')))),
    toolbar.element,
    lost(signal),
    talkers.element,
    lobby.element,
    hands.element,
    h('div.sieve', search, sort, found),
    roster.element,
    picked,
    h('div.buttons.small', spoken, keyed, button(t('live.keys'), openKeys, { kind: 'small plain', icon: 'info' })),
  ];
}

/** A remark that is there while there is somebody whom it is about, with what can be done. */
function remark(tone, picture, key, way) {
  const text = h('div');
  const element = h('div.note', { class: tone, hidden: true }, icon(picture), text, way);
  let shown = 0;
  return {
    element,
    /** @param {number} count */
    show(count) {
      if (count === shown) return;
      shown = count;
      element.hidden = count === 0;
      text.textContent = t(key, { count });
    },
  };
}

async function remove(number, rows) {
  const [first] = rows;
  const title = rows.length === 1 ? t('live.remove.title', { name: first.title }) : t('live.remove.several', { count: rows.length });
  const yes = await ask({ title, text: t('live.remove.text'), yes: t('live.remove'), isDangerous: true });
  if (yes) await actOnEach(number, rows.map((row) => row.number), (member) => ({ do: member && rows.find((row) => row.number === member)?.member.waits === 'lobby' ? 'reject' : 'kick', member }));
}

/** Single keys: in the list for the member in focus, and anywhere in the view `/` and `?`. */
function shortcut(event, { roster, search, number, room, signal }) {
  if (!areKeysOn() || event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
  if (event.target.closest('input:not([type=checkbox]), select, textarea')) {
    if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      roster.search('');
    }
    return;
  }
  const row = roster.current;
  const keys = {
    '/': () => search.focus(),
    '?': () => openKeys(),
    a: () => act(number, { do: room.muted ? 'unmute' : 'mute', member: 'all' }),
    l: () => act(number, { do: room.locked ? 'unlock' : 'lock' }),
    ...(row && {
      m: () => roster.wishes.mute(row),
      r: () => roster.wishes.remove(row),
      x: () => { row.check.checked = !row.check.checked; roster.wishes.select(row, row.check.checked); },
      o: () => openSheet(room, row.number, signal),
      f: () => roster.wishes.floor(row),
    }),
  };
  const run = keys[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

/** How often those who spoke last may come to the top. */
const RESORT_MS = 2_000;

