/**
 * Who was in a conference, and who talked when: a line for each visit, drawn over time.
 *
 * The picture is as wide as its frame and shows a part of the time, all of it at first. Plus and minus and Ctrl with the
 * wheel zoom, arrow keys lead along the time and from person to person; what is under the pointer or in focus is told below.
 */

import { fill, h, newId } from '../core/dom.js';
import { clock, exactTime } from '../core/format.js';
import { locale, t } from '../core/text.js';
import { icon } from '../parts/icon.js';
import { s } from '../parts/svg.js';
import { moments, scale } from './scale.js';

/** @typedef {{caller_name: string, caller_number: string, role: string, came: string, went: string | null, seconds: number, result: string | null, talks: [number, number][]}} Visit as the API has it; `talks` in seconds since he came, from and until */

/** @param {{began: string, ended: string | null, visits: Visit[]}} meeting @returns {HTMLElement} `ended` is `null` as long as somebody is there */
export function timeline(meeting) {
  const began = Date.parse(meeting.began);
  const ended = Math.max(meeting.ended ? Date.parse(meeting.ended) : Date.now(), began + 1_000);
  const visits = meeting.visits.map((visit) => laneOf(visit, ended)).sort((one, other) => one.from - other.from);
  /** What is shown of the time. */
  let shown = /** @type {[number, number]} */ ([began, ended]);
  let current = 0;

  const frame = h('div.plot.scrolls');
  const says = h('p.reading', { 'aria-live': 'polite' });
  const read = (at) => {
    current = Math.max(0, Math.min(visits.length - 1, at));
    const { name, visit, from, to, talked } = visits[current];
    frame.querySelectorAll('.lane').forEach((lane, place) => lane.classList.toggle('is-current', place === current));
    says.textContent = t('timeline.reading', { name, came: exactTime(new Date(from)), went: visit.went ? exactTime(new Date(to)) : '…', talked: clock(talked) });
  };
  const show = (from, to) => {
    const length = Math.min(Math.max(to - from, SHORTEST_MS), ended - began);
    const start = Math.min(Math.max(from, began), ended - length);
    shown = [start, start + length];
    draw();
  };
  const zoom = (factor, around = (shown[0] + shown[1]) / 2) => show(around - (around - shown[0]) * factor, around + (shown[1] - around) * factor);
  const pan = (part) => show(shown[0] + (shown[1] - shown[0]) * part, shown[1] + (shown[1] - shown[0]) * part);

  const draw = () => {
    const width = Math.max(frame.clientWidth, 300);
    const left = Math.min(LABELS, width * 0.32);
    const x = scale(shown, [left, width - 8]);
    const hadFocus = frame.contains(document.activeElement);
    const id = newId('timeline');
    const height = TOP + visits.length * LANE + 8;
    const { moments: ticks, step } = moments(shown[0], shown[1], Math.max(2, Math.floor((width - left) / 90)));
    const clipped = newId('clip');
    const svg = s('svg', {
      viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', tabindex: 0, class: 'drawing', 'aria-labelledby': id, 'aria-describedby': `${id}-help`,
      onkeydown: (event) => key(event, { read, zoom, pan, show, at: current, began, ended }),
      onpointermove: (event) => event.offsetY > TOP && read(Math.floor((event.offsetY - TOP) / LANE)),
    },
    s('title', { id }, t('timeline.title')), s('desc', { id: `${id}-help` }, t('timeline.help')),
    s('defs', {}, s('clipPath', { id: clipped }, s('rect', { x: left, y: 0, width: width - left, height }))),
    s('g', { class: 'grid', 'aria-hidden': 'true' }, ...ticks.flatMap((at) => [
      s('path', { d: `M${Math.round(x(at)) + 0.5} ${TOP - 6}V${height}` }),
      s('text', { x: x(at), y: TOP - 12, class: 'axis middle' }, tickName(at, step)),
    ])),
    ...visits.map((lane, at) => laneDrawn(lane, at, { x, left, width, clipped })));
    fill(frame, svg);
    if (hadFocus) svg.focus({ preventScroll: true });
    if (visits.length) read(current);
  };

  dragging(frame, { pan });
  frame.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    const left = Math.min(LABELS, box.width * 0.32);
    zoom(event.deltaY > 0 ? 1.25 : 0.8, scale([left, box.width - 8], shown)(Math.max(left, event.clientX - box.left)));
  }, { passive: false });
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    requestAnimationFrame(draw);
  }).observe(frame);

  const control = (key, picture, run) => h('button.button.small', { type: 'button', onclick: run }, picture && icon(picture), t(key));
  const kept = visits.some(({ visit }) => visit.talks.length > 0);
  return h(
    'figure.chart.timeline',
    h(
      'div.buttons',
      control('timeline.zoomin', 'add', () => zoom(0.5)),
      control('timeline.zoomout', 'minus', () => zoom(2)),
      control('timeline.whole', 'repeat', () => show(began, ended)),
      control('timeline.download', 'download', () => download(frame)),
    ),
    h('div.legend', { 'aria-hidden': 'true' }, h('span.present', t('timeline.legend.in')), h('span.talking', t('timeline.legend.talks'))),
    !kept && visits.length > 0 && h('p.muted.small', t('timeline.silent')),
    frame,
    says,
    h('details.small', h('summary', t('timeline.table')), asTable(visits)),
  );
}

