//! How a call ended.

use std::fmt;

/// How a call's stay with us ended: what the dial plan finds in `CONCLAVE_RESULT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallResult {
    /// The caller hung up, or the host took the call away.
    Hangup,
    /// Somebody removed him from the conference.
    Kicked,
    /// He left by a key.
    Dtmf,
    /// His time was over.
    Timeout,
    /// The conference, or the account that it is of, had its maximum of members.
    Full,
    /// The conference was locked.
    Locked,
    /// He gave no right PIN.
    BadPin,
    /// There is no such conference.
    NoRoom,
    /// The conference was ended for all.
    Ended,
    /// Something of ours went wrong, or the database could not be reached.
    Failed,
    /// The conference has not opened yet.
    NotOpen,
    /// Its time is over.
    Over,
    /// It is switched off.
    Disabled,
    /// He, or others at the same room, tried too many codes.
    LockedOut,
    /// A leader turned him away in the lobby.
    Rejected,
    /// An invited party did not confirm.
    Declined,
}

impl CallResult {
    /// The word for the dial plan. These words never change.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hangup => "HANGUP",
            Self::Kicked => "KICKED",
            Self::Dtmf => "DTMF",
            Self::Timeout => "TIMEOUT",
            Self::Full => "FULL",
            Self::Locked => "LOCKED",
            Self::BadPin => "BADPIN",
            Self::NoRoom => "NOROOM",
            Self::Ended => "ENDED",
            Self::Failed => "FAILED",
            Self::NotOpen => "NOTOPEN",
            Self::Over => "OVER",
            Self::Disabled => "DISABLED",
            Self::LockedOut => "LOCKEDOUT",
            Self::Rejected => "REJECTED",
            Self::Declined => "DECLINED",
        }
    }
}

impl fmt::Display for CallResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
