//! Numbers that are keyed after a key sequence asked for one.

use super::{
    By, MemberId, Order, Room,
    invite::LONGEST_NUMBER,
    sound::{INVITE_NUMBER, KICK_NUMBER, NO_FURTHER, NO_SUCH_KEY},
    timer::{MENU_LIMIT, Timer},
};
use std::time::Duration;

/// A number that a member is keying.
#[derive(Clone, Debug)]
pub(super) struct Keying {
    wanted: Wanted,
    keyed: String,
    /// He has been asked for it, because he keyed nothing.
    asked: bool,
}

/// What the number is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// To call it.
    Invite,
    /// To remove the member who has it in the room.
    Kick,
}

impl Room {
    /// From now on this member's keys are a number.
    pub(super) fn ask_number(&mut self, at: usize, wanted: Wanted) {
        self.stop_playing(at);
        let member = &mut self.members[at];
        member.keying = Some(Keying { wanted, keyed: String::new(), asked: false });
        member.timers.set(Timer::Key, self.now + BEFORE_ASKING);
    }

    /// A key of a number: `#` ends it, `*` gives it up.
    pub(super) fn number_key(&mut self, at: usize, key: char) {
        self.stop_playing(at);
        let id = self.members[at].id;
        let Some(keying) = &mut self.members[at].keying else { return };
        if key == '#' {
            self.number_keyed(at);
            // A second one at once gives up the call again, where the menu says so.
            if let Some(at) = self.at(id) {
                let menu = self.menu(at);
                self.members[at].keys.begin(&menu, key);
            }
        } else if key == '*' || keying.keyed.len() >= LONGEST_NUMBER {
            self.give_up_number(at);
        } else {
            keying.keyed.push(key);
            self.members[at].timers.set(Timer::Key, self.now + PAUSE);
        }
    }

    /// No key of the number came in time.
    pub(super) fn number_pause(&mut self, at: usize) {
        let Some(keying) = &mut self.members[at].keying else { return };
        if !keying.keyed.is_empty() {
            self.number_keyed(at);
        } else if std::mem::replace(&mut keying.asked, true) {
            self.give_up_number(at);
        } else {
            let question = match keying.wanted {
                Wanted::Invite => INVITE_NUMBER,
                Wanted::Kick => KICK_NUMBER,
            };
            self.play(at, question);
        }
    }

    /// Who was asked for a number has some time for it once nothing plays.
    pub(super) fn await_number(&mut self, at: usize) {
        let member = &mut self.members[at];
        let waits = member.keying.as_ref().is_some_and(|keying| keying.asked && keying.keyed.is_empty());
        if waits && !member.hears_prompt() {
            member.timers.set(Timer::Key, self.now + MENU_LIMIT);
        }
    }

    fn number_keyed(&mut self, at: usize) {
        let Some(Keying { wanted, keyed, .. }) = self.members[at].keying.take() else { return };
        let by = By::Member(self.members[at].id);
        match wanted {
            _ if keyed.is_empty() => self.play(at, NO_FURTHER),
            Wanted::Invite => self.order(by, Order::Invite(keyed)),
            Wanted::Kick => match self.member_numbered(&keyed) {
                Some(member) => self.order(by, Order::Kick(member)),
                None => self.play(at, NO_SUCH_KEY),
            },
        }
    }

    fn give_up_number(&mut self, at: usize) {
        self.members[at].keying = None;
        self.play(at, NO_FURTHER);
    }

    fn member_numbered(&self, keyed: &str) -> Option<MemberId> {
        let number: u32 = keyed.parse().ok()?;
        self.members.iter().find(|member| member.place == number).map(|member| member.id)
    }
}

/// Who keys the number at once needs not be asked for it.
const BEFORE_ASKING: Duration = Duration::from_secs(1);

/// How long a further key of a number is waited for.
const PAUSE: Duration = Duration::from_secs(3);
