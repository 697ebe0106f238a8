/** The sections of the form, but for times and options: each has its fields and says what they hold. */

import { fill, h } from '../../core/dom.js';
import { localOf, minutes, momentOf, ownZone, zoneName } from '../../core/format.js';
import { t } from '../../core/text.js';
import { areaField, checkField, field, numberField, numberOf, radios, selectField, textField } from '../../parts/form.js';
import { icon } from '../../parts/icon.js';

const KINDS = [['scheduled', 'calendar'], ['meeting', 'home'], ['dynamic', 'bolt'], ['local', 'phone']];

/** What it is. One that exists stays with codes, or without. @param {string} present @param {boolean} isNew @param {() => void} changed */
export function kinds(present, isNew, changed) {
  const hasCodes = ['scheduled', 'meeting'].includes(present);
  const offered = KINDS.filter(([kind]) => isNew || (hasCodes ? ['scheduled', 'meeting'].includes(kind) : kind === present));
  const inputs = offered.map(([kind]) => h('input', { type: 'radio', name: 'kind', value: kind, checked: kind === present, onchange: changed }));
  const tiles = offered.map(([kind, picture], at) => h(
    'label.tile',
    inputs[at],
    h('span', h('strong', icon(picture), ' ', t(`kind.${kind}`)), h('span', t(`kind.${kind}.help`))),
  ));
  const element = h('fieldset', { hidden: offered.length < 2 }, h('legend', t('form.kind')), h('div.tiles', tiles));
  return { element, value: () => inputs.find((input) => input.checked)?.value ?? present };
}

/** Name and owner. @param {Record<string, any>} conference @param {any[]} accounts @param {Map<string, any>} fields */
export function basics(conference, accounts, fields) {
  const name = textField('name', t('form.name'), conference.name, { input: { maxlength: 200 } });
  const tag = textField('tag', t('form.tag'), conference.tag, { optional: true, help: t('form.tag.help'), input: { maxlength: 200 } });
  const description = areaField('description', t('form.description'), conference.description, { optional: true, input: { rows: 2 } });
  const owner = accounts.length > 1 && selectField('owner', t('form.owner'), conference.owner, accounts.map(({ id, login, enabled }) => [id, enabled ? login : t('form.owner.off', { login })]));
  const enabled = checkField('enabled', t('form.enabled'), conference.enabled, { help: t('form.enabled.help') });
  keep(fields, name, tag, description, owner, enabled);
  return {
    element: h('section.card.pad.form', h('h2', t('form.about')), h('div.row', name.element, tag.element), description.element, h('div.row', owner && owner.element, enabled.element)),
    value: () => ({
      name: name.control.value.trim(),
      tag: tag.control.value.trim(),
      description: description.control.value.trim(),
      owner: owner ? Number(owner.control.value) : conference.owner,
      enabled: enabled.control.checked,
    }),
  };
}

/** How callers come in. @param {Record<string, any>} conference @param {Record<string, any>} settings @param {Map<string, any>} fields */
export function calling(conference, settings, fields) {
  const numbers = settings.access_numbers ?? [];
  const extension = textField('extension', t('form.extension'), conference.extension, { help: t('form.extension.help'), input: { inputmode: 'tel', maxlength: 40 } });
  const access = selectField('access_number', t('form.access'), conference.access_number, [['', t('form.access.all')], ...numbers.map(({ number, dial_in: text }) => [number, text ? `${number} · ${text}` : number])], { help: t('form.access.help') });
  const pin = textField('pin', t('form.pin'), conference.pin, { optional: true, help: t('form.pin.help'), input: { inputmode: 'numeric' } });
  keep(fields, extension, access, pin);
  const isNew = conference.id === undefined;
  let hasCodes = true;
  const made = h('p.muted', isNew ? t('form.codes.new', { count: settings.code_length ?? 8 }) : t('form.codes.kept'));
  const box = unfold('phone', t('form.calling'), 'form.gist.noway', () => [
    extension.control.value && t('form.gist.extension', { number: extension.control.value }),
    hasCodes && (access.control.value ? t('form.gist.access', { number: access.control.value }) : numbers.length > 0 && t('form.gist.anyaccess')),
    pin.control.value && t('form.gist.pin'),
  ], [made, h('div.row', extension.element, access.element), h('div.row', pin.element)]);
  return {
    element: box.element,
    showKind: (withCodes) => {
      hasCodes = withCodes;
      access.element.hidden = !withCodes || !numbers.length;
      made.hidden = !withCodes;
      box.element.open ||= !withCodes;
      box.update();
    },
    value: (withCodes) => ({
      extension: extension.control.value.trim() || null,
      access_number: withCodes && access.control.value ? access.control.value : null,
      pin: pin.control.value.trim() || null,
    }),
  };
}

