//! Whoever knows the way keys it all at once, ten digits a second: nothing of it is lost.

use crate::sim::{Book, Door, dynamic, guarded, open, seconds};
use conclave::room::{Found, Opens};
use std::sync::Arc;

#[test]
fn through_a_doorway_and_past_a_pin() {
    let mut door = Door::new(dynamic(true, open()).and("1234", guarded("55", "66")), "");
    door.keys("1234#66#");
    assert_eq!(door.take(), ["play conf-getconfno", "stop", "play conf-getpin", "stop", "join leader"]);
}

#[test]
fn before_it_is_known_what_he_dialled() {
    let mut door = Door::unhurried("");
    door.keys("1234#");
    assert_eq!(door.take(), ["ask number"]);
    let conference = Arc::new(guarded("1234", ""));
    door.answer(Found::Conference(conference.clone()));
    assert_eq!(door.take(), ["play conf-getpin", "stop", "ask pin"]);
    door.answer(Found::Right(conference, Opens::AsAnybody));
    assert_eq!(door.take(), ["ask manner participant"]);
}

#[test]
fn while_each_answer_is_awaited() {
    let mut door = Door::unhurried("");
    let Book::Behind(doorway, _) = dynamic(true, open()) else { unreachable!() };
    door.keys("12");
    door.answer(Found::Doorway(doorway));
    door.keys("34#5");
    assert_eq!(door.asked(), Some(&conclave::room::Query::Dynamic(digits("1234"))));
    door.keys("6#");
    door.answer(Found::Conference(Arc::new(guarded("56", ""))));
    assert_eq!(door.asked(), Some(&conclave::room::Query::Pin(digits("56"))));
}

#[test]
fn while_the_verdict_on_the_last_one_is_held_back() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.verdict = seconds(5.0);
    door.keys("9#1234#");
    assert_eq!(door.take(), ["play conf-getpin", "stop"]);
    door.wait(seconds(5.0));
    assert_eq!(door.take(), ["play conf-invalidpin conf-getpin", "stop", "join participant"]);
}

#[test]
fn what_is_not_complete_goes_on() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.verdict = seconds(5.0);
    door.keys("9#12");
    door.wait(seconds(5.0));
    door.take();
    door.keys("34");
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(3.0));
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn as_many_as_can_be_keyed_in_the_longest_wait() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.verdict = seconds(10.0);
    door.keys("9#");
    door.keys(&"7".repeat(90));
    door.keys("*1234#");
    door.wait(seconds(10.0));
    assert_eq!(door.take().last().unwrap(), "join participant");
}

#[test]
fn a_flood_is_kept_out() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.verdict = seconds(1000.0);
    door.keys("9#");
    for _ in 0..5000 {
        door.input(conclave::room::entry::Input::Digit('#'));
    }
    door.verdict = seconds(0.0);
    door.wait(seconds(1002.0));
    assert!(door.answered());
}

fn digits(keys: &str) -> conclave::room::Digits {
    let mut digits = conclave::room::Digits::default();
    keys.chars().for_each(|key| digits.push(key));
    digits
}
