/** What can be done in a room as a whole. */

import { fill, h } from '../../core/dom.js';
import { t } from '../../core/text.js';
import { ask } from '../../parts/dialog.js';
import { button, menu } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';
import { toast } from '../../parts/toast.js';
import { act } from './acts.js';
import { askInvite, askMix, askPlay, askRecord } from './asks.js';

/** How an invitation goes: the events that tell it. */
const INVITED = { InviteRinging: 'ringing', InviteAnswered: 'answered', InviteBusy: 'busy', InviteNoAnswer: 'noanswer', InviteRefused: 'refused', InviteFailed: 'failed' };

/**
 * The buttons of a room. `show` brings them up to date, `happened` tells them an event of the stream.
 *
 * @param {string} number @param {AbortSignal} signal
 */
export function tools(number, signal) {
  const deed = (action) => act(number, action);
  let room = /** @type {import('../../core/rooms.js').Room | null} */ (null);
  const lock = toggle(() => deed({ do: room?.locked ? 'unlock' : 'lock' }));
  const muteAll = toggle(() => deed({ do: room?.muted ? 'unmute' : 'mute', member: 'all' }));
  const record = h('span.buttons');
  const invite = button(t('live.invite'), async () => {
    const value = await askInvite();
    if (value) await deed({ do: 'invite', value });
  }, { icon: 'phone' });
  const cancel = button(t('live.cancelinvite'), () => deed({ do: 'cancel_invite' }), { icon: 'close' });
  const more = menu(t('live.more'), [
    { label: t('live.extend'), icon: 'clock', run: () => deed({ do: 'extend' }) },
    { label: t('live.play'), icon: 'play', run: async () => {
      const action = await askPlay(t('live.play.all'));
      if (action) await deed(action);
    } },
    { label: t('live.mix'), icon: 'settings', run: async () => {
      const answer = room && (await askMix(room.mix));
      if (!answer) return;
      if (answer.most !== room?.mix.most_talkers) await deed({ do: 'most_talkers', value: answer.most });
      if (answer.noise !== room?.mix.comfort_noise) await deed({ do: 'comfort_noise', value: answer.noise });
    } },
    { label: t('live.muteleaders'), icon: 'micoff', run: () => deed({ do: 'mute', member: 'all', leaders: true }) },
    { label: t('live.lowerhands'), icon: 'hand', run: () => deed({ do: 'hand', member: 'all', on: false }) },
  ], { content: [t('live.more'), icon('more')], kind: '' });
  const end = button(t('live.end'), async () => {
    const text = t('live.end.text', { count: room?.members.size ?? 0 });
    if (await ask({ title: t('live.end.title'), text, yes: t('live.end'), isDangerous: true, signal })) await deed({ do: 'end' });
  }, { icon: 'out', kind: 'danger' });
  const element = h('div.buttons.tools', { role: 'toolbar', 'aria-label': t('live.tools') }, muteAll, lock, record, invite, cancel, more, end);

  let recording = /** @type {string | null | undefined} */ (undefined);
  return {
    element,
    /** @param {import('../../core/rooms.js').Room} now */
    show(now) {
      room = now;
      says(lock, now.locked ? 'live.unlock' : 'live.lock', now.locked ? 'unlock' : 'lock', now.locked);
      says(muteAll, now.muted ? 'live.unmuteall' : 'live.muteall', now.muted ? 'mic' : 'micoff', now.muted);
      cancel.hidden = now.calling.length === 0;
      if (recording === now.recording) return;
      recording = now.recording;
      fill(record, ...recorder(now.recording, deed));
    },
    /** @param {{name: string, called?: string}} happening */
    happened({ name, called }) {
      if (INVITED[name]) toast(t(`live.invited.${INVITED[name]}`, { number: called ?? '' }), { isBad: !['InviteRinging', 'InviteAnswered'].includes(name) });
      if (name === 'RecordingFailed') toast(t('live.recordfailed'), { isBad: true });
    },
  };
}

function recorder(state, deed) {
  const order = (value) => () => deed({ do: 'record', value });
  const start = async () => {
    if (await askRecord()) await order('start')();
  };
  if (state === null) return [button(t('live.record'), start, { icon: 'record' })];
  return [
    state === 'paused' ? button(t('live.record.resume'), order('resume'), { icon: 'record' }) : button(t('live.record.pause'), order('pause'), { icon: 'pause' }),
    button(t('live.record.stop'), order('stop'), { icon: 'stop' }),
  ];
}

/** A button whose words say what it will do. */
function toggle(run) {
  return button(h('span'), run);
}

function says(element, key, picture, isOn) {
  if (element.dataset.says === key) return;
  element.dataset.says = key;
  element.classList.toggle('is-on', isOn);
  fill(element, icon(picture), h('span', t(key)));
}
