//! One call from its arrival until it is handed back.

use std::sync::Arc;
use std::time::Duration;

use super::{Arrival, CallEvent, CallId, Host, Outcome, Placed, Service, Waker};
use crate::audio::Clip;
use crate::engine::LegId;
use crate::room::{
    self, CallResult, Conference, Entry, InviteId, Manner, MemberId, Options, PROMPT_LIMIT, Pin, Role, RoomNumber,
    Sound, entry,
};

use super::announce::announcement_to;

/// A call while it is ours.
pub(super) struct Call {
    pub(super) leg: LegId,
    /// The room that he is in or on his way to.
    pub(super) number: RoomNumber,
    pub(super) conference: Option<Arc<Conference>>,
    pub(super) options: Options,
    /// Numbers to be called once he is in.
    pub(super) page: Vec<String>,
    /// The invitation that brought him.
    pub(super) invite: Option<InviteId>,
    pub(super) answered: bool,
    pub(super) channel: Arc<str>,
    pub(super) caller: room::Caller,
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

/// How far he has come.
pub(super) enum Stage {
    /// Being asked for his PIN.
    Entering(Box<Entry>),
    /// A member of the room of his number, with the number he has in there.
    Inside(u32),
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
        let Arrival { number, options, page, invite, answered, channel, caller, language, codec, .. } = arrival;
        let leg = self.place(&number, codec).ok_or_else(|| {
            log::error!("{channel} cannot be taken: the audio engine holds as many calls as it was made for");
            CallResult::Failed
        })?;
        let id = CallId(self.next_call);
        self.next_call += 1;
        let conference = self.conference(&number);
        let settings = self.settings.entry.clone();
        let entry = Entry::new(now, conference.clone(), options, settings);
        let language = match conference.as_ref().and_then(|known| known.language.clone()) {
            Some(usual) if language.is_empty() => usual,
            _ => language,
        };
        let call_of_ours = Call {
            leg,
            number,
            conference,
            options,
            page,
            invite,
            answered,
            channel: channel.into(),
            caller,
            language,
            stage: Stage::Entering(Box::new(entry)),
            role: Role::Participant,
            name: None,
            may_talk: true,
            may_hear: true,
            held: false,
            lent: false,
            music: None,
            playing: None,
        };
        self.calls.insert(id, call_of_ours);
        self.legs.insert(leg, id);
        let placed = Placed { call: id, leg };
        self.host.serve(placed, call);
        self.drive_entry(now, id);
        Ok(placed)
    }

    /// What a caller who dials this number comes to: a room in progress keeps its own.
    pub(super) fn conference(&self, number: &RoomNumber) -> Option<Arc<Conference>> {
        if let Some(open) = self.rooms.get(number) {
            return Some(open.room.conference().clone());
        }
        let settings = &self.settings;
        let known = settings.conferences.get(number).cloned();
        let may_open = settings.on_demand && !settings.left_out.contains(number);
        known.or_else(|| may_open.then(|| Arc::new(Conference::new(number.clone()))))
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
            (CallEvent::Digit(digit), Stage::Inside(_)) => {
                let number = call.number.clone();
                self.tell_room(now, &number, room::Input::Digit { member: MemberId(id.0), digit });
            }
            (CallEvent::Answered, _) => call.answered = true,
            (CallEvent::Digit(_), Stage::Leaving(_)) => {}
        }
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
                entry::Output::Play(sounds) => self.play(id, sounds),
                entry::Output::StopPlaying => self.stop_playing(id),
                entry::Output::Join(role) => return self.join(now, id, role),
                entry::Output::Done(result) => return self.end_call(now, id, Some(result)),
                entry::Output::WakeAt(at) => return self.alarms.set(&Waker::Call(id), Some(at)),
                entry::Output::Idle => return self.alarms.set(&Waker::Call(id), None),
            }
        }
    }

    fn join(&mut self, now: Duration, id: CallId, role: Role) {
        let patience = self.settings.entry.clone();
        let Some(Call { number, .. }) = self.calls.get(&id) else { return };
        let number = number.clone();
        let current = self.conference(&number);
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.conference != current {
            // The settings changed while he was asked, and the PIN that he gave may be worth nothing now.
            let same_pins = keys(&call.conference) == keys(&current);
            call.conference = current.clone();
            if !same_pins {
                call.stage = Stage::Entering(Box::new(Entry::new(now, current, call.options, patience)));
                return self.drive_entry(now, id);
            }
        }
        let conference = call.conference.clone().unwrap_or_else(|| Arc::new(Conference::new(number)));
        let manner = call.options.over(conference.manner(role));
        self.enter(now, id, &conference, role, manner, None);
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
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.number != conference.number {
            let before = std::mem::replace(&mut call.number, conference.number.clone());
            self.places.change(&before, &conference.number);
        }
        call.conference = Some(conference.clone());
        call.stage = Stage::Inside(0);
        call.role = role;
        self.alarms.set(&Waker::Call(id), None);
        let caller = call.caller.clone();
        if self.open_room(now, conference) {
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

    /// Lets a call hear its last words.
    pub(super) fn say_goodbye(&mut self, now: Duration, id: CallId, sounds: Vec<Sound>, end: End) {
        self.set_music(id, None);
        self.stop_playing(id);
        let Some(call) = self.calls.get_mut(&id) else { return };
        self.engine.stop(announcement_to(call.leg));
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
                let Some(conference) = self.conference(&number) else {
                    return self.end_call(now, id, Some(CallResult::NoRoom));
                };
                let Some(call) = self.calls.get(&id) else { return };
                let manner = call.options.over(conference.manner(role));
                self.enter(now, id, &conference, role, manner, None);
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
        let Some(call) = self.calls.remove(&id) else { return };
        self.legs.remove(&call.leg);
        self.alarms.set(&Waker::Call(id), None);
        self.engine.remove_leg(call.leg);
        self.leave_place(&call.number, call.leg);
        if let Some(outcome) = outcome {
            self.host.release(id, call.leg, outcome);
        }
        if let Stage::Inside(_) = call.stage {
            self.tell_room(now, &call.number, room::Input::Leave { member: MemberId(id.0) });
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
            Some(Stage::Inside(_)) | None => {}
        }
    }
}

/// What opens a conference; `None` if there is no such conference.
fn keys(conference: &Option<Arc<Conference>>) -> Option<(&Option<Pin>, &Option<Pin>)> {
    conference.as_ref().map(|known| (&known.pin, &known.leader_pin))
}
