//! What the keys do inside a room. The rules are told at [`Room`].

use super::{
    CallResult, Member, MemberId, Output, Role, Room, Volume,
    sound::{KICKED, LEADER_MENU, LOCKED_NOW, NO_FURTHER, NO_SUCH_KEY, UNLOCKED_NOW, USER_MENU},
    timer::{MENU_LIMIT, Timer},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Speak,
    Close,
    ToggleMute,
    ListenSofter,
    ListenLouder,
    TalkSofter,
    TalkLouder,
    Leave,
    ToggleLock,
    KickLast,
}

/// For everybody.
const KEYS: [(char, Action); 8] = [
    ('*', Action::Speak),
    ('#', Action::Close),
    ('1', Action::ToggleMute),
    ('4', Action::ListenSofter),
    ('6', Action::ListenLouder),
    ('7', Action::TalkSofter),
    ('9', Action::TalkLouder),
    ('8', Action::Leave),
];

/// For leaders, beside [`KEYS`].
const LEADER_KEYS: [(char, Action); 2] = [('2', Action::ToggleLock), ('3', Action::KickLast)];

fn action(role: Role, key: char) -> Option<Action> {
    let more: &[_] = if role == Role::Leader { &LEADER_KEYS } else { &[] };
    KEYS.iter().chain(more).find(|(of, _)| *of == key).map(|(_, action)| *action)
}

impl Room {
    /// A member in the room pressed a key.
    pub(super) fn key(&mut self, at: usize, key: char) {
        if !matches!(key, '0'..='9' | '*' | '#' | 'A'..='D') {
            return;
        }
        let member = &mut self.members[at];
        if !member.menu_open {
            if key == '*' {
                member.menu_open = true;
                self.act(at, Action::Speak);
            }
            return;
        }
        match action(member.role, key) {
            Some(action) => self.act(at, action),
            None => self.play(at, NO_SUCH_KEY),
        }
    }

    fn act(&mut self, at: usize, action: Action) {
        match action {
            Action::Speak => {
                let menu = if self.members[at].role == Role::Leader { LEADER_MENU } else { USER_MENU };
                self.play(at, menu);
            }
            Action::Close => {
                self.close_menu(at);
                self.stop_playing(at);
            }
            Action::ToggleMute => {
                self.close_menu(at);
                let words = self.toggle_own_mute(at);
                self.play(at, words);
            }
            Action::ListenSofter => self.turn(at, Knob::Listen, Volume::softer),
            Action::ListenLouder => self.turn(at, Knob::Listen, Volume::louder),
            Action::TalkSofter => self.turn(at, Knob::Talk, Volume::softer),
            Action::TalkLouder => self.turn(at, Knob::Talk, Volume::louder),
            Action::Leave => self.release(at, None, CallResult::Dtmf),
            Action::ToggleLock => {
                self.close_menu(at);
                self.lock(!self.locked);
                let words = if self.locked { LOCKED_NOW } else { UNLOCKED_NOW };
                self.play(at, words);
            }
            Action::KickLast => {
                self.close_menu(at);
                match self.members.iter().rposition(|member| member.role != Role::Leader) {
                    Some(last) => {
                        self.stop_playing(at);
                        self.release(last, Some(KICKED), CallResult::Kicked);
                    }
                    None => self.play(at, NO_SUCH_KEY),
                }
            }
        }
    }

    fn close_menu(&mut self, at: usize) {
        self.members[at].menu_open = false;
        self.members[at].timers.stop(Timer::Menu);
    }

    /// Only the end of the range makes a sound: a step is its own answer, and words after each would be in the way.
    fn turn(&mut self, at: usize, knob: Knob, step: fn(Volume) -> Option<Volume>) {
        let now = self.now;
        let member = &mut self.members[at];
        let volume = knob.of(member);
        let Some(turned) = step(*volume) else {
            return self.play(at, NO_FURTHER);
        };
        *volume = turned;
        let id = member.id;
        member.timers.set(Timer::Menu, now + MENU_LIMIT);
        self.stop_playing(at);
        self.outputs.push_back(knob.output(id, turned));
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
