//! English.

use super::{File, Grammar, Noun, same, word};

pub(super) struct English;

impl Grammar for English {
    fn number(&self, n: u32, _: Noun) -> Vec<File> {
        let mut words = Vec::new();
        if n >= 1000 {
            words.append(&mut self.number(n / 1000, Noun::None));
            words.push("thousand".into());
        }
        let below = n % 1000;
        if below >= 100 {
            words.extend([word(below / 100), "hundred".into()]);
        }
        match below % 100 {
            0 if n > 0 => {}
            few @ 0..=20 => words.push(word(few)),
            many if many % 10 == 0 => words.push(word(many)),
            many => words.extend([word(many - many % 10), word(many % 10)]),
        }
        words
    }

    fn debian(&self, word: &str) -> Option<Vec<File>> {
        same(word)
    }
}
