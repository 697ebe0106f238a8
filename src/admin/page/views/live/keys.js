/** Keys that do something by themselves: what they are, and whether they are on. */

import { h } from '../../core/dom.js';
import { t } from '../../core/text.js';
import { dialog } from '../../parts/dialog.js';

const KEY = 'conclave.keys';

/** Whether single keys do anything; who speaks to his computer, or slips on keys, switches them off. */
export const areKeysOn = () => localStorage.getItem(KEY) !== 'off';

/** @param {boolean} areOn */
export function setKeys(areOn) {
  localStorage.setItem(KEY, areOn ? 'on' : 'off');
}

const ANYWHERE = [['?', 'keys'], ['/', 'search'], ['a', 'all'], ['l', 'lock']];
const IN_LIST = [['↑ ↓', 'rows'], ['← →', 'along'], ['m', 'mute'], ['x', 'select'], ['o', 'open'], ['f', 'floor'], ['r', 'remove']];

/** Shows what keys there are. */
export function openKeys() {
  const list = (label, keys) => [
    h('h3', label),
    h('dl.facts', keys.map(([key, name]) => [h('dt', key.split(' ').map((one) => h('kbd', one))), h('dd', t(`live.key.${name}`))])),
  ];
  return dialog({ title: t('live.keys') }, (close) => [
    list(t('live.keys.anywhere'), ANYWHERE),
    list(t('live.keys.list'), IN_LIST),
    h('footer', h('button.button', { type: 'button', autofocus: true, onclick: () => close() }, t('live.close'))),
  ]);
}
