/** Fields of forms, each with its label, help, and the place where the server's word on it is shown. */

import { fill, h, newId } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from './icon.js';
import { announce } from './toast.js';

/**
 * @typedef {object} Field
 * @property {HTMLElement} element what is shown
 * @property {any} control what is typed into
 * @property {string} name
 * @property {(message: string) => void} setError shows it; empty: takes it away
 */

/**
 * A field with one control.
 *
 * @param {string} name as the API calls it
 * @param {string} label
 * @param {any} control an input, select or textarea
 * @param {{help?: import('../core/dom.js').Child, optional?: boolean, unit?: string, beside?: import('../core/dom.js').Child}} [options]
 * @returns {Field}
 */
export function field(name, label, control, { help, optional = false, unit, beside } = {}) {
  const id = control.id || newId('field');
  control.id = id;
  control.name ||= name;
  const error = h('p.error', { id: `${id}-error`, hidden: true });
  const helpText = help && h('div.help', { id: `${id}-help` }, help);
  const described = [helpText && `${id}-help`, `${id}-error`].filter(Boolean).join(' ');
  control.setAttribute('aria-describedby', described);
  const isCheck = control.type === 'checkbox';
  const labelText = [label, optional && h('span.optional', ` (${t('optional')})`)];
  const inside = isCheck
    ? h('div.check', control, h('div', h('label', { for: id }, labelText), helpText))
    : [h('label', { for: id }, labelText), unit || beside ? h('div.beside', control, unit && h('span.unit', unit), beside) : control];
  const element = h('div.field', { data: { field: name } }, inside, error, !isCheck && helpText);
  const setError = (message) => {
    error.hidden = !message;
    fill(error, message && icon('warning'), message);
    if (message) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  };
  control.addEventListener('input', () => setError(''));
  return { element, control, name, setError };
}

/** @param {string} name @param {string} label @param {any} value @param {Record<string, any>} [options] those of `field`, and attributes of the input in `input` */
export function textField(name, label, value, { input = {}, ...options } = {}) {
  return field(name, label, h('input', { type: 'text', dir: 'auto', value: value ?? '', autocomplete: 'off', ...input }), options);
}

/** Whole numbers. @param {string} name @param {string} label @param {number | null | undefined} value @param {Record<string, any>} [options] */
export function numberField(name, label, value, { input = {}, ...options } = {}) {
  return field(name, label, h('input', { type: 'text', inputmode: 'numeric', pattern: '[0-9]*', value: value ?? '', autocomplete: 'off', ...input }), options);
}

/** @param {string} name @param {string} label @param {string | null | undefined} value @param {Record<string, any>} [options] */
export function areaField(name, label, value, { input = {}, ...options } = {}) {
  return field(name, label, h('textarea', { dir: 'auto', value: value ?? '', ...input }), options);
}

/** @param {string} name @param {string} label @param {any} value @param {[any, string][]} choices @param {Record<string, any>} [options] */
export function selectField(name, label, value, choices, { input = {}, ...options } = {}) {
  const select = h('select', { ...input, value: String(value ?? '') }, choices.map(([worth, text]) => h('option', { value: String(worth ?? '') }, text)));
  return field(name, label, select, options);
}

/** @param {string} name @param {string} label @param {boolean} value @param {Record<string, any>} [options] */
export function checkField(name, label, value, { input = {}, ...options } = {}) {
  return field(name, label, h('input', { type: 'checkbox', checked: Boolean(value), ...input }), options);
}

/** A password that can be looked at. @param {string} name @param {string} label @param {Record<string, any>} [options] */
export function passwordField(name, label, { input = {}, ...options } = {}) {
  const control = h('input', { type: 'password', autocapitalize: 'none', spellcheck: 'false', ...input });
  const eye = h('button.button.plain.icon-only', { type: 'button', 'aria-label': t('password.show'), 'aria-pressed': 'false', title: t('password.show') }, icon('eye'));
  eye.addEventListener('click', () => {
    const isOpen = control.type === 'password';
    control.type = isOpen ? 'text' : 'password';
    eye.setAttribute('aria-pressed', String(isOpen));
  });
  return field(name, label, control, { ...options, beside: eye });
}

/**
 * Choices of which one is taken, one below the other.
 *
 * @param {string} name @param {string} label @param {any} value @param {[any, string][]} choices @param {(value: string) => void} [changed]
 */
export function radios(name, label, value, choices, changed = () => {}) {
  const group = newId(name);
  const inputs = choices.map(([worth]) => h('input', { type: 'radio', name: group, id: newId('radio'), value: String(worth), checked: worth === value, onchange: () => changed(String(worth)) }));
  const element = h(
    'fieldset.field',
    h('legend', label),
    h('div.choices', choices.map(([, text], at) => h('div.choice', inputs[at], h('label', { for: inputs[at].id }, text)))),
  );
  return { element, inputs, value: () => inputs.find((input) => input.checked)?.value ?? '' };
}

/** What a number field says: a whole number, or nothing (`null`); what is neither, `noNumbers` has found before. @param {any} control */
export function numberOf(control) {
  const text = control.value.trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The number fields that hold no number, as the server would say it. @param {Iterable<Field>} fields */
export function noNumbers(fields) {
  const bad = [...new Set(fields)].filter(({ control, element }) => control.pattern && control.value.trim() && !/^\d{1,15}$/.test(control.value.trim()) && !element.hidden);
  return bad.map(({ name }) => ({ field: name, message: t('form.nonumber') }));
}

/**
 * Shows what the server says of a form at its fields, unfolds what hides them, and goes to the first.
 *
 * @param {{fields: {field: string, message: string}[], message: string}} error
 * @param {Map<string, Field>} fields by the names that the server uses
 * @param {HTMLElement} summary where the rest is said
 */
export function showErrors(error, fields, summary) {
  for (const known of new Set(fields.values())) known.setError('');
  const rest = [];
  const found = new Set();
  for (const { field: name, message } of error.fields) {
    const known = fields.get(name) ?? fields.get(name.split('.').at(-1) ?? '');
    if (known) {
      known.setError(message);
      found.add(known);
    } else rest.push(`${name}: ${message}`);
  }
  const inOrder = [...found].sort((a, b) => (a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  const says = found.size ? t('form.errors', { count: found.size }) : error.message;
  fill(
    summary,
    h('div.note.bad', { tabindex: '-1' }, icon('warning'), h('div', h('strong', says), rest.map((text) => h('p', text)))),
  );
  announce(says, true);
  for (const { element } of inOrder) for (let box = element.closest('details'); box; box = box.parentElement?.closest('details') ?? null) box.open = true;
  const first = inOrder[0]?.control ?? summary.firstElementChild;
  first.focus();
  first.scrollIntoView({ block: 'center' });
}
