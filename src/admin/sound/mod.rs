//! Audio that people upload, in whatever format they have it, as it is kept: one channel at 16 kHz.
//!
//! Whoever uploads is signed in, and his file is not to be trusted all the same: how much is read, how long it takes and
//! how long the result is have limits, whatever the file says of itself. What is decoded is safe Rust, but for Opus.

mod decode;
mod loudness;
mod resample;

use std::fmt;
use std::time::Duration;

pub(super) use decode::convert;
pub(super) use loudness::{MUSIC, SPOKEN};

/// Why there is no audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SoundError {
    /// It is in no format that is known, or nothing of it can be decoded.
    NoAudio,
    /// It lasts longer than this.
    TooLong(Duration),
    /// It takes too long to decode.
    TooSlow,
    /// There is nothing in it.
    Empty,
}

impl fmt::Display for SoundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SoundError::NoAudio => f.write_str(
                "this is no audio that can be read; send a file in WAV, MP3, FLAC, AAC (M4A), AIFF, Ogg Vorbis or Opus",
            ),
            SoundError::TooLong(most) => write!(f, "it is longer than {} minutes; cut it", most.as_secs() / 60),
            SoundError::TooSlow => f.write_str("it takes too long to read; save it as a plain WAV file and try again"),
            SoundError::Empty => f.write_str("there is no sound in it"),
        }
    }
}
