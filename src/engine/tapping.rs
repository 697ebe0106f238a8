//! What the control half does about taps: which worker fills each.

use std::sync::mpsc::{Sender, channel};

use super::command::Command;
use super::control::Control;
use super::ids::{LegId, RoomId, TapId};
use super::tap::{Source, Tap, TapRing, tap_ring};
use super::types::Full;
use crate::audio::SampleRate;

/// What is known of a tap.
pub(super) struct TapRecord {
    source: Source,
    /// The worker that fills it.
    worker: u8,
    /// The highest rate that its rings are meant for.
    rate: SampleRate,
    successors: Sender<TapRing>,
}

impl Control {
    /// Lets an ordinary thread read what a silent listener of the room would hear, its clips included, at the room's
    /// rate and on the room's home worker. A tapped room without legs is mixed all the same, and silent.
    pub fn tap_room(&mut self, room: RoomId) -> Result<(TapId, Tap), Full> {
        let (home, rate) = self.open_at_home(room, 0).ok_or(Full)?;
        let added = self.add_tap(Source::Room(room), home as u8, rate);
        match (&added, self.room_mut(room)) {
            (Ok((id, _)), Some(record)) => record.taps.push(*id),
            _ => self.leave_worker(room, home as u8),
        }
        added
    }

    /// Lets an ordinary thread read what a leg's caller says, at the leg's rate and after its playout buffer, before
    /// any gain; also what he says aside. Silence while he is not allowed to talk and while he does not talk.
    ///
    /// Of a leg in no room it is all that comes in, allowed or not.
    pub fn tap_leg(&mut self, leg: LegId) -> Result<(TapId, Tap), Full> {
        let rate = self.leg(leg).ok_or(Full)?.codec.rate();
        let (id, tap) = self.add_tap(Source::Leg(leg), leg.worker, rate)?;
        self.leg_mut(leg).ok_or(Full)?.taps.push(id);
        Ok((id, tap))
    }

    /// Ends a tap, as its leg's or room's removal does. What waits in it can still be read.
    pub fn remove_tap(&mut self, tap: TapId) {
        let Some(record) = self.taps.remove(tap.slot, tap.generation) else {
            return;
        };
        self.links[usize::from(record.worker)].send(Command::RemoveTap { tap });
        match record.source {
            Source::Leg(leg) => {
                if let Some(leg) = self.leg_mut(leg) {
                    leg.taps.retain(|other| *other != tap);
                }
            }
            Source::Room(room) => {
                if let Some(record) = self.room_mut(room) {
                    record.taps.retain(|other| *other != tap);
                }
                self.leave_worker(room, record.worker);
            }
        }
    }

    /// Has the taps of a room filled by its home, in rings that are large enough for its rate.
    pub(super) fn move_taps(&mut self, room: RoomId) {
        let Some((home, rate, taps)) = self.room(room).and_then(|r| Some((r.home()?, r.rate(), r.taps.clone()))) else {
            return;
        };
        for tap in taps {
            let Some(record) = self.taps.get_mut(tap.slot, tap.generation) else {
                continue;
            };
            let from = usize::from(record.worker);
            if from == home && rate <= record.rate {
                continue;
            }
            record.worker = home as u8;
            record.rate = rate.max(record.rate);
            let (end, ring) = tap_ring(tap, record.source, record.rate);
            // Nobody reads it any more if this fails.
            let _ = record.successors.send(ring);
            if from != home {
                self.links[from].send(Command::RemoveTap { tap });
            }
            self.links[home].send(Command::AddTap { end });
        }
    }

    /// Has the taps of a leg filled in rings that are large enough for its rate.
    pub(super) fn fit_taps(&mut self, leg: LegId) {
        let Some((rate, taps)) = self.leg(leg).map(|record| (record.codec.rate(), record.taps.clone())) else {
            return;
        };
        for tap in taps {
            let Some(record) = self.taps.get_mut(tap.slot, tap.generation).filter(|record| record.rate < rate) else {
                continue;
            };
            record.rate = rate;
            let (end, ring) = tap_ring(tap, record.source, rate);
            // Nobody reads it any more if this fails.
            let _ = record.successors.send(ring);
            self.links[leg.worker()].send(Command::AddTap { end });
        }
    }

    fn add_tap(&mut self, source: Source, worker: u8, rate: SampleRate) -> Result<(TapId, Tap), Full> {
        let (successors, receiver) = channel();
        let (slot, generation) = self.taps.insert(TapRecord { source, worker, rate, successors }).ok_or(Full)?;
        let id = TapId { slot, generation };
        let (end, ring) = tap_ring(id, source, rate);
        self.links[usize::from(worker)].send(Command::AddTap { end });
        Ok((id, Tap::new(ring, receiver)))
    }
}
