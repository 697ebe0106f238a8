//! How a right PIN is keyed.

use crate::sim::{Door, guarded, seconds};
use conclave::room::{EntrySettings, entry::Input};

const ASKS: &str = "play conf-getpin";

#[test]
fn the_pin_makes_a_participant() {
    let mut door = Door::new(guarded("1234", "9999"), "");
    door.keys("1234#");
    assert_eq!(door.take(), [ASKS, "stop", "join participant"]);
}

#[test]
fn the_leader_pin_makes_a_leader() {
    let mut door = Door::new(guarded("1234", "9999"), "");
    door.keys("9999#");
    assert_eq!(door.take(), [ASKS, "stop", "join leader"]);
}

#[test]
fn with_option_l_the_pin_makes_a_listener_and_the_leader_pin_a_leader() {
    let mut door = Door::new(guarded("1234", "9999"), "l");
    door.keys("1234#");
    assert_eq!(door.take(), [ASKS, "stop", "join listener"]);
    let mut door = Door::new(guarded("1234", "9999"), "l");
    door.keys("9999#");
    assert_eq!(door.take(), [ASKS, "stop", "join leader"]);
}

#[test]
fn a_pause_of_three_seconds_ends_the_pin() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.wait(seconds(2.5));
    door.keys("1234");
    door.wait(seconds(2.9));
    assert_eq!(door.take(), [ASKS]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn the_length_of_the_pin_does_not_end_it() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("1234");
    assert!(!door.answered());
    door.keys("5#");
    assert!(!door.answered());
}

#[test]
fn a_digit_cuts_the_question_off_and_counts() {
    let mut door = Door::new(guarded("12", ""), "");
    door.wait(seconds(0.5));
    door.keys("1");
    assert_eq!(door.take(), [ASKS, "stop"]);
    door.keys("2#");
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn a_star_takes_back_what_was_keyed() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("99*12*1234#");
    assert_eq!(door.take(), [ASKS, "stop", "join participant"]);
}

#[test]
fn after_a_star_there_is_as_much_time_as_at_first() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("12*");
    door.take();
    door.wait(seconds(9.9));
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["play conf-invalidpin conf-getpin"]);
}

#[test]
fn letters_and_noise_do_nothing() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("ABCDx \u{0}é");
    assert_eq!(door.take(), [ASKS], "they do not even cut the question off");
    door.keys("1A2B3C4D#");
    assert_eq!(door.take(), ["stop", "join participant"]);
}

#[test]
fn thirty_two_digits_can_be_keyed_and_no_more() {
    let pin = "12345678901234567890123456789012";
    let mut door = Door::new(guarded(pin, ""), "");
    door.keys(pin);
    door.keys("#");
    assert_eq!(door.take(), [ASKS, "stop", "join participant"]);

    let mut door = Door::new(guarded(pin, ""), "");
    door.keys(pin);
    door.keys("3#");
    assert!(!door.answered(), "a PIN followed by more is not the PIN");
    door.keys(&"7".repeat(500));
    door.keys("*");
    door.keys(pin);
    door.keys("#");
    assert!(door.answered());
}

#[test]
fn nothing_is_the_pin_of_participants_where_only_leaders_have_one() {
    let mut door = Door::new(guarded("", "9999"), "");
    door.keys("#");
    assert_eq!(door.take(), [ASKS, "stop", "join participant"]);

    let mut door = Door::new(guarded("", "9999"), "");
    door.wait(seconds(11.9));
    assert!(!door.answered());
    door.wait(seconds(0.1));
    assert_eq!(door.take(), [ASKS, "join participant"]);

    let mut door = Door::new(guarded("", "9999"), "");
    door.keys("9999#");
    assert_eq!(door.take(), [ASKS, "stop", "join leader"]);
}

#[test]
fn a_pause_counts_before_a_key_of_the_same_moment() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.keys("1234");
    door.now += seconds(3.0);
    door.input(Input::Digit('5'));
    assert_eq!(door.take(), [ASKS, "stop", "join participant"]);
}

#[test]
fn keys_that_never_end_are_judged_after_a_minute() {
    let mut door = Door::new(guarded("1234", ""), "");
    for _ in 0..25 {
        door.keys("1");
        door.wait(seconds(2.5));
    }
    assert!(door.take().contains(&"play conf-invalidpin conf-getpin".into()));
}

#[test]
fn the_pauses_are_settings() {
    let settings = EntrySettings { next_digit: seconds(1.0), first_digit: seconds(4.0), ..EntrySettings::default() };
    let mut door = Door::patient(guarded("12", ""), "", settings);
    door.wait(seconds(5.9));
    assert_eq!(door.take(), [ASKS]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["play conf-invalidpin conf-getpin"]);
    door.keys("12");
    door.wait(seconds(1.0));
    assert_eq!(door.take(), ["stop", "join participant"]);
}

#[test]
fn it_goes_on_when_the_end_of_a_prompt_is_never_told() {
    let mut door = Door::new(guarded("1234", ""), "");
    door.reports_played = false;
    door.wait(seconds(300.0));
    let end = ["play confbridge-pin-bad", "done BADPIN"];
    assert!(door.take().ends_with(&end.map(String::from)));
}
