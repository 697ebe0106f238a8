//! A sound is read once for each rate at which it is heard, and comes at that rate.

use std::sync::{Arc, Mutex};

use conclave::audio::{Clip, SampleRate};
use conclave::prompts::{Item, Mode, Prompts, SoundError, SoundFiles};
use conclave::room::Sound;
use crossbeam_channel::{Receiver, unbounded};

const NARROW: SampleRate = SampleRate::Hz8000;
const WIDE: SampleRate = SampleRate::Hz16000;
const FULL: SampleRate = SampleRate::Hz48000;

#[test]
fn each_rate_has_its_own_file_read_once() {
    let mut library = Library::new();
    for rate in [NARROW, WIDE, NARROW, WIDE] {
        assert_eq!(library.fetch(Sound::Prompt("in-two-rates"), rate), (rate, second_of(rate)));
    }
    assert_eq!(library.asked(), [("in-two-rates", NARROW), ("in-two-rates", WIDE)]);
}

#[test]
fn what_has_no_file_of_the_rate_is_brought_to_it_once() {
    let mut library = Library::new();
    for _ in 0..2 {
        assert_eq!(library.fetch(Sound::Prompt("in-two-rates"), FULL), (FULL, second_of(FULL)));
    }
    assert_eq!(library.asked(), [("in-two-rates", FULL)]);
}

#[test]
fn what_is_missing_is_looked_for_once_and_its_tone_has_the_rate() {
    let mut library = Library::new();
    for rate in [NARROW, WIDE, FULL] {
        assert_eq!(library.fetch(Sound::Prompt("nowhere"), rate).0, rate);
        assert_eq!(library.fetch(Sound::JoinTone, rate).0, rate);
    }
    assert_eq!(library.asked(), [("nowhere", NARROW), ("conclave-join", NARROW)]);
}

#[test]
fn music_comes_at_the_best_rate_that_it_has() {
    let mut library = Library::new();
    library.prompts.fetch_music(1, "in-two-rates".into());
    assert_eq!(library.loaded().rate, WIDE);
    assert_eq!(library.asked(), [("in-two-rates", FULL)]);
}

fn second_of(rate: SampleRate) -> usize {
    rate.hz() as usize
}

struct Library {
    prompts: Prompts,
    loaded: Receiver<conclave::prompts::Loaded>,
    asked: Asked,
}

type Asked = Arc<Mutex<Vec<(String, SampleRate)>>>;

impl Library {
    fn new() -> Library {
        let asked = Asked::default();
        let (answers, loaded) = unbounded();
        let files = Box::new(Files(asked.clone()));
        Library { prompts: Prompts::new(files, Mode::Inline, answers, Box::new(|| ())), loaded, asked }
    }

    fn fetch(&mut self, sound: Sound, rate: SampleRate) -> (SampleRate, usize) {
        self.prompts.fetch(1, vec![Item::Sound(sound)], "en", rate);
        let clip = self.loaded();
        (clip.rate, clip.samples.len())
    }

    fn loaded(&self) -> Arc<Clip> {
        let loaded = self.loaded.try_recv().expect("an answer comes in any case");
        loaded.clips.into_iter().next().expect("one sound was asked for")
    }

    fn asked(&self) -> Vec<(&'static str, SampleRate)> {
        let names = ["in-two-rates", "nowhere", "conclave-join"];
        let asked = self.asked.lock().unwrap();
        let known = |name: &str| *names.iter().find(|known| **known == name).expect("a name of this test");
        asked.iter().map(|(name, rate)| (known(name), *rate)).collect()
    }
}

/// One sound, a second long, at 8 and at 16 kHz.
struct Files(Asked);

impl SoundFiles for Files {
    fn load(&mut self, name: &str, _language: &str, rate: SampleRate) -> Result<Clip, SoundError> {
        self.0.lock().unwrap().push((name.to_owned(), rate));
        if name != "in-two-rates" {
            return Err(SoundError::Missing);
        }
        Ok(Clip::silence(rate.min(WIDE), 1000))
    }
}
