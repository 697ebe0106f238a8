/** One conference: how to join, when, what is set, its sounds, its mails. */

import { get, url } from '../../core/api.js';
import { h, reconcile } from '../../core/dom.js';
import { listen } from '../../core/events.js';
import { dateTime, minutes, momentOf, relative, span } from '../../core/format.js';
import { go } from '../../core/router.js';
import { is } from '../../core/session.js';
import { hasText, t } from '../../core/text.js';
import { badge, button, copyText, head, menu, note, secret } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';
import { invitationText } from './invitation.js';
import { GROUPS, read } from './options.js';
import { badges, cityOf, deeds, loadConference, nameOf, renewCodes, sendInvitations, when } from './parts.js';
import { nextDays, readRule } from './rule.js';
import { sounds } from './sounds.js';

/** @param {import('../../core/router.js').Place} place */
export async function openConference({ params, signal, setTitle }) {
  const mayChange = is('provider', 'owner');
  const holder = h('div.stack.sheet');
  const refresh = async () => {
    try {
      const [one, mails] = await Promise.all([loadConference(params.id, signal), mayChange ? get(`conferences/${params.id}/mail`, {}, signal) : []]);
      if (signal.aborted) return;
      setTitle(nameOf(one));
      show(one, mails);
    } catch (error) {
      if (error.status !== 404 || !holder.childElementCount) throw error;
      reconcile(holder, [{ key: 'gone' }], ({ key }) => key, () => note('bad', t('form.gone')));
    }
  };
  const gone = () => go('/conferences');
  const show = (one, mails) => {
    const { name_sound: nameSound, music_sound: musicSound, id, read_only: readOnly } = one;
    const blocks = [
      { key: 'head', one },
      one.in_progress && { key: 'live', number: one.number },
      { key: 'cards', one, mails },
      mayChange && !readOnly && { key: 'sounds', id, nameSound, musicSound },
    ].filter(Boolean);
    reconcile(holder, blocks, ({ key }) => key, (block) => RENDER[block.key](block, { mayChange, refresh, gone }));
  };
  await refresh();
  for (const name of ['directory', 'resumed', 'room', 'closed']) {
    listen(name, (data) => {
      const isOther = name === 'directory' && data.conference !== Number(params.id) && !data.mail && !data.everything;
      if (!isOther) refresh().catch(() => {});
    }, signal);
  }
  return holder;
}

const RENDER = {
  gone: () => note('bad', t('form.gone')),
  live: ({ number }) => note('good', h('p', t('detail.inprogress'), ' ', h('a', { href: `#/rooms/${encodeURIComponent(number)}` }, t('detail.room')))),
  head: ({ one }, { mayChange, refresh, gone }) => head({
    title: nameOf(one),
    back: { href: '#/conferences', label: t('conferences.title') },
    badges: h('div.badges', badge(t(`kind.${one.kind}`), 'accent'), badges(one)),
    lead: one.description,
    actions: mayChange && !one.read_only && [
      h('a.button', { href: `#/conferences/${one.id}/edit`, data: { part: 'edit' } }, icon('edit'), t('edit')),
      one.codes && button(t('invite.action'), () => sendInvitations(one), { kind: 'primary', icon: 'send', part: 'send' }),
      menu(t('conference.actions', { name: nameOf(one) }), deeds(one, refresh, gone).filter((deed) => deed && !SHOWN.has(deed.icon)), { kind: '' }),
    ],
  }),
  cards: ({ one, mails }, { mayChange, refresh }) => h(
    'div.cards',
    joining(one, mayChange, refresh),
    times(one),
    settings(one),
    mayChange && one.codes && invitations(one, mails),
  ),
  sounds: ({ id, nameSound, musicSound }) => sounds(id, { name: nameSound, music: musicSound }),
};

/** What the head has as buttons, by their icons. */
const SHOWN = new Set(['edit', 'send']);

function joining(one, mayChange, refresh) {
  const { codes, pin, extension, dial_in: dialIn } = one;
  const code = (name, value) => value && [h('dt', t(`code.${name}`)), h('dd', secret(value, t(`code.${name}`), { part: name }))];
  return h(
    'section.card.pad.stack',
    h('h2', t('detail.join')),
    h(
      'dl.facts',
      extension && [h('dt', t('form.extension')), h('dd.number', extension)],
      codes !== null && dialIn?.length > 0 && [h('dt', t('detail.dialin')), h('dd', dialIn.map((line) => h('div', line)))],
      codes !== null && one.access_number && [h('dt', t('form.access')), h('dd.number', one.access_number)],
      codes && code('leader', codes.leader),
      codes && code('participant', codes.participant),
      code('pin', pin),
    ),
    // An operator is told neither numbers nor codes of it.
    codes === undefined && !extension && h('p', t('detail.bycode')),
    codes && !dialIn?.length && !extension && note('warn', t('detail.noway'), ' ', is('provider') && h('a', { href: '#/settings' }, t('detail.noway.settings'))),
    codes && h('p.small.muted', t('detail.guesttext.help')),
    codes && h('div.buttons', guestCopy(one), mayChange && button(t('codes.new.action'), async () => { if (await renewCodes(one)) await refresh(); }, { kind: 'small plain', icon: 'key', part: 'codes' })),
  );
}

