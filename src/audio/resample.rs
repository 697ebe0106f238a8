//! One rate to another, a tick at a time.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _};

use super::SampleRate;

/// A resampler for one stream: a tick in, a tick out, half a tick (10 ms) late.
///
/// Made where memory may be allocated; [`process`](Self::process) allocates nothing.
pub struct Resampler {
    fft: Fft<f32>,
    input: Box<[f32]>,
    output: Box<[f32]>,
}

impl Resampler {
    /// A resampler with silence behind it.
    pub fn new(from: SampleRate, to: SampleRate) -> Resampler {
        let (input, output) = (from.samples_per_tick(), to.samples_per_tick());
        let fft = Fft::new(from.hz() as usize, to.hz() as usize, input, 1, FixedSync::Both)
            .expect("all rates have a whole number of samples in a tick");
        Resampler { fft, input: vec![0.0; input].into(), output: vec![0.0; output].into() }
    }

    /// How much later the output is, in samples of the output.
    pub fn delay(&self) -> usize {
        self.fft.output_delay()
    }

    /// Resamples one tick. A slice of another length than a tick gives silence.
    pub fn process(&mut self, from: &[i32], to: &mut [i32]) {
        if from.len() != self.input.len() || to.len() != self.output.len() {
            to.fill(0);
            return;
        }
        for (f, i) in self.input.iter_mut().zip(from) {
            *f = *i as f32;
        }
        let (frames_in, frames_out) = (self.input.len(), self.output.len());
        let done = match (
            SequentialSlice::new(&self.input[..], 1, frames_in),
            SequentialSlice::new_mut(&mut self.output[..], 1, frames_out),
        ) {
            (Ok(input), Ok(mut output)) => self.fft.process_into_buffer(&input, &mut output, None).is_ok(),
            _ => false,
        };
        if !done {
            self.output.fill(0.0);
        }
        for (i, f) in to.iter_mut().zip(self.output.iter()) {
            *i = (f + 0.5f32.copysign(*f)) as i32;
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.fft.reset();
    }
}

#[cfg(test)]
mod tests {
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
}
