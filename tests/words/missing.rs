//! A sound that is not installed is one warning and a short tone; a sentence with a hole is said in English.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use conclave::audio::{Clip, SampleRate};
use conclave::prompts::{Item, Mode, Prompts, Saying, SoundError, SoundFiles};
use conclave::room::{Phrase, Sound};
use crossbeam_channel::{Receiver, unbounded};

#[test]
fn a_missing_prompt_is_a_short_tone_and_is_looked_for_once() {
    let mut library = Library::with(&[]);
    let missing = [Sound::Prompt("conf-getpin")];
    let clips = library.fetch(&missing, "es");
    assert_eq!(clips.len(), 1);
    assert!(clips[0].samples.len() > 400, "a tone stands in its place");
    library.fetch(&missing, "es");
    assert_eq!(library.asked_for("es", "conf-getpin"), 1);
}

#[test]
fn a_phrase_is_its_files_in_their_order() {
    let mut library =
        Library::with(&[("es", "conclave-n-21-una", 1), ("es", "conclave-have-joined", 2), ("en", "conclave-n-20", 3)]);
    let clips = library.fetch(&[Sound::Phrase(Phrase::HaveJoined(21))], "es");
    assert_eq!(first_samples(&clips), [1, 2]);
}

#[test]
fn a_phrase_with_a_hole_is_said_in_english() {
    let mut library = Library::with(&[
        ("es", "conclave-have-joined", 1),
        ("en", "conclave-n-20", 2),
        ("en", "conclave-n-1", 3),
        ("en", "conclave-have-joined", 4),
    ]);
    let clips = library.fetch(&[Sound::Phrase(Phrase::HaveJoined(21))], "es");
    assert_eq!(first_samples(&clips), [2, 3, 4]);
}

#[test]
fn a_phrase_that_english_lacks_too_is_one_tone() {
    let mut library = Library::with(&[("en", "conclave-n-20", 2)]);
    let clips = library.fetch(&[Sound::Phrase(Phrase::HaveJoined(21))], "es");
    assert_eq!(clips.len(), 1);
    assert!(clips[0].samples.len() > 400);
}

#[test]
fn any_other_file_is_read_by_its_name() {
    let mut library = Library::with(&[("fr", "/var/spool/names/7", 9)]);
    let clips = library.fetch(&[Sound::File(Arc::from("/var/spool/names/7"))], "fr");
    assert_eq!(first_samples(&clips), [9]);
}

#[test]
fn a_number_alone_is_said_by_the_host_where_there_are_no_rules() {
    let mut library =
        Library::with(&[("sv", "seven", 1), ("sv", "digits/8", 4), ("en", "digits/7", 2), ("en", "digits/8", 3)]);
    let mut say = |phrase, language| first_samples(&library.fetch(&[Sound::Phrase(phrase)], language));
    assert_eq!(say(Phrase::Number(7), "sv"), [1]);
    assert_eq!(say(Phrase::Digits("77".into()), "sv"), [1, 1]);
    assert_eq!(say(Phrase::Number(7), "nl"), [2], "a language that it does not know");
    assert_eq!(say(Phrase::Number(8), "sv"), [3], "a file is missing");
    assert_eq!(say(Phrase::Number(7), "en"), [2]);
}

fn first_samples(clips: &[Arc<Clip>]) -> Vec<i16> {
    clips.iter().map(|clip| clip.samples[0]).collect()
}

struct Library {
    prompts: Prompts,
    loaded: Receiver<conclave::prompts::Loaded>,
    asked: Asked,
}

type Asked = Arc<Mutex<Vec<(String, String)>>>;

impl Library {
    /// Files by language and name, each with a first sample to know it by.
    fn with(files: &[(&str, &str, i16)]) -> Library {
        let files = files.iter().map(|(l, name, sample)| (((*l).to_owned(), (*name).to_owned()), *sample)).collect();
        let asked = Asked::default();
        let (answers, loaded) = unbounded();
        let files = Box::new(Files { files, asked: asked.clone() });
        Library { prompts: Prompts::new(files, Mode::Inline, answers, Box::new(|| ())), loaded, asked }
    }

    fn fetch(&mut self, sounds: &[Sound], language: &str) -> Vec<Arc<Clip>> {
        self.fetch_at(sounds, language, SampleRate::Hz8000)
    }

    fn fetch_at(&mut self, sounds: &[Sound], language: &str, rate: SampleRate) -> Vec<Arc<Clip>> {
        self.prompts.fetch(7, sounds.iter().cloned().map(Item::Sound).collect(), language, rate);
        let loaded = self.loaded.try_recv().expect("an answer comes in any case");
        assert_eq!(loaded.play, 7);
        loaded.clips
    }

    fn asked_for(&self, language: &str, name: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(l, n)| l == language && n == name).count()
    }
}

struct Files {
    files: HashMap<(String, String), i16>,
    asked: Asked,
}

impl SoundFiles for Files {
    fn load(&mut self, name: &str, language: &str, _rate: SampleRate) -> Result<Clip, SoundError> {
        let place = (language.to_owned(), name.to_owned());
        let sample = self.files.get(&place).copied();
        self.asked.lock().unwrap().push(place);
        let samples = Vec::from([sample.ok_or(SoundError::Missing)?]);
        Ok(Clip { rate: SampleRate::Hz8000, samples: samples.into() })
    }

    /// In Swedish alone, one word for each digit, of which it knows two.
    fn say(&mut self, number: &str, _: Saying, language: &str) -> Option<Vec<String>> {
        let word = |digit| if digit == '7' { "seven".to_owned() } else { "eight".to_owned() };
        (language == "sv").then(|| number.chars().map(word).collect())
    }
}
