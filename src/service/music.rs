//! Music: each class and each file once for all who hear it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::announce::PlayTo;
use super::{CallId, Host, Service};
use crate::audio::{Clip, SampleRate};
use crate::engine::MusicId;
use crate::room::Music;

/// Music that somebody hears.
pub(super) struct Playing {
    /// `None` while its file is being read.
    id: Option<MusicId>,
    /// Of a class, the best that one of its listeners could use since it began: when he goes, the others shall not
    /// notice.
    rate: SampleRate,
    listeners: BTreeSet<CallId>,
}

/// It is not heard: the engine has no place for it.
struct Silent;

impl<H: Host> Service<H> {
    /// What a call hears while it waits.
    pub(super) fn set_music(&mut self, id: CallId, music: Option<Music>) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.music == music {
            return;
        }
        let (before, leg) = (call.music.take(), call.leg);
        let playing = music.as_ref().map(|music| self.listen(id, music));
        self.engine.set_music(leg, playing.as_ref().and_then(|playing| playing.as_ref().ok().copied().flatten()));
        if let (Some(Ok(_)), Some(call)) = (playing, self.calls.get_mut(&id)) {
            call.music = music;
        }
        if let Some(before) = before {
            self.stop_listening(id, &before);
        }
    }

    /// One more who hears this.
    fn listen(&mut self, id: CallId, music: &Music) -> Result<Option<MusicId>, Silent> {
        let rate = self.calls.get(&id).map(|call| call.rate).unwrap_or_default();
        if let Some(playing) = self.music.get_mut(music) {
            playing.listeners.insert(id);
            if let Music::Class(class) = music
                && playing.rate < rate
            {
                self.play_better(class, rate);
            }
            return Ok(self.music.get(music).and_then(|playing| playing.id));
        }
        let stream = match music {
            Music::Class(class) => match self.engine.add_music(rate) {
                Ok((stream, feed)) => {
                    self.host.start_music(class, feed);
                    Some(stream)
                }
                Err(full) => {
                    log::warn!("music class '{class}' is not heard: {full}");
                    return Err(Silent);
                }
            },
            Music::File(name) => {
                let play = self.next_play;
                self.next_play += 1;
                self.plays.insert(play, PlayTo::Music(music.clone()));
                self.prompts.fetch_music(play, name.clone());
                None
            }
        };
        self.music.insert(music.clone(), Playing { id: stream, rate, listeners: BTreeSet::from([id]) });
        Ok(stream)
    }

    /// A call can hear more than it could before: so does its music, from now on.
    pub(super) fn suit_music(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        if let Some(Music::Class(class)) = call.music.clone()
            && self.music.get(&Music::Class(class.clone())).is_some_and(|playing| playing.rate < call.rate)
        {
            self.play_better(&class, call.rate);
        }
    }

    /// A class goes on at a better rate, for all who hear it.
    fn play_better(&mut self, class: &Arc<str>, rate: SampleRate) {
        let Some(playing) = self.music.get_mut(&Music::Class(class.clone())) else { return };
        // Without a place for one more it stays as it is.
        let Ok((stream, feed)) = self.engine.add_music(rate) else { return };
        playing.rate = rate;
        let before = playing.id.replace(stream);
        for call in playing.listeners.iter().filter_map(|id| self.calls.get(id)) {
            self.engine.set_music(call.leg, Some(stream));
        }
        if let Some(before) = before {
            self.engine.remove_music(before);
        }
        self.host.start_music(class, feed);
    }

    fn stop_listening(&mut self, id: CallId, music: &Music) {
        let Some(playing) = self.music.get_mut(music) else { return };
        playing.listeners.remove(&id);
        if playing.listeners.is_empty() {
            if let Some(stream) = playing.id {
                self.engine.remove_music(stream);
            }
            if let Music::Class(class) = music {
                self.host.stop_music(class);
            }
            self.music.remove(music);
        }
    }

    /// A music file was read; without a clip it could not be.
    pub(super) fn music_loaded(&mut self, music: &Music, clip: Option<Arc<Clip>>) {
        let Some(playing) = self.music.get_mut(music).filter(|playing| playing.id.is_none()) else { return };
        let Some(clip) = clip else {
            // Nobody shall wait in silence.
            for id in playing.listeners.clone() {
                self.set_music(id, Some(Music::Class(INSTEAD.into())));
            }
            return;
        };
        match self.engine.add_music_clip(clip) {
            Ok(stream) => {
                playing.id = Some(stream);
                for call in playing.listeners.iter().filter_map(|id| self.calls.get(id)) {
                    self.engine.set_music(call.leg, Some(stream));
                }
            }
            Err(full) => log::warn!("music from a file is not heard: {full}"),
        }
    }
}

/// The class that is heard instead of a file that cannot be read: the one that every PBX has.
const INSTEAD: &str = "default";
