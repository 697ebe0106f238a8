//! One rate to another with little delay, for what does not come back to be subtracted.

use std::f64::consts::PI;

use super::SampleRate;

/// A resampler for one stream that is 2 ms late, where [`Resampler`](super::Resampler) is 10 ms late and steeper.
pub(super) struct Polyphase {
    /// For each phase its part of the filter, the newest sample first.
    taps: Box<[f32]>,
    length: usize,
    up: usize,
    down: usize,
    /// The end of the last tick, then this one.
    history: Box<[f32]>,
}

impl Polyphase {
    pub fn new(from: SampleRate, to: SampleRate) -> Polyphase {
        let (from, to) = (from.hz() as usize, to.hz() as usize);
        let common = gcd(from, to);
        let (up, down) = (to / common, from / common);
        let length = HALF_WIDTH * 2 * down.div_ceil(up);
        let filter = low_pass(length * up, up, from.min(to) as f64 / (from * up) as f64);
        let taps = (0..up).flat_map(|phase| (0..length).map(move |n| n * up + phase)).map(|n| filter[n]).collect();
        Polyphase { taps, length, up, down, history: vec![0.0; length - 1 + from / super::TICKS_PER_SECOND].into() }
    }

    /// Resamples one tick; nothing if one of the slices has another length.
    pub fn process(&mut self, from: &[f32], to: &mut [f32]) {
        let old = self.length - 1;
        if old + from.len() != self.history.len() || to.len() * self.down != from.len() * self.up {
            return;
        }
        self.history.copy_within(from.len().., 0);
        self.history[old..].copy_from_slice(from);
        for (n, sample) in to.iter_mut().enumerate() {
            let (newest, phase) = (n * self.down / self.up, n * self.down % self.up);
            let taps = &self.taps[phase * self.length..][..self.length];
            *sample = dot(taps, &self.history[newest..][..self.length]);
        }
    }
}

/// The sum of the products, in eight parts so that compilers make vector instructions of it.
fn dot(taps: &[f32], samples: &[f32]) -> f32 {
    let mut sums = [0.0; 8];
    for (taps, samples) in taps.chunks_exact(8).zip(samples.chunks_exact(8)) {
        for ((sum, tap), sample) in sums.iter_mut().zip(taps).zip(samples) {
            *sum += tap * sample;
        }
    }
    sums.iter().sum()
}

/// A low-pass filter at `up` times the rate that comes in, with a gain of `up`: a sinc in a Kaiser window, oldest first
/// within each phase once it is turned round. `band` is the narrower rate as a part of that.
fn low_pass(length: usize, up: usize, band: f64) -> Vec<f32> {
    let middle = (length - 1) as f64 / 2.0;
    let corner = band / 2.0 * CORNER;
    let taps: Vec<f64> = (0..length)
        .map(|n| {
            // The history is in order, so each phase of the filter runs backwards.
            let n = length - up + n % up - (n / up) * up;
            let x = n as f64 - middle;
            let sinc = if x == 0.0 { 2.0 * corner } else { (2.0 * PI * corner * x).sin() / (PI * x) };
            sinc * bessel(BETA * (1.0 - (x / (middle + 1.0)).powi(2)).sqrt()) / bessel(BETA)
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum * up as f64) as f32).collect()
}

/// The modified Bessel function of order 0.
fn bessel(x: f64) -> f64 {
    let term = |n: f64, before: f64| before * (x / 2.0 / n).powi(2);
    let mut sum = 1.0;
    let mut last = 1.0;
    for n in 1..40 {
        last = term(f64::from(n), last);
        sum += last;
    }
    sum
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Samples of the narrower rate on each side: 2 ms at 8 kHz.
const HALF_WIDTH: usize = 16;

/// Where the filter is half down, as a part of the narrower band: what telephones carry passes whole.
const CORNER: f64 = 0.96;

/// 60 dB down beyond.
const BETA: f64 = 5.65;

#[cfg(test)]
mod tests {
    use super::*;

    /// The level of a tone after going there and back, and of all else that came of it, in dB.
    fn there_and_back(rate: SampleRate, hertz: f64) -> (f64, f64) {
        let mut there = Polyphase::new(rate, SampleRate::Hz48000);
        let mut back = Polyphase::new(SampleRate::Hz48000, rate);
        let step = 2.0 * PI * hertz / f64::from(rate.hz());
        let tick = rate.samples_per_tick();
        let (mut wide, mut out) = ([0.0; 960], Vec::new());
        for n in 0..20 {
            let input: Vec<f32> = (0..tick).map(|i| ((n * tick + i) as f64 * step).sin() as f32).collect();
            there.process(&input, &mut wide);
            let mut narrow = vec![0.0; tick];
            back.process(&wide, &mut narrow);
            out.extend(narrow);
        }
        let out = &out[4 * tick..];
        let (mut re, mut im, mut power) = (0.0, 0.0, 0.0);
        for (i, s) in out.iter().enumerate() {
            let s = f64::from(*s);
            re += s * (i as f64 * step).cos();
            im += s * (i as f64 * step).sin();
            power += s * s;
        }
        let n = out.len() as f64;
        let tone = (re * re + im * im) * 2.0 / (n * n);
        (10.0 * (2.0 * tone).log10(), 10.0 * (2.0 * (power / n - tone).max(1e-12)).log10())
    }

    #[test]
    fn what_a_telephone_carries_comes_back_whole() {
        for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz24000, SampleRate::Hz32000] {
            let band = f64::from(rate.hz());
            for (part, most) in [(0.05, -55.0), (0.125, -55.0), (0.25, -55.0), (0.375, -50.0), (0.42, -35.0)] {
                let (level, rest) = there_and_back(rate, band * part);
                assert!(level.abs() < 0.5 && rest < most, "{level} and {rest} at {} of {rate:?}", band * part);
            }
        }
    }
}