function laneOf(visit, ended) {
  const from = Date.parse(visit.came);
  const to = visit.went ? Date.parse(visit.went) : ended;
  const talks = visit.talks.map(([start, end]) => [from + start * 1000, from + end * 1000]);
  const talked = visit.talks.reduce((sum, [start, end]) => sum + (end - start), 0);
  return { visit, name: visit.caller_name || visit.caller_number || '—', from, to, talks, talked };
}

function laneDrawn({ name, from, to, talks, visit }, at, { x, left, width, clipped }) {
  const y = TOP + at * LANE;
  const bar = LANE - 10;
  const spoken = talks.map(([start, end]) => `M${x(start)} ${y + 5}h${Math.max(x(end) - x(start), 1.5)}v${bar}H${x(start)}z`).join('');
  return s('g', { class: `lane ${visit.role}` },
    s('rect', { class: 'band', x: 0, y, width, height: LANE }),
    s('text', { class: 'label', x: 8, y: y + LANE / 2 + 4 }, shorten(name, left)),
    s('g', { 'clip-path': `url(#${clipped})` },
      s('rect', { class: 'present', x: x(from), y: y + 5, width: Math.max(x(to) - x(from), 2), height: bar, rx: 3 }),
      s('path', { class: 'talking', d: spoken })));
}

function shorten(name, width) {
  const most = Math.floor(width / 8) - 2;
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function tickName(at, step) {
  const options = step < 60_000 ? { hour: '2-digit', minute: '2-digit', second: '2-digit' } : step < 86_400_000 ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(locale, /** @type {any} */ (options)).format(at);
}

function key(event, { read, zoom, pan, show, at, began, ended }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowDown: () => read(at + 1), ArrowUp: () => read(at - 1), Home: () => read(0), End: () => read(Infinity),
    ArrowRight: () => pan(0.1), ArrowLeft: () => pan(-0.1), '+': () => zoom(0.5), '-': () => zoom(2), 0: () => show(began, ended),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

/** Moves along the time with the pointer held down. */
function dragging(frame, { pan }) {
  let last = /** @type {number | null} */ (null);
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    last = event.clientX;
  });
  addEventListener('pointerup', () => { last = null; });
  frame.addEventListener('pointermove', (event) => {
    if (last === null || !(event.buttons & 1)) return;
    pan((last - event.clientX) / frame.clientWidth);
    last = event.clientX;
  });
}

/** Saves the picture as it is seen, with its colours inside. */
function download(frame) {
  const svg = frame.querySelector('svg');
  const copy = svg.cloneNode(true);
  const [from, to] = [svg.querySelectorAll('*'), copy.querySelectorAll('*')];
  from.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const name of ['fill', 'stroke', 'font-size', 'font-family', 'text-anchor', 'opacity', 'visibility']) to[at].setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.prepend(s('rect', { width: '100%', height: '100%', fill: getComputedStyle(document.body).getPropertyValue('--surface') }));
  const link = h('a', { href: URL.createObjectURL(new Blob([copy.outerHTML], { type: 'image/svg+xml' })), download: 'timeline.svg' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function asTable(visits) {
  const heads = ['timeline.name', 'timeline.role', 'timeline.came', 'timeline.went', 'timeline.stayed', 'timeline.talked'];
  return h(
    'div.table',
    h(
      'table',
      h('caption.visually-hidden', t('timeline.title')),
      h('thead', h('tr', heads.map((name) => h('th', { scope: 'col' }, t(name))))),
      h('tbody', visits.map(({ name, visit, from, to, talked }) => h(
        'tr',
        h('th', { scope: 'row' }, name),
        h('td', visit.role),
        h('td.number', exactTime(new Date(from))),
        h('td.number', visit.went ? exactTime(new Date(to)) : ''),
        h('td.number', clock((to - from) / 1000)),
        h('td.number', clock(talked)),
      ))),
    ),
  );
}

const LANE = 30;
const TOP = 34;
const LABELS = 190;
/** As close as can be looked at. */
const SHORTEST_MS = 10_000;
