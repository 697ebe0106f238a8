/** What a guest needs to know, as a text to paste into any message. It never has the leader code. */

import { span } from '../../core/format.js';
import { t } from '../../core/text.js';
import { cityOf, nameOf } from './parts.js';
import { ruleSentence } from './rule.js';

/** @param {Record<string, any>} conference */
export function invitationText(conference) {
  const { schedule, opens, closes, dial_in: dialIn, extension, codes, description } = conference;
  return [
    nameOf(conference),
    description,
    schedule && opens && `${span(opens, closes, schedule.zone)} (${cityOf(schedule.zone)})`,
    schedule?.repeats && ruleSentence(schedule.repeats, schedule.start),
    '',
    ...(dialIn ?? []).map((line) => t('guest.dial', { number: line })),
    extension && t('guest.extension', { number: extension }),
    t('guest.code', { code: codes?.participant ?? '' }),
  ].filter((line) => typeof line === 'string' && (line || line === '')).join('\n').trim();
}
