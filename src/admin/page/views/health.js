/** How Conclave itself does: workers, directory, mails. For providers. */

import { get } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { listen } from '../core/events.js';
import { dateTime, number } from '../core/format.js';
import { hasText, t } from '../core/text.js';
import { badge, head, note } from '../parts/bits.js';
import { plot } from '../pictures/plot.js';

/** What is shown of each sample, and how; what only grows is shown as what came in between. */
const PLOTS = [
  { key: 'calls', name: 'health.calls' },
  { key: 'talking', name: 'health.talking' },
  { key: 'load', name: 'health.load', unit: ' %' },
  { key: 'late_ticks', name: 'health.late', grows: true },
  { key: 'skipped_ticks', name: 'health.skipped', grows: true },
  { key: 'concealed', name: 'health.concealed', grows: true },
];
const SPANS = [15, 60, 240, 1440];

/** @type {import('../core/router.js').View} */
export const healthView = {
  path: '/health',
  title: 'health.title',
  roles: ['provider'],
  async open({ query, signal, setQuery }) {
    let minutes = Number(query.get('minutes')) || 60;
    const plots = h('section.card.pad.stack');
    const workers = h('div.card');
    const sides = h('div.cards');
    const spans = h('select', { 'aria-label': t('health.range'), value: String(minutes), onchange: () => { minutes = Number(spans.value); setQuery({ minutes }); show(); } },
      SPANS.map((span) => h('option', { value: String(span) }, span < 60 ? t('health.minutes', { count: span }) : t('health.hours', { count: span / 60 }))));
    const show = async () => {
      const [health, samples, each, mails] = await Promise.all([
        get('health', {}, signal), get('health/history', { minutes }, signal), get('workers', {}, signal), get('mail', {}, signal)]);
      fill(plots, plotted(samples));
      fill(workers, workerTable(each));
      fill(sides, directoryCard(health.directory), mailCard(mails));
    };
    await show();
    // Now and then a look fails; the next one may not.
    const timer = setInterval(() => document.hidden || show().catch(() => {}), EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
    listen('directory', (told) => (told.mail || told.everything) && show().catch(() => {}), signal);
    return [head({ title: t('health.title'), lead: t('health.lead'), actions: spans }), plots, sides, workers];
  },
};

function plotted(samples) {
  const times = samples.map((sample) => Date.parse(sample.at));
  const made = PLOTS.filter(({ key }) => samples.some((sample) => sample[key] != null)).map(({ key, name, grows, unit }) => {
    const values = samples.map((sample, at) => {
      if (!grows) return sample[key] ?? null;
      // After a start it is counted from nothing again.
      return at === 0 ? 0 : Math.max(0, sample[key] - samples[at - 1][key]);
    });
    return plot({ name: t(name), values, times, unit, kind: grows ? 'bars' : 'line' });
  });
  return [h('h2', t('health.over')), samples.length > 1 ? h('div.plots', made) : note('', t('health.soon'))];
}

function workerTable(workers) {
  const keys = [...new Set(workers.flatMap(Object.keys))].filter((key) => key !== 'worker');
  const words = (key) => key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');
  const label = (key) => (hasText(`health.count.${key}`) ? t(`health.count.${key}`) : words(key));
  return [
    h('header', h('h2', t('health.workers'))),
    h('div.table', { tabindex: '0', role: 'region', 'aria-label': t('health.workers') }, h(
      'table',
      h('caption.visually-hidden', t('health.workers')),
      h('thead', h('tr', h('th', { scope: 'col' }, t('health.counter')), workers.map((worker, at) => h('th.end', { scope: 'col' }, t('health.worker', { number: worker.worker ?? at }))))),
      h('tbody', keys.map((key) => h('tr', h('th', { scope: 'row' }, label(key)), workers.map((worker) => h('td.number.end', typeof worker[key] === 'number' ? number(worker[key]) : String(worker[key] ?? '')))))),
    )),
  ];
}

function directoryCard(directory) {
  const facts = [
    ['health.directory.waiting', directory.waiting],
    ['health.directory.unwritten', directory.unwritten],
    ['health.directory.missing', directory.missing],
  ].filter(([, value]) => value != null);
  return h(
    'section.card.pad.stack',
    h('h2', t('health.directory'), ' ', directory.connected ? badge(t('health.directory.good'), 'good', { dot: true }) : badge(t('health.directory.bad'), 'bad', { dot: true })),
    directory.trouble && note('bad', directory.trouble),
    h('dl.facts', facts.map(([key, value]) => [h('dt', t(key)), h('dd.number', number(value))])),
  );
}

function mailCard(mails) {
  const failed = mails.filter((mail) => mail.failed || (mail.error && !mail.sent));
  return h(
    'section.card.pad.stack',
    h('h2', t('health.mail')),
    failed.length === 0 && h('p.muted', t('health.mail.good')),
    failed.length > 0 && [
      h('p', t('health.mail.bad', { count: failed.length })),
      h('ul.stack.tight', failed.slice(0, MOST_MAILS).map((mail) => h('li', h('strong', mail.recipient), ' ', h('span.small.muted', dateTime(mail.failed ?? mail.created)), h('p.small', mail.error)))),
      h('a', { href: '#/settings/mail' }, t('health.mail.settings')),
    ],
  );
}

const EVERY_MS = 10_000;
const MOST_MAILS = 5;
