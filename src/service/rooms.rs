//! Rooms in progress, and which worker mixes them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::calls::Stage;
use super::{CallId, Host, Service};
use crate::audio::Decibels;
use crate::engine::{Codec, LegId, RoomId, Target};
use crate::prompts::Loaded;
use crate::room::{self, Conference, MemberId, Notice, Room, RoomNumber, Sound};

/// A room in progress.
pub(super) struct OpenRoom {
    pub(super) room: Room,
    pub(super) id: RoomId,
    wake: Option<Duration>,
    next_number: u32,
    /// Its picture is older than it is.
    pub(super) changed: bool,
}

/// Whom sounds are for.
pub(super) enum PlayTo {
    Call(CallId),
    Room(RoomId),
}

/// Which workers the calls of each number are on.
#[derive(Default)]
pub(super) struct Places {
    /// The worker of a number's calls, and how many it has there.
    homes: BTreeMap<RoomNumber, (usize, usize)>,
}

impl<H: Host> Service<H> {
    /// Adds the leg of a call for this number: with the others of its room, while one worker is
    /// enough for them, else where the fewest are.
    pub(super) fn place(&mut self, number: &RoomNumber, codec: Codec) -> Option<LegId> {
        let workers = self.engine.stats().len();
        let mut legs = vec![0usize; workers];
        for call in self.calls.values() {
            legs[call.leg.worker()] += 1;
        }
        let least = (0..workers).min_by_key(|&worker| legs[worker])?;
        let home = self.places.homes.entry(number.clone()).or_insert((least, 0));
        home.1 += 1;
        let wanted = if home.1 <= self.settings.split_at { home.0 } else { least };
        let leg = self.engine.add_leg(wanted, codec).or_else(|_| self.engine.add_leg(least, codec));
        if leg.is_err() {
            self.leave_place(number);
        }
        leg.ok()
    }

    pub(super) fn leave_place(&mut self, number: &RoomNumber) {
        if let Some(home) = self.places.homes.get_mut(number) {
            home.1 -= 1;
            if home.1 == 0 {
                self.places.homes.remove(number);
            }
        }
    }

    /// Opens the conference's room if it is not open; false if the engine has no place.
    pub(super) fn open_room(&mut self, now: Duration, conference: &Arc<Conference>) -> bool {
        if self.rooms.contains_key(&conference.number) {
            return true;
        }
        let Ok(id) = self.engine.add_room() else { return false };
        let room = Room::new(now, conference.clone(), None, None);
        let open = OpenRoom { room, id, wake: None, next_number: 1, changed: true };
        self.rooms.insert(conference.number.clone(), open);
        true
    }

