/** The room's options in the form: a section for each group, which says folded what is not as usual. */

import { fill, h } from '../../core/dom.js';
import { is } from '../../core/session.js';
import { hasText, t } from '../../core/text.js';
import { areaField, checkField, selectField, textField } from '../../parts/form.js';
import { icon } from '../../parts/icon.js';
import { GROUPS, OPTIONS, read } from './options.js';
import { acknowledgeRecording } from './recording.js';

/**
 * @param {Record<string, string>} settings what is set
 * @param {Map<string, import('../../parts/form.js').Field>} fields where the fields are put for the server's errors
 * @returns {{element: HTMLElement, value: () => Record<string, string>, showKind: (kind: string) => void}}
 */
export function optionForm(settings, fields) {
  const shown = new Map();
  let kind = '';
  const groups = GROUPS.map((group) => {
    const mine = group.options.filter(({ isProviders }) => !isProviders || is('provider'));
    const own = mine.map((option) => [option, optionField(option, settings[option.name])]);
    for (const [option, field] of own) {
      shown.set(option.name, field);
      fields.set(option.name, field);
    }
    return section(group, own, () => kind);
  });
  const others = areaField('settings', t('options.other'), otherLines(settings), { help: t('options.other.help'), input: { rows: 4, spellcheck: 'false', class: 'mono' } });
  fields.set('settings', others);
  const further = h('details.unfold', h('summary', icon('more'), h('h3', t('options.other'))), h('div.inside.form', others.element));

  const value = () => {
    const result = readLines(others.control.value);
    for (const [name, field] of shown) {
      const option = /** @type {any} */ (OPTIONS.get(name));
      const isMeant = !option.kinds || option.kinds.includes(kind);
      const now = option.type === 'check' ? (field.control.checked ? 'yes' : 'no') : field.control.value.trim();
      if (!isMeant || now === '' || now === option.usual) continue;
      result[name] = read(option, settings[name]) === now && settings[name] !== undefined ? settings[name] : now;
    }
    // What the provider has set stays, though its owner does not see it here.
    for (const [name, was] of Object.entries(settings)) if (OPTIONS.has(name) && !shown.has(name)) result[name] = was;
    return result;
  };
  const showKind = (wanted) => {
    kind = wanted;
    for (const [name, { element }] of shown) {
      const { kinds } = /** @type {any} */ (OPTIONS.get(name));
      element.hidden = Boolean(kinds) && !kinds.includes(kind);
    }
    for (const group of groups) group.update();
  };
  const element = h('section.stack.tight', h('div', h('h2', t('options.title')), h('p.muted.small', t('options.lead'))), h('div.unfolds', groups.map((group) => group.element), further));
  return { element, value, showKind };
}

function optionField(option, set) {
  const help = hasText(`option.${option.name}.help`) ? t(`option.${option.name}.help`) : null;
  const label = t(`option.${option.name}`);
  const value = read(option, set);
  if (option.type === 'check') {
    const field = checkField(option.name, label, value === 'yes', { help });
    if (option.name === 'record') askFirst(field.control);
    return field;
  }
  if (option.type === 'choice') {
    const choices = option.choices.map((one) => [one, t(`option.${option.name}.${one}`)]);
    if (!option.choices.includes(value)) choices.push([value, value]);
    return selectField(option.name, label, value, choices, { help });
  }
  return textField(option.name, label, set ?? '', { help, input: { placeholder: option.usual, spellcheck: 'false' } });
}

/** Recording is switched on only by whoever knows what that means. */
function askFirst(control) {
  control.addEventListener('click', async (event) => {
    if (!control.checked) return;
    event.preventDefault();
    if (!(await acknowledgeRecording())) return;
    control.checked = true;
    control.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function section({ name, icon: picture }, own, kind) {
  const gist = h('span.gist');
  const update = () => {
    const changed = own.filter(([option, { control }]) => {
      const isMeant = !option.kinds || option.kinds.includes(kind());
      const now = option.type === 'check' ? (control.checked ? 'yes' : 'no') : control.value.trim() || option.usual;
      return isMeant && now !== option.usual;
    });
    fill(gist, changed.map(([option]) => t(`option.${option.name}`)).join(' · ') || t('options.usual'));
    gist.classList.toggle('set', changed.length > 0);
  };
  const element = h(
    'details.unfold',
    { oninput: update },
    h('summary', icon(picture), h('div', h('h3', t(`group.${name}`)), gist)),
    h('div.inside.form', own.map(([, field]) => field.element)),
  );
  update();
  return { element, update };
}

function otherLines(settings) {
  return Object.entries(settings).filter(([name]) => !OPTIONS.has(name)).map(([name, value]) => `${name} = ${value}`).join('\n');
}

/** Lines `name = value`; what is no such line goes to the server, which says so. */
function readLines(text) {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  }));
}
