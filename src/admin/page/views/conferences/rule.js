/** Repetition: the part of RFC 5545's RRULE that the directory knows, as a value, in words, and as dates. */

import { day as dayText } from '../../core/format.js';
import { locale, t } from '../../core/text.js';

/** From Monday, as RRULE writes them. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/**
 * @typedef {object} Rule
 * @property {'DAILY' | 'WEEKLY' | 'MONTHLY'} frequency
 * @property {number} interval
 * @property {string[]} days of the week, for WEEKLY
 * @property {number | null} monthDay 1 to 31, -1: the last one; for MONTHLY
 * @property {{nth: number, day: string} | null} nth such as the second Monday; for MONTHLY
 * @property {number | null} count
 * @property {string | null} until the last day, `2026-12-31`, or a moment as RRULE writes it
 */

/** A day "2026-11-24…" without zone, counted in UTC. @param {string} day */
const utc = (day) => new Date(`${day.slice(0, 10)}T00:00:00Z`);
const text = (date) => date.toISOString().slice(0, 10);
/** @param {string} day */
export const weekdayOf = (day) => WEEKDAYS[(utc(day).getUTCDay() + 6) % 7];

/** Which of its weekday in the month a day is, 1 to 5. @param {string} day */
export const nthOf = (day) => Math.ceil(Number(day.slice(8, 10)) / 7);

/** @param {string} rule @param {string} start @returns {Rule | null} */
export function readRule(rule, start) {
  const parts = Object.fromEntries(rule.replace(/^RRULE:/, '').split(';').map((part) => part.split('=')));
  if (!['DAILY', 'WEEKLY', 'MONTHLY'].includes(parts.FREQ)) return null;
  const days = (parts.BYDAY ?? '').split(',').filter(Boolean);
  const nth = /^(-?\d)([A-Z]{2})$/.exec(days[0] ?? '');
  const until = parts.UNTIL;
  return {
    frequency: parts.FREQ,
    interval: Number(parts.INTERVAL ?? 1),
    days: parts.FREQ === 'WEEKLY' ? (days.length ? days : [weekdayOf(start)]) : [],
    monthDay: parts.FREQ === 'MONTHLY' && !nth ? Number(parts.BYMONTHDAY ?? start.slice(8, 10)) : null,
    nth: nth ? { nth: Number(nth[1]), day: nth[2] } : null,
    count: parts.COUNT ? Number(parts.COUNT) : null,
    until: until ? (until.length === 8 ? untilDay(until) : until) : null,
  };
}

/** @param {Rule} rule */
export function writeRule(rule) {
  const parts = [`FREQ=${rule.frequency}`];
  if (rule.interval !== 1) parts.push(`INTERVAL=${rule.interval}`);
  if (rule.frequency === 'WEEKLY') parts.push(`BYDAY=${WEEKDAYS.filter((day) => rule.days.includes(day)).join(',')}`);
  if (rule.frequency === 'MONTHLY') parts.push(rule.nth ? `BYDAY=${rule.nth.nth}${rule.nth.day}` : `BYMONTHDAY=${rule.monthDay}`);
  if (rule.count) parts.push(`COUNT=${rule.count}`);
  else if (rule.until) parts.push(`UNTIL=${rule.until.replaceAll('-', '')}`);
  return parts.join(';');
}

/** In words: "Every 2 weeks on Monday and Wednesday, until Thu 31 Dec 2026". @param {string} rule @param {string} start */
export function ruleSentence(rule, start) {
  const read = readRule(rule, start);
  return read ? sentence(read) : rule;
}

/** @param {Rule} rule */
export function sentence(rule) {
  const how = { count: rule.interval, days: new Intl.ListFormat(locale).format(WEEKDAYS.filter((day) => rule.days.includes(day)).map((day) => dayName(day))) };
  const on = rule.nth
    ? t('rule.nth', { nth: t(`rule.nth.${rule.nth.nth}`), day: dayName(rule.nth.day) })
    : rule.monthDay === -1 ? t('rule.lastday') : t('rule.monthday', { day: rule.monthDay ?? '' });
  const base = t(`rule.${rule.frequency}`, { ...how, on });
  if (rule.count) return t('rule.times', { base, count: rule.count });
  if (rule.until) return t('rule.until', { base, day: dayText(untilDay(rule.until)) });
  return base;
}

/** "Monday" @param {string} day @param {'long' | 'short'} [weekday] */
export function dayName(day, weekday = 'long') {
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day))));
}

/**
 * The next days on which it takes place, from `from` on.
 *
 * @param {Rule} rule @param {string} start its first day @param {number} most @param {string} [from]
 * @returns {string[]} `2026-11-24`
 */
export function nextDays(rule, start, most, from = start) {
  const found = [];
  const first = start.slice(0, 10);
  let seen = 0;
  for (let period = 0; period < 2000 && found.length < most; period += 1) {
    for (const day of daysOf(rule, first, period * rule.interval)) {
      if (day < first) continue;
      seen += 1;
      if ((rule.count && seen > rule.count) || (rule.until && day > untilDay(rule.until))) return found;
      if (day >= from.slice(0, 10)) found.push(day);
    }
  }
  return found.slice(0, most);
}

/** The day of a rule's end, `2026-12-31`. @param {string} until */
export const untilDay = (until) => (until.includes('-') ? until : `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`);

/** The days of one day, week or month, so many after the first. */
function daysOf(rule, first, steps) {
  const date = utc(first);
  if (rule.frequency === 'DAILY') {
    date.setUTCDate(date.getUTCDate() + steps);
    return [text(date)];
  }
  if (rule.frequency === 'WEEKLY') {
    const monday = date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + steps * 7;
    return WEEKDAYS.flatMap((day, at) => (rule.days.includes(day) ? [text(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), monday + at)))] : []));
  }
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + steps];
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const inMonth = Array.from({ length }, (_, at) => text(new Date(Date.UTC(year, month, at + 1))));
  if (!rule.nth) return inMonth.slice(rule.monthDay === -1 ? -1 : (rule.monthDay ?? 0) - 1, rule.monthDay === -1 ? undefined : (rule.monthDay ?? 0));
  const { nth, day } = rule.nth;
  const matching = inMonth.filter((one) => weekdayOf(one) === day);
  const one = matching.at(nth > 0 ? nth - 1 : nth);
  return one ? [one] : [];
}
