//! Rooms in progress.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::announce::Announcing;
use super::aside::Asides;
use super::calls::{End, Stage};
use super::happenings::Present;
use super::names::Names;
use super::recordings::Recording;
use super::speakers::Speakers;
use super::{CallId, Host, Origin, Service, Waker};
use crate::engine::{LegId, RoomId};
use crate::room::{self, By, CallResult, Conference, Declined, InviteId, MemberId, Order, Room, RoomNumber};

/// A room in progress.
pub(super) struct OpenRoom {
    pub(super) room: Room,
    /// What of the directory is held here.
    pub(super) origin: Option<Arc<Origin>>,
    pub(super) id: RoomId,
    /// When it opened, since 1970-01-01 00:00 UTC.
    pub(super) opened: Duration,
    /// The members who are in the mix.
    pub(super) seated: BTreeSet<CallId>,
    pub(super) announcing: Announcing,
    pub(super) names: Names,
    pub(super) asides: Asides,
    /// The members, as they are told of to others.
    pub(super) present: BTreeMap<CallId, Present>,
    /// The calls that are made for it.
    pub(super) invites: Vec<InviteId>,
    pub(super) recording: Option<Recording>,
    pub(super) speakers: Speakers,
    /// Its picture is older than it is.
    pub(super) changed: bool,
}

impl OpenRoom {
    /// What is held here has only its number in common with that.
    pub(super) fn is_other(&self, origin: Option<&Arc<Origin>>) -> bool {
        match (&self.origin, origin) {
            (Some(ours), Some(theirs)) => !ours.is_same(theirs),
            (None, None) => false,
            _ => true,
        }
    }
}

impl<H: Host> Service<H> {
    /// Opens the conference's room if it is not open; false if the engine has no place.
    pub(super) fn open_room(
        &mut self,
        now: Duration,
        conference: &Arc<Conference>,
        origin: Option<Arc<Origin>>,
    ) -> bool {
        if self.rooms.contains_key(&conference.number) {
            return true;
        }
        let Ok(id) = self.engine.add_room() else { return false };
        let ours = |unix: Duration| self.unix_time.ours(now, unix);
        let schedule = conference.schedule;
        let (opens, closes) = (schedule.opens.map(ours), schedule.closes.map(ours));
        let open = OpenRoom {
            room: Room::new(now, conference.clone(), opens, closes),
            origin,
            id,
            opened: self.unix_time.at(now),
            seated: BTreeSet::new(),
            announcing: Announcing::default(),
            names: Names::default(),
            asides: Asides::default(),
            present: BTreeMap::new(),
            invites: Vec::new(),
            recording: None,
            speakers: Speakers::default(),
            changed: true,
        };
        self.rooms.insert(conference.number.clone(), open);
        true
    }

    /// A room has ended.
    pub(super) fn close_room(&mut self, now: Duration, number: &RoomNumber) {
        let Some(open) = self.rooms.remove(number) else { return };
        for invite in open.invites {
            self.give_up(now, invite);
        }
        if let Some(recording) = open.recording {
            self.complete(recording);
        }
        self.close_asides(open.asides);
        self.alarms.set(&Waker::Room(number.clone()), None);
        self.engine.remove_room(open.id);
        self.publisher.closed(number);
    }

    /// Hands an input to a room and does what it wants done. What comes of that for this room or another is handed in
    /// afterwards, in its order.
    pub(super) fn tell_room(&mut self, now: Duration, number: &RoomNumber, input: room::Input) {
        self.inputs.push_back((number.clone(), input));
        if self.telling {
            return;
        }
        self.telling = true;
        while let Some((number, input)) = self.inputs.pop_front() {
            self.hand_in(now, &number, input);
        }
        self.telling = false;
    }

    fn hand_in(&mut self, now: Duration, number: &RoomNumber, input: room::Input) {
        let Some(open) = self.rooms.get_mut(number) else {
            // The room ended between his being let in and this.
            if let room::Input::Join { member, .. } = input {
                self.say_goodbye(now, CallId(member.0), Vec::new(), End::back(CallResult::Ended));
            }
            return;
        };
        open.room.handle(now, input);
        open.changed = true;
        loop {
            let Some(open) = self.rooms.get_mut(number) else { return };
            match open.room.poll() {
                room::Output::WakeAt(at) => return self.alarms.set(&Waker::Room(number.clone()), Some(at)),
                room::Output::Idle => return self.alarms.set(&Waker::Room(number.clone()), None),
                output => self.do_for_room(now, number, output),
            }
        }
    }

    /// Gives a room an order in the console's name. Not while a room is told something.
    pub(super) fn order(&mut self, now: Duration, number: &RoomNumber, order: Order) -> Result<(), Declined> {
        self.declined = None;
        self.tell_room(now, number, room::Input::Order { by: By::Console, order });
        self.declined.take().map_or(Ok(()), Err)
    }

    /// Lets a member go on in another room. Not while a room is told something.
    pub(super) fn move_call(
        &mut self,
        now: Duration,
        number: &RoomNumber,
        id: CallId,
        target: &RoomNumber,
    ) -> Result<(), Declined> {
        if number == target {
            return Err(Declined::Already);
        }
        self.moves.insert(id, target.clone());
        let answer = self.order(now, number, Order::Move(MemberId(id.0)));
        self.moves.remove(&id);
        answer
    }

    /// Whether there is such a conference.
    pub(super) fn can_move_to(&self, now: Duration, target: &RoomNumber) -> bool {
        self.conference_at(now, target).is_ok()
    }

    /// What is held in a room that is open.
    pub(super) fn held(&self, number: &RoomNumber) -> Option<Arc<Conference>> {
        self.rooms.get(number).map(|open| open.room.conference().clone())
    }

    /// What of the directory is held in a room that is open.
    pub(super) fn origin_of(&self, number: &RoomNumber) -> Option<Arc<Origin>> {
        self.rooms.get(number).and_then(|open| open.origin.clone())
    }

    pub(super) fn talking(&mut self, now: Duration, leg: LegId, on: bool) {
        let Some(&id) = self.legs.get(&leg) else { return };
        let Some(call) = self.calls.get(&id).filter(|call| matches!(call.stage, Stage::Inside)) else { return };
        let number = call.number.clone();
        self.tell_room(now, &number, room::Input::Talking { member: MemberId(id.0), on });
    }

    /// Wakes whatever wanted to be woken by now.
    pub(super) fn wake_due(&mut self, now: Duration) {
        for who in self.alarms.take_due(now) {
            match who {
                Waker::Call(id) => self.wake_call(now, id),
                Waker::Room(number) => self.tell_room(now, &number, room::Input::Wake),
            }
        }
    }

    /// The members of a room by the numbers they have in it.
    pub(super) fn members_by_number(&self, number: &RoomNumber) -> BTreeMap<u32, CallId> {
        let present = self.rooms.get(number).into_iter().flat_map(|open| &open.present);
        present.map(|(&id, present)| (present.number, id)).collect()
    }
}
