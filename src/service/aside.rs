//! Who hears whom in a room besides all hearing all: whispering, and pairs.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{CallId, Host, Service};
use crate::engine::{Full, RoomId};
use crate::room::{self, By, MemberId, Order, RoomNumber};

/// Those in a room who talk aside.
#[derive(Default)]
pub(super) struct Asides {
    /// Who whispers, and to whom.
    whispers: BTreeMap<MemberId, MemberId>,
    /// Where each of the latter is whispered to.
    sides: BTreeMap<MemberId, RoomId>,
    pairs: Vec<(MemberId, MemberId, RoomId)>,
}

impl Asides {
    /// The room of their own that a member shares with another.
    fn pair_of(&self, member: MemberId) -> Option<RoomId> {
        self.pairs.iter().find(|(a, b, _)| *a == member || *b == member).map(|(_, _, room)| *room)
    }
}

impl<H: Host> Service<H> {
    /// Puts a member who is seated where he belongs.
    pub(super) fn settle_seat(&mut self, number: &RoomNumber, member: MemberId) {
        let id = CallId(member.0);
        let (Some(open), Some(call)) = (self.rooms.get(number), self.calls.get(&id)) else { return };
        if !open.seated.contains(&id) {
            return;
        }
        if let Some(room) = open.asides.pair_of(member) {
            return self.engine.seat(call.leg, room);
        }
        self.engine.seat(call.leg, open.id);
        let to = open.asides.whispers.get(&member);
        self.engine.speak_aside(call.leg, to.and_then(|to| open.asides.sides.get(to)).copied());
        self.engine.overhear(call.leg, open.asides.sides.get(&member).copied());
    }

    pub(super) fn whisper(&mut self, now: Duration, number: &RoomNumber, member: MemberId, to: Option<MemberId>) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        let before = open.asides.whispers.remove(&member);
        if let Some(to) = to {
            if !open.asides.sides.contains_key(&to) {
                match self.engine.add_side_room(open.id) {
                    Ok(side) => {
                        open.asides.sides.insert(to, side);
                    }
                    Err(full) => return self.undo(now, number, Order::Whisper(member, None), full),
                }
            }
            open.asides.whispers.insert(member, to);
            self.settle_seat(number, to);
        }
        self.settle_seat(number, member);
        if let Some(before) = before {
            self.close_side(number, before);
        }
    }

    /// Nobody may whisper to him any more.
    fn close_side(&mut self, number: &RoomNumber, listener: MemberId) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        if open.asides.whispers.values().any(|to| *to == listener) {
            return;
        }
        if let Some(side) = open.asides.sides.remove(&listener) {
            self.settle_seat(number, listener);
            self.engine.remove_room(side);
        }
    }

    pub(super) fn pair(&mut self, now: Duration, number: &RoomNumber, a: MemberId, b: MemberId) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        match self.engine.add_room() {
            Ok(room) => {
                open.asides.pairs.push((a, b, room));
                self.settle_seat(number, a);
                self.settle_seat(number, b);
            }
            Err(full) => self.undo(now, number, Order::Unpair(a), full),
        }
    }

    pub(super) fn unpair(&mut self, number: &RoomNumber, a: MemberId, b: MemberId) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        let is_it = |pair: &(MemberId, MemberId, RoomId)| (pair.0, pair.1) == (a, b) || (pair.0, pair.1) == (b, a);
        let Some(at) = open.asides.pairs.iter().position(is_it) else { return };
        let (_, _, room) = open.asides.pairs.swap_remove(at);
        self.settle_seat(number, a);
        self.settle_seat(number, b);
        self.engine.remove_room(room);
    }

    /// A member is gone. Who whispered to him is heard by nobody until the room says otherwise.
    pub(super) fn end_asides(&mut self, number: &RoomNumber, member: MemberId) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        let to = open.asides.whispers.remove(&member);
        let pair = open.asides.pairs.iter().find(|(a, b, _)| *a == member || *b == member).copied();
        if let Some(to) = to {
            self.close_side(number, to);
        }
        self.close_side(number, member);
        if let Some((a, b, _)) = pair {
            self.unpair(number, a, b);
        }
    }

    /// A room has ended: its side rooms go with it, and those of its pairs.
    pub(super) fn close_asides(&mut self, asides: Asides) {
        for (_, _, room) in asides.pairs {
            self.engine.remove_room(room);
        }
    }

    /// It cannot be: what was to be between two must not be heard by all.
    fn undo(&mut self, now: Duration, number: &RoomNumber, order: Order, why: Full) {
        log::warn!("nobody can talk aside in room {number}: {why}");
        self.tell_room(now, number, room::Input::Order { by: By::Console, order });
    }
}
