//! What can be asked of a room in progress, by its members' keys and by whoever administers it.

use super::{MemberId, Sound, Volume};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Console, page or API: may do anything.
    Console,
    /// A member, by his keys. What he may do is his menu's business: an order that only leaders give is
    /// [`Declined::NotLeader`] for others.
    Member(MemberId),
}

/// Something to be done in a room in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Remove a member.
    Kick(MemberId),
    /// Remove who came last and is no leader.
    KickLast,
    /// Mute a member so that he cannot lift it himself, or lift that.
    Mute(MemberId, bool),
    /// The same for everybody present and for those who come later.
    MuteAll {
        /// Mute, or lift it.
        on: bool,
        /// Leaders too.
        leaders: bool,
    },
    /// Let a member hear nothing of the room, or hear it again.
    Deafen(MemberId, bool),
    /// How loud a member is for the others.
    TalkVolume(MemberId, Volume),
    /// How loud the others are for a member.
    ListenVolume(MemberId, Volume),
    /// Bring a member to the loudness of all, or leave him as he is.
    Level(MemberId, bool),
    /// Take away the noise behind a member, or leave it.
    Denoise(MemberId, bool),
    /// Let so many who talk at once be heard, the loudest; 0: all.
    MostTalkers(u32),
    /// A steady noise under everything, in dB against full scale, or none.
    ComfortNoise(Option<i8>),
    /// Lock the room, or unlock it.
    Lock(bool),
    /// Let in one who waits in the lobby, or all.
    Admit(Option<MemberId>),
    /// Turn away one who waits in the lobby.
    Reject(MemberId),
    /// Let one who raised his hand talk: lifts the mutes that others set, and lowers the hand. Without a name, the
    /// first who raised it.
    GiveFloor(Option<MemberId>),
    /// Raise or lower somebody's hand.
    Hand(MemberId, bool),
    /// Let the conference last longer, by its own `extend_by`.
    Extend,
    /// Recording.
    Record(RecordOrder),
    /// Call somebody and let him in.
    Invite(String),
    /// Give up the last invitation, or remove who came by it.
    CancelInvite,
    /// Play something to everybody, or to one member.
    Play(Option<MemberId>, Vec<Sound>),
    /// From now on only the second hears the first, besides the first's hearing everybody; `None` ends it.
    Whisper(MemberId, Option<MemberId>),
    /// These two hear only each other from now on.
    Pair(MemberId, MemberId),
    /// Ends that for this member and the other one.
    Unpair(MemberId),
    /// Let a member go to another room; his call goes on there.
    Move(MemberId),
    /// End the conference for everybody.
    End,
}

/// What to do about the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOrder {
    /// Begin.
    Start,
    /// End; the files are complete.
    Stop,
    /// Leave out what follows.
    Pause,
    /// Go on after a pause.
    Resume,
}

/// Why an order was not carried out. A member who gave it has been told so in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declined {
    /// The member is not here.
    NoMember,
    /// Nobody is there to whom it could be done.
    Nobody,
    /// Only leaders may.
    NotLeader,
    /// It is so already.
    Already,
    /// There is nothing to pause, resume, stop, extend or cancel.
    Nothing,
    /// The conference does not allow it: invitations without `invite_context`, for instance.
    NotAllowed,
    /// So many invitations are under way already.
    Busy,
}

impl Declined {
    /// In words, after "not done: ".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoMember => "no such member is in the room",
            Self::Nobody => "there is nobody to whom it could be done",
            Self::NotLeader => "only leaders may do this",
            Self::Already => "it is so already",
            Self::Nothing => "there is nothing of that kind under way",
            Self::NotAllowed => "the conference's settings do not allow it",
            Self::Busy => "as many invitations as allowed are under way; wait for them or cancel the last",
        }
    }
}
