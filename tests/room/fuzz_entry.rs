//! Any list of keys, pauses, late answers and hang-ups: nobody joins without the right digits, exactly one answer comes,
//! and no wait is endless. Judged by a reference that knows only what was keyed and what is right.

use crate::sim::{Book, Door, access, dynamic, guarded, open, seconds};
use conclave::room::{Arrivals, Conference, Found, Manner, Opens, Query, entry};
use proptest::prelude::*;
use std::sync::Arc;

#[derive(Clone, Debug)]
enum Step {
    Key(char),
    Keys(&'static str),
    Wait(f64),
    Wake,
    Says(Option<f64>),
    /// Whoever knows the conferences is slow, or quick again.
    Slow(bool),
    /// What is asked, and not answered yet, is answered now.
    Answer,
    /// An answer that nobody asked for.
    Lie(u8),
    Hangup,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = vec!["1234", "9999", "1234#", "9999#", "#", "*1234", "123", "55#", "7#1234#", "8##", "8#55#", "66#"];
    prop_oneof![
        8 => prop::sample::select("0123456789*#ABCDz".chars().collect::<Vec<_>>()).prop_map(Step::Key),
        8 => prop::sample::select(keys).prop_map(Step::Keys),
        4 => (0_u32..1500).prop_map(|hundredths| Step::Wait(f64::from(hundredths) / 100.0)),
        1 => Just(Step::Wake),
        3 => prop::option::of((0_u32..40).prop_map(|tenths| f64::from(tenths) / 10.0)).prop_map(Step::Says),
        1 => any::<bool>().prop_map(Step::Slow),
        2 => Just(Step::Answer),
        1 => (0_u8..4).prop_map(Step::Lie),
        1 => Just(Step::Hangup),
    ]
}

/// What a caller comes to.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// A conference with these PINs.
    Pins(&'static str, &'static str),
    /// A number for conferences that callers open; 7 is held, its PIN is 1234.
    Dynamic,
    /// An access number; 55 and, for leaders, 66 are right.
    Access,
    /// A conference without a PIN that wants names.
    Names(bool),
    Unknown,
}

const PLACES: [Place; 8] = [
    Place::Pins("1234", ""),
    Place::Pins("1234", "9999"),
    Place::Pins("", "9999"),
    Place::Dynamic,
    Place::Access,
    Place::Names(true),
    Place::Names(false),
    Place::Unknown,
];

impl Place {
    fn book(self) -> Book {
        match self {
            Place::Pins(pin, leader_pin) => guarded(pin, leader_pin).into(),
            Place::Dynamic => dynamic(true, open()).and("7", guarded("1234", "")),
            Place::Access => {
                let (code, leader_code) = ("55".parse().ok(), "66".parse().ok());
                access(open()).and("1", Conference { code, leader_code, ..open() })
            }
            Place::Names(review) => {
                let manner = Arc::new(Manner { arrivals: Arrivals::Names { review }, ..Manner::default() });
                Conference { everybody: manner.clone(), leaders: manner, ..open() }.into()
            }
            Place::Unknown => None.into(),
        }
    }
}

/// The rule, said once more as simply as it goes: what he has keyed since he was last asked, and whether that lets him in.
#[derive(Default)]
struct Reference {
    /// All keys of digits, in their order, that no question has used up.
    keyed: String,
    /// What he may join as by now.
    may_join: Option<&'static str>,
}

impl Reference {
    fn key(&mut self, key: char) {
        if matches!(key, '0'..='9' | '*' | '#') {
            self.keyed.push(key);
        }
    }

    /// What he keyed for the question that is being looked up: up to the first pound, from the last star before it.
    fn complete(&mut self) -> String {
        let (answer, rest) = match self.keyed.split_once('#') {
            Some((answer, rest)) => (answer.to_owned(), rest.to_owned()),
            None => (std::mem::take(&mut self.keyed), String::new()),
        };
        self.keyed = rest;
        answer.rsplit('*').next().unwrap_or_default().to_owned()
    }

