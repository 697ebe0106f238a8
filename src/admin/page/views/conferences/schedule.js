/** When a scheduled conference takes place: the fields, what they come to in a sentence, and the next dates. */

import { fill, h } from '../../core/dom.js';
import { cityOf } from './parts.js';
import { day as dayText, date, momentOf, offsetName, ownZone, span, time } from '../../core/format.js';
import { t } from '../../core/text.js';
import { note } from '../../parts/bits.js';
import { field, numberField, numberOf, radios, selectField } from '../../parts/form.js';
import { WEEKDAYS, dayName, nextDays, nthOf, readRule, sentence, untilDay, weekdayOf, writeRule } from './rule.js';

/**
 * @param {{start: string, zone: string, duration_minutes: number, repeats: string | null} | null} schedule
 * @param {Map<string, import('../../parts/form.js').Field>} fields
 */
export function scheduleForm(schedule, fields) {
  const [day, clock] = (schedule?.start ?? nextHour()).split('T');
  const was = schedule?.repeats ? readRule(schedule.repeats, schedule.start) : null;
  const start = field('start', t('when.day'), h('input', { type: 'date', value: day, required: true }));
  const at = field('time', t('when.time'), h('input', { type: 'time', value: clock.slice(0, 5), required: true }));
  const lasts = numberField('duration_minutes', t('when.lasts'), schedule?.duration_minutes ?? 60, { unit: t('when.minutes'), input: { list: 'durations' } });
  const zone = selectField('zone', t('when.zone'), schedule?.zone ?? ownZone, zones(schedule?.zone));
  const repeats = selectField('repeats', t('when.repeats'), was?.frequency ?? '', [['', t('repeats.no')], ['DAILY', t('repeats.daily')], ['WEEKLY', t('repeats.weekly')], ['MONTHLY', t('repeats.monthly')]]);
  for (const one of [start, at, lasts, zone, repeats]) fields.set(one.name, one);
  fields.set('duration', lasts);

  const interval = numberField('interval', t('repeats.every'), was?.interval ?? 1, { unit: ' ' });
  const days = dayPicker(was?.days?.length ? was.days : [weekdayOf(day)]);
  const monthly = h('div');
  let monthlyChoice = was?.nth ? `nth:${was.nth.nth}` : was?.monthDay === -1 ? 'lastday' : 'day';
  const ending = radios('ending', t('repeats.end'), was?.count ? 'count' : was?.until ? 'until' : 'never', [['never', t('repeats.end.never')], ['count', t('repeats.end.count')], ['until', t('repeats.end.until')]], () => update());
  const count = numberField('count', t('repeats.count'), was?.count ?? 10, { unit: t('repeats.count.unit') });
  const until = field('until', t('repeats.until'), h('input', { type: 'date', value: was?.until ? untilDay(was.until) : laterDay(day) }));
  const rules = h('div.form.rules', h('div.row', interval.element), days.element, monthly, ending.element, h('div.row', count.element, until.element));
  const outcome = h('div.outcome', { 'aria-live': 'polite' });

  /** @returns {import('./rule.js').Rule | null} */
  const rule = () => {
    const frequency = repeats.control.value;
    if (!frequency) return null;
    const nth = frequency === 'MONTHLY' && monthlyChoice.startsWith('nth:') ? { nth: Number(monthlyChoice.slice(4)), day: weekdayOf(start.control.value) } : null;
    return {
      frequency,
      interval: Number(numberOf(interval.control)) || 1,
      days: frequency === 'WEEKLY' ? days.value() : [],
      monthDay: frequency === 'MONTHLY' && !nth ? (monthlyChoice === 'lastday' ? -1 : Number(start.control.value.slice(8, 10))) : null,
      nth,
      count: ending.value() === 'count' ? Number(numberOf(count.control)) || 1 : null,
      until: ending.value() === 'until' ? (was?.until && untilDay(was.until) === until.control.value ? was.until : until.control.value) : null,
    };
  };
  const value = () => ({
    start: `${start.control.value}T${at.control.value}`,
    zone: zone.control.value,
    duration_minutes: numberOf(lasts.control) ?? 0,
    repeats: rule() && writeRule(/** @type {any} */ (rule())),
  });

  let before = day;
  const update = () => {
    const chosen = start.control.value;
    if (chosen && chosen !== before) {
      if (days.value().join() === weekdayOf(before)) days.set([weekdayOf(chosen)]);
      before = chosen;
    }
    const frequency = repeats.control.value;
    rules.hidden = !frequency;
    days.element.hidden = frequency !== 'WEEKLY';
    monthly.hidden = frequency !== 'MONTHLY';
    if (frequency) interval.element.querySelector('.unit').textContent = t(`repeats.unit.${frequency}`, { count: Number(interval.control.value) || 1 });
    if (frequency === 'MONTHLY' && chosen) monthlyChoice = showMonthly(monthly, chosen, monthlyChoice, (picked) => { monthlyChoice = picked; update(); });
    count.element.hidden = ending.value() !== 'count';
    until.element.hidden = ending.value() !== 'until';
    const said = chosen && at.control.value ? outcomeOf(value(), rule(), (first) => { start.control.value = first; update(); }) : [];
    if (outcome.textContent !== said.map((one) => one.textContent).join('')) fill(outcome, said);
  };
  const element = h(
    'div.form',
    { oninput: () => update() },
    h('div.row', start.element, at.element, lasts.element),
    h('div.row', zone.element, repeats.element),
    h('datalist', { id: 'durations' }, [15, 30, 45, 60, 90, 120, 180, 240].map((minutes) => h('option', { value: minutes }))),
    rules,
    outcome,
  );
  update();
  return { element, value };
}