/** How many, how long. @param {Record<string, any>} conference @param {Map<string, any>} fields */
export function limits(conference, fields) {
  const most = numberField('max_participants', t('form.most'), conference.max_participants, { optional: true, help: t('form.most.help') });
  const session = numberField('session_minutes', t('form.session'), conference.session_minutes, { optional: true, help: t('form.session.help'), unit: t('when.minutes') });
  const ends = radios('ends', t('form.expires'), conference.expires ? 'at' : 'never', [['never', t('form.expires.never')], ['at', t('form.expires.at')]], () => show());
  const local = conference.expires ? localOf(conference.expires, ownZone) : '';
  const moment = field('expires', t('form.expires.moment'), h('input', { type: 'datetime-local', value: local }), { help: t('form.expires.help', { zone: zoneName(ownZone) }) });
  keep(fields, most, session, moment);
  fields.set('session_time', session);
  const show = () => { moment.element.hidden = ends.value() !== 'at'; };
  show();
  const box = unfold('clock', t('form.limits'), 'form.gist.nolimits', () => [
    most.control.value && t('form.gist.most', { count: most.control.value }),
    session.control.value && t('form.gist.session', { time: minutes(Number(session.control.value) || 0) }),
    ends.value() === 'at' && moment.control.value && t('form.gist.expires'),
  ], [h('div.row', most.element, session.element), ends.element, h('div.row', moment.element)]);
  const expires = () => {
    if (ends.value() !== 'at' || !moment.control.value) return null;
    // As it was, to the second, if nobody touched it.
    return moment.control.value === local ? conference.expires : momentOf(moment.control.value, ownZone).toISOString().replace('.000', '');
  };
  return {
    element: box.element,
    showKind: () => box.update(),
    value: () => ({ max_participants: numberOf(most.control), session_minutes: numberOf(session.control), expires: expires() }),
  };
}

/** To whom invitations go. @param {Record<string, any>} conference @param {Map<string, any>} fields */
export function inviting(conference, fields) {
  const email = field('email', t('form.email'), h('input', { type: 'email', value: conference.email ?? '', autocomplete: 'off' }), { optional: true, help: t('form.email.help') });
  const guests = areaField('guests', t('form.guests'), (conference.guests ?? []).join('\n'), { optional: true, help: t('form.guests.help'), input: { rows: 3, spellcheck: 'false' } });
  keep(fields, email, guests);
  const list = () => guests.control.value.split(/[\s,;]+/).filter(Boolean);
  const box = unfold('mail', t('form.inviting'), 'form.gist.nobody', () => [email.control.value, list().length > 0 && t('form.gist.guests', { count: list().length })], [email.element, guests.element]);
  return { element: box.element, value: () => ({ email: email.control.value.trim(), guests: list() }) };
}

/** A section that unfolds, and says folded what is in it. */
function unfold(picture, title, nothing, gist, content) {
  const says = h('span.gist');
  const update = () => fill(says, gist().filter(Boolean).join(' · ') || t(nothing));
  const element = h('details.unfold', { oninput: update }, h('summary', icon(picture), h('div', h('h2', title), says)), h('div.inside.form', content));
  update();
  return { element, update };
}

function keep(fields, ...some) {
  for (const one of some) if (one) fields.set(one.name, one);
}
