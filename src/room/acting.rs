//! What keys do inside a room. The rules are told at [`Room`].

use super::{
    Action, CallResult, Member, MemberId, Menu, Output, Phrase, Role, Room, Sound, Volume,
    keys::Becomes,
    menu::is_key,
    sound::{
        KICKED, LEADER_MENU, LOCKED_NOW, NO_FURTHER, NO_SUCH_KEY, ONLY_PERSON, OWNER_MENU, UNLOCKED_NOW,
        USER_MENU,
    },
    timer::{MENU_LIMIT, Timer},
};
use std::{collections::VecDeque, sync::Arc};

impl Room {
    /// A member in the room pressed a key.
    pub(super) fn key(&mut self, at: usize, key: char) {
        if is_key(key) {
            let menu = self.menu(at);
            let becomes = self.members[at].keys.press(&menu, key);
            self.become_of_keys(at, becomes);
        }
    }

    /// A member pressed no further key for as long as his menu's pause.
    pub(super) fn key_pause(&mut self, at: usize) {
        let menu = self.menu(at);
        let becomes = self.members[at].keys.pause(&menu);
        self.become_of_keys(at, becomes);
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

    fn await_key(&mut self, at: usize) {
        let pause = self.menu(at).pause();
        let member = &mut self.members[at];
        if member.keys.is_pending() {
            member.timers.set(Timer::Key, self.now + pause);
        } else {
            member.timers.stop(Timer::Key);
        }
    }

    fn menu(&self, at: usize) -> Arc<Menu> {
        let member = &self.members[at];
        member.manner.menu.clone().unwrap_or_else(|| Menu::of(member.role, self.conference.owner.is_some()))
    }

    fn become_of_keys(&mut self, at: usize, becomes: Becomes) {
        let id = self.members[at].id;
        let mut becomes = Some(becomes);
        let mut rest = VecDeque::new();
        while let Some(now) = becomes.take() {
            let Some(at) = self.place_of(id) else { return };
            let left = match now {
                Becomes::Pending => {
                    self.stop_playing(at);
                    String::new()
                }
                Becomes::Sequence(actions, left) => {
                    self.act_all(at, actions);
                    left
                }
                Becomes::Closed => {
                    self.stop_playing(at);
                    String::new()
                }
                Becomes::Wrong(left) => {
                    self.play(at, NO_SUCH_KEY);
                    left
                }
                Becomes::Meaningless(key, left) => {
                    self.pass_digit(at, key);
                    left
                }
                Becomes::Nothing => String::new(),
            };
            for key in left.chars().rev() {
                rest.push_front(key);
            }
            if let (Some(at), Some(key)) = (self.place_of(id), rest.pop_front()) {
                let menu = self.menu(at);
                becomes = Some(self.members[at].keys.press(&menu, key));
            }
        }
        if let Some(at) = self.place_of(id) {
            self.await_key(at);
            self.await_menu(at);
        }
    }

    /// The actions of one sequence. What they say is said together, for one prompt would cut off the other.
    fn act_all(&mut self, at: usize, actions: Vec<Action>) {
        let id = self.members[at].id;
        self.gathered = Some((id, Vec::new()));
        for action in actions {
            let Some(at) = self.place_of(id) else { break };
            self.act(at, action);
        }
        if let (Some((_, words)), Some(at)) = (self.gathered.take(), self.place_of(id))
            && !words.is_empty()
        {
            self.play_all(at, words);
        }
    }

    fn act(&mut self, at: usize, action: Action) {
        let member = &self.members[at];
        match action {
            Action::Help => {
                let words = match member.role {
                    Role::Leader if self.conference.owner.is_some() => OWNER_MENU,
                    Role::Leader => LEADER_MENU,
                    Role::Participant | Role::Listener => USER_MENU,
                };
                self.play(at, words);
            }
            Action::Close => {
                self.members[at].keys.close();
                self.stop_playing(at);
            }
            Action::NoOp => {}
            Action::Playback(files) | Action::PlaybackAndContinue(files) => {
                self.play_all(at, files.iter().cloned().map(Sound::File).collect());
            }
            Action::ToggleMute => {
                let words = self.toggle_own_mute(at);
                self.play(at, words);
            }
            Action::ListenSofter => self.turn(at, Knob::Listen, Volume::softer),
            Action::ListenLouder => self.turn(at, Knob::Listen, Volume::louder),
            Action::ListenReset => self.reset(at, Knob::Listen),
            Action::TalkSofter => self.turn(at, Knob::Talk, Volume::softer),
            Action::TalkLouder => self.turn(at, Knob::Talk, Volume::louder),
            Action::TalkReset => self.reset(at, Knob::Talk),
            Action::Count => self.count(at),
            Action::Leave => self.release(at, None, CallResult::Dtmf),
            Action::ToggleLock if member.role == Role::Leader => {
                self.lock(!self.locked);
                let words = if self.locked { LOCKED_NOW } else { UNLOCKED_NOW };
                self.play(at, words);
            }
            Action::KickLast if member.role == Role::Leader => {
                match self.members.iter().rposition(|member| member.role != Role::Leader) {
                    Some(last) => {
                        self.stop_playing(at);
                        self.release(last, Some(KICKED), CallResult::Kicked);
                    }
                    None => self.play(at, NO_SUCH_KEY),
                }
            }
            _ => self.play(at, NO_SUCH_KEY),
        }
    }

    /// Others, or that there are none.
    fn count(&mut self, at: usize) {
        let words = match u32::try_from(self.members.len()).unwrap_or(u32::MAX) {
            1 => ONLY_PERSON,
            present => Sound::Phrase(Phrase::Present(present)),
        };
        self.play(at, words);
    }

    /// Sends a key that means nothing here to the telephones of the others, if his manner says so.
    fn pass_digit(&mut self, at: usize, digit: char) {
        if self.members[at].manner.pass_digits {
            let others = self.members.iter().enumerate().filter(|(of, _)| *of != at).map(|(_, member)| member.id);
            let digits = others.map(|member| Output::SendDigit { member, digit });
            self.outputs.extend(digits.collect::<Vec<_>>());
        }
    }

    /// Only the end of the range makes a sound: a step is its own answer, and words after each would be in the way.
    fn turn(&mut self, at: usize, knob: Knob, step: fn(Volume) -> Option<Volume>) {
        match step(*knob.of(&mut self.members[at])) {
            Some(turned) => self.set_volume(at, knob, turned),
            None => self.play(at, NO_FURTHER),
        }
    }

    fn reset(&mut self, at: usize, knob: Knob) {
        self.set_volume(at, knob, Volume::default());
    }

    fn set_volume(&mut self, at: usize, knob: Knob, volume: Volume) {
        let member = &mut self.members[at];
        let before = std::mem::replace(knob.of(member), volume);
        let id = member.id;
        self.stop_playing(at);
        if before != volume {
            self.outputs.push_back(knob.output(id, volume));
        }
    }

    fn place_of(&self, id: MemberId) -> Option<usize> {
        self.members.iter().position(|member| member.id == id)
    }
}

/// What a member can turn.
#[derive(Clone, Copy)]
enum Knob {
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
