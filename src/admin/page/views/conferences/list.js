/** The list of conferences. */

import { get, url } from '../../core/api.js';
import { debounce, fill, h } from '../../core/dom.js';
import { is } from '../../core/session.js';
import { rich, t } from '../../core/text.js';
import { empty, head, menu, secret, tabs } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';
import { list } from '../../parts/list.js';
import { table } from '../../parts/table.js';
import { badges, deeds, nameOf, when } from './parts.js';

const LISTS = ['current', 'future', 'permanent', 'past'];
const KINDS = ['scheduled', 'meeting', 'dynamic', 'local'];

/** @param {import('../../core/router.js').Place} place */
export async function openList({ query, signal, setQuery }) {
  const filter = {
    list: query.get('list') ?? '',
    q: query.get('q') ?? '',
    kind: query.get('kind') ?? '',
    owner: query.get('owner') ?? '',
    tag: query.get('tag') ?? '',
  };
  const accounts = is('owner') ? [] : await get('accounts', { names: 1 }, signal);
  const mayChange = is('provider', 'owner');

  const tabRow = h('div');
  const showTabs = (counts) => fill(tabRow, tabs(
    ['', ...LISTS].map((name) => ({
      href: `#/conferences?${new URLSearchParams(Object.entries({ ...filter, list: name }).filter(([, value]) => value))}`,
      label: t(`list.${name || 'all'}`),
      count: counts && (name ? counts[name] : LISTS.reduce((sum, one) => sum + counts[one], 0)),
      isCurrent: filter.list === name,
    })),
    t('list.label'),
  ));
  showTabs(null);

  const rows = table({ label: t('conferences.title'), key: (one) => one.id ?? `room ${one.number}`, columns: columns(mayChange, () => items.refresh()) });
  const items = list({
    element: rows.element,
    show: rows.show,
    load: async (skip, limit) => {
      const { conferences, total, counts } = await get('conferences', { ...filter, skip, limit }, signal);
      keepFocus(tabRow, () => showTabs(counts));
      return { items: conferences, total };
    },
    empty: (isFiltered) => (isFiltered ? nothingFound() : nothingYet(mayChange)),
    isFiltered: () => Object.values(filter).some(Boolean),
    says: (count) => t('conferences.found', { count }),
    signal,
  });
  items.follow('directory', 'room', 'closed', 'resumed');

  const changed = () => {
    setQuery(filter);
    items.filtered();
  };
  return [
    head({ title: t('conferences.title'), actions: mayChange && headActions(filter) }),
    h('div.stack', tabRow, filters(filter, accounts, changed), items.element),
  ];
}

function headActions(filter) {
  const exported = (format) => url('conferences/export', { ...filter, format });
  return [
    menu(t('conferences.more'), [
      { label: t('import.title'), icon: 'upload', href: '#/conferences/import' },
      { label: t('export.csv'), icon: 'download', href: exported('csv') },
      { label: t('export.json'), icon: 'download', href: exported('json') },
    ], { content: t('conferences.more'), kind: '' }),
    h('a.button.primary', { href: '#/conferences/new' }, icon('add'), t('conference.new')),
  ];
}

function filters(filter, accounts, changed) {
  const typed = debounce(changed, 250);
  const search = h('input', {
    type: 'search', value: filter.q, placeholder: t('filter.search'), 'aria-label': t('filter.search'), autocomplete: 'off',
    oninput: ({ target }) => { filter.q = target.value.trim(); typed(); },
  });
  const tag = h('input', {
    type: 'search', value: filter.tag, placeholder: t('filter.tag'), 'aria-label': t('filter.tag'), autocomplete: 'off',
    oninput: ({ target }) => { filter.tag = target.value.trim(); typed(); },
  });
  const choose = (name, all, choices) => h(
    'select',
    { value: filter[name], 'aria-label': t(`filter.${name}`), onchange: ({ target }) => { filter[name] = target.value; changed(); } },
    h('option', { value: '' }, all),
    choices.map(([value, text]) => h('option', { value: String(value) }, text)),
  );
  return h(
    'div.filters',
    { role: 'search', 'aria-label': t('filter.label') },
    h('div.search', icon('search'), search),
    choose('kind', t('filter.kind.all'), KINDS.map((kind) => [kind, t(`kind.${kind}`)])),
    accounts.length > 1 && choose('owner', t('filter.owner.all'), accounts.map(({ id, login }) => [id, login])),
    tag,
  );
}

function columns(mayChange, refresh) {
  const link = (one) => (one.id === null ? h('strong', nameOf(one)) : h('a.name', { href: `#/conferences/${one.id}`, data: { part: 'name' } }, nameOf(one)));
  const under = (one) => [t(`kind.${one.kind}`), one.tag && one.tag !== one.name && one.tag, is('provider', 'operator') && one.owner_login].filter(Boolean).join(' · ');
  return [
    { label: t('column.name'), isHead: true, class: 'wide', cell: (one) => [link(one), h('span.under', under(one)), badgeRow(one)] },
    { label: t('column.when'), cell: when },
    { label: t('column.number'), class: 'number', cell: (one) => one.extension ?? (one.codes !== undefined || !mayChange ? h('span.muted.nowrap', t('number.bycode')) : null) },
    mayChange && { label: t('column.codes'), class: 'codes', cell: codes },
    mayChange && { label: t('column.actions'), isHidden: true, class: 'actions', cell: (one) => one.id !== null && menu(t('conference.actions', { name: nameOf(one) }), deeds(one, refresh)) },
  ].filter(Boolean);
}

function badgeRow(one) {
  const found = badges(one).filter(Boolean);
  return found.length > 0 && h('span.badges', found);
}

function codes({ codes: pair, pin }) {
  if (!pair) return pin ? h('div.code', h('span.muted.small', t('code.pin')), secret(pin, t('code.pin'), { part: 'pin' })) : null;
  return [
    h('div.code', h('span.muted.small', t('code.leader')), secret(pair.leader, t('code.leader'), { part: 'leader' })),
    h('div.code', h('span.muted.small', t('code.participant')), secret(pair.participant, t('code.participant'), { part: 'participant' })),
  ];
}

function nothingFound() {
  return empty({ picture: 'search', title: t('conferences.nomatch'), text: t('conferences.nomatch.text'), actions: h('a.button', { href: '#/conferences' }, t('conferences.all')) });
}

function nothingYet(mayChange) {
  return h('div.card', empty({
    picture: 'calendar',
    title: t('conferences.empty'),
    text: t(mayChange ? 'conferences.empty.text' : 'conferences.empty.operator'),
    actions: mayChange && [
      h('a.button.primary', { href: '#/conferences/new' }, icon('add'), t('conference.first')),
      h('a.button', { href: '#/conferences/import' }, icon('upload'), t('import.title')),
    ],
    more: is('provider') && h('div.stack.tight', h('p', rich('dialplan.text', { settings: h('a', { href: '#/settings' }, t('dialplan.settings')) })), h('pre', DIALPLAN)),
  }));
}

function keepFocus(holder, change) {
  const href = holder.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null;
  change();
  if (href) holder.querySelector(`[href="${CSS.escape(href)}"]`)?.focus();
}

const DIALPLAN = 'exten => _80XX,1,Conclave(${EXTEN})';
