//! Taking noise away from a talker.

use nnnoiseless::DenoiseState;

use super::polyphase::Polyphase;
use super::{MAX_TICK_SAMPLES, SampleRate};

/// Noise suppression for one talker: RNNoise, a recurrent network that knows what talk is.
///
/// It works at 48 kHz, so that other rates go there and back. The output is late by 10 ms, and by 4 ms more at 8 kHz (2 ms
/// at 16 kHz). Made where memory may be allocated; [`process`](Self::process) allocates nothing on a thread that has
/// called [`warm_up`](Self::warm_up).
pub struct Denoiser {
    network: Box<DenoiseState<'static>>,
    /// There and back; nothing at 48 kHz.
    rates: Option<(Polyphase, Polyphase)>,
    narrow: Box<[f32]>,
    wide: Box<[f32]>,
    clean: Box<[f32]>,
}

impl Denoiser {
    /// One for a stream of this rate, with silence behind it.
    pub fn new(rate: SampleRate) -> Denoiser {
        let own = SampleRate::Hz48000;
        Denoiser {
            network: DenoiseState::new(),
            rates: (rate != own).then(|| (Polyphase::new(rate, own), Polyphase::new(own, rate))),
            narrow: vec![0.0; rate.samples_per_tick()].into(),
            wide: vec![0.0; MAX_TICK_SAMPLES].into(),
            clean: vec![0.0; MAX_TICK_SAMPLES].into(),
        }
    }

    /// Makes the tables that each thread keeps for itself. To be called once on every thread that is to process, where
    /// memory may be allocated.
    pub fn warm_up() {
        DenoiseState::new().process_frame(&mut [0.0; FRAME], &[0.0; FRAME]);
    }

    /// Goes on after a pause in which it was given nothing: what it still holds of the time before is not heard.
    pub fn resume(&mut self) {
        for clean in self.clean.chunks_exact_mut(FRAME) {
            self.network.process_frame(clean, &SILENCE);
        }
    }

    /// Cleans one tick in place; a slice of another length stays as it is.
    pub fn process(&mut self, samples: &mut [i32]) {
        if samples.len() != self.narrow.len() {
            return;
        }
        for (narrow, sample) in self.narrow.iter_mut().zip(samples.iter()) {
            *narrow = *sample as f32;
        }
        match &mut self.rates {
            Some((there, _)) => there.process(&self.narrow, &mut self.wide),
            None => self.wide.copy_from_slice(&self.narrow),
        }
        for (clean, wide) in self.clean.chunks_exact_mut(FRAME).zip(self.wide.chunks_exact(FRAME)) {
            self.network.process_frame(clean, wide);
        }
        match &mut self.rates {
            Some((_, back)) => back.process(&self.clean, &mut self.narrow),
            None => self.narrow.copy_from_slice(&self.clean),
        }
        for (sample, narrow) in samples.iter_mut().zip(&self.narrow) {
            *sample = (*narrow + 0.5f32.copysign(*narrow)) as i32;
        }
    }
}

/// 10 ms at 48 kHz.
const FRAME: usize = DenoiseState::FRAME_SIZE;

static SILENCE: [f32; FRAME] = [0.0; FRAME];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{ComfortNoise, Decibels};

    #[test]
    fn noise_alone_goes_by_twenty_decibels_and_more() {
        for rate in [SampleRate::Hz8000, SampleRate::Hz32000, SampleRate::Hz48000] {
            let (mut denoiser, mut noise) = (Denoiser::new(rate), ComfortNoise::new(rate));
            noise.set(Some(Decibels(-40.0)));
            let (mut before, mut after) = (0.0, 0.0);
            for tick in 0..75 {
                let mut samples = vec![0; rate.samples_per_tick()];
                noise.add_to(&mut samples);
                let power = |samples: &[i32]| samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
                let is_settled = tick >= 50;
                before += if is_settled { power(&samples) } else { 0.0 };
                denoiser.process(&mut samples);
                after += if is_settled { power(&samples) } else { 0.0 };
            }
            let less = 10.0 * (before / after.max(1.0)).log10();
            assert!(less > 20.0, "{less} dB at {rate:?}");
        }
    }

    #[test]
    fn nothing_of_the_time_before_a_pause_is_heard_after_it() {
        let mut denoiser = Denoiser::new(SampleRate::Hz48000);
        let loud: Vec<i32> = (0..960).map(|i| ((f64::from(i) * 0.03).sin() * 20000.0) as i32).collect();
        for _ in 0..10 {
            denoiser.process(&mut loud.clone());
        }
        denoiser.resume();
        let mut silence = [0; 960];
        denoiser.process(&mut silence);
        let loudest = silence.iter().map(|s| s.abs()).max();
        assert!(loudest < Some(400), "34 dB less: {loudest:?}");
    }
}
