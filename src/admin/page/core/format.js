/** Moments, lengths and money as people of the reader's country write them. */

import { locale, t } from './text.js';

/** The reader's own time zone. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const makers = new Map();

function formatter(options) {
  const key = JSON.stringify(options) + locale;
  if (!makers.has(key)) makers.set(key, new Intl.DateTimeFormat(locale, options));
  return makers.get(key);
}

/** Day and time, with the year if it is another: "Tue 24 Nov, 10:00". @param {string | Date} moment RFC 3339 @param {string} [zone] */
export function dateTime(moment, zone = ownZone) {
  return formatter({ ...DAY, ...year(moment), hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(moment));
}

/** Day and time, to the second. @param {string | Date} moment */
export function exactTime(moment) {
  return formatter({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: ownZone }).format(new Date(moment));
}

/** "Tue 24 Nov", with the year if it is another. @param {string | Date} moment @param {string} [zone] */
export function date(moment, zone = ownZone) {
  return formatter({ ...DAY, ...year(moment), timeZone: zone }).format(new Date(moment));
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short' };

function year(moment) {
  return new Date(moment).getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' };
}

/** "10:00". @param {string | Date} moment @param {string} [zone] */
export function time(moment, zone = ownZone) {
  return formatter({ hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(moment));
}

/** From begin to end in a zone; the day once if it is the same. @param {string | Date} from @param {string | Date} to */
export function span(from, to, zone = ownZone) {
  const sameDay = date(from, zone) === date(to, zone);
  return `${dateTime(from, zone)} – ${sameDay ? time(to, zone) : dateTime(to, zone)}`;
}

/** A calendar day that has no zone, "2026-11-24". @param {string} day */
export function day(day) {
  return date(`${day.slice(0, 10)}T12:00:00Z`, 'UTC');
}

/** "in 3 hours", "2 days ago". @param {string | Date} moment */
export function relative(moment, now = Date.now()) {
  const seconds = (new Date(moment).getTime() - now) / 1000;
  const steps = [[60, 'second'], [3600, 'minute', 60], [86400, 'hour', 3600], [86400 * 30, 'day', 86400], [86400 * 365, 'month', 86400 * 30], [Infinity, 'year', 86400 * 365]];
  const [, unit, size = 1] = /** @type {any} */ (steps.find(([below]) => Math.abs(seconds) < below));
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** A clock that ran so long: "1:02:03" or "2:03". @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A length in words: "1 h 30 min". @param {number} minutes */
export function minutes(minutes) {
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const words = [[days, 'unit.days'], [hours, 'unit.hours'], [rest, 'unit.minutes']];
  const said = words.filter(([count]) => count).map(([count, key]) => t(String(key), { count: Number(count) }));
  return said.join(' ') || t('unit.minutes', { count: 0 });
}

/** @param {number} value */
export function number(value, options = {}) {
  return new Intl.NumberFormat(locale, options).format(value);
}

/** Money from its smallest unit. @param {number | null | undefined} units @param {{code: string, decimals: number}} currency */
export function money(units, currency) {
  if (units == null) return '';
  const digits = { minimumFractionDigits: currency.decimals, maximumFractionDigits: currency.decimals };
  const value = units / 10 ** currency.decimals;
  if (!/^[A-Z]{3}$/.test(currency.code)) return number(value, digits) + (currency.code ? ` ${currency.code}` : '');
  return number(value, { style: 'currency', currency: currency.code, ...digits });
}

/** A size in bytes: "3.4 MB". @param {number} bytes */
export function size(bytes) {
  if (bytes < 1e6) return number(Math.ceil(bytes / 1000), { style: 'unit', unit: 'kilobyte' });
  return number(bytes / 1e6, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
}

/** A zone as people read it: "Europe/Berlin (UTC+1)". @param {string} zone @param {Date} [at] */
export function zoneName(zone, at = new Date()) {
  return `${zone.replaceAll('_', ' ')} (${offsetName(zone, at)})`;
}

/** "UTC+1" @param {string} zone */
export function offsetName(zone, at = new Date()) {
  const part = formatter({ timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at).find(({ type }) => type === 'timeZoneName');
  return (part?.value ?? '').replace('GMT', 'UTC');
}

/** The moment that a clock of this zone shows so, "2026-11-24T10:00"; the first one if there are two. @param {string} local @param {string} zone */
export function momentOf(local, zone) {
  const wanted = Date.parse(`${local.slice(0, 16)}:00Z`);
  let moment = wanted;
  for (let round = 0; round < 2; round += 1) moment = wanted - offsetOf(moment, zone);
  const earlier = moment - 3_600_000;
  return new Date(earlier + offsetOf(earlier, zone) === wanted ? earlier : moment);
}

/** What a clock of this zone shows then, "2026-11-24T10:00". @param {string | Date} moment @param {string} zone */
export function localOf(moment, zone) {
  const at = new Date(moment).getTime();
  return new Date(at + offsetOf(at, zone)).toISOString().slice(0, 16);
}

function offsetOf(moment, zone) {
  const options = { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' };
  const read = Object.fromEntries(formatter(options).formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(read.year, read.month - 1, read.day, read.hour, read.minute, read.second) - Math.floor(moment / 1000) * 1000;
}
