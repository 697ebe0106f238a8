/** What is asked before something is done in a room. Each answers with what it takes, `undefined` if nothing is to be done. */

import { h } from '../../core/dom.js';
import { t } from '../../core/text.js';
import { dialog } from '../../parts/dialog.js';
import { checkField, selectField, textField } from '../../parts/form.js';
import { nameOf, rooms, titleOf } from '../../core/rooms.js';

/**
 * A dialog with fields, a way to do it and one to leave it.
 *
 * @param {{title: string, text?: string, yes: string, fields: any[], read: () => any}} parts `read`: what the fields say,
 *   `undefined` if something is missing
 */
function askFields({ title, text, yes, fields, read }) {
  return dialog({ title }, (close) => {
    const form = h(
      'form.form',
      { novalidate: true },
      text && h('p', text),
      fields.map((field) => field.element),
      h('footer', h('button.button', { type: 'button', onclick: () => close() }, t('cancel')), h('button.button.primary', { type: 'submit' }, yes)),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const answer = read();
      if (answer !== undefined) close(answer);
      else form.querySelector('[aria-invalid]')?.focus();
    });
    return form;
  });
}

function needed(field, message) {
  const value = field.control.value.trim();
  field.setError(value ? '' : message);
  return value || undefined;
}

/** Whom to call in. @returns {Promise<string | undefined>} */
export function askInvite() {
  const number = textField('number', t('live.invite.number'), '', { input: { inputmode: 'tel', autofocus: true }, help: t('live.invite.help') });
  return askFields({ title: t('live.invite'), yes: t('live.invite.yes'), fields: [number], read: () => needed(number, t('live.invite.missing')) });
}

/** Whether people may be recorded. @returns {Promise<boolean | undefined>} */
export function askRecord() {
  const told = checkField('told', t('live.record.told'), false);
  return askFields({
    title: t('live.record.title'),
    text: t('live.record.text'),
    yes: t('live.record.yes'),
    fields: [told],
    read: () => {
      told.setError(told.control.checked ? '' : t('live.record.missing'));
      return told.control.checked || undefined;
    },
  });
}

/** What to play or say. @param {string} title @returns {Promise<import('./acts.js').Action | undefined>} */
export function askPlay(title) {
  const what = selectField('what', t('live.play.what'), 'play', [
    ['play', t('live.play.file')],
    ['digits', t('live.play.digits')],
    ['number', t('live.play.number')],
  ]);
  const value = textField('value', t('live.play.value'), '', { help: t('live.play.help') });
  return askFields({
    title,
    yes: t('live.play.yes'),
    fields: [what, value],
    read: () => {
      const said = needed(value, t('live.play.missing'));
      if (!said) return undefined;
      if (what.control.value === 'play') return { do: 'play', value: said };
      if (what.control.value === 'digits') return { do: 'say', value: said };
      if (/^\d{1,9}$/.test(said)) return { do: 'say', value: Number(said) };
      value.setError(t('live.play.nonumber'));
      return undefined;
    },
  });
}

/** The room that members go to. @param {string} from @param {number} count how many go @returns {Promise<string | undefined>} */
export function askMove(from, count) {
  const others = [...rooms.values()].filter((room) => room.number !== from);
  const to = textField('to', t('live.move.to'), '', { help: t('live.move.help'), input: { list: 'move-to', autofocus: true } });
  const list = { element: h('datalist', { id: 'move-to' }, others.map((room) => h('option', { value: room.number }, titleOf(room)))) };
  return askFields({ title: t('live.move.title', { count }), yes: t('live.move'), fields: [to, list], read: () => needed(to, t('live.move.missing')) });
}

/** One of the members. @param {{title: string, text: string, yes: string, members: import('../../core/rooms.js').Member[], none?: string}} question `none`: what stands for nobody @returns {Promise<number | null | undefined>} */
export function askWhom({ title, text, yes, members, none }) {
  const options = members.map((member) => [String(member.number), nameOf(member, t)]);
  const whom = selectField('whom', t('live.whom'), '', [...(none ? [['', none]] : []), ...options]);
  return askFields({ title, text, yes, fields: [whom], read: () => (whom.control.value ? Number(whom.control.value) : none ? null : undefined) });
}

/** How voices are put together. @param {import('../../core/rooms.js').Room['mix']} mix @returns {Promise<{most: number, noise: number | null} | undefined>} */
export function askMix(mix) {
  const most = textField('most', t('live.mix.most'), String(mix.most_talkers), { help: t('live.mix.most.help'), input: { inputmode: 'numeric', autofocus: true } });
  const levels = [-70, -65, -60, -55, -50].map((level) => [String(level), t('live.decibels', { value: `−${-level}` })]);
  const noise = selectField('noise', t('live.mix.noise'), String(mix.comfort_noise ?? ''), [['', t('live.mix.nonoise')], ...levels], { help: t('live.mix.noise.help') });
  return askFields({
    title: t('live.mix'),
    yes: t('live.mix.yes'),
    fields: [most, noise],
    read: () => {
      const count = Number(most.control.value);
      const fits = Number.isInteger(count) && count >= 0 && count <= MOST_TALKERS;
      most.setError(fits ? '' : t('live.mix.most.wrong', { most: MOST_TALKERS }));
      return fits ? { most: count, noise: noise.control.value ? Number(noise.control.value) : null } : undefined;
    },
  });
}

/** As many as a room can keep apart. */
const MOST_TALKERS = 16;
