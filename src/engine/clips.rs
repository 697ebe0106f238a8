//! What the control half does about clips: who plays which, and which have ended.

use std::sync::Arc;

use super::command::{Command, Queue};
use super::control::{Control, Pending};
use super::player::Playing;
use super::seating::RoomRecord;
use super::types::{Event, Full, Target};
use crate::audio::Clip;

impl Control {
    /// Plays a clip after those that already play or wait there; [`Event::Played`] tells its end.
    ///
    /// A clip at another rate is resampled here, once for all who hear it soon.
    pub fn play(&mut self, to: Target, clip: Arc<Clip>, token: u64) -> Result<(), Full> {
        let most = self.capacity.clips;
        let count = match to {
            Target::Leg(leg) => &mut self.leg_mut(leg).ok_or(Full)?.clips,
            Target::Announce(leg) => &mut self.leg_mut(leg).ok_or(Full)?.announcements,
            Target::Room(room) => &mut self.room_mut(room).ok_or(Full)?.clips,
        };
        if *count >= most {
            return Err(Full);
        }
        *count += 1;
        self.next_serial += 1;
        let serial = self.next_serial;
        let pending = Pending { to, clip: clip.clone(), token };
        self.pending.insert(serial, pending);
        match to {
            Target::Leg(leg) | Target::Announce(leg) => {
                let rate = self.leg(leg).ok_or(Full)?.codec.rate();
                let playing = Playing::new(serial, self.converted.clip(&clip, rate));
                self.links[leg.worker()].send(Command::PlayToLeg { leg, queue: queue_of(to), playing });
            }
            Target::Room(room) => {
                let (home, rate) = self.open_at_home(room, 0).ok_or(Full)?;
                let playing = Playing::new(serial, self.converted.clip(&clip, rate));
                self.links[home].send(Command::PlayToRoom { room, playing });
            }
        }
        Ok(())
    }

    /// Fades out what plays there and drops what waits; not in a leg's other queue.
    pub fn stop(&mut self, to: Target) {
        match to {
            Target::Leg(leg) | Target::Announce(leg) => {
                if self.leg(leg).is_some() {
                    self.links[leg.worker()].send(Command::StopLeg { leg, queue: queue_of(to) });
                }
            }
            Target::Room(room) => {
                if let Some(home) = self.room(room).and_then(RoomRecord::home) {
                    self.links[home].send(Command::StopRoom { room });
                }
            }
        }
    }

    /// Tells the end of a clip, unless it was told when its leg or room was removed.
    pub(super) fn end_clip(&mut self, serial: u64) {
        let Some(pending) = self.pending.remove(&serial) else {
            return;
        };
        let count = match pending.to {
            Target::Leg(leg) => self.leg_mut(leg).map(|record| &mut record.clips),
            Target::Announce(leg) => self.leg_mut(leg).map(|record| &mut record.announcements),
            Target::Room(room) => self.room_mut(room).map(|record| &mut record.clips),
        };
        if let Some(count) = count {
            *count -= 1;
        }
        let token = pending.token;
        self.ready.push_back(Event::Played { token });
    }

    pub(super) fn end_clips(&mut self, to: Target) {
        let of_target = self.pending.iter().filter(|(_, pending)| pending.to == to);
        let serials: Vec<u64> = of_target.map(|(serial, _)| *serial).collect();
        for serial in serials {
            self.end_clip(serial);
        }
    }
}

fn queue_of(to: Target) -> Queue {
    if matches!(to, Target::Announce(_)) { Queue::Announcements } else { Queue::Own }
}
