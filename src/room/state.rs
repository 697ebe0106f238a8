//! One conference in progress.

use super::{
    By, CallResult, Conference, Input, Member, MemberId, Mix, Output, Sound, aside::Asides, desk::Desk,
    invite::Invitations, recorder::RecordingState, timer::Timers,
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// The rules and the state of one conference in progress.
///
/// **Coming in.** A locked room lets in leaders only, and so does one with `max_members` members, waiting ones included.
/// A member is welcomed, greeted, and seated at once if nothing keeps him waiting. He hears the conference's name, his
/// announcement, then why he waits, or else that he is the only one or (if his manner says so) how many others are
/// there, and that he is muted if he is. Option `q` leaves all of that out but why he waits.
///
/// **Waiting.** Nobody hears who waits, and he hears nobody; he has music, and his keys. He waits while the conference
/// has not opened, in the lobby until a leader admits him, and for a leader if his manner says so: once until the first
/// came, or whenever none is here. Leaders wait for the opening only; an invited party does not wait in the lobby. Leaders
/// hear how many wait. When those are seated who waited for a leader or the opening, all hear that the
/// conference begins, and it is not told of each that he came. A conference with a begin sound for which nobody waited
/// begins when two are there. When the last leader leaves, who waits for leaders whenever none is here waits again.
///
/// **When a leader leaves.** Whose manner says so has to go, after `leader_grace` and after being told; a leader who comes
/// meanwhile, whoever he is, cancels that. The others stay. Before the opening nobody has to go.
///
/// **Time.** The conference ends `max_duration` after its opening (or the first member, if he came later) and when its
/// schedule closes, for all, [`CallResult::Over`]; `warnings` before that all are told. A leader can put off both ends.
/// Each member's own `session_time` from his joining on, with the same warnings, is not put off by that.
///
/// **Alone.** Who is alone hears music whenever nothing else plays to him or to the room. It stops, and so do the words
/// that he is alone, before a second one is seated.
///
/// **Talking and hearing.** A listener never talks. Others may unless muted; see [`Mutes`](super::Mutes) for who lifts
/// which mute, and [`Deafs`](super::Deafs). What a member orders about himself counts as his own, also a leader's. Who is
/// muted by others is told so. Muting all covers who comes later. A leader is told of a raised hand; who is given the
/// floor is freed from what others set.
///
/// **What plays to one member** is what was said last: a new prompt cuts off the one before, because it answers a newer
/// key or tells a newer state. Only the warning that he is recorded is never cut off: what comes meanwhile plays after it.
///
/// **What plays to all** comes one at a time, and nobody waits for it. Words on the whole conference come first, then who
/// came, then who left, then how many are there. Meanwhile comings and goings fold: several tones into one, three names
/// or more into a number; and who came and left again before it was told is not mentioned. With `hear_own_arrival` off, or
/// while he hears words of his own, a member does not hear his own name. Of quiet members nothing is told.
///
/// **Recording** begins when all present have heard that it will, so ordered or by itself when two are there (and a
/// leader, if leaders are waited for), once. Who is seated later hears so first, and is not heard until he has. Pause,
/// going on, end and failure are told to all. It ends with the room.
///
/// **Calling people in.** Who may is the conference's business, and how many calls are under way at once; others wait
/// for their turn only if they are called as the conference opens. An invited party may come into a locked room. What
/// becomes of a call is told to who made it. Given up is the newest, or who came by it removed; a leader gives up
/// anybody's. All that are under way are given up when the room ends.
///
/// **Asides.** Who whispers is heard by one only, and a pair hear only each other, until that is ended or one of the two is
/// no longer seated.
///
/// **Orders** that a member may not give, or that find nothing to do, are answered in words or by a tone; the console's by
/// [`Output::Declined`].
///
/// **Answering.** Who is to be answered when it begins is answered when he and somebody else are first seated together.
///
/// **Going out.** A member released for whatever reason counts no longer, at once, while he hears why. The others are told
/// unless it is by a time or a leader's leaving that several go. The room is over when nobody is in it, also if nobody was
/// ever let in.
///
/// **Keys.** What they do is told at [`Menu`](super::Menu). What a leader's key does is refused in words to others who have
/// it in their menu. Who runs the dial plan by a key waits until he is back.
///
/// **Inviting.** Whom the conference lets may call somebody in; the number is keyed up to `#` or a pause, and asked for if
/// nothing is. He hears what becomes of a call that comes to nothing. An invited party may come into a locked room. Giving
/// up an invitation takes the newest one, whether it still rings or the party is a member by then: leaders and the console
/// of all, others of their own. All that are under way are given up at the end of the room.
///
/// **Beside the conference.** A leader or the console may let one be heard by one other only, or two hear only each other,
/// while all of them are seated. When the one who alone heard another goes, the other is muted as if by himself: what he
/// says was not meant for all.
#[derive(Debug)]
pub struct Room {
    pub(super) conference: Arc<Conference>,
    /// First come first.
    pub(super) members: Vec<Member>,
    /// How many of them are seated.
    pub(super) seats: usize,
    pub(super) locked: bool,
    pub(super) mix: Mix,
    /// Everybody is muted; true: leaders too.
    pub(super) mute_all: Option<bool>,
    /// The number of the next hand that is raised.
    pub(super) next_hand: u64,
    pub(super) life: Life,
    /// A leader was here while it was open.
    pub(super) was_led: bool,
    /// The begin sound was due once.
    pub(super) begun: bool,
    pub(super) opens: Option<Duration>,
    /// The end by the schedule.
    pub(super) closes: Option<Duration>,
    /// The end by `max_duration`.
    pub(super) lasts_until: Option<Duration>,
    pub(super) desk: Desk,
    pub(super) recording: RecordingState,
    /// It need not begin by itself any more.
    pub(super) recording_decided: bool,
    pub(super) timers: Timers,
    pub(super) now: Duration,
    pub(super) outputs: VecDeque<Output>,
    pub(super) invitations: Invitations,
    pub(super) asides: Asides,
    /// The number in the room that the next member gets.
    pub(super) next_place: u32,
    /// While the actions of a key sequence are carried out: whose they are, and what they have to say to him.
    pub(super) gathered: Option<(MemberId, Vec<Sound>)>,
}

/// How far the conference has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// Nobody has come yet.
    New,
    /// Somebody is in it.
    Open,
    /// Nobody is left.
    Over,
}

