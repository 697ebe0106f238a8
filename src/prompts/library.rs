//! The half that reads files, on whichever thread may wait for a disk.

use std::collections::HashSet;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};

use super::cache::{Cache, Key, Read};
use super::{Item, Loaded, Saying, SoundError, SoundFiles, tones, words};
use crate::audio::{Clip, SampleRate};
use crate::room::{Phrase, Sound};

pub(super) enum Request {
    Fetch { play: u64, items: Vec<Item>, voice: Voice },
    Music { play: u64, name: Arc<str> },
    Forget,
}

/// How sounds are said.
#[derive(Clone)]
pub(super) struct Voice {
    pub(super) language: Arc<str>,
    /// The rate of the ears they are for.
    pub(super) rate: SampleRate,
}

pub(super) struct Library {
    files: Box<dyn SoundFiles>,
    cache: Cache,
    /// Music files that could not be read, each tried and told once.
    bad_music: HashSet<Arc<str>>,
    /// Languages in which the host says no numbers.
    unsaid: HashSet<Arc<str>>,
    answers: Sender<Loaded>,
    wake: Box<dyn Fn() + Send>,
}

impl Library {
    pub(super) fn new(files: Box<dyn SoundFiles>, answers: Sender<Loaded>, wake: Box<dyn Fn() + Send>) -> Library {
        Library {
            files,
            cache: Cache::new(MOST_KEPT),
            bad_music: HashSet::new(),
            unsaid: HashSet::new(),
            answers,
            wake,
        }
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
                self.unsaid.clear();
                return;
            }
            Request::Fetch { play, items, voice } => {
                let mut clips = Vec::with_capacity(items.len());
                for item in items {
                    self.find(item, &voice, &mut clips);
                }
                (play, if clips.len() > MOST_CLIPS { vec![joined(&clips)] } else { clips })
            }
            Request::Music { play, name } => (play, Vec::from_iter(self.music(&name))),
        };
        let _ = self.answers.send(Loaded { play, clips });
        (self.wake)();
    }

    fn find(&mut self, item: Item, voice: &Voice, clips: &mut Vec<Arc<Clip>>) {
        let sound = match item {
            Item::Clip(clip) => return clips.push(clip),
            Item::Sound(sound) => sound,
        };
        clips.push(match sound {
            Sound::Prompt(name) => self.clip(name.into(), voice),
            Sound::File(name) => self.clip(name, voice),
            // Whoever asks knows the names; this is one that he does not know.
            Sound::Name(_) => self.clip(SOMEBODY.into(), voice),
            Sound::JoinTone => self.tone(JOIN_TONE, voice, tones::join),
            Sound::LeaveTone => self.tone(LEAVE_TONE, voice, tones::leave),
            Sound::Phrase(phrase) => return clips.append(&mut self.phrase(&phrase, voice)),
        });
    }

    /// A phrase of which a part is missing is said in English, rather than with holes.
    fn phrase(&mut self, phrase: &Phrase, voice: &Voice) -> Vec<Arc<Clip>> {
        let mut languages = vec![voice.language.clone(), ENGLISH.into()];
        if !words::has_rules(&voice.language) {
            match self.said_by_host(phrase, voice) {
                Some(Ok(clips)) => return clips,
                Some(Err(_)) => drop(languages.remove(0)),
                None => {}
            }
        }
        for language in languages {
            let names = words::files(phrase, &language);
            let voice = Voice { language, ..*voice };
            let read = names.iter().map(|name| self.read(name.as_ref().into(), &voice));
            if let Ok(clips) = read.collect() {
                return clips;
            }
        }
        vec![Arc::new(tones::missing(voice.rate))]
    }

    /// A number that is said alone, as the host says it. It is asked once for a language that it does not know.
    fn said_by_host(&mut self, phrase: &Phrase, voice: &Voice) -> Option<Result<Vec<Arc<Clip>>, SoundError>> {
        let (number, saying) = match phrase {
            Phrase::Number(number) => (number.to_string(), Saying::Number),
            Phrase::Digits(keys) if keys.bytes().all(|key| key.is_ascii_digit()) => (keys.clone(), Saying::Digits),
            _ => return None,
        };
        if self.unsaid.contains(&voice.language) {
            return None;
        }
        let Some(names) = self.files.say(&number, saying, &voice.language) else {
            self.unsaid.insert(voice.language.clone());
            return None;
        };
        Some(names.into_iter().map(|name| self.read(name.into(), voice)).collect())
    }

    fn clip(&mut self, name: Arc<str>, voice: &Voice) -> Arc<Clip> {
        self.read(name, voice).unwrap_or_else(|_| Arc::new(tones::missing(voice.rate)))
    }

    /// A tone that an administrator may replace with a file.
    fn tone(&mut self, name: &str, voice: &Voice, tone: fn(SampleRate) -> Clip) -> Arc<Clip> {
        let read = self.remembered(name.into(), voice, |error| error == SoundError::Broken);
        read.unwrap_or_else(|_| Arc::new(tone(voice.rate)))
    }

    fn read(&mut self, name: Arc<str>, voice: &Voice) -> Read {
        self.remembered(name, voice, |_| true)
    }

    /// Read once for each rate. What cannot be read is remembered too: one warning for each sound and language.
    fn remembered(&mut self, name: Arc<str>, voice: &Voice, is_worth_a_word: fn(SoundError) -> bool) -> Read {
        let key = |rate| -> Key { (voice.language.clone(), name.clone(), rate) };
        let (failed, found) = (key(None), key(Some(voice.rate)));
        if let Some(read) = self.cache.get(&found).or_else(|| self.cache.get(&failed)) {
            return read;
        }
        match self.files.load(&name, &voice.language, voice.rate) {
            Ok(clip) => {
                let clip = if clip.rate == voice.rate { clip } else { clip.resampled(voice.rate) };
                let read = Ok(Arc::new(clip));
                self.cache.put(found, &read);
                read
            }
            Err(error) => {
                if is_worth_a_word(error) {
                    log::warn!("sound '{name}' (language '{}') {}", voice.language, error.words());
                }
                self.cache.put(failed, &Err(error));
                Err(error)
            }
        }
    }

    /// Not remembered: whoever plays it keeps it as long as it is heard, and it is large. But what cannot be read is, for
    /// the host has words of its own for it at each attempt.
    fn music(&mut self, name: &Arc<str>) -> Option<Arc<Clip>> {
        if self.bad_music.contains(name) {
            return None;
        }
        match self.files.load(name, "", SampleRate::Hz48000) {
            Ok(clip) => Some(Arc::new(clip)),
            Err(error) => {
                self.bad_music.insert(name.clone());
                let why = match error {
                    SoundError::Missing => "is not there",
                    SoundError::Broken => "cannot be read as sound",
                };
                log::warn!("music file '{name}' {why}; callers hear the music class 'default' in its place");
                None
            }
        }
    }
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
/// "A participant".
const SOMEBODY: &str = "conclave-a-participant";

/// The language in which every phrase can be said.
const ENGLISH: &str = "en";

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
