//! What a recording holds: levels, tones, speech that was said elsewhere, silence, clicks.

use std::f64::consts::{PI, TAU};
use std::time::Duration;

/// How well a piece of speech is found in a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// From 0 (not there) to 1 (the very same); in a mix of equally loud talkers each has about 1/√n.
    pub correlation: f64,
    /// Where in the recording the speech begins, in samples; negative if it had begun before.
    pub delay: isize,
}

/// The level of a tone in dB below a sine of full scale: the median of pieces of 200 ms, so that a frame lost or made
/// up, which shifts the tone's phase, does not count.
pub fn tone_level(samples: &[i16], rate: u32, hertz: f64) -> f64 {
    let piece = rate as usize / 5;
    if samples.len() < 2 * piece {
        return coherent_level(samples, rate, hertz);
    }
    let windows = samples.windows(piece).step_by(piece / 2);
    let mut levels: Vec<f64> = windows.map(|window| coherent_level(window, rate, hertz)).collect();
    levels.sort_by(f64::total_cmp);
    levels[levels.len() / 2]
}

/// The level of a tone whose phase does not change.
fn coherent_level(samples: &[i16], rate: u32, hertz: f64) -> f64 {
    let (mut real, mut imaginary, mut weights) = (0.0, 0.0, 0.0);
    let step = TAU * hertz / f64::from(rate);
    for (index, &sample) in samples.iter().enumerate() {
        // A Hann window: without it a loud tone shows up in all its neighbours.
        let weight = 0.5 - 0.5 * (TAU * index as f64 / samples.len() as f64).cos();
        let (sin, cos) = (step * index as f64).sin_cos();
        real += weight * f64::from(sample) * cos;
        imaginary += weight * f64::from(sample) * sin;
        weights += weight;
    }
    if weights == 0.0 { FLOOR } else { decibels(2.0 * real.hypot(imaginary) / weights) }
}

/// The levels of several tones.
pub fn tones_heard(samples: &[i16], rate: u32, hertz: &[f64]) -> Vec<f64> {
    hertz.iter().map(|&hertz| tone_level(samples, rate, hertz)).collect()
}

/// The level of a recording in dB below a sine of full scale (which stands at 0, not at -3).
pub fn level(samples: &[i16]) -> f64 {
    if samples.is_empty() {
        return FLOOR;
    }
    let energy: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    decibels((2.0 * energy / samples.len() as f64).sqrt())
}

/// The longest time in which no 10 ms are louder than `dbfs`.
pub fn longest_silence(samples: &[i16], rate: u32, dbfs: f64) -> Duration {
    let window = (rate / 100) as usize;
    let (mut longest, mut current) = (0, 0);
    for piece in samples.chunks(window) {
        current = if level(piece) > dbfs { 0 } else { current + piece.len() };
        longest = longest.max(current);
    }
    Duration::from_secs_f64(longest as f64 / f64::from(rate))
}

/// The largest step between two neighbouring samples, as a part of the loudest sample: at most `τ·f/rate` for a pure
/// tone, near 1 or above where it is cut.
pub fn largest_step(samples: &[i16]) -> f64 {
    let peak = samples.iter().map(|&sample| i32::from(sample).abs()).max().unwrap_or(0);
    let steps = samples.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs());
    if peak == 0 { 0.0 } else { f64::from(steps.max().unwrap_or(0)) / f64::from(peak) }
}

/// Places where the signal bends far more than it does in the 20 ms around: a splice, a dropped frame.
pub fn clicks(samples: &[i16], rate: u32) -> Vec<usize> {
    let bend: Vec<f64> = samples
        .windows(3)
        .map(|part| f64::from(i32::from(part[0]) - 2 * i32::from(part[1]) + i32::from(part[2])))
        .collect();
    let around = (rate / 100) as usize;
    let mut sums = vec![0.0; bend.len() + 1];
    for (index, value) in bend.iter().enumerate() {
        sums[index + 1] = sums[index] + value * value;
    }
    let is_click = |&at: &usize| {
        let (from, to) = (at.saturating_sub(around), (at + around).min(bend.len()));
        let own = bend[at.saturating_sub(2)..(at + 3).min(bend.len())].iter().map(|value| value * value).sum::<f64>();
        let others = ((sums[to] - sums[from] - own) / (to - from) as f64).max(0.0).sqrt();
        bend[at].abs() > 8.0 * others.max(30.0)
    };
    (0..bend.len()).filter(is_click).map(|at| at + 1).collect()
}

/// Looks for what was said in what was heard, at every delay at which at least half of the shorter of the two overlaps.
pub fn speech_match(heard: &[i16], said: &[i16]) -> Match {
    let none = Match { correlation: 0.0, delay: 0 };
    if heard.is_empty() || said.is_empty() {
        return none;
    }
    let products = correlate(heard, said);
    let (heard_energy, said_energy) = (running_energy(heard), running_energy(said));
    let least = heard.len().min(said.len()) / 2;
    let mut best = none;
    for delay in -(said.len() as isize) + 1..heard.len() as isize {
        let from = delay.max(0) as usize;
        let to = heard.len().min((said.len() as isize + delay) as usize);
        if to < from + least {
            continue;
        }
        let (said_from, said_to) = ((from as isize - delay) as usize, (to as isize - delay) as usize);
        let ours = said_energy[said_to] - said_energy[said_from];
        let energy = (heard_energy[to] - heard_energy[from]) * ours;
        // A delay at which only the quiet part of the speech overlaps proves nothing.
        if energy < 1.0 || ours < 0.3 * said_energy[said.len()] {
            continue;
        }
        let at = delay.rem_euclid(products.len() as isize) as usize;
        let correlation = products[at] / energy.sqrt();
        if correlation > best.correlation {
            best = Match { correlation, delay };
        }
    }
    best
}

