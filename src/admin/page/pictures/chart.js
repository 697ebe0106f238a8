/**
 * Minutes and callers over time: two charts one below the other, with one axis of time.
 *
 * Arrow keys lead from one span of time to the next, as the pointer does; the same is in a table below, for whoever reads
 * it instead.
 */

import { fill, h, newId } from '../core/dom.js';
import { date, dateTime, number, span, time } from '../core/format.js';
import { locale, t } from '../core/text.js';
import { marks } from './scale.js';
import { s } from '../parts/svg.js';

/** @typedef {{start: string, minutes: number, peak: number, visits: number}} Point as the API has it */

/**
 * @param {Point[]} points in the order of time, without gaps
 * @param {'hour' | 'day' | 'month'} step how long each of them is
 * @returns {HTMLElement}
 */
export function chart(points, step) {
  const element = h('figure.chart');
  const body = h('div.plot');
  const says = h('p.reading', { 'aria-live': 'polite' });
  const draw = () => fill(body, drawing(points, step, Math.max(body.clientWidth, 280), says));
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(body);
  const total = points.reduce((sum, point) => sum + point.minutes, 0);
  const busiest = points.reduce((most, point) => Math.max(most, point.peak), 0);
  fill(
    element,
    h('figcaption', t('chart.caption', { minutes: number(Math.round(total)), peak: busiest })),
    body,
    says,
    h('details.small', h('summary', t('chart.table')), asTable(points, step)),
  );
  return element;
}

function drawing(points, step, width, says) {
  const wide = (width - LEFT - RIGHT) / Math.max(points.length, 1);
  const x = (at) => LEFT + at * wide;
  const id = newId('chart');
  const pointer = s('rect', { class: 'pointer', y: TOP, height: HEIGHT * 2 + BETWEEN, width: Math.max(wide, 1), visibility: 'hidden' });
  const minutes = panel(TOP, marks(Math.max(...points.map((point) => point.minutes), 1), 3), t('chart.minutes'), width);
  const peak = panel(TOP + HEIGHT + BETWEEN, marks(Math.max(...points.map((point) => point.peak), 1), 3), t('chart.peak'), width);
  const gap = wide > 4 ? Math.min(2, wide * 0.2) : 0;
  const bars = (name, { y, base }) => s('path', { class: name, d: points.map((point, at) => (point[name] ? `M${x(at) + gap / 2} ${base}V${y(point[name])}h${Math.max(wide - gap, 0.5)}V${base}z` : '')).join('') });
  const marked = marksOf(points, step, Math.max(2, Math.floor(width / 90)));
  const bottom = TOP + 2 * HEIGHT + BETWEEN;
  const labels = [...marked].map(([at, name]) => x(at) < width - 50 && s('text', { x: x(at), y: bottom + 18, class: 'axis' }, name));

  let current = -1;
  const read = (at) => {
    current = Math.max(0, Math.min(points.length - 1, at));
    const point = points[current];
    if (!point) return;
    pointer.setAttribute('x', String(x(current)));
    pointer.setAttribute('visibility', 'visible');
    says.textContent = t('chart.reading', { when: longName(point.start, step), minutes: number(Math.round(point.minutes)), peak: point.peak, visits: point.visits });
  };
  const keys = { ArrowRight: () => read(current + 1), ArrowLeft: () => read(current < 0 ? points.length - 1 : current - 1), Home: () => read(0), End: () => read(points.length - 1) };
  const svg = s('svg', {
    viewBox: `0 0 ${width} ${bottom + 28}`, width, height: bottom + 28, role: 'img', tabindex: 0, 'aria-labelledby': id, class: 'drawing',
    onpointermove: (event) => read(Math.floor((event.offsetX - LEFT) / wide)),
    onpointerleave: () => pointer.setAttribute('visibility', 'hidden'),
    onkeydown: (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    },
  }, s('title', { id }, t('chart.title')), pointer, minutes.grid, peak.grid, bars('minutes', minutes), bars('peak', peak), ...labels);
  return svg;
}

/** One chart's grid, and where its values are. */
function panel(top, ticks, label, width) {
  const most = ticks[ticks.length - 1];
  const base = top + HEIGHT;
  const y = (value) => base - (value / most) * HEIGHT;
  const grid = s('g', { class: 'grid', 'aria-hidden': 'true' },
    s('text', { x: LEFT, y: top - 8, class: 'name' }, label),
    ...ticks.flatMap((tick) => [
      s('path', { d: `M${LEFT} ${Math.round(y(tick)) + 0.5}H${width - RIGHT}` }),
      s('text', { x: LEFT - 8, y: y(tick) + 4, class: 'axis end' }, number(tick, { notation: 'compact' })),
    ]));
  return { grid, y, base };
}

/** Which points have their time written below, and how: of several days of hours their beginnings. @returns {Map<number, string>} */
function marksOf(points, step, most) {
  const areDays = step === 'hour' && points.length > 30;
  const candidates = points.map(({ start }, at) => ({ start, at })).filter(({ start }) => !areDays || new Date(start).getHours() === 0);
  const every = Math.max(1, Math.ceil(candidates.length / most));
  return new Map(candidates.filter((_, at) => at % every === 0).map(({ start, at }) => [at, shortName(start, areDays ? 'day' : step)]));
}

function shortName(start, step) {
  if (step === 'hour') return time(start);
  const options = step === 'month' ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(locale, /** @type {any} */ (options)).format(new Date(start));
}

function longName(start, step) {
  if (step === 'hour') return span(start, new Date(Date.parse(start) + 3_600_000));
  return step === 'day' ? date(start) : shortName(start, step);
}

function asTable(points, step) {
  const rows = points.filter((point) => point.visits || point.minutes);
  return h(
    'div.table',
    h(
      'table',
      h('caption.visually-hidden', t('chart.title')),
      h('thead', h('tr', ['chart.when', 'chart.minutes', 'chart.peak', 'chart.visits'].map((key) => h('th', { scope: 'col' }, t(key))))),
      h('tbody', rows.map((point) => h('tr', h('th', { scope: 'row' }, step === 'hour' ? dateTime(point.start) : longName(point.start, step)), h('td.number', number(Math.round(point.minutes))), h('td.number', String(point.peak)), h('td.number', String(point.visits))))),
    ),
  );
}

const LEFT = 48;
const RIGHT = 8;
const TOP = 24;
const HEIGHT = 110;
const BETWEEN = 34;
