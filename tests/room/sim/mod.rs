//! Callers and a room in simulated time. Every prompt lasts two seconds, keys come a tenth of a second apart.
//!
//! [`Door`] drives an `Entry`, [`Hall`] a `Room`; both hold the driver's side of the contract and check the machine's:
//! that answers come once, that nothing comes after the last one, that nobody hears anything before he is seated or
//! after he is released. What came out is read as lines such as `"play conf-getpin"`.

#![allow(dead_code, unused_imports, reason = "each test uses a part")]

mod hall;
pub mod model;

#[allow(unused_imports, reason = "each test uses a part")]
pub use hall::Hall;

use conclave::room::{
    CallResult, Conference, Doorway, DoorwayKind, Entry, EntrySettings, Found, Manner, MemberId, Music, Options, Query,
    Sound, entry,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

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

/// What an entry's queries are answered from.
#[derive(Clone)]
pub enum Book {
    /// This conference, and nothing else.
    One(Arc<Conference>),
    /// A doorway, and what is behind it by the keyed number; callers open what is not there.
    Behind(Arc<Doorway>, BTreeMap<String, Arc<Conference>>),
    /// Nothing, for this reason.
    Nothing(CallResult),
}

/// A dynamic doorway.
pub fn dynamic(opener_leads: bool, template: Conference) -> Book {
    doorway(DoorwayKind::Dynamic { opener_leads }, template)
}

/// An access number; put conferences with codes behind it.
pub fn access(template: Conference) -> Book {
    doorway(DoorwayKind::Access, template)
}

fn doorway(kind: DoorwayKind, template: Conference) -> Book {
    let number = "700".parse().unwrap();
    Book::Behind(Arc::new(Doorway { number, kind, template: Arc::new(template) }), BTreeMap::new())
}

impl Book {
    /// With this conference behind the doorway.
    #[must_use]
    pub fn and(mut self, number: &str, conference: Conference) -> Book {
        let Book::Behind(_, conferences) = &mut self else { unreachable!("no doorway") };
        conferences.insert(number.to_owned(), Arc::new(conference));
        self
    }
}

impl From<Conference> for Book {
    fn from(conference: Conference) -> Book {
        Book::One(Arc::new(conference))
    }
}

impl From<Option<Conference>> for Book {
    fn from(conference: Option<Conference>) -> Book {
        conference.map_or(Book::Nothing(CallResult::NoRoom), Book::from)
    }
}

/// One caller on his way in.
pub struct Door {
    pub entry: Entry,
    pub now: Duration,
    /// Set to false for a driver that never reports the end of a sound.
    pub reports_played: bool,
    /// Set to false for a driver that does not report that an answered call has sound.
    pub reports_answered: bool,
    /// Set to false for a driver whose answers are given by [`Door::answer`].
    pub answers: bool,
    /// How late a wrong code is told.
    pub verdict: Duration,
    /// No code is looked at.
    pub locked_out: bool,
    pub book: Book,
    /// What was found for him last.
    pub found: Option<Arc<Conference>>,
    options: Options,
    asked: Option<Query>,
    records: bool,
    stopped_recording: bool,
    ends_playing: Option<Duration>,
    wake: Option<Duration>,
    answered: bool,
    lines: Vec<String>,
}

impl Door {
    pub fn new(book: impl Into<Book>, options: &str) -> Self {
        Self::patient(book, options, EntrySettings::default())
    }

    pub fn patient(book: impl Into<Book>, options: &str, settings: EntrySettings) -> Self {
        let options = Options::parse(options).unwrap();
        let now = seconds(100.0);
        let entry = Entry::new(now, MemberId(7), options, true, settings);
        let mut door = Self::before_first_poll(entry, now);
        (door.book, door.options) = (book.into(), options);
        door.drain();
        door
    }

    /// A caller whose call was not answered.
    pub fn unanswered(book: impl Into<Book>, options: &str) -> Self {
        let mut door = Self::unanswered_before_first_poll(book, options);
        door.drain();
        door
    }

    /// The same, whose call has sound only when the test says so.
    pub fn silent(book: impl Into<Book>) -> Self {
        let mut door = Self::unanswered_before_first_poll(book, "");
        door.reports_answered = false;
        door.drain();
        door
    }

    fn unanswered_before_first_poll(book: impl Into<Book>, options: &str) -> Self {
        let options = Options::parse(options).unwrap();
        let now = seconds(100.0);
        let entry = Entry::new(now, MemberId(7), options, false, EntrySettings::default());
        Self { book: book.into(), options, ..Self::before_first_poll(entry, now) }
    }

    /// A caller whose queries nobody answers until the test does.
    pub fn unhurried(options: &str) -> Self {
        let parsed = Options::parse(options).unwrap();
        let now = seconds(100.0);
        let mut door =
            Self::before_first_poll(Entry::new(now, MemberId(7), parsed, true, EntrySettings::default()), now);
        (door.answers, door.options) = (false, parsed);
        door.drain();
        door
    }

    /// Somebody who was called.
    pub fn invited() -> Self {
        let now = seconds(100.0);
        let mut door = Self::before_first_poll(Entry::invited(now, MemberId(7), EntrySettings::default()), now);
        door.drain();
        door
    }

    pub fn before_first_poll(entry: Entry, now: Duration) -> Self {
        Self {
            entry,
            now,
            reports_played: true,
            reports_answered: true,
            answers: true,
            verdict: Duration::ZERO,
            locked_out: false,
            book: Book::Nothing(CallResult::NoRoom),
            found: None,
            options: Options::default(),
            asked: None,
            records: false,
            stopped_recording: false,
            ends_playing: None,
            wake: None,
            answered: false,
            lines: Vec::new(),
        }
    }

    /// The answer to what was asked last.
    pub fn answer(&mut self, found: Found) {
        assert!(self.asked.take().is_some(), "nothing was asked");
        self.input(entry::Input::Answer(found));
    }

    /// The answer to what was asked last, as the book has it.
    pub fn answer_by_book(&mut self) {
        let query = self.asked.take().expect("nothing was asked");
        let found = self.look_up(query);
        self.input(entry::Input::Answer(found));
    }

    /// What was asked last, and not answered.
    pub fn asked(&self) -> Option<&Query> {
        self.asked.as_ref()
    }

    /// What was said as a name is so long.
    pub fn recorded(&mut self, length: Option<f64>) {
        (self.records, self.stopped_recording) = (false, false);
        self.input(entry::Input::Recorded(length.map(seconds)));
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

    /// The same, if he is being recorded.
    pub fn recorded_if_recording(&mut self, length: Option<f64>) {
        if self.records || self.stopped_recording {
            self.recorded(length);
        }
    }

    /// What the book says.
    fn look_up(&mut self, query: Query) -> Found {
        let right = |found: Option<(&Arc<Conference>, conclave::room::Opens)>| match found {
            _ if self.locked_out => Found::LockedOut(self.verdict),
            Some((conference, opens)) => Found::Right(conference.clone(), opens),
            None => Found::Wrong(self.verdict),
        };
        let found = match (query, &mut self.book) {
            (Query::Number, Book::One(conference)) => Found::Conference(conference.clone()),
            (Query::Number, Book::Behind(doorway, _)) => Found::Doorway(doorway.clone()),
            (Query::Number, Book::Nothing(result)) => Found::Refused(*result),
            (Query::Manner(role), _) => {
                let found = self.found.as_ref().expect("a manner of nothing");
                Found::Manner(self.options.over(found.manner(role)))
            }
            (Query::Pin(keyed), _) => {
                let found = self.found.as_ref().expect("a PIN for nothing");
                right(found.judge(&keyed).map(|opens| (found, opens)))
            }
            (Query::Dynamic(keyed), Book::Behind(_, conferences)) => match keyed.as_str() {
                None | Some("") => Found::Wrong(self.verdict),
                Some(number) => conferences.get(number).map_or(Found::Free, |found| Found::Conference(found.clone())),
            },
            (Query::Create { number, pin }, Book::Behind(doorway, conferences)) => {
                let conference = Arc::new(Conference { pin, ..Conference::clone(&doorway.template) });
                conferences.insert(number.as_str().expect("a number that fits").to_owned(), conference.clone());
                Found::Opened(conference)
            }
            (Query::Code(keyed), Book::Behind(_, conferences)) => {
                let mut codes = conferences.values();
                right(codes.find_map(|found| Some((found, found.judge_code(&keyed)?))))
            }
            (query, _) => unreachable!("{query:?}"),
        };
        if let Found::Conference(conference) | Found::Right(conference, _) | Found::Opened(conference) = &found {
            self.found = Some(conference.clone());
        }
        found
    }

    fn drain(&mut self) {
        loop {
            let output = self.entry.poll();
            let idles = matches!(output, entry::Output::Idle);
            assert!(idles || !self.answered, "{output:?} after the answer");
            let line = match output {
                entry::Output::Ask(query) if self.answers => {
                    let found = self.look_up(query);
                    self.entry.handle(self.now, entry::Input::Answer(found));
                    continue;
                }
                entry::Output::Ask(query) => {
                    let line = match query {
                        Query::Number => "ask number".into(),
                        Query::Pin(_) => "ask pin".into(),
                        Query::Dynamic(_) => "ask dynamic".into(),
                        Query::Create { .. } => "ask create".into(),
                        Query::Code(_) => "ask code".into(),
                        Query::Manner(role) => format!("ask manner {role}"),
                    };
                    self.asked = Some(query);
                    line
                }
                entry::Output::Answer => {
                    if self.reports_answered {
                        self.entry.handle(self.now, entry::Input::Answered);
                    }
                    "answer".into()
                }
                entry::Output::RecordName => {
                    assert!(!std::mem::replace(&mut self.records, true), "records twice");
                    assert!(self.ends_playing.is_none(), "records what we play");
                    "record".into()
                }
                entry::Output::StopRecordingName => {
                    assert!(std::mem::take(&mut self.records), "stops no recording");
                    self.stopped_recording = true;
                    "stop-recording".into()
                }
                entry::Output::ForgetName => "forget-name".into(),
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
                    let plays = self.ends_playing.is_some_and(|ends| ends > self.now);
                    assert!(!plays, "joins while a prompt plays");
                    assert!(!self.records, "joins while his name is recorded");
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
