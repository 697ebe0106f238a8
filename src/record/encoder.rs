//! What each kind of file has in common.

use std::time::Duration;

use super::error::RecordError;
use super::file::Store;
#[cfg(feature = "flac")]
use super::flac::Flac;
use super::format::Format;
#[cfg(feature = "opus")]
use super::opus::OggOpus;
use super::wav::Wav;
use crate::audio::SampleRate;

/// Makes bytes of samples.
///
/// What it has made is written to the end of the file, and then its start to the start. A reader who comes between
/// those two, or after a crash there, finds a whole file that is a little shorter.
pub(super) trait Encoder {
    /// The rate that it wants its samples at.
    fn rate(&self) -> SampleRate;

    /// Takes in samples, and appends the bytes that are complete to `bytes`.
    fn encode(&mut self, samples: &[i16], bytes: &mut Vec<u8>) -> Result<(), RecordError>;

    /// Appends what is not complete yet; nothing is encoded after that.
    fn finish(&mut self, bytes: &mut Vec<u8>) -> Result<(), RecordError>;

    /// What the start of the file must say, if that depends on what is in it. Always of the same length.
    fn start(&self, _end_of_file: u64) -> Option<Vec<u8>> {
        None
    }
}

/// An encoder for a new file. Its first bytes are in the answer.
pub(super) fn begin(format: Format, rate: SampleRate) -> Result<(Box<dyn Encoder>, Vec<u8>), RecordError> {
    match format {
        Format::Wav => Ok(Wav::begin(rate)),
        #[cfg(feature = "flac")]
        Format::Flac => Ok(Flac::begin(rate)),
        #[cfg(not(feature = "flac"))]
        Format::Flac => Err(RecordError::NotBuiltIn("FLAC")),
        #[cfg(feature = "opus")]
        Format::Opus => OggOpus::begin(rate),
        #[cfg(not(feature = "opus"))]
        Format::Opus => Err(RecordError::NotBuiltIn("Opus")),
    }
}

/// An encoder that goes on in a file that is there, at the rate that it has; `rate` if that can be another from here on.
pub(super) fn resume(
    format: Format,
    rate: SampleRate,
    store: &mut Store,
) -> Result<(Box<dyn Encoder>, Vec<u8>), RecordError> {
    match format {
        Format::Wav => Ok((Wav::resume(store)?, Vec::new())),
        #[cfg(feature = "flac")]
        Format::Flac => Ok((Flac::resume(store)?, Vec::new())),
        #[cfg(feature = "opus")]
        Format::Opus => OggOpus::resume(rate, store),
        #[allow(unreachable_patterns, reason = "depends on the features")]
        _ => begin(format, rate),
    }
}

/// How long so many samples are.
pub(super) fn duration(samples: u64, rate: SampleRate) -> Duration {
    Duration::from_micros(samples.saturating_mul(1_000_000 / 8000) / u64::from(rate.hz() / 8000))
}
