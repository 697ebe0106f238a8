/** Keeps people from losing what they have typed and not saved. */

import { ask } from '../parts/dialog.js';
import { t } from './text.js';

/** @type {(() => boolean) | null} */
let dirty = null;

/** From now on leaving asks first whenever `isChanged` says so. @param {() => boolean} isChanged */
export function guard(isChanged) {
  dirty = isChanged;
}

/** There is nothing to lose any more. */
export function release() {
  dirty = null;
}

export const isDirty = () => dirty?.() ?? false;

/** Asks whether what was typed may be thrown away. @returns {Promise<boolean>} */
export async function confirmLeave() {
  const yes = await ask({ title: t('leave.title'), text: t('leave.text'), yes: t('leave.yes'), no: t('leave.no'), isDangerous: true });
  if (yes) release();
  return yes;
}

window.addEventListener('beforeunload', (event) => {
  if (isDirty()) event.preventDefault();
});
