//! One call from its arrival until it is handed back.

use std::sync::Arc;
use std::time::Duration;

use super::rooms::PlayTo;
use super::{Arrival, CallEvent, CallId, Host, Music, Outcome, Placed, Service};
use crate::audio::SampleRate;
use crate::engine::{LegId, Target};
use crate::room::{
    self, CallResult, Conference, Entry, MemberId, Options, PROMPT_LIMIT, Pin, Role, RoomNumber, Sound, entry,
};

/// A call while it is ours.
pub(super) struct Call {
    pub(super) leg: LegId,
    pub(super) number: RoomNumber,
    pub(super) conference: Option<Arc<Conference>>,
    pub(super) options: Options,
    pub(super) channel: Arc<str>,
    pub(super) caller: room::Caller,
    pub(super) language: String,
    pub(super) stage: Stage,
    /// Whether the room lets him talk.
    pub(super) may_talk: bool,
    /// His telephone has us on hold: what it sends is its own music.
    pub(super) held: bool,
    /// The class of music he hears.
    pub(super) music: Option<String>,
    /// What plays to him alone, or is being read for it.
    pub(super) playing: Option<u64>,
}

/// How far he has come.
pub(super) enum Stage {
    /// Being asked for his PIN. The time is when the machine wants to be woken.
    Entering(Box<Entry>, Option<Duration>),
    /// A member of the room of his number, with the number he has in there.
    Inside(u32),
    /// Hears his last words; handed back at this time at the latest.
    Leaving(CallResult, Duration),
}

impl<H: Host> Service<H> {
    pub(super) fn arrive(&mut self, now: Duration, arrival: Arrival, call: H::Call) -> Result<Placed, CallResult> {
        let Arrival { number, options, channel, caller, language, codec, .. } = arrival;
        let leg = self.place(&number, codec).ok_or_else(|| {
            log::error!("{channel} cannot be taken: the audio engine holds as many calls as it was made for");
            CallResult::Failed
        })?;
        let id = CallId(self.next_call);
        self.next_call += 1;
        let conference = self.conference(&number);
        let settings = self.settings.entry.clone();
        let entry = Entry::new(now, conference.clone(), options, settings);
        let language = conference.as_ref().and_then(|known| known.language.clone()).unwrap_or(language);
        self.calls.insert(
            id,
            Call {
                leg,
                number,
                conference,
                options,
                channel: channel.into(),
                caller,
                language,
                stage: Stage::Entering(Box::new(entry), None),
                may_talk: true,
                held: false,
                music: None,
                playing: None,
            },
        );
        let placed = Placed { call: id, leg };
        self.host.serve(placed, call);
        self.drive_entry(now, id);
        Ok(placed)
    }

