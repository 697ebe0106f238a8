//! Comfort noise.

use super::{Decibels, Ramp, SampleRate};

/// Steady noise as of a quiet room: louder below than above, the same at every rate.
#[derive(Clone, Debug)]
pub struct ComfortNoise {
    level: Ramp,
    seed: u32,
    /// What the low-pass filter holds.
    state: f32,
    /// How far the filter follows each sample, and what makes up for what it takes away.
    follow: f32,
    makeup: f32,
}

impl ComfortNoise {
    /// None yet, at a rate.
    pub fn new(rate: SampleRate) -> ComfortNoise {
        let mut noise = ComfortNoise { level: Ramp::new(0.0), seed: 1, state: 0.0, follow: 1.0, makeup: 1.0 };
        noise.tune(rate);
        noise
    }

    /// How loud it is from the next tick on, as a root mean square below full scale; `None`: there is none.
    pub fn set(&mut self, level: Option<Decibels>) {
        self.level.set(level.map_or(0.0, |level| level.linear() * FULL_SCALE));
    }

    /// Goes on at another rate.
    pub fn tune(&mut self, rate: SampleRate) {
        // A filter of one pole: its output has the power `follow / (2 - follow)` of its input.
        self.follow = 1.0 - (-std::f32::consts::TAU * CORNER / rate.hz() as f32).exp();
        self.makeup = ((2.0 - self.follow) / self.follow).sqrt() * EVEN;
    }

    /// Whether there is nothing to add.
    pub fn is_silent(&self) -> bool {
        self.level.is_silent()
    }

    /// Adds one tick.
    pub fn add_to(&mut self, samples: &mut [i32]) {
        if self.is_silent() {
            return;
        }
        let (from, to) = (self.level.current(), self.level.target());
        let step = (to - from) / samples.len().max(1) as f32;
        for (i, s) in samples.iter_mut().enumerate() {
            self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let white = (self.seed as i32 >> 8) as f32 / (1 << 23) as f32;
            self.state += self.follow * (white - self.state);
            let level = from + step * (i + 1) as f32;
            *s = s.wrapping_add((self.state * self.makeup * level).round_ties_even() as i32);
        }
        self.level.skip();
    }
}

const FULL_SCALE: f32 = 32768.0;

/// Where it begins to fall, in hertz: like the noise of rooms, and half of what a telephone carries.
const CORNER: f32 = 1000.0;

/// An even spread from -1 to 1 has this part of the power of full scale, as a root mean square.
const EVEN: f32 = 1.732_050_8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::level::dbfs;

    fn level(samples: &[i32]) -> f32 {
        dbfs(samples.iter().map(|s| (*s as f32).powi(2)).sum::<f32>() / samples.len() as f32)
    }

    #[test]
    fn it_is_as_loud_as_asked_at_every_rate_and_steady() {
        for rate in SampleRate::ALL {
            let mut noise = ComfortNoise::new(rate);
            noise.set(Some(Decibels(-50.0)));
            let mut second = vec![0; rate.hz() as usize];
            for tick in second.chunks_mut(rate.samples_per_tick()) {
                noise.add_to(tick);
            }
            assert!((level(&second) + 50.0).abs() < 0.5, "{} at {rate:?}", level(&second));
            for stretch in second.chunks(second.len() / 10).skip(1) {
                assert!((level(stretch) + 50.0).abs() < 2.0, "{} at {rate:?}", level(stretch));
            }
        }
    }

    #[test]
    fn it_comes_and_goes_softly_and_then_costs_nothing() {
        let mut noise = ComfortNoise::new(SampleRate::Hz8000);
        assert!(noise.is_silent());
        noise.set(Some(Decibels(-40.0)));
        let mut first = [0; 160];
        noise.add_to(&mut first);
        assert!(level(&first[..40]) < level(&first[120..]) - 6.0);
        noise.set(None);
        assert!(!noise.is_silent());
        let mut last = [0; 160];
        noise.add_to(&mut last);
        assert_eq!(last[159], 0);
        assert!(noise.is_silent());
    }
}
