//! Any rate to any other, as files have them; not in a hurry, unlike the one of calls.

use std::collections::VecDeque;
use std::f64::consts::PI;

/// Goes from one rate to another by a windowed sinc, of which each output sample takes one of a few phases.
pub(super) struct Resampler {
    /// The filter's taps for each phase.
    phases: Vec<Vec<f32>>,
    /// Both rates without their common divisor.
    from: usize,
    to: usize,
    /// The input that the filter lies over.
    past: VecDeque<f32>,
    /// The phase of the next output sample; from `to` on it lies over later input.
    next: usize,
    /// Samples that came, and that went.
    taken: u64,
    given: u64,
}

impl Resampler {
    pub(super) fn new(from: u32, to: u32) -> Resampler {
        let divisor = gcd(from, to);
        let (from, to) = ((from / divisor) as usize, (to / divisor) as usize);
        let scale = (to as f64 / from as f64).min(1.0);
        let half = (LOBES / scale).ceil() as usize;
        let taps = 2 * half;
        let phase = |phase: usize| {
            let at = phase as f64 / to as f64;
            let tap = |tap: usize| {
                // How far the tap is from the output sample, which lies behind the middle one by the phase.
                let away = tap as f64 - (half - 1) as f64 - at;
                let window = 0.5 + 0.5 * (PI * away / half as f64).cos();
                (scale * EDGE * sinc(away * scale * EDGE) * window.max(0.0)) as f32
            };
            let mut all: Vec<f32> = (0..taps).map(tap).collect();
            let sum: f32 = all.iter().sum();
            all.iter_mut().for_each(|tap| *tap /= sum);
            all
        };
        let past = std::iter::repeat_n(0.0, half - 1).collect();
        Resampler { phases: (0..to).map(phase).collect(), from, to, past, next: 0, taken: 0, given: 0 }
    }

    /// Takes input, and gives what can be made of it.
    pub(super) fn push(&mut self, input: impl Iterator<Item = f32>, output: &mut Vec<i16>) {
        for sample in input {
            self.taken += 1;
            self.feed(sample, output);
        }
    }

    /// Gives what is left: the output is as long as the input.
    pub(super) fn finish(&mut self, output: &mut Vec<i16>) {
        let wanted = self.taken * self.to as u64 / self.from as u64;
        let missing = wanted.saturating_sub(self.given);
        let length = output.len() + missing as usize;
        while output.len() < length {
            self.feed(0.0, output);
        }
        output.truncate(length);
    }

    fn feed(&mut self, sample: f32, output: &mut Vec<i16>) {
        self.past.push_back(sample);
        let taps = self.phases[0].len();
        if self.past.len() < taps {
            return;
        }
        while self.next < self.to {
            let phase = &self.phases[self.next];
            let sum: f32 = self.past.iter().zip(phase).map(|(sample, tap)| sample * tap).sum();
            output.push((sum * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16);
            self.given += 1;
            self.next += self.from;
        }
        self.next -= self.to;
        self.past.pop_front();
    }
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Of the sinc at each side; with these what would be mirrored into the band is 60 dB down.
const LOBES: f64 = 16.0;

/// Where the band ends, as a part of half the lower rate.
const EDGE: f64 = 0.92;

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hz: f64, seconds: f64) -> Vec<f32> {
        let step = 2.0 * PI * hz / f64::from(rate);
        (0..(f64::from(rate) * seconds) as usize).map(|at| 0.5 * (step * at as f64).sin() as f32).collect()
    }

    fn resampled(from: u32, input: &[f32]) -> Vec<i16> {
        let mut resampler = Resampler::new(from, 16_000);
        let mut output = Vec::new();
        input.chunks(1000).for_each(|part| resampler.push(part.iter().copied(), &mut output));
        resampler.finish(&mut output);
        output
    }

    #[test]
    fn a_tone_stays_where_it_is() {
        for rate in [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000] {
            let output = resampled(rate, &sine(rate, 1000.0, 0.5));
            assert!(output.len().abs_diff(8000) <= 1, "{rate}: {}", output.len());
            let wanted = sine(16_000, 1000.0, 0.5);
            for at in 200..7800 {
                let error = (f32::from(output[at]) / 32_768.0 - wanted[at]).abs();
                assert!(error < 0.005, "{rate}: sample {at} is off by {error}");
            }
        }
    }

    #[test]
    fn what_is_too_high_is_not_mirrored() {
        for hz in [9000.0, 12_000.0, 20_000.0] {
            let output = resampled(48_000, &sine(48_000, hz, 0.5));
            let loudest = output[200..7800].iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!(loudest < 50, "{hz}: {loudest}");
        }
    }
}
