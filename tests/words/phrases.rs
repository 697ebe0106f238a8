//! What is said with a number in it, in each language. The expectations were written by hand, as the files in their
//! order: `5` stands for `digits/5`, `_5` for `conclave-n-5`, `=ends-in` for `conclave-ends-in`.

use std::time::Duration;

use conclave::prompts::words::files;
use conclave::room::Phrase::{self, *};

#[test]
fn english() {
    check(
        "en",
        &[
            (Number(0), "0"),
            (Number(1), "1"),
            (Number(20), "20"),
            (Number(21), "20 1"),
            (Number(100), "1 hundred"),
            (Number(119), "1 hundred 19"),
            (Number(1000), "1 thousand"),
            (Number(2030), "2 thousand 30"),
            (Number(9999), "9 thousand 9 hundred 90 9"),
            (Number(21_300), "20 1 thousand 3 hundred"),
            (Number(1_000_000), "1 0 0 0 0 0 0"),
            (Digits("12*#0".into()), "1 2 star pound 0"),
            (HaveJoined(5), "_5 =have-joined"),
            (HaveLeft(21), "_20 _1 =have-left"),
            (Waiting(1), "_1 =waiting-one"),
            (Waiting(2), "_2 =waiting"),
            (OthersPresent(1), "conf-onlyone"),
            (OthersPresent(2), "conf-thereare 2 conf-otherinparty"),
            (Present(0), "confbridge-there-are 0 confbridge-participants"),
            (Present(1), "=present-one"),
            (Present(12), "confbridge-there-are 12 confbridge-participants"),
            (EndsIn(Duration::from_secs(300)), "=ends-in _5 =minutes"),
            (EndsIn(Duration::from_secs(60)), "=ends-in _1 =minutes-one"),
            (YourTimeEndsIn(Duration::from_secs(3600)), "=your-time-ends-in _1 =hours-one"),
            (ExtendedBy(Duration::from_secs(900)), "=extended-by _15 =minutes"),
            (EndsIn(Duration::from_secs(7500)), "=ends-in _2 =hours _5 =minutes"),
            (Opened("8001".into()), "=opened _8 _0 _0 _1"),
        ],
    );
}

#[test]
fn spanish() {
    check(
        "es",
        &[
            (Number(1), "1"),
            (Number(16), "16"),
            (Number(21), "21"),
            (Number(30), "30"),
            (Number(31), "30 and 1"),
            (Number(100), "hundred"),
            (Number(101), "100-and 1"),
            (Number(555), "500 50 and 5"),
            (Number(1000), "thousand"),
            (Number(2021), "2 thousand 21"),
            (Number(9999), "9 thousand 900 90 and 9"),
            // Un participante, una persona, veintiún minutos, veintiuna horas.
            (Present(31), "confbridge-there-are 30 and 1M confbridge-participants"),
            (OthersPresent(21), "conf-thereare 20-and 1M conf-otherinparty"),
            (Waiting(1), "_una =waiting-one"),
            (HaveJoined(2), "_2 =have-joined"),
            (HaveJoined(21), "_21-una =have-joined"),
            (HaveLeft(241), "_200-f _40 _y _una =have-left"),
            (EndsIn(Duration::from_secs(60)), "=ends-in _un =minutes-one"),
            (EndsIn(Duration::from_secs(21 * 60)), "=ends-in _21-un =minutes"),
            (EndsIn(Duration::from_secs(31)), "=ends-in _30 _y _un =seconds"),
            (EndsIn(Duration::from_secs(21 * 3600)), "=ends-in _21-una =hours"),
            (Opened("21".into()), "=opened _2 _1"),
        ],
    );
}

#[test]
fn french() {
    check(
        "fr",
        &[
            (Number(0), "0"),
            (Number(17), "17"),
            (Number(21), "20 et 1"),
            (Number(22), "20 2"),
            (Number(61), "60 et 1"),
            (Number(70), "70"),
            (Number(71), "60 et 11"),
            (Number(79), "60 19"),
            (Number(80), "80"),
            (Number(81), "80 1"),
            (Number(90), "90"),
            (Number(91), "80 11"),
            (Number(99), "80 19"),
            (Number(100), "hundred"),
            (Number(201), "2 hundred 1"),
            (Number(1000), "thousand"),
            (Number(9999), "9 thousand 9 hundred 80 19"),
            // Un participant, une personne, une minute.
            (Present(21), "confbridge-there-are 20 et 1 confbridge-participants"),
            (OthersPresent(3), "conf-thereare 3 conf-otherinparty"),
            (Waiting(0), "_0 =waiting-one"),
            (Waiting(1), "_une =waiting-one"),
            (HaveJoined(21), "_20 _et _une =have-joined"),
            (HaveLeft(81), "_80 _une =have-left"),
            (EndsIn(Duration::from_secs(60)), "=ends-in _une =minutes-one"),
            (YourTimeEndsIn(Duration::from_secs(30)), "=your-time-ends-in _30 =seconds"),
            (ExtendedBy(Duration::from_secs(61 * 60)), "=extended-by _60 _et _une =minutes"),
        ],
    );
}

