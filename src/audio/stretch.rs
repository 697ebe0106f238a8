//! Making a signal a little shorter or longer without changing its pitch.
//!
//! One pitch period is left out or played twice, crossfaded where the signal is most like itself (overlap-add as in
//! WSOLA). The ends of the piece stay as they are, so it fits what was before and what comes after.

use super::SampleRate;
use super::pitch::{best_match, energy};

/// How much may be heard of a change in length.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Care {
    /// Nothing: only where the signal repeats itself, hisses or is silent.
    Careful,
    /// A little: delay has piled up.
    Hasty,
}

/// Leaves out one period of `samples`; how many samples the piece is shorter. They are gone from its end: the piece is
/// then `samples[..samples.len() - n]`. 0, and nothing changed, if it would be heard.
///
/// The piece should be 30 ms or longer; in a shorter one only periods of less than half its length are found.
pub fn shorten(rate: SampleRate, samples: &mut [i16], care: Care) -> usize {
    let mut signal = [0.0; MOST_SAMPLES];
    let length = samples.len();
    let Some(Repeat { period, likeness }) = repeat(rate, samples, care, &mut signal) else {
        return 0;
    };
    let fade = Fade::new(period, likeness);
    for i in 0..period {
        samples[i] = fade.between(signal[i], signal[i + period], i);
    }
    samples.copy_within(2 * period..length, period);
    period
}

/// Plays one period of `samples[..length]` twice; how many samples the piece is longer. 0, and nothing changed, if it
/// would be heard or finds no room in `samples`.
pub fn lengthen(rate: SampleRate, samples: &mut [i16], length: usize, care: Care) -> usize {
    let mut signal = [0.0; MOST_SAMPLES];
    let length = length.min(samples.len());
    let Some(Repeat { period, likeness }) = repeat(rate, &samples[..length], care, &mut signal) else {
        return 0;
    };
    if length + period > samples.len() {
        return 0;
    }
    samples.copy_within(period..length, 2 * period);
    // The first period stays; then what follows it turns back into it.
    let fade = Fade::new(period, likeness);
    for i in 0..period {
        samples[i + period] = fade.between(signal[i + period], signal[i], i);
    }
    period
}

/// Where a signal repeats itself, and how well.
struct Repeat {
    period: usize,
    likeness: f32,
}

/// How the first part of `samples`, of which `signal` becomes a copy, repeats itself, if a cut there would not be heard.
fn repeat(rate: SampleRate, samples: &[i16], care: Care, signal: &mut [f32; MOST_SAMPLES]) -> Option<Repeat> {
    let used = samples.len().min(rate.samples_in_ms(MOST_MS));
    let signal = &mut signal[..used];
    for (f, s) in signal.iter_mut().zip(samples) {
        *f = f32::from(*s);
    }
    let (shortest, longest) = (rate.samples_in_ms(5) / 2, rate.samples_in_ms(LONGEST_MS).min(used / 2));
    if shortest >= longest {
        return None;
    }
    let window = (used - longest).min(rate.samples_in_ms(WINDOW_MS));
    let (place, likeness) = best_match(rate, &signal[..window], &signal[shortest..longest + window]);
    let needed = if care == Care::Careful { CAREFUL } else { HASTY };
    let unheard = likeness >= needed || is_hiss(signal, likeness);
    unheard.then_some(Repeat { period: shortest + place, likeness: likeness.clamp(0.0, 1.0) })
}

/// Whether this is silence or the noise of a quiet line, in which no cut is heard.
fn is_hiss(signal: &[f32], likeness: f32) -> bool {
    let mean = energy(signal) / signal.len() as f32;
    let block = signal.len() / BLOCKS;
    let steady = || signal.chunks_exact(block).all(|b| energy(b) < STEADY * mean * block as f32);
    mean < SILENT * SILENT || mean < QUIET * QUIET && likeness < UNLIKE && steady()
}

/// A crossfade that keeps the level.
struct Fade {
    step: f32,
    likeness: f32,
}

impl Fade {
    fn new(length: usize, likeness: f32) -> Fade {
        Fade { step: 1.0 / (length + 1) as f32, likeness }
    }