fn decibels(amplitude: f64) -> f64 {
    (20.0 * (amplitude / 32_768.0).log10()).max(FLOOR)
}

fn running_energy(samples: &[i16]) -> Vec<f64> {
    let mut sums = vec![0.0; samples.len() + 1];
    for (index, &sample) in samples.iter().enumerate() {
        sums[index + 1] = sums[index] + f64::from(sample).powi(2);
    }
    sums
}

/// The sum of products at every delay; negative delays stand at the end.
fn correlate(heard: &[i16], said: &[i16]) -> Vec<f64> {
    let length = (heard.len() + said.len()).next_power_of_two();
    // Two real signals in one complex transform, told apart by symmetry.
    let value = |samples: &[i16], at: usize| f64::from(samples.get(at).copied().unwrap_or(0));
    let mut both: Vec<_> = (0..length).map(|at| (value(heard, at), value(said, at))).collect();
    transform(&mut both, false);
    let mut product: Vec<_> = (0..length)
        .map(|at| {
            let (a, b) = (both[at], both[(length - at) % length]);
            let heard = ((a.0 + b.0) / 2.0, (a.1 - b.1) / 2.0);
            let said = ((a.1 + b.1) / 2.0, (b.0 - a.0) / 2.0);
            (heard.0 * said.0 + heard.1 * said.1, heard.1 * said.0 - heard.0 * said.1)
        })
        .collect();
    transform(&mut product, true);
    product.into_iter().map(|(real, _)| real / length as f64).collect()
}

/// The fast Fourier transform of a power of two of complex numbers, in place.
fn transform(values: &mut [(f64, f64)], back: bool) {
    let length = values.len();
    let bits = length.trailing_zeros();
    for index in 0..length {
        let other = if bits == 0 { 0 } else { index.reverse_bits() >> (usize::BITS - bits) };
        if index < other {
            values.swap(index, other);
        }
    }
    let mut half = 1;
    while half < length {
        let angle = if back { PI } else { -PI } / half as f64;
        let turns: Vec<_> = (0..half).map(|at| (angle * at as f64).sin_cos()).collect();
        for block in values.chunks_mut(2 * half) {
            let (left, right) = block.split_at_mut(half);
            for ((low, high), &(sin, cos)) in left.iter_mut().zip(right).zip(&turns) {
                let turned = (high.0 * cos - high.1 * sin, high.0 * sin + high.1 * cos);
                *high = (low.0 - turned.0, low.1 - turned.1);
                *low = (low.0 + turned.0, low.1 + turned.1);
            }
        }
        half *= 2;
    }
}

/// What stands for "nothing at all".
const FLOOR: f64 = -120.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f64, peak: f64, length: usize) -> Vec<i16> {
        (0..length).map(|at| (peak * (TAU * hertz * at as f64 / 8_000.0).sin()) as i16).collect()
    }

    fn noise(seed: u32, length: usize) -> Vec<i16> {
        let mut state = seed;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as i16 / 8
            })
            .collect()
    }

    #[test]
    fn a_tone_has_its_level_and_its_neighbour_none() {
        let samples = tone(440.0, 3_276.8, 8_000);
        assert!((tone_level(&samples, 8_000, 440.0) + 20.0).abs() < 0.1);
        assert!(tone_level(&samples, 8_000, 554.0) < -70.0);
        assert!((level(&samples) + 20.0).abs() < 0.1);
        assert_eq!(level(&[]), FLOOR);
    }

    #[test]
    fn speech_is_found_where_it_begins() {
        let said = noise(1, 4_000);
        let mut heard = noise(2, 10_000);
        for (sample, said) in heard[2_500..].iter_mut().zip(&said) {
            *sample += said;
        }
        let found = speech_match(&heard, &said);
        assert_eq!(found.delay, 2_500);
        assert!((0.6..0.8).contains(&found.correlation), "{found:?}");
        assert!(speech_match(&noise(3, 10_000), &said).correlation < 0.2);
        assert_eq!(speech_match(&said[1_000..], &said).delay, -1_000);
    }

    #[test]
    fn a_cut_is_a_click_and_a_tone_is_none() {
        let mut samples = tone(300.0, 8_000.0, 4_000);
        assert_eq!(clicks(&samples, 8_000), []);
        assert!(largest_step(&samples) < 0.25);
        samples.drain(2_000..2_010);
        assert!(clicks(&samples, 8_000).iter().all(|at| (1_995..2_005).contains(at)));
        assert!(!clicks(&samples, 8_000).is_empty());
    }

    #[test]
    fn the_longest_silence_counts() {
        let mut samples = tone(300.0, 8_000.0, 8_000);
        samples[1_600..4_000].fill(0);
        assert_eq!(longest_silence(&samples, 8_000, -50.0), Duration::from_millis(300));
    }
}
