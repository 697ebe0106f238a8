/** Accounts: for the provider. */

import { get, post, put, remove } from '../core/api.js';
import { h } from '../core/dom.js';
import { guard } from '../core/guard.js';
import { dateTime, money, number } from '../core/format.js';
import { go } from '../core/router.js';
import { me } from '../core/session.js';
import { t } from '../core/text.js';
import { badge, button, copyText, empty, head, menu } from '../parts/bits.js';
import { ask, dialog } from '../parts/dialog.js';
import { checkField, numberField, numberOf, selectField, textField } from '../parts/form.js';
import { icon } from '../parts/icon.js';
import { list } from '../parts/list.js';
import { readAmount, writeAmount } from '../parts/money.js';
import { simpleForm } from '../parts/simpleform.js';
import { table } from '../parts/table.js';
import { toast } from '../parts/toast.js';

const roles = ['provider'];
const section = '/accounts';

/** @type {import('../core/router.js').View[]} */
export const accountViews = [
  { path: section, title: 'accounts.title', roles, open: openAccounts },
  { path: `${section}/new`, title: 'account.new', roles, section, open: openAccount },
  { path: `${section}/:id`, title: 'accounts.title', roles, section, open: openAccount },
];

/** @param {import('../core/router.js').Place} place */
async function openAccounts({ signal }) {
  const { currency } = await get('settings', {}, signal);
  const rows = table({
    label: t('accounts.title'),
    key: ({ id }) => id,
    columns: [
      { label: t('account.login'), isHead: true, cell: (one) => [h('a.name', { href: `#/accounts/${one.id}`, data: { part: 'name' } }, one.login), h('span.under', one.email)] },
      { label: t('account.role'), cell: ({ role }) => t(`accountrole.${role}`) },
      { label: t('account.state'), cell: state },
      { label: t('account.cap'), class: 'number', cell: ({ cap }) => (cap === null ? t('account.nocap') : number(cap)) },
      { label: t('account.rate'), class: 'number', cell: ({ rate }) => (rate ? t('account.perminute', { price: money(rate, currency) }) : '–') },
      { label: t('column.actions'), isHidden: true, class: 'actions', cell: (one) => menu(t('conference.actions', { name: one.login }), deeds(one)) },
    ],
  });
  const items = list({
    element: rows.element,
    show: rows.show,
    load: async () => {
      const accounts = await get('accounts', {}, signal);
      return { items: accounts, total: accounts.length };
    },
    empty: () => empty({ picture: 'people', title: t('accounts.title') }),
    says: (count) => t('accounts.found', { count }),
    signal,
  });
  items.follow('directory', 'resumed');
  const deeds = (one) => [
    { label: t('edit'), icon: 'edit', href: `#/accounts/${one.id}` },
    { label: t('account.conferences'), icon: 'calendar', href: `#/conferences?owner=${one.id}` },
    { label: t('account.history'), icon: 'history', href: `#/history?account=${one.id}` },
    { label: t('account.link'), icon: 'link', run: () => giveLink(one) },
    one.id !== me().id && { label: t('delete'), icon: 'trash', isDangerous: true, run: async () => { if (await deleteAccount(one)) items.refresh(); } },
  ];
  return [
    head({ title: t('accounts.title'), lead: t('accounts.lead'), actions: h('a.button.primary', { href: '#/accounts/new' }, icon('add'), t('account.new')) }),
    items.element,
  ];
}

function state({ enabled, active, has_password: hasPassword }) {
  if (!enabled) return badge(t('account.disabled'), 'bad');
  if (!active) return badge(t('account.inactive'), 'warn');
  return hasPassword ? badge(t('account.enabled'), 'good') : badge(t('account.nopassword'), 'warn');
}

/** @param {import('../core/router.js').Place} place */
async function openAccount({ params, signal, setTitle }) {
  const isNew = !params.id;
  const blank = { login: '', role: 'owner', enabled: true, active: true, cap: null, rate: 0, email: '' };
  const [{ currency }, account] = await Promise.all([get('settings', {}, signal), isNew ? blank : get(`accounts/${params.id}`, {}, signal)]);
  const isMe = account.id === me().id;
  if (!isNew) setTitle(account.login);
  const login = textField('login', t('account.login'), account.login, { help: t('account.login.help'), input: { required: true, autocapitalize: 'none', spellcheck: 'false', autofocus: isNew } });
  const role = selectField('role', t('account.role'), account.role, ['provider', 'owner', 'operator'].map((name) => [name, t(`accountrole.${name}.help`)]), { input: { disabled: isMe }, help: isMe && t('account.role.own') });
  const email = textField('email', t('account.email'), account.email, { optional: true, input: { type: 'email' } });
  const cap = numberField('cap', t('account.cap'), account.cap, { optional: true, help: t('account.cap.help') });
  const rate = textField('rate', t('account.rate'), writeAmount(account.rate, currency), { help: t('account.rate.help'), unit: t('account.rate.unit', { currency: currency.code }), input: { inputmode: 'decimal' } });
  const enabled = checkField('enabled', t('account.enabled.label'), account.enabled, { help: t('account.enabled.help'), input: { disabled: isMe } });
  const form = simpleForm({
    fields: [login, role, email, cap, rate, enabled],
    content: [h('div.row', login.element, role.element), email.element, h('div.row', cap.element, rate.element), enabled.element],
    goes: t(isNew ? 'form.create' : 'save'),
    more: h('a.button', { href: '#/accounts' }, t('cancel')),
    send: async () => {
      const body = {
        login: login.control.value.trim(), role: role.control.value, email: email.control.value.trim(), cap: numberOf(cap.control),
        rate: readAmount(rate.control.value, currency), enabled: enabled.control.checked, active: account.active,
      };
      const saved = isNew ? await post('accounts', body) : await put(`accounts/${account.id}`, { ...body, version: account.version });
      guard(() => false);
      toast(t(isNew ? 'account.created' : 'account.saved', { login: saved.login }));
      if (isNew) await giveLink(saved);
      go('/accounts');
    },
  });
  guard(form.isChanged);
  return h(
    'div.stack.narrow',
    head({
      title: isNew ? t('account.new') : account.login,
      back: { href: '#/accounts', label: t('accounts.title') },
      badges: !isNew && h('div.badges', state(account)),
      actions: !isNew && [
        button(t('account.link'), () => giveLink(account), { icon: 'link' }),
        !isMe && button(t('delete'), async () => { if (await deleteAccount(account)) go('/accounts'); }, { icon: 'trash', kind: 'danger' }),
      ],
    }),
    form,
  );
}

/** Shows a link with which its owner chooses a password. @param {{id: number, login: string}} account */
async function giveLink({ id, login }) {
  const { url, expires } = await post(`accounts/${id}/link`);
  await dialog({ title: t('account.link.title', { login }) }, (close) => {
    const by = h('button.button.primary', { type: 'button', autofocus: true, onclick: () => copyText(url, by) }, icon('copy'), t('account.link.copy'));
    return [
      h('p', t('account.link.text')),
      h('p.dialplan.mono', url),
      h('p.muted', t('account.link.until', { when: dateTime(expires) })),
      h('footer', h('button.button', { type: 'button', onclick: () => close() }, t('close')), by),
    ];
  });
}

async function deleteAccount({ id, login }) {
  const yes = await ask({ title: t('account.delete.title', { login }), text: t('account.delete.text'), yes: t('delete'), isDangerous: true });
  if (!yes) return false;
  await remove(`accounts/${id}`);
  toast(t('account.deleted', { login }));
  return true;
}
