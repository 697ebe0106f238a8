//! Which worker mixes whom.

use std::collections::BTreeMap;

use super::{Host, Service};
use crate::engine::{Codec, LegId};
use crate::room::RoomNumber;

/// Which workers the calls of each number are on.
pub(super) struct Places {
    /// The worker of a number's calls, and how many it has there.
    homes: BTreeMap<RoomNumber, (usize, usize)>,
    /// How many legs each worker has.
    legs: Vec<usize>,
}

impl Places {
    pub(super) fn new(workers: usize) -> Places {
        Places { homes: BTreeMap::new(), legs: vec![0; workers] }
    }

    /// One more of this number; its worker.
    fn enter(&mut self, number: &RoomNumber, split_at: usize) -> (usize, usize) {
        let least = (0..self.legs.len()).min_by_key(|&worker| self.legs[worker]).unwrap_or(0);
        let home = self.homes.entry(number.clone()).or_insert((least, 0));
        home.1 += 1;
        (if home.1 <= split_at { home.0 } else { least }, least)
    }

    /// A call is for another number now. Its leg stays where it is.
    pub(super) fn change(&mut self, from: &RoomNumber, to: &RoomNumber) {
        self.leave(from);
        self.enter(to, usize::MAX);
    }

    fn leave(&mut self, number: &RoomNumber) {
        if let Some(home) = self.homes.get_mut(number) {
            home.1 -= 1;
            if home.1 == 0 {
                self.homes.remove(number);
            }
        }
    }
}

impl<H: Host> Service<H> {
    /// Adds the leg of a call for this number: with the others of its room, while one worker is enough for them, else
    /// where the fewest are.
    pub(super) fn place(&mut self, number: &RoomNumber, codec: Codec) -> Option<LegId> {
        let (wanted, least) = self.places.enter(number, self.settings.split_at);
        let leg = self.engine.add_leg(wanted, codec).or_else(|_| self.engine.add_leg(least, codec));
        match leg {
            Ok(leg) => {
                self.places.legs[leg.worker()] += 1;
                Some(leg)
            }
            Err(_) => {
                self.places.leave(number);
                None
            }
        }
    }

    /// The call of this leg, which was for this number, is gone.
    pub(super) fn leave_place(&mut self, number: &RoomNumber, leg: LegId) {
        self.places.legs[leg.worker()] -= 1;
        self.places.leave(number);
    }
}
