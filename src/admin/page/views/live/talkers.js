/** Who talks now, where it can be seen however long the list is. */

import { h } from '../../core/dom.js';
import { nameOf } from '../../core/rooms.js';
import { t } from '../../core/text.js';
import { loudness } from './row.js';

export class Talkers {
  /** @type {Map<number, {element: HTMLElement, bar: HTMLElement, level: number}>} */
  #chips = new Map();
  #silence = h('li.muted', t('live.silence'));

  /** @param {(member: number) => void} open */
  constructor(open) {
    this.open = open;
    this.list = h('ul', this.#silence);
    this.element = h('section.talkers', { 'aria-label': t('live.talkers') }, h('h2', t('live.talkers')), this.list);
  }

  /** @param {import('../../core/rooms.js').Room} room */
  show(room) {
    for (const [number, chip] of this.#chips) {
      if (room.talking.has(number) && room.members.has(number)) continue;
      // He may pause for a breath: gone only after a while, so that nothing jumps.
      if (room.members.has(number) && ++chip.silent < LINGER) {
        quiet(chip);
        continue;
      }
      chip.element.remove();
      this.#chips.delete(number);
    }
    for (const [number, level] of room.talking) {
      const chip = this.#chips.get(number) ?? (this.#chips.size < MOST ? this.#add(room, number) : undefined);
      if (chip) loud(chip, loudness(level));
    }
    this.#silence.hidden = this.#chips.size > 0;
  }

  #add(room, number) {
    const member = room.members.get(number);
    if (!member) return undefined;
    const bar = h('i');
    const element = h('li', h('button.chip', { type: 'button', onclick: () => this.open(number) }, h('span.ring', { 'aria-hidden': 'true' }, bar), nameOf(member, t)));
    const chip = { element, bar, level: 0, silent: 0 };
    this.#chips.set(number, chip);
    this.list.append(element);
    return chip;
  }
}

function loud(chip, level) {
  chip.silent = 0;
  chip.element.classList.remove('is-quiet');
  if (chip.level !== level) chip.bar.style.transform = `scale(${level})`;
  chip.level = level;
}

function quiet(chip) {
  if (chip.level === 0) return;
  chip.level = 0;
  chip.bar.style.transform = 'scale(0)';
  chip.element.classList.add('is-quiet');
}

/** More than these do not fit one look. */
const MOST = 24;
/** Levels are told five times a second. */
const LINGER = 8;
