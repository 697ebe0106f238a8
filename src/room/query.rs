//! What an [`Entry`](super::Entry) has to ask of whoever knows the conferences.

use super::{CallResult, Conference, Manner, Opens, Pin, Role, RoomNumber, pin::Digits};
use std::{sync::Arc, time::Duration};

/// A question. Each is answered by one [`Found`], at once or later; a hang-up in between makes the answer needless.
/// `Refused` answers any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// What is at the number that the dial plan gave? Answers: `Conference`, `Doorway`, or `Right` if who calls is proof
    /// enough.
    Number,
    /// Do these digits open the conference that was found? Answers: `Right`, `Wrong`, `LockedOut`.
    Pin(Digits),
    /// Behind a dynamic doorway: is this conference being held? Answers: `Conference`, `Free`, `Wrong`.
    Dynamic(Digits),
    /// Behind a dynamic doorway: open this conference. Answers: `Opened`, or `Conference` if somebody was faster.
    Create {
        /// Its number.
        number: Digits,
        /// What the next caller has to key.
        pin: Option<Pin>,
    },
    /// Behind an access number: whose code is this? Answers: `Right`, `Wrong`, `LockedOut`.
    Code(Digits),
    /// How is he treated in the conference that was found, in this role? Answers: `Manner`.
    Manner(Role),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This conference; its PIN is asked for if it has one.
    Conference(Arc<Conference>),
    /// A number behind which there are several conferences.
    Doorway(Arc<Doorway>),
    /// Nobody holds a conference of this number.
    Free,
    /// The caller opened it just now.
    Opened(Arc<Conference>),
    /// The digits were right.
    Right(Arc<Conference>, Opens),
    /// They were wrong; the caller is told so after this long, whatever was wrong with them.
    Wrong(Duration),
    /// So many were wrong lately that none are looked at now; the caller is told so after this long.
    LockedOut(Duration),
    /// So he is treated.
    Manner(Arc<Manner>),
    /// There is nothing for him, and why: `NoRoom`, `NotOpen`, `Over`, `Disabled`, or `Failed` if it cannot be found out.
    Refused(CallResult),
}

impl Found {
    /// The conference that he comes to, if he comes to one.
    pub const fn conference(&self) -> Option<&Arc<Conference>> {
        match self {
            Self::Conference(conference) | Self::Opened(conference) | Self::Right(conference, _) => Some(conference),
            _ => None,
        }
    }
}

/// One number for several conferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doorway {
    /// The number.
    pub number: RoomNumber,
    /// What is behind it.
    pub kind: DoorwayKind,
    /// What its conferences are like; for an access number only the language and the manner of asking.
    pub template: Arc<Conference>,
}

/// What is behind a [`Doorway`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorwayKind {
    /// Callers choose a number; if nobody holds that conference, they open it.
    Dynamic {
        /// Whether who opens a conference is its leader.
        opener_leads: bool,
    },
    /// The code that a caller keys finds the conference and his role.
    Access,
    /// Each extension can have its own, which nobody else opens: the conference's number is the doorway's, a `-`, and
    /// the extension.
    Local,
}

impl Conference {
    /// What a code keyed at an access number makes of a caller; nothing if it is not one of this conference's. Takes the
    /// same time whatever is wrong.
    pub fn judge_code(&self, keyed: &Digits) -> Option<Opens> {
        let leader = Pin::matches(self.leader_code.as_ref(), keyed);
        let anybody = Pin::matches(self.code.as_ref(), keyed);
        match (leader, anybody) {
            (true, _) => Some(Opens::AsLeader),
            (false, true) => Some(Opens::AsAnybody),
            (false, false) => None,
        }
    }
}
