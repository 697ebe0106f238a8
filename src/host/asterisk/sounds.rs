//! Asterisk's sound files: every format it has a module for, by its own rules for languages.

use std::ffi::c_void;

use super::sys;
use crate::audio::{Clip, SampleRate};
use crate::host::c_string;
use crate::prompts::{SoundError, SoundFiles};

/// See the module's text.
pub struct AsteriskSounds;

impl SoundFiles for AsteriskSounds {
    fn load(&mut self, name: &str, language: &str, rate: SampleRate) -> Result<Clip, SoundError> {
        let (name, language) = (c_string(name), c_string(language));
        let (wanted, mut rate) = (rate.hz() as i32, 0);
        let mut samples: Vec<i16> = Vec::new();
        // SAFETY: strings and vector outlive the call, and `put` is told this vector only.
        let result = unsafe {
            let to = (&raw mut samples).cast();
            sys::cv_sound(name.as_ptr(), language.as_ptr(), wanted, &mut rate, Some(put), to)
        };
        let rate = SampleRate::from_hz(rate as u32);
        match (result, rate) {
            (0, Some(rate)) if !samples.is_empty() => Ok(Clip { rate, samples: samples.into() }),
            (1, _) => Err(SoundError::Missing),
            _ => Err(SoundError::Broken),
        }
    }
}

unsafe extern "C" fn put(to: *mut c_void, samples: *const i16, count: usize) {
    // SAFETY: `to` is the vector that load() gave, and the samples live during this call.
    unsafe {
        let to = &mut *to.cast::<Vec<i16>>();
        if to.len() < MOST_SAMPLES {
            to.extend_from_slice(std::slice::from_raw_parts(samples, count));
        }
    }
}

/// Ten minutes at 48 kHz: longer is no prompt, and would fill the memory.
const MOST_SAMPLES: usize = 10 * 60 * 48_000;
