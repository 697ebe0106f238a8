//! One number for many conferences: who keys a new number opens it, who comes after him is asked for its PIN.

use crate::sim::{Book, Door, dynamic, guarded, open, seconds};
use conclave::room::{Conference, Found, Query};
use std::sync::Arc;

const ASKS_NUMBER: &str = "play conf-getconfno";
const ASKS_NEW_PIN: &str = "play conclave-set-pin";
const WRONG_NUMBER: &str = "play conf-invalid conf-getconfno";
const OPENED: &str = "play Opened(\"1234\")";

fn doorway() -> Book {
    dynamic(true, open())
}

#[test]
fn the_first_caller_sets_a_pin_and_leads() {
    let mut door = Door::new(doorway(), "");
    door.keys("1234#");
    assert_eq!(door.take(), [ASKS_NUMBER, "stop", ASKS_NEW_PIN]);
    door.keys("55#");
    assert_eq!(door.take(), ["stop", OPENED]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["join leader"]);
    assert_eq!(door.found.unwrap().pin, "55".parse().ok());
}

#[test]
fn the_next_caller_is_asked_for_it() {
    let mut first = Door::new(doorway(), "");
    first.keys("1234#55#");
    first.wait(seconds(2.0));
    let mut door = Door::new(first.book, "");
    door.keys("1234#");
    assert_eq!(door.take(), [ASKS_NUMBER, "stop", "play conf-getpin"]);
    door.keys("54#");
    assert_eq!(door.take(), ["stop", "play conf-invalidpin conf-getpin"]);
    door.keys("55#");
    assert_eq!(door.take(), ["stop", "join participant"]);
}

#[test]
fn pound_alone_or_silence_sets_none() {
    let mut door = Door::new(doorway(), "");
    door.keys("1234##");
    assert_eq!(door.take().last().unwrap(), OPENED);
    assert_eq!(door.found.as_ref().unwrap().pin, None);
    let mut second = Door::new(door.book, "");
    second.keys("1234#");
    assert_eq!(second.take(), [ASKS_NUMBER, "stop", "join participant"]);

    let mut silent = Door::new(doorway(), "");
    silent.keys("1234#");
    silent.wait(seconds(11.9));
    assert_eq!(silent.take(), [ASKS_NUMBER, "stop", ASKS_NEW_PIN]);
    silent.wait(seconds(0.1));
    assert_eq!(silent.take(), [OPENED]);
    assert_eq!(silent.found.unwrap().pin, None);
}

#[test]
fn who_opens_it_leads_only_if_set_so() {
    for (options, role) in [("", "join participant"), ("l", "join listener"), ("L", "join leader")] {
        let mut door = Door::new(dynamic(false, open()), options);
        door.keys("1234##");
        door.wait(seconds(2.0));
        assert_eq!(door.take().last().unwrap(), role);
    }
}

#[test]
fn a_key_cuts_the_announcement_off() {
    let mut door = Door::new(doorway(), "");
    door.keys("1234##");
    door.take();
    door.keys("1");
    assert_eq!(door.take(), ["stop", "join leader"]);
}

#[test]
fn with_option_p_he_is_asked_for_no_pin() {
    let mut door = Door::new(doorway(), "p");
    door.keys("1234#");
    assert_eq!(door.take(), [ASKS_NUMBER, "stop", OPENED]);
    let mut second = Door::new(doorway().and("7", guarded("1", "2")), "p");
    second.keys("7#");
    assert_eq!(second.take(), [ASKS_NUMBER, "stop", "join participant"]);
}

#[test]
fn a_pin_that_is_too_long_is_asked_for_again() {
    let mut door = Door::new(doorway(), "");
    door.keys("1234#");
    door.keys(&"5".repeat(33));
    door.keys("#");
    assert_eq!(door.take().last().unwrap(), "play conf-invalidpin conclave-set-pin");
    door.keys("55#");
    assert_eq!(door.take(), ["stop", OPENED]);
}

#[test]
fn who_keys_no_number_is_asked_three_times() {
    let mut door = Door::new(doorway(), "");
    door.keys("#");
    assert_eq!(door.take(), [ASKS_NUMBER, "stop", WRONG_NUMBER]);
    door.wait(seconds(14.0));
    assert_eq!(door.take(), [WRONG_NUMBER]);
    door.keys("#");
    assert_eq!(door.take(), ["stop", "play conf-invalid"]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done NOROOM"]);
}

#[test]
fn a_star_takes_the_number_back() {
    let mut door = Door::new(doorway(), "");
    door.keys("99*1234##");
    assert_eq!(door.take().last().unwrap(), OPENED);
}

#[test]
fn of_two_who_open_the_same_number_the_slower_one_is_asked_for_the_pin() {
    let (Book::Behind(doorway, _), pin) = (doorway(), "55") else { unreachable!() };
    let mut slower = Door::unhurried("");
    slower.answer(Found::Doorway(doorway));
    slower.keys("1234#");
    slower.answer(Found::Free);
    slower.keys("66#");
    assert!(matches!(slower.asked(), Some(Query::Create { pin: Some(_), .. })));
    slower.answer(Found::Conference(Arc::new(Conference { pin: pin.parse().ok(), ..open() })));
    assert_eq!(slower.take().last().unwrap(), "play conf-getpin");
    slower.keys("55#");
    assert_eq!(slower.take(), ["stop", "ask pin"]);

    // Without a PIN he is in.
    let (Book::Behind(doorway, _), pin) = (dynamic(true, open()), "") else { unreachable!() };
    let mut slower = Door::unhurried("");
    slower.answer(Found::Doorway(doorway));
    slower.keys("1234#");
    slower.answer(Found::Free);
    slower.keys("#");
    slower.answer(Found::Conference(Arc::new(Conference { pin: pin.parse().ok(), ..open() })));
    assert_eq!(slower.take().last().unwrap(), "ask manner participant");
}
