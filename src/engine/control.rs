//! The control half.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rtrb::RingBuffer;

use super::apply::MOST_REPORTS;
use super::coding::{Coding, SharedCoding};
use super::command::{Command, Fitting, Report};
use super::converted::Converted;
use super::ids::{LegId, MusicId, RoomId, TapId};
use super::leg::LegAudio;
use super::link::Link;
use super::partial::partial_ring;
use super::seating::RoomRecord;
use super::stats::WorkerStats;
use super::streams::MusicRecord;
use super::table::Table;
use super::tapping::TapRecord;
use super::types::{Capacity, Codec, Coded, Coders, Decoder, Event, Full, RoomSound, Target, Voice};
use super::voice::VoiceWork;
use super::worker::{Rings, Worker};
use crate::audio::{Clip, Decibels, simd};

/// Makes an engine: one control half and as many audio halves as there are media workers.
pub fn new(capacity: Capacity) -> (Control, Vec<Worker>) {
    simd::detect();
    let count = capacity.workers.clamp(1, MOST_WORKERS);
    let [legs, rooms, music, taps] =
        [capacity.legs, capacity.rooms, capacity.music, capacity.taps].map(|places| places.min(MOST_PLACES));
    let places = (legs, rooms, music, taps);
    let mut senders: Vec<Vec<_>> = (0..count).map(|_| Vec::new()).collect();
    let mut receivers: Vec<Vec<_>> = (0..count).map(|_| Vec::new()).collect();
    for (from, senders) in senders.iter_mut().enumerate() {
        for (to, receivers) in receivers.iter_mut().enumerate() {
            let ring = (from != to).then(|| partial_ring(capacity.split_rooms));
            let (sender, receiver) = ring.unzip();
            senders.push(sender);
            receivers.push(receiver);
        }
    }
    let mut control = Control {
        links: Vec::new(),
        stats: Vec::new(),
        legs: (0..count).map(|_| Table::new(places.0)).collect(),
        rooms: Table::new(places.1),
        music: Table::new(places.2),
        taps: Table::new(places.3),
        pending: BTreeMap::new(),
        next_serial: 0,
        converted: Converted::default(),
        ready: VecDeque::new(),
        coders: None,
        capacity,
    };
    let mut workers = Vec::new();
    for (index, (to_peers, from_peers)) in senders.into_iter().zip(receivers).enumerate() {
        let (commands_in, commands) = RingBuffer::new(control.capacity.commands.max(1));
        let (reports, reports_out) = RingBuffer::new(control.capacity.reports.max(MOST_REPORTS));
        let stats = Arc::new(WorkerStats::default());
        control.links.push(Link::new(commands_in, reports_out, stats.clone()));
        control.stats.push(stats.clone());
        let rings = Rings { commands, reports, to_peers, from_peers };
        workers.push(Worker::new(index as u8, places, rings, stats));
    }
    (control, workers)
}

/// The control half: owned by one thread that is not a media worker.
///
/// Nothing here waits for the audio side; what cannot be handed over at once is kept and handed over by
/// [`collect`](Self::collect), which therefore has to be called regularly, every tick or so.
/// An id of something that was removed is ignored everywhere.
pub struct Control {
    pub(super) links: Vec<Link>,
    stats: Vec<Arc<WorkerStats>>,
    /// A table for each worker.
    pub(super) legs: Vec<Table<LegRecord>>,
    pub(super) rooms: Table<RoomRecord>,
    pub(super) music: Table<MusicRecord>,
    pub(super) taps: Table<TapRecord>,
    /// Clips whose end has not been told, by serial number.
    pub(super) pending: BTreeMap<u64, Pending>,
    pub(super) next_serial: u64,
    pub(super) converted: Converted,
    pub(super) ready: VecDeque<Event>,
    pub(super) coders: Option<Box<dyn Coders>>,
    pub(super) capacity: Capacity,
}

/// What is known of a leg.
pub(super) struct LegRecord {
    pub codec: Codec,
    pub room: Option<RoomId>,
    pub music: Option<MusicId>,
    talking_allowed: bool,
    talk_gain: f32,
    voice: Voice,
    /// The side room that it speaks in.
    pub aside: Option<RoomId>,
    /// The side room that it hears besides its room.
    pub overheard: Option<RoomId>,
    /// Whether it hears where the others sit, if its form has two channels.
    pub places_heard: bool,
    pub clips: usize,
    pub announcements: usize,
    pub taps: Vec<TapId>,
}

/// A clip that plays or waits.
pub(super) struct Pending {
    pub to: Target,
    pub clip: Arc<Clip>,
    pub token: u64,
}

impl Control {
    /// Gives the means for legs in [`Codec::Coded`]; without them there can be none.
    pub fn set_coders(&mut self, coders: Box<dyn Coders>) {
        self.coders = Some(coders);
    }