/** The sentence, and the next dates. */
function outcomeOf({ start, zone, duration_minutes: minutes }, rule, beginOn) {
  const length = Number(minutes) || 0;
  const opens = (day) => momentOf(`${day}T${start.slice(11)}`, zone);
  const closes = (day) => new Date(opens(day).getTime() + length * 60_000);
  const first = start.slice(0, 10);
  // An hour that the clock shows twice is told by its offset.
  const isTurning = offsetName(zone, opens(first)) !== offsetName(zone, closes(first));
  const hours = `${time(opens(first), zone)} – ${time(closes(first), zone)}${isTurning ? ` (${offsetName(zone, closes(first))})` : ''}`;
  const where = t('outcome.zone', { zone: cityOf(zone), offset: offsetName(zone, opens(first)) });
  const says = rule ? t('outcome.repeats', { rule: sentence(rule), hours, zone: where }) : t('outcome.once', { day: date(opens(first), zone), hours, zone: where });
  const parts = [h('p', h('strong', says))];
  const isElsewhere = offsetName(zone, opens(first)) !== offsetName(ownZone, opens(first));
  if (rule && rule.frequency === 'WEEKLY' && !rule.days.length) return [note('warn', t('outcome.nodays'))];
  const days = rule ? nextDays(rule, first, 5) : [first];
  if (rule && days[0] !== first) {
    parts.push(note('warn', h('p', t('outcome.start', { day: dayText(first) })), days[0] && h('button.button.small', { type: 'button', onclick: () => beginOn(days[0]) }, t('outcome.begin', { day: dayText(days[0]) }))));
  }
  if (rule && days.length > 1) {
    parts.push(h('p.small.muted', t('outcome.next')), h('ul.dates', days.slice(0, 4).map((day) => h('li', isElsewhere ? t('outcome.mine', { day: dayText(day), mine: span(opens(day), closes(day)) }) : dayText(day)))));
  } else if (isElsewhere) parts.push(h('p.small.muted', t('when.mine', { when: span(opens(first), closes(first)) })));
  return parts;
}

/** Chips for days of the week. */
function dayPicker(chosen) {
  const boxes = WEEKDAYS.map((day) => h('input', { type: 'checkbox', value: day, checked: chosen.includes(day) }));
  const element = h(
    'fieldset.field',
    h('legend', t('repeats.days')),
    h('div.days', WEEKDAYS.map((day, at) => h('label', boxes[at], h('span', { 'aria-hidden': 'true' }, dayName(day, 'short')), h('span.visually-hidden', dayName(day))))),
  );
  return {
    element,
    value: () => boxes.filter((box) => box.checked).map((box) => box.value),
    set: (days) => boxes.forEach((box) => { box.checked = days.includes(box.value); }),
  };
}

/** The ways in which a day can come back in each month. Returns the one that is chosen. */
function showMonthly(holder, day, choice, changed) {
  const nth = nthOf(day);
  const name = dayName(weekdayOf(day));
  const following = new Date(Date.parse(`${day}T00:00:00Z`) + 7 * 86_400_000).toISOString().slice(0, 10);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const choices = [
    ['day', t('rule.monthday', { day: String(Number(day.slice(8, 10))) })],
    nth < 5 && [`nth:${nth}`, t('rule.nth', { nth: t(`rule.nth.${nth}`), day: name })],
    following.slice(5, 7) !== day.slice(5, 7) && ['nth:-1', t('rule.nth', { nth: t('rule.nth.-1'), day: name })],
    next.slice(5, 7) !== day.slice(5, 7) && ['lastday', t('rule.lastday')],
  ].filter(Boolean);
  const values = choices.map(([value]) => value);
  const chosen = values.includes(choice) ? choice : choice.startsWith('nth:') ? values.find((value) => value.startsWith('nth:')) ?? 'day' : 'day';
  const key = JSON.stringify([choices, chosen]);
  if (holder.dataset.key !== key) {
    holder.dataset.key = key;
    const hadFocus = holder.contains(document.activeElement);
    const group = radios('monthly', t('repeats.monthly.on'), chosen, choices, changed);
    fill(holder, group.element);
    if (hadFocus) group.inputs.find((input) => input.checked)?.focus();
  }
  return chosen;
}

function zones(present) {
  const all = Intl.supportedValuesOf('timeZone');
  if (!all.includes('UTC')) all.push('UTC');
  const first = [...new Set([present, ownZone])].filter(Boolean);
  const name = (zone) => zone.replaceAll('_', ' ');
  return [
    ...first.map((zone) => [zone, zone === ownZone ? t('when.zone.own', { zone: name(zone) }) : name(zone)]),
    ...all.filter((zone) => !first.includes(zone)).map((zone) => [zone, name(zone)]),
  ];
}

function nextHour() {
  const next = new Date(Date.now() + 3_600_000);
  const two = (value) => String(value).padStart(2, '0');
  return `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}T${two(next.getHours())}:00`;
}

const laterDay = (day) => new Date(Date.parse(`${day}T00:00:00Z`) + 90 * 86_400_000).toISOString().slice(0, 10);
