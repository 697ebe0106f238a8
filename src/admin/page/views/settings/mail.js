/** How mail is sent, and a test of it. */

import { get, post, put } from '../../core/api.js';
import { fill, h } from '../../core/dom.js';
import { guard } from '../../core/guard.js';
import { me } from '../../core/session.js';
import { t } from '../../core/text.js';
import { note } from '../../parts/bits.js';
import { areaField, field, numberField, numberOf, passwordField, selectField, textField } from '../../parts/form.js';
import { simpleForm } from '../../parts/simpleform.js';
import { announce, toast } from '../../parts/toast.js';

const PORTS = { none: 25, starttls: 587, tls: 465 };

/** @param {import('../../core/router.js').Place} place */
export async function openMail({ signal }) {
  let { mail } = await get('settings', {}, signal);
  const how = selectField('mail.how', t('mailset.how'), mail.how, ['off', 'smtp', 'sendmail'].map((way) => [way, t(`mailset.how.${way}`)]));
  const server = textField('mail.server', t('mailset.server'), mail.server, { input: { spellcheck: 'false' } });
  const port = numberField('mail.port', t('mailset.port'), mail.port, { optional: true });
  const security = selectField('mail.security', t('mailset.security'), mail.security, ['tls', 'starttls', 'none'].map((one) => [one, t(`mailset.security.${one}`)]));
  const user = textField('mail.user', t('mailset.user'), mail.user, { optional: true, input: { autocomplete: 'off', spellcheck: 'false' } });
  const password = passwordField('mail.password', t('mailset.password'), { optional: true, help: mail.has_password && t('mailset.password.kept'), input: { autocomplete: 'new-password' } });
  const authorities = areaField('mail.authorities', t('mailset.authorities'), mail.authorities, { optional: true, help: t('mailset.authorities.help'), input: { rows: 3, class: 'mono', spellcheck: 'false' } });
  const from = textField('mail.from', t('mailset.from'), mail.from, { help: t('mailset.from.help') });
  const link = textField('mail.base_url', t('mailset.base_url'), mail.base_url, { optional: true, help: t('mailset.base_url.help'), input: { inputmode: 'url', placeholder: new URL('.', location.href).href } });
  const changed = textField('mail.changed', t('mailset.changed'), mail.changed, { help: t('mailset.changed.help') });
  const bySmtp = h('div.form', h('div.row', server.element, security.element, port.element), h('div.row', user.element, password.element), h('details', h('summary', t('mailset.more')), authorities.element));
  const byAny = h('div.form', from.element, h('div.row', link.element, changed.element));
  const show = () => {
    bySmtp.hidden = how.control.value !== 'smtp';
    byAny.hidden = how.control.value === 'off';
    port.control.placeholder = String(PORTS[security.control.value] ?? '');
  };
  show();
  const form = simpleForm({
    title: t('mailset.title'),
    fields: [how, server, port, security, user, password, authorities, from, link, changed],
    content: h('div.form', { oninput: show }, how.element, bySmtp, byAny),
    goes: t('save'),
    send: async () => {
      const { code_length, access_numbers, currency, history_days } = await get('settings');
      const text = ({ control }) => control.value.trim();
      const wanted = {
        how: how.control.value, server: text(server), port: numberOf(port.control), security: security.control.value, user: text(user),
        authorities: text(authorities), from: text(from), base_url: text(link), changed: text(changed),
        // Without a user there is no password either; else an empty field leaves the one there is.
        ...(password.control.value || !text(user) ? { password: password.control.value } : {}),
      };
      ({ mail } = await put('settings', { code_length, access_numbers, currency, history_days, mail: wanted }));
      password.control.value = '';
      toast(t('settings.saved'));
    },
  });
  guard(form.isChanged);
  return h('div.stack', form, test(() => form.isChanged()));
}

function test(isChanged) {
  const to = field('to', t('mailset.test.to'), h('input', { type: 'email', value: me().email, required: true }));
  const outcome = h('div');
  return simpleForm({
    title: t('mailset.test'),
    lead: t('mailset.test.lead'),
    fields: [to],
    content: [to.element, outcome],
    goes: t('mailset.test.go'),
    send: async () => {
      fill(outcome, isChanged() && note('warn', t('mailset.test.unsaved')));
      try {
        const { answer } = await post('settings/mail/test', { to: to.control.value.trim() });
        fill(outcome, note('good', t('mailset.test.good', { answer })));
        announce(t('mailset.test.good', { answer }));
      } catch (error) {
        if (error.status === 422) throw error;
        fill(outcome, note('bad', h('strong', t('mailset.test.bad')), h('p', error.message)));
        announce(`${t('mailset.test.bad')} ${error.message}`, true);
      }
    },
  });
}