#[test]
fn italian() {
    check(
        "it",
        &[
            (Number(1), "1"),
            (Number(20), "20"),
            (Number(21), "21"),
            (Number(22), "20 2"),
            (Number(28), "28"),
            (Number(31), "31"),
            (Number(98), "98"),
            (Number(100), "hundred"),
            (Number(108), "hundred 8"),
            (Number(300), "3 hundred"),
            (Number(1000), "thousand"),
            (Number(2001), "2 thousands 1"),
            (Number(9999), "9 thousands 9 hundred 90 9"),
            // Un partecipante, una persona, un minuto, un'ora.
            (Waiting(1), "_una =waiting-one"),
            (HaveJoined(21), "_21 =have-joined"),
            (OthersPresent(28), "conf-thereare 28 conf-otherinparty"),
            (EndsIn(Duration::from_secs(60)), "=ends-in _un =minutes-one"),
            (ExtendedBy(Duration::from_secs(3600)), "=extended-by _una =hours-one"),
            (EndsIn(Duration::from_secs(1)), "=ends-in _un =seconds-one"),
        ],
    );
}

#[test]
fn russian() {
    check(
        "ru",
        &[
            (Number(0), "0"),
            (Number(2), "2"),
            (Number(19), "19"),
            (Number(21), "20 1"),
            (Number(112), "hundred 12"),
            (Number(1000), "thousand"),
            (Number(1122), "thousand hundred 20 2"),
            // Debian's have no more hundreds: all is said by our own voice then.
            (Number(200), "_200"),
            (Number(2000), "_2-f _thousand-few"),
            (Number(9999), "_9 _thousand _900 _90 _9"),
            (Number(21_000), "_20 _1-f _thousand-one"),
            (Number(11_000), "_11 _thousand"),
            (Digits("5*".into()), "5 star"),
            // Debian's file of this name says pounds sterling.
            (Digits("5#".into()), "_5 _pound"),
            (HaveJoined(2), "_2 =have-joined-few"),
            (HaveJoined(5), "_5 =have-joined"),
            (HaveJoined(11), "_11 =have-joined"),
            (HaveJoined(21), "_20 _1 =have-joined-one"),
            (HaveLeft(22), "_20 _2 =have-left-few"),
            (HaveLeft(112), "_100 _12 =have-left"),
            (Waiting(1), "_1 =waiting-one"),
            (OthersPresent(1), "=beside-you _1 =participants-one"),
            (OthersPresent(3), "=beside-you _3 =participants-few"),
            (Present(14), "=in-conference _14 =participants"),
            // Через одну минуту, две минуты, пять минут; один час, два часа.
            (EndsIn(Duration::from_secs(60)), "=ends-in _1-fa =minutes-one"),
            (EndsIn(Duration::from_secs(120)), "=ends-in _2-f =minutes-few"),
            (EndsIn(Duration::from_secs(300)), "=ends-in _5 =minutes"),
            (EndsIn(Duration::from_secs(31)), "=ends-in _30 _1-fa =seconds-one"),
            (ExtendedBy(Duration::from_secs(3600)), "=extended-by _1 =hours-one"),
            (ExtendedBy(Duration::from_secs(2 * 3600)), "=extended-by _2 =hours-few"),
        ],
    );
}

#[test]
fn dialects_are_their_language_and_unknown_languages_are_english() {
    let phrase = HaveJoined(21);
    assert_eq!(files(&phrase, "es_MX"), files(&phrase, "es"));
    assert_eq!(files(&phrase, "RU-ru"), files(&phrase, "ru"));
    assert_eq!(files(&phrase, "fi"), files(&phrase, "en"));
    assert_eq!(files(&phrase, ""), files(&phrase, "en"));
}

#[test]
fn times_are_rounded_as_one_says_them() {
    for (milliseconds, said) in [
        (0, "_1 =seconds-one"),
        (29_600, "_30 =seconds"),
        (59_700, "_1 =minutes-one"),
        (90_000, "_90 =seconds"),
        (120_000, "_2 =minutes"),
        (149_000, "_2 =minutes"),
        (151_000, "_3 =minutes"),
        (3_599_000, "_1 =hours-one"),
        (90 * 60_000, "_90 =minutes"),
        (119 * 60_000 + 40_000, "_2 =hours"),
        (50 * 3_600_000, "_50 =hours"),
    ] {
        let time = EndsIn(Duration::from_millis(milliseconds));
        assert_eq!(short(&time, "en"), format!("=ends-in {said}"), "{milliseconds} ms");
    }
    assert_eq!(short(&EndsIn(Duration::MAX), "en"), "=ends-in _9 _hundred _90 _9 =hours");
}

fn check(language: &str, expected: &[(Phrase, &str)]) {
    for (phrase, expected) in expected {
        assert_eq!(short(phrase, language), *expected, "{phrase:?} in '{language}'");
    }
}

fn short(phrase: &Phrase, language: &str) -> String {
    let short = |name: &str| {
        let digits = name.strip_prefix("digits/").map(str::to_owned);
        let own_number = || name.strip_prefix("conclave-n-").map(|word| format!("_{word}"));
        let own = || name.strip_prefix("conclave-").map(|word| format!("={word}"));
        digits.or_else(own_number).or_else(own).unwrap_or_else(|| name.to_owned())
    };
    files(phrase, language).iter().map(|name| short(name)).collect::<Vec<_>>().join(" ")
}
