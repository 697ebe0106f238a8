//! One conference in progress.

use super::{CallResult, Conference, Input, Member, MemberId, Notice, Order, Output, Sound, sound::KICKED, timer::Timer};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// The rules and the state of one conference in progress.
///
/// **Coming in.** A locked room lets in leaders only, and so does one with `max_members` members. The first member is
/// told that he is the only one. When another comes, all hear a tone, he too. Option `q` leaves out both; option `m` is
/// told by "you are now muted", unless `q` is there as well.
///
/// **Alone.** One member alone hears the conference's music whenever nothing else plays to him. It stops, and so does
/// the announcement that he is alone, before a second one is seated.
///
/// **Talking.** A listener never may. Others may unless muted; see [`Mutes`](super::Mutes) for who can lift which mute. Who is
/// muted or unmuted by the console is told so.
///
/// **What plays to one member** is what was said last: a new prompt cuts off the one before, because it answers a newer
/// key or tells a newer state. Tones to the room queue up in the mix and cut nothing off.
///
/// **Going out.** A member released for whatever reason counts no longer, at once, while he hears why. The others hear a
/// tone (not for `q`, not when all are sent away). The room is over when nobody is in it, also if nobody was ever let in.
///
/// **Keys.** Which sequences there are is the member's [`Menu`](super::Menu). The longest wins: one that could go on waits
/// for the next key, at most for the menu's pause, unless it does nothing but speak and go on (`*` usually is such a
/// one: it opens the menu and speaks it). Keys that can become nothing more count as the shorter sequence that they
/// passed, and what is left is pressed anew. An open menu is a sequence that further keys go on from; volume keys leave it
/// open, so that `*666` is three steps. In an open menu a key may also begin another sequence; else a wrong one is told,
/// and the menu stays open. `#` closes it unless it is the key of something, and so do five seconds without a key once
/// nothing plays. With no menu open keys that begin nothing do nothing, or go to the others' telephones if his manner
/// says so. Every key that means something cuts off what plays to him alone.
#[derive(Debug)]
pub struct Room {
    pub(super) conference: Arc<Conference>,
    /// First come first.
    pub(super) members: Vec<Member>,
    pub(super) locked: bool,
    pub(super) life: Life,
    pub(super) now: Duration,
    pub(super) outputs: VecDeque<Output>,
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
    /// A room in which nobody is yet. The first [`Input::Join`] opens it.
    pub fn new(now: Duration, conference: Arc<Conference>) -> Self {
        Self { conference, members: Vec::new(), locked: false, life: Life::New, now, outputs: VecDeque::new(), gathered: None }
    }

    /// Tells what happened at `now`.
    pub fn handle(&mut self, now: Duration, input: Input) {
        self.now = self.now.max(now);
        self.run_timers();
        match input {
            Input::Join { member, caller, role, manner, .. } => self.join(member, caller, role, manner),
            Input::Leave { member } => self.with(member, |room, at| room.release(at, None, CallResult::Hangup)),
            Input::Digit { member, digit } => self.with(member, |room, at| room.key(at, digit)),
            Input::Talking { member, on } => self.with(member, |room, at| room.talking(at, on)),
            Input::Played { member } => self.with(member, Self::played),
            Input::Order { order, .. } => self.obey(order),
            Input::RoomPlayed | Input::Back { .. } | Input::Invited { .. } | Input::RecordingFailed => {}
            Input::Wake => {}
        }
        self.settle_music();
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Output {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        let next = self.members.iter().filter_map(|member| member.timers.next()).min();
        next.map_or(Output::Idle, Output::WakeAt)
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

    /// Whether the conference is over.
    pub fn is_over(&self) -> bool {
        self.life == Life::Over
    }

    fn with(&mut self, id: MemberId, then: impl FnOnce(&mut Self, usize)) {
        if let Some(at) = self.members.iter().position(|member| member.id == id) {
            then(self, at);
        }
    }

    pub(super) fn lock(&mut self, locked: bool) {
        if self.locked != locked && self.life != Life::Over {
            self.locked = locked;
            self.outputs.push_back(Output::Notice(if locked { Notice::Locked } else { Notice::Unlocked }));
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Kick(member) => self.with(member, |room, at| room.release(at, Some(KICKED), CallResult::Kicked)),
            Order::Mute(member, on) => self.with(member, |room, at| room.console_mute(at, on)),
            Order::Lock(on) => self.lock(on),
            Order::End => self.end(),
            _ => {}
        }
    }

    fn run_timers(&mut self) {
        for at in 0..self.members.len() {
            while let Some(timer) = self.members[at].timers.take_due(self.now) {
                match timer {
                    Timer::Prompt => self.played(at),
                    Timer::Menu => self.members[at].keys.close(),
                    Timer::Key => self.key_pause(at),
                    Timer::FirstDigit | Timer::NextDigit | Timer::Attempt => {}
                }
            }
        }
        self.settle_music();
    }
}
