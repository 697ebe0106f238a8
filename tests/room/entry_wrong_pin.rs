//! What a caller hears who does not know the PIN.

use crate::sim::{Door, guarded, open, seconds};
use conclave::room::EntrySettings;

const AGAIN: &str = "play conf-invalidpin conf-getpin";
const TOO_MANY: &str = "play confbridge-pin-bad";

#[test]
fn three_attempts_then_he_is_told_and_sent_away() {
    let mut door = Door::new(guarded("1234", "9999"), "");
    door.take();
    door.keys("1#");
    assert_eq!(door.take(), ["stop", AGAIN]);
    door.keys("2#");
    assert_eq!(door.take(), ["stop", AGAIN]);
    door.keys("3#");
    assert_eq!(door.take(), ["stop", TOO_MANY]);
    door.wait(seconds(1.9));
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["done BADPIN"]);
}

#[test]
fn the_last_attempt_may_be_right() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("1#2#1234#");
    assert_eq!(door.take().last().unwrap(), "join participant");
}

#[test]
fn the_number_of_attempts_is_a_setting() {
    for (pin_attempts, wrong) in [(0, 1), (1, 1), (5, 5)] {
        let settings = EntrySettings { pin_attempts, ..EntrySettings::default() };
        let mut door = Door::patient(guarded("1234", ""), "", settings);
        for _ in 1..wrong {
            door.keys("0#");
            assert_eq!(door.take().last().unwrap(), AGAIN);
        }
        door.keys("0#");
        assert_eq!(door.take().last().unwrap(), TOO_MANY);
    }
}

#[test]
fn silence_is_an_attempt() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.take();
    door.wait(seconds(11.9));
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), [AGAIN]);
    door.wait(seconds(14.0));
    assert_eq!(door.take(), [AGAIN]);
    door.wait(seconds(14.0));
    assert_eq!(door.take(), [TOO_MANY]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done BADPIN"]);
}

#[test]
fn an_empty_answer_is_wrong_where_there_is_a_pin() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.take();
    door.keys("#");
    assert_eq!(door.take(), ["stop", AGAIN]);
}

#[test]
fn the_words_and_their_moment_are_the_same_whatever_was_wrong() {
    let wrong = ["4321", "1235", "123", "12345", "8888", "999", "", "0", "12349999"];
    let story = |answer: &str, end: &str, pins: (&str, &str)| {
        let mut door = Door::new(guarded(pins.0, pins.1), "");
        door.wait(seconds(5.0) - seconds(0.1) * answer.len() as u32);
        door.keys(answer);
        door.keys(end);
        let at = door.now;
        (door.take(), at)
    };
    let pins = [("1234", "9999"), ("1234", ""), ("77", "1"), ("5", "12345678")];
    let first = story(wrong[0], "#", pins[0]);
    for answer in wrong {
        for pins in pins {
            assert_eq!(story(answer, "#", pins), first, "{answer} for {pins:?}");
        }
    }
}

#[test]
fn keys_while_he_is_sent_away_change_nothing() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("1#1#1#");
    door.take();
    door.keys("1234#");
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done BADPIN"]);
}

#[test]
fn an_unknown_conference_is_told_in_words() {
    for options in ["", "p", "L", "q"] {
        let mut door = Door::new(None, options);
        door.keys("12#");
        assert_eq!(door.take(), ["play conf-invalid"]);
        door.wait(seconds(2.0));
        assert_eq!(door.take(), ["done NOROOM"]);
    }
    assert!(Door::new(open(), "").answered());
}
