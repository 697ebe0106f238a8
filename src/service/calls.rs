//! One call from its arrival until it is handed back.

use std::sync::Arc;
use std::time::Duration;

use super::lookup::Listed;
use super::{Arrival, CallEvent, CallId, Host, Origin, Outcome, Placed, Service, Waker};
use crate::audio::{Clip, SampleRate};
use crate::engine::{Codec, LegId, Target};
use crate::room::{
    self, CallResult, Conference, Entry, InviteId, MemberId, Options, PROMPT_LIMIT, Query, Role, RoomNumber, Sound,
    entry,
};

/// A call while it is ours.
pub(super) struct Call {
    pub(super) leg: LegId,
    /// The rate of his audio.
    pub(super) rate: SampleRate,
    /// What his dial plan line names.
    pub(super) dialled: RoomNumber,
    /// Under which number his leg is counted.
    pub(super) place: RoomNumber,
    /// The conference's number, once it is found; what he dialled before that.
    pub(super) number: RoomNumber,
    /// What was found for him.
    pub(super) conference: Option<Arc<Conference>>,
    /// It is behind a doorway.
    pub(super) behind: bool,
    /// What is being asked of the directory for him, and the number of the question.
    pub(super) asking: Option<(u64, Asking)>,
    /// What the directory said last of what he comes to, and when.
    pub(super) listed: Listed,
    pub(super) listed_at: Duration,
    /// What of the directory it is.
    pub(super) origin: Option<Arc<Origin>>,
    /// As what he counts against an account's cap.
    pub(super) counted: Option<Arc<Origin>>,
    /// A seat may be kept for him in the directory, as long as he is no member.
    pub(super) seat: bool,
    pub(super) options: Options,
    /// The profile and the menu that his dial plan line names.
    pub(super) profile: Option<String>,
    pub(super) menu: Option<String>,
    /// Numbers to be called once he is in.
    pub(super) page: Vec<String>,
    /// The invitation that brought him.
    pub(super) invite: Option<InviteId>,
    pub(super) answered: bool,
    pub(super) channel: Arc<str>,
    pub(super) caller: room::Caller,
    /// The network address he calls from; empty if not known.
    pub(super) address: String,
    pub(super) language: String,
    pub(super) stage: Stage,
    /// What he is in the room, once he is in.
    pub(super) role: Role,
    /// The name that he recorded.
    pub(super) name: Option<Arc<Clip>>,
    /// Whether the room lets him talk.
    pub(super) may_talk: bool,
    /// Whether the room lets him hear it.
    pub(super) may_hear: bool,
    /// His telephone has us on hold: what it sends is its own music.
    pub(super) held: bool,
    /// The dial plan has him.
    pub(super) lent: bool,
    /// What he hears while he waits.
    pub(super) music: Option<room::Music>,
    /// What plays to him alone, or is being read for it.
    pub(super) playing: Option<u64>,
}

/// For what the directory is asked.
pub(super) enum Asking {
    /// To answer this to his entry.
    Entry(Query),
    /// To let him in as this, if all is still as it was.
    Join(Role),
}

/// How far he has come.
pub(super) enum Stage {
    /// Called by us, and has not answered.
    Called,
    /// Being asked for his PIN.
    Entering(Box<Entry>),
    /// A member of the room of his number, or about to be.
    Inside,
    /// Hears his last words.
    Leaving(End),
}

/// What comes after the last words.
#[derive(Clone)]
pub(super) enum End {
    /// The call is handed back.
    Back(Outcome),
    /// It goes on in another room.
    ToRoom(RoomNumber),
}

impl End {
    pub(super) fn back(result: CallResult) -> End {
        End::Back(Outcome { result, goto: None })
    }
}

impl<H: Host> Service<H> {
    pub(super) fn arrive(&mut self, now: Duration, arrival: Arrival, call: H::Call) -> Result<Placed, CallResult> {
        if let Some(invite) = arrival.invite {
            return self.arrive_invited(now, invite, arrival, call);
        }
        let mut arrival = arrival;
        match arrival.profile.as_deref().and_then(|name| self.settings.profile(name).ok()?.role()) {
            Some(Role::Leader) if !arrival.options.listen_only => arrival.options.leader = true,
            Some(Role::Listener) if !arrival.options.leader => arrival.options.listen_only = true,
            _ => {}
        }
        // Known from now on by the number that its call will have.
        let member = MemberId(self.next_call);
        let entry = Entry::new(now, member, arrival.options, arrival.answered, self.settings.entry.clone());
        let placed = self.take(arrival, None, Stage::Entering(Box::new(entry)), call)?;
        self.drive_entry(now, placed.call);
        Ok(placed)
    }