    fn between(&self, from: f32, to: f32, i: usize) -> i16 {
        let new = self.step * (i + 1) as f32;
        let old = 1.0 - new;
        // What has little in common adds up in power.
        let level = old * old + new * new + 2.0 * old * new * self.likeness;
        ((from * old + to * new) / level.sqrt()) as i16
    }
}

const LONGEST_MS: usize = 15;

/// What has to repeat itself.
const WINDOW_MS: usize = 20;

/// What is looked at.
const MOST_MS: usize = 45;
const MOST_SAMPLES: usize = SampleRate::Hz48000.samples_in_ms(MOST_MS);

/// Likeness from which on a cut is not heard.
const CAREFUL: f32 = 0.9;

/// Likeness from which on a cut is heard less than a jump.
const HASTY: f32 = 0.5;

/// A root mean square below which everything is silence: -56 dBFS.
const SILENT: f32 = 50.0;

/// What hisses below -36 dBFS is background.
const QUIET: f32 = 500.0;

/// Less like itself than any voice is.
const UNLIKE: f32 = 0.5;

/// How much more than the mean a part of steady noise may have.
const STEADY: f32 = 2.0;
const BLOCKS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn tone(rate: SampleRate, hz: f32, count: usize) -> Vec<i16> {
        (0..count).map(|i| (8000.0 * (TAU * hz * i as f32 / rate.hz() as f32).sin()) as i16).collect()
    }

    #[test]
    fn a_tone_goes_on_as_a_tone_at_every_rate() {
        for rate in SampleRate::ALL {
            let length = rate.samples_in_ms(40);
            let original = tone(rate, 200.0, 2 * length);
            let mut samples = original.clone();
            let less = shorten(rate, &mut samples[..length], Care::Careful);
            assert!(less.is_multiple_of(rate.samples_in_ms(5)) && less > 0, "{rate:?} {less}");
            assert!(samples[..length - less].iter().zip(&original).all(|(a, b)| (a - b).abs() < 50));
            let mut samples = original[..length].to_vec();
            samples.resize(2 * length, 0);
            let more = lengthen(rate, &mut samples, length, Care::Careful);
            assert!(more.is_multiple_of(rate.samples_in_ms(5)) && more > 0, "{rate:?} {more}");
            assert!(samples[..length + more].iter().zip(&original).all(|(a, b)| (a - b).abs() < 50));
        }
    }

    #[test]
    fn silence_is_cut_freely_and_what_has_no_room_is_left() {
        let rate = SampleRate::Hz8000;
        assert!(shorten(rate, &mut [3; 240], Care::Careful) > 0);
        assert_eq!(lengthen(rate, &mut [3; 240], 240, Care::Hasty), 0);
        assert_eq!(shorten(rate, &mut [], Care::Hasty), 0);
        assert_eq!(lengthen(rate, &mut [3; 30], 20, Care::Hasty), 0);
    }

    #[test]
    fn hiss_is_cut_at_its_level_and_loud_noise_is_not() {
        let rate = SampleRate::Hz8000;
        let mut state = 1u32;
        let mut noise = |level: i32| {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as i32 % (2 * level) - level
            };
            (0..320).map(|_| next() as i16).collect::<Vec<_>>()
        };
        let rms = |x: &[i16]| (x.iter().map(|s| f32::from(*s).powi(2)).sum::<f32>() / x.len() as f32).sqrt();
        let mut levels = [0.0; 2];
        for _ in 0..100 {
            let mut samples = noise(300);
            levels[0] += rms(&samples);
            let less = shorten(rate, &mut samples, Care::Careful);
            assert!(less > 0);
            levels[1] += rms(&samples[..less]);
        }
        assert!((levels[1] / levels[0] - 1.0).abs() < 0.1, "{levels:?}");
        assert_eq!(shorten(rate, &mut noise(10_000), Care::Careful), 0);
    }

    #[test]
    fn a_step_is_left_alone() {
        let rate = SampleRate::Hz8000;
        let mut samples: Vec<i16> = (0..240).map(|i| if i < 120 { 0 } else { 9000 * (i % 2 * 2 - 1) }).collect();
        let before = samples.clone();
        assert_eq!(shorten(rate, &mut samples, Care::Careful), 0);
        assert_eq!(samples, before);
    }
}
