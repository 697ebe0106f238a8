//! What goes into a [`Room`](super::Room) and what comes out.

use super::{
    By, CallResult, Caller, Conference, Declined, DialplanPlace, Manner, MemberId, Mix, Order, RecordOrder, Role,
    Sound, Volume,
};
use std::{fmt, sync::Arc, time::Duration};

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// A caller whose [`Entry`](super::Entry) said `Join` comes in. Answered by one [`Output::Welcome`] or
    /// [`Output::Refuse`].
    Join {
        /// Not yet in this room.
        member: MemberId,
        /// Who he is.
        caller: Caller,
        /// From his `Entry`.
        role: Role,
        /// How he is treated.
        manner: Arc<Manner>,
        /// The invitation that brought him, if one did.
        invite: Option<InviteId>,
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
    /// The newest [`Output::PlayRoom`] ended, or could not be played.
    RoomPlayed,
    /// Somebody asks for something.
    Order {
        /// Who.
        by: By,
        /// What.
        order: Order,
    },
    /// The conference is set up otherwise from now on. Its number is the same; who is inside is treated as when he came,
    /// and nobody has to go because there are too many.
    Changed {
        /// As it is now.
        conference: Arc<Conference>,
        /// When it ends by its schedule, if that is another time than before: `Some(None)` for never.
        ends: Option<Option<Duration>>,
    },
    /// A member is back from the dial plan: see [`Output::RunDialplan`].
    Back {
        /// Who.
        member: MemberId,
    },
    /// How an invitation goes.
    Invited {
        /// Which.
        invite: InviteId,
        /// How.
        progress: InviteProgress,
    },
    /// The recording that was ordered by [`Output::Record`] failed: the disk is full, for instance. It has ended.
    RecordingFailed,
    /// It is time: the moment of the last [`Output::WakeAt`] has come.
    Wake,
}

/// How an invitation goes. After the last four nothing more comes of it, unless he is a member by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteProgress {
    /// It rings.
    Ringing,
    /// The called party is heard: its early media, or its answer. Its audio is in the room until it joins or is over.
    Heard,
    /// The called party answered; if it does not have to confirm, [`Input::Join`] follows.
    Answered,
    /// It is busy.
    Busy,
    /// It did not answer in time.
    NoAnswer,
    /// It refused, or did not confirm.
    Refused,
    /// It could not be called: no such number in the dial context, or the host failed.
    Failed,
}

/// Names an invitation towards its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteId(pub u64);

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
            Self::RoomPlayed => ("RoomPlayed", None),
            Self::Order { by: By::Member(member), .. } => ("Order", Some(member)),
            Self::Order { .. } => ("Order", None),
            Self::Back { member } => ("Back", Some(member)),
            Self::Changed { .. } => ("Changed", None),
            Self::Invited { .. } => ("Invited", None),
            Self::RecordingFailed => ("RecordingFailed", None),
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
    /// This caller is a member now. He hears nobody and nobody hears him until [`Output::Seat`].
    Welcome {
        /// Who.
        member: MemberId,
        /// His number in the room, from 1 in the order in which they came.
        place: u32,
    },
    /// Put this member into the mix, in his [`Chair`](super::Chair). [`Output::TalkingAllowed`] came before it, so that he is not heard for a moment
    /// when he may not be.
    Seat {
        /// Who.
        member: MemberId,
    },
    /// Take this member out of the mix; he stays a member, and waits.
    Unseat {
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
    /// Play these to everybody who is seated, each in his language, besides what plays to him alone. The one before
    /// has ended. Report [`Input::RoomPlayed`] when the last of them has heard it all.
    PlayRoom {
        /// Never empty.
        sounds: Vec<Sound>,
        /// Who hears nothing of it.
        except: Option<MemberId>,
    },
    /// Stop what plays to one member alone.
    StopPlaying {
        /// Who.
        member: MemberId,
    },
    /// Start or stop the member's music.
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
    /// Whether this member hears the others.
    HearingAllowed {
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
    /// What is done to what this member says before the others hear it. Nothing for who comes, unless this is said.
    Voice {
        /// Who.
        member: MemberId,
        /// He is brought to the loudness of all.
        level: bool,
        /// The noise behind him is taken away.
        denoise: bool,
    },
    /// How the voices are put together from now on. As [`Mix::default`] says unless this is said.
    Mix(Mix),
    /// How loud the others are for this member.
    ListenGain {
        /// Who.
        member: MemberId,
        /// How loud.
        volume: Volume,
    },
    /// From now on only `to` hears this member; `None`: everybody again.
    Whisper {
        /// Who.
        member: MemberId,
        /// Who hears him.
        to: Option<MemberId>,
    },
    /// These two hear only each other.
    Pair(MemberId, MemberId),
    /// These two are in the common mix again.
    Unpair(MemberId, MemberId),
    /// Answer this member's call, which was not answered so far.
    Answer {
        /// Who.
        member: MemberId,
    },
    /// Send this key to a member's telephone.
    SendDigit {
        /// Who.
        member: MemberId,
        /// Which.
        digit: char,
    },
    /// Lend this member's call to the dial plan; report [`Input::Back`], or `Leave` if it did not come back.
    RunDialplan {
        /// Who; he is not seated.
        member: MemberId,
        /// Where it begins.
        place: DialplanPlace,
    },
    /// Recording of the room's mix, and of each member's track if the conference has it so.
    Record(RecordOrder),
    /// Call this number in the conference's dial context and report how it goes.
    Dial {
        /// How to name it in reports.
        invite: InviteId,
        /// What was keyed or asked for.
        number: String,
        /// Who invites; `None`: the conference itself, or the console.
        by: Option<MemberId>,
    },
    /// Give up an invitation that has not become a member; nothing more is reported of it.
    HangUp {
        /// Which.
        invite: InviteId,
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
        /// Where he goes then, if not on where the dial plan was.
        then: Then,
    },
    /// The first member is about to be welcomed.
    Opened,
    /// Nobody is left, the conference is over. The last output of the room.
    Ended,
    /// An order from the console was not carried out.
    Declined(Declined),
    /// Something that concerns nobody's audio, for console, page and events.
    Notice(Notice),
    /// Nothing to do until this moment or the next input.
    WakeAt(Duration),
    /// Nothing to do until the next input.
    Idle,
}

/// Where a released call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// On, where the dial plan was.
    GoOn,
    /// To this place of the dial plan.
    Goto(DialplanPlace),
    /// To another room, which whoever ordered [`Order::Move`] knows.
    ToRoom,
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
    /// A member was deafened, or hears again.
    Deafened {
        /// Who.
        member: MemberId,
    },
    /// A member raised his hand, or it was lowered.
    Hand {
        /// Who.
        member: MemberId,
        /// Raised, or lowered.
        up: bool,
    },
    /// A member waits in the lobby.
    InLobby {
        /// Who.
        member: MemberId,
    },
    /// The conference began: whoever waited for a leader or its time is seated.
    Began,
    /// It came to a halt until a leader is back.
    Halted,
    /// The room was locked.
    Locked,
    /// The room was unlocked.
    Unlocked,
    /// Everybody was muted, or that was lifted.
    MutedAll(bool),
    /// Recording began, ended, was paused, or went on.
    Recording(RecordOrder),
    /// The conference lasts longer than it would have.
    Extended,
}
