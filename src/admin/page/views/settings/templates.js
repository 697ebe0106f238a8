/** What mails say. */

import { get, put } from '../../core/api.js';
import { debounce, fill, h } from '../../core/dom.js';
import { guard } from '../../core/guard.js';
import { t } from '../../core/text.js';
import { areaField, textField } from '../../parts/form.js';
import { simpleForm } from '../../parts/simpleform.js';
import { toast } from '../../parts/toast.js';

const NAMES = ['administrator', 'guest', 'cancelled'];

/** @param {import('../../core/router.js').Place} place */
export async function openTemplates({ signal }) {
  const { templates, placeholders } = await get('settings', {}, signal);
  const forms = NAMES.map((name) => editor(name, templates, placeholders));
  guard(() => forms.some((form) => form.isChanged()));
  return h('div.stack', h('p.muted', t('template.lead')), forms);
}

function editor(name, templates, placeholders) {
  const subject = textField(`templates.${name}.subject`, t('template.subject'), templates[name].subject);
  const body = areaField(`templates.${name}.body`, t('template.body'), templates[name].body, { input: { rows: 12, spellcheck: 'true' } });
  const shown = h('div.preview');
  const preview = () => fill(shown, h('p', h('strong', filled(subject.control.value))), h('pre', filled(body.control.value)));
  let last = body.control;
  for (const { control } of [subject, body]) control.addEventListener('focus', () => { last = control; });
  const insert = (word) => {
    last.setRangeText(`{${word}}`, last.selectionStart, last.selectionEnd, 'end');
    last.dispatchEvent(new Event('input', { bubbles: true }));
    last.focus();
  };
  // The leader code is for whoever leads the conference; the server refuses it elsewhere.
  const fitting = placeholders.filter((one) => name === 'administrator' || one.name !== 'leader_code');
  const chips = fitting.map((one) => h('button.button.small', { type: 'button', title: one.means, 'aria-label': t('template.insert', { name: one.name, means: one.means }), onclick: () => insert(one.name) }, `{${one.name}}`));
  const form = simpleForm({
    fields: [subject, body],
    content: h(
      'div.beside-preview',
      { oninput: debounce(preview, 120) },
      h('div.form', subject.element, body.element, h('details', h('summary', t('template.placeholders')), h('div.buttons', chips))),
      h('section', { 'aria-label': `${t('template.preview')}: ${t(`template.${name}`)}` }, h('h3', t('template.preview')), h('p.small.muted', t('template.preview.lead')), shown),
    ),
    goes: t('save'),
    send: async () => {
      const { code_length, access_numbers, currency, history_days, templates: now } = await get('settings');
      const wanted = { ...now, [name]: { subject: subject.control.value, body: body.control.value } };
      const saved = await put('settings', { code_length, access_numbers, currency, history_days, templates: wanted });
      subject.control.value = saved.templates[name].subject;
      body.control.value = saved.templates[name].body;
      preview();
      toast(t('template.saved'));
    },
  });
  preview();
  const box = h('details.unfold', { open: name === 'administrator' }, h('summary', h('h2', t(`template.${name}`))), h('div.inside', form));
  form.classList.remove('card', 'pad');
  return Object.assign(h('div.unfolds', box), { isChanged: form.isChanged });
}

/** A text with the values of an example; as the server does it, a line whose values are all empty is left out. */
function filled(text) {
  const lines = text.split('\n').map((line) => {
    const names = [...line.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    if (names.length && names.every((name) => EXAMPLE()[name] === '')) return null;
    const indent = /^ */.exec(line)?.[0] ?? '';
    const value = (whole, name) => EXAMPLE()[name]?.replaceAll('\n', `\n${indent}`) ?? whole;
    return line.replace(/\{(\w+)\}/g, value).replaceAll('{{', '{').replaceAll('}}', '}');
  });
  return lines.filter((line) => line !== null).join('\n').replace(/\n{3,}/g, '\n\n');
}

const EXAMPLE = () => ({
  name: t('example.name'), tag: 'BOARD', description: t('example.description'), start: t('example.start'), date: '2026-12-01', time: '10:00',
  zone: 'Europe/Berlin', duration: t('example.duration'), repeats: t('example.repeats'), expires: '', dial_in: '+49 30 1234 5678 (Berlin)\n+44 20 7946 0000 (London)',
  pin: '', participant_code: '48291375', leader_code: '73016482', menu: t('example.menu'), administrator: 'chair@example.org', link: new URL('#/conferences/7', location.href).href,
});
