/** What the list of conferences and the view of one both show and do. */

import { get, post, remove, url } from '../../core/api.js';
import { h } from '../../core/dom.js';
import { dateTime, offsetName, ownZone, relative, span } from '../../core/format.js';
import { go } from '../../core/router.js';
import { rich, t } from '../../core/text.js';
import { badge } from '../../parts/bits.js';
import { ask } from '../../parts/dialog.js';
import { toast, toastError } from '../../parts/toast.js';
import { ruleSentence } from './rule.js';

/** A conference as the API gives it. @typedef {Record<string, any>} Conference */

/** What it is called: its name, or what it is. @param {Conference} conference */
export const nameOf = ({ name, kind }) => name || t(`kind.${kind}.nameless`);

/** What is special about it at present. @param {Conference} conference */
export function badges(conference) {
  return [
    conference.in_progress && badge(t('badge.inprogress'), 'good', { dot: true }),
    conference.record && badge(t('badge.record'), 'bad', { dot: true }),
    !conference.enabled && badge(t('badge.off'), 'warn'),
    conference.read_only && badge(t('badge.readonly')),
  ];
}

/** When it takes place: in its zone, and in the reader's if that is another. @param {Conference} conference */
export function when(conference) {
  const { schedule, opens, closes, expires, list } = conference;
  if (!schedule && !opens) return h('span', expires ? t(list === 'past' ? 'when.expired' : 'when.until', { when: dateTime(expires) }) : t('when.always'));
  const zone = schedule?.zone ?? ownZone;
  const theirs = closes ? span(opens, closes, zone) : dateTime(opens, zone);
  const isElsewhere = offsetName(zone, new Date(opens)) !== offsetName(ownZone, new Date(opens));
  return h(
    'div.when',
    h('time', { datetime: opens }, theirs, isElsewhere && ` ${cityOf(zone)}`),
    isElsewhere && h('span.under', t('when.mine', { when: closes ? span(opens, closes) : dateTime(opens) })),
    list === 'future' && h('span.under', relative(opens)),
    schedule?.repeats && h('span.under', ruleSentence(schedule.repeats, schedule.start)),
  );
}

/** "New York" of "America/New_York". @param {string} zone */
export const cityOf = (zone) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** Asks, and makes new codes. @param {Conference} conference @returns {Promise<Conference | null>} */
export async function renewCodes(conference) {
  const yes = await ask({ title: t('codes.new.title'), text: t('codes.new.text', { name: nameOf(conference) }), yes: t('codes.new.yes'), isDangerous: true });
  if (!yes) return null;
  const changed = await post(`conferences/${conference.id}/codes`, { version: conference.version });
  toast(t('codes.new.done'));
  return changed;
}

/** Asks, and sends the mails. @param {Conference} conference */
export async function sendInvitations(conference) {
  const { email, guests } = conference;
  if (!email && !guests.length) {
    const yes = await ask({ title: t('invite.nobody.title'), text: t('invite.nobody.text'), yes: t('invite.nobody.yes') });
    if (yes) go(`/conferences/${conference.id}/edit?field=email`);
    return;
  }
  const text = [
    email && h('span', rich('invite.leader', { email: h('strong', email) }), ' '),
    guests.length > 0 && h('span', t('invite.guests', { count: guests.length })),
  ];
  if (!(await ask({ title: t('invite.title'), text, yes: t('invite.yes') }))) return;
  const { queued } = await post(`conferences/${conference.id}/invitations`);
  toast(t('invite.done', { count: queued }));
}

/** Makes another one like it. @param {Conference} conference */
async function copyConference(conference) {
  const { id } = await post(`conferences/${conference.id}/copy`);
  toast(t('conference.copied'));
  go(`/conferences/${id}/edit`);
}

/** Deletes it at once; the message offers to have it back as long as the server keeps it. @param {Conference} conference */
async function deleteConference(conference) {
  if (conference.in_progress) {
    const yes = await ask({ title: t('delete.inprogress.title'), text: t('delete.inprogress.text', { name: nameOf(conference) }), yes: t('delete'), isDangerous: true });
    if (!yes) return false;
  }
  const { undo_until: until } = await remove(`conferences/${conference.id}`);
  const restore = async () => {
    try {
      await post(`conferences/${conference.id}/restore`);
      toast(t('delete.undone', { name: nameOf(conference) }));
    } catch (error) {
      toastError(error);
    }
  };
  const seconds = Math.min(60, Math.max(5, (Date.parse(until) - Date.now()) / 1000 - 1));
  toast(t('delete.done', { name: nameOf(conference) }), { seconds, action: { label: t('undo'), run: restore } });
  return true;
}

/** What can be done with it, as entries of a menu. @param {Conference} conference @param {(changed?: Conference | null) => void} changed @param {() => void} deleted */
export function deeds(conference, changed, deleted = () => {}) {
  return [
    { label: t('edit'), icon: 'edit', href: `#/conferences/${conference.id}/edit` },
    conference.codes && { label: t('invite.action'), icon: 'send', run: () => sendInvitations(conference) },
    conference.codes && { label: t('codes.new.action'), icon: 'key', run: async () => changed(await renewCodes(conference)) },
    { label: t('conference.copy'), icon: 'copy', run: () => copyConference(conference) },
    { label: t('conference.history'), icon: 'history', href: `#/history?conference=${conference.id}` },
    conference.schedule && { label: t('conference.calendar'), icon: 'calendar', href: url(`conferences/${conference.id}/calendar.ics`) },
    { label: t('delete'), icon: 'trash', isDangerous: true, run: async () => { if (await deleteConference(conference)) deleted(); } },
  ];
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Conference>} */
export const loadConference = (id, signal) => get(`conferences/${id}`, {}, signal);
