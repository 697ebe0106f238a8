//! What keys do inside a room. The rules are told at [`Room`].

use super::{
    Action, By, CallResult, Declined, Member, MemberId, Menu, Order, Output, RecordOrder, RecordingState, Role, Room,
    Sound, Volume,
    keys::Becomes,
    menu::is_key,
    number::Wanted,
    sound::{LEADER_MENU, NO_FURTHER, NO_SUCH_KEY, OWNER_MENU, USER_MENU},
    timer::{MENU_LIMIT, Timer},
};
use std::{collections::VecDeque, sync::Arc};

impl Room {
    /// A member in the room pressed a key.
    pub(super) fn key(&mut self, at: usize, key: char) {
        if is_key(key) {
            self.press(self.members[at].id, VecDeque::from([key]));
        }
    }

    /// A member pressed no further key for as long as was waited for one.
    pub(super) fn key_pause(&mut self, at: usize) {
        let id = self.members[at].id;
        let mut rest = VecDeque::new();
        if self.members[at].keying.is_some() {
            self.number_pause(at);
        } else {
            let menu = self.menu(at);
            let becomes = self.members[at].keys.pause(&menu);
            rest.extend(self.become_of_keys(at, becomes).chars());
        }
        self.press(id, rest);
    }

    /// His call is no longer here to press keys: what he keyed so far is forgotten.
    pub(super) fn forget_keys(&mut self, at: usize) {
        let member = &mut self.members[at];
        member.keys.close();
        member.keying = None;
        member.timers.stop(Timer::Key);
        member.timers.stop(Timer::Menu);
    }

    /// An open menu waits for a key when nothing plays and no sequence has begun.
    pub(super) fn await_menu(&mut self, at: usize) {
        let member = &mut self.members[at];
        if member.keys.is_open() && !member.keys.is_pending() && !member.hears_prompt() {
            member.timers.set(Timer::Menu, self.now + MENU_LIMIT);
        } else {
            member.timers.stop(Timer::Menu);
        }
    }

    pub(super) fn menu(&self, at: usize) -> Arc<Menu> {
        let member = &self.members[at];
        member.manner.menu.clone().unwrap_or_else(|| Menu::of(member.role, self.conference.owner.is_some()))
    }

    /// Every key may leave keys that are pressed anew, and may be the last one of a member.
    fn press(&mut self, id: MemberId, mut keys: VecDeque<char>) {
        while let (Some(at), Some(key)) = (self.listens_to_keys(id), keys.pop_front()) {
            if self.members[at].keying.is_some() {
                self.number_key(at, key);
                continue;
            }
            let menu = self.menu(at);
            let becomes = self.members[at].keys.press(&menu, key);
            for key in self.become_of_keys(at, becomes).chars().rev() {
                keys.push_front(key);
            }
        }
        if let Some(at) = self.listens_to_keys(id) {
            self.await_key(at);
            self.await_menu(at);
        }
    }

    fn listens_to_keys(&self, id: MemberId) -> Option<usize> {
        self.at(id).filter(|at| !self.members[*at].away)
    }

    fn await_key(&mut self, at: usize) {
        let pause = self.menu(at).pause();
        let member = &mut self.members[at];
        if member.keys.is_pending() {
            member.timers.set(Timer::Key, self.now + pause);
        } else if member.keying.is_none() {
            member.timers.stop(Timer::Key);
        }
    }

    /// Returns the keys that are to be pressed anew.
    fn become_of_keys(&mut self, at: usize, becomes: Becomes) -> String {
        match becomes {
            Becomes::Nothing => String::new(),
            Becomes::Pending | Becomes::Closed => {
                self.stop_playing(at);
                String::new()
            }
            Becomes::Sequence(actions, rest) => {
                self.act_all(at, actions);
                rest
            }
            Becomes::Wrong(rest) => {
                self.play(at, NO_SUCH_KEY);
                rest
            }
            Becomes::Meaningless(key, rest) => {
                if let Some(key) = key {
                    self.pass_digit(at, key);
                }
                rest
            }
        }
    }

    /// The actions of one sequence. What they say is said together, for one prompt would cut off the other.
    fn act_all(&mut self, at: usize, actions: Vec<Action>) {
        let id = self.members[at].id;
        self.gathered = Some((id, Vec::new()));
        for action in actions {
            let Some(at) = self.listens_to_keys(id) else { break };
            self.act(at, action);
        }
        let words = self.gathered.take().map_or_else(Vec::new, |(_, words)| words);
        if let Some(at) = self.at(id) {
            if words.is_empty() { self.stop_playing(at) } else { self.play_all(at, words) }
        }
    }

