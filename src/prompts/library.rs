//! The half that reads files, on whichever thread may wait for a disk.

use std::collections::HashSet;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};

use super::cache::{Cache, Key};
use super::{Item, Loaded, SoundError, SoundFiles, tones};
use crate::audio::{Clip, SampleRate};
use crate::room::{Phrase, Sound};

pub(super) enum Request {
    Fetch { play: u64, items: Vec<Item>, language: Arc<str> },
    Music { play: u64, name: Arc<str> },
    Forget,
}

pub(super) struct Library {
    files: Box<dyn SoundFiles>,
    cache: Cache,
    /// Music files that could not be read, each told once.
    bad_music: HashSet<Arc<str>>,
    answers: Sender<Loaded>,
    wake: Box<dyn Fn() + Send>,
}

impl Library {
    pub(super) fn new(files: Box<dyn SoundFiles>, answers: Sender<Loaded>, wake: Box<dyn Fn() + Send>) -> Library {
        Library { files, cache: Cache::new(MOST_KEPT), bad_music: HashSet::new(), answers, wake }
    }

    pub(super) fn serve(mut self, requests: &Receiver<Request>) {
        for request in requests {
            self.answer(request);
        }
    }

    pub(super) fn answer(&mut self, request: Request) {
        let (play, clips) = match request {
            Request::Forget => {
                self.cache.clear();
                self.bad_music.clear();
                return;
            }
            Request::Fetch { play, items, language } => {
                let mut clips = Vec::with_capacity(items.len());
                for item in items {
                    self.find(item, &language, &mut clips);
                }
                (play, if clips.len() > MOST_CLIPS { vec![joined(&clips)] } else { clips })
            }
            Request::Music { play, name } => (play, Vec::from_iter(self.music(&name))),
        };
        let _ = self.answers.send(Loaded { play, clips });
        (self.wake)();
    }

    fn find(&mut self, item: Item, language: &Arc<str>, clips: &mut Vec<Arc<Clip>>) {
        match item {
            Item::Clip(clip) => clips.push(clip),
            Item::Sound(Sound::JoinTone) => clips.push(self.file(JOIN_TONE.into(), language, Some(tones::join))),
            Item::Sound(Sound::LeaveTone) => clips.push(self.file(LEAVE_TONE.into(), language, Some(tones::leave))),
            Item::Sound(Sound::Prompt(name)) => clips.push(self.file(name.into(), language, None)),
            Item::Sound(Sound::File(name)) => clips.push(self.file(name, language, None)),
            // Whoever asks knows the names; this is one that he does not know.
            Item::Sound(Sound::Name(_)) => clips.push(self.file(A_PARTICIPANT.into(), language, None)),
            Item::Sound(Sound::Phrase(phrase)) => {
                for name in files(&phrase, language) {
                    clips.push(self.file(name, language, None));
                }
            }
        }
    }

    fn file(&mut self, name: Arc<str>, language: &Arc<str>, instead: Option<fn() -> Clip>) -> Arc<Clip> {
        let key: Key = (language.clone(), name);
        if let Some(clip) = self.cache.get(&key) {
            return clip;
        }
        let name = &key.1;
        let clip = self.files.load(name, language).unwrap_or_else(|error| {
            // Once for each sound and language: the tone is remembered in its place.
            if instead.is_none() || error == SoundError::Broken {
                log::warn!("sound '{name}' (language '{language}') {}", error.words());
            }
            instead.unwrap_or(tones::missing)()
        });
        let clip = Arc::new(clip);
        self.cache.put(key, &clip);
        clip
    }

    /// Not remembered: whoever plays it keeps it as long as it is heard, and it is large.
    fn music(&mut self, name: &Arc<str>) -> Option<Arc<Clip>> {
        match self.files.load(name, "") {
            Ok(clip) => Some(Arc::new(clip)),
            Err(error) => {
                if self.bad_music.insert(name.clone()) {
                    let why = match error {
                        SoundError::Missing => "is not there",
                        SoundError::Broken => "cannot be read as sound",
                    };
                    log::warn!("music file '{name}' {why}; callers hear the music class 'default' in its place");
                }
                None
            }
        }
    }
}

/// The files of a sentence with a number in it.
fn files(_phrase: &Phrase, _language: &str) -> Vec<Arc<str>> {
    vec!["conclave-phrase".into()]
}

/// One clip of many, at the highest of their rates: the engine queues only so many.
fn joined(clips: &[Arc<Clip>]) -> Arc<Clip> {
    let rate = clips.iter().map(|clip| clip.rate).max().unwrap_or(SampleRate::Hz8000);
    let mut samples = Vec::new();
    for clip in clips {
        if clip.rate == rate {
            samples.extend_from_slice(&clip.samples);
        } else {
            samples.extend_from_slice(&clip.resampled(rate).samples);
        }
    }
    Arc::new(Clip { rate, samples: samples.into() })
}

impl SoundError {
    fn words(self) -> &'static str {
        match self {
            SoundError::Missing => "is not installed; callers hear a short tone in its place",
            SoundError::Broken => "cannot be read as sound; callers hear a short tone in its place",
        }
    }
}

const JOIN_TONE: &str = "conclave-join";
const LEAVE_TONE: &str = "conclave-leave";
const A_PARTICIPANT: &str = "conclave-participant";

/// 64 MB: an hour of prompts at 8 kHz.
const MOST_KEPT: usize = 64 << 20;

/// More than these are handed over in one piece.
const MOST_CLIPS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_clips_follow_each_other_at_the_highest_rate() {
        let clip = |rate, samples: &[i16]| Arc::new(Clip { rate, samples: samples.into() });
        let all = joined(&[
            clip(SampleRate::Hz16000, &[1, 2]),
            clip(SampleRate::Hz8000, &[0; 160]),
            clip(SampleRate::Hz16000, &[3]),
        ]);
        assert_eq!((all.rate, all.samples.len()), (SampleRate::Hz16000, 2 + 320 + 1));
        assert_eq!((&all.samples[..2], all.samples[322]), (&[1i16, 2][..], 3));
    }
}
