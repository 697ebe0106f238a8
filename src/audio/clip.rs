//! A piece of audio in memory.

use std::f32::consts::TAU;

use super::{Decibels, Resampler, SampleRate};

/// A prompt or a tone, decoded; shared as `Arc<Clip>` by all who hear it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Clip {
    /// The rate of `samples`.
    pub rate: SampleRate,
    /// Linear mono samples.
    pub samples: Box<[i16]>,
}

impl Clip {
    /// A sine of `hz` for `ms` milliseconds at `level` below full scale, faded at both ends so that it does not click.
    pub fn tone(rate: SampleRate, hz: f32, ms: usize, level: Decibels) -> Clip {
        let count = rate.samples_in_ms(ms);
        let fade = rate.samples_in_ms(TONE_FADE_MS).min(count / 2).max(1) as f32;
        let amplitude = level.linear().min(1.0) * f32::from(i16::MAX);
        let step = TAU * hz / rate.hz() as f32;
        let samples = (0..count)
            .map(|i| {
                let edge = (i.min(count - 1 - i) as f32 / fade).min(1.0);
                (amplitude * edge * (step * i as f32).sin()).round() as i16
            })
            .collect();
        Clip { rate, samples }
    }

    /// Silence of `ms` milliseconds.
    pub fn silence(rate: SampleRate, ms: usize) -> Clip {
        Clip { rate, samples: vec![0; rate.samples_in_ms(ms)].into() }
    }

    /// The same audio at another rate, without delay and of the same duration.
    pub fn resampled(&self, rate: SampleRate) -> Clip {
        if rate == self.rate {
            return self.clone();
        }
        let mut resampler = Resampler::new(self.rate, rate);
        let (from, to) = (self.rate.samples_per_tick(), rate.samples_per_tick());
        let length = self.samples.len() * to / from;
        let delay = resampler.delay();
        let mut samples = Vec::with_capacity(length + 2 * to);
        let mut chunks = self.samples.chunks(from);
        let mut input = vec![0i32; from];
        let mut output = vec![0i32; to];
        while samples.len() < length + delay {
            input.fill(0);
            for (wide, narrow) in input.iter_mut().zip(chunks.next().unwrap_or_default()) {
                *wide = i32::from(*narrow);
            }
            resampler.process(&input, &mut output);
            samples.extend(output.iter().map(|s| clamp_to_i16(*s)));
        }
        Clip { rate, samples: samples[delay..delay + length].into() }
    }
}

fn clamp_to_i16(sample: i32) -> i16 {
    sample.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

/// Long enough that a tone's ends are not heard as clicks, short against the tone.
const TONE_FADE_MS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_starts_and_ends_in_silence_and_keeps_its_level() {
        let tone = Clip::tone(SampleRate::Hz8000, 1000.0, 100, Decibels(-6.0));
        assert_eq!(tone.samples.len(), 800);
        assert_eq!(tone.samples[0], 0);
        assert_eq!(*tone.samples.last().unwrap(), 0);
        let loudest = tone.samples.iter().map(|s| s.abs()).max().unwrap();
        assert!((16_300..=16_430).contains(&loudest), "{loudest}");
    }

    #[test]
    fn resampling_keeps_duration_and_place() {
        let tone = Clip::tone(SampleRate::Hz8000, 500.0, 105, Decibels(-6.0));
        let wide = tone.resampled(SampleRate::Hz16000);
        assert_eq!(wide.samples.len(), 2 * tone.samples.len());
        for (i, s) in tone.samples.iter().enumerate().skip(80).take(600) {
            let error = (i32::from(*s) - i32::from(wide.samples[2 * i])).abs();
            assert!(error < 40, "sample {i} is off by {error}");
        }
    }
}