    /// What a caller who dials this number comes to: a room in progress keeps its own.
    fn conference(&self, number: &RoomNumber) -> Option<Arc<Conference>> {
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
            (CallEvent::Digit(digit), Stage::Entering(entry, _)) => {
                entry.handle(now, entry::Input::Digit(digit));
                self.drive_entry(now, id);
            }
            (CallEvent::Digit(digit), Stage::Inside(_)) => {
                let number = call.number.clone();
                self.tell_room(now, &number, room::Input::Digit { member: MemberId(id.0), digit });
            }
            (CallEvent::Digit(_), Stage::Leaving(..)) | (CallEvent::Answered, _) => {}
        }
    }

    /// Does what a call's entry wants done.
    fn drive_entry(&mut self, now: Duration, id: CallId) {
        loop {
            let Some(Call { stage: Stage::Entering(entry, wake), .. }) = self.calls.get_mut(&id) else { return };
            match entry.poll() {
                entry::Output::Play(sounds) => self.play(id, sounds),
                entry::Output::StopPlaying => self.stop_playing(id),
                entry::Output::Join(role) => return self.join(now, id, role),
                entry::Output::Done(result) => return self.end_call(now, id, Some(result)),
                entry::Output::WakeAt(at) => {
                    *wake = Some(at);
                    return;
                }
                entry::Output::Idle => {
                    *wake = None;
                    return;
                }
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
                call.stage = Stage::Entering(Box::new(Entry::new(now, current, call.options, patience)), None);
                return self.drive_entry(now, id);
            }
        }
        call.stage = Stage::Inside(0);
        let conference = call.conference.clone().unwrap_or_else(|| Arc::new(Conference::new(number.clone())));
        let (caller, manner) = (call.caller.clone(), call.options.over(conference.manner(role)));
        if self.open_room(now, &conference) {
            let member = MemberId(id.0);
            self.tell_room(now, &number, room::Input::Join { member, caller, role, manner, invite: None });
        } else {
            log::error!("room {number} cannot open: the audio engine holds as many rooms as it was made for");
            self.end_call(now, id, Some(CallResult::Failed));
        }
    }

    /// Lets a call hear its last words, then hands it back.
    pub(super) fn say_goodbye(&mut self, now: Duration, id: CallId, sounds: Vec<Sound>, result: CallResult) {
        self.set_music(id, None);
        let Some(call) = self.calls.get_mut(&id) else { return };
        self.engine.unseat(call.leg);
        call.stage = Stage::Leaving(result, now + PROMPT_LIMIT);
        if sounds.is_empty() {
            self.end_call(now, id, Some(result));
        } else {
            self.play(id, sounds);
        }
    }

    /// The call's end for us, also if it is in the middle of something. `result`: hand it back
    /// with this; `None`: the host has it back already.
    pub(super) fn end_call(&mut self, now: Duration, id: CallId, result: Option<CallResult>) {
        self.set_music(id, None);
        let Some(call) = self.calls.remove(&id) else { return };
        self.engine.remove_leg(call.leg);
        self.leave_place(&call.number);
        if let Some(result) = result {
            self.host.release(id, call.leg, Outcome { result, goto: None });
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
}

/// What opens a conference; `None` if there is no such conference.
fn keys(conference: &Option<Arc<Conference>>) -> Option<(&Option<Pin>, &Option<Pin>)> {
    conference.as_ref().map(|known| (&known.pin, &known.leader_pin))
}

/// Sounds and music for one call.
impl<H: Host> Service<H> {
    /// Plays these instead of whatever plays to the call alone.
    pub(super) fn play(&mut self, id: CallId, sounds: Vec<Sound>) {
        self.stop_playing(id);
        let play = self.next_play;
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.playing = Some(play);
        let language = call.language.clone();
        self.fetch(PlayTo::Call(id), sounds, &language);
    }

    pub(super) fn stop_playing(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.playing.take().is_some() {
            self.engine.stop(Target::Leg(call.leg));
        }
    }

    /// The sounds of a call came to their end.
    pub(super) fn played(&mut self, now: Duration, play: u64) {
        let id = match self.plays.remove(&play) {
            Some(PlayTo::Call(id)) => id,
            Some(PlayTo::Room(room)) => {
                let found = self.rooms.iter().find(|(_, open)| open.id == room);
                if let Some(number) = found.map(|(number, _)| number.clone()) {
                    self.tell_room(now, &number, room::Input::RoomPlayed);
                }
                return;
            }
            None => return,
        };
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.playing != Some(play) {
            return;
        }
        call.playing = None;
        match &mut call.stage {
            Stage::Entering(entry, _) => {
                entry.handle(now, entry::Input::Played);
                self.drive_entry(now, id);
            }
            Stage::Inside(_) => {
                let number = call.number.clone();
                self.tell_room(now, &number, room::Input::Played { member: MemberId(id.0) });
            }
            Stage::Leaving(result, _) => {
                let result = *result;
                self.end_call(now, id, Some(result));
            }
        }
    }

    pub(super) fn set_music(&mut self, id: CallId, class: Option<&str>) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.music.as_deref() == class {
            return;
        }
        let before = call.music.take();
        let leg = call.leg;
        let music = class.and_then(|class| self.listen(class));
        self.engine.set_music(leg, music);
        if let (Some(class), Some(_), Some(call)) = (class, music, self.calls.get_mut(&id)) {
            call.music = Some(class.to_owned());
        }
        if let Some(class) = before {
            self.stop_listening(&class);
        }
    }

    /// One more who hears this class.
    fn listen(&mut self, class: &str) -> Option<crate::engine::MusicId> {
        if let Some(music) = self.music.get_mut(class) {
            music.listeners += 1;
            return Some(music.id);
        }
        match self.engine.add_music(SampleRate::Hz8000) {
            Ok((id, feed)) => {
                self.host.start_music(class, feed);
                self.music.insert(class.to_owned(), Music { id, listeners: 1 });
                Some(id)
            }
            Err(full) => {
                log::warn!("music class '{class}' is not heard: {full}");
                None
            }
        }
    }

    fn stop_listening(&mut self, class: &str) {
        let Some(music) = self.music.get_mut(class) else { return };
        music.listeners -= 1;
        if music.listeners == 0 {
            self.engine.remove_music(music.id);
            self.host.stop_music(class);
            self.music.remove(class);
        }
    }

    /// Wakes the entry machines and ends last words that never ended.
    pub(super) fn wake_calls(&mut self, now: Duration) {
        let due: Vec<CallId> =
            self.calls.iter().filter(|(_, call)| call.wake().is_some_and(|at| at <= now)).map(|(&id, _)| id).collect();
        for id in due {
            match self.calls.get_mut(&id).map(|call| &mut call.stage) {
                Some(Stage::Entering(entry, _)) => {
                    entry.handle(now, entry::Input::Wake);
                    self.drive_entry(now, id);
                }
                Some(&mut Stage::Leaving(result, _)) => self.end_call(now, id, Some(result)),
                Some(Stage::Inside(_)) | None => {}
            }
        }
    }
}

impl Call {
    pub(super) fn wake(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Entering(_, at) => *at,
            Stage::Inside(_) => None,
            Stage::Leaving(_, at) => Some(*at),
        }
    }
}