    /// Adds a leg to a worker; it is in no room, talks to nobody and hears silence.
    pub fn add_leg(&mut self, worker: usize, codec: Codec) -> Result<LegId, Full> {
        let record = LegRecord {
            codec,
            room: None,
            music: None,
            talking_allowed: true,
            talk_gain: 1.0,
            voice: Voice::default(),
            aside: None,
            overheard: None,
            places_heard: true,
            clips: 0,
            announcements: 0,
            taps: Vec::new(),
        };
        let coders = match codec {
            Codec::Coded(coded) => Some(self.coders_of_leg(coded).ok_or(Full)?),
            _ => None,
        };
        let table = self.legs.get_mut(worker).ok_or(Full)?;
        let (slot, generation) = table.insert(record).ok_or(Full)?;
        let leg = LegId { worker: worker as u8, slot, generation };
        let audio = Box::new(LegAudio::new(codec, coders, self.capacity.clips));
        self.links[worker].send(Command::AddLeg { leg, codec, audio });
        Ok(leg)
    }

    /// Changes the form of a leg, which goes on in its room with what plays to it and all that was said of it. What it
    /// hears and says fades out and in again. [`Full`]: there is nothing that codes this; then it stays as it was.
    pub fn set_codec(&mut self, leg: LegId, codec: Codec) -> Result<(), Full> {
        let Some(record) = self.leg(leg).filter(|record| record.codec != codec) else {
            return Ok(());
        };
        let (room, music, voice) = (record.room, record.music, record.voice);
        let (aside, overheard, places_heard) = (record.aside, record.overheard, record.places_heard);
        let coders = match codec {
            Codec::Coded(coded) => Some(self.coders_of_leg(coded).ok_or(Full)?),
            _ => None,
        };
        let audio = Box::new(LegAudio::new(codec, coders, self.capacity.clips));
        let is_its = |to: Target| matches!(to, Target::Leg(to) | Target::Announce(to) if to == leg);
        let played = self.pending.iter().filter(|(_, pending)| is_its(pending.to));
        let clips =
            played.map(|(serial, pending)| (*serial, self.converted.clip(&pending.clip, codec.rate()))).collect();
        // First of all: the rest may wait for a room to fade out.
        self.links[leg.worker()].send(Command::SetCodec { leg, fitting: Box::new(Fitting { codec, audio, clips }) });
        self.leave_seat(leg);
        self.set_music(leg, None);
        if let Some(record) = self.leg_mut(leg) {
            record.codec = codec;
        }
        self.fit_taps(leg);
        if voice != Voice::default() {
            self.links[leg.worker()].send(Command::SetVoice { leg, work: VoiceWork::new(voice, codec.rate()) });
        }
        if codec.is_stereo() && !places_heard {
            self.links[leg.worker()].send(Command::HearPlaces { leg, yes: false });
        }
        if let Some(room) = room {
            self.seat(leg, room);
        }
        self.speak_aside(leg, aside);
        self.overhear(leg, overheard);
        if music.is_some() {
            self.set_music(leg, music);
        }
        Ok(())
    }

    fn coders_of_leg(&mut self, coded: Coded) -> Option<(Box<dyn Decoder>, Coding)> {
        let coders = self.coders.as_mut()?;
        Some((coders.decoder(coded)?, Coding::new(coded, coders.encoder(coded)?)))
    }

    /// What encodes a stream for many. Without it each is served by an encoder of his own.
    pub(super) fn shared_coding(&mut self, coded: Coded) -> Option<Box<SharedCoding>> {
        let encoder = self.coders.as_mut()?.encoder(coded)?;
        Some(Box::new(SharedCoding::new(coded, encoder)))
    }

    /// Removes a leg and its taps. Clips that it has not heard to the end count as played.
    pub fn remove_leg(&mut self, leg: LegId) {
        let Some(taps) = self.leg_mut(leg).map(|record| std::mem::take(&mut record.taps)) else {
            return;
        };
        for tap in taps {
            self.remove_tap(tap);
        }
        self.unseat(leg);
        self.leave_music(leg);
        self.legs[leg.worker()].remove(leg.slot, leg.generation);
        self.links[leg.worker()].send(Command::RemoveLeg { leg });
        self.end_clips(Target::Leg(leg));
        self.end_clips(Target::Announce(leg));
    }

    /// Adds a room.
    pub fn add_room(&mut self) -> Result<RoomId, Full> {
        let (slot, generation) = self.rooms.insert(RoomRecord::default()).ok_or(Full)?;
        Ok(RoomId { slot, generation })
    }

    /// Removes a room with its side rooms and taps; its legs go on alone, those of a side room in their own room. Clips
    /// that it has not heard to the end count as played.
    pub fn remove_room(&mut self, room: RoomId) {
        let Some(record) = self.room_mut(room) else {
            return;
        };
        let (sides, taps, parent) = (std::mem::take(&mut record.sides), record.taps.clone(), record.parent);
        for side in sides {
            self.remove_room(side);
        }
        for tap in taps {
            self.remove_tap(tap);
        }
        if let Some(parent) = parent.and_then(|parent| self.room_mut(parent)) {
            parent.sides.retain(|side| *side != room);
        }
        self.clear_room(room);
        if self.rooms.remove(room.slot, room.generation).is_some() {
            self.end_clips(Target::Room(room));
        }
    }

