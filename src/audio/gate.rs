//! Who talks.

use super::level::Loudness;

/// Talk detection by energy that knows the noise of its line.
///
/// It opens within the tick in which something begins, and closes half a second after the last of it. What opens it is
/// softer than what counts as talk, so that the soft beginnings of words (f, s, h) are heard; what the line does all the
/// time neither opens it for long nor counts as talk, unless it is so loud that it must be meant: a tone, music.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gate {
    hold: u8,
    talk: u8,
    floor: NoiseFloor,
}

/// What a tick of a line consists of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    /// Nothing came.
    Nothing,
    /// Nothing above [`Gate::THRESHOLD`].
    Quiet,
    /// Something this loud.
    Sound(Loudness),
}

/// What a tick did to a [`Gate`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GateChange {
    /// Still closed: nothing to hear.
    Closed,
    /// Open: the whole tick is heard, its first sample included.
    Open,
    /// This quiet tick is the last one: it is to be faded out.
    Closing,
}

impl Gate {
    /// A tick in which nothing is above this (−60 dBFS) is silence, whatever the line.
    pub const THRESHOLD: i16 = 32;

    /// A tick quieter than this (root mean square, −55 dBFS) is not talk: below what a quiet talker sends on a
    /// telephone.
    pub const TALK: i16 = 58;

    /// Takes in the next tick.
    pub fn tick(&mut self, heard: Heard) -> GateChange {
        if let Heard::Sound(loudness) = heard {
            let floor = self.floor.power;
            let talks = loudness.loudest > (floor * OVER_NOISE).clamp(TALK, LOUDEST_HUM);
            let opens = loudness.loudest > (floor * OVER_NOISE).clamp(SOFTEST, LOUDEST_NOISE);
            self.floor.note(loudness.mean);
            self.talk = if talks { HOLD_TICKS } else { self.talk.saturating_sub(1) };
            if opens {
                self.hold = HOLD_TICKS;
                return GateChange::Open;
            }
        } else {
            if heard == Heard::Quiet {
                self.floor.note_quiet();
            }
            self.talk = self.talk.saturating_sub(1);
        }
        match self.hold {
            0 => GateChange::Closed,
            1 => {
                self.hold = 0;
                GateChange::Closing
            }
            _ => {
                self.hold -= 1;
                GateChange::Open
            }
        }
    }

    /// Whether the last tick was heard and the next one will be.
    pub fn is_open(&self) -> bool {
        self.hold > 0
    }

    /// Whether what is heard is talk, or was within half a second.
    pub fn talks(&self) -> bool {
        self.talk > 0
    }

    /// The power of the line's own noise, as far as known: the mean of its squared samples.
    pub fn noise(&self) -> f32 {
        self.floor.power
    }

    /// Closes at once. The line's noise stays known.
    pub fn close(&mut self) {
        self.hold = 0;
        self.talk = 0;
    }
}

/// The softest tick of the last seconds: talk has gaps between its words and sounds, noise has none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct NoiseFloor {
    /// The power of that tick.
    power: f32,
    /// The softest of the present stretch, and how much of it is over.
    softest: f32,
    ticks: u8,
    /// The softest of each of the stretches before.
    past: [f32; STRETCHES],
}

impl NoiseFloor {
    fn note(&mut self, power: f32) {
        self.softest = if self.ticks == 0 { power } else { self.softest.min(power) };
        self.power = self.power.min(power);
        self.ticks += 1;
        if self.ticks >= STRETCH_TICKS {
            self.ticks = 0;
            self.past.rotate_right(1);
            self.past[0] = self.softest;
            self.power = self.past.iter().copied().fold(f32::MAX, f32::min);
        }
    }

    /// Silence may be long, so it must cost nothing: it does not count as time.
    fn note_quiet(&mut self) {
        if self.power != 0.0 || self.ticks != 0 {
            *self = NoiseFloor::default();
        }
    }
}

/// Half a second: longer than the pauses within a sentence.
const HOLD_TICKS: u8 = 25;

const STRETCH_TICKS: u8 = 25;
const STRETCHES: usize = 6;

/// Some quarter of a tick has to be this much (9 dB) above the softest tick: noise is not, as its ticks are 1 to 3 dB
/// above their softest and their quarters 2 to 4 dB above that; vowels are, even 10 dB above the noise.
const OVER_NOISE: f32 = 8.0;

