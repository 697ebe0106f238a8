/** One member's line in a room: made once, then only what changed is touched. */

import { h } from '../../core/dom.js';
import { time } from '../../core/format.js';
import { t } from '../../core/text.js';
import { badge } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';
import { nameOf } from '../../core/rooms.js';

/** @typedef {import('../../core/rooms.js').Member} Member */

/**
 * What a row can ask for.
 *
 * @typedef {{open: (row: Row) => void, mute: (row: Row) => void, remove: (row: Row) => void, admit: (row: Row) => void,
 *   reject: (row: Row) => void, floor: (row: Row) => void, select: (row: Row, isSelected: boolean) => void}} Wishes
 */

export class Row {
  /** Only rows on the screen move. */
  isSeen = false;

  #shown = '';
  #level = NONE;

  /** @param {Member} member @param {Wishes} wishes */
  constructor(member, wishes) {
    this.number = member.number;
    const run = (wish) => () => wishes[wish](this);
    this.check = h('input', { type: 'checkbox', tabindex: '-1', onchange: () => wishes.select(this, this.check.checked) });
    this.name = h('button.person', { type: 'button', tabindex: '-1', 'aria-haspopup': 'dialog', onclick: run('open') }, h('strong'), h('span'));
    this.says = h('span.visually-hidden', { hidden: true }, t('live.talks'));
    this.states = h('div.states', { role: 'gridcell' });
    this.bar = h('i');
    this.meter = h('div.meter', { role: 'gridcell' }, h('span', { 'aria-hidden': 'true' }, this.bar), this.says);
    this.acts = h('div.acts', { role: 'gridcell' });
    this.mute = rowButton('mic', run('mute'));
    this.remove = rowButton('out', run('remove'));
    this.admit = rowButton('check', run('admit'));
    this.reject = rowButton('close', run('reject'));
    this.floor = rowButton('hand', run('floor'));
    this.element = h(
      'div.member',
      { role: 'row' },
      h('div', { role: 'gridcell' }, this.check),
      h('div', { role: 'rowheader' }, this.name),
      this.states,
      this.meter,
      h('div.since', { role: 'gridcell' }, time(new Date(member.since))),
      this.acts,
    );
    this.element.row = this;
    this.update(member);
  }

  /** @param {Member} member */
  update(member) {
    this.member = member;
    const { name, caller, role, muted, muted_by, waits, deaf, hand, held, talk_volume, listen_volume, levelled, denoised } = member;
    const shown = JSON.stringify([name, caller, role, muted, muted_by, waits, deaf, hand, held, talk_volume, listen_volume, levelled, denoised]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const title = nameOf(member, t);
    this.title = title;
    /** What a search looks at. */
    this.words = `${name}\n${caller}`.toLowerCase();
    this.check.setAttribute('aria-label', t('live.select', { name: title }));
    const [strong, small] = this.name.children;
    strong.textContent = title;
    small.textContent = name && caller;
    this.element.classList.toggle('is-muted', muted);
    this.element.classList.toggle('waits', waits !== null);
    this.states.replaceChildren(...states(member));
    label(this.mute, t(muted ? 'live.unmute.who' : 'live.mute.who', { name: title }), muted ? 'micoff' : 'mic');
    this.mute.setAttribute('aria-pressed', String(muted));
    label(this.remove, t('live.remove.who', { name: title }));
    label(this.admit, t('live.admit.who', { name: title }));
    label(this.reject, t('live.reject.who', { name: title }));
    label(this.floor, t('live.floor.who', { name: title }));
    const wanted = waits === 'lobby' ? [this.admit, this.reject] : [hand && this.floor, this.mute, this.remove].filter(Boolean);
    if (wanted.some((button, at) => this.acts.children[at] !== button) || this.acts.children.length !== wanted.length) {
      this.acts.replaceChildren(...wanted);
    }
  }

  /** How loud he talks in dBFS; `null`: he does, it is not known how loud; `undefined`: he does not. @param {number | null | undefined} dbfs */
  talk(dbfs) {
    const level = dbfs === undefined ? NONE : loudness(dbfs);
    if (level === this.#level) return;
    if (level === NONE || this.#level === NONE) {
      this.element.classList.toggle('talks', level !== NONE);
      this.says.hidden = level === NONE;
    }
    this.#level = level;
    this.bar.style.transform = `scaleX(${level === NONE ? 0 : level})`;
  }

  /** What can be reached by arrow keys, from left to right. */
  get stops() {
    return [this.check, this.name, ...this.acts.children];
  }
}

/** The length of a bar, 0.05 to 1 in twentieths: what nobody sees is not drawn. @param {number | null} dbfs */
export function loudness(dbfs) {
  if (dbfs === null) return 0.5;
  return Math.round(Math.min(1, Math.max(0.05, (dbfs - SOFT) / (LOUD - SOFT))) * 20) / 20;
}

/** What is to be known of a member, as badges. @param {Member} member */
export function states(member) {
  const { role, muted, muted_by, waits, deaf, hand, held, talk_volume, listen_volume, levelled, denoised } = member;
  const decibels = (value) => `${value > 0 ? '+' : '−'}${Math.abs(value)} dB`;
  return [
    hand && badge(t('live.state.hand'), 'warn'),
    role !== 'participant' && badge(t(`live.role.${role}`), role === 'leader' ? 'accent' : ''),
    waits && badge(t(`live.waits.${waits}`), 'warn'),
    muted && badge(t(muted_by.length === 1 && muted_by[0] === 'self' ? 'live.state.mutedself' : 'live.state.muted'), 'bad'),
    deaf && badge(t('live.state.deaf'), 'bad'),
    held && badge(t('live.state.held'), 'warn'),
    talk_volume !== 0 && badge(t('live.state.talkvolume', { decibels: decibels(talk_volume) })),
    listen_volume !== 0 && badge(t('live.state.listenvolume', { decibels: decibels(listen_volume) })),
    levelled && badge(t('live.state.levelled')),
    denoised && badge(t('live.state.denoised')),
  ].filter(Boolean);
}

function rowButton(picture, run) {
  return h('button.button.plain.small.icon-only', { type: 'button', tabindex: '-1', onclick: run, data: { icon: picture } }, icon(picture));
}

function label(button, text, picture = button.dataset.icon) {
  button.setAttribute('aria-label', text);
  button.title = text;
  if (button.dataset.icon === picture) return;
  button.dataset.icon = picture;
  button.replaceChildren(icon(picture));
}

/** He does not talk. */
const NONE = -1;
/** Where a bar begins and ends, in dBFS. */
const SOFT = -50;
const LOUD = -8;
