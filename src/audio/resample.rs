//! One rate to another, a tick at a time.

use std::f64::consts::PI;
use std::sync::{Arc, OnceLock};

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::SampleRate;
use super::simd::{every_level, round};

/// A resampler for one stream: a tick in, a tick out, half a tick (10 ms) late.
///
/// Made where memory may be allocated; [`process`](Self::process) allocates nothing. All that go from one rate to another
/// share the same plan, so a room of hundreds can change its rate at once.
pub struct Resampler {
    plan: &'static Plan,
    /// The tick, and as much silence: the filter rings into the next tick.
    input: Box<[f32]>,
    from: Box<[Complex<f32>]>,
    to: Box<[Complex<f32>]>,
    output: Box<[f32]>,
    /// What rings on from the last tick.
    rest: Box<[f32]>,
    scratch: Box<[Complex<f32>]>,
}

impl Resampler {
    /// A resampler with silence behind it.
    pub fn new(from: SampleRate, to: SampleRate) -> Resampler {
        let plan = Plan::get(from, to);
        let (input, output) = (from.samples_per_tick(), to.samples_per_tick());
        let zero = Complex::new(0.0, 0.0);
        let scratch = plan.forward.get_scratch_len().max(plan.inverse.get_scratch_len());
        Resampler {
            plan,
            input: vec![0.0; 2 * input].into(),
            from: vec![zero; input + 1].into(),
            to: vec![zero; output + 1].into(),
            output: vec![0.0; 2 * output].into(),
            rest: vec![0.0; output].into(),
            scratch: vec![zero; scratch].into(),
        }
    }

    /// How much later the output is, in samples of the output.
    pub fn delay(&self) -> usize {
        self.rest.len() / 2
    }

    /// Resamples one tick. A slice of another length than a tick gives silence.
    pub fn process(&mut self, from: &[i32], to: &mut [i32]) {
        if 2 * from.len() != self.input.len() || to.len() != self.rest.len() {
            to.fill(0);
            return;
        }
        to_float(from, &mut self.input);
        self.input[from.len()..].fill(0.0);
        // Neither can fail: the lengths are the plan's, and what must be real is made so.
        let _ = self.plan.forward.process_with_scratch(&mut self.input, &mut self.from, &mut self.scratch);
        self.to.fill(Complex::new(0.0, 0.0));
        filter(&self.from, &self.plan.filter, &mut self.to);
        self.to[0].im = 0.0;
        let _ = self.plan.inverse.process_with_scratch(&mut self.to, &mut self.output, &mut self.scratch);
        let (now, later) = self.output.split_at(self.rest.len());
        overlap(now, &self.rest, to);
        self.rest.copy_from_slice(later);
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.rest.fill(0.0);
    }
}

every_level! {
    fn to_float(samples: &[i32], floats: &mut [f32]) {
        for (f, s) in floats.iter_mut().zip(samples) {
            *f = *s as f32;
        }
    }

    /// Multiplies a spectrum by that of a filter.
    fn filter(from: &[Complex<f32>], gains: &[Complex<f32>], to: &mut [Complex<f32>]) {
        for ((t, f), g) in to.iter_mut().zip(from).zip(gains) {
            *t = f * g;
        }
    }

    /// Adds what rang on from the last tick.
    fn overlap(now: &[f32], rest: &[f32], samples: &mut [i32]) {
        for ((s, n), r) in samples.iter_mut().zip(now).zip(rest) {
            *s = round(n + r);
        }
    }
}

/// What all resamplers from one rate to another have in common.
struct Plan {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// The spectrum of the low-pass filter, up to where the narrower of the two rates ends.
    filter: Box<[Complex<f32>]>,
}

impl Plan {
    fn get(from: SampleRate, to: SampleRate) -> &'static Plan {
        const RATES: usize = SampleRate::ALL.len();
        static PLANS: [OnceLock<Plan>; RATES * RATES] = [const { OnceLock::new() }; RATES * RATES];
        PLANS[from.index() * RATES + to.index()].get_or_init(|| Plan::new(from, to))
    }

    fn new(from: SampleRate, to: SampleRate) -> Plan {
        let (input, output) = (from.samples_per_tick(), to.samples_per_tick());
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(2 * input);
        let inverse = planner.plan_fft_inverse(2 * output);
        let mut taps = low_pass(input, from.min(to).hz() as f64 / from.hz() as f64);
        taps.resize(2 * input, 0.0);
        let mut filter = forward.make_output_vec();
        // Cannot fail, as above.
        let _ = forward.process(&mut taps, &mut filter);
        filter.truncate(input.min(output));
        // The transforms there and back together multiply by this.
        let scale = 1.0 / (2 * input) as f32;
        let filter = filter.into_iter().map(|gain| gain * scale).collect();
        Plan { forward, inverse, filter }
    }
}