    /// Hands an input to a room and does what it wants done.
    pub(super) fn tell_room(&mut self, now: Duration, number: &RoomNumber, input: room::Input) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        open.room.handle(now, input);
        open.changed = true;
        loop {
            let Some(open) = self.rooms.get_mut(number) else { return };
            match open.room.poll() {
                room::Output::WakeAt(at) => {
                    open.wake = Some(at);
                    return;
                }
                room::Output::Idle => {
                    open.wake = None;
                    return;
                }
                output => self.do_for_room(now, number, output),
            }
        }
    }

    fn do_for_room(&mut self, now: Duration, number: &RoomNumber, output: room::Output) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        match output {
            room::Output::Seat { member } => {
                let place = open.next_number;
                open.next_number += 1;
                if let Some(call) = self.calls.get_mut(&CallId(member.0)) {
                    call.stage = Stage::Inside(place);
                    self.engine.seat(call.leg, open.id);
                }
            }
            room::Output::Refuse { member, sounds, result } | room::Output::Release { member, sounds, result, .. } => {
                self.say_goodbye(now, CallId(member.0), sounds, result);
            }
            room::Output::Play { member, sounds } => self.play(CallId(member.0), sounds),
            room::Output::PlayRoom { sounds, .. } => {
                let language = open.room.conference().language.clone().unwrap_or_default();
                let id = open.id;
                self.fetch(PlayTo::Room(id), sounds, &language);
            }
            room::Output::StopPlaying { member } => self.stop_playing(CallId(member.0)),
            room::Output::Music { member, on } => {
                let music = open.room.member(member).and_then(|member| member.manner().music.clone()).filter(|_| on);
                let class = match music {
                    Some(room::Music::Class(class)) => Some(class),
                    _ => None,
                };
                self.set_music(CallId(member.0), class.as_deref());
            }
            room::Output::TalkingAllowed { member, allowed } => {
                if let Some(call) = self.calls.get_mut(&CallId(member.0)) {
                    call.may_talk = allowed;
                }
                self.allow_talking(CallId(member.0));
            }
            room::Output::TalkGain { member, volume } => {
                if let Some(call) = self.calls.get(&CallId(member.0)) {
                    self.engine.set_talk_gain(call.leg, Decibels(volume.decibels().into()));
                }
            }
            room::Output::ListenGain { member, volume } => {
                if let Some(call) = self.calls.get(&CallId(member.0)) {
                    self.engine.set_listen_gain(call.leg, Decibels(volume.decibels().into()));
                }
            }
            room::Output::Opened => log::info!("room {number} opened"),
            room::Output::Ended => {
                log::info!("room {number} ended");
                self.engine.remove_room(open.id);
                self.rooms.remove(number);
                self.publisher.closed(number);
            }
            room::Output::Notice(Notice::Locked) => log::info!("room {number} was locked"),
            room::Output::Notice(Notice::Unlocked) => log::info!("room {number} was unlocked"),
            _ => {}
        }
    }

    pub(super) fn talking(&mut self, now: Duration, leg: LegId, on: bool) {
        let found = self.calls.iter().find(|(_, call)| call.leg == leg);
        if let Some((&id, call)) = found {
            let number = call.number.clone();
            self.tell_room(now, &number, room::Input::Talking { member: MemberId(id.0), on });
        }
    }

    /// Has sounds read; they play when they are there.
    pub(super) fn fetch(&mut self, to: PlayTo, sounds: Vec<Sound>, language: &str) {
        let play = self.next_play;
        self.next_play += 1;
        self.plays.insert(play, to);
        self.prompts.fetch(play, sounds, language);
    }

    pub(super) fn sounds_loaded(&mut self, now: Duration, loaded: Loaded) {
        let Loaded { play, clips } = loaded;
        let target = match self.plays.get(&play) {
            Some(PlayTo::Room(room)) => Target::Room(*room),
            Some(PlayTo::Call(id)) => match self.calls.get(id) {
                Some(call) if call.playing == Some(play) => Target::Leg(call.leg),
                // He is gone, or hears something else by now.
                _ => {
                    self.plays.remove(&play);
                    return;
                }
            },
            None => return,
        };
        let last = clips.len().saturating_sub(1);
        let mut all_play = !clips.is_empty();
        for (index, clip) in clips.into_iter().enumerate() {
            // Only the last one's end is the end of them all; 0 is nobody's number.
            let token = if index == last { play } else { 0 };
            all_play &= self.engine.play(target, clip, token).is_ok();
        }
        if !all_play {
            self.played(now, play);
        }
    }

    /// Wakes whatever wanted to be woken by now.
    pub(super) fn wake_due(&mut self, now: Duration) {
        self.wake_calls(now);
        let due: Vec<RoomNumber> = self
            .rooms
            .iter()
            .filter(|(_, open)| open.wake.is_some_and(|at| at <= now))
            .map(|(number, _)| number.clone())
            .collect();
        for number in due {
            self.tell_room(now, &number, room::Input::Wake);
        }
    }

    /// When the next machine wants to be woken.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        let calls = self.calls.values().filter_map(|call| call.wake());
        let rooms = self.rooms.values().filter_map(|open| open.wake);
        calls.chain(rooms).min()
    }

    /// The members of a room by the numbers they have in it.
    pub(super) fn members_by_number(&self, number: &RoomNumber) -> BTreeMap<u32, CallId> {
        let inside = self.calls.iter().filter(|(_, call)| call.number == *number);
        inside
            .filter_map(|(&id, call)| match call.stage {
                Stage::Inside(place) if place > 0 => Some((place, id)),
                _ => None,
            })
            .collect()
    }
}
