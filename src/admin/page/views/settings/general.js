/** Access numbers, codes, charges, how long the history is kept. */

import { get, put } from '../../core/api.js';
import { fill, h } from '../../core/dom.js';
import { guard } from '../../core/guard.js';
import { t } from '../../core/text.js';
import { numberField, numberOf, textField } from '../../parts/form.js';
import { icon } from '../../parts/icon.js';
import { simpleForm } from '../../parts/simpleform.js';
import { toast } from '../../parts/toast.js';

/** @param {import('../../core/router.js').Place} place */
export async function openGeneral({ signal }) {
  let settings = await get('settings', {}, signal);
  const fields = [];
  const numbers = numberList(settings.access_numbers, fields);
  const length = numberField('code_length', t('settings.codes'), settings.code_length, { help: t('settings.codes.help'), unit: t('settings.digits') });
  const code = textField('currency.code', t('settings.currency'), settings.currency.code, { help: t('settings.currency.help'), input: { maxlength: 3, autocapitalize: 'characters' } });
  const decimals = numberField('currency.decimals', t('settings.decimals'), settings.currency.decimals, { help: t('settings.decimals.help') });
  const days = numberField('history_days', t('settings.history'), settings.history_days, { optional: true, help: t('settings.history.help'), unit: t('settings.days') });
  fields.push(length, code, decimals, days);
  const form = simpleForm({
    fields,
    content: [
      h('h2', t('settings.numbers')),
      h('p.muted', t('settings.numbers.lead')),
      numbers.element,
      h('hr'),
      h('h2', t('settings.other')),
      h('div.row', length.element, days.element),
      h('div.row', code.element, decimals.element),
    ],
    goes: t('save'),
    send: async () => {
      const body = {
        code_length: numberOf(length.control), access_numbers: numbers.value(), history_days: numberOf(days.control),
        currency: { code: code.control.value.trim().toUpperCase(), decimals: numberOf(decimals.control) },
      };
      settings = await put('settings', body);
      numbers.accept();
      toast(t('settings.saved'));
    },
  });
  guard(() => form.isChanged() || numbers.isChanged());
  return form;
}

/** Rows of numbers, each with what invitations say of it; `fields` always holds those that are there. */
function numberList(given, fields) {
  let rows = [];
  const body = h('div.form');
  const dialplan = h('div', { hidden: true }, h('p.small.muted', t('settings.dialplan')), h('pre.dialplan'));
  const show = () => {
    rows.forEach((row, at) => {
      row.number.name = `access_numbers[${at}].number`;
      row.dialIn.name = `access_numbers[${at}].dial_in`;
    });
    if (!rows.length) fill(body, h('p.muted', t('settings.numbers.none')));
    else fill(body, rows.map(({ element }) => element));
    lines();
  };
  const lines = () => {
    const typed = rows.map(({ number }) => number.control.value.trim()).filter(Boolean);
    dialplan.hidden = !typed.length;
    dialplan.querySelector('pre').textContent = typed.map((number) => `exten => ${number},1,Conclave(\${EXTEN})`).join('\n');
  };
  const make = ({ number, dial_in: text }) => {
    const row = {
      number: textField('number', t('settings.number'), number, { input: { inputmode: 'tel' } }),
      dialIn: textField('dial_in', t('settings.dialin'), text, { optional: true, input: { placeholder: t('settings.dialin.help') } }),
    };
    const off = h('button.button.plain.icon-only', {
      type: 'button', title: t('settings.number.remove', { number: number || t('settings.number.empty') }), 'aria-label': t('settings.number.remove', { number: number || t('settings.number.empty') }),
      onclick: () => {
        rows = rows.filter((one) => one !== row);
        for (const field of [row.number, row.dialIn]) fields.splice(fields.indexOf(field), 1);
        show();
        add.focus();
      },
    }, icon('trash'));
    row.element = h('div.accessnumber', row.number.element, row.dialIn.element, off);
    rows.push(row);
    fields.push(row.number, row.dialIn);
    return row;
  };
  const add = h('button.button', { type: 'button', onclick: () => { const row = make({ number: '', dial_in: '' }); show(); row.number.control.focus(); } }, icon('add'), t('settings.number.add'));
  given.forEach(make);
  show();
  const value = () => rows.map(({ number, dialIn }) => ({ number: number.control.value.trim(), dial_in: dialIn.control.value.trim() }));
  let saved = JSON.stringify(value());
  return {
    element: h('div.stack', { oninput: lines }, body, h('div', add), dialplan),
    value,
    isChanged: () => JSON.stringify(value()) !== saved,
    accept: () => { saved = JSON.stringify(value()); },
  };
}
