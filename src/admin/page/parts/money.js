/** Amounts as people type them. */

/** "0.05" of 5 units of a currency with two decimals. @param {number} units @param {{decimals: number}} currency */
export const writeAmount = (units, { decimals }) => (units / 10 ** decimals).toFixed(decimals);

/** The smallest units of what was typed; what is no amount as it was typed, for the server to refuse. @param {string} text @param {{decimals: number}} currency */
export function readAmount(text, { decimals }) {
  const typed = text.trim().replace(',', '.');
  if (!typed) return 0;
  return /^\d+(\.\d+)?$/.test(typed) ? Math.round(Number(typed) * 10 ** decimals) : typed;
}
