//! One number and a code: the code finds the conference and the role.

use crate::sim::{Book, Door, access, open, seconds};
use conclave::room::{CallResult, Conference, Found};

const ASKS: &str = "play conclave-get-code";
const AGAIN: &str = "play conclave-wrong-code conclave-get-code";
const TOO_MANY: &str = "play confbridge-pin-bad";

fn coded(code: &str, leader_code: &str) -> Conference {
    Conference { code: code.parse().ok(), leader_code: leader_code.parse().ok(), pin: "777".parse().ok(), ..open() }
}

fn doorway() -> Book {
    access(open()).and("1", coded("1234", "9999")).and("2", coded("5678", ""))
}

#[test]
fn the_code_alone_finds_conference_and_role() {
    for (keys, options, role) in [
        ("1234#", "", "join participant"),
        ("9999#", "", "join leader"),
        ("5678#", "", "join participant"),
        ("1234#", "l", "join listener"),
        ("9999#", "l", "join leader"),
        ("1234#", "L", "join leader"),
        ("1234#", "p", "join participant"),
    ] {
        let mut door = Door::new(doorway(), options);
        door.keys(keys);
        assert_eq!(door.take(), [ASKS, "stop", role], "{keys} {options}");
    }
}

#[test]
fn a_pause_ends_it() {
    let mut door = Door::new(doorway(), "");
    door.wait(seconds(2.0));
    door.keys("1234");
    door.wait(seconds(3.0));
    assert_eq!(door.take(), [ASKS, "join participant"]);
}

#[test]
fn three_wrong_ones_are_enough() {
    let mut door = Door::new(doorway(), "");
    door.keys("1#");
    assert_eq!(door.take(), [ASKS, "stop", AGAIN]);
    door.keys("777#");
    assert_eq!(door.take(), ["stop", AGAIN], "a PIN is no code");
    door.wait(seconds(14.0));
    assert_eq!(door.take(), [TOO_MANY]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done BADPIN"]);
}

#[test]
fn words_and_moment_are_the_same_for_a_wrong_code_and_an_unknown_one() {
    let story = |book: Book, keys: &str, wait: f64| {
        let mut door = Door::new(book, "");
        door.verdict = seconds(wait);
        door.wait(seconds(8.0) - seconds(0.1) * keys.len() as u32);
        door.keys(keys);
        let mut trace = Vec::new();
        for _ in 0..1000 {
            trace.extend(door.take().into_iter().map(|line| (door.now, line)));
            door.wait(seconds(0.1));
        }
        trace
    };
    let first = story(doorway(), "4321#", 0.5);
    assert_eq!(first.len(), 5, "the whole way out: {first:?}");
    for keys in ["1235#", "123#", "12345#", "1#", "#", "0000000000000000000000000000000000#"] {
        for book in [doorway(), access(open()), access(open()).and("3", coded("5", "6"))] {
            assert_eq!(story(book, keys, 0.5), first, "{keys}");
        }
    }
}

#[test]
fn the_verdict_comes_as_late_as_the_answer_says() {
    let mut door = Door::new(doorway(), "");
    door.verdict = seconds(4.0);
    door.keys("1#");
    assert_eq!(door.take(), [ASKS, "stop"]);
    door.wait(seconds(3.9));
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), [AGAIN]);
}

#[test]
fn who_is_locked_out_hears_that_there_were_too_many_as_late_as_ever() {
    let mut door = Door::new(doorway(), "");
    (door.locked_out, door.verdict) = (true, seconds(4.0));
    door.keys("1234#");
    door.wait(seconds(3.9));
    assert_eq!(door.take(), [ASKS, "stop"]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), [TOO_MANY]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done LOCKEDOUT"]);
}

#[test]
fn a_right_code_for_what_is_not_open_tells_that() {
    let mut door = Door::unhurried("");
    let Book::Behind(number, _) = doorway() else { unreachable!() };
    door.answer(Found::Doorway(number));
    door.keys("1234#");
    door.answer(Found::Refused(CallResult::NotOpen));
    assert_eq!(door.take().last().unwrap(), "play conclave-not-yet-open");
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done NOTOPEN"]);
}
