//! Invitations: whom the conference calls, by whom, and what becomes of it.

use super::{
    By, CallResult, Declined, InviteId, InviteProgress, MemberId, Output, Role, Room, Sound, WhoInvites,
    sound::{ACCEPTED, INVITE_BUSY, INVITE_CANCELLED, INVITE_DECLINED, INVITE_FAILED, INVITE_NO_ANSWER, KICKED},
    state::Life,
};
use std::collections::VecDeque;

/// All invitations of a room that have not come to nothing.
#[derive(Debug, Default)]
pub(super) struct Invitations {
    /// First made first.
    made: Vec<Invitation>,
    /// Numbers to be called as soon as fewer calls are under way.
    waiting: VecDeque<String>,
    opening_done: bool,
    next: u64,
}

#[derive(Debug)]
struct Invitation {
    id: InviteId,
    by: Option<MemberId>,
    /// Who came by it.
    brought: Option<MemberId>,
}

impl Invitations {
    fn under_way(&self) -> usize {
        self.made.iter().filter(|invitation| invitation.brought.is_none()).count()
    }

    fn find(&mut self, id: InviteId) -> Option<&mut Invitation> {
        self.made.iter_mut().find(|invitation| invitation.id == id && invitation.brought.is_none())
    }

    fn take(&mut self, id: InviteId) -> Option<Invitation> {
        let at = self.made.iter().position(|invitation| invitation.id == id && invitation.brought.is_none())?;
        Some(self.made.remove(at))
    }
}

impl Room {
    /// How many calls are being made that nobody has come by yet.
    pub fn invitations(&self) -> usize {
        self.invitations.under_way()
    }

    /// Whether he may call somebody now.
    pub(super) fn may_invite(&self, by: By) -> Result<(), Declined> {
        let inviting = &self.conference.inviting;
        if inviting.context.is_none() || self.life != Life::Open {
            return Err(Declined::NotAllowed);
        }
        if let By::Member(id) = by {
            let role = self.member(id).ok_or(Declined::NoMember)?.role;
            match (inviting.who, role) {
                (WhoInvites::Nobody, _) | (_, Role::Listener) => return Err(Declined::NotAllowed),
                (WhoInvites::Leaders, Role::Participant) => return Err(Declined::NotLeader),
                (_, Role::Leader) | (WhoInvites::Everybody, Role::Participant) => {}
            }
        }
        if self.invitations.under_way() >= inviting.at_once as usize {
            return Err(Declined::Busy);
        }
        Ok(())
    }

    /// [`Order::Invite`](super::Order::Invite).
    pub(super) fn invite(&mut self, by: By, number: &str) -> Result<(), Declined> {
        self.may_invite(by)?;
        if !can_be_called(number) {
            return Err(Declined::NotAllowed);
        }
        let by = match by {
            By::Console => None,
            By::Member(id) => Some(id),
        };
        self.call(by, number.to_owned());
        if let Some(at) = by.and_then(|by| self.at(by)) {
            self.play(at, ACCEPTED);
        }
        Ok(())
    }

    /// [`Order::CancelInvite`](super::Order::CancelInvite): leaders and the console give up the newest, others their own
    /// newest.
    pub(super) fn cancel_invite(&mut self, by: By) -> Result<(), Declined> {
        let own = match by {
            By::Member(id) if !self.leads(by) => Some(id),
            _ => None,
        };
        let made = &mut self.invitations.made;
        let newest = made.iter().rposition(|invitation| own.is_none() || invitation.by == own);
        let invitation = made.remove(newest.ok_or(Declined::Nothing)?);
        match invitation.brought.and_then(|member| self.at(member)) {
            Some(at) => self.release(at, Some(KICKED), CallResult::Kicked),
            None => self.outputs.push_back(Output::HangUp { invite: invitation.id }),
        }
        if let By::Member(id) = by
            && let Some(at) = self.at(id)
        {
            self.play(at, INVITE_CANCELLED);
        }
        self.call_waiting();
        Ok(())
    }

    /// Calls those who are to be there from the beginning, as many at a time as allowed.
    pub(super) fn invite_at_opening(&mut self) {
        if self.is_early() || std::mem::replace(&mut self.invitations.opening_done, true) {
            return;
        }
        if self.conference.inviting.context.is_some() {
            let numbers = self.conference.inviting.at_opening.iter().filter(|number| can_be_called(number)).cloned();
            self.invitations.waiting = numbers.collect();
            self.call_waiting();
        }
    }

    /// How an invitation goes.
    pub(super) fn invited(&mut self, invite: InviteId, progress: InviteProgress) {
        let words = match progress {
            InviteProgress::Ringing | InviteProgress::Heard | InviteProgress::Answered => return,
            InviteProgress::Busy => INVITE_BUSY,
            InviteProgress::NoAnswer => INVITE_NO_ANSWER,
            InviteProgress::Refused => INVITE_DECLINED,
            InviteProgress::Failed => INVITE_FAILED,
        };
        self.invitation_failed(invite, words);
    }

    /// Whether somebody may come in by this invitation.
    pub(super) fn expects(&self, invite: InviteId) -> bool {
        self.invitations.made.iter().any(|invitation| invitation.id == invite && invitation.brought.is_none())
    }

    /// He has come by it.
    pub(super) fn invited_joined(&mut self, id: MemberId, invite: InviteId) {
        if let Some(invitation) = self.invitations.find(invite) {
            invitation.brought = Some(id);
            self.call_waiting();
        }
    }

    /// He came by it and was not let in.
    pub(super) fn invited_turned_away(&mut self, invite: InviteId) {
        self.invitation_failed(invite, INVITE_FAILED);
    }

    /// He is a member no longer; who invited whom does not matter any more.
    pub(super) fn forget_invitation(&mut self, member: MemberId) {
        self.invitations.made.retain(|invitation| invitation.brought != Some(member));
    }

    /// The room is over.
    pub(super) fn hang_up_invitations(&mut self) {
        let made = std::mem::take(&mut self.invitations).made;
        let under_way = made.into_iter().filter(|invitation| invitation.brought.is_none());
        self.outputs.extend(under_way.map(|invitation| Output::HangUp { invite: invitation.id }));
        self.invitations.opening_done = true;
    }

    fn invitation_failed(&mut self, invite: InviteId, words: Sound) {
        let Some(invitation) = self.invitations.take(invite) else { return };
        if let Some(at) = invitation.by.and_then(|by| self.at(by)) {
            self.play(at, words);
        }
        self.call_waiting();
    }

    fn call_waiting(&mut self) {
        while self.invitations.under_way() < self.conference.inviting.at_once as usize
            && let Some(number) = self.invitations.waiting.pop_front()
        {
            self.call(None, number);
        }
    }

    fn call(&mut self, by: Option<MemberId>, number: String) {
        self.invitations.next += 1;
        let invite = InviteId(self.invitations.next);
        self.invitations.made.push(Invitation { id: invite, by, brought: None });
        self.outputs.push_back(Output::Dial { invite, number, by });
    }
}

/// Whether this can be dialled in a dial context: nothing that would name another context or another technology.
fn can_be_called(number: &str) -> bool {
    let fits = (1..=LONGEST_NUMBER).contains(&number.len()) && !number.starts_with('_');
    fits && number.chars().all(|c| c.is_ascii_alphanumeric() || "*#+.-_".contains(c))
}

/// The longest number that can be called.
pub(super) const LONGEST_NUMBER: usize = 40;
