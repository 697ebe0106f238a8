//! Who sits where: on which workers a room is, at which rate, and what each leg needs to take part.

use std::sync::Arc;

use super::command::{Command, Retune, Retuned, Seating};
use super::control::Control;
use super::edge::Edge;
use super::forms::Forms;
use super::ids::{LegId, RoomId, TapId};
use super::room::{Outlet, Room};
use super::types::{RoomSound, Target};
use crate::audio::{Clip, SampleRate};

/// What is known of a room.
#[derive(Default)]
pub(super) struct RoomRecord {
    rate: SampleRate,
    pub sound: RoomSound,
    /// Those who sit in it; for a side room, those who speak in it or overhear it.
    pub legs: Vec<LegId>,
    /// The room that this is a side room of.
    pub parent: Option<RoomId>,
    pub sides: Vec<RoomId>,
    /// The workers (bits) that have this room.
    workers: u64,
    /// The worker that plays the room's clips. Its partial sum carries them to the others, so that all hear them once
    /// and at the same time.
    home: Option<u8>,
    /// For each rate, the workers (bits) that have the room's mix at it.
    heard_at: [u64; SampleRate::ALL.len()],
    /// Whether somebody hears it in two channels, and the same for that.
    pub has_spread: bool,
    pub spread_at: [u64; SampleRate::ALL.len()],
    /// In which coded forms those who sit in it hear it.
    forms: Forms,
    pub clips: usize,
    pub taps: Vec<TapId>,
}

impl RoomRecord {
    /// A side room of `parent`.
    pub fn side_of(parent: RoomId, rate: SampleRate) -> RoomRecord {
        RoomRecord { rate, parent: Some(parent), ..RoomRecord::default() }
    }

    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    pub fn workers(&self) -> u64 {
        self.workers
    }

    pub fn home(&self) -> Option<usize> {
        self.home.map(usize::from)
    }

    fn has_legs_at(&self, worker: u8) -> bool {
        self.legs.iter().any(|leg| leg.worker == worker)
    }
}

impl Control {
    /// The rate at which a room is mixed now; the lowest for a room that is gone.
    pub fn room_rate(&self, room: RoomId) -> SampleRate {
        self.room(room).map(RoomRecord::rate).unwrap_or_default()
    }

    pub(super) fn take_seat(&mut self, leg: LegId, room: RoomId) {
        let is_side_room = self.room(room).is_none_or(|record| record.parent.is_some());
        let (Some(seated), false) = (self.leg(leg).map(|r| r.room), is_side_room) else {
            return;
        };
        if seated == Some(room) {
            return;
        }
        self.leave_seat(leg);
        self.move_home(room, leg.worker);
        self.attach(room, leg.worker);
        let Some(codec) = self.leg_mut(leg).map(|record| {
            record.room = Some(room);
            record.codec
        }) else {
            return;
        };
        let rate = codec.rate();
        let Some(record) = self.room_mut(room) else {
            return;
        };
        record.legs.push(leg);
        let new_form = record.forms.enter(leg.worker, codec);
        let room_rate = record.rate;
        self.settle_spread(room);
        let mut seating = Box::new(Seating { edge: None, outlet: None, coding: None });
        let retuned = self.best_rate(room) != room_rate;
        if !retuned && rate != room_rate {
            seating.edge = Some(Box::new(Edge::new(rate, room_rate)));
            seating.outlet = self.new_outlet(room, rate, leg.worker);
        }
        if !retuned {
            seating.coding = new_form.and_then(|coded| self.shared_coding(coded));
        }
        self.links[leg.worker()].send(Command::Seat { leg, room, seating });
        if retuned {
            self.retune(room);
        }
    }

    pub(super) fn leave_seat(&mut self, leg: LegId) {
        let left = self.leg_mut(leg).and_then(|record| Some((record.room.take()?, record.codec)));
        let Some((room, codec)) = left else {
            return;
        };
        self.links[leg.worker()].send(Command::Unseat { leg });
        self.forget_aside(leg);
        if let Some(record) = self.room_mut(room) {
            record.legs.retain(|other| *other != leg);
            if let Some(coded) = record.forms.leave(leg.worker, codec) {
                self.links[leg.worker()].send(Command::Uncode { room, coded });
            }
        }
        self.leave_worker(room, leg.worker);
        self.settle_spread(room);
        if self.room(room).is_some_and(|record| self.best_rate(room) != record.rate) {
            self.retune(room);
        }
    }

