//! Sounds, from the host's files to clips the engine can play. Reading waits for a disk, so it
//! is done on a thread of its own; what was read once stays in memory until [`Prompts::forget`].

mod tones;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::audio::Clip;
use crate::room::Sound;

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
    clips: HashMap<(String, &'static str), Arc<Clip>>,
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
                let clips = sounds.iter().map(|sound| self.clip(sound, &language)).collect();
                let _ = self.answers.send(Loaded { play, clips });
                (self.wake)();
            }
        }
    }

    fn clip(&mut self, sound: &Sound, language: &str) -> Arc<Clip> {
        let (name, instead) = match sound {
            Sound::Prompt(name) => (*name, None),
            Sound::JoinTone => (JOIN_TONE, Some(tones::join as fn() -> Clip)),
            Sound::LeaveTone => (LEAVE_TONE, Some(tones::leave as fn() -> Clip)),
            Sound::File(_) | Sound::Name(_) | Sound::Phrase(_) => (LEAVE_TONE, None),
        };
        match self.clips.entry((language.to_owned(), name)) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let clip = self.files.load(name, language).unwrap_or_else(|error| {
                    // Once for each sound and language: the tone is remembered in its place.
                    if instead.is_none() || error == SoundError::Broken {
                        log::warn!("sound '{name}' (language '{language}') {}", error.words());
                    }
                    instead.unwrap_or(tones::missing)()
                });
                unknown.insert(Arc::new(clip)).clone()
            }
        }
    }
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
