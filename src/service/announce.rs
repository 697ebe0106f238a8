//! Sounds: for one call, or for all who are in a room, each in his language.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::calls::Stage;
use super::{CallId, Host, Service};
use crate::audio::{Clip, SampleRate};
use crate::engine::{LegId, RoomId, Target};
use crate::prompts::Loaded;
use crate::room::{self, MemberId, Music, RoomNumber, Sound, entry};

/// Whom sounds are for.
pub(super) enum PlayTo {
    /// One call.
    Call(CallId),
    /// Those in a room who speak one language.
    Room(Part),
    /// Whoever hears this music.
    Music(Music),
}

/// One language's part of an announcement to a room.
pub(super) struct Part {
    number: RoomNumber,
    room: RoomId,
    /// Which of the room's announcements.
    announcement: u64,
    to: Listeners,
    /// How many have not heard it to its end.
    left: usize,
}

enum Listeners {
    /// All who sit there.
    All,
    /// These, whose language is not that of others.
    These(Vec<CallId>),
}

/// What is announced in a room now.
#[derive(Default)]
pub(super) struct Announcing {
    /// The newest announcement.
    number: u64,
    /// How many of its parts have not ended.
    parts: usize,
}

/// For one call.
impl<H: Host> Service<H> {
    /// Plays these instead of whatever plays to the call alone.
    pub(super) fn play(&mut self, id: CallId, sounds: Vec<Sound>) {
        self.stop_playing(id);
        let play = self.next_play;
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.playing = Some(play);
        let (number, language, rate) = (call.number.clone(), call.language.clone(), call.rate);
        self.fetch(PlayTo::Call(id), &number, sounds, &language, rate);
    }

    pub(super) fn stop_playing(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.playing.take().is_some() {
            self.engine.stop(Target::Leg(call.leg));
        }
    }

    /// What played to one call came to its end.
    fn call_played(&mut self, now: Duration, id: CallId, play: u64) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.playing != Some(play) {
            return;
        }
        call.playing = None;
        match &mut call.stage {
            Stage::Entering(entry) => {
                entry.handle(now, entry::Input::Played);
                self.drive_entry(now, id);
            }
            Stage::Inside(_) => {
                let number = call.number.clone();
                self.tell_room(now, &number, room::Input::Played { member: MemberId(id.0) });
            }
            Stage::Leaving(_) => self.leave(now, id),
            Stage::Called => {}
        }
    }
}

/// For a whole room.
impl<H: Host> Service<H> {
    /// Plays these to all who are seated now, but one. Who is seated meanwhile may hear the rest of it, if all speak one
    /// language; who leaves has heard enough.
    pub(super) fn announce(
        &mut self,
        now: Duration,
        number: &RoomNumber,
        sounds: Vec<Sound>,
        except: Option<MemberId>,
    ) {
        let Some(open) = self.rooms.get_mut(number) else { return };
        let mut languages: BTreeMap<&str, Vec<CallId>> = BTreeMap::new();
        for &id in &open.seated {
            if let Some(call) = self.calls.get(&id)
                && except != Some(MemberId(id.0))
            {
                languages.entry(&call.language).or_default().push(id);
            }
        }
        let same_for_all = languages.len() == 1 || sounds.iter().all(is_tone);
        let parts: Vec<(String, Listeners)> = if languages.is_empty() {
            Vec::new()
        } else if except.is_none() && same_for_all {
            let language = languages.into_keys().next().unwrap_or_default();
            vec![(language.to_owned(), Listeners::All)]
        } else {
            let part = |(language, ids): (&str, Vec<CallId>)| (language.to_owned(), Listeners::These(ids));
            languages.into_iter().map(part).collect()
        };
        open.announcing.number += 1;
        open.announcing.parts = parts.len();
        if parts.is_empty() {
            return self.tell_room(now, number, room::Input::RoomPlayed);
        }
        let (room, announcement) = (open.id, open.announcing.number);
        for (language, to) in parts {
            let rate = match &to {
                Listeners::All => self.engine.room_rate(room),
                Listeners::These(ids) => {
                    let rates = ids.iter().filter_map(|id| self.calls.get(id)).map(|call| call.rate);
                    rates.max().unwrap_or_default()
                }
            };
            let part = Part { number: number.clone(), room, announcement, to, left: 0 };
            self.fetch(PlayTo::Room(part), number, sounds.clone(), &language, rate);
        }
    }