    /// Takes a room off a worker that has no more use for it.
    pub(super) fn leave_worker(&mut self, room: RoomId, worker: u8) {
        let Some(record) = self.room(room) else {
            return;
        };
        let is_home = record.home == Some(worker);
        let is_used = record.clips > 0 || !record.taps.is_empty() || !record.legs.is_empty();
        if record.workers & bit(worker) != 0 && !record.has_legs_at(worker) && !(is_home && is_used) {
            self.detach(room, worker);
        }
    }

    /// Takes everybody out of a room and the room off all workers.
    pub(super) fn clear_room(&mut self, room: RoomId) {
        let Some(record) = self.room_mut(room) else {
            return;
        };
        let legs = std::mem::take(&mut record.legs);
        let workers = std::mem::take(&mut record.workers);
        record.forms = Forms::default();
        record.home = None;
        let is_side_room = record.parent.is_some();
        for leg in legs {
            let Some(record) = self.leg_mut(leg) else {
                continue;
            };
            if is_side_room {
                record.aside = record.aside.filter(|side| *side != room);
                record.overheard = record.overheard.filter(|side| *side != room);
                continue;
            }
            record.room = None;
            self.links[leg.worker()].send(Command::Unseat { leg });
            self.forget_aside(leg);
        }
        for worker in bits(workers) {
            self.links[usize::from(worker)].send(Command::DetachRoom { room });
        }
    }

    /// Where a room's clips are played, and at which rate. A room that is nowhere opens at `worker`.
    pub(super) fn open_at_home(&mut self, room: RoomId, worker: u8) -> Option<(usize, SampleRate)> {
        let home = self.room(room)?.home;
        if home.is_none() {
            self.attach(room, worker);
        }
        let record = self.room(room)?;
        Some((record.home()?, record.rate))
    }

    /// An empty room that plays nothing moves to where its first leg is, so that it is not split.
    pub(super) fn move_home(&mut self, room: RoomId, worker: u8) {
        let Some(record) = self.room(room) else {
            return;
        };
        let idle = record.legs.is_empty() && record.clips == 0;
        if let Some(home) = record.home.filter(|home| idle && *home != worker) {
            self.detach(room, home);
        }
    }

    pub(super) fn attach(&mut self, room: RoomId, worker: u8) {
        if self.room(room).is_none_or(|record| record.workers & bit(worker) != 0) {
            return;
        }
        let (workers, clips) = (self.links.len(), self.capacity.clips);
        let spread = self.new_spread(room, worker);
        let Some(record) = self.room_mut(room) else {
            return;
        };
        record.workers |= bit(worker);
        record.home.get_or_insert(worker);
        record.heard_at[record.rate.index()] |= bit(worker);
        let mut attached = Box::new(Room::new(room.generation, record.rate, workers, clips));
        attached.spread = spread;
        self.links[usize::from(worker)].send(Command::AttachRoom { slot: room.slot, room: attached });
        self.introduce_peers(room);
        self.send_sound(room);
        self.move_taps(room);
    }

    fn detach(&mut self, room: RoomId, worker: u8) {
        let Some(record) = self.room_mut(room) else {
            return;
        };
        record.workers &= !bit(worker);
        if record.home == Some(worker) {
            record.home = None;
        }
        for heard_at in record.heard_at.iter_mut().chain(&mut record.spread_at) {
            *heard_at &= !bit(worker);
        }
        self.links[usize::from(worker)].send(Command::DetachRoom { room });
        self.introduce_peers(room);
    }

    /// Tells a room's workers how it sounds. The noise is made at its home alone, like its clips: it is one for all.
    pub(super) fn send_sound(&mut self, room: RoomId) {
        let Some(record) = self.room(room) else {
            return;
        };
        let (sound, workers, home) = (record.sound, record.workers, record.home);
        for worker in bits(workers) {
            let comfort_noise = sound.comfort_noise.filter(|_| home == Some(worker));
            let sound = RoomSound { comfort_noise, ..sound };
            self.links[usize::from(worker)].send(Command::SetRoomSound { room, sound });
        }
    }

    fn introduce_peers(&mut self, room: RoomId) {
        let workers = self.room(room).map_or(0, |record| record.workers);
        for worker in bits(workers) {
            let peers = workers & !bit(worker);
            self.links[usize::from(worker)].send(Command::SetPeers { room, peers });
        }
    }

