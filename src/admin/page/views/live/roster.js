/**
 * Who is in a room: a grid with one row for each member, first those who wait to be admitted.
 *
 * A row is one stop of the tab key; arrow keys lead from row to row and along it. Rows are made once and moved when the
 * order changes, so that 500 of them can come, go and talk without work for the others.
 */

import { h } from '../../core/dom.js';
import { t } from '../../core/text.js';
import { Row } from './row.js';

/** @typedef {import('../../core/rooms.js').Room} Room @typedef {import('./row.js').Wishes} Wishes */

export class Roster {
  /** @type {Map<number, Row>} */
  rows = new Map();
  /** Their numbers. @type {Set<number>} */
  selected = new Set();

  #sort = 'came';
  #words = '';
  #talking = /** @type {Map<number, number | null>} */ (new Map());
  #current = /** @type {HTMLElement | null} */ (null);
  #sight;

  /** @param {Omit<Wishes, 'select'> & {changed: () => void}} wishes `changed`: others are selected or shown */
  constructor(wishes) {
    this.wishes = { ...wishes, select: (row, isSelected) => this.#select(row, isSelected) };
    this.lobby = h('div', { role: 'rowgroup', 'aria-label': t('live.lobby') });
    this.inside = h('div', { role: 'rowgroup', 'aria-label': t('live.inside') });
    this.all = h('input', { type: 'checkbox', 'aria-label': t('live.selectall'), onchange: () => this.#selectAll(this.all.checked) });
    const heads = ['live.col.name', 'live.col.state', 'live.col.talk', 'live.col.since', 'live.col.acts'];
    this.element = h(
      'div.roster.card',
      { role: 'grid', 'aria-label': t('live.members'), 'aria-multiselectable': 'true' },
      h('div', { role: 'rowgroup' }, h('div.member.heads', { role: 'row' }, h('div', { role: 'columnheader' }, this.all), heads.map((key) => h('div', { role: 'columnheader' }, t(key))))),
      this.lobby,
      this.inside,
    );
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('focusin', (event) => this.#stop(event.target));
    this.#sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const { row } = /** @type {any} */ (target);
        row.isSeen = isIntersecting;
        if (isIntersecting) row.talk(this.#talking.get(row.number));
      }
    }, { rootMargin: '10%' });
  }

  /** Shows these members, and no others. @param {Room} room */
  show(room) {
    const gone = [...this.rows.keys()].filter((number) => !room.members.has(number));
    this.take(room, [...room.members.values()], gone);
    this.levels(room);
  }

  /** @param {Room} room @param {import('../../core/rooms.js').Member[]} changed @param {number[]} gone */
  take(room, changed, gone) {
    this.room = room;
    for (const number of gone) this.#forget(number);
    let isNew = false;
    for (const member of changed) {
      const row = this.rows.get(member.number);
      if (row) row.update(member);
      else {
        this.#add(new Row(member, this.wishes));
        isNew = true;
      }
    }
    if (isNew || gone.length || this.#sort !== 'came' || changed.some((member) => this.#isElsewhere(member))) this.order();
    this.wishes.changed();
  }

  /** @param {Room} room */
  levels({ talking }) {
    for (const number of this.#talking.keys()) if (!talking.has(number)) this.#seen(number)?.talk(undefined);
    for (const [number, level] of talking) this.#seen(number)?.talk(level);
    this.#talking = talking;
  }

  /** @param {string} sort `came`, `name`, `spoke` */
  sortBy(sort) {
    this.#sort = sort;
    this.order();
  }

  /** Shows only those in whose name or number this is. @param {string} words */
  search(words) {
    this.#words = words.trim().toLowerCase();
    for (const row of this.rows.values()) this.#sift(row);
    this.wishes.changed();
  }

  /** Brings the rows into their order; moves only those that are elsewhere. */
  order() {
    const spoke = new Map(this.room.speakers.map((number, at) => [number, at]));
    const by = {
      came: (one, other) => one.number - other.number,
      name: (one, other) => one.title.localeCompare(other.title) || one.number - other.number,
      spoke: (one, other) => (spoke.get(one.number) ?? Infinity) - (spoke.get(other.number) ?? Infinity) || one.number - other.number,
    }[this.#sort];
    const first = (row) => (row.member.hand ? 0 : 1);
    const sorted = [...this.rows.values()].sort((one, other) => first(one) - first(other) || by(one, other));
    for (const group of [this.lobby, this.inside]) {
      let next = group.firstElementChild;
      for (const row of sorted) {
        if (this.#group(row.member) !== group) continue;
        if (row.element === next) next = next.nextElementSibling;
        else keepingFocus(row.element, () => group.insertBefore(row.element, next));
      }
    }
  }

  /** The rows that are shown, from top to bottom. @returns {Row[]} */
  get shown() {
    return [...this.lobby.children, ...this.inside.children].filter((element) => !element.hidden).map((element) => element.row);
  }

  /** The row that has the focus. @returns {Row | null} */
  get current() {
    return /** @type {any} */ (document.activeElement?.closest('.member'))?.row ?? null;
  }

  clearSelection() {
    for (const number of [...this.selected]) this.#mark(this.rows.get(number), false);
    this.wishes.changed();
  }

  #add(row) {
    this.rows.set(row.number, row);
    this.#sift(row);
    this.#sight.observe(row.element);
    if (!this.#current) this.#stop(row.name);
  }

  #forget(number) {
    const row = this.rows.get(number);
    if (!row) return;
    if (row.element.contains(document.activeElement)) this.#step(row, 1, 1) || this.#step(row, -1, 1);
    if (row.element.contains(this.#current)) this.#current = null;
    this.rows.delete(number);
    this.selected.delete(number);
    this.#sight.unobserve(row.element);
    row.element.remove();
    if (!this.#current && this.rows.size) this.#stop(this.shown[0]?.name ?? null);
  }

  #seen(number) {
    const row = this.rows.get(number);
    return row?.isSeen ? row : undefined;
  }

  #group(member) {
    return member.waits === 'lobby' ? this.lobby : this.inside;
  }

  #isElsewhere(member) {
    const row = this.rows.get(member.number);
    const before = row.element.previousElementSibling?.row.member;
    return row.element.parentElement !== this.#group(member) || (member.hand && before && !before.hand) || (!member.hand && row.element.nextElementSibling?.row.member.hand);
  }

  #sift(row) {
    row.element.hidden = !row.words.includes(this.#words);
  }

  #select(row, isSelected) {
    this.#mark(row, isSelected);
    this.wishes.changed();
  }

  #selectAll(isSelected) {
    for (const row of this.shown) this.#mark(row, isSelected);
    this.wishes.changed();
  }

  #mark(row, isSelected) {
    if (!row) return;
    row.check.checked = isSelected;
    row.element.setAttribute('aria-selected', String(isSelected));
    if (isSelected) this.selected.add(row.number);
    else this.selected.delete(row.number);
  }

  /** Lets the tab key come here. */
  #stop(element) {
    if (!element?.closest?.('.member')?.row || element === this.#current) return;
    if (this.#current) this.#current.tabIndex = -1;
    element.tabIndex = 0;
    this.#current = element;
  }

  #key(event) {
    const row = this.current;
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const stops = row.stops;
    const at = stops.indexOf(document.activeElement);
    const shown = this.shown;
    const moves = {
      ArrowDown: () => this.#step(row, 1, at),
      ArrowUp: () => this.#step(row, -1, at),
      PageDown: () => this.#step(row, 10, at),
      PageUp: () => this.#step(row, -10, at),
      Home: () => this.#focus(shown[0], at),
      End: () => this.#focus(shown.at(-1), at),
      ArrowRight: () => stops[Math.min(at + 1, stops.length - 1)].focus(),
      ArrowLeft: () => stops[Math.max(at - 1, 0)].focus(),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  }

  #step(row, by, at) {
    const shown = this.shown;
    const place = shown.indexOf(row);
    const to = Math.max(0, Math.min(shown.length - 1, place + by));
    if (to === place) return false;
    this.#focus(shown[to], at);
    return true;
  }

  #focus(row, at) {
    const stops = row?.stops ?? [];
    stops[Math.min(Math.max(at, 0), stops.length - 1)]?.focus();
  }
}

/** An element that is moved loses the focus. */
function keepingFocus(element, move) {
  const focused = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  move();
  focused?.focus({ preventScroll: true });
}
