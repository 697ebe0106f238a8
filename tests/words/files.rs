//! Every word that callers can hear is there in every language: from Debian's `asterisk-core-sounds-*`, whose files are
//! listed in `tests/words/`, or from `sounds/`, where each line of `words.tsv` has been spoken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use conclave::prompts::words::files;
use conclave::room::Phrase;

const LANGUAGES: [&str; 5] = ["en", "es", "fr", "it", "ru"];

#[test]
fn every_phrase_has_its_files() {
    let phrases = phrases();
    for language in LANGUAGES {
        let there = sounds(language);
        let missing: BTreeSet<_> = phrases
            .iter()
            .flat_map(|phrase| files(phrase, language))
            .filter(|name| !there.contains(name.as_ref()))
            .collect();
        assert_eq!(missing, BTreeSet::new(), "{HOW_TO_ADD} (language '{language}')");
    }
}

#[test]
fn every_prompt_of_the_rules_has_its_file() {
    let prompts = prompts();
    for language in LANGUAGES {
        let there = sounds(language);
        let missing: BTreeSet<_> = prompts.iter().filter(|name| !there.contains(*name)).collect();
        assert_eq!(missing, BTreeSet::new(), "{HOW_TO_ADD} (language '{language}')");
    }
}

/// A language's numbers are kept whole: who counts something new needs another part of them.
#[test]
fn every_file_is_said_somewhere() {
    let (phrases, prompts) = (phrases(), prompts());
    for language in LANGUAGES {
        let mut unsaid: BTreeSet<_> = spoken(language).into_iter().map(|((_, name), _)| name).collect();
        unsaid.retain(|name| !name.starts_with("conclave-n-"));
        for name in phrases.iter().flat_map(|phrase| files(phrase, language)) {
            unsaid.remove(name.as_ref());
        }
        let unsaid: BTreeSet<_> = unsaid.difference(&prompts).collect();
        assert_eq!(unsaid, BTreeSet::new(), "nothing says these (language '{language}')");
    }
}

#[test]
fn what_is_written_is_what_is_spoken() {
    let written = fs::read_to_string(root().join("sounds/words.tsv")).unwrap();
    let mut lines = written.lines();
    assert_eq!(lines.next(), Some("name\ten\tes\tfr\tit\tru"));
    let mut wanted = BTreeMap::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let cells: Vec<_> = line.split('\t').collect();
        assert_eq!(cells.len(), 6, "{line}");
        for (language, text) in LANGUAGES.iter().zip(&cells[1..]).filter(|(_, text)| !text.is_empty()) {
            let twice = wanted.insert(((*language).to_owned(), cells[0].to_owned()), (*text).to_owned());
            assert_eq!(twice, None, "{} is there twice", cells[0]);
        }
    }
    let spoken: BTreeMap<_, _> = LANGUAGES.iter().flat_map(|language| spoken(language)).collect();
    let not_spoken: Vec<_> = wanted.iter().filter(|(name, text)| spoken.get(*name) != Some(*text)).collect();
    assert!(not_spoken.is_empty(), "run make sounds: {not_spoken:?}");
    let not_written: Vec<_> = spoken.keys().filter(|name| !wanted.contains_key(*name)).collect();
    assert!(not_written.is_empty(), "no line in sounds/words.tsv: {not_written:?}");
}

/// What is said where the rules say nothing else: a sentence in five languages, or in none but the one that needs it.
#[test]
fn a_sentence_of_one_language_is_of_all_unless_only_its_grammar_wants_it() {
    let written = fs::read_to_string(root().join("sounds/words.tsv")).unwrap();
    for line in written.lines().filter(|line| line.starts_with("conclave-") && !line.starts_with("conclave-n-")) {
        let cells: Vec<_> = line.split('\t').collect();
        let empty = cells[1..].iter().filter(|text| text.is_empty()).count();
        let of_grammar = GRAMMAR.iter().any(|name| cells[0].starts_with(name));
        assert!(empty == 0 || of_grammar, "{} lacks a language", cells[0]);
    }
}

/// Names in `words.tsv` that only some languages need.
const GRAMMAR: [&str; 10] = [
    "conclave-waiting",
    "conclave-have-joined",
    "conclave-have-left",
    "conclave-present-one",
    "conclave-in-conference",
    "conclave-beside-you",
    "conclave-participants",
    "conclave-hours",
    "conclave-minutes",
    "conclave-seconds",
];

const HOW_TO_ADD: &str = "no such sound: add a line to sounds/words.tsv and run make sounds";

/// Phrases that need every file of numbers between them.
fn phrases() -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = vec![Phrase::Digits("0123456789*#".into()), Phrase::Opened("0123456789*#".into())];
    for n in (0..=9999).chain([10_000, 21_000, 99_999, 101_101, 200_000, 999_999, 1_000_000, u32::MAX]) {
        phrases.extend([
            Phrase::Number(n),
            Phrase::HaveJoined(n),
            Phrase::HaveLeft(n),
            Phrase::OthersPresent(n),
            Phrase::Present(n),
            Phrase::Waiting(n),
        ]);
    }
    let seconds = (0..=7300).chain((7300..999 * 3600).step_by(60)).chain([u64::MAX]);
    phrases.extend(seconds.map(Duration::from_secs).map(Phrase::EndsIn));
    for time in [60, 3600].map(Duration::from_secs) {
        phrases.extend([Phrase::YourTimeEndsIn(time), Phrase::ExtendedBy(time)]);
    }
    phrases
}

/// The names of all prompts in the sources.
fn prompts() -> BTreeSet<String> {
    let mut prompts = BTreeSet::new();
    for source in ["src/room", "src/prompts", "src/service"].iter().flat_map(|folder| sources(&root().join(folder))) {
        prompts.extend(names_after(&fs::read_to_string(&source).unwrap(), "Sound::Prompt(\""));
    }
    assert!(prompts.len() > 10, "no prompts found in the sources: {prompts:?}");
    prompts
}

/// The names of Debian's sounds and of ours.
fn sounds(language: &str) -> BTreeSet<String> {
    let debian = fs::read_to_string(root().join(format!("tests/words/core-sounds-{language}.txt"))).unwrap();
    let own = spoken(language).into_iter().map(|((_, name), _)| name);
    debian.lines().map(str::to_owned).chain(own).chain(tones()).collect()
}

/// What is no language.
fn tones() -> Vec<String> {
    let files = fs::read_dir(root().join("sounds")).unwrap().flatten().map(|entry| entry.path());
    let tones = files.filter(|path| path.extension().is_some_and(|ending| ending == "wav"));
    tones.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The text of each of our sounds, by language and name. It is in the file itself, as its title.
fn spoken(language: &str) -> Vec<((String, String), String)> {
    let folder = root().join("sounds").join(language);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if let Some(name) = name.strip_suffix(".flac") {
            found.push(((language.to_owned(), name.to_owned()), title(&entry.path())));
        }
    }
    found
}

fn title(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let at = bytes.windows(6).position(|part| part.eq_ignore_ascii_case(b"TITLE="));
    let at = at.unwrap_or_else(|| panic!("{} has no title", path.display()));
    let length = u32::from_le_bytes(bytes[at - 4..at].try_into().unwrap()) as usize;
    String::from_utf8(bytes[at + 6..at + length].to_vec()).unwrap()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.append(&mut sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn names_after(text: &str, start: &str) -> Vec<String> {
    text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