/// A low-pass filter of a tick: a sinc in a Kaiser window, symmetric about its middle, with a gain of 1 for a constant.
/// It lets through what is below `band`, as a part of the band of its rate.
fn low_pass(length: usize, band: f64) -> Vec<f32> {
    let middle = (length / 2) as f64;
    // The band ends where the filter has come down all the way.
    let slope = (ATTENUATION - 7.95) / (2.285 * length as f64 * PI);
    let cutoff = band - slope / 2.0;
    let shape = 0.1102 * (ATTENUATION - 8.7);
    let taps: Vec<f64> = (0..length)
        .map(|i| {
            let from_middle = i as f64 - middle;
            let window = bessel(shape * (1.0 - (from_middle / middle).powi(2)).max(0.0).sqrt()) / bessel(shape);
            let angle = PI * cutoff * from_middle;
            window * if from_middle == 0.0 { 1.0 } else { angle.sin() / angle }
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| (tap / sum) as f32).collect()
}

/// The modified Bessel function of the first kind and order 0, by its series.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..40 {
        term *= (x / (2.0 * f64::from(n))).powi(2);
        sum += term;
    }
    sum
}

/// Decibels by which what does not belong is lowered.
const ATTENUATION: f64 = 80.0;

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    #[test]
    fn a_constant_stays_and_silence_returns_after_one_tick() {
        for from in SampleRate::ALL {
            for to in SampleRate::ALL.into_iter().filter(|to| *to != from) {
                let mut resampler = Resampler::new(from, to);
                let mut out = vec![0; to.samples_per_tick()];
                for _ in 0..3 {
                    resampler.process(&vec![10_000; from.samples_per_tick()], &mut out);
                }
                assert!(out.iter().all(|s| (s - 10_000).abs() <= 2), "{from:?} {to:?} {out:?}");
                let silence = vec![0; from.samples_per_tick()];
                resampler.process(&silence, &mut out);
                resampler.process(&silence, &mut out);
                assert!(out.iter().all(|s| *s == 0), "{from:?} {to:?} {out:?}");
            }
        }
    }

    /// The level of a sine after resampling, of its level before.
    fn gain(from: SampleRate, to: SampleRate, hz: f32) -> f32 {
        let mut resampler = Resampler::new(from, to);
        let step = TAU * hz / from.hz() as f32;
        let mut input = (0..).map(|i| ((i as f32 * step).sin() * 20_000.0) as i32);
        let mut output = vec![0; to.samples_per_tick()];
        let mut energy = 0.0;
        for tick in 0..20 {
            let tick_in: Vec<i32> = input.by_ref().take(from.samples_per_tick()).collect();
            resampler.process(&tick_in, &mut output);
            if tick >= 10 {
                energy += output.iter().map(|s| (*s as f32).powi(2)).sum::<f32>() / output.len() as f32;
            }
        }
        (energy / 10.0).sqrt() / (20_000.0 / 2f32.sqrt())
    }

    #[test]
    fn the_band_passes_and_what_is_beyond_it_does_not() {
        for (from, to) in [(8000, 16_000), (16_000, 8000), (48_000, 8000), (8000, 48_000), (32_000, 24_000)] {
            let [from, to] = [from, to].map(|hz| SampleRate::from_hz(hz).unwrap());
            let band = from.min(to).hz() as f32 / 2.0;
            for hz in [50.0, 400.0, 3000.0, band - 400.0] {
                let gain = gain(from, to, hz);
                assert!((gain - 1.0).abs() < 0.01, "{from:?} {to:?} {hz}: {gain}");
            }
            if to < from {
                for hz in [band + 100.0, (band + 3000.0).min(from.hz() as f32 / 2.0 - 100.0)] {
                    let gain = gain(from, to, hz);
                    assert!(gain < 0.001, "{from:?} {to:?} {hz}: {gain}");
                }
            }
        }
    }

    #[test]
    fn a_click_comes_out_once_and_half_a_tick_later() {
        for (from, to) in [(SampleRate::Hz8000, SampleRate::Hz16000), (SampleRate::Hz48000, SampleRate::Hz8000)] {
            let mut resampler = Resampler::new(from, to);
            let mut input = vec![0; from.samples_per_tick()];
            input[from.samples_per_tick() / 4] = 30_000;
            let mut output = vec![0; to.samples_per_tick()];
            resampler.process(&input, &mut output);
            let loudest = (0..output.len()).max_by_key(|i| output[*i].abs()).unwrap();
            assert_eq!(loudest, to.samples_per_tick() / 4 + resampler.delay());
        }
    }

    #[test]
    fn all_from_one_rate_to_another_share_a_plan() {
        let made: Vec<_> = (0..3).map(|_| Resampler::new(SampleRate::Hz8000, SampleRate::Hz48000)).collect();
        assert!(made.iter().all(|resampler| std::ptr::eq(resampler.plan, made[0].plan)));
        let other = Resampler::new(SampleRate::Hz48000, SampleRate::Hz8000);
        assert!(!std::ptr::eq(other.plan, made[0].plan));
    }
}
