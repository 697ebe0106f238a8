//! Spanish.

use super::{File, Grammar, Noun, same, word};

pub(super) struct Spanish;

/// How one is said: *uno* alone, *un* and *una* before what is counted. Hundreds have a feminine too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum One {
    Uno,
    Un,
    Una,
}

impl Grammar for Spanish {
    fn number(&self, n: u32, noun: Noun) -> Vec<File> {
        let one = match noun {
            Noun::None => One::Uno,
            Noun::Participant | Noun::Minute | Noun::Second => One::Un,
            Noun::Person | Noun::Hour => One::Una,
        };
        let mut words = Vec::new();
        if n >= 1000 {
            if n >= 2000 {
                below_thousand(n / 1000, if one == One::Una { one } else { One::Un }, &mut words);
            }
            words.push("mil".into());
        }
        if n == 0 {
            words.push("0".into());
        }
        below_thousand(n % 1000, one, &mut words);
        words
    }

    fn debian(&self, word: &str) -> Option<Vec<File>> {
        let file = match word {
            "un" => "digits/1M",
            "una" => "digits/1F",
            "21-un" => return Some(vec!["digits/20-and".into(), "digits/1M".into()]),
            "21-una" => return Some(vec!["digits/20-and".into(), "digits/1F".into()]),
            "y" => "digits/and",
            "cien" => "digits/hundred",
            "ciento" => "digits/100-and",
            "mil" => "digits/thousand",
            feminine if feminine.ends_with("-f") => return None,
            _ => return same(word),
        };
        Some(vec![file.into()])
    }
}

fn below_thousand(n: u32, one: One, words: &mut Vec<File>) {
    match n / 100 {
        0 => {}
        1 if n == 100 => words.push("cien".into()),
        1 => words.push("ciento".into()),
        hundreds if one == One::Una => words.push(format!("{hundreds}00-f").into()),
        hundreds => words.push(word(hundreds * 100)),
    }
    match (n % 100, one) {
        (0, _) => {}
        (1, _) => words.push(unit(1, one)),
        (21, One::Un) => words.push("21-un".into()),
        (21, One::Una) => words.push("21-una".into()),
        (few @ 2..=30, _) => words.push(word(few)),
        (many, _) if many % 10 == 0 => words.push(word(many)),
        (many, _) => words.extend([word(many - many % 10), "y".into(), unit(many % 10, one)]),
    }
}

fn unit(n: u32, one: One) -> File {
    match (n, one) {
        (1, One::Un) => "un".into(),
        (1, One::Una) => "una".into(),
        _ => word(n),
    }
}
