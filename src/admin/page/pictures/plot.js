/** A small picture of one number over time. */

import { h } from '../core/dom.js';
import { number, time } from '../core/format.js';
import { t } from '../core/text.js';
import { s } from '../parts/svg.js';

/**
 * @param {{name: string, values: (number | null)[], times: number[], kind?: 'line' | 'bars', unit?: string}} what `values` at
 *   `times` (ms since 1970); `bars` for what happens now and then
 */
export function plot({ name, values, times, kind = 'line', unit = '' }) {
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 0);
  const now = values.findLast((value) => value !== null) ?? 0;
  const says = (value) => number(value, { maximumFractionDigits: 1 }) + unit;
  const y = (value) => HEIGHT - (value / (most || 1)) * (HEIGHT - 3);
  const x = (at) => (at / Math.max(values.length - 1, 1)) * WIDTH;
  const label = t('health.plot', { name, now: says(now), most: says(most) });
  const reading = h('span.small.muted.number', kind === 'bars' ? t('health.sum', { value: says(known.reduce((sum, value) => sum + value, 0)) }) : t('health.most', { value: says(most) }));
  const before = reading.textContent;
  const svg = s('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label,
    onpointermove: (event) => {
      const at = Math.round((event.offsetX / svg.clientWidth) * (values.length - 1));
      if (values[at] != null) reading.textContent = `${time(new Date(times[at]))}: ${says(values[at])}`;
    },
    onpointerleave: () => { reading.textContent = before; },
  }, kind === 'bars' ? bars(values, x, y) : line(values, x, y));
  return h('div.small-plot', h('div', h('h3', name), h('strong.number', kind === 'bars' ? '' : says(now)), reading), svg);
}

function line(values, x, y) {
  let area = '';
  let path = '';
  let from = /** @type {number | null} */ (null);
  values.forEach((value, at) => {
    if (value !== null) path += `${from === null ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    const [first, isLast] = [from ?? at, value !== null && (values[at + 1] ?? null) === null];
    // What is not known is left out.
    if (isLast) area += `${path.slice(path.lastIndexOf('M'))}V${HEIGHT}H${x(first).toFixed(1)}z`;
    from = value === null ? null : first;
  });
  return s('g', {}, s('path', { class: 'area', d: area }), s('path', { class: 'line', d: path }));
}

function bars(values, x, y) {
  const wide = Math.max(1, WIDTH / values.length - 0.5);
  return s('path', { class: 'bars', d: values.map((value, at) => (value ? `M${x(at).toFixed(1)} ${HEIGHT}V${y(value).toFixed(1)}h${wide.toFixed(1)}V${HEIGHT}z` : '')).join('') });
}

const WIDTH = 300;
const HEIGHT = 48;