impl Room {
    /// A room in which nobody is yet. The first [`Input::Join`] opens it. `opens` and `ends` are the conference's
    /// [`Schedule`](super::Schedule) in the driver's time.
    pub fn new(now: Duration, conference: Arc<Conference>, opens: Option<Duration>, ends: Option<Duration>) -> Self {
        Self {
            mix: conference.mix,
            conference,
            members: Vec::new(),
            seats: 0,
            locked: false,
            mute_all: None,
            next_hand: 0,
            life: Life::New,
            was_led: false,
            begun: false,
            opens,
            closes: ends,
            lasts_until: None,
            desk: Desk::default(),
            recording: RecordingState::Off,
            recording_decided: false,
            timers: Timers::default(),
            now,
            outputs: VecDeque::new(),
            invitations: Invitations::default(),
            asides: Asides::default(),
            next_place: 1,
            gathered: None,
        }
    }

    /// Tells what happened at `now`.
    pub fn handle(&mut self, now: Duration, input: Input) {
        self.now = self.now.max(now);
        let playing = self.playing(&input);
        self.run_timers();
        if self.playing(&input) != playing {
            // What ended was replaced at this very moment; it is not the newest that ended.
            return;
        }
        match input {
            Input::Join { member, caller, role, manner, invite } => self.join(member, caller, role, manner, invite),
            Input::Leave { member } => self.with(member, |room, at| room.release(at, None, CallResult::Hangup)),
            Input::Digit { member, digit } => self.with(member, |room, at| room.key(at, digit)),
            Input::Talking { member, on } => self.with(member, |room, at| room.talking(at, on)),
            Input::Played { member } => self.with(member, Self::played),
            Input::RoomPlayed => self.room_played(),
            Input::Order { by: By::Member(member), .. } if self.member(member).is_none() => {}
            Input::Order { by, order } => self.order(by, order),
            Input::Back { member } => self.with(member, Self::come_back),
            Input::Changed { conference, ends } => self.changed(conference, ends),
            Input::Invited { invite, progress } => self.invited(invite, progress),
            Input::RecordingFailed => self.recording_failed(),
            Input::Wake => {}
        }
        self.settle();
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Output {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        let members = self.members.iter().filter_map(|member| member.timers.next());
        members.chain(self.timers.next()).min().map_or(Output::Idle, Output::WakeAt)
    }

    /// The conference that is held here.
    pub const fn conference(&self) -> &Arc<Conference> {
        &self.conference
    }

    /// Everybody in the room, first come first.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> + DoubleEndedIterator {
        self.members.iter()
    }

    /// One member, if he is in the room.
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// How its voices are put together.
    pub const fn mix(&self) -> Mix {
        self.mix
    }

    /// Whether only leaders may come in.
    pub const fn is_locked(&self) -> bool {
        self.locked
    }

    /// Whether everybody is muted.
    pub const fn is_muted(&self) -> bool {
        self.mute_all.is_some()
    }

    /// What the recording does.
    pub const fn recording(&self) -> RecordingState {
        self.recording
    }

    /// Whether the conference is over.
    pub fn is_over(&self) -> bool {
        self.life == Life::Over
    }

    /// Which sound's end an input tells, if it does.
    fn playing(&self, input: &Input) -> Option<u32> {
        match input {
            Input::Played { member } => self.member(*member).map(|member| member.plays),
            Input::RoomPlayed => Some(self.desk.plays),
            _ => None,
        }
    }

    pub(super) fn with(&mut self, id: MemberId, then: impl FnOnce(&mut Self, usize)) {
        if let Some(at) = self.at(id) {
            then(self, at);
        }
    }

    pub(super) fn at(&self, id: MemberId) -> Option<usize> {
        self.members.iter().position(|member| member.id == id)
    }

    /// Does what follows from what has changed.
    pub(super) fn settle(&mut self) {
        if self.life == Life::Open {
            self.settle_seats();
            self.record_by_itself();
            self.invite_at_opening();
            self.speak_next();
            self.settle_music();
        }
    }
}
