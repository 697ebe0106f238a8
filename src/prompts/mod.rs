//! Sounds, from the host's files to clips the engine can play. Reading waits for a disk, so it
//! is done on a thread of its own; what was read once stays in memory until [`Prompts::forget`].

mod tones;
pub mod words;

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::audio::Clip;
use crate::room::{Phrase, Sound};

/// The host's sound files.
pub trait SoundFiles: Send {
    /// Reads a sound by the host's rules for languages and formats. May wait for a disk.
    fn load(&mut self, name: &str, language: &str) -> Result<Clip, SoundError>;
}

/// Why a sound could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundError {
    /// No file of that name in any language or format that the host tries.
    Missing,
    /// There is a file, but it is no sound.
    Broken,
}

/// Where files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On a thread of their own: for hosts in real time.
    Thread,
    /// Where they are asked for: for hosts that step the service by hand.
    Inline,
}

/// What was asked for by [`Prompts::fetch`].
pub struct Loaded {
    /// The number given to [`Prompts::fetch`].
    pub play: u64,
    /// The sounds in their order; a tone stands for each that cannot be read.
    pub clips: Vec<Arc<Clip>>,
}

/// The way to the sounds. Dropping it waits for a read in progress.
pub struct Prompts(Reader);

enum Reader {
    Thread { requests: Option<Sender<Request>>, thread: Option<JoinHandle<()>> },
    Inline(Box<Library>),
}

enum Request {
    Fetch { play: u64, sounds: Vec<Sound>, language: String },
    Forget,
}

impl Prompts {
    /// Answers go to `answers`, followed by a call of `wake`.
    pub fn new(files: Box<dyn SoundFiles>, mode: Mode, answers: Sender<Loaded>, wake: Box<dyn Fn() + Send>) -> Prompts {
        let library = Library { files, clips: HashMap::new(), answers, wake };
        Prompts(match mode {
            Mode::Inline => Reader::Inline(Box::new(library)),
            Mode::Thread => {
                let (sender, requests) = unbounded();
                let thread = thread::Builder::new()
                    .name("conclave-sounds".into())
                    .spawn(move || library.serve(&requests))
                    .expect("a thread can be made");
                Reader::Thread { requests: Some(sender), thread: Some(thread) }
            }
        })
    }

    /// Asks for sounds in a language; a [`Loaded`] with this number follows in any case.
    pub fn fetch(&mut self, play: u64, sounds: Vec<Sound>, language: &str) {
        self.request(Request::Fetch { play, sounds, language: language.to_owned() });
    }

    /// Reads every file anew from now on: an administrator may have replaced it.
    pub fn forget(&mut self) {
        self.request(Request::Forget);
    }

    fn request(&mut self, request: Request) {
        match &mut self.0 {
            Reader::Thread { requests, .. } => {
                if let Some(requests) = requests {
                    // The thread lives as long as this sender.
                    let _ = requests.send(request);
                }
            }
            Reader::Inline(library) => library.answer(request),
        }
    }
}

impl Drop for Prompts {
    fn drop(&mut self) {
        if let Reader::Thread { requests, thread } = &mut self.0 {
            drop(requests.take());
            if let Some(thread) = thread.take() {
                let _ = thread.join();
            }
        }
    }
}

struct Library {
    files: Box<dyn SoundFiles>,
    clips: HashMap<(String, String), Result<Arc<Clip>, SoundError>>,
    answers: Sender<Loaded>,
    wake: Box<dyn Fn() + Send>,
}

impl Library {
    fn serve(mut self, requests: &Receiver<Request>) {
        for request in requests {
            self.answer(request);
        }
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Forget => self.clips.clear(),
            Request::Fetch { play, sounds, language } => {
                let clips = sounds.iter().flat_map(|sound| self.clips(sound, &language)).collect();
                let _ = self.answers.send(Loaded { play, clips });
                (self.wake)();
            }
        }
    }

    fn clips(&mut self, sound: &Sound, language: &str) -> Vec<Arc<Clip>> {
        match sound {
            Sound::Prompt(name) => vec![self.clip(name, language)],
            Sound::File(name) => vec![self.clip(name, language)],
            Sound::Name(_) => vec![self.clip(SOMEBODY, language)],
            Sound::JoinTone => vec![self.tone(JOIN_TONE, language, tones::join)],
            Sound::LeaveTone => vec![self.tone(LEAVE_TONE, language, tones::leave)],
            Sound::Phrase(phrase) => self.phrase(phrase, language),
        }
    }

    /// A phrase of which a part is missing is said in English, rather than with holes.
    fn phrase(&mut self, phrase: &Phrase, language: &str) -> Vec<Arc<Clip>> {
        for language in [language, ENGLISH] {
            let names = words::files(phrase, language);
            if let Ok(clips) = names.iter().map(|name| self.read(name, language)).collect() {
                return clips;
            }
        }
        vec![Arc::new(tones::missing())]
    }

    fn clip(&mut self, name: &str, language: &str) -> Arc<Clip> {
        self.read(name, language).unwrap_or_else(|_| Arc::new(tones::missing()))
    }

    /// A tone that an administrator may replace with a file.
    fn tone(&mut self, name: &str, language: &str, tone: fn() -> Clip) -> Arc<Clip> {
        let place = (language.to_owned(), name.to_owned());
        let files = &mut self.files;
        let clip = self.clips.entry(place).or_insert_with(|| match files.load(name, language) {
            Err(SoundError::Missing) => Ok(Arc::new(tone())),
            Err(error) => {
                warn(name, language, error);
                Ok(Arc::new(tone()))
            }
            Ok(clip) => Ok(Arc::new(clip)),
        });
        clip.clone().unwrap_or_else(|_| Arc::new(tone()))
    }

    /// What cannot be read is remembered too: one warning for each sound and language.
    fn read(&mut self, name: &str, language: &str) -> Result<Arc<Clip>, SoundError> {
        let place = (language.to_owned(), name.to_owned());
        let files = &mut self.files;
        let read = || files.load(name, language).map(Arc::new).inspect_err(|error| warn(name, language, *error));
        self.clips.entry(place).or_insert_with(read).clone()
    }
}

fn warn(name: &str, language: &str, error: SoundError) {
    log::warn!("sound '{name}' (language '{language}') {}", error.words());
}

impl SoundError {
    fn words(self) -> &'static str {
        match self {
            SoundError::Missing => "is not installed; callers hear a short tone in its place",
            SoundError::Broken => "cannot be read as sound; callers hear a short tone in its place",
        }
    }
}

/// Whose words every other language falls back to.
const ENGLISH: &str = "en";

const JOIN_TONE: &str = "conclave-join";
const LEAVE_TONE: &str = "conclave-leave";
/// Stands for a name that nobody recorded.
const SOMEBODY: &str = "conclave-a-participant";
