/** Who came: the list of visits, what they come to, and the file of it. */

import { get, url } from '../core/api.js';
import { debounce, fill, h } from '../core/dom.js';
import { clock, dateTime, exactTime, localOf, money, momentOf, number, ownZone } from '../core/format.js';
import { is } from '../core/session.js';
import { hasText, t } from '../core/text.js';
import { badge, empty, head } from '../parts/bits.js';
import { icon } from '../parts/icon.js';
import { list } from '../parts/list.js';
import { table } from '../parts/table.js';
import { historyTabs } from './meetings.js';

/** @type {import('../core/router.js').View[]} */
export const historyViews = [{ path: '/history', title: 'history.title', open: openHistory }];

const FIELDS = ['from', 'to', 'tag', 'account', 'conference', 'room'];

/** What the address says of the filter; days are the reader's. @param {URLSearchParams} query @returns {Record<string, string>} */
function readFilter(query) {
  return Object.fromEntries(FIELDS.map((name) => [name, query.get(name) ?? '']));
}

/** The same for the API: days as moments, the last day included. @param {Record<string, string>} filter */
function apiFilter({ from, to, ...rest }) {
  const next = (day) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const begin = (day) => momentOf(`${day}T00:00`, ownZone).toISOString();
  return { ...rest, from: from && begin(from), to: to && begin(next(to)) };
}

/** @param {import('../core/router.js').Place} place */
async function openHistory({ query, signal, setQuery }) {
  const filter = readFilter(query);
  const [accounts, currency] = await Promise.all([is('provider') ? get('accounts', {}, signal) : [], currencyOf(signal)]);
  const hasCosts = is('provider', 'owner');

  const sums = h('dl.figures');
  const download = h('a.button', { download: '' }, icon('download'), t('history.download'));
  const visits = table({ label: t('history.visits'), key: ({ id, node }) => `${node} ${id}`, columns: columns(hasCosts && currency) });
  const items = list({
    element: visits.element,
    show: visits.show,
    load: async (skip, limit) => {
      const { visits: found, total, totals } = await get('history', { ...apiFilter(filter), skip, limit }, signal);
      showTotals(sums, totals, hasCosts && currency);
      return { items: found, total };
    },
    empty: (isFiltered) => (isFiltered
      ? empty({ picture: 'search', title: t('history.nomatch'), text: t('history.nomatch.text') })
      : h('div.card', empty({ picture: 'history', title: t('history.empty'), text: t('history.empty.text') }))),
    isFiltered: () => FIELDS.some((name) => filter[name]),
    says: (count) => t('history.found', { count }),
    signal,
  });
  items.follow('closed', 'resumed');
  const link = () => {
    download.href = url('history/export', { ...apiFilter(filter), format: 'csv' });
  };
  link();
  const changed = () => {
    setQuery(filter);
    link();
    items.filtered();
  };
  return [
    head({ title: t('history.title'), actions: download }),
    historyTabs('calls'),
    historyFilter(filter, accounts, changed),
    sums,
    items.element,
  ];
}

/** The filter above the list. @param {Record<string, string>} filter is written into @param {{id: number, login: string}[]} accounts @param {() => void} changed */
function historyFilter(filter, accounts, changed) {
  const typed = debounce(changed, 350);
  const input = (name, type) => h('label.field', h('span.label', t(`history.${name}`)), h('input', {
    type, value: filter[name], autocomplete: 'off', name,
    oninput: ({ target }) => { filter[name] = target.value.trim(); period.value = presentPeriod(filter); typed(); },
  }));
  const [from, to] = ['from', 'to'].map((name) => input(name, 'date'));
  const period = h(
    'select',
    { 'aria-label': t('history.period'), value: presentPeriod(filter), onchange: ({ target }) => choose(target.value) },
    [...PERIODS, 'own'].map((value) => h('option', { value }, t(`period.${value}`))),
  );
  const choose = (value) => {
    if (value === 'own') return from.querySelector('input').focus();
    [filter.from, filter.to] = periodOf(value);
    from.querySelector('input').value = filter.from;
    to.querySelector('input').value = filter.to;
    changed();
  };
  const account = accounts.length > 1 && h('label.field', h('span.label', t('history.account')), h(
    'select',
    { value: filter.account, onchange: ({ target }) => { filter.account = target.value; changed(); } },
    h('option', { value: '' }, t('filter.owner.all')),
    accounts.map(({ id, login }) => h('option', { value: String(id) }, login)),
  ));
  const only = filter.conference && h('p.only', badge(t('history.only'), 'accent'), ' ', h('a', { href: `#/conferences/${filter.conference}` }, t('history.only.show')), ' · ', h('a', { href: `#/history${queryOf({ ...filter, conference: '' })}` }, t('history.only.all')));
  return h('div.stack.tight', only, h('div.filters', { role: 'search', 'aria-label': t('filter.label') }, h('label.field', h('span.label', t('history.period')), period), from, to, input('tag', 'search'), account));
}

