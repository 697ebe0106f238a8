/** Somebody else saved the same conference meanwhile: shows both, and puts them together. */

import { h } from '../../core/dom.js';
import { dateTime } from '../../core/format.js';
import { hasText, t } from '../../core/text.js';
import { dialog } from '../../parts/dialog.js';
import { ruleSentence } from './rule.js';

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/**
 * @param {{base: Record<string, any>, mine: Record<string, any>, theirs: Record<string, any>}} versions what both began
 *   with, and what each made of it
 * @returns {Promise<Record<string, any> | 'theirs' | null>} what to save, theirs to be taken, or nothing yet
 */
export async function resolveConflict({ base, mine, theirs }) {
  const flat = [base, mine, theirs].map(flatten);
  const names = [...new Set(flat.flatMap(Object.keys))].filter((name) => !same(flat[0][name], flat[1][name]) || !same(flat[0][name], flat[2][name]));
  const row = (name) => {
    const [was, own, other] = flat.map((values) => values[name]);
    const isMine = !same(was, own);
    return h(
      'tr',
      h('th', { scope: 'row' }, labelOf(name)),
      h('td', { data: { label: t('conflict.theirs') }, class: same(was, other) && 'muted' }, shown(name, other)),
      h('td', { data: { label: t('conflict.mine') }, class: !isMine && 'muted' }, shown(name, own)),
      h('td', { data: { label: t('conflict.result') } }, h('strong', shown(name, isMine ? own : other))),
    );
  };
  const heads = ['conflict.field', 'conflict.theirs', 'conflict.mine', 'conflict.result'];
  const answer = await dialog({ title: t('conflict.title'), wide: true }, (close) => [
    h('p', t('conflict.text')),
    h('div.table.folds', h('table', h('thead', h('tr', heads.map((key) => h('th', { scope: 'col' }, t(key))))), h('tbody', names.map(row)))),
    h(
      'footer',
      h('button.button', { type: 'button', onclick: () => close(null) }, t('conflict.back')),
      h('button.button', { type: 'button', onclick: () => close('theirs') }, t('conflict.take')),
      h('button.button.primary', { type: 'button', onclick: () => close('merge') }, t('conflict.merge')),
    ),
  ]);
  return answer === 'merge' ? merged(base, mine, theirs) : answer;
}

/** Theirs, with what I changed. */
function merged(base, mine, theirs) {
  const result = { ...theirs };
  for (const name of Object.keys(mine)) if (name !== 'settings' && !same(base[name], mine[name])) result[name] = mine[name];
  const settings = { ...theirs.settings };
  for (const name of new Set([...Object.keys(base.settings), ...Object.keys(mine.settings)])) {
    if (same(base.settings[name], mine.settings[name])) continue;
    if (mine.settings[name] === undefined) delete settings[name];
    else settings[name] = mine.settings[name];
  }
  return { ...result, settings };
}

function flatten({ settings, ...rest }) {
  return { ...rest, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`option.${name}`, value])) };
}

function labelOf(name) {
  if (hasText(name)) return t(name);
  return hasText(`field.${name}`) ? t(`field.${name}`) : name;
}

function shown(name, value) {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return '–';
  if (Array.isArray(value)) return value.join(', ');
  if (value === true || value === false) return t(value ? 'yes' : 'no');
  if (name === 'schedule') {
    const { start, zone, duration_minutes: minutes, repeats } = value;
    return [`${start.replace('T', ' ')} ${zone}`, t('unit.minutes', { count: minutes }), repeats && ruleSentence(repeats, start)].filter(Boolean).join(', ');
  }
  if (name === 'expires') return dateTime(value);
  return hasText(`${name}.${value}`) ? t(`${name}.${value}`) : String(value);
}
