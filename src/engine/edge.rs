//! How a leg sits in a room of another rate.

use super::place::Place;
use super::room::Room;
use crate::audio::{Resampler, SampleRate};

/// The resamplers of a leg whose rate is not its room's.
///
/// What the leg hears of itself comes out of the shared resampled sum by subtracting its own contribution, resampled
/// likewise: resampling is linear. So all legs of a rate share one resampler for what they hear, and a leg that begins
/// to talk needs no history.
pub(super) struct Edge {
    pub room_rate: SampleRate,
    up: Resampler,
    down: Resampler,
    contribution: Box<[i32]>,
    /// Ticks for which the resamplers still hold the end of what was said.
    rings: u8,
}

impl Edge {
    pub fn new(leg: SampleRate, room_rate: SampleRate) -> Edge {
        Edge {
            room_rate,
            up: Resampler::new(leg, room_rate),
            down: Resampler::new(room_rate, leg),
            contribution: vec![0; room_rate.samples_per_tick()].into(),
            rings: 0,
        }
    }

    /// Adds a voice to the room and leaves instead of it what the leg will hear of it; false if there is nothing.
    pub fn carry(&mut self, voiced: bool, voice: &mut [i32], place: Place, room: &mut Room) -> bool {
        let Some(contribution) = self.contribution(voiced, voice) else { return false };
        room.add(contribution, place);
        self.down.process(&self.contribution, voice);
        true
    }

    /// A voice at the room's rate, or what still rings of it.
    pub fn contribution(&mut self, voiced: bool, voice: &mut [i32]) -> Option<&mut [i32]> {
        if voiced {
            self.rings = RINGING_TICKS;
        } else {
            self.rings = self.rings.checked_sub(1)?;
            voice.fill(0);
        }
        self.up.process(voice, &mut self.contribution);
        Some(&mut self.contribution)
    }

    /// Forgets what was said; for a voice that goes on in another room.
    pub fn reset(&mut self) {
        self.up.reset();
        self.down.reset();
        self.rings = 0;
    }
}

/// Each of two resamplers holds up to a tick.
const RINGING_TICKS: u8 = 2;