const PERIODS = ['any', 'today', 'week', 'month', 'lastmonth'];

/** What the days of the filter are called. */
function presentPeriod({ from, to }) {
  return PERIODS.find((name) => periodOf(name).join() === [from, to].join()) ?? 'own';
}

/** The first and last day of a period, in the reader's zone. */
function periodOf(name) {
  if (name === 'any') return ['', ''];
  const today = localOf(new Date(), ownZone).slice(0, 10);
  const at = new Date(`${today}T00:00:00Z`);
  const text = (date) => date.toISOString().slice(0, 10);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  if (name === 'today') return [today, today];
  if (name === 'week') return [text(new Date(Date.UTC(year, month, day - 6))), today];
  if (name === 'month') return [text(new Date(Date.UTC(year, month, 1))), today];
  return [text(new Date(Date.UTC(year, month - 1, 1))), text(new Date(Date.UTC(year, month, 0)))];
}

function columns(currency) {
  return [
    { label: t('history.who'), isHead: true, cell: (visit) => [h('span.who', visit.caller_name || visit.caller_number || t('history.unknown')), visit.caller_name && h('span.under.number', visit.caller_number)] },
    { label: t('history.where'), cell: conference },
    { label: t('history.came'), class: 'number nowrap', cell: ({ came }) => h('time', { datetime: came, title: exactTime(came) }, dateTime(came)) },
    { label: t('history.stay'), class: 'number', cell: ({ went, role, seconds }) => (went ? (role ? clock(seconds) : '–') : badge(t('history.there'), 'good', { dot: true })) },
    { label: t('history.role'), cell: ({ role }) => (role ? t(`role.${role}`) : badge(t('history.refused'), 'warn')) },
    { label: t('history.result'), cell: result },
    currency && { label: t('history.cost'), class: 'number end', cell: ({ cost, role }) => (role ? money(cost, currency) : '') },
  ].filter(Boolean);
}

function conference({ conference: id, number: dialled, tag, account_login: login }) {
  const name = tag || dialled;
  return [
    id ? h('a', { href: `#/conferences/${id}`, data: { part: 'conference' } }, name) : name,
    h('span.under', [tag && dialled, is('provider') && login].filter(Boolean).join(' · ')),
  ];
}

function result({ result: word }) {
  if (!word) return null;
  return hasText(`result.${word}`) ? t(`result.${word}`) : word;
}

function showTotals(holder, totals, currency) {
  const figure = (label, value) => h('div', h('dt', t(label)), h('dd', value));
  fill(
    holder,
    figure('totals.visits', number(totals.visits)),
    figure('totals.refused', number(totals.refused)),
    figure('totals.minutes', number(Math.round(totals.seconds / 60))),
    currency && figure('totals.cost', money(totals.cost, currency)),
  );
}

/** @returns {Promise<{code: string, decimals: number} | null>} */
async function currencyOf(signal) {
  if (!is('provider', 'owner')) return null;
  return (await get('settings', {}, signal)).currency;
}

function queryOf(filter) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
  return query && `?${query}`;
}