function guestCopy(one) {
  const by = h('button.button.small', { type: 'button', data: { part: 'guest' }, onclick: () => copyText(invitationText(one), by) }, icon('copy'), t('detail.guesttext'));
  return by;
}

function times(one) {
  const { schedule, expires } = one;
  const rule = schedule?.repeats && readRule(schedule.repeats, schedule.start);
  const from = one.closes && one.list === 'current' ? one.closes : new Date().toISOString();
  const at = (day) => momentOf(`${day}T${schedule.start.slice(11)}`, schedule.zone);
  const next = rule ? nextDays(rule, schedule.start, 5, from).filter((day) => at(day) > new Date()).slice(0, 4) : [];
  return h(
    'section.card.pad.stack',
    h('h2', t('column.when')),
    when(one),
    next.length > 0 && h('div', h('p.small.muted', t('outcome.next')), h('ul', next.map((day) => h('li', span(at(day), at(day).getTime() + schedule.duration_minutes * 60_000, schedule.zone), h('span.muted', ` ${cityOf(schedule.zone)}`))))),
    h(
      'dl.facts',
      schedule && [h('dt', t('when.lasts')), h('dd', minutes(schedule.duration_minutes))],
      expires && schedule && [h('dt', t('form.expires')), h('dd', dateTime(expires))],
      one.session_minutes && [h('dt', t('form.session')), h('dd', minutes(one.session_minutes))],
    ),
    schedule && h('p', h('a', { href: url(`conferences/${one.id}/calendar.ics`) }, t('conference.calendar'))),
  );
}

function settings(one) {
  const options = GROUPS.flatMap((group) => group.options);
  const known = new Set(options.map(({ name }) => name));
  const row = (option) => {
    const value = read(option, one.settings[option.name]);
    if (value === option.usual) return null;
    const words = hasText(`option.${option.name}.${value}`) ? t(`option.${option.name}.${value}`) : value;
    return [h('dt', t(`option.${option.name}`)), h('dd', option.type === 'check' ? t(value) : words)];
  };
  const rows = options.map(row).filter(Boolean);
  const others = Object.entries(one.settings ?? {}).filter(([name]) => !known.has(name));
  return h(
    'section.card.pad.stack',
    h('h2', t('detail.settings')),
    h(
      'dl.facts',
      one.tag && [h('dt', t('form.tag')), h('dd', h('a', { href: `#/history?tag=${encodeURIComponent(one.tag)}` }, one.tag))],
      one.owner_login && [h('dt', t('form.owner')), h('dd', one.owner_login)],
      [h('dt', t('form.most')), h('dd', one.max_participants ?? t('detail.account'))],
      rows,
      others.map(([name, value]) => [h('dt.mono.small', name), h('dd', value)]),
    ),
    !rows.length && !others.length && h('p.muted', t('detail.usual')),
  );
}

function invitations(one, mails) {
  const state = ({ sent, failed, error, due }) => {
    if (sent) return badge(t('mail.sent', { when: relative(sent) }), 'good');
    if (failed) return [badge(t('mail.failed'), 'bad'), h('span.under.small', error)];
    return [badge(t('mail.waits'), 'warn'), error && h('span.under.small', t('mail.again', { when: relative(due), error }))];
  };
  const people = [one.email && h('li', one.email, ' ', h('span.muted.small', t('detail.leads'))), ...one.guests.map((guest) => h('li', guest))].filter(Boolean);
  return h(
    'section.card.pad.stack',
    h('h2', t('form.inviting')),
    people.length ? h('ul', people) : h('p.muted', t('detail.nobody'), ' ', h('a', { href: `#/conferences/${one.id}/edit?field=email` }, t('invite.nobody.yes'))),
    mails.length > 0 && h('details', h('summary', t('detail.mails', { count: mails.length })), h('ul.stack.tight', mails.slice(0, 20).map((mail) => h('li', h('div', mail.recipient), state(mail))))),
  );
}
