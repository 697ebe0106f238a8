//! Callers and a room in simulated time. Every prompt lasts two seconds, keys come a tenth of a second apart.
//!
//! [`Door`] drives an `Entry`, [`Hall`] a `Room`; both hold the driver's side of the contract and check the machine's:
//! that answers come once, that nothing comes after the last one, that nobody hears anything before he is seated or
//! after he is released. What came out is read as lines such as `"play conf-getpin"`.

#![allow(dead_code, unused_imports, reason = "each test uses a part")]

mod hall;
pub mod model;

pub use hall::Hall;

use conclave::room::{Conference, Entry, EntrySettings, Manner, Music, Options, Sound, entry};
use std::{sync::Arc, time::Duration};

pub const PROMPT: Duration = Duration::from_secs(2);
const KEY: Duration = Duration::from_millis(100);

pub fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// A conference without PINs, limit or music.
pub fn open() -> Conference {
    Conference::new("8000".parse().unwrap())
}

/// A conference with these PINs; empty for none.
pub fn guarded(pin: &str, leader_pin: &str) -> Conference {
    Conference { pin: pin.parse().ok(), leader_pin: leader_pin.parse().ok(), ..open() }
}

/// A conference where everybody, leaders too, is treated in this way.
pub fn treated(change: impl FnOnce(&mut Manner)) -> Conference {
    let mut manner = Manner::default();
    change(&mut manner);
    let manner = Arc::new(manner);
    Conference { everybody: manner.clone(), leaders: manner, ..open() }
}

pub fn with_music() -> Conference {
    let manner = Arc::new(Manner { music: Some(Music::Class("default".into())), ..Manner::default() });
    Conference { everybody: manner.clone(), leaders: manner, ..open() }
}

fn names(sounds: &[Sound]) -> String {
    assert!(!sounds.is_empty(), "an empty list of sounds");
    let name = |sound: &Sound| {
        match sound {
            Sound::Prompt(name) => *name,
            Sound::JoinTone => "join-tone",
            Sound::LeaveTone => "leave-tone",
            Sound::File(name) => name,
            Sound::Name(member) => return format!("name-{member}"),
            Sound::Phrase(phrase) => return format!("{phrase:?}"),
        }
        .to_owned()
    };
    sounds.iter().map(name).collect::<Vec<_>>().join(" ")
}

fn length(sounds: &[Sound]) -> Duration {
    PROMPT * u32::try_from(sounds.len()).unwrap()
}

/// One caller on his way in.
pub struct Door {
    pub entry: Entry,
    pub now: Duration,
    /// Set to false for a driver that never reports the end of a sound.
    pub reports_played: bool,
    ends_playing: Option<Duration>,
    wake: Option<Duration>,
    answered: bool,
    lines: Vec<String>,
}

impl Door {
    pub fn new(conference: impl Into<Option<Conference>>, options: &str) -> Self {
        Self::patient(conference, options, EntrySettings::default())
    }

    pub fn patient(conference: impl Into<Option<Conference>>, options: &str, settings: EntrySettings) -> Self {
        let options = Options::parse(options).unwrap();
        let now = seconds(100.0);
        let entry = Entry::new(now, conference.into().map(Arc::new), options, settings);
        let mut door = Self::before_first_poll(entry, now);
        door.drain();
        door
    }

    pub fn before_first_poll(entry: Entry, now: Duration) -> Self {
        Self { entry, now, reports_played: true, ends_playing: None, wake: None, answered: false, lines: Vec::new() }
    }

    pub fn input(&mut self, input: entry::Input) {
        self.entry.handle(self.now, input);
        self.drain();
    }

    /// Presses these keys one after the other.
    pub fn keys(&mut self, keys: &str) {
        for key in keys.chars() {
            self.wait(KEY);
            self.input(entry::Input::Digit(key));
        }
    }

    /// Lets time pass; sounds end and alarms ring when they should.
    pub fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let ends = self.ends_playing.filter(|_| self.reports_played);
            let next = ends.into_iter().chain(self.wake).min();
            let Some(next) = next.filter(|next| *next <= until) else {
                break;
            };
            self.now = self.now.max(next);
            if ends == Some(next) {
                self.ends_playing = None;
                self.input(entry::Input::Played);
            } else {
                self.input(entry::Input::Wake);
                let rings_again = self.wake.is_some_and(|wake| wake <= self.now);
                assert!(!rings_again, "it wants to be woken in the past");
            }
        }
        self.now = until;
    }

    /// What came out since the last look.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    pub fn answered(&self) -> bool {
        self.answered
    }

    fn drain(&mut self) {
        loop {
            let output = self.entry.poll();
            let idles = matches!(output, entry::Output::Idle);
            assert!(idles || !self.answered, "{output:?} after the answer");
            let line = match output {
                entry::Output::Play(sounds) => {
                    self.ends_playing = Some(self.now + length(&sounds));
                    format!("play {}", names(&sounds))
                }
                entry::Output::StopPlaying => {
                    let playing = self.ends_playing.take();
                    assert!(playing.is_some(), "stops what does not play");
                    "stop".into()
                }
                entry::Output::Join(role) => {
                    assert!(self.ends_playing.is_none(), "joins while a prompt plays");
                    self.answered = true;
                    format!("join {role}")
                }
                entry::Output::Done(result) => {
                    self.ends_playing = None;
                    self.answered = true;
                    format!("done {result}")
                }
                entry::Output::WakeAt(at) => {
                    self.wake = Some(at);
                    return;
                }
                entry::Output::Idle => {
                    self.wake = None;
                    return;
                }
            };
            self.lines.push(line);
        }
    }
}
