//! One call from its arrival until it is handed back.

use std::sync::Arc;
use std::time::Duration;

use super::lookup::Listed;
use super::{Arrival, CallEvent, CallId, Host, Origin, Outcome, Placed, Service, Waker};
use crate::audio::{Clip, Decibels, SampleRate};
use crate::engine::{Codec, LegId, Target, Voice};
use crate::room::{
    self, CallResult, Conference, Entry, InviteId, Manner, MemberId, Options, PROMPT_LIMIT, Pin, Query, Role,
    RoomNumber, Sound, entry,
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

    /// Does what a call's entry wants done.
    pub(super) fn drive_entry(&mut self, now: Duration, id: CallId) {
        loop {
            let Some(Call { stage: Stage::Entering(entry), .. }) = self.calls.get_mut(&id) else { return };
            match entry.poll() {
                entry::Output::Ask(query) => {
                    if self.ask_directory(now, id, &query) {
                        continue;
                    }
                    let found = self.look_up(now, id, query, &Listed::Nothing);
                    self.tell_entry(now, id, entry::Input::Answer(found));
                }
                entry::Output::Answer => {
                    if !self.answer(id) {
                        self.tell_entry(now, id, entry::Input::Answered);
                    }
                }
                entry::Output::RecordName => self.record_name(now, id),
                entry::Output::StopRecordingName => self.stop_recording_name(now, id),
                entry::Output::ForgetName => self.forget_name(id),
                entry::Output::Play(sounds) => self.play(id, sounds),
                entry::Output::StopPlaying => self.stop_playing(id),
                entry::Output::Join(role) => return self.join(now, id, role),
                entry::Output::Done(result) => {
                    self.drop_naming(id);
                    self.happened_at_door(now, id, "Refused", result);
                    return self.end_call(now, id, Some(result));
                }
                entry::Output::WakeAt(at) => return self.alarms.set(&Waker::Call(id), Some(at)),
                entry::Output::Idle => return self.alarms.set(&Waker::Call(id), None),
            }
        }
    }

    pub(super) fn tell_entry(&mut self, now: Duration, id: CallId, input: entry::Input) {
        if let Some(Call { stage: Stage::Entering(entry), .. }) = self.calls.get_mut(&id) {
            entry.handle(now, input);
        }
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

    fn join(&mut self, now: Duration, id: CallId, role: Role) {
        if let Some(Call { invite: Some(_), number, .. }) = self.calls.get(&id) {
            // Who was called comes to what is held, whatever the settings say by now.
            return match self.held(&number.clone()) {
                Some(conference) => self.enter_invited(now, id, &conference, role),
                None => self.end_call(now, id, Some(CallResult::Ended)),
            };
        }
        if !self.ask_again(now, id, role) {
            self.join_listed(now, id, role);
        }
    }

    /// The same, when it is known what the directory says now.
    pub(super) fn join_listed(&mut self, now: Duration, id: CallId, role: Role) {
        let patience = self.settings.entry.clone();
        let listed = self.calls.get(&id).map_or(Listed::Nothing, |call| call.listed.clone());
        let shut = match &listed {
            Listed::Unknown => Some(CallResult::Failed),
            Listed::Conference(conference) if !conference.enabled => Some(CallResult::Disabled),
            Listed::Doorway(doorway) if !doorway.template.enabled => Some(CallResult::Disabled),
            _ => None,
        };
        if let Some(result) = shut {
            return self.turn_away(now, id, result);
        }
        let Some(found) = self.calls.get(&id).and_then(|call| call.conference.clone()) else { return };
        let number = found.number.clone();
        let current = self.current(now, &found, &listed);
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.conference != current {
            // The settings changed while he was asked, and the PIN that he gave may be worth nothing now.
            let same_pins = keys(&call.conference) == keys(&current);
            call.conference = current;
            if !same_pins {
                call.number = call.dialled.clone();
                call.conference = None;
                call.origin = None;
                let entry = Entry::new(now, MemberId(id.0), call.options, call.answered, patience);
                call.stage = Stage::Entering(Box::new(entry));
                return self.drive_entry(now, id);
            }
        }
        let conference = call.conference.clone().unwrap_or_else(|| Arc::new(Conference::new(number)));
        // Who pages talks, and those who are paged go with him.
        let role = if call.page.is_empty() { role } else { Role::Leader };
        match self.manner(id, &conference, role) {
            Ok(manner) => self.enter(now, id, &conference, role, manner, None),
            Err(result) => self.end_call(now, id, Some(result)),
        }
    }

    /// How a caller is treated in this role.
    pub(super) fn manner(&self, id: CallId, conference: &Conference, role: Role) -> Result<Arc<Manner>, CallResult> {
        let call = self.calls.get(&id).ok_or(CallResult::Failed)?;
        let manner = self.settings.manner(conference, role, call.profile.as_deref(), call.menu.as_deref());
        let manner = manner.map_err(|error| {
            log::error!("{} cannot be let into room {}: {error}", call.channel, conference.number);
            CallResult::Failed
        })?;
        Ok(call.options.over(&manner))
    }

    /// A call asks to become a member of this conference's room.
    pub(super) fn enter(
        &mut self,
        now: Duration,
        id: CallId,
        conference: &Arc<Conference>,
        role: Role,
        manner: Arc<Manner>,
        invite: Option<InviteId>,
    ) {
        self.drop_naming(id);
        if let Err(result) = self.may_enter(id, conference) {
            return self.turn_away(now, id, result);
        }
        let Some(call) = self.calls.get_mut(&id) else { return };
        // Nothing is left of the room that he may come from.
        (call.may_talk, call.may_hear) = (true, true);
        self.engine.set_hearing_allowed(call.leg, true);
        self.engine.set_talk_gain(call.leg, Decibels(0.0));
        self.engine.set_listen_gain(call.leg, Decibels(0.0));
        self.engine.set_voice(call.leg, Voice::default());
        if call.place != conference.number {
            self.places.change(&call.place, &conference.number);
            call.place = conference.number.clone();
        }
        call.number = conference.number.clone();
        call.conference = Some(conference.clone());
        call.stage = Stage::Inside;
        call.role = role;
        self.alarms.set(&Waker::Call(id), None);
        let caller = call.caller.clone();
        let origin = call.origin.clone();
        self.allow_talking(id);
        if self.open_room(now, conference, origin) {
            let member = MemberId(id.0);
            let join = room::Input::Join { member, caller, role, manner, invite };
            self.tell_room(now, &conference.number, join);
        } else {
            log::error!(
                "room {} cannot open: the audio engine holds as many rooms as it was made for",
                conference.number
            );
            self.end_call(now, id, Some(CallResult::Failed));
        }
    }

    /// Whether a call may ask this conference's room to be let in; then it counts against its account's cap.
    fn may_enter(&mut self, id: CallId, conference: &Conference) -> Result<(), CallResult> {
        let origin = self.calls.get(&id).and_then(|call| call.origin.as_ref());
        if let Some(open) = self.rooms.get(&conference.number)
            && open.is_other(origin)
        {
            // Deleted, perhaps, and its number given to another one while people are inside.
            log::warn!(
                "nobody is let into room {}: another conference is in progress under its number",
                conference.number
            );
            return Err(CallResult::Failed);
        }
        self.count(id)
    }

    /// A call that was about to become a member hears why it does not.
    fn turn_away(&mut self, now: Duration, id: CallId, result: CallResult) {
        self.drop_naming(id);
        self.answer(id);
        self.happened_at_door(now, id, "Refused", result);
        self.say_goodbye(now, id, vec![room::refusal(result)], End::back(result));
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

/// What opens a conference; `None` if there is no such conference.
fn keys(conference: &Option<Arc<Conference>>) -> Option<[&Option<Pin>; 4]> {
    conference.as_ref().map(|known| [&known.pin, &known.leader_pin, &known.code, &known.leader_code])
}
