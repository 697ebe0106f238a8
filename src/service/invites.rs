//! Calls that we make: invitations out of a room, and paging.

use std::sync::Arc;
use std::time::Duration;

use super::calls::{Call, Stage};
use super::{Arrival, CallId, Dial, Happening, Host, Placed, Service};
use crate::engine::RoomId;
use crate::room::{
    self, Arrivals, CallResult, Caller, Conference, EndWithLeader, Entry, InviteId, InviteProgress, Manner, MemberId,
    Role, RoomNumber,
};

/// A call that is being made.
pub(super) struct Invite {
    number: RoomNumber,
    room: RoomId,
    /// What its room calls it; `None`: somebody is paged, of which the room knows nothing until he is there.
    known_as: Option<InviteId>,
    by: Option<MemberId>,
    called: String,
    /// It has arrived.
    call: Option<CallId>,
}

impl Invite {
    /// The number, until the call is here.
    pub(super) fn calling(&self) -> Option<&str> {
        self.call.is_none().then_some(self.called.as_str())
    }
}

/// Making them.
impl<H: Host> Service<H> {
    /// Calls somebody. `known_as`: by this name the room wants to hear of it.
    pub(super) fn dial(
        &mut self,
        now: Duration,
        number: &RoomNumber,
        known_as: Option<InviteId>,
        called: String,
        by: Option<MemberId>,
    ) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        let conference = open.room.conference().clone();
        let invite = InviteId(self.next_invite);
        self.next_invite += 1;
        let inviter = by.and_then(|by| self.calls.get(&CallId(by.0)));
        let usual_language = || conference.language.clone().unwrap_or_default();
        let dial = conference.inviting.context.clone().map(|context| Dial {
            invite,
            number: called.clone(),
            context,
            caller: inviter.map_or_else(
                || Caller { name: String::new(), number: number.to_string() },
                |inviter| inviter.caller.clone(),
            ),
            ring_time: conference.inviting.ring_time,
            language: inviter.map_or_else(usual_language, |inviter| inviter.language.clone()),
            room: number.clone(),
        });
        let made = Invite { number: number.clone(), room: open.id, known_as, by, called: called.clone(), call: None };
        open.invites.push(invite);
        self.invites.insert(invite, made);
        self.happened(now, Happening::new("Invited", number).with("Called", called));
        if !dial.is_some_and(|dial| self.host.dial(dial)) {
            self.invited(now, invite, InviteProgress::Failed);
        }
    }

    /// Calls those who are to hear a member, once he is in.
    pub(super) fn page(&mut self, now: Duration, number: &RoomNumber, member: MemberId) {
        let page = self.calls.get_mut(&CallId(member.0)).map(|call| std::mem::take(&mut call.page));
        let page = page.unwrap_or_default();
        let context = self.rooms.get(number).and_then(|open| open.room.conference().inviting.context.as_ref());
        if !page.is_empty() && context.is_none() {
            log::warn!("room {number} has no invite_context, so nobody is paged; write one into conclave.conf");
        }
        for called in page {
            self.dial(now, number, None, called, Some(member));
        }
    }

    /// The one who pages is gone.
    pub(super) fn stop_paging(&mut self, now: Duration, number: &RoomNumber, member: MemberId) {
        let Some(open) = self.rooms.get(number) else { return };
        let pages = |invite: &&InviteId| {
            self.invites.get(invite).is_some_and(|made| made.known_as.is_none() && made.by == Some(member))
        };
        let given_up: Vec<InviteId> = open.invites.iter().filter(pages).copied().collect();
        for invite in given_up {
            self.give_up(now, invite);
        }
    }

    /// A room gives up one of its invitations.
    pub(super) fn hang_up(&mut self, now: Duration, number: &RoomNumber, known_as: InviteId) {
        let Some(open) = self.rooms.get(number) else { return };
        let is_it = |invite: &&InviteId| self.invites.get(invite).is_some_and(|made| made.known_as == Some(known_as));
        if let Some(&invite) = open.invites.iter().find(is_it) {
            self.give_up(now, invite);
        }
    }

    /// Nobody wants to hear of it any more.
    pub(super) fn give_up(&mut self, now: Duration, invite: InviteId) {
        match self.forget(invite).map(|made| made.call) {
            Some(Some(call)) => self.end_call(now, call, Some(CallResult::Ended)),
            Some(None) => self.host.hang_up(invite),
            None => {}
        }
    }

    fn forget(&mut self, invite: InviteId) -> Option<Invite> {
        let made = self.invites.remove(&invite)?;
        if let Some(open) = self.rooms.get_mut(&made.number).filter(|open| open.id == made.room) {
            open.invites.retain(|other| *other != invite);
        }
        Some(made)
    }
}

