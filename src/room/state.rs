//! One conference in progress.

use super::{
    By, CallResult, Conference, Input, Member, MemberId, Output, Sound,
    aside::Asides,
    desk::Desk,
    invite::Invitations,
    recorder::RecordingState,
    timer::{Timer, Timers},
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// The rules and the state of one conference in progress.
#[derive(Debug)]
pub struct Room {
    pub(super) conference: Arc<Conference>,
    /// First come first.
    pub(super) members: Vec<Member>,
    /// How many of them are seated.
    pub(super) seats: usize,
    pub(super) locked: bool,
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
        self.run_timers();
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

    pub(super) fn with(&mut self, id: MemberId, then: impl FnOnce(&mut Self, usize)) {
        if let Some(at) = self.at(id) {
            then(self, at);
        }
    }

    pub(super) fn at(&self, id: MemberId) -> Option<usize> {
        self.members.iter().position(|member| member.id == id)
    }

    /// Does what follows from what has changed.
    fn settle(&mut self) {
        if self.life == Life::Open {
            self.settle_seats();
            self.record_by_itself();
            self.invite_at_opening();
            self.speak_next();
            self.settle_music();
        }
    }

    /// All that are due, in the order of their moments; at the same moment the room's first, then first come first.
    fn run_timers(&mut self) {
        loop {
            let mut due: Vec<(Duration, Option<(usize, MemberId)>, Timer)> = Vec::new();
            due.extend(self.timers.due(self.now).map(|(at, timer)| (at, None, timer)));
            for (place, member) in self.members.iter().enumerate() {
                let whose = Some((place, member.id));
                due.extend(member.timers.due(self.now).map(|(at, timer)| (at, whose, timer)));
            }
            if due.is_empty() {
                return;
            }
            due.sort_unstable();
            for (moment, whose, timer) in due {
                match whose {
                    None if self.timers.take(timer, moment) => self.time_out(timer),
                    None => {}
                    Some((_, id)) => self.with(id, |room, at| {
                        if room.members[at].timers.take(timer, moment) {
                            room.member_time_out(at, timer);
                        }
                    }),
                }
            }
            self.settle();
        }
    }

    fn time_out(&mut self, timer: Timer) {
        match timer {
            Timer::RoomPrompt => self.room_played(),
            Timer::Warning => self.warn_of_end(),
            Timer::End => self.end_by_time(),
            // Who waited for it is seated by `settle`.
            Timer::Opening => {}
            _ => {}
        }
    }

    fn member_time_out(&mut self, at: usize, timer: Timer) {
        match timer {
            Timer::Prompt => self.played(at),
            Timer::Menu => self.members[at].keys.close(),
            Timer::Key => self.key_pause(at),
            Timer::SessionWarning => self.warn_of_session(at),
            Timer::Session => self.session_over(at),
            Timer::LeaderGone => self.leader_stayed_away(at),
            _ => {}
        }
    }
}
