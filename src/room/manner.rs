//! How one member is treated: what he hears as he comes, when he waits, what his keys do.

use super::Menu;
use std::{sync::Arc, time::Duration};

/// The settings that can differ from member to member: the conference's own, a profile's that the dial plan names, and
/// the option letters of the call, each over the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manner {
    /// The others hear nothing of his coming and going, and nothing is announced to him as he joins.
    pub quiet: bool,
    /// He starts muted and may unmute himself.
    pub start_muted: bool,
    /// He starts deaf.
    pub start_deaf: bool,
    /// Whether he waits for a leader.
    pub wait_for_leader: WaitForLeader,
    /// Whether he has to go when leaders leave.
    pub end_with_leader: EndWithLeader,
    /// How long he may stay; then he has to go, after warnings.
    pub session_time: Option<Duration>,
    /// What he hears when he is alone or waits; without it silence.
    pub music: Option<Music>,
    /// What the others hear when he comes and goes.
    pub arrivals: Arrivals,
    /// Whether he hears what tells of his own coming.
    pub hear_own_arrival: bool,
    /// Whether he is told how many others are there.
    pub count_at_join: bool,
    /// Everybody is told how many are there when he joins, if that is more than this.
    pub count_to_all: Option<u32>,
    /// Whether he is told that he is the only one.
    pub only_person: bool,
    /// Played to him as he joins.
    pub announcement: Option<Arc<str>>,
    /// Whether keys that mean nothing in his menu are sent on to the others.
    pub pass_digits: bool,
    /// Whether he hears where the others sit, if he can hear two channels.
    pub stereo: bool,
    /// When his call is answered.
    pub answer: Answering,
    /// What his keys do; without it what is usual for his role.
    pub menu: Option<Arc<Menu>>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            quiet: false,
            start_muted: false,
            start_deaf: false,
            wait_for_leader: WaitForLeader::No,
            end_with_leader: EndWithLeader::No,
            session_time: None,
            music: None,
            arrivals: Arrivals::Tones,
            hear_own_arrival: true,
            count_at_join: false,
            count_to_all: None,
            only_person: true,
            announcement: None,
            pass_digits: false,
            stereo: true,
            answer: Answering::AtOnce,
            menu: None,
        }
    }
}

/// Whether a member waits until a leader is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitForLeader {
    /// He does not.
    No,
    /// Until the first one comes.
    Once,
    /// Also when the last one has left again.
    Always,
}

/// Whether a member has to go when leaders leave, after the conference's `leader_grace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndWithLeader {
    /// He stays.
    No,
    /// When the last one has left.
    Last,
    /// When any one has left.
    Any,
}

/// What tells the others of a member's coming and going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// Nothing.
    Nothing,
    /// Tones.
    Tones,
    /// "A participant has joined."
    Words,
    /// His recorded name and "has joined".
    Names {
        /// Whether he can listen to what he recorded, and do it again.
        review: bool,
    },
}

/// Music for those who wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Music {
    /// A class of the host's.
    Class(Arc<str>),
    /// A sound file, over and over.
    File(Arc<str>),
}

/// When a call is answered. Until then its caller hears us only if his telephone network lets early media through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Before anything else.
    AtOnce,
    /// When he can talk to somebody: not while he is asked, nor while he waits or is alone.
    WhenItBegins,
    /// Never: he listens.
    Never,
}