    /// Makes a call ours.
    pub(super) fn take(
        &mut self,
        arrival: Arrival,
        conference: Option<Arc<Conference>>,
        stage: Stage,
        call: H::Call,
    ) -> Result<Placed, CallResult> {
        let leg = self.place(&arrival.number, arrival.codec).ok_or_else(|| {
            let channel = &arrival.channel;
            log::error!("{channel} cannot be taken: the audio engine holds as many calls as it was made for");
            CallResult::Failed
        })?;
        let id = CallId(self.next_call);
        self.next_call += 1;
        let mut taken = Call {
            leg,
            rate: arrival.codec.rate(),
            dialled: arrival.number.clone(),
            place: arrival.number.clone(),
            number: arrival.number,
            conference,
            behind: false,
            asking: None,
            listed: Listed::Nothing,
            listed_at: Duration::ZERO,
            origin: None,
            counted: None,
            seat: false,
            options: arrival.options,
            profile: arrival.profile,
            menu: arrival.menu,
            page: arrival.page,
            invite: arrival.invite,
            answered: arrival.answered,
            channel: arrival.channel.into(),
            caller: arrival.caller,
            address: arrival.address,
            language: arrival.language,
            stage,
            role: Role::Participant,
            name: None,
            may_talk: true,
            may_hear: true,
            held: false,
            lent: false,
            music: None,
            playing: None,
        };
        taken.speaks(taken.conference.clone().and_then(|known| known.language.clone()).as_deref());
        self.calls.insert(id, taken);
        self.legs.insert(leg, id);
        let placed = Placed { call: id, leg };
        self.host.serve(placed, call);
        Ok(placed)
    }