/// What becomes of them.
impl<H: Host> Service<H> {
    /// The host tells how a call goes.
    pub(super) fn invited(&mut self, now: Duration, invite: InviteId, progress: InviteProgress) {
        let is_over = match progress {
            InviteProgress::Ringing => false,
            InviteProgress::Busy | InviteProgress::NoAnswer | InviteProgress::Refused | InviteProgress::Failed => true,
            // Its arrival tells these.
            InviteProgress::Heard | InviteProgress::Answered => return,
        };
        self.progress(now, invite, progress);
        if is_over && let Some(Invite { call: Some(call), .. }) = self.forget(invite) {
            self.end_call(now, call, Some(CallResult::Ended));
        }
    }

    fn progress(&mut self, now: Duration, invite: InviteId, progress: InviteProgress) {
        let Some(made) = self.invites.get(&invite) else { return };
        let (number, known_as, called) = (made.number.clone(), made.known_as, made.called.clone());
        self.happened_outside(now, &number, &called, progress);
        if let Some(invite) = known_as {
            self.tell_room(now, &number, room::Input::Invited { invite, progress });
        }
    }

    /// A call that we made arrives: with something to be heard, or answered.
    pub(super) fn arrive_invited(
        &mut self,
        now: Duration,
        invite: InviteId,
        arrival: Arrival,
        call: H::Call,
    ) -> Result<Placed, CallResult> {
        let made = self.invites.get(&invite).filter(|made| made.call.is_none()).ok_or(CallResult::Ended)?;
        let (number, room, paged) = (made.number.clone(), made.room, made.known_as.is_none());
        let conference = self.held(&number);
        let arrival = Arrival { number: number.clone(), ..arrival };
        let answered = arrival.answered;
        let placed = self.take(arrival, conference, Stage::Called, call).inspect_err(|_| {
            self.invited(now, invite, InviteProgress::Failed);
        })?;
        if let Some(made) = self.invites.get_mut(&invite) {
            made.call = Some(placed.call);
        }
        let origin = self.origin_of(&number);
        if let Some(call) = self.calls.get_mut(&placed.call) {
            call.origin = origin;
        }
        if !paged {
            // Its tones and announcements are heard by all.
            self.engine.seat(placed.leg, room);
            self.progress(now, invite, InviteProgress::Heard);
        }
        if answered {
            self.called_answered(now, placed.call);
        }
        Ok(placed)
    }

    /// A called party answered.
    pub(super) fn called_answered(&mut self, now: Duration, id: CallId) {
        let Some(Call { stage: Stage::Called, invite: Some(invite), leg, .. }) = self.calls.get(&id) else { return };
        let (invite, leg) = (*invite, *leg);
        self.progress(now, invite, InviteProgress::Answered);
        let Some(made) = self.invites.get(&invite) else { return };
        let Some(conference) = self.held(&made.number) else { return };
        self.engine.unseat(leg);
        if made.known_as.is_none() {
            self.forget(invite);
            self.enter(now, id, &conference, Role::Listener, paged(), None);
        } else if conference.inviting.confirm {
            let entry = Entry::invited(now, MemberId(id.0), self.settings.entry.clone());
            if let Some(call) = self.calls.get_mut(&id) {
                call.stage = Stage::Entering(Box::new(entry));
                call.conference = Some(conference);
            }
            self.drive_entry(now, id);
        } else {
            self.enter_invited(now, id, &conference, Role::Participant);
        }
    }

    /// A called party becomes a member, of whom the room knows by which invitation he came.
    pub(super) fn enter_invited(&mut self, now: Duration, id: CallId, conference: &Arc<Conference>, role: Role) {
        let invite = self.calls.get(&id).and_then(|call| call.invite);
        let known_as = invite.and_then(|invite| self.forget(invite)).and_then(|made| made.known_as);
        let manner = conference.manner(role).clone();
        self.enter(now, id, conference, role, manner, known_as);
    }

    /// A called party is gone before it was a member.
    pub(super) fn called_gone(&mut self, now: Duration, invite: InviteId, answered: bool) {
        let progress = if answered { InviteProgress::Refused } else { InviteProgress::NoAnswer };
        self.progress(now, invite, progress);
        self.forget(invite);
    }
}

/// How those are treated who are paged: they listen while the one who pages talks.
fn paged() -> Arc<Manner> {
    Arc::new(Manner {
        quiet: true,
        end_with_leader: EndWithLeader::Any,
        arrivals: Arrivals::Nothing,
        hear_own_arrival: false,
        only_person: false,
        ..Manner::default()
    })
}
