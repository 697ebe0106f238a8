//! What the control half does about side rooms: who whispers, and who is whispered to.

use super::command::Command;
use super::control::Control;
use super::ids::{LegId, RoomId};
use super::seating::RoomRecord;
use super::types::Full;

impl Control {
    /// Adds a side room, for whispering: those who sit in the parent can [speak](Self::speak_aside) in it and
    /// [overhear](Self::overhear) it. Nobody sits in it.
    ///
    /// It has its parent's rate whatever becomes of that, and goes with it. A side room has no side rooms.
    pub fn add_side_room(&mut self, parent: RoomId) -> Result<RoomId, Full> {
        let rate = self.room(parent).filter(|record| record.parent.is_none()).ok_or(Full)?.rate();
        let (slot, generation) = self.rooms.insert(RoomRecord::side_of(parent, rate)).ok_or(Full)?;
        let side = RoomId { slot, generation };
        if let Some(record) = self.room_mut(parent) {
            record.sides.push(side);
        }
        Ok(side)
    }

    /// Lets a leg speak in a side room of its room instead of its room, which it goes on hearing; or there again.
    ///
    /// It has to be allowed to talk, and is told as talking as ever. Leaving the room ends it.
    pub fn speak_aside(&mut self, leg: LegId, side: Option<RoomId>) {
        let Some(former) = self.leg(leg).map(|record| record.aside) else {
            return;
        };
        if former == side || !self.can_turn_to(leg, side) {
            return;
        }
        if let Some(record) = self.leg_mut(leg) {
            record.aside = side;
        }
        self.enter_side_room(leg, side);
        self.links[leg.worker()].send(Command::SpeakAside { leg, side });
        self.leave_side_room(leg, former);
    }

    /// Lets a leg hear a side room of its room, besides its room; or its room alone. Leaving the room ends it.
    pub fn overhear(&mut self, leg: LegId, side: Option<RoomId>) {
        let Some((former, rate)) = self.leg(leg).map(|record| (record.overheard, record.codec.rate())) else {
            return;
        };
        if former == side || !self.can_turn_to(leg, side) {
            return;
        }
        if let Some(record) = self.leg_mut(leg) {
            record.overheard = side;
        }
        self.enter_side_room(leg, side);
        if let Some(side) = side {
            self.settle_spread(side);
        }
        let outlet = side.and_then(|side| self.new_outlet(side, rate, leg.worker));
        self.links[leg.worker()].send(Command::Overhear { leg, side, outlet });
        self.leave_side_room(leg, former);
    }

    /// A leg that leaves its room leaves the side rooms, too.
    pub(super) fn forget_aside(&mut self, leg: LegId) {
        let Some(record) = self.leg_mut(leg) else {
            return;
        };
        for side in [record.aside.take(), record.overheard.take()] {
            self.leave_side_room(leg, side);
        }
    }

    /// Whether a leg sits in the room that this is a side room of.
    fn can_turn_to(&self, leg: LegId, side: Option<RoomId>) -> bool {
        let Some(side) = side else {
            return true;
        };
        let parent = self.room(side).and_then(|record| record.parent);
        parent.is_some() && parent == self.leg(leg).and_then(|record| record.room)
    }

    fn enter_side_room(&mut self, leg: LegId, side: Option<RoomId>) {
        let Some(side) = side else {
            return;
        };
        self.move_home(side, leg.worker);
        self.attach(side, leg.worker);
        if let Some(record) = self.room_mut(side).filter(|record| !record.legs.contains(&leg)) {
            record.legs.push(leg);
        }
    }

    /// Unless the leg has still something to do with it.
    fn leave_side_room(&mut self, leg: LegId, side: Option<RoomId>) {
        let Some(side) = side else {
            return;
        };
        if self.leg(leg).is_some_and(|record| record.aside == Some(side) || record.overheard == Some(side)) {
            return self.settle_spread(side);
        }
        if let Some(record) = self.room_mut(side) {
            record.legs.retain(|other| *other != leg);
        }
        self.leave_worker(side, leg.worker);
        self.settle_spread(side);
    }
}
