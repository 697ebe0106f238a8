//! What is done to a voice before the others hear it: noise suppression and levelling, for legs that want it.

use super::types::Voice;
use crate::audio::{Denoiser, Leveller, SampleRate};

/// The means for one leg, made by the control half and dropped there.
pub(super) struct VoiceWork {
    denoiser: Option<Denoiser>,
    leveller: Option<Leveller>,
}

impl VoiceWork {
    /// What a leg of this rate needs for that; nothing if nothing is to be done.
    pub fn new(voice: Voice, rate: SampleRate) -> Option<Box<VoiceWork>> {
        (voice != Voice::default()).then(|| {
            Box::new(VoiceWork {
                denoiser: voice.denoise.then(|| Denoiser::new(rate)),
                leveller: voice.level.then(Leveller::new),
            })
        })
    }

    /// Goes on with what is known of the talker.
    pub fn succeed(&mut self, former: &VoiceWork) {
        if let (Some(leveller), Some(former)) = (&mut self.leveller, former.leveller) {
            *leveller = former;
        }
    }

    /// Does its work on one tick. `begins`: none came before it for a while; `noise`: the power of the line's noise.
    pub fn process(&mut self, samples: &mut [i32], begins: bool, noise: f32) {
        let mut noise = noise;
        if let Some(denoiser) = &mut self.denoiser {
            if begins {
                denoiser.resume();
            }
            denoiser.process(samples);
            noise *= SUPPRESSED;
        }
        if let Some(leveller) = &mut self.leveller {
            leveller.process(samples, noise);
        }
    }
}

/// What suppression leaves of a line's noise, at least 20 dB less.
const SUPPRESSED: f32 = 0.01;
