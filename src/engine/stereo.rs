//! What the control half does about stereo: who sits where, and which rooms are heard in two channels.

use super::command::Command;
use super::control::Control;
use super::ids::{LegId, RoomId};
use super::place::Place;
use super::seating::bits;
use super::spread::{Spread, SpreadOutlet};
use crate::audio::SampleRate;

impl Control {
    /// Where those who listen in stereo hear this leg, in whichever room; in the middle if not told otherwise. Who
    /// is talking moves with his next word.
    pub fn set_place(&mut self, leg: LegId, place: Place) {
        if self.leg(leg).is_some() {
            self.links[leg.worker()].send(Command::SetPlace { leg, place });
        }
    }

    /// Whether a leg in a form with two channels hears where the others sit, as it does if not told otherwise; else
    /// both channels are the same. To other legs this makes no difference.
    pub fn set_places_heard(&mut self, leg: LegId, heard: bool) {
        let Some(record) = self.leg_mut(leg).filter(|record| record.places_heard != heard) else {
            return;
        };
        record.places_heard = heard;
        if !record.codec.is_stereo() {
            return;
        }
        let rooms = [record.room, record.overheard];
        self.links[leg.worker()].send(Command::HearPlaces { leg, yes: heard });
        for room in rooms.into_iter().flatten() {
            self.settle_spread(room);
        }
    }

    /// Gives a room its spread when the first comes who hears it, and takes it away when the last is gone. A side room
    /// keeps it: who turns away from that hears it fade out.
    pub(super) fn settle_spread(&mut self, room: RoomId) {
        let listeners = self.stereo_listeners(room);
        let count = self.links.len();
        let Some(record) = self.room_mut(room) else {
            return;
        };
        let (rate, workers) = (record.rate(), record.workers());
        let wanted = !listeners.is_empty() || record.has_spread && record.parent.is_some();
        if std::mem::replace(&mut record.has_spread, wanted) != wanted {
            record.spread_at = Default::default();
            for worker in bits(workers) {
                let spread = wanted.then(|| Box::new(Spread::new(rate, count)));
                self.links[usize::from(worker)].send(Command::SetSpread { room, spread });
            }
        }
        for (worker, rate) in listeners {
            if let Some(outlet) = self.new_spread_outlet(room, rate, worker) {
                self.links[usize::from(worker)].send(Command::AddSpreadOutlet { room, outlet });
            }
        }
    }

    /// A new spread for a room at its rate as a worker has it, if somebody hears it.
    pub(super) fn new_spread(&mut self, room: RoomId, worker: u8) -> Option<Box<Spread>> {
        let record = self.room(room).filter(|record| record.has_spread)?;
        let mut spread = Box::new(Spread::new(record.rate(), self.links.len()));
        for (_, rate) in self.stereo_listeners(room).into_iter().filter(|(at, _)| *at == worker) {
            if let Some(outlet) = self.new_spread_outlet(room, rate, worker) {
                // It has none yet, so none comes back.
                spread.add_outlet(outlet);
            }
        }
        Some(spread)
    }

    /// The means to hear a room's spread at a rate on a worker, unless it is there already.
    fn new_spread_outlet(&mut self, room: RoomId, rate: SampleRate, worker: u8) -> Option<Box<SpreadOutlet>> {
        let record = self.room_mut(room)?;
        let workers = &mut record.spread_at[rate.index()];
        if *workers & (1 << worker) != 0 {
            return None;
        }
        *workers |= 1 << worker;
        Some(Box::new(SpreadOutlet::new(rate, record.rate())))
    }

    /// The workers and rates of those who hear a room in stereo.
    fn stereo_listeners(&self, room: RoomId) -> Vec<(u8, SampleRate)> {
        let legs = self.room(room).map_or(&[][..], |record| &record.legs);
        let listens = |leg: &LegId| {
            let record = self.leg(*leg)?;
            let hears_it = record.room == Some(room) || record.overheard == Some(room);
            (hears_it && record.codec.is_stereo() && record.places_heard).then(|| (leg.worker, record.codec.rate()))
        };
        legs.iter().filter_map(listens).collect()
    }
}
