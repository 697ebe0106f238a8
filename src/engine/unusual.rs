//! What few legs have, kept apart so that the others pay nothing for it: a place in a side room, deafness, taps.

use super::voice::VoiceWork;
use crate::audio::Ramp;

/// What is unusual about a leg.
pub(super) struct Unusual {
    pub mouth: Mouth,
    pub ear: Ear,
    /// The side room that it hears in this tick.
    pub overhears: Option<u16>,
    /// Silence for the deafened, else unity.
    pub hearing: Ramp,
    /// Whether it heard nothing of its rooms in the last tick, and is not to.
    pub deaf: bool,
    /// How many want to know what the caller says.
    pub taps: u16,
    /// Whether the caller said something in this tick, heard by a room or not.
    pub said: bool,
    /// How that begins and ends for a tap.
    pub said_fade: Ramp,
    /// What is to be done to the voice instead of what is; that may be nothing.
    pub next_work: Option<Option<Box<VoiceWork>>>,
    /// What was done before, to be sent back.
    pub spent_work: Option<Box<VoiceWork>>,
}

impl Unusual {
    /// Whether there is nothing unusual.
    pub fn is_none(&self) -> bool {
        self.mouth.is_at_home()
            && self.ear.is_idle()
            && self.overhears.is_none()
            && self.hearing.is_unity()
            && self.taps == 0
            && self.next_work.is_none()
            && self.spent_work.is_none()
    }

    /// Whether what it says is in the sum of something that it hears.
    pub fn hears_itself(&self) -> bool {
        !self.deaf && (self.mouth.current().is_none() || self.mouth.current() == self.overhears)
    }
}

impl Default for Unusual {
    fn default() -> Unusual {
        Unusual {
            mouth: Mouth::default(),
            ear: Ear::default(),
            overhears: None,
            hearing: Ramp::new(1.0),
            deaf: false,
            taps: 0,
            said: false,
            said_fade: Ramp::new(1.0),
            next_work: None,
            spent_work: None,
        }
    }
}

/// Where a leg speaks: in a side room, or else in its own room.
///
/// It moves when nothing of it sounds any more in the place that it leaves, so each tick is in one place only.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mouth {
    current: Option<u16>,
    wanted: Option<u16>,
}

impl Mouth {
    pub fn want(&mut self, side: Option<u16>) {
        self.wanted = side;
    }

    /// The side room that it speaks in.
    pub fn current(&self) -> Option<u16> {
        self.current
    }

    /// Whether it speaks in its own room and stays there.
    pub fn is_at_home(&self) -> bool {
        self.current.is_none() && self.wanted.is_none()
    }

    /// Whether it is to move.
    pub fn is_leaving(&self) -> bool {
        self.current != self.wanted
    }

    pub fn go(&mut self) {
        self.current = self.wanted;
    }

    /// Forgets a side room that is gone; true if it spoke there.
    pub fn lose(&mut self, side: u16) -> bool {
        if self.wanted == Some(side) {
            self.wanted = None;
        }
        let spoke = self.current == Some(side);
        if spoke {
            self.current = self.wanted;
        }
        spoke
    }
}

/// The side room that a leg overhears, fading from one to the next through silence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ear {
    current: Option<u16>,
    wanted: Option<u16>,
    gain: Ramp,
}

impl Ear {
    pub fn want(&mut self, side: Option<u16>) {
        self.wanted = side;
    }

    /// What is overheard in the next tick.
    pub fn advance(&mut self) -> Option<u16> {
        if self.gain.is_silent() {
            self.current = self.wanted;
        }
        let stays = self.current.is_some() && self.current == self.wanted;
        self.gain.set(if stays { 1.0 } else { 0.0 });
        self.current
    }

    /// How loud it is over this tick.
    pub fn gain(&mut self) -> &mut Ramp {
        &mut self.gain
    }

    /// Whether there is nothing to overhear.
    pub fn is_idle(&self) -> bool {
        self.current.is_none() && self.wanted.is_none()
    }

    /// Whether nothing of this moves.
    pub fn is_steady(&self) -> bool {
        self.current == self.wanted && (self.current.is_none() || self.gain.is_unity())
    }

    /// Forgets a side room that is gone; true if it was overheard.
    pub fn lose(&mut self, side: u16) -> bool {
        if self.wanted == Some(side) {
            self.wanted = None;
        }
        let heard = self.current == Some(side);
        if heard {
            self.current = None;
            self.gain = Ramp::new(0.0);
        }
        heard
    }
}

impl Default for Ear {
    fn default() -> Ear {
        Ear { current: None, wanted: None, gain: Ramp::new(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ear_fades_through_silence_from_one_side_room_to_the_next() {
        let mut ear = Ear::default();
        assert!(ear.is_steady());
        ear.want(Some(1));
        let mut levels = Vec::new();
        for tick in 0..5 {
            if tick == 2 {
                ear.want(Some(2));
            }
            let side = ear.advance();
            let mut samples = [100; 2];
            ear.gain().apply(&mut samples);
            levels.push((side, samples));
        }
        assert_eq!(
            levels,
            [
                (Some(1), [50, 100]),
                (Some(1), [100, 100]),
                (Some(1), [50, 0]),
                (Some(2), [50, 100]),
                (Some(2), [100, 100])
            ]
        );
        assert!(ear.is_steady());
        assert!(!ear.lose(1));
        assert!(ear.lose(2));
        assert!(ear.is_steady());
    }

    #[test]
    fn a_mouth_whose_side_room_goes_is_where_it_was_bound_for() {
        let mut mouth = Mouth::default();
        mouth.want(Some(1));
        mouth.go();
        mouth.want(Some(2));
        assert!(mouth.is_leaving());
        assert!(mouth.lose(1));
        assert_eq!(mouth.current(), Some(2));
        assert!(mouth.lose(2));
        assert_eq!(mouth.current(), None);
        assert!(!mouth.is_leaving());
    }
}