const SOFTEST: f32 = Gate::THRESHOLD as f32 * Gate::THRESHOLD as f32;
const TALK: f32 = Gate::TALK as f32 * Gate::TALK as f32;

/// What is above −34 dBFS is heard however steady it is: no line has such noise.
const LOUDEST_NOISE: f32 = 654.0 * 654.0;

/// What is above −24 dBFS counts as talk however steady it is: whoever looks for its source must find it.
const LOUDEST_HUM: f32 = 2068.0 * 2068.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn steady(level: f32) -> Heard {
        Heard::Sound(Loudness { mean: level * level, loudest: level * level })
    }

    /// White noise of a root mean square, tick by tick.
    fn noise(level: f32, seed: &mut u32) -> Heard {
        let mut next = || {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*seed >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let samples: Vec<i16> = (0..160).map(|_| (next() * level * 3f32.sqrt()) as i16).collect();
        Heard::Sound(Loudness::of(&samples))
    }

    #[test]
    fn it_opens_at_once_and_closes_half_a_second_later() {
        let mut gate = Gate::default();
        assert_eq!(gate.tick(Heard::Quiet), GateChange::Closed);
        assert_eq!(gate.tick(steady(1000.0)), GateChange::Open);
        for _ in 0..24 {
            assert!(gate.talks());
            assert_eq!(gate.tick(Heard::Quiet), GateChange::Open);
        }
        assert_eq!(gate.tick(Heard::Quiet), GateChange::Closing);
        assert!(!gate.talks());
        assert_eq!(gate.tick(Heard::Nothing), GateChange::Closed);
    }

    #[test]
    fn a_soft_beginning_is_heard_and_is_no_talk() {
        let mut gate = Gate::default();
        assert_eq!(gate.tick(steady(33.0)), GateChange::Open);
        assert!(!gate.talks());
        assert_eq!(gate.tick(steady(59.0)), GateChange::Open);
        assert!(gate.talks());
    }

    #[test]
    fn noise_of_a_line_is_known_after_three_seconds_and_talk_over_it_is_heard() {
        for level in [60.0, 180.0, 360.0] {
            let (mut gate, mut seed) = (Gate::default(), 1);
            for _ in 0..200 {
                gate.tick(noise(level, &mut seed));
            }
            assert!(!gate.is_open() && !gate.talks(), "noise of {level}");
            assert!((gate.noise().sqrt() / level - 0.85).abs() < 0.1, "{} of {level}", gate.noise().sqrt());
            for tick in 0..3000 {
                gate.tick(noise(level, &mut seed));
                assert!(!gate.is_open(), "tick {tick} of noise of {level}");
            }
            assert_eq!(gate.tick(noise(4.0 * level, &mut seed)), GateChange::Open);
            assert!(gate.talks());
        }
    }

    #[test]
    fn noise_that_grows_slowly_is_followed() {
        let (mut gate, mut seed) = (Gate::default(), 7);
        let mut level = 40.0;
        for tick in 0..1200 {
            // A decibel a second: from −58 to −34 dBFS.
            level *= 10f32.powf(1.0 / 50.0 / 20.0);
            gate.tick(noise(level, &mut seed));
            assert!(tick < 200 || !gate.talks(), "tick {tick} at {level}");
        }
    }

    #[test]
    fn who_talks_softly_with_pauses_is_never_taken_for_noise() {
        let (mut gate, mut seed) = (Gate::default(), 3);
        for tick in 0..3000 {
            // Words of 300 ms at −48 dBFS with gaps of 60 ms over −62 dBFS.
            gate.tick(noise(if tick % 18 < 15 { 130.0 } else { 26.0 }, &mut seed));
            assert!(gate.talks(), "tick {tick}");
        }
    }

    #[test]
    fn a_tone_that_is_meant_is_heard_for_ever_and_a_faint_one_is_not() {
        let mut gates = [Gate::default(); 3];
        for _ in 0..1000 {
            for (gate, level) in gates.iter_mut().zip([2100.0, 700.0, 600.0]) {
                gate.tick(steady(level));
            }
        }
        assert_eq!(gates.map(|gate| (gate.is_open(), gate.talks())), [(true, true), (true, false), (false, false)]);
    }
}
