/** Doing something in a room: asks the server, and shows what it says. What came of it is seen by the event stream. */

import { post } from '../../core/api.js';
import { t } from '../../core/text.js';
import { toast, toastError } from '../../parts/toast.js';

/**
 * @typedef {{do: string, member?: number | 'all' | null, on?: boolean, value?: any, to?: any, leaders?: boolean}} Action as the API has it
 */

/** Does one thing; `true` if it was done. @param {string} room @param {Action} action */
export async function act(room, action) {
  try {
    const { done } = await post(`rooms/${encodeURIComponent(room)}/actions`, action);
    toast(done, { seconds: 4 });
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}

/** Does the same to several members, a few at a time; shows what came of all of it once. @param {string} room @param {number[]} members @param {(member: number) => Action} action */
export async function actOnEach(room, members, action) {
  if (members.length === 1) {
    await act(room, action(members[0]));
    return;
  }
  const left = [...members];
  const refusals = [];
  const work = async () => {
    for (let member = left.shift(); member !== undefined; member = left.shift()) {
      try {
        await post(`rooms/${encodeURIComponent(room)}/actions`, action(member));
      } catch (error) {
        refusals.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const done = members.length - refusals.length;
  if (refusals.length) toast(t('live.donesome', { done, of: members.length, why: refusals[0].message }), { isBad: true });
  else toast(t('live.doneall', { count: done }), { seconds: 4 });
}

const AT_A_TIME = 4;
