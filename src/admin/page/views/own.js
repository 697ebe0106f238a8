/** One's own account, and its API tokens. */

import { get, patch, post, put, remove } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { dateTime, number, relative } from '../core/format.js';
import { renew, updateMe } from '../core/session.js';
import { t } from '../core/text.js';
import { badge, button, copyText, empty, head } from '../parts/bits.js';
import { ask, dialog } from '../parts/dialog.js';
import { checkField, field, passwordField, showErrors, textField } from '../parts/form.js';
import { icon } from '../parts/icon.js';
import { simpleForm } from '../parts/simpleform.js';
import { table } from '../parts/table.js';
import { toast } from '../parts/toast.js';

/** @type {import('../core/router.js').View[]} */
export const ownViews = [{ path: '/account', title: 'own.title', open: openOwn }];

/** @param {import('../core/router.js').Place} place */
async function openOwn({ signal }) {
  const [account, tokens] = await Promise.all([get('account', {}, signal), get('tokens', {}, signal)]);
  return h(
    'div.stack.narrow',
    head({ title: account.login, badges: h('div.badges', badge(t(`accountrole.${account.role}`), 'accent')), lead: account.cap !== null && t('own.cap', { count: number(account.cap) }) }),
    about(account),
    password(),
    tokenCard(tokens, signal),
  );
}

function about(account) {
  const email = textField('email', t('account.email'), account.email, { optional: true, input: { type: 'email', autocomplete: 'email' } });
  const active = checkField('active', t('own.active'), account.active, { help: t('own.active.help') });
  const hasConferences = account.role !== 'operator';
  return simpleForm({
    title: t('own.about'),
    fields: hasConferences ? [email, active] : [email],
    goes: t('save'),
    send: async () => {
      const wanted = { email: email.control.value.trim(), ...(hasConferences ? { active: active.control.checked } : {}) };
      if (hasConferences && account.active && !wanted.active && !(await ask({ title: t('own.inactive.title'), text: t('own.inactive.text'), yes: t('own.inactive.yes'), isDangerous: true }))) return;
      account = await patch('account', wanted);
      updateMe(account);
      toast(t('saved'));
    },
  });
}

function password() {
  const old = passwordField('old', t('own.old'), { input: { autocomplete: 'current-password', required: true } });
  const fresh = passwordField('new', t('password.new'), { help: t('password.help'), input: { autocomplete: 'new-password', required: true } });
  const again = passwordField('again', t('password.again'), { input: { autocomplete: 'new-password', required: true } });
  return simpleForm({
    title: t('own.password'),
    lead: t('own.password.lead'),
    fields: [old, fresh, again],
    goes: t('own.password.go'),
    aliases: { password: 'new' },
    send: async () => {
      if (fresh.control.value !== again.control.value) throw { fields: [{ field: 'again', message: t('password.differ') }], message: '' };
      renew(await put('account/password', { old: old.control.value, new: fresh.control.value }));
      for (const { control } of [old, fresh, again]) control.value = '';
      toast(t('own.password.done'));
    },
  });
}

function tokenCard(tokens, signal) {
  const holder = h('div');
  const refresh = async () => show(await get('tokens', {}, signal));
  const rows = table({
    label: t('tokens.title'),
    key: ({ id }) => id,
    columns: [
      { label: t('token.name'), isHead: true, cell: ({ name }) => h('strong', name) },
      { label: t('token.scopes'), cell: ({ scopes }) => h('span.badges', scopes.map((scope) => badge(t(`scope.${scope}`)))) },
      { label: t('token.used'), cell: ({ used }) => (used ? relative(used) : h('span.muted', t('never'))) },
      { label: t('token.expires'), cell: ({ expires }) => (expires ? dateTime(expires) : t('never')) },
      { label: t('column.actions'), isHidden: true, class: 'actions', cell: (token) => button('', () => drop(token), { kind: 'plain icon-only', icon: 'trash', label: t('token.delete', { name: token.name }), part: 'delete' }) },
    ],
  });
  const show = (found) => {
    rows.show(found);
    fill(holder, found.length ? rows.element : empty({ picture: 'key', title: t('tokens.empty'), text: t('tokens.empty.text') }));
  };
  const drop = async (token) => {
    const yes = await ask({ title: t('token.delete', { name: token.name }), text: t('token.delete.text'), yes: t('delete'), isDangerous: true });
    if (!yes) return;
    await remove(`tokens/${token.id}`);
    await refresh();
    toast(t('token.deleted', { name: token.name }));
  };
  show(tokens);
  return h(
    'section.card.pad.stack',
    h('div.head', h('div', h('h2', t('tokens.title')), h('p', t('tokens.lead'))), button(t('token.new'), async () => { if (await makeToken()) await refresh(); }, { icon: 'add' })),
    holder,
  );
}

const SCOPES = ['read', 'write', 'operate', 'metrics'];

/** Asks for name and scopes, makes a token, and shows it once. */
async function makeToken() {
  const name = textField('name', t('token.name'), '', { help: t('token.name.help'), input: { autofocus: true } });
  const scopes = SCOPES.map((scope) => checkField('scopes', t(`scope.${scope}`), scope === 'read', { help: t(`scope.${scope}.help`) }));
  const expires = field('expires', t('token.expires'), h('input', { type: 'date' }), { optional: true });
  const fields = new Map([['name', name], ['scopes', scopes[0]], ['expires', expires]]);
  const summary = h('div');
  const made = await dialog({ title: t('token.new') }, (close) => {
    const make = button(t('token.make'), async () => {
      const day = expires.control.value;
      try {
        const body = { name: name.control.value.trim(), scopes: SCOPES.filter((_, at) => scopes[at].control.checked), expires: day ? new Date(`${day}T23:59:59`).toISOString() : null };
        close(await post('tokens', body));
      } catch (error) {
        if (!error.fields?.length) throw error;
        showErrors(error, fields, summary);
      }
    }, { kind: 'primary' });
    return [
      summary,
      name.element,
      h('fieldset.form', h('legend', t('token.scopes')), scopes.map(({ element }) => element)),
      expires.element,
      h('footer', h('button.button', { type: 'button', onclick: () => close() }, t('cancel')), make),
    ];
  });
  if (!made) return false;
  await dialog({ title: t('token.made') }, (close) => {
    const by = h('button.button.primary', { type: 'button', autofocus: true, onclick: () => copyText(made.token, by) }, icon('copy'), t('token.copy'));
    return [h('p', t('token.once')), h('p.dialplan.mono', made.token), h('p.small.muted', t('token.how')), h('footer', h('button.button', { type: 'button', onclick: () => close() }, t('close')), by)];
  });
  return true;
}
