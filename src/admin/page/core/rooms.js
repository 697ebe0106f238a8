/**
 * The rooms in progress, as the event stream tells them, for every view that shows them.
 *
 * @typedef {{number: number, name: string, caller: string, channel: string, role: 'leader' | 'participant' | 'listener',
 *   muted: boolean, muted_by: string[], waits: 'away' | 'early' | 'lobby' | 'leader' | null, deaf: boolean, hand: boolean,
 *   talking: boolean, level: number | null, levelled: boolean, denoised: boolean, held: boolean, seconds: number,
 *   talk_volume: number, listen_volume: number, since: number}} Member
 *   as the API tells; `since`: when he came, in ms since 1970
 * @typedef {{number: string, name: string, conference: number | null, locked: boolean, muted: boolean,
 *   recording: 'announced' | 'on' | 'paused' | null, calling: string[], rate: number, max_members: number | null,
 *   mix: {most_talkers: number, comfort_noise: number | null}, began: string, ends: number | null, speakers: number[],
 *   members: Map<number, Member>, talking: Map<number, number | null>}} Room
 *   as the API tells, its members by number; `ends`: when it ends by itself, if it does, in ms since 1970 to the nearest
 *   minute; `talking`: those who talk now, and how loud in dBFS
 */

import { listen, onConnection } from './events.js';

/** By number. @type {Map<string, Room>} */
export const rooms = new Map();

/** They have been told: one that is not there is none. */
export let areKnown = false;

const target = new EventTarget();
const always = new AbortController().signal;

/**
 * Calls `handler` until `signal` aborts, for each `all` (they have been told from the start), `room` (one's own fields; the room),
 * `members` (`{room, changed: Member[], gone: number[]}`), `levels` (the room), `closed` (its number).
 *
 * @param {'all' | 'room' | 'members' | 'levels' | 'closed'} name @param {(detail: any) => void} handler @param {AbortSignal} signal
 */
export function onRooms(name, handler, signal) {
  target.addEventListener(name, (event) => handler(/** @type {CustomEvent} */ (event).detail), { signal });
}

listen('rooms', (told) => {
  const numbers = new Set(told.map(({ number }) => number));
  for (const number of [...rooms.keys()]) if (!numbers.has(number)) close(number);
  for (const room of told) take(room);
  areKnown = true;
  tell('all', null);
}, always);

listen('room', take, always);

listen('members', ({ number, changed = [], gone = [] }) => {
  const room = rooms.get(number);
  if (!room) return;
  for (const member of gone) {
    room.members.delete(member);
    room.talking.delete(member);
  }
  for (const member of changed) room.members.set(member.number, dated(member));
  tell('members', { room, changed, gone });
}, always);

listen('levels', ({ number, talking, speakers }) => {
  const room = rooms.get(number);
  if (!room) return;
  room.talking = new Map(Object.entries(talking).map(([member, level]) => [Number(member), level]));
  if (speakers) room.speakers = speakers;
  tell('levels', room);
}, always);

listen('closed', ({ number }) => close(number), always);

// Nobody is signed in, or nobody looks: what was known is not what another may see.
onConnection((state) => {
  if (state !== 'off') return;
  areKnown = false;
  rooms.clear();
});

/** A room that is new or has changed; without `members` only in its own fields. A room that is known stays the same object. */
function take({ members, ends_in: left, ...fields }) {
  const known = rooms.get(fields.number);
  const ends = left === null ? null : Math.round((Date.now() + left * 1000) / 60_000) * 60_000;
  const room = Object.assign(known ?? { members: new Map(), talking: new Map() }, { ...fields, ends });
  rooms.set(room.number, room);
  tell('room', room);
  if (!members) return;
  const before = room.members;
  room.members = new Map(members.map((member) => [member.number, dated(member)]));
  room.talking = new Map(members.filter((member) => member.talking).map(({ number, level }) => [number, level]));
  tell('members', { room, changed: members, gone: [...before.keys()].filter((number) => !room.members.has(number)) });
}

function close(number) {
  rooms.delete(number);
  tell('closed', number);
}

function dated(member) {
  member.since = Date.now() - member.seconds * 1000;
  return member;
}

function tell(name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail }));
}

/** What to call a room. @param {Room} room */
export const titleOf = (room) => room.name || room.number;

/** What to call a member. @param {Member} member @param {(key: string, places?: any) => string} t */
export const nameOf = (member, t) => member.name || member.caller || t('live.nobody', { number: String(member.number) });