    /// Seats a leg in a room, taking it out of another. A room with legs on several workers is split among them.
    pub fn seat(&mut self, leg: LegId, room: RoomId) {
        self.take_seat(leg, room);
    }

    /// Takes a leg out of its room; it goes on alone with its prompts and music.
    pub fn unseat(&mut self, leg: LegId) {
        self.leave_seat(leg);
    }

    /// Mutes (`false`) or unmutes a leg, within a tick.
    pub fn set_talking_allowed(&mut self, leg: LegId, allowed: bool) {
        if let Some(record) = self.leg_mut(leg) {
            record.talking_allowed = allowed;
            self.send_talk(leg);
        }
    }

    /// How loud a leg is in the room, reached within a tick.
    pub fn set_talk_gain(&mut self, leg: LegId, gain: Decibels) {
        if let Some(record) = self.leg_mut(leg) {
            record.talk_gain = gain.linear();
            self.send_talk(leg);
        }
    }

    /// What is done to what a leg says before others hear it. While it talks, it fades out and in again for the change.
    pub fn set_voice(&mut self, leg: LegId, voice: Voice) {
        let Some(record) = self.leg_mut(leg) else {
            return;
        };
        if std::mem::replace(&mut record.voice, voice) != voice {
            let work = VoiceWork::new(voice, record.codec.rate());
            self.links[leg.worker()].send(Command::SetVoice { leg, work });
        }
    }

    /// How a room sounds. Its side rooms stay as they are.
    pub fn set_room_sound(&mut self, room: RoomId, sound: RoomSound) {
        if let Some(record) = self.room_mut(room) {
            record.sound = sound;
            self.send_sound(room);
        }
    }

    /// How loud the room is for this leg, reached within a tick. Its prompts and music stay as they are.
    pub fn set_listen_gain(&mut self, leg: LegId, gain: Decibels) {
        if self.leg(leg).is_some() {
            let gain = gain.linear();
            self.links[leg.worker()].send(Command::SetListen { leg, gain });
        }
    }

    /// Deafens a leg (`false`) to its rooms or lets it hear them again, within a tick, whatever its listen gain. Its
    /// prompts, announcements and music stay as they are.
    pub fn set_hearing_allowed(&mut self, leg: LegId, allowed: bool) {
        if self.leg(leg).is_some() {
            self.links[leg.worker()].send(Command::SetHearing { leg, allowed });
        }
    }

    /// The next thing that the audio side told.
    pub fn poll_event(&mut self) -> Option<Event> {
        if self.ready.is_empty() {
            self.collect();
        }
        self.ready.pop_front()
    }

    /// Hands over commands that had to wait, and drops what the audio side is done with.
    pub fn collect(&mut self) {
        for worker in 0..self.links.len() {
            while let Some(report) = self.links[worker].receive() {
                self.take_in(report);
            }
            self.links[worker].flush();
        }
    }

    /// The counters of each worker.
    pub fn stats(&self) -> &[Arc<WorkerStats>] {
        &self.stats
    }

    fn take_in(&mut self, report: Report) {
        match report {
            Report::Talking { leg, on } => {
                if self.leg(leg).is_some() {
                    self.ready.push_back(Event::Talking { leg, on });
                }
            }
            Report::Level { leg, dbfs } => {
                if self.leg(leg).is_some() {
                    self.ready.push_back(Event::Level { leg, dbfs });
                }
            }
            Report::Played { playing } => self.end_clip(playing.serial),
            Report::Done(garbage) => drop(garbage),
        }
    }

    fn send_talk(&mut self, leg: LegId) {
        if let Some(record) = self.leg(leg) {
            let gain = if record.talking_allowed { record.talk_gain } else { 0.0 };
            self.links[leg.worker()].send(Command::SetTalk { leg, gain });
        }
    }

    pub(super) fn leg(&self, leg: LegId) -> Option<&LegRecord> {
        self.legs.get(leg.worker())?.get(leg.slot, leg.generation)
    }

    pub(super) fn leg_mut(&mut self, leg: LegId) -> Option<&mut LegRecord> {
        self.legs.get_mut(leg.worker())?.get_mut(leg.slot, leg.generation)
    }

    pub(super) fn room(&self, room: RoomId) -> Option<&RoomRecord> {
        self.rooms.get(room.slot, room.generation)
    }

    pub(super) fn room_mut(&mut self, room: RoomId) -> Option<&mut RoomRecord> {
        self.rooms.get_mut(room.slot, room.generation)
    }
}

/// A bit for each in a `u64`.
const MOST_WORKERS: usize = 64;

/// A `u16` for each.
const MOST_PLACES: usize = 65_536;
