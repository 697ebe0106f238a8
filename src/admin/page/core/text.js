/**
 * Every text that people read, by its key. A language is a module of `texts/` with the same keys as `texts/en.js`.
 *
 * A text may have places, `'{count} rooms'`, and forms by number: `{ one: '{count} room', other: '{count} rooms' }` is
 * chosen by `count`.
 */

import en from '../texts/en.js';

/** What there is, by the language. A new one is imported when it is wanted: `de: () => import('../texts/de.js')`. */
const LANGUAGES = {};

let texts = en;
let plural = new Intl.PluralRules('en');

/** The language of the texts. */
export let language = 'en';

/** What Intl is asked in: the reader's own if it is a kind of the texts' language. */
export let locale = 'en-GB';

/** Chooses the first of the reader's languages that there is. */
export async function chooseLanguage(wanted = navigator.languages) {
  const short = (tag) => tag.split('-')[0].toLowerCase();
  const found = wanted.find((tag) => short(tag) === 'en' || LANGUAGES[short(tag)]) ?? 'en';
  language = short(found);
  locale = found === 'en' ? 'en-GB' : found;
  if (language !== 'en') texts = { ...en, ...(await LANGUAGES[language]()).default };
  plural = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

/**
 * The text of a key. A key that is not there shows as it is, which tests look for.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [places]
 * @returns {string}
 */
export function t(key, places = {}) {
  return parts(key, places).join('');
}

/**
 * The same with elements in its places, to be given to `h`.
 *
 * @param {string} key
 * @param {Record<string, import('./dom.js').Child>} places
 * @returns {any[]}
 */
export function rich(key, places) {
  return parts(key, places);
}

/** Whether there is such a text. @param {string} key */
export function hasText(key) {
  return key in texts;
}

function parts(key, places) {
  const entry = texts[key];
  if (entry === undefined) return [key];
  const text = typeof entry === 'string' ? entry : (entry[plural.select(Number(places.count))] ?? entry.other);
  return text.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (!name || !(name in places)) return part;
    const value = places[name];
    if (typeof value === 'number') return new Intl.NumberFormat(locale).format(value);
    // What is written from right to left turns nothing around it.
    return typeof value === 'string' && RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
  });
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufefc]/;
