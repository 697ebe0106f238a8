//! What goes into a [`Room`](super::Room) and what comes out.

use super::{CallResult, Caller, MemberId, Options, Role, Sound, Volume};
use std::{fmt, time::Duration};

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// A caller whose [`Entry`](super::Entry) said `Join` comes in. Answered by one [`Output::Seat`] or
    /// [`Output::Refuse`].
    Join {
        /// Not yet in this room.
        member: MemberId,
        /// Who he is.
        caller: Caller,
        /// From his `Entry`.
        role: Role,
        /// From the dial plan.
        options: Options,
    },
    /// A member hung up, or the host took his call away. Answered by [`Output::Release`].
    Leave {
        /// Who.
        member: MemberId,
    },
    /// A member pressed a key: `0` to `9`, `*`, `#` or `A` to `D`; anything else is ignored.
    Digit {
        /// Who.
        member: MemberId,
        /// Which.
        digit: char,
    },
    /// A voice came onto a member's line, or went; also while he is muted.
    Talking {
        /// Who.
        member: MemberId,
        /// Came, or went.
        on: bool,
    },
    /// The newest [`Output::Play`] to this member ended by itself, or could not be played.
    Played {
        /// Who.
        member: MemberId,
    },
    /// The console removes a member.
    Kick {
        /// Who.
        member: MemberId,
    },
    /// The console mutes a member, who cannot lift it himself.
    Mute {
        /// Who.
        member: MemberId,
    },
    /// The console lifts its own mute and the one a member came in with, not one that he set himself.
    Unmute {
        /// Who.
        member: MemberId,
    },
    /// The console locks the room: only leaders come in.
    Lock,
    /// The console unlocks the room.
    Unlock,
    /// The console ends the conference for everybody.
    End,
    /// It is time: the moment of the last [`Output::WakeAt`] has come.
    Wake,
}

impl Input {
    /// What to print of it: never a key, a name or a number.
    fn summary(&self) -> (&'static str, Option<MemberId>) {
        match *self {
            Self::Join { member, .. } => ("Join", Some(member)),
            Self::Leave { member } => ("Leave", Some(member)),
            Self::Digit { member, .. } => ("Digit", Some(member)),
            Self::Talking { member, on: true } => ("TalkingOn", Some(member)),
            Self::Talking { member, on: false } => ("TalkingOff", Some(member)),
            Self::Played { member } => ("Played", Some(member)),
            Self::Kick { member } => ("Kick", Some(member)),
            Self::Mute { member } => ("Mute", Some(member)),
            Self::Unmute { member } => ("Unmute", Some(member)),
            Self::Lock => ("Lock", None),
            Self::Unlock => ("Unlock", None),
            Self::End => ("End", None),
            Self::Wake => ("Wake", None),
        }
    }
}

/// Shows which input and whose, and hides keys (somebody may key a PIN late) and who calls.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.summary() {
            (word, Some(member)) => write!(f, "{word}({member})"),
            (word, None) => f.write_str(word),
        }
    }
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Put this member into the mix. [`Output::TalkingAllowed`] came before it, so that he is not heard for a moment
    /// when he may not be; his gains are 0 dB.
    Seat {
        /// Who.
        member: MemberId,
    },
    /// Do not let this caller in: play him the sounds, then give his call back with the result.
    Refuse {
        /// Who.
        member: MemberId,
        /// What he hears first; may be empty.
        sounds: Vec<Sound>,
        /// Why.
        result: CallResult,
    },
    /// Play these to one member instead of whatever plays to him alone, and report [`Input::Played`].
    Play {
        /// Who.
        member: MemberId,
        /// Never empty.
        sounds: Vec<Sound>,
    },
    /// Play these to everybody in the room, after whatever still plays to the room. Its end is not reported.
    PlayRoom {
        /// Never empty.
        sounds: Vec<Sound>,
    },
    /// Stop what plays to one member alone.
    StopPlaying {
        /// Who.
        member: MemberId,
    },
    /// Start or stop the conference's music for one member.
    Music {
        /// Who.
        member: MemberId,
        /// Start, or stop.
        on: bool,
    },
    /// Whether the others may hear this member.
    TalkingAllowed {
        /// Who.
        member: MemberId,
        /// Whether.
        allowed: bool,
    },
    /// How loud this member is for the others.
    TalkGain {
        /// Who.
        member: MemberId,
        /// How loud.
        volume: Volume,
    },
    /// How loud the others are for this member.
    ListenGain {
        /// Who.
        member: MemberId,
        /// How loud.
        volume: Volume,
    },
    /// Take this member out of the mix at once, with his music and prompts; then play him the sounds, then give his call
    /// back with the result. The last output about him. If he hung up, only the first of the three is left to do.
    Release {
        /// Who.
        member: MemberId,
        /// What he hears last; often empty.
        sounds: Vec<Sound>,
        /// Why.
        result: CallResult,
    },
    /// The first member is about to be seated.
    Opened,
    /// Nobody is left, the conference is over. The last output of the room.
    Ended,
    /// Something that concerns nobody's audio, for console, page and events.
    Notice(Notice),
    /// Nothing to do until this moment or the next input.
    WakeAt(Duration),
    /// Nothing to do until the next input.
    Idle,
}

/// What changed in a room's picture without another output saying so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A member began to be heard, or stopped: he fell silent, was muted, or left.
    Talking {
        /// Who.
        member: MemberId,
        /// Began, or stopped.
        on: bool,
    },
    /// A member's [`Mutes`](super::Mutes) changed.
    Muted {
        /// Who.
        member: MemberId,
    },
    /// The room was locked.
    Locked,
    /// The room was unlocked.
    Unlocked,
}
