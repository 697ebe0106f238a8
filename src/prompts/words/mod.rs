//! What is said with a number in it, as a list of sound files, in each language that has rules here.
//!
//! A sentence is said by one voice: by Debian's prompts if they hold all of it, else by ours, which come with numbers of
//! their own (`conclave-n-*`, see `sounds/README.md`). So nobody hears a number in another voice than what is counted.

mod en;
mod es;
mod fr;
mod it;
mod ru;

use std::borrow::Cow;
use std::time::Duration;

use crate::room::Phrase;

/// A sound file, by its name without language and ending.
pub type File = Cow<'static, str>;

/// The sound files that say a phrase. All are of one language: the one asked for, without its dialect (`es_MX` is
/// Spanish), or English if it has no rules here.
pub fn files(phrase: &Phrase, language: &str) -> Vec<File> {
    let grammar = grammar(language);
    match phrase {
        Phrase::Number(n) => number(grammar, Voice::Debian, *n, Noun::None),
        Phrase::Digits(keys) => self::keys(grammar, Voice::Debian, keys),
        Phrase::HaveJoined(n) => people(grammar, *n, "conclave-have-joined"),
        Phrase::HaveLeft(n) => people(grammar, *n, "conclave-have-left"),
        Phrase::OthersPresent(n) => grammar.others_present(*n),
        Phrase::Present(n) => grammar.present(*n),
        Phrase::Waiting(n) => people(grammar, *n, "conclave-waiting"),
        Phrase::EndsIn(time) => said_time(grammar, "conclave-ends-in", *time),
        Phrase::YourTimeEndsIn(time) => said_time(grammar, "conclave-your-time-ends-in", *time),
        Phrase::ExtendedBy(time) => said_time(grammar, "conclave-extended-by", *time),
        Phrase::Opened(number) => {
            let mut files = vec![Cow::Borrowed("conclave-opened")];
            files.append(&mut keys(grammar, Voice::Own, number));
            files
        }
    }
}

/// What a language does in its own way.
trait Grammar {
    /// The words of a number below a million, as they are called in our own files after `conclave-n-`.
    fn number(&self, n: u32, noun: Noun) -> Vec<File>;

    /// Debian's files that say such a word; none if it has none.
    fn debian(&self, word: &str) -> Option<Vec<File>>;

    /// What stands after a number.
    fn form(&self, n: u32) -> Form {
        if n == 1 { Form::One } else { Form::Many }
    }

    /// "There are five other participants in the conference"
    fn others_present(&self, n: u32) -> Vec<File> {
        if n == 1 {
            return vec!["conf-onlyone".into()];
        }
        around(self, "conf-thereare", n, "conf-otherinparty")
    }

    /// "There are five participants in the conference"
    fn present(&self, n: u32) -> Vec<File> {
        if n == 1 {
            return vec!["conclave-present-one".into()];
        }
        around(self, "confbridge-there-are", n, "confbridge-participants")
    }
}

/// Whether a language has rules of its own here.
pub fn has_rules(language: &str) -> bool {
    grammar_of(language).is_some()
}

fn grammar(language: &str) -> &'static dyn Grammar {
    grammar_of(language).unwrap_or(&en::English)
}

fn grammar_of(language: &str) -> Option<&'static dyn Grammar> {
    let language = language.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase();
    match language.as_str() {
        "en" => Some(&en::English),
        "es" => Some(&es::Spanish),
        "fr" => Some(&fr::French),
        "it" => Some(&it::Italian),
        "ru" => Some(&ru::Russian),
        _ => None,
    }
}

/// Who speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// Debian's prompts; ours where these lack a word.
    Debian,
    /// The prompts that come with Conclave.
    Own,
}

/// What is counted: it has a gender in most languages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Noun {
    None,
    Person,
    Participant,
    Hour,
    Minute,
    Second,
}

/// The endings of our files that follow a number: `-one`, `-few` and nothing.
#[derive(Clone, Copy)]
enum Form {
    One,
    /// In Russian, after two to four.
    Few,
    Many,
}

impl Form {
    fn of(self, name: &'static str) -> File {
        match self {
            Form::One => format!("{name}-one").into(),
            Form::Few => format!("{name}-few").into(),
            Form::Many => name.into(),
        }
    }
}

/// "Five people ..."
fn people<G: Grammar + ?Sized>(grammar: &G, n: u32, what: &'static str) -> Vec<File> {
    let mut files = number(grammar, Voice::Own, n, Noun::Person);
    files.push(grammar.form(n).of(what));
    files
}

/// A sentence of Debian's prompts.
fn around<G: Grammar + ?Sized>(grammar: &G, before: &'static str, n: u32, after: &'static str) -> Vec<File> {
    let mut files = vec![before.into()];
    files.append(&mut number(grammar, Voice::Debian, n, Noun::Participant));
    files.push(after.into());
    files
}

/// "... in five minutes"
fn said_time<G: Grammar + ?Sized>(grammar: &G, before: &'static str, time: Duration) -> Vec<File> {
    let mut files = vec![before.into()];
    for (n, noun) in parts(time) {
        files.append(&mut number(grammar, Voice::Own, n, noun));
        files.push(grammar.form(n).of(match noun {
            Noun::Hour => "conclave-hours",
            Noun::Minute => "conclave-minutes",
            _ => "conclave-seconds",
        }));
    }
    files
}

/// As one says it: seconds below two minutes unless it is just one, minutes up to two hours, hours then.
fn parts(time: Duration) -> Vec<(u32, Noun)> {
    let seconds = time.saturating_add(Duration::from_millis(500)).as_secs().clamp(1, MOST_SECONDS);
    if seconds < 120 && seconds != 60 {
        return vec![(seconds as u32, Noun::Second)];
    }
    let minutes = ((seconds + 30) / 60) as u32;
    match (minutes / 60, minutes % 60) {
        (0 | 1, 1..) => vec![(minutes, Noun::Minute)],
        (hours, 0) => vec![(hours, Noun::Hour)],
        (hours, minutes) => vec![(hours, Noun::Hour), (minutes, Noun::Minute)],
    }
}

fn number<G: Grammar + ?Sized>(grammar: &G, voice: Voice, n: u32, noun: Noun) -> Vec<File> {
    match n {
        0..1_000_000 => said(grammar, voice, grammar.number(n, noun)),
        // More than anybody counts in a conference.
        _ => keys(grammar, voice, &n.to_string()),
    }
}

fn keys<G: Grammar + ?Sized>(grammar: &G, voice: Voice, keys: &str) -> Vec<File> {
    let words = keys.chars().filter_map(|key| match key {
        '0'..='9' => Some(key.to_string().into()),
        '*' => Some("star".into()),
        '#' => Some("pound".into()),
        _ => None,
    });
    said(grammar, voice, words.collect())
}

fn said<G: Grammar + ?Sized>(grammar: &G, voice: Voice, words: Vec<File>) -> Vec<File> {
    if voice == Voice::Debian {
        let files: Option<Vec<Vec<File>>> = words.iter().map(|word| grammar.debian(word)).collect();
        if let Some(files) = files {
            return files.concat();
        }
    }
    words.into_iter().map(|word| format!("conclave-n-{word}").into()).collect()
}

/// Debian's file of the same name.
fn same(word: &str) -> Option<Vec<File>> {
    Some(vec![format!("digits/{word}").into()])
}

/// A number as a word of its own.
fn word(n: u32) -> File {
    n.to_string().into()
}

/// Nothing is announced a thousand hours before.
const MOST_SECONDS: u64 = 999 * 3600;
