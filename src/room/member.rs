//! One person in a room.

use super::{
    Answering, Chair, Deafs, InviteId, Manner, Mutes, Sound, Volume, keys::Keys, number::Keying, timer::Timers,
};
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

/// Why a member waits instead of being heard. Of several reasons the first of this list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waits {
    /// His call is lent to the dial plan.
    Away,
    /// The conference has not opened yet.
    Early,
    /// A leader has to admit him.
    Lobby,
    /// No leader is here.
    Leader,
}

impl Waits {
    /// The word for console and page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Early => "early",
            Self::Lobby => "lobby",
            Self::Leader => "waits for leader",
        }
    }
}

impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A person in a room, as console and page see him.
#[derive(Clone, Debug)]
pub struct Member {
    pub(super) id: MemberId,
    pub(super) place: u32,
    pub(super) caller: Caller,
    pub(super) role: Role,
    pub(super) manner: Arc<Manner>,
    /// The invitation that brought him.
    pub(super) invite: Option<InviteId>,
    pub(super) joined_at: Duration,
    pub(super) seated: bool,
    /// His for as long as he is a member, once he was seated; listeners have none.
    pub(super) chair: Option<Chair>,
    /// Why he was not seated when that was last looked at.
    pub(super) waits: Option<Waits>,
    /// He need not wait in the lobby, or no longer.
    pub(super) admitted: bool,
    /// His call is lent to the dial plan.
    pub(super) away: bool,
    /// What is said to him as he joins was said.
    pub(super) greeted: bool,
    /// He was seated before.
    pub(super) introduced: bool,
    /// [`Output::Answer`](super::Output::Answer) was said, or is not wanted.
    pub(super) answered: bool,
    /// He has heard, or is hearing, that the recording that goes on now is made.
    pub(super) knows_recorded: bool,
    pub(super) mutes: Mutes,
    pub(super) deafs: Deafs,
    /// His hand is up; the smaller number was raised first.
    pub(super) hand: Option<u64>,
    /// Whether his leg has a voice on it, allowed or not.
    pub(super) voice: bool,
    pub(super) talk_volume: Volume,
    pub(super) listen_volume: Volume,
    pub(super) levelled: bool,
    pub(super) denoised: bool,
    pub(super) hears: Hears,
    /// How often something was played to him alone.
    pub(super) plays: u32,
    /// What plays to him when that is over.
    pub(super) later: Vec<Sound>,
    pub(super) music: bool,
    pub(super) keys: Keys,
    /// The number that he is asked for.
    pub(super) keying: Option<Keying>,
    pub(super) timers: Timers,
}

/// What plays to a member alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hears {
    /// Nothing of his own.
    Nothing,
    /// That he is alone, which must stop when it is no longer true.
    OnlyPerson,
    /// Why he waits, which must stop when he no longer does.
    Waiting,
    /// That he is recorded, which nothing may cut off.
    Warning,
    /// Any other prompt.
    Prompt,
}

impl Member {
    pub(super) fn new(id: MemberId, caller: Caller, role: Role, manner: Arc<Manner>, joined_at: Duration) -> Self {
        Self {
            id,
            place: 0,
            caller,
            role,
            invite: None,
            mutes: Mutes { at_start: manner.start_muted, ..Mutes::default() },
            deafs: Deafs { at_start: manner.start_deaf, ..Deafs::default() },
            levelled: manner.level,
            denoised: manner.denoise,
            answered: manner.answer != Answering::WhenItBegins,
            manner,
            joined_at,
            seated: false,
            chair: None,
            waits: None,
            admitted: role == Role::Leader,
            away: false,
            greeted: false,
            introduced: false,
            knows_recorded: false,
            hand: None,
            later: Vec::new(),
            voice: false,
            talk_volume: Volume::default(),
            listen_volume: Volume::default(),
            hears: Hears::Nothing,
            plays: 0,
            music: false,
            keys: Keys::default(),
            keying: None,
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

    /// His number in the room, from 1 in the order in which they came; never used twice while it is open.
    pub const fn place(&self) -> u32 {
        self.place
    }

    /// Where he sits for those who hear two channels.
    pub fn chair(&self) -> Chair {
        self.chair.unwrap_or_default()
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
        self.seated && self.voice && self.may_talk()
    }

    /// Whether he is in the mix. Otherwise he waits.
    pub const fn seated(&self) -> bool {
        self.seated
    }

    /// Why he waits, if he does.
    pub const fn waits(&self) -> Option<Waits> {
        self.waits
    }

    /// Who deafened him.
    pub const fn deafs(&self) -> Deafs {
        self.deafs
    }

    /// Whether his hand is up.
    pub const fn hand_is_up(&self) -> bool {
        self.hand.is_some()
    }

    /// The invitation that brought him, if one did.
    pub const fn invite(&self) -> Option<InviteId> {
        self.invite
    }

    pub(super) fn leads(&self) -> bool {
        self.role == Role::Leader
    }

    pub(super) fn in_lobby(&self) -> bool {
        self.waits == Some(Waits::Lobby)
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

    /// Whether he is brought to the loudness of all.
    pub const fn levelled(&self) -> bool {
        self.levelled
    }

    /// Whether the noise behind him is taken away.
    pub const fn denoised(&self) -> bool {
        self.denoised
    }

    /// Whether music plays to him because he is alone or waits.
    pub const fn hears_music(&self) -> bool {
        self.music
    }
}
