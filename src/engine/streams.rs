//! What the control half does about music.

use std::sync::Arc;

use super::command::Command;
use super::control::Control;
use super::feed::MusicFeed;
use super::forms::Forms;
use super::ids::{LegId, MusicId};
use super::music::{MusicOutlet, MusicStream, music_ring};
use super::types::Full;
use crate::audio::{Clip, SampleRate};

/// What is known of a stream of music.
pub(super) struct MusicRecord {
    rate: SampleRate,
    /// For each rate, the workers (bits) that have this music at it.
    heard_at: [u64; SampleRate::ALL.len()],
    /// In which coded forms legs hear it.
    forms: Forms,
}

impl Control {
    /// Adds a stream of music, and its feed for the thread that decodes it.
    pub fn add_music(&mut self, rate: SampleRate) -> Result<(MusicId, MusicFeed), Full> {
        let music = self.insert_music(rate)?;
        let (feed, streams) = music_ring(music.generation, rate, self.links.len());
        self.send_streams(music, streams);
        Ok((music, feed))
    }

    /// Adds a clip as music: played over and over without a seam, on each worker by itself, with no feed.
    ///
    /// A clip without samples is silence.
    pub fn add_music_clip(&mut self, clip: Arc<Clip>) -> Result<MusicId, Full> {
        let music = self.insert_music(clip.rate)?;
        let streams = self.links.iter().map(|_| MusicStream::looped(music.generation, clip.clone())).collect();
        self.send_streams(music, streams);
        Ok(music)
    }

    /// Removes a stream of music; those who hear it hear it no more.
    pub fn remove_music(&mut self, music: MusicId) {
        if self.music.remove(music.slot, music.generation).is_some() {
            for link in &mut self.links {
                link.send(Command::RemoveMusic { music });
            }
        }
    }

    /// The music that a leg hears, faded in and out over 100 ms.
    pub fn set_music(&mut self, leg: LegId, music: Option<MusicId>) {
        let Some((codec, heard)) = self.leg(leg).map(|record| (record.codec, record.music)) else {
            return;
        };
        if music.is_some() && music == heard {
            return;
        }
        let rate = codec.rate();
        let (mut outlet, mut new_form) = (None, None);
        if let Some(music) = music {
            let Some(record) = self.music.get_mut(music.slot, music.generation) else {
                return;
            };
            new_form = record.forms.enter(leg.worker, codec);
            let workers = &mut record.heard_at[rate.index()];
            if *workers & (1 << leg.worker) == 0 {
                *workers |= 1 << leg.worker;
                outlet = Some(Box::new(MusicOutlet::new(rate, record.rate)));
            }
        }
        let coding = new_form.and_then(|coded| self.shared_coding(coded));
        self.links[leg.worker()].send(Command::SetMusic { leg, music, outlet, coding });
        self.leave_music(leg);
        if let Some(record) = self.leg_mut(leg) {
            record.music = music;
        }
    }

    /// What encodes music in a form that only this leg hears it in is needed no more.
    pub(super) fn leave_music(&mut self, leg: LegId) {
        let heard = self.leg_mut(leg).and_then(|record| Some((record.codec, record.music.take()?)));
        let Some((codec, music)) = heard else {
            return;
        };
        let record = self.music.get_mut(music.slot, music.generation);
        if let Some(coded) = record.and_then(|record| record.forms.leave(leg.worker, codec)) {
            self.links[leg.worker()].send(Command::UncodeMusic { music, coded });
        }
    }

    fn insert_music(&mut self, rate: SampleRate) -> Result<MusicId, Full> {
        let mut record = MusicRecord { rate, heard_at: [0; SampleRate::ALL.len()], forms: Forms::default() };
        record.heard_at[rate.index()] = u64::MAX;
        let (slot, generation) = self.music.insert(record).ok_or(Full)?;
        Ok(MusicId { slot, generation })
    }

    /// Sends each worker its own.
    fn send_streams(&mut self, music: MusicId, streams: Vec<MusicStream>) {
        for (link, stream) in self.links.iter_mut().zip(streams) {
            link.send(Command::AddMusic { slot: music.slot, stream: Box::new(stream) });
        }
    }
}
