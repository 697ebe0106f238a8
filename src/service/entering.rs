//! A call on its way in: does what its entry wants done, and looks once more at the door of the room.

use std::sync::Arc;
use std::time::Duration;

use super::calls::{Call, End, Stage};
use super::lookup::Listed;
use super::{CallId, Host, Service, Waker};
use crate::audio::Decibels;
use crate::engine::Voice;
use crate::room::{self, CallResult, Conference, Entry, InviteId, Manner, MemberId, Pin, Role, entry};

impl<H: Host> Service<H> {
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
        self.engine.set_talk_gain(call.leg, Decibels::UNITY);
        self.engine.set_listen_gain(call.leg, Decibels::UNITY);
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
}

/// What opens a conference; `None` if there is no such conference.
fn keys(conference: &Option<Arc<Conference>>) -> Option<[&Option<Pin>; 4]> {
    conference.as_ref().map(|known| [&known.pin, &known.leader_pin, &known.code, &known.leader_code])
}