    fn act(&mut self, at: usize, action: Action) {
        let member = &self.members[at];
        let (id, by) = (member.id, By::Member(member.id));
        let order = match action {
            Action::NoOp => return,
            Action::Help => return self.play(at, self.help(at)),
            Action::Close => return self.members[at].keys.close(),
            Action::Playback(files) | Action::PlaybackAndContinue(files) => {
                return self.play_all(at, files.iter().cloned().map(Sound::File).collect());
            }
            Action::ToggleMute => {
                let words = self.toggle_own_mute(at);
                return self.play(at, words);
            }
            Action::ToggleDeaf => {
                let words = self.toggle_own_deaf(at);
                return self.play(at, words);
            }
            Action::ListenSofter => return self.turn(at, Knob::Listen, Volume::softer),
            Action::ListenLouder => return self.turn(at, Knob::Listen, Volume::louder),
            Action::ListenReset => return self.reset(at, Knob::Listen),
            Action::TalkSofter => return self.turn(at, Knob::Talk, Volume::softer),
            Action::TalkLouder => return self.turn(at, Knob::Talk, Volume::louder),
            Action::TalkReset => return self.reset(at, Knob::Talk),
            Action::Count => return self.play_all(at, self.count_words(at)),
            Action::RollCall => return self.play_all(at, self.roll_call()),
            Action::Leave => return self.release(at, None, CallResult::Dtmf),
            Action::LeaveTo(place) => return self.leave_to(at, place),
            Action::RunDialplan(place) => return self.run_dialplan(at, place),
            Action::Invite => {
                return match self.may_invite(by) {
                    Ok(()) => self.ask_number(at, Wanted::Invite),
                    Err(why) => self.decline(by, why),
                };
            }
            Action::KickOne if member.leads() => return self.ask_number(at, Wanted::Kick),
            Action::KickOne => return self.decline(by, Declined::NotLeader),
            Action::ToggleHand => Order::Hand(id, !member.hand_is_up()),
            Action::CancelInvite => Order::CancelInvite,
            Action::ToggleLock => Order::Lock(!self.locked),
            Action::KickLast => Order::KickLast,
            Action::ToggleMuteAll => Order::MuteAll { on: !self.is_muted(), leaders: false },
            Action::ToggleRecording => Order::Record(match self.recording {
                RecordingState::Off => RecordOrder::Start,
                _ => RecordOrder::Stop,
            }),
            Action::TogglePause => Order::Record(match self.recording {
                RecordingState::Paused => RecordOrder::Resume,
                _ => RecordOrder::Pause,
            }),
            Action::AdmitAll => Order::Admit(None),
            Action::GiveFloor => Order::GiveFloor(None),
            Action::Extend => Order::Extend,
            Action::End => Order::End,
        };
        self.order(by, order);
    }

    fn help(&self, at: usize) -> Sound {
        match self.members[at].role {
            Role::Leader if self.conference.owner.is_some() => OWNER_MENU,
            Role::Leader => LEADER_MENU,
            Role::Participant | Role::Listener => USER_MENU,
        }
    }

    /// Sends a key that means nothing here to the telephones of the others, if his manner says so.
    fn pass_digit(&mut self, at: usize, digit: char) {
        if self.members[at].manner.pass_digits && self.members[at].seated {
            let others = self.members.iter().enumerate().filter(|(of, member)| *of != at && member.seated);
            self.outputs.extend(others.map(|(_, member)| Output::SendDigit { member: member.id, digit }));
        }
    }

    /// Only the end of the range makes a sound: a step is its own answer, and words after each would be in the way.
    fn turn(&mut self, at: usize, knob: Knob, step: fn(Volume) -> Option<Volume>) {
        match step(*knob.of(&mut self.members[at])) {
            Some(turned) => self.turn_to(at, knob, turned),
            None => self.play(at, NO_FURTHER),
        }
    }

    fn reset(&mut self, at: usize, knob: Knob) {
        self.turn_to(at, knob, Volume::default());
    }

    fn turn_to(&mut self, at: usize, knob: Knob, volume: Volume) {
        self.stop_playing(at);
        self.set_volume(at, knob, volume);
    }

    pub(super) fn set_volume(&mut self, at: usize, knob: Knob, volume: Volume) {
        let member = &mut self.members[at];
        let before = std::mem::replace(knob.of(member), volume);
        if before != volume {
            let output = knob.output(member.id, volume);
            self.outputs.push_back(output);
        }
    }
}

/// What a member can turn.
#[derive(Clone, Copy)]
pub(super) enum Knob {
    Listen,
    Talk,
}

impl Knob {
    fn of(self, member: &mut Member) -> &mut Volume {
        match self {
            Self::Listen => &mut member.listen_volume,
            Self::Talk => &mut member.talk_volume,
        }
    }

    const fn output(self, member: MemberId, volume: Volume) -> Output {
        match self {
            Self::Listen => Output::ListenGain { member, volume },
            Self::Talk => Output::TalkGain { member, volume },
        }
    }
}
