//! What can go wrong in a test rig, in words that a failed test prints.

use std::fmt;
use std::io;
use std::time::Duration;

/// Why the rig could not do what a test asked of it.
pub enum Trouble {
    /// The system refused something.
    System {
        /// What the rig was doing.
        doing: String,
        /// What the system said.
        error: io::Error,
    },
    /// Something did not happen in time.
    TimedOut {
        /// What was waited for.
        waiting_for: String,
        /// How long.
        after: Duration,
        /// What was seen instead: a log, a SIP trace.
        seen: String,
    },
    /// The other side said no.
    Refused {
        /// What was asked.
        asked: String,
        /// The SIP status, or 0 where there is none.
        status: u16,
        /// The answer in words.
        answer: String,
    },
    /// The rig cannot work with what it was given.
    Unusable(String),
}

impl Trouble {
    pub(crate) fn system(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::System { doing, error }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { doing, error } => write!(f, "{doing}: {error}"),
            Self::TimedOut { waiting_for, after, seen } => {
                write!(f, "{waiting_for} did not come within {after:?}")?;
                if !seen.is_empty() {
                    write!(f, "; seen so far:\n{seen}")?;
                }
                Ok(())
            }
            Self::Refused { asked, status: 0, answer } => write!(f, "{asked} was refused: {answer}"),
            Self::Refused { asked, status, answer } => write!(f, "{asked} was refused: {status} {answer}"),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

// `unwrap` in a test prints this, so it reads like the message and not like the enum.
impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Trouble {}