    /// Something is asked; tells whether it was the right question.
    fn asked(&mut self, place: Place, query: &Query, number: &mut String) {
        let right = |role, yes: bool| yes.then_some(role);
        match query {
            Query::Number => match place {
                Place::Names(_) => self.may_join = Some("join participant"),
                _ => self.may_join = None,
            },
            Query::Dynamic(keyed) => {
                *number = self.complete();
                assert_eq!(keyed.as_str(), (number.len() <= 32).then_some(&**number));
            }
            Query::Create { pin, .. } => {
                let keyed = self.complete();
                assert_eq!(*pin, keyed.parse().ok(), "the PIN that he set");
                assert_ne!(number, "7", "what is held is not opened");
                self.may_join = Some("join leader");
            }
            Query::Pin(_) => {
                let keyed = self.complete();
                self.may_join = match place {
                    Place::Pins(_, leader_pin) if !leader_pin.is_empty() && keyed == leader_pin => Some("join leader"),
                    Place::Pins(pin, _) => right("join participant", keyed == pin),
                    _ => right("join participant", keyed == "1234" && number == "7"),
                };
            }
            Query::Code(_) => {
                let keyed = self.complete();
                self.may_join = right("join participant", keyed == "55").or(right("join leader", keyed == "66"));
            }
            Query::Manner(role) => {
                let joins = format!("join {role}");
                assert_eq!(self.may_join, Some(&*joins), "he has shown nothing that lets him in");
            }
        }
    }
}

/// Plays the steps and says what came out.
fn walk(place: Place, steps: &[Step], verdict: f64, needless_wakes: bool) -> Vec<String> {
    let mut door = Door::unhurried("");
    (door.book, door.verdict) = (place.book(), seconds(verdict));
    let mut walk =
        Walk { place, door, reference: Reference::default(), number: String::new(), slow: false, story: vec![] };
    walk.follow();
    for step in steps {
        match step {
            Step::Key(key) => walk.press(*key),
            Step::Keys(keys) => keys.chars().for_each(|key| walk.press(key)),
            Step::Wait(time) => walk.wait(*time),
            Step::Wake => walk.door.input(entry::Input::Wake),
            Step::Says(length) => walk.says(*length),
            Step::Slow(slow) => walk.slow = *slow,
            Step::Answer => walk.answer(),
            Step::Lie(which) => walk.lie(*which),
            Step::Hangup => walk.door.input(entry::Input::Hangup),
        }
        if needless_wakes {
            walk.door.input(entry::Input::Wake);
        }
        walk.follow();
    }
    // Nobody keys anything any more, and nobody answers: three attempts of each of two questions, or one at a name.
    walk.slow = true;
    for _ in 0..900 {
        walk.wait(0.5);
    }
    assert!(walk.door.answered(), "no answer");
    walk.story
}

struct Walk {
    place: Place,
    door: Door,
    reference: Reference,
    number: String,
    slow: bool,
    story: Vec<String>,
}

impl Walk {
    /// Reads what came out, and answers what was asked.
    fn follow(&mut self) {
        loop {
            let mut asked = false;
            for line in self.door.take() {
                if line.starts_with("ask ") {
                    asked = true;
                    let query = self.door.asked().expect("it was asked").clone();
                    self.reference.asked(self.place, &query, &mut self.number);
                }
                if line.starts_with("join") {
                    assert_eq!(self.reference.may_join, Some(&*line));
                }
                if line.starts_with("play vm-rec") || line.starts_with("play Opened") {
                    // What he keys here is for nothing else.
                    self.reference.keyed.clear();
                }
                self.story.push(line);
            }
            if !asked || self.slow {
                return;
            }
            self.answer();
        }
    }

    fn answer(&mut self) {
        if self.door.asked().is_some() && !self.door.answered() {
            self.door.answer_by_book();
        }
    }

    fn press(&mut self, key: char) {
        self.wait(0.1);
        if !self.door.answered() {
            self.reference.key(key);
        }
        self.door.input(entry::Input::Digit(key));
        self.follow();
    }

    /// In small pieces, so that what is asked is answered when it is asked.
    fn wait(&mut self, time: f64) {
        let pieces = (time * 20.0).ceil().max(1.0);
        for _ in 0..pieces as u32 {
            self.door.wait(seconds(time / pieces));
            self.follow();
        }
    }

    fn says(&mut self, length: Option<f64>) {
        self.door.recorded_if_recording(length);
    }

    /// Nobody asked for it.
    fn lie(&mut self, which: u8) {
        if self.door.asked().is_some() {
            return;
        }
        let conference = Arc::new(open());
        self.door.input(entry::Input::Answer(match which {
            0 => Found::Right(conference, Opens::AsLeader),
            1 => Found::Conference(conference),
            2 => Found::Manner(Arc::new(Manner::default())),
            _ => Found::Free,
        }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_right_answer_comes(
        place in prop::sample::select(PLACES.to_vec()),
        verdict in prop::sample::select(vec![0.0, 0.5, 10.0]),
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let story = walk(place, &steps, verdict, false);
        let joins = story.iter().filter(|line| line.starts_with("join") || line.starts_with("done")).count();
        prop_assert_eq!(joins, 1);
        prop_assert_eq!(story, walk(place, &steps, verdict, true), "needless alarms change nothing");
    }
}
