//! One person in a room.

use super::{Manner, keys::Keys, timer::Timers};
use std::{fmt, sync::Arc, time::Duration};

/// Names a member towards his room. The driver chooses it, and no two members of a room at a time share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub u64);

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// May join a locked or full room, lock it, and remove others.
    Leader,
    /// May talk and listen.
    Participant,
    /// May listen, and never talk.
    Listener,
}

impl Role {
    /// The word for console and page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Participant => "participant",
            Self::Listener => "listener",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who calls, as far as the host knows. Neither part is ever printed by `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// His name, empty if unknown.
    pub name: String,
    /// His number, empty if unknown.
    pub number: String,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller(redacted)")
    }
}

/// Why a member may not talk. Each reason is lifted by the one who set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mutes {
    /// He muted himself by a key; only he can lift it.
    pub own: bool,
    /// He came in muted (option `m`); he can lift it, and so can the console.
    pub at_start: bool,
    /// The console muted him; only the console can lift it.
    pub console: bool,
}

impl Mutes {
    /// Whether any reason holds.
    pub const fn any(self) -> bool {
        self.own || self.at_start || self.console
    }
}

/// How much louder or softer than it is, in steps of 3 dB from -12 dB to +12 dB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume(i8);

impl Volume {
    const STEP: i8 = 3;
    const LIMIT: i8 = 12;

    /// The gain in decibels; 0 leaves the sound as it is.
    pub const fn decibels(self) -> i8 {
        self.0
    }

    /// One step up, if there is one.
    pub fn louder(self) -> Option<Self> {
        (self.0 < Self::LIMIT).then(|| Self(self.0 + Self::STEP))
    }

    /// One step down, if there is one.
    pub fn softer(self) -> Option<Self> {
        (self.0 > -Self::LIMIT).then(|| Self(self.0 - Self::STEP))
    }
}

/// A person in a room, as console and page see him.
#[derive(Clone, Debug)]
pub struct Member {
    pub(super) id: MemberId,
    pub(super) caller: Caller,
    pub(super) role: Role,
    pub(super) manner: Arc<Manner>,
    pub(super) joined_at: Duration,
    pub(super) mutes: Mutes,
    /// Whether his leg has a voice on it, allowed or not.
    pub(super) voice: bool,
    pub(super) talk_volume: Volume,
    pub(super) listen_volume: Volume,
    pub(super) hears: Hears,
    pub(super) music: bool,
    pub(super) keys: Keys,
    pub(super) timers: Timers,
}

/// What plays to a member alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hears {
    /// Nothing of his own.
    Nothing,
    /// That he is alone, which must stop when it is no longer true.
    OnlyPerson,
    /// Any other prompt.
    Prompt,
}

impl Member {
    pub(super) fn new(id: MemberId, caller: Caller, role: Role, manner: Arc<Manner>, joined_at: Duration) -> Self {
        Self {
            id,
            caller,
            role,
            mutes: Mutes { at_start: manner.start_muted, ..Mutes::default() },
            manner,
            joined_at,
            voice: false,
            talk_volume: Volume::default(),
            listen_volume: Volume::default(),
            hears: Hears::Nothing,
            music: false,
            keys: Keys::default(),
            timers: Timers::default(),
        }
    }

    /// Whether something plays to him alone.
    pub(super) fn hears_prompt(&self) -> bool {
        self.hears != Hears::Nothing
    }

    /// His name towards the room.
    pub const fn id(&self) -> MemberId {
        self.id
    }

    /// Who he is.
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// His name, empty if unknown.
    pub fn name(&self) -> &str {
        &self.caller.name
    }

    /// His number, empty if unknown.
    pub fn number(&self) -> &str {
        &self.caller.number
    }

    /// What he may do.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// How he is treated.
    pub const fn manner(&self) -> &Arc<Manner> {
        &self.manner
    }

    /// Who muted him.
    pub const fn mutes(&self) -> Mutes {
        self.mutes
    }

    /// Whether the others can hear him now: he is neither a listener nor muted by anyone.
    pub fn may_talk(&self) -> bool {
        self.role != Role::Listener && !self.mutes.any()
    }

    /// Whether he talks and is heard.
    pub fn talking(&self) -> bool {
        self.voice && self.may_talk()
    }

    /// When he joined, as time since the driver's beginning.
    pub const fn joined_at(&self) -> Duration {
        self.joined_at
    }

    /// How loud he is for the others.
    pub const fn talk_volume(&self) -> Volume {
        self.talk_volume
    }

    /// How loud the others are for him.
    pub const fn listen_volume(&self) -> Volume {
        self.listen_volume
    }

    /// Whether music plays to him because he is alone.
    pub const fn hears_music(&self) -> bool {
        self.music
    }
}
