/** The ways in: signing in, the first start, one-time links. */

import { get } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { signIn, useLink } from '../core/session.js';
import { t } from '../core/text.js';
import { busy, note } from '../parts/bits.js';
import { passwordField, showErrors, textField } from '../parts/form.js';

/** @param {() => any} then @param {string} [again] who signs in again, in a dialog that says why */
export function signInForm(then, again) {
  const login = textField('login', t('login.login'), again, { input: { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, autofocus: !again } });
  const password = passwordField('password', t('login.password'), { input: { autocomplete: 'current-password', required: true, autofocus: Boolean(again) } });
  const send = async () => {
    await signIn(login.control.value.trim(), password.control.value);
    await then();
  };
  const explain = (error) => {
    password.control.value = '';
    if (error.status === 401) return { fields: [], message: t('login.wrong') };
    if (error.status === 429) return { fields: [], message: t('login.wait', { count: Math.ceil((error.retryAfter ?? 60) / 60) }) };
    return error;
  };
  const element = form(again ? null : t('login.title'), again && h('p', t('login.again')), [login, password], t('login.go'), send, explain);
  return again ? element : h('div', element, h('p.after', t('login.forgotten')));
}

/** There is no account yet. */
export function firstStart() {
  return h(
    'div.card.pad.stack',
    h('h1', { tabindex: '-1' }, t('setup.title')),
    h('p', t('setup.text')),
    h('ol.stack.tight', h('li', t('setup.log')), h('li', t('setup.console'), h('pre.dialplan', 'conclave show web'))),
    h('p.small.muted', t('setup.why')),
    h('button.button', { type: 'button', onclick: () => location.reload() }, t('setup.again')),
  );
}

/** Somebody came by a one-time link. @param {string} token @param {() => any} then */
export async function link(token, then) {
  let found;
  try {
    found = await get('link', { token });
  } catch (error) {
    return h(
      'div.card.pad.stack',
      h('h1', { tabindex: '-1' }, t('link.dead.title')),
      h('p', error.status === 404 || error.status === 401 ? t('link.dead.text') : error.message),
      h('a.button', { href: '#/', onclick: () => setTimeout(() => location.reload()) }, t('link.dead.signin')),
    );
  }
  const isSetup = found.kind === 'setup';
  const login = textField('login', t('login.login'), found.login ?? '', {
    help: isSetup ? t('setup.loginhelp') : null,
    input: { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, readonly: !isSetup, autofocus: isSetup },
  });
  const password = passwordField('password', t('password.new'), { help: t('password.help'), input: { autocomplete: 'new-password', required: true, autofocus: !isSetup } });
  const again = passwordField('again', t('password.again'), { input: { autocomplete: 'new-password', required: true } });
  const send = async () => {
    if (password.control.value !== again.control.value) throw { fields: [{ field: 'again', message: t('password.differ') }], message: t('password.differ') };
    await useLink({ token, ...(isSetup ? { login: login.control.value.trim() } : {}), password: password.control.value });
    await then();
  };
  const lead = isSetup ? note('', t('setup.lead')) : h('p', t('link.lead'));
  return form(t(isSetup ? 'setup.first' : 'link.title'), lead, [login, password, again], t(isSetup ? 'setup.go' : 'link.go'), send);
}

function form(title, lead, fields, goes, send, explain = (error) => error) {
  const summary = h('div');
  const submit = h('button.button.primary', { type: 'submit' }, goes);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const element = h('form.form', { novalidate: true, class: title && 'card' }, title && h('h1', { tabindex: '-1' }, title), lead, summary, fields.map((field) => field.element), submit);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(submit, async () => {
      fill(summary);
      const missing = fields.filter(({ control }) => control.required && !control.value);
      const problem = { message: '', fields: missing.map(({ name }) => ({ field: name, message: t('required') })) };
      if (missing.length) return showErrors(problem, byName, summary);
      try {
        await send();
      } catch (error) {
        showErrors({ fields: [], ...explain(error), message: explain(error).message }, byName, summary);
      }
    });
  });
  return element;
}
