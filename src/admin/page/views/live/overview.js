/** The rooms in progress. */

import { fill, h } from '../../core/dom.js';
import { clock, time } from '../../core/format.js';
import { areKnown, nameOf, onRooms, rooms, titleOf } from '../../core/rooms.js';
import { t } from '../../core/text.js';
import { badge, empty, head, waiting } from '../../parts/bits.js';
import { lost } from './lost.js';
import { loudness } from './row.js';

/** @typedef {import('../../core/rooms.js').Room} Room */

/** @param {import('../../core/router.js').Place} place */
export function openOverview({ signal }) {
  /** @type {Map<string, Card>} */
  const cards = new Map();
  const list = h('ul.rooms');
  const rest = h('div');
  const lead = h('p');
  const count = () => {
    const callers = [...rooms.values()].reduce((sum, room) => sum + room.members.size, 0);
    lead.textContent = t('live.overview.lead', { count: rooms.size, callers });
    lead.hidden = rooms.size === 0;
    if (rooms.size) rest.replaceChildren();
    else fill(rest, areKnown ? empty({ picture: 'people', title: t('live.none'), text: t('live.none.text') }) : waiting());
  };
  const show = (room) => {
    let card = cards.get(room.number);
    if (!card) {
      card = new Card(room);
      cards.set(room.number, card);
      const after = [...cards.keys()].sort(inOrder);
      list.insertBefore(card.element, cards.get(after[after.indexOf(room.number) + 1])?.element ?? null);
    }
    card.show();
    count();
  };
  onRooms('all', () => {
    for (const room of rooms.values()) show(room);
    count();
  }, signal);
  onRooms('room', show, signal);
  onRooms('members', ({ room }) => show(room), signal);
  onRooms('levels', (room) => cards.get(room.number)?.levels(), signal);
  onRooms('closed', (number) => {
    cards.get(number)?.element.remove();
    cards.delete(number);
    count();
  }, signal);
  for (const number of [...rooms.keys()].sort(inOrder)) show(/** @type {Room} */ (rooms.get(number)));
  count();
  const ticking = setInterval(() => cards.forEach((card) => card.tick()), 1_000);
  signal.addEventListener('abort', () => clearInterval(ticking));
  return [head({ title: t('live.rooms'), lead: t('live.rooms.lead') }), lost(signal), lead, list, rest];
}

/** One room in short. */
class Card {
  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.title = h('a');
    this.badges = h('div.states');
    this.facts = h('p.small.muted');
    this.speaker = h('p.speaker', { 'aria-hidden': 'true' });
    this.bar = h('i');
    this.element = h('li.card.pad', h('h2', this.title), this.badges, this.facts, h('div.meter', { 'aria-hidden': 'true' }, h('span', this.bar)), this.speaker);
    this.title.href = `#/rooms/${encodeURIComponent(room.number)}`;
  }

  show() {
    const { room } = this;
    write(this.title, titleOf(room));
    const waits = [...room.members.values()].filter((member) => member.waits === 'lobby').length;
    const hands = [...room.members.values()].filter((member) => member.hand).length;
    const marks = [
      room.name && [room.number, ''],
      room.locked && [t('live.locked'), 'warn'],
      room.muted && [t('live.mutedall'), 'warn'],
      room.recording && [t(`live.recording.${room.recording}`), 'bad'],
      waits && [t('live.waiting', { count: waits }), 'accent'],
      hands && [t('live.hands', { count: hands }), 'accent'],
    ].filter(Boolean);
    const state = JSON.stringify(marks);
    if (this.marks !== state) {
      this.marks = state;
      fill(this.badges, marks.map(([text, tone]) => badge(text, tone)));
    }
    this.inside = t('live.count', { count: room.members.size - waits });
    this.tick();
    this.levels();
  }

  tick() {
    const { began, ends } = this.room;
    const until = ends ? ` · ${t('live.until', { time: time(new Date(ends)) })}` : '';
    write(this.facts, `${this.inside} · ${t('live.since', { time: clock((Date.now() - Date.parse(began)) / 1000) })}${until}`);
  }

  levels() {
    const { talking, members } = this.room;
    const levels = [...talking.values()];
    const loudest = levels.length ? Math.max(...levels.map((level) => level ?? -30)) : null;
    this.bar.style.transform = `scaleX(${loudest === null ? 0 : loudness(loudest)})`;
    const names = [...talking.keys()].map((number) => members.get(number)).filter(Boolean).slice(0, 3).map((member) => nameOf(/** @type {any} */ (member), t));
    write(this.speaker, names.length ? t('live.talking', { names: names.join(', ') }) : ' ');
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function inOrder(one, other) {
  return one.localeCompare(other, undefined, { numeric: true });
}

