//! What a leg has that hears two channels.

use super::place::Place;
use super::room::{Last, Room};
use crate::audio::{Decay, Ramp, SampleRate};

pub(super) struct Wide {
    /// Whether it hears where the others sit; else both ears hear the same.
    hears_places: bool,
    /// What the right ear hears more, and the left ear less, of this tick.
    spread: Box<[i32]>,
    /// Both channels, left and right by turns.
    both: Box<[i32]>,
    left: Decay,
    /// Whether places were known in the last tick: in the room, in the side room.
    knew: [bool; 2],
}

/// One sum that is heard, and what of it the leg said itself.
pub(super) struct Heard<'a> {
    pub room: Option<&'a Room>,
    pub own: Option<&'a [i32]>,
    pub place: Place,
}

impl Wide {
    pub fn new(rate: SampleRate) -> Wide {
        let tick = rate.samples_per_tick();
        Wide {
            hears_places: true,
            spread: vec![0; tick].into(),
            both: vec![0; 2 * tick].into(),
            left: Decay::default(),
            knew: [false; 2],
        }
    }

    pub fn hear_places(&mut self, yes: bool) {
        self.hears_places = yes;
    }

    pub fn hears_places(&self) -> bool {
        self.hears_places
    }

    /// What it hears is about to be another signal.
    pub fn change(&mut self, last: Last) {
        self.left.add(last.spread);
    }

    /// Takes in where those are who are heard in the room.
    pub fn hear_room(&mut self, heard: Heard, rate: SampleRate) {
        let mut spread = std::mem::take(&mut self.spread);
        self.hear(0, heard, rate, &mut spread);
        self.spread = spread;
    }

    /// The same for a side room, which is so loud.
    pub fn hear_side_room(&mut self, heard: Heard, rate: SampleRate, mut gain: Ramp, scratch: &mut [i32]) {
        self.hear(1, heard, rate, scratch);
        gain.apply(scratch);
        for (spread, side) in self.spread.iter_mut().zip(scratch.iter()) {
            *spread = spread.wrapping_add(*side);
        }
    }

    fn hear(&mut self, which: usize, heard: Heard, rate: SampleRate, spread: &mut [i32]) {
        let Some(room) = heard.room.filter(|_| self.hears_places) else {
            return spread.fill(0);
        };
        let total = room.spread_at(rate);
        let knew = std::mem::replace(&mut self.knew[which], total.is_some());
        match (total.unwrap_or_default(), heard.own) {
            // All sit in the middle, and so does it itself, or says nothing.
            ([], _) => spread.fill(0),
            (total, Some(own)) => {
                for ((s, t), o) in spread.iter_mut().zip(total).zip(own) {
                    *s = t.wrapping_sub(heard.place.lean(*o));
                }
            }
            (total, None) => spread.copy_from_slice(total),
        }
        if !knew {
            fade_in().apply(spread);
        }
    }

    /// Changes how loud that is, as it was changed for the middle.
    pub fn apply(&mut self, mut gain: Ramp) {
        gain.apply(&mut self.spread);
    }

    /// Both channels, left and right by turns, of what is in the middle and this.
    pub fn both(&mut self, middle: &[i32]) -> &[i32] {
        self.left.apply(&mut self.spread);
        both_channels(middle, &self.spread, &mut self.both);
        &self.both
    }

    /// Whether it hears the room as everybody does who hears places.
    pub fn is_steady(&self) -> bool {
        !self.hears_places || self.knew[0]
    }
}

/// Writes left and right by turns: the sum less its spread, and with it. No spread: all are in the middle.
pub(super) fn both_channels(middle: &[i32], spread: &[i32], both: &mut [i32]) {
    let pairs = both.as_chunks_mut().0.iter_mut();
    if spread.is_empty() {
        for (both, m) in pairs.zip(middle) {
            *both = [*m; 2];
        }
        return;
    }
    for ((both, m), s) in pairs.zip(middle).zip(spread) {
        *both = [m.wrapping_sub(*s), m.wrapping_add(*s)];
    }
}

/// The last value of two channels.
pub(super) fn last_of_both(samples: &[i16]) -> Last {
    match samples {
        [.., left, right] => {
            let (left, right) = (i32::from(*left), i32::from(*right));
            Last { middle: (left + right) / 2, spread: (right - left) / 2 }
        }
        _ => Last::default(),
    }
}

fn fade_in() -> Ramp {
    let mut ramp = Ramp::new(0.0);
    ramp.set(1.0);
    ramp
}
