//! Coming into a room and going out of it.

use super::{
    CallResult, Caller, Manner, Member, MemberId, Output, Role, Room, Sound, Then,
    sound::{ENDED, FULL, LOCKED, MUTED, ONLY_PERSON},
    state::Life,
};
use std::sync::Arc;

impl Room {
    pub(super) fn join(&mut self, id: MemberId, caller: Caller, role: Role, manner: Arc<Manner>) {
        if let Some((words, result)) = self.refusal(id, role) {
            let sounds = Vec::from_iter(words);
            self.outputs.push_back(Output::Refuse { member: id, sounds, result });
            return self.close_if_empty();
        }
        if self.life == Life::New {
            self.life = Life::Open;
            self.outputs.push_back(Output::Opened);
        }
        self.no_longer_alone();
        let member = Member::new(id, caller, role, manner.clone(), self.now);
        let mut words = Vec::new();
        if !manner.quiet && self.members.is_empty() {
            words.push(ONLY_PERSON);
        }
        if !manner.quiet && member.mutes.at_start && role != Role::Listener {
            words.push(MUTED);
        }
        self.outputs.push_back(Output::Welcome { member: id });
        self.outputs.push_back(Output::TalkingAllowed { member: id, allowed: member.may_talk() });
        self.outputs.push_back(Output::Seat { member: id });
        self.members.push(member);
        self.tone(Sound::JoinTone, &manner);
        if !words.is_empty() {
            self.play_all(self.members.len() - 1, words);
        }
    }

    pub(super) fn refusal(&self, id: MemberId, role: Role) -> Option<(Option<Sound>, CallResult)> {
        let is_full = || self.conference.max_members.is_some_and(|most| self.members.len() >= most as usize);
        if self.life == Life::Over {
            Some((Some(ENDED), CallResult::Ended))
        } else if self.member(id).is_some() {
            Some((None, CallResult::Failed))
        } else if role == Role::Leader {
            None
        } else if self.locked {
            Some((Some(LOCKED), CallResult::Locked))
        } else if is_full() {
            Some((Some(FULL), CallResult::Full))
        } else {
            None
        }
    }

    /// Takes a member out; `words` are the last he hears.
    pub(super) fn release(&mut self, at: usize, words: Option<Sound>, result: CallResult) {
        self.talking(at, false);
        let member = self.members.remove(at);
        self.outputs.push_back(Output::Release {
            member: member.id,
            sounds: Vec::from_iter(words),
            result,
            then: Then::GoOn,
        });
        self.tone(Sound::LeaveTone, &member.manner);
        self.close_if_empty();
    }

    pub(super) fn end(&mut self) {
        for at in 0..self.members.len() {
            self.talking(at, false);
        }
        for member in self.members.drain(..) {
            let (sounds, result) = (vec![ENDED], CallResult::Ended);
            self.outputs.push_back(Output::Release { member: member.id, sounds, result, then: Then::GoOn });
        }
        self.close_if_empty();
    }

    pub(super) fn close_if_empty(&mut self) {
        if self.members.is_empty() && self.life != Life::Over {
            self.life = Life::Over;
            self.outputs.push_back(Output::Ended);
        }
    }
}
