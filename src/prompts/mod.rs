//! Sounds, from the host's files to clips the engine can play. Reading waits for a disk, so it
//! is done on a thread of its own; what was read stays in memory until [`Prompts::forget`], as long as others do not
//! need its place.

mod cache;
mod library;
mod tones;
pub mod words;

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, unbounded};

use crate::audio::{Clip, SampleRate};
use crate::room::Sound;
use library::{Library, Request, Voice};

/// The host's sound files.
pub trait SoundFiles: Send {
    /// Reads a sound by the host's rules for languages and formats: a name without language and ending, or a whole
    /// path without ending. An empty language is the host's default. May wait for a disk.
    ///
    /// It will be heard at `rate`: of several files of one sound the one that loses nothing of that and costs least. It
    /// is brought to that rate here, so any other will do.
    fn load(&mut self, name: &str, language: &str, rate: SampleRate) -> Result<Clip, SoundError>;

    /// The names of sounds for [`load`](Self::load) by which the host itself says a number, of digits only, in a language
    /// that has no rules in [`words`]. `None`: it does not.
    fn say(&mut self, _number: &str, _saying: Saying, _language: &str) -> Option<Vec<String>> {
        None
    }
}

/// How a number is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saying {
    /// As how many it is.
    Number,
    /// One digit after the other.
    Digits,
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

/// One piece of what shall be played.
#[derive(Clone, Debug)]
pub enum Item {
    /// To be read.
    Sound(Sound),
    /// There already: a recorded name.
    Clip(Arc<Clip>),
}

/// What was asked for by [`Prompts::fetch`] or [`Prompts::fetch_music`].
pub struct Loaded {
    /// The number given to it.
    pub play: u64,
    /// The pieces in their order, those that were read at the rate that was asked for; a tone stands for each that cannot
    /// be read. Music that cannot be read: nothing.
    pub clips: Vec<Arc<Clip>>,
}

/// The way to the sounds. Dropping it waits for a read in progress.
pub struct Prompts(Reader);

enum Reader {
    Thread { requests: Option<Sender<Request>>, thread: Option<JoinHandle<()>> },
    Inline(Box<Library>),
}

impl Prompts {
    /// Answers go to `answers`, followed by a call of `wake`.
    pub fn new(files: Box<dyn SoundFiles>, mode: Mode, answers: Sender<Loaded>, wake: Box<dyn Fn() + Send>) -> Prompts {
        let library = Library::new(files, answers, wake);
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

    /// Asks for sounds in a language, for ears of this rate; a [`Loaded`] with this number follows in any case.
    pub fn fetch(&mut self, play: u64, items: Vec<Item>, language: &str, rate: SampleRate) {
        self.request(Request::Fetch { play, items, voice: Voice { language: language.into(), rate } });
    }

    /// Asks for a file to be played over and over; a [`Loaded`] with this number follows in any case. It comes at the best
    /// rate that it has, for whoever hears it, and is not kept here.
    pub fn fetch_music(&mut self, play: u64, name: Arc<str>) {
        self.request(Request::Music { play, name });
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
