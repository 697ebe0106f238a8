//! Somebody who was called says whether he comes.

use crate::sim::{Door, seconds};
use conclave::room::entry::Input;

const ASKS: &str = "play conclave-you-are-invited";

#[test]
fn by_one_he_comes() {
    let mut door = Door::invited();
    assert_eq!(door.take(), [ASKS]);
    door.keys("1");
    assert_eq!(door.take(), ["stop", "join participant"]);
    let mut door = Door::invited();
    door.wait(seconds(11.0));
    door.keys("1");
    assert_eq!(door.take(), [ASKS, "join participant"], "as long as nothing else happened");
}

#[test]
fn by_any_other_key_he_does_not() {
    for key in "023456789*#".chars() {
        let mut door = Door::invited();
        door.keys(&key.to_string());
        assert_eq!(door.take(), [ASKS, "stop", "done DECLINED"], "{key}");
    }
}

#[test]
fn a_noise_is_no_answer() {
    let mut door = Door::invited();
    door.keys("ABCDx");
    assert_eq!(door.take(), [ASKS]);
}

#[test]
fn nor_if_he_keys_nothing() {
    let mut door = Door::invited();
    door.wait(seconds(11.9));
    assert_eq!(door.take(), [ASKS]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["done DECLINED"]);
}

#[test]
fn a_machine_that_answers_is_not_left_in_the_line() {
    let mut door = Door::invited();
    door.reports_played = false;
    door.wait(seconds(100.0));
    assert_eq!(door.take(), [ASKS, "done DECLINED"]);
}

#[test]
fn hanging_up_is_hanging_up() {
    let mut door = Door::invited();
    door.take();
    door.input(Input::Hangup);
    assert_eq!(door.take(), ["done HANGUP"]);
}