    fn part_ended(&mut self, now: Duration, part: Part) {
        let Some(open) = self.rooms.get_mut(&part.number).filter(|open| open.id == part.room) else { return };
        if open.announcing.number != part.announcement {
            return;
        }
        open.announcing.parts = open.announcing.parts.saturating_sub(1);
        if open.announcing.parts == 0 {
            self.tell_room(now, &part.number, room::Input::RoomPlayed);
        }
    }
}

/// From the files to the engine.
impl<H: Host> Service<H> {
    /// How many sounds are being read or play. None of them outlives whom it is for.
    pub fn sounds_under_way(&self) -> usize {
        self.plays.len()
    }

    /// Has sounds read for ears of this rate; they play when they are there. Names are those of a room's members.
    fn fetch(&mut self, to: PlayTo, number: &RoomNumber, sounds: Vec<Sound>, language: &str, rate: SampleRate) {
        let items = self.items(number, &to, sounds);
        let play = self.next_play;
        self.next_play += 1;
        self.plays.insert(play, to);
        self.prompts.fetch(play, items, language, rate);
    }

    pub(super) fn sounds_loaded(&mut self, now: Duration, loaded: Loaded) {
        let Loaded { play, clips } = loaded;
        // Taken out, and put back if its end will be told.
        match self.plays.remove(&play) {
            Some(PlayTo::Call(id)) => {
                let leg = self.calls.get(&id).filter(|call| call.playing == Some(play)).map(|call| call.leg);
                // Without a leg he is gone, or hears something else by now.
                if let Some(leg) = leg {
                    if self.play_clips(Target::Leg(leg), &clips, play) {
                        self.plays.insert(play, PlayTo::Call(id));
                    } else {
                        self.call_played(now, id, play);
                    }
                }
            }
            Some(PlayTo::Room(mut part)) => {
                for target in self.targets(&part) {
                    part.left += usize::from(self.play_clips(target, &clips, play));
                }
                if part.left > 0 {
                    self.plays.insert(play, PlayTo::Room(part));
                } else {
                    self.part_ended(now, part);
                }
            }
            Some(PlayTo::Music(music)) => self.music_loaded(&music, clips.into_iter().next()),
            None => {}
        }
    }

    /// Where a part of an announcement is played: only to those who still sit in its room and hear it.
    fn targets(&self, part: &Part) -> Vec<Target> {
        let Some(open) = self.rooms.get(&part.number).filter(|open| open.id == part.room) else { return Vec::new() };
        match &part.to {
            Listeners::All => vec![Target::Room(part.room)],
            Listeners::These(ids) => {
                let seated = ids.iter().filter(|id| open.seated.contains(id));
                let calls = seated.filter_map(|id| self.calls.get(id)).filter(|call| call.may_hear);
                calls.map(|call| announcement_to(call.leg)).collect()
            }
        }
    }

    /// True if the end will be told.
    fn play_clips(&mut self, target: Target, clips: &[Arc<Clip>], play: u64) -> bool {
        let mut told = false;
        for (index, clip) in clips.iter().enumerate() {
            // Only the last one's end is the end of them all; 0 is nobody's number.
            let is_last = index + 1 == clips.len();
            let plays = self.engine.play(target, clip.clone(), if is_last { play } else { 0 }).is_ok();
            told = is_last && plays;
        }
        told
    }

    /// The sounds of one play came to their end, for one of those who hear them.
    pub(super) fn played(&mut self, now: Duration, play: u64) {
        match self.plays.remove(&play) {
            Some(PlayTo::Call(id)) => self.call_played(now, id, play),
            Some(PlayTo::Room(mut part)) => {
                part.left = part.left.saturating_sub(1);
                if part.left > 0 {
                    self.plays.insert(play, PlayTo::Room(part));
                } else {
                    self.part_ended(now, part);
                }
            }
            Some(PlayTo::Music(_)) | None => {}
        }
    }
}

/// The same in every language.
fn is_tone(sound: &Sound) -> bool {
    matches!(sound, Sound::JoinTone | Sound::LeaveTone)
}

/// The queue of one leg's announcements.
pub(super) fn announcement_to(leg: LegId) -> Target {
    Target::Announce(leg)
}
