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
    let Some(period) = period(rate, samples, care, &mut signal) else {
        return 0;
    };
    for i in 0..period {
        samples[i] = crossfade(samples[i], samples[i + period], i, period);
    }
    samples.copy_within(2 * period..length, period);
    period
}

/// Plays one period of `samples[..length]` twice; how many samples the piece is longer. 0, and nothing changed, if it
/// would be heard or finds no room in `samples`.
pub fn lengthen(rate: SampleRate, samples: &mut [i16], length: usize, care: Care) -> usize {
    let mut signal = [0.0; MOST_SAMPLES];
    let length = length.min(samples.len());
    let Some(period) = period(rate, &samples[..length], care, &mut signal) else {
        return 0;
    };
    if length + period > samples.len() {
        return 0;
    }
    samples.copy_within(period..length, 2 * period);
    // The first period stays; then what follows it turns back into it.
    for i in (0..period).rev() {
        let (first, second) = (signal[i] as i16, signal[i + period] as i16);
        samples[i + period] = crossfade(second, first, i, period);
    }
    period
}

/// The period with which the first part of `samples` repeats itself, if a cut by it would not be heard.
fn period(rate: SampleRate, samples: &[i16], care: Care, signal: &mut [f32; MOST_SAMPLES]) -> Option<usize> {
    let used = samples.len().min(rate.samples_in_ms(MOST_MS));
    let signal = &mut signal[..used];
    for (f, s) in signal.iter_mut().zip(samples) {
        *f = f32::from(*s);
    }
    let (shortest, longest) = (rate.samples_in_ms(5) / 2, rate.samples_in_ms(LONGEST_MS).min(used / 2));
    if shortest >= longest {
        return None;
    }
    let window = (used - longest).min(rate.samples_in_ms(LONGEST_MS));
    let (place, likeness) = best_match(rate, &signal[..window], &signal[shortest..longest + window]);
    let needed = if care == Care::Careful { CAREFUL } else { HASTY };
    let mean = energy(signal) / used as f32;
    (likeness >= needed || mean < SILENT * SILENT).then_some(shortest + place)
}

fn crossfade(from: i16, to: i16, i: usize, length: usize) -> i16 {
    let part = (i + 1) as f32 / (length + 1) as f32;
    let (from, to) = (f32::from(from), f32::from(to));
    (from + (to - from) * part) as i16
}

const LONGEST_MS: usize = 15;

/// What is looked at.
const MOST_MS: usize = 45;
const MOST_SAMPLES: usize = SampleRate::Hz48000.samples_in_ms(MOST_MS);

/// Likeness from which on a cut is not heard.
const CAREFUL: f32 = 0.9;

/// Likeness from which on a cut is heard less than a jump.
const HASTY: f32 = 0.5;

/// A root mean square below which everything is silence: -56 dBFS.
const SILENT: f32 = 50.0;

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
    fn a_step_is_left_alone() {
        let rate = SampleRate::Hz8000;
        let mut samples: Vec<i16> = (0..240).map(|i| if i < 120 { 0 } else { 9000 * (i % 2 * 2 - 1) }).collect();
        let before = samples.clone();
        assert_eq!(shorten(rate, &mut samples, Care::Careful), 0);
        assert_eq!(samples, before);
    }
}