    pub(super) fn call_event(&mut self, now: Duration, id: CallId, event: CallEvent) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        match (event, &mut call.stage) {
            (CallEvent::Gone, _) => self.end_call(now, id, None),
            (CallEvent::Failed, _) => {
                log::warn!("{} was handed back as FAILED, because serving it failed inside Conclave", call.channel);
                self.end_call(now, id, None);
            }
            (CallEvent::Hold(on), _) => {
                call.held = on;
                if let Some(open) = self.rooms.get_mut(&call.number) {
                    open.changed = true;
                }
                self.allow_talking(id);
            }
            (CallEvent::Digit(digit), Stage::Entering(entry)) => {
                entry.handle(now, entry::Input::Digit(digit));
                self.drive_entry(now, id);
            }
            (CallEvent::Digit(digit), Stage::Inside) => {
                let number = call.number.clone();
                self.tell_room(now, &number, room::Input::Digit { member: MemberId(id.0), digit });
            }
            (CallEvent::Answered, _) => {
                call.answered = true;
                self.called_answered(now, id);
                self.tell_entry(now, id, entry::Input::Answered);
                self.drive_entry(now, id);
            }
            (CallEvent::Digit(_), Stage::Called | Stage::Leaving(_)) => {}
        }
    }

    /// A call goes on in another form.
    pub(super) fn renewed(&mut self, now: Duration, id: CallId, codec: Codec, served: H::Call) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if self.engine.set_codec(call.leg, codec).is_err() {
            log::error!("{} changed its codec to one that nothing here codes", call.channel);
            return self.end_call(now, id, Some(CallResult::Failed));
        }
        call.rate = codec.rate();
        let placed = Placed { call: id, leg: call.leg };
        // It may be mixed at another rate.
        if let Some(open) = self.rooms.get_mut(&call.number) {
            open.changed = true;
        }
        self.host.serve(placed, served);
        self.suit_music(id);
    }

    /// The dial plan is done with a call.
    pub(super) fn returned(&mut self, now: Duration, id: CallId, served: H::Call) {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.lent) else { return };
        call.lent = false;
        let placed = Placed { call: id, leg: call.leg };
        let number = call.number.clone();
        self.host.serve(placed, served);
        self.tell_room(now, &number, room::Input::Back { member: MemberId(id.0) });
    }

    /// Answers a call that came unanswered; false: it is answered already.
    pub(super) fn answer(&mut self, id: CallId) -> bool {
        let Some(call) = self.calls.get_mut(&id) else { return false };
        let was_answered = std::mem::replace(&mut call.answered, true);
        if !was_answered {
            self.host.answer(id, call.leg);
        }
        !was_answered
    }

    /// Lets a call hear its last words.
    pub(super) fn say_goodbye(&mut self, now: Duration, id: CallId, sounds: Vec<Sound>, end: End) {
        self.set_music(id, None);
        self.stop_playing(id);
        self.uncount(id);
        let Some(call) = self.calls.get_mut(&id) else { return };
        self.engine.stop(Target::Announce(call.leg));
        self.engine.unseat(call.leg);
        call.stage = Stage::Leaving(end);
        // Whom the dial plan has hears nothing.
        if sounds.is_empty() || call.lent {
            self.leave(now, id);
        } else {
            self.alarms.set(&Waker::Call(id), Some(now + PROMPT_LIMIT));
            self.play(id, sounds);
        }
    }

    /// The last words were heard.
    pub(super) fn leave(&mut self, now: Duration, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        let Stage::Leaving(end) = &call.stage else { return };
        match end.clone() {
            End::Back(outcome) => self.hand_back(now, id, Some(outcome)),
            End::ToRoom(number) => {
                let role = call.role;
                let origin = self.origin_of(&number);
                if let Some(call) = self.calls.get_mut(&id) {
                    call.origin = origin;
                }
                let conference = match self.conference_at(now, &number) {
                    Ok(conference) => conference,
                    Err(result) => return self.end_call(now, id, Some(result)),
                };
                match self.manner(id, &conference, role) {
                    Ok(manner) => self.enter(now, id, &conference, role, manner, None),
                    Err(result) => self.end_call(now, id, Some(result)),
                }
            }
        }
    }

    /// The call's end for us, also if it is in the middle of something. `result`: hand it back
    /// with this; `None`: the host has it back already.
    pub(super) fn end_call(&mut self, now: Duration, id: CallId, result: Option<CallResult>) {
        self.hand_back(now, id, result.map(|result| Outcome { result, goto: None }));
    }

    fn hand_back(&mut self, now: Duration, id: CallId, outcome: Option<Outcome>) {
        self.set_music(id, None);
        if outcome.is_none() && matches!(self.calls.get(&id), Some(Call { stage: Stage::Entering(_), .. })) {
            self.happened_at_door(now, id, "GaveUp", CallResult::Hangup);
        }
        self.uncount(id);
        let Some(call) = self.calls.remove(&id) else { return };
        self.legs.remove(&call.leg);
        self.drop_naming(id);
        self.alarms.set(&Waker::Call(id), None);
        self.engine.remove_leg(call.leg);
        self.leave_place(&call.place, call.leg);
        if let Some(outcome) = outcome {
            self.host.release(id, call.leg, outcome);
        }
        match call.stage {
            Stage::Inside => self.tell_room(now, &call.number, room::Input::Leave { member: MemberId(id.0) }),
            Stage::Called | Stage::Entering(_) => {
                if let Some(invite) = call.invite {
                    self.called_gone(now, invite, call.answered);
                }
            }
            Stage::Leaving(_) => {}
        }
    }

    pub(super) fn allow_talking(&mut self, id: CallId) {
        if let Some(call) = self.calls.get(&id) {
            self.engine.set_talking_allowed(call.leg, call.may_talk && !call.held);
        }
    }

    /// Wakes an entry machine, or ends last words that never ended.
    pub(super) fn wake_call(&mut self, now: Duration, id: CallId) {
        match self.calls.get_mut(&id).map(|call| &mut call.stage) {
            Some(Stage::Entering(entry)) => {
                entry.handle(now, entry::Input::Wake);
                self.drive_entry(now, id);
            }
            Some(Stage::Leaving(_)) => self.leave(now, id),
            Some(Stage::Called | Stage::Inside) | None => {}
        }
    }
}

impl Call {
    /// What he hears is in his own language, or else in this one.
    pub(super) fn speaks(&mut self, usual: Option<&str>) {
        if let (true, Some(usual)) = (self.language.is_empty(), usual) {
            usual.clone_into(&mut self.language);
        }
    }
}
