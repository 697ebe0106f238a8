//! Why the directory did not do what it was asked for.

use std::fmt;

use super::store::Fault;

/// Why something was not done. Words read well after a colon and say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The database cannot be reached or is too slow. Nothing was changed; later it may work.
    Unavailable(String),
    /// The same, but the connection broke, or the time was over, while it was being written: it may have been.
    Unknown(String),
    /// The database can be reached, but takes no changes now: its disk is full, or it may only be read.
    Unwritable(String),
    /// Values that cannot be: each with its field.
    Invalid(Vec<Wrong>),
    /// There is none; says what there is not.
    Missing(&'static str),
    /// Somebody else changed it since it was read; says what.
    Changed(&'static str),
    /// Rows of an import that cannot be. Nothing was imported.
    Rows(Vec<BadRow>),
    /// Something of ours went wrong, or the database is damaged.
    Refused(String),
    /// What the database said, while a job runs; the directory's thread makes one of the others of it.
    Database(Fault),
}

/// A value that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its field: a name as in [`Details`](super::Details), or of a room's setting.
    pub field: String,
    /// What is wrong, and what would be right. Never repeats a code.
    pub what: String,
}

impl Wrong {
    /// This is wrong with this field.
    pub fn new(field: impl Into<String>, what: impl Into<String>) -> Wrong {
        Wrong { field: field.into(), what: what.into() }
    }
}

/// A row of an import that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the text, from 1.
    pub line: u64,
    /// The column; empty if it is the whole row.
    pub column: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl Error {
    /// One value that cannot be.
    pub fn invalid(field: &str, what: impl Into<String>) -> Error {
        Error::Invalid(vec![Wrong::new(field, what)])
    }

    /// Whether the same may well work a little later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Error::Unavailable(_) | Error::Unwritable(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unavailable(why) => write!(f, "the directory cannot be reached now ({why}); try again in a moment"),
            Error::Unwritable(why) => write!(f, "the directory takes no changes now ({why}); try again in a moment"),
            Error::Unknown(why) => {
                write!(
                    f,
                    "the directory was lost while it was written ({why}); look whether it was done, then try again"
                )
            }
            Error::Invalid(wrong) => f.write_str(&joined(wrong)),
            Error::Missing(what) => write!(f, "there is no such {what}; somebody may have deleted it"),
            Error::Changed(what) => write!(f, "somebody else changed the {what} meanwhile; load it again"),
            Error::Rows(rows) => write!(f, "nothing is imported: {}", joined(rows)),
            Error::Refused(why) => f.write_str(why),
            Error::Database(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Database(fault)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.what)
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.column {
            "" => write!(f, "line {}: {}", self.line, self.what),
            column => write!(f, "line {}, {column}: {}", self.line, self.what),
        }
    }
}

fn joined(parts: &[impl fmt::Display]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
