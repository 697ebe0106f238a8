//! Codecs with memory that this library brings along: forms of audio that a host need not code for us.
//!
//! | form | rate | |
//! |---|---|---|
//! | [`g722`] | 16 kHz | always there |
//! | `opus` | 8 to 48 kHz, one channel or two | with the feature `opus`: libopus, linked in |
//!
//! G.711 has no memory and is part of [`audio`](crate::audio).

pub mod g722;
#[cfg(feature = "opus")]
pub mod opus;

use crate::audio::SampleRate;
use crate::engine::{Coded, Coders, Decoder, Encoder};

/// Whether a form is one of ours: the name of one of the host's is below [`FIRST_OWN`].
pub fn is_own(coded: Coded) -> bool {
    coded.format >= FIRST_OWN
}

/// The form of G.722.
pub const G722: Coded = Coded { format: FIRST_OWN, rate: SampleRate::Hz16000, stereo: false };

/// A decoder for one of our forms.
pub fn decoder(coded: Coded) -> Option<Box<dyn Decoder>> {
    match coded.format {
        FIRST_OWN => Some(Box::new(g722::Decoder::new())),
        #[cfg(feature = "opus")]
        OPUS.. => Some(Box::new(opus::Decoder::new(coded)?)),
        _ => None,
    }
}

/// An encoder for one of our forms.
pub fn encoder(coded: Coded) -> Option<Box<dyn Encoder>> {
    match coded.format {
        FIRST_OWN => Some(Box::new(g722::Encoder::new())),
        #[cfg(feature = "opus")]
        OPUS.. => Some(Box::new(opus::Encoder::new(coded)?)),
        _ => None,
    }
}

/// Makes coders for our own forms, and for no others.
pub struct OwnCoders;

impl Coders for OwnCoders {
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn Decoder>> {
        decoder(coded)
    }

    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn Encoder>> {
        encoder(coded)
    }
}

/// Where our own forms begin among the names of forms.
pub const FIRST_OWN: u16 = 0x4000;

/// From here on the name says what is to be heeded in Opus.
#[cfg(feature = "opus")]
const OPUS: u16 = 0x8000;
