//! Coming into a room and going out of it.

use super::{
    CallResult, Caller, InviteId, Manner, Member, MemberId, Mix, Output, RecordOrder, Role, Room, Sound, Then,
    desk::Told,
    recorder::RecordingState,
    sound::{ENDED, FULL, LOCKED},
    state::Life,
};
use std::sync::Arc;

/// How somebody goes.
#[derive(Debug)]
pub(super) struct Farewell {
    /// What he hears last.
    pub(super) sounds: Vec<Sound>,
    pub(super) result: CallResult,
    pub(super) then: Then,
    /// Whether the others are told.
    pub(super) told: bool,
}

impl Room {
    pub(super) fn join(
        &mut self,
        id: MemberId,
        caller: Caller,
        role: Role,
        manner: Arc<Manner>,
        invite: Option<InviteId>,
    ) {
        if let Some((words, result)) = self.refusal(id, role, invite) {
            let sounds = Vec::from_iter(words);
            self.outputs.push_back(Output::Refuse { member: id, sounds, result });
            if let Some(invite) = invite {
                self.invited_turned_away(invite);
            }
            return self.close_if_empty();
        }
        if self.life == Life::New {
            self.life = Life::Open;
            self.outputs.push_back(Output::Opened);
            if self.mix != Mix::default() {
                self.outputs.push_back(Output::Mix(self.mix));
            }
            self.start_clock();
        }
        self.outputs.push_back(Output::Welcome { member: id, place: self.next_place });
        let mut member = Member::new(id, caller, role, manner, self.now);
        member.place = self.next_place;
        self.next_place += 1;
        member.mutes.all = self.mute_all_covers(role);
        member.mutes.warned = self.must_warn();
        member.admitted |= invite.is_some();
        member.invite = invite;
        self.outputs.push_back(Output::TalkingAllowed { member: id, allowed: member.may_talk() });
        if member.deafs.any() {
            self.outputs.push_back(Output::HearingAllowed { member: id, allowed: false });
        }
        self.start_session(&mut member);
        self.members.push(member);
        let at = self.members.len() - 1;
        if self.members[at].levelled || self.members[at].denoised {
            self.say_voice(at);
        }
        if role == Role::Leader {
            self.leader_came();
        }
        self.seat_newcomer(at);
        if let Some(invite) = invite {
            self.invited_joined(id, invite);
        }
    }

    fn refusal(&self, id: MemberId, role: Role, invite: Option<InviteId>) -> Option<(Option<Sound>, CallResult)> {
        let is_full = || self.conference.max_members.is_some_and(|most| self.members.len() >= most as usize);
        if self.life == Life::Over {
            Some((Some(ENDED), CallResult::Ended))
        } else if self.member(id).is_some() {
            Some((None, CallResult::Failed))
        } else if self.closes.is_some_and(|closes| closes <= self.now) {
            Some((Some(ENDED), CallResult::Over))
        } else if invite.is_some_and(|invite| !self.expects(invite)) {
            // It was given up while he came.
            Some((None, CallResult::Ended))
        } else if role == Role::Leader {
            None
        } else if self.locked && invite.is_none() {
            Some((Some(LOCKED), CallResult::Locked))
        } else if is_full() {
            Some((Some(FULL), CallResult::Full))
        } else {
            None
        }
    }

    /// Takes a member out; `words` are the last he hears.
    pub(super) fn release(&mut self, at: usize, words: Option<Sound>, result: CallResult) {
        self.release_with(at, Farewell { sounds: Vec::from_iter(words), result, then: Then::GoOn, told: true });
    }

    pub(super) fn release_with(&mut self, at: usize, farewell: Farewell) {
        let Farewell { sounds, result, then, told } = farewell;
        self.talking(at, false);
        let member = self.members.remove(at);
        let is_news = self.part(&member, sounds, result, then);
        let quietly = !told || is_news || member.manner.quiet || !member.introduced;
        if let Some(of) = Told::of(&member).filter(|_| !quietly) {
            self.desk.left.push(of);
        }
        if member.leads() && !self.members.is_empty() {
            self.leader_left();
        }
        self.close_if_empty();
    }

    /// Takes out all of whom this is true, without telling the others.
    pub(super) fn release_all(&mut self, whom: impl Fn(&Member) -> bool, sounds: &[Sound], result: CallResult) {
        for at in 0..self.members.len() {
            if whom(&self.members[at]) {
                self.talking(at, false);
            }
        }
        let (gone, stay) = std::mem::take(&mut self.members).into_iter().partition(whom);
        self.members = stay;
        let gone: Vec<Member> = gone;
        for member in gone {
            self.part(&member, sounds.to_vec(), result, Then::GoOn);
        }
        self.close_if_empty();
    }

    /// The last of a member who is no longer in the list. Whether the others have not been told yet that he came.
    fn part(&mut self, member: &Member, sounds: Vec<Sound>, result: CallResult, then: Then) -> bool {
        self.seats -= usize::from(member.seated);
        self.forget_aside(member.id);
        self.forget_invitation(member.id);
        self.outputs.push_back(Output::Release { member: member.id, sounds, result, then });
        self.desk.forget(member.id)
    }

    pub(super) fn end(&mut self) {
        self.release_all(|_| true, &[ENDED], CallResult::Ended);
    }

    pub(super) fn close_if_empty(&mut self) {
        if !self.members.is_empty() || self.life == Life::Over {
            return;
        }
        self.life = Life::Over;
        self.timers.stop_all();
        self.desk = Default::default();
        self.hang_up_invitations();
        if matches!(self.recording, RecordingState::On | RecordingState::Paused) {
            self.outputs.push_back(Output::Record(RecordOrder::Stop));
        }
        self.recording = RecordingState::Off;
        self.outputs.push_back(Output::Ended);
    }
}
