//! Why a recording failed.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

/// Why a recording could not begin or go on.
#[derive(Debug)]
pub enum RecordError {
    /// Its folder is missing and cannot be made.
    Folder(PathBuf, io::Error),
    /// The file cannot be made or opened.
    Open(io::Error),
    /// All names that begin like this one are taken.
    NamesTaken,
    /// The file to be continued was not made by this program, or is of another kind.
    NotOurs,
    /// This program was built without this kind of file.
    NotBuiltIn(&'static str),
    /// No space is left, or the file may not grow.
    DiskFull(io::Error),
    /// Anything else while writing.
    Write(io::Error),
    /// The audio could not be encoded.
    Encode(String),
}

impl RecordError {
    /// What a failed write means.
    pub(super) fn writing(error: io::Error) -> RecordError {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => RecordError::DiskFull(error),
            _ => RecordError::Write(error),
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::Folder(folder, error) => {
                write!(
                    f,
                    "the folder {} cannot be made ({error}); make it and let this program write there",
                    folder.display()
                )
            }
            RecordError::Open(error) => {
                write!(f, "the file cannot be opened ({error}); check the folder's permissions")
            }
            RecordError::NamesTaken => f.write_str("too many files have this name already; move the old ones away"),
            RecordError::NotOurs => {
                f.write_str("the file cannot be continued, it was not made by this program; give another name")
            }
            RecordError::NotBuiltIn(kind) => write!(f, "this program was built without {kind}; record as wav"),
            RecordError::DiskFull(error) => write!(f, "the disk is full ({error}); make room and record again"),
            RecordError::Write(error) => write!(f, "the file cannot be written ({error}); check the disk"),
            RecordError::Encode(error) => write!(f, "the audio cannot be encoded ({error}); record as wav"),
        }
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            RecordError::Folder(_, error)
            | RecordError::Open(error)
            | RecordError::DiskFull(error)
            | RecordError::Write(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_administrator_can_cure_has_a_name() {
        for number in [libc::ENOSPC, libc::EDQUOT, libc::EFBIG] {
            let error = RecordError::writing(io::Error::from_raw_os_error(number));
            assert!(matches!(error, RecordError::DiskFull(_)), "{error:?}");
        }
        assert!(matches!(RecordError::writing(io::Error::from_raw_os_error(libc::EIO)), RecordError::Write(_)));
    }
}
