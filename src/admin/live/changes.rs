//! What is different between two pictures of the rooms, as events.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::batch::{Audience, Draft};
use super::view::{Member, Room};
use crate::room::RoomNumber;
use crate::service::{MemberPicture, Picture, RoomPicture};

/// Members of a room that are new or otherwise than before, but for how they talk, and those that are gone.
#[derive(Serialize)]
struct Members<'a> {
    number: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<Member<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gone: Vec<u32>,
}

/// All who talk in a room now, how loud in dB against full scale if that is known, and who spoke last.
#[derive(PartialEq, Serialize)]
struct Levels<'a> {
    number: &'a str,
    talking: BTreeMap<u32, Option<i8>>,
    speakers: &'a [u32],
}

#[derive(Serialize)]
struct Closed<'a> {
    number: &'a str,
}

/// Writes down all that makes `after` of `before`.
pub(super) fn write(before: &Picture, after: &Picture, draft: &mut Draft) {
    for (number, old) in &before.rooms {
        let new = after.rooms.get(number);
        if new.is_none_or(|new| is_other(old, new)) {
            draft.add(audience(old), Some(number), "closed", &Closed { number: number.as_str() });
        }
    }
    for (number, new) in &after.rooms {
        match before.rooms.get(number).filter(|old| !is_other(old, new)) {
            None => draft.add(audience(new), Some(number), "room", &Room::new(number, new, after.taken_at)),
            Some(old) if Arc::ptr_eq(old, new) => {}
            Some(old) => write_room(number, old, new, after.taken_at, draft),
        }
    }
}

/// Who may see a room.
pub(super) fn audience(room: &RoomPicture) -> Audience {
    room.conference.map_or(Audience::Staff, |(_, owner)| Audience::Owner(owner))
}

/// It is another room under the same number, or somebody else's by now.
fn is_other(old: &RoomPicture, new: &RoomPicture) -> bool {
    (old.opened, old.conference) != (new.opened, new.conference)
}

fn write_room(number: &RoomNumber, old: &RoomPicture, new: &RoomPicture, taken_at: Duration, draft: &mut Draft) {
    if !is_alike(old, new) {
        draft.add(audience(new), Some(number), "room", &Room::alone(number, new, taken_at));
    }
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    let mut olds = old.members.iter().peekable();
    for member in &new.members {
        while let Some(left) = olds.next_if(|old| old.number < member.number) {
            gone.push(left.number);
        }
        let same = olds.next_if(|old| old.number == member.number);
        if same.is_none_or(|old| !is_member_alike(old, member)) {
            changed.push(Member::new(member, taken_at));
        }
    }
    gone.extend(olds.map(|left| left.number));
    if !changed.is_empty() || !gone.is_empty() {
        let members = Members { number: number.as_str(), changed, gone };
        draft.add(audience(new), Some(number), "members", &members);
    }
    let levels = levels(number, new);
    if levels != self::levels(number, old) {
        draft.add(audience(new), Some(number), "levels", &levels);
    }
}

fn levels<'a>(number: &'a RoomNumber, room: &'a RoomPicture) -> Levels<'a> {
    let talking = room.members.iter().filter(|member| member.talking);
    let talking = talking.map(|member| (member.number, member.level)).collect();
    Levels { number: number.as_str(), talking, speakers: &room.speakers }
}

/// Whether a room's own particulars are the same.
fn is_alike(old: &RoomPicture, new: &RoomPicture) -> bool {
    let RoomPicture {
        conference,
        name,
        opened,
        ends_at,
        locked,
        muted,
        recording,
        calling,
        mix,
        rate,
        max_members,
        members: _,
        speakers: _,
    } = old;
    (conference, name, opened, ends_at) == (&new.conference, &new.name, &new.opened, &new.ends_at)
        && (locked, muted, recording) == (&new.locked, &new.muted, &new.recording)
        && (calling, mix, rate, max_members) == (&new.calling, &new.mix, &new.rate, &new.max_members)
}

/// Whether a member's particulars are the same, but for how he talks.
fn is_member_alike(old: &MemberPicture, new: &MemberPicture) -> bool {
    let MemberPicture {
        number,
        call,
        channel,
        caller,
        role,
        mutes,
        waits,
        deaf,
        hand,
        talking: _,
        level: _,
        levelled,
        denoised,
        held,
        talk_volume,
        listen_volume,
        joined_at: _,
    } = old;
    (number, call, channel, caller) == (&new.number, &new.call, &new.channel, &new.caller)
        && (role, mutes, waits, deaf) == (&new.role, &new.mutes, &new.waits, &new.deaf)
        && (hand, levelled, denoised, held) == (&new.hand, &new.levelled, &new.denoised, &new.held)
        && (talk_volume, listen_volume) == (&new.talk_volume, &new.listen_volume)
}
