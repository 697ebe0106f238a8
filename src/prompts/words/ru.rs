//! Russian. Debian's prompts have only *сто* of the hundreds, one form of *тысяча*, no feminine, and a sentence for
//! those present that is right after five only; ours have the rest.

use super::{File, Form, Grammar, Noun, Voice, number, same, word};

pub(super) struct Russian;

/// What one and two agree with. Times are said in the accusative here, as in *через одну минуту*.
#[derive(Clone, Copy)]
enum Gender {
    Masculine,
    Feminine,
    FeminineAccusative,
}

impl Grammar for Russian {
    fn number(&self, n: u32, noun: Noun) -> Vec<File> {
        let gender = match noun {
            Noun::None | Noun::Person | Noun::Participant | Noun::Hour => Gender::Masculine,
            Noun::Minute | Noun::Second => Gender::FeminineAccusative,
        };
        let mut words = Vec::new();
        let thousands = n / 1000;
        if thousands > 1 {
            below_thousand(thousands, Gender::Feminine, &mut words);
        }
        if thousands > 0 {
            words.push(self.form(thousands).of("thousand"));
        }
        if n == 0 {
            words.push("0".into());
        }
        below_thousand(n % 1000, gender, &mut words);
        words
    }

    fn debian(&self, word: &str) -> Option<Vec<File>> {
        match word {
            "100" => same("hundred"),
            "thousand-one" => same("thousand"),
            // Debian's says pounds of money.
            "pound" => None,
            "star" => same(word),
            // Tens and units.
            _ if word.len() < 3 => same(word),
            _ => None,
        }
    }

    fn form(&self, n: u32) -> Form {
        match (n % 10, n % 100) {
            (_, 11..=14) => Form::Many,
            (1, _) => Form::One,
            (2..=4, _) => Form::Few,
            _ => Form::Many,
        }
    }

    /// *Кроме вас, в конференции пять участников.*
    fn others_present(&self, n: u32) -> Vec<File> {
        participants(self, "conclave-beside-you", n)
    }

    /// *В конференции пять участников.*
    fn present(&self, n: u32) -> Vec<File> {
        participants(self, "conclave-in-conference", n)
    }
}

fn participants(russian: &Russian, before: &'static str, n: u32) -> Vec<File> {
    let mut files = vec![before.into()];
    files.append(&mut number(russian, Voice::Own, n, Noun::Participant));
    files.push(russian.form(n).of("conclave-participants"));
    files
}

fn below_thousand(n: u32, gender: Gender, words: &mut Vec<File>) {
    if n >= 100 {
        words.push(word(n / 100 * 100));
    }
    match n % 100 {
        0 => {}
        few @ 3..=20 => words.push(word(few)),
        many => {
            if many > 20 {
                words.push(word(many - many % 10));
            }
            match (many % 10, gender) {
                (0, _) => {}
                (1, Gender::Feminine) => words.push("1-f".into()),
                (1, Gender::FeminineAccusative) => words.push("1-fa".into()),
                (2, Gender::Feminine | Gender::FeminineAccusative) => words.push("2-f".into()),
                (unit, _) => words.push(word(unit)),
            }
        }
    }
}
