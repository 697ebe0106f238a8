//! French, with *soixante-dix* and *quatre-vingt-dix* as Debian's Canadian prompts count.

use super::{File, Form, Grammar, Noun, same, word};

pub(super) struct French;

impl Grammar for French {
    fn number(&self, n: u32, noun: Noun) -> Vec<File> {
        let feminine = matches!(noun, Noun::Person | Noun::Hour | Noun::Minute | Noun::Second);
        let mut words = Vec::new();
        if n >= 1000 {
            if n >= 2000 {
                below_thousand(n / 1000, false, &mut words);
            }
            words.push("mille".into());
        }
        if n == 0 {
            words.push("0".into());
        }
        below_thousand(n % 1000, feminine, &mut words);
        words
    }

    fn debian(&self, word: &str) -> Option<Vec<File>> {
        match word {
            "une" => None,
            "cent" => same("hundred"),
            "mille" => same("thousand"),
            _ => same(word),
        }
    }

    /// *Zéro minute*, *une minute*, *deux minutes*.
    fn form(&self, n: u32) -> Form {
        if n < 2 { Form::One } else { Form::Many }
    }
}

fn below_thousand(n: u32, feminine: bool, words: &mut Vec<File>) {
    if n >= 200 {
        words.push(word(n / 100));
    }
    if n >= 100 {
        words.push("cent".into());
    }
    let unit = |n| if n == 1 && feminine { "une".into() } else { word(n) };
    match n % 100 {
        0 => {}
        few @ 1..=20 => words.push(unit(few)),
        many if many % 10 == 0 => words.push(word(many)),
        71 => words.extend([word(60), "et".into(), word(11)]),
        many @ (61..=79 | 81..=99) => {
            let twenties = many / 20 * 20;
            words.push(word(twenties));
            if many == 61 {
                words.push("et".into());
            }
            words.push(unit(many - twenties));
        }
        many => {
            words.push(word(many - many % 10));
            if many % 10 == 1 {
                words.push("et".into());
            }
            words.push(unit(many % 10));
        }
    }
}
