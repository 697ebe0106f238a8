//! The log line of a wrong code: fail2ban finds the caller's address in it, and nobody finds the code.

use conclave::room::guard::GuardSettings;
use conclave::room::{Caller, Conference, Digits, Options, Query};
use conclave::service::Settings;
use conclave::service::lookup::{Asker, Known, Lookup};
use std::{
    fs,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

const CODE: &str = "86420975";

#[test]
fn each_wrong_code_is_one_warning_that_the_filter_finds() {
    log::set_logger(&Collect).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let filter = Filter::read();

    for (address, expected) in [
        ("192.0.2.7", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.7, 1 in a row"),
        ("192.0.2.7", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.7, 2 in a row"),
        ("2001:db8::5", "wrong code for 8000 from PJSIP/alice-0001, address 2001:db8::5, 1 in a row"),
        ("::ffff:192.0.2.9", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.9, 1 in a row"),
    ] {
        let warning = warned("PJSIP/alice-0001", address);
        assert_eq!(warning.line, expected);
        let written = as_asterisk_writes(&warning);
        let found = filter.address(&written).expect("the filter matches");
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(found.parse(), Ok(address.to_canonical()));
    }

    // Without an address there is nobody to ban.
    let warning = warned("PJSIP/alice-0001", "");
    assert_eq!(warning.line, "wrong code for 8000 from PJSIP/alice-0001, no address, 1 in a row");
    assert_eq!(filter.address(&as_asterisk_writes(&warning)), None);

    // Who can choose a part of his channel's name cannot have others banned.
    let warning = warned("Local/1, address 198.51.100.1, 9 in a row\n@x", "192.0.2.10");
    assert!(!warning.line.contains('\n'));
    assert_eq!(filter.address(&as_asterisk_writes(&warning)), Some("192.0.2.10"));
    let talked = "[] NOTICE[7] chan_pjsip.c: x: wrong code for 1 from x, address 198.51.100.1, 9 in a row";
    assert_eq!(filter.address(talked), None, "another module may repeat what a stranger wrote");
}

/// What is left of a line in Asterisk's file when fail2ban has taken the date out.
fn as_asterisk_writes(Warning { file, line }: &Warning) -> String {
    format!("[] WARNING[4711] {file}: {line}")
}

/// A line of the log, and the file of the source that wrote it.
struct Warning {
    file: String,
    line: String,
}

/// Somebody keys a wrong code; what is logged of it.
fn warned(channel: &str, address: &str) -> Warning {
    // The same guard all the time.
    static LOOKUP: Mutex<Option<Lookup>> = Mutex::new(None);
    let mut lookup = LOOKUP.lock().unwrap();
    let lookup = lookup.get_or_insert_with(|| Lookup::new(GuardSettings::default()));
    let settings = Settings::default();
    let conference =
        Arc::new(Conference { pin: "1".parse().ok(), ..Conference::new("8000".parse().expect("a number")) });
    let held = |_: &str| Some(conference.clone());
    let (now, unix) = (Duration::ZERO, Duration::ZERO);
    let dialled = conference.number.clone();
    let caller = Caller { name: String::new(), number: "4930123456".into() };
    let asker = Asker {
        dialled: &dialled,
        conference: Some(&conference),
        options: Options::default(),
        caller: &caller,
        address,
        channel,
    };
    let mut keyed = Digits::default();
    CODE.chars().for_each(|key| keyed.push(key));
    lookup.answer(Known { now, unix, settings: &settings, held: &held }, asker, Query::Pin(keyed));
    let logged = std::mem::take(&mut *LOGGED.lock().unwrap());
    assert_eq!(logged.len(), 1, "{logged:?}");
    let (level, file, line) = logged.into_iter().next().unwrap();
    assert_eq!(level, log::Level::Warn);
    assert!(!line.contains(CODE) && !line.contains(&caller.number), "{line}");
    Warning { file, line }
}

static LOGGED: Mutex<Vec<(log::Level, String, String)>> = Mutex::new(Vec::new());

struct Collect;

impl log::Log for Collect {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let file = record.file().unwrap_or_default().to_owned();
        LOGGED.lock().unwrap().push((record.level(), file, record.args().to_string()));
    }

    fn flush(&self) {}
}

/// The shipped filter. Only what it uses of regular expressions is understood here: `^`, `$`, `\S+`, `\d+`, `<ADDR>`,
/// and letters.
struct Filter(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Start,
    End,
    Letter(char),
    Words,
    Digits,
    Address,
}

impl Filter {
    fn read() -> Filter {
        let text = fs::read_to_string("examples/fail2ban/filter.d/conclave.conf").expect("the filter is shipped");
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("failregex = "));
        let regex = lines.next().expect("it has a failregex");
        assert_eq!(lines.next(), None);
        let mut pieces = Vec::new();
        let mut rest = regex;
        while let Some(first) = rest.chars().next() {
            let known = [("<ADDR>", Piece::Address), (r"\S+", Piece::Words), (r"\d+", Piece::Digits)];
            if let Some((text, piece)) = known.into_iter().find(|(text, _)| rest.starts_with(text)) {
                pieces.push(piece);
                rest = &rest[text.len()..];
                continue;
            }
            rest = &rest[first.len_utf8()..];
            pieces.push(match first {
                '^' => Piece::Start,
                '$' => Piece::End,
                '\\' => {
                    let escaped = rest.chars().next().expect("something is escaped");
                    assert!("[].".contains(escaped), "\\{escaped} is not understood by this test");
                    rest = &rest[1..];
                    Piece::Letter(escaped)
                }
                other => {
                    assert!(!"[](){}*+?|.<>".contains(other), "{other} is not understood by this test");
                    Piece::Letter(other)
                }
            });
        }
        assert_eq!(pieces.first(), Some(&Piece::Start), "found anywhere in a line, it could be somebody else's words");
        Filter(pieces)
    }

    /// The address that is banned.
    fn address<'a>(&self, line: &'a str) -> Option<&'a str> {
        let mut found = None;
        matches(&self.0, line, line.len(), &mut found).then_some(())?;
        let (from, to) = found?;
        Some(&line[from..to])
    }
}

/// Whether the rest of a line matches; where its address stands.
fn matches(pieces: &[Piece], rest: &str, length: usize, found: &mut Option<(usize, usize)>) -> bool {
    let Some((piece, pieces)) = pieces.split_first() else { return true };
    let longest = |fits: fn(char) -> bool| rest.find(|c: char| !fits(c)).unwrap_or(rest.len());
    let at = length - rest.len();
    let mut shorter = |most: usize, address: bool| {
        (1..=most).rev().any(|end| {
            if !rest.is_char_boundary(end) || address && rest[..end].parse::<IpAddr>().is_err() {
                return false;
            }
            let fits = matches(pieces, &rest[end..], length, found);
            if fits && address {
                *found = Some((at, at + end));
            }
            fits
        })
    };
    match piece {
        Piece::Start => at == 0 && matches(pieces, rest, length, found),
        Piece::End => rest.is_empty(),
        Piece::Letter(letter) => rest.strip_prefix(*letter).is_some_and(|rest| matches(pieces, rest, length, found)),
        Piece::Words => shorter(longest(|c| !c.is_whitespace()), false),
        Piece::Digits => shorter(longest(|c| c.is_ascii_digit()), false),
        Piece::Address => shorter(longest(|c| c.is_ascii_hexdigit() || c == ':' || c == '.'), true),
    }
}
