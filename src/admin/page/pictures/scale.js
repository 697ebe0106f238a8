/** Where on an axis something is, and where the axis has its marks. */

/** From what is measured to what is drawn. @param {[number, number]} from @param {[number, number]} to */
export function scale([low, high], [start, end]) {
  const part = high === low ? 0 : (end - start) / (high - low);
  return (value) => start + (value - low) * part;
}

/** Round numbers from 0 up to at least `most`, about `count` of them. @param {number} most */
export function marks(most, count = 4) {
  const raw = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, at) => at * step);
}

/** Round moments between two, about `count` of them, in ms since 1970. @param {number} from @param {number} to */
export function moments(from, to, count = 6) {
  const step = STEPS.find((size) => size >= (to - from) / count) ?? STEPS[STEPS.length - 1];
  // Days and parts of them as the reader's clock has them.
  const offset = -new Date(from).getTimezoneOffset() * MINUTE;
  const found = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) found.push(at);
  return { step, moments: found };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [1, 2, 5, 10, 15, 30].map((n) => n * SECOND)
  .concat([1, 2, 5, 10, 15, 30].map((n) => n * MINUTE), [1, 2, 3, 6, 12].map((n) => n * HOUR), [1, 2, 7, 14, 30, 91, 365].map((n) => n * DAY));
export { DAY, MINUTE };
