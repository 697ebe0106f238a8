/** A form of some fields in a card: sends, shows errors at the fields, says that it is saved. */

import { fill, h } from '../core/dom.js';
import { t } from '../core/text.js';
import { busy } from './bits.js';
import { noNumbers, showErrors } from './form.js';
import { announce } from './toast.js';

/**
 * @param {object} options
 * @param {string} [options.title]
 * @param {import('../core/dom.js').Child} [options.lead]
 * @param {import('./form.js').Field[]} options.fields
 * @param {import('../core/dom.js').Child} [options.content] how they are laid out; one below the other if left out
 * @param {string} options.goes what the button says
 * @param {() => Promise<any>} options.send
 * @param {import('../core/dom.js').Child} [options.more] beside the button
 * @param {Record<string, string>} [options.aliases] fields that the server calls otherwise: its name, then ours
 * @returns {HTMLElement & {isChanged: () => boolean, accept: () => void}} `accept`: what it holds now is what is saved
 */
export function simpleForm({ title, lead, fields, content, goes, send, more, aliases = {} }) {
  // Anew each time: some forms have as many fields as one adds.
  const named = () => {
    const byName = new Map(fields.map((field) => [field.name, field]));
    for (const [theirs, ours] of Object.entries(aliases)) byName.set(theirs, /** @type {any} */ (byName.get(ours)));
    return byName;
  };
  const summary = h('div');
  const submit = h('button.button.primary', { type: 'submit' }, goes);
  const form = /** @type {any} */ (h(
    'form.card.pad.form',
    { novalidate: true },
    title && h('h2', title),
    lead && h('p.muted', lead),
    summary,
    content ?? fields.map(({ element }) => element),
    h('div.buttons', submit, more),
  ));
  const state = () => JSON.stringify(fields.map(({ control }) => (control.type === 'checkbox' ? control.checked : control.value)));
  let saved = state();
  form.isChanged = () => state() !== saved;
  form.accept = () => { saved = state(); };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(submit, async () => {
      fill(summary);
      const missing = fields.filter(({ control }) => control.required && !control.value.trim()).map(({ name }) => ({ field: name, message: t('required') }));
      const wrong = [...missing, ...noNumbers(fields)];
      if (wrong.length) return showErrors({ message: '', fields: wrong }, named(), summary);
      try {
        await send();
        form.accept();
        announce(t('saved'));
      } catch (error) {
        if (!error.fields?.length) throw error;
        showErrors(error, named(), summary);
      }
    });
  });
  return form;
}
