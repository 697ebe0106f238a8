//! (to come)
use std::sync::Arc;

use super::{
    Capacity, Codec, Event, Full, LegId, MusicFeed, MusicId, RoomId, Target, Worker, WorkerStats,
};
use crate::audio::{Clip, Decibels, SampleRate};

/// Makes an engine: one control half and as many audio halves as there are media workers.
pub fn new(_capacity: Capacity) -> (Control, Vec<Worker>) {
    unimplemented!()
}

/// The control half: owned by one thread that is not a media worker.
///
/// Nothing here waits for the audio side; what cannot be handed over at once is kept and handed over by
/// [`collect`](Self::collect), which therefore has to be called regularly (every tick or so).
/// Ids of what was removed are ignored everywhere.
pub struct Control {}

#[allow(unused_variables, reason = "signatures come first")]
impl Control {
    /// Adds a leg to a worker; it is in no room, talks to nobody and hears silence.
    pub fn add_leg(&mut self, worker: usize, codec: Codec) -> Result<LegId, Full> {
        unimplemented!()
    }
    /// Removes a leg. Clips that it had not heard to the end count as played.
    pub fn remove_leg(&mut self, leg: LegId) {
        unimplemented!()
    }
    /// Adds a room.
    pub fn add_room(&mut self) -> Result<RoomId, Full> {
        unimplemented!()
    }
    /// Removes a room; its legs go on alone.
    pub fn remove_room(&mut self, room: RoomId) {
        unimplemented!()
    }
    /// Seats a leg in a room, taking it out of another.
    pub fn seat(&mut self, leg: LegId, room: RoomId) {
        unimplemented!()
    }
    /// Takes a leg out of its room; it goes on alone with its prompts and music.
    pub fn unseat(&mut self, leg: LegId) {
        unimplemented!()
    }
    /// Mutes (`false`) or unmutes a leg.
    pub fn set_talking_allowed(&mut self, leg: LegId, allowed: bool) {
        unimplemented!()
    }
    /// How loud a leg is in the room.
    pub fn set_talk_gain(&mut self, leg: LegId, gain: Decibels) {
        unimplemented!()
    }
    /// How loud the room is for this leg.
    pub fn set_listen_gain(&mut self, leg: LegId, gain: Decibels) {
        unimplemented!()
    }
    /// Plays a clip after those that already play or wait there.
    pub fn play(&mut self, to: Target, clip: Arc<Clip>, token: u64) -> Result<(), Full> {
        unimplemented!()
    }
    /// Fades out what plays and drops what waits.
    pub fn stop(&mut self, to: Target) {
        unimplemented!()
    }
    /// Adds a stream of music, and its feed for the thread that decodes it.
    pub fn add_music(&mut self, rate: SampleRate) -> Result<(MusicId, MusicFeed), Full> {
        unimplemented!()
    }
    /// Removes a stream of music; those who hear it hear it no more.
    pub fn remove_music(&mut self, music: MusicId) {
        unimplemented!()
    }
    /// The music that a leg hears, faded in and out.
    pub fn set_music(&mut self, leg: LegId, music: Option<MusicId>) {
        unimplemented!()
    }
    /// The next thing that the audio side told.
    pub fn poll_event(&mut self) -> Option<Event> {
        unimplemented!()
    }
    /// Hands over commands that had to wait, and drops what the audio side is done with.
    pub fn collect(&mut self) {
        unimplemented!()
    }
    /// The counters of each worker.
    pub fn stats(&self) -> &[Arc<WorkerStats>] {
        unimplemented!()
    }
}
