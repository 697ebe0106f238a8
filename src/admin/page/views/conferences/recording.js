/** What has to be known before a conference is recorded. */

import { h, newId } from '../../core/dom.js';
import { t } from '../../core/text.js';
import { dialog } from '../../parts/dialog.js';

let isAcknowledged = false;

/** Whether it was acknowledged since this form was opened; the server wants to be told. */
export const wasAcknowledged = () => isAcknowledged;

/** A new form: nothing is acknowledged yet. */
export function forgetAcknowledgement() {
  isAcknowledged = false;
}

/** Shows the legal notice and waits for it to be acknowledged. @param {string} [words] the server's own @returns {Promise<boolean>} */
export async function acknowledgeRecording(words = t('record.text')) {
  const id = newId('ack');
  const yes = await dialog({ title: t('record.title') }, (close) => {
    const go = h('button.button.primary', { type: 'button', disabled: true, onclick: () => close(true) }, t('record.yes'));
    const box = h('input', { type: 'checkbox', id, onchange: () => { go.disabled = !box.checked; } });
    return [
      h('p', words),
      h('p', t('record.told')),
      h('div.check', box, h('label', { for: id }, t('record.ack'))),
      h('footer', h('button.button', { type: 'button', onclick: () => close(false) }, t('cancel')), go),
    ];
  });
  isAcknowledged ||= yes === true;
  return yes === true;
}
