//! The kinds of file.

use std::path::Path;
use std::str::FromStr;

/// A kind of file.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Format {
    /// Linear samples; the largest, and playable everywhere.
    Wav,
    /// The same samples in about half the space.
    Flac,
    /// Opus in Ogg: what a listener hears, in a twentieth of the space.
    Opus,
}

impl Format {
    /// The kind that a file's ending names.
    pub fn of(path: &Path) -> Option<Format> {
        path.extension()?.to_str()?.parse().ok()
    }

    /// The ending of such files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Wav => "wav",
            Format::Flac => "flac",
            Format::Opus => "opus",
        }
    }
}

/// No kind of file has such an ending.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnknownFormat;

impl std::fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no such kind of recording; use wav, flac or opus")
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    /// From a file's ending.
    fn from_str(ending: &str) -> Result<Format, UnknownFormat> {
        match ending.to_ascii_lowercase().as_str() {
            "wav" => Ok(Format::Wav),
            "flac" => Ok(Format::Flac),
            "opus" | "ogg" => Ok(Format::Opus),
            _ => Err(UnknownFormat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_names_the_kind_and_back() {
        for format in [Format::Wav, Format::Flac, Format::Opus] {
            assert_eq!(format.ending().parse(), Ok(format));
        }
        assert_eq!(Format::of(Path::new("/a.b/c.d/Meeting.WAV")), Some(Format::Wav));
        assert_eq!(Format::of(Path::new("/a/meeting.ogg")), Some(Format::Opus));
        assert_eq!(Format::of(Path::new("/a/wav")), None);
        assert_eq!("mp3".parse::<Format>(), Err(UnknownFormat));
    }
}
