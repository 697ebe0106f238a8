//! No PIN, key, name or number of a caller can be printed or logged, whatever is printed.

use conclave::room::guard::Attempt;
use conclave::room::{
    By, Caller, Conference, Digits, Entry, EntrySettings, Found, Guard, GuardSettings, Guarded, Input, Manner,
    MemberId, Options, Order, Output, Pin, Query, Role, Room, entry,
};
use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
    time::Duration,
};

const PIN: &str = "86420975";
const LEADER_PIN: &str = "97531864";
const NAME: &str = "Ada Lovelace";
const NUMBER: &str = "4930123456";

fn conference() -> Arc<Conference> {
    Arc::new(Conference {
        pin: PIN.parse().ok(),
        leader_pin: LEADER_PIN.parse().ok(),
        ..Conference::new("room".parse().unwrap())
    })
}

fn check(text: &str) {
    for secret in [PIN, LEADER_PIN, NAME, NUMBER] {
        assert!(!text.contains(secret), "{text}");
        // A part of it gives it away as well, also as a list of digits or of their codes.
        let list: Vec<_> = secret.chars().map(|c| c.to_string()).collect();
        let codes: Vec<_> = secret.bytes().map(|c| c.to_string()).collect();
        assert!(!text.contains(&secret[..4]), "{text}");
        assert!(!text.contains(&list[..4].join(", ")), "{text}");
        assert!(!text.contains(&codes[..4].join(", ")), "{text}");
    }
}

fn check_debug(value: &impl Debug) {
    check(&format!("{value:?}"));
    check(&format!("{value:#?}").replace([' ', '\n'], "").replace(',', ", "));
}

fn walk_in(keys: &str) -> Entry {
    let mut entry = Entry::new(Duration::ZERO, MemberId(1), Options::default(), true, EntrySettings::default());
    check_debug(&entry.poll());
    entry.handle(Duration::ZERO, entry::Input::Answer(Found::Conference(conference())));
    for digit in keys.chars() {
        let input = entry::Input::Digit(digit);
        assert!(!format!("{input:?}").contains(digit) || digit == '#');
        entry.handle(Duration::ZERO, input);
        check_debug(&entry);
        check_debug(&entry.poll());
    }
    entry
}

#[test]
fn pins_and_what_holds_them() {
    check_debug(&Pin::parse(PIN).unwrap());
    check_debug(&conference());
    for bad in [format!("{PIN}x"), PIN.repeat(5), format!("x{PIN}")] {
        let error = Pin::parse(&bad).unwrap_err();
        check_debug(&error);
        check(&error.to_string());
    }
}

#[test]
fn an_entry_at_every_key() {
    walk_in(&format!("{PIN}#"));
    walk_in(&format!("{LEADER_PIN}#"));
    walk_in(&format!("{PIN}1#{PIN}*{LEADER_PIN}{PIN}"));
}

#[test]
fn who_guesses_and_what() {
    let settings = GuardSettings::default();
    let attempt = Attempt { caller: Guarded::caller(&settings, "", NUMBER, ""), room: None, number: None };
    let mut guard = Guard::new(settings);
    for _ in 0..12 {
        check_debug(&guard.wrong(Duration::ZERO, &attempt));
    }
    check_debug(&guard.locked_out(Duration::ZERO));
    check_debug(&guard);
    check_debug(&attempt);
    let mut keyed = Digits::default();
    PIN.chars().for_each(|key| keyed.push(key));
    let pin = keyed.to_pin();
    let number = Digits::default();
    for query in [Query::Pin(keyed.clone()), Query::Code(keyed.clone()), Query::Create { number, pin }] {
        check_debug(&query);
        check_debug(&entry::Output::Ask(query));
    }
}

/// What is keyed while nobody has said yet what he dialled.
#[test]
fn keys_that_wait() {
    let mut entry = Entry::new(Duration::ZERO, MemberId(1), Options::default(), true, EntrySettings::default());
    for digit in PIN.chars() {
        entry.handle(Duration::ZERO, entry::Input::Digit(digit));
        check_debug(&entry);
    }
}

fn meet() {
    let mut room = Room::new(Duration::ZERO, conference(), None, None);
    let member = MemberId(1);
    let caller = Caller { name: NAME.into(), number: NUMBER.into() };
    check_debug(&caller);
    let (role, manner) = (Role::Participant, Arc::new(Manner::default()));
    let join = Input::Join { member, caller, role, manner, invite: None };
    let mute = Input::Order { by: By::Console, order: Order::Mute(member, true) };
    let mut inputs = vec![join, mute];
    inputs.extend(PIN.chars().map(|digit| Input::Digit { member, digit }));
    inputs.push(Input::Leave { member });
    for input in inputs {
        check_debug(&input);
        room.handle(Duration::ZERO, input);
        check_debug(&room);
        room.members().for_each(check_debug);
        loop {
            let output = room.poll();
            check_debug(&output);
            if matches!(output, Output::WakeAt(_) | Output::Idle) {
                break;
            }
        }
    }
}

#[test]
fn keys_that_come_late_and_who_calls() {
    meet();
    for digit in "0123456789*#".chars() {
        let shown = format!("{:?}", Input::Digit { member: MemberId(77), digit });
        assert_eq!(shown, "Digit(77)");
    }
}

static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Collect;

impl log::Log for Collect {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LOGGED.lock().unwrap().push_str(&record.args().to_string());
    }

    fn flush(&self) {}
}

#[test]
fn nothing_of_it_is_logged_at_any_level() {
    log::set_logger(&Collect).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    walk_in(&format!("{PIN}1#{LEADER_PIN}#"));
    meet();
    check(&LOGGED.lock().unwrap());
}
