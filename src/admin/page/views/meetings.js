/** Conferences that were held: how many minutes and callers over time, and each of them with a way to its timeline. */

import { get, url } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { minutes, number, ownZone, span } from '../core/format.js';
import { t } from '../core/text.js';
import { empty, failed, head, tabs, waiting } from '../parts/bits.js';
import { icon } from '../parts/icon.js';
import { chart } from '../pictures/chart.js';

/** How long a time is looked at, and in which pieces. */
const SPANS = [
  { name: 'day', days: 1, step: 'hour' },
  { name: 'week', days: 7, step: 'hour' },
  { name: 'month', days: 30, step: 'day' },
  { name: 'year', days: 365, step: 'month' },
];

/** The parts of the history. @param {'calls' | 'meetings'} current */
export function historyTabs(current) {
  return tabs([
    { href: '#/history', label: t('history.tab.calls'), isCurrent: current === 'calls' },
    { href: '#/history/meetings', label: t('history.tab.meetings'), isCurrent: current === 'meetings' },
  ], t('nav.history'));
}

/** @type {import('../core/router.js').View} */
export const meetingsView = {
  path: '/history/meetings',
  title: 'meetings.title',
  section: '/history',
  open({ query, signal, setQuery }) {
    let chosen = SPANS.find(({ name }) => name === query.get('time')) ?? SPANS[1];
    const use = h('section.card.pad', { 'aria-label': t('chart.title') });
    const list = h('section', { 'aria-label': t('meetings.title') });
    const download = h('a.button', icon('download'), t('meetings.download'));
    const show = async () => {
      const to = new Date();
      const from = new Date(to.getTime() - chosen.days * DAY_MS);
      const asked = { from: from.toISOString(), to: to.toISOString() };
      download.href = url('history/export', { format: 'csv', ...asked });
      fill(use, waiting());
      try {
        const [{ points }, meetings] = await Promise.all([
          get('history/chart', { from: asked.from, to: new Date(to.getTime() + STEP_MS[chosen.step]).toISOString(), step: chosen.step, zone: ownZone }, signal), get('history/meetings', asked, signal)]);
        fill(use, chart(points, /** @type {any} */ (chosen.step)));
        fill(list, meetings.length ? meetingTable(meetings) : empty({ picture: 'history', title: t('meetings.none'), text: t('meetings.none.text') }));
      } catch (error) {
        if (error.name !== 'AbortError') fill(use, failed(error, show));
      }
    };
    const time = h('select', { 'aria-label': t('meetings.time'), value: chosen.name, onchange: () => {
      chosen = SPANS.find(({ name }) => name === time.value) ?? SPANS[1];
      setQuery({ time: chosen.name });
      show();
    } }, SPANS.map(({ name }) => h('option', { value: name }, t(`meetings.time.${name}`))));
    show();
    return [head({ title: t('meetings.title'), lead: t('meetings.lead'), actions: [h('div', time), download] }), historyTabs('meetings'), use, list];
  },
};

function meetingTable(meetings) {
  const columns = ['meetings.name', 'meetings.when', 'meetings.lasted', 'meetings.visits', 'meetings.peak'];
  const row = ({ number: room, name, began, ended, visits, peak }) => {
    const until = ended ?? new Date().toISOString();
    const to = `#/timeline?${new URLSearchParams({ number: room, name: name || room, from: began, to: until })}`;
    return h(
      'tr',
      h('th', { scope: 'row' }, h('a', { href: to }, name || room), name && h('span.under', room)),
      h('td', { data: { label: t('meetings.when') } }, span(began, until)),
      h('td.number', { data: { label: t('meetings.lasted') } }, minutes(Math.max(1, Math.round((Date.parse(until) - Date.parse(began)) / 60_000)))),
      h('td.number', { data: { label: t('meetings.visits') } }, number(visits)),
      h('td.number', { data: { label: t('meetings.peak') } }, number(peak)),
    );
  };
  return h(
    'div.table.folds.card',
    h(
      'table',
      h('caption.visually-hidden', t('meetings.title')),
      h('thead', h('tr', columns.map((key) => h('th', { scope: 'col' }, t(key))))),
      h('tbody', meetings.map(row)),
    ),
  );
}

const DAY_MS = 86_400_000;
/** The chart ends with the step before its end; the present one is to be in it. */
const STEP_MS = { hour: 3_600_000, day: DAY_MS, month: 28 * DAY_MS };
