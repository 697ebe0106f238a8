//! The host's sounds, handed over piece by piece.

use std::cell::RefCell;
use std::ptr;

use super::arguments::{c_string, items};
use super::host::Callbacks;
use super::{ConclaveResult, boundary};
use crate::audio::{Clip, SampleRate};
use crate::prompts::{SoundError, SoundFiles};

/// A sound that `load_sound` is handing over.
pub struct ConclaveSound {
    _private: (),
}

/// What has been handed over so far.
struct Reading {
    /// Which `ConclaveSound` it is: a name in the guise of a pointer.
    name: usize,
    /// The rate that it will be heard at.
    wanted: SampleRate,
    rate: Option<SampleRate>,
    samples: Vec<i16>,
}

thread_local! {
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
    static NEXT: RefCell<usize> = const { RefCell::new(1) };
}

/// Adds `count` samples (16 bit, mono, `rate` in Hz: 8000, 16000, 24000, 32000 or 48000, the same in all pieces of a
/// sound) to the sound that `load_sound` was asked for. They are copied. At most ten minutes at 48 kHz are kept.
///
/// Only inside `load_sound`, with the `sound` it was given.
///
/// # Safety
/// `samples` points to `count` samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_sound_write(
    sound: *mut ConclaveSound,
    rate: u32,
    samples: *const i16,
    count: usize,
) -> ConclaveResult {
    boundary(|| {
        if sound.is_null() {
            return Err(ConclaveResult::NullArgument);
        }
        // SAFETY: as promised by the caller.
        let samples = unsafe { items(samples, count) }?;
        let rate = SampleRate::from_hz(rate).ok_or(ConclaveResult::BadArgument)?;
        READING.with_borrow_mut(|reading| {
            let reading = reading.as_mut().filter(|reading| reading.name == sound.addr());
            let reading = reading.ok_or(ConclaveResult::BadArgument)?;
            if *reading.rate.get_or_insert(rate) != rate {
                return Err(ConclaveResult::BadArgument);
            }
            let room = MOST_SAMPLES.saturating_sub(reading.samples.len());
            reading.samples.extend_from_slice(&samples[..samples.len().min(room)]);
            if samples.len() > room { Err(ConclaveResult::TooSmall) } else { Ok(()) }
        })
    })
}

/// The rate in Hz at which the sound will be heard: of several files that hold it, one of this rate is best, and a better
/// one is of no use. Sounds of any rate are brought to it. 0 outside `load_sound`, or for another `sound` than it was
/// given.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_sound_rate(sound: *const ConclaveSound) -> u32 {
    READING.with_borrow(|reading| {
        let reading = reading.as_ref().filter(|reading| reading.name == sound.addr());
        reading.map_or(0, |reading| reading.wanted.hz())
    })
}

/// The host's function as the service knows it.
pub(super) struct HostSounds(pub(super) Callbacks);

impl SoundFiles for HostSounds {
    fn load(&mut self, name: &str, language: &str, wanted: SampleRate) -> Result<Clip, SoundError> {
        let table = self.0.table();
        let load = table.load_sound.ok_or(SoundError::Missing)?;
        let sound = NEXT.with_borrow_mut(|next| {
            *next += 1;
            *next
        });
        READING.set(Some(Reading { name: sound, wanted, rate: None, samples: Vec::new() }));
        let (name, language) = (c_string(name), c_string(language));
        let pointer = ptr::without_provenance_mut(sound);
        // SAFETY: the host's own function with its own `user`; the strings live during the call, and the sound is a
        // name that only conclave_sound_write() looks at.
        let found = unsafe { load(table.user, name.as_ptr(), language.as_ptr(), pointer) };
        let reading = READING.take();
        if !found {
            return Err(SoundError::Missing);
        }
        match reading {
            Some(Reading { rate: Some(rate), samples, .. }) if !samples.is_empty() => {
                Ok(Clip { rate, samples: samples.into() })
            }
            _ => Err(SoundError::Broken),
        }
    }
}

/// Ten minutes at 48 kHz: longer is no prompt, and would fill the memory.
const MOST_SAMPLES: usize = 10 * 60 * 48_000;
