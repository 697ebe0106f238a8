//! Italian.

use super::{File, Grammar, Noun, same, word};

pub(super) struct Italian;

impl Grammar for Italian {
    fn number(&self, n: u32, noun: Noun) -> Vec<File> {
        let mut words = Vec::new();
        match n / 1000 {
            0 => {}
            1 => words.push("mille".into()),
            thousands => {
                below_thousand(thousands, &mut words);
                words.push("mila".into());
            }
        }
        match (n, noun) {
            (0, _) => words.push("0".into()),
            (1, Noun::Participant | Noun::Minute | Noun::Second) => words.push("un".into()),
            (1, Noun::Person | Noun::Hour) => words.push("una".into()),
            _ => below_thousand(n % 1000, &mut words),
        }
        words
    }

    fn debian(&self, word: &str) -> Option<Vec<File>> {
        match word {
            "una" => None,
            "cento" => same("hundred"),
            "mille" => same("thousand"),
            "mila" => same("thousands"),
            _ => same(word),
        }
    }
}

fn below_thousand(n: u32, words: &mut Vec<File>) {
    if n >= 200 {
        words.push(word(n / 100));
    }
    if n >= 100 {
        words.push("cento".into());
    }
    match n % 100 {
        0 => {}
        few @ 1..=20 => words.push(word(few)),
        // *Ventuno*, *ventotto*: the tens lose their last vowel.
        many if matches!(many % 10, 0 | 1 | 8) => words.push(word(many)),
        many => words.extend([word(many - many % 10), word(many % 10)]),
    }
}