    /// The highest rate that two of the legs can use: more would be heard by nobody but its talker.
    fn best_rate(&self, room: RoomId) -> SampleRate {
        let legs = self.room(room).map_or(&[][..], |record| &record.legs);
        let mut best = [SampleRate::default(); 2];
        for rate in legs.iter().filter_map(|leg| Some(self.leg(*leg)?.codec.rate())) {
            if rate > best[0] {
                best = [rate, best[0]];
            } else {
                best[1] = best[1].max(rate);
            }
        }
        best[1]
    }

    /// Moves a room and its side rooms to its best rate, on each worker in one step.
    fn retune(&mut self, room: RoomId) {
        let rate = self.best_rate(room);
        let Some(record) = self.room(room) else {
            return;
        };
        let legs = record.legs.clone();
        let rooms: Vec<RoomId> = std::iter::once(room).chain(record.sides.iter().copied()).collect();
        let mut attached = 0;
        for room in &rooms {
            if let Some(record) = self.room_mut(*room) {
                record.rate = rate;
                record.heard_at = [0; SampleRate::ALL.len()];
                record.heard_at[rate.index()] = record.workers;
                record.spread_at = [0; SampleRate::ALL.len()];
                attached |= record.workers;
            }
        }
        for worker in bits(attached) {
            let edges = legs.iter().filter(|leg| leg.worker == worker).filter_map(|leg| {
                let leg_rate = self.leg(*leg)?.codec.rate();
                Some((*leg, (leg_rate != rate).then(|| Box::new(Edge::new(leg_rate, rate)))))
            });
            let edges = edges.collect();
            let rooms = rooms.iter().filter_map(|room| self.retuned(*room, worker)).collect();
            let retune = Box::new(Retune { rooms, edges });
            self.links[usize::from(worker)].send(Command::Retune { retune });
        }
        for room in rooms {
            self.move_taps(room);
        }
    }

    /// A room at its new rate as a worker has it, if it does.
    fn retuned(&mut self, id: RoomId, worker: u8) -> Option<Retuned> {
        let record = self.room(id).filter(|record| record.workers & bit(worker) != 0)?;
        let (rate, home, legs) = (record.rate, record.home, record.legs.clone());
        let forms: Vec<_> = record.forms.at(worker).collect();
        let mut room = Box::new(Room::new(id.generation, rate, self.links.len(), self.capacity.clips));
        for leg in legs.iter().filter(|leg| leg.worker == worker) {
            if let Some(leg_rate) = self.leg(*leg).map(|record| record.codec.rate()) {
                // A new room has no other outlet yet, so none comes back.
                let outlet = self.new_outlet(id, leg_rate, worker);
                room.add_outlet(outlet);
            }
        }
        room.spread = self.new_spread(id, worker);
        for coded in forms {
            if let Some(coding) = self.shared_coding(coded) {
                room.add_coding(coding);
            }
        }
        let clips = if home == Some(worker) { self.converted_clips(id, rate) } else { Vec::new() };
        Some(Retuned { id, room, clips })
    }

    /// The means to hear a room at another rate on a worker, unless it is there already.
    pub(super) fn new_outlet(&mut self, room: RoomId, rate: SampleRate, worker: u8) -> Option<Box<Outlet>> {
        let record = self.room_mut(room)?;
        let workers = &mut record.heard_at[rate.index()];
        if *workers & bit(worker) != 0 {
            return None;
        }
        *workers |= bit(worker);
        Some(Box::new(Outlet::new(rate, record.rate)))
    }

    /// The clips that a room still plays, at a new rate.
    fn converted_clips(&mut self, room: RoomId, rate: SampleRate) -> Vec<(u64, Arc<Clip>)> {
        let to = Target::Room(room);
        let of_room = self.pending.iter().filter(|(_, pending)| pending.to == to);
        of_room.map(|(serial, pending)| (*serial, self.converted.clip(&pending.clip, rate))).collect()
    }
}

fn bit(worker: u8) -> u64 {
    1 << worker
}

/// The numbers of the workers in a mask.
pub(super) fn bits(mut workers: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let worker = (workers != 0).then(|| workers.trailing_zeros() as u8);
        workers &= workers.wrapping_sub(1);
        worker
    })
}
