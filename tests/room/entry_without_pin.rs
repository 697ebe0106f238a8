//! Who is asked for no PIN is in at once, in the role that the options give him.

use crate::sim::{Door, guarded, open};

#[test]
fn a_conference_without_pins_is_joined_at_once() {
    assert_eq!(Door::new(open(), "").take(), ["join participant"]);
}

#[test]
fn option_p_skips_the_pin_and_makes_no_leader() {
    let conference = guarded("1234", "9999");
    assert_eq!(Door::new(conference, "p").take(), ["join participant"]);
}

#[test]
fn option_capital_l_makes_a_leader_without_a_pin() {
    let conference = guarded("1234", "9999");
    assert_eq!(Door::new(conference, "L").take(), ["join leader"]);
    assert_eq!(Door::new(open(), "L").take(), ["join leader"]);
}

#[test]
fn option_l_makes_a_listener() {
    assert_eq!(Door::new(open(), "l").take(), ["join listener"]);
    let conference = guarded("1234", "9999");
    assert_eq!(Door::new(conference, "lp").take(), ["join listener"]);
}

#[test]
fn keys_after_the_answer_change_nothing() {
    let mut door = Door::new(open(), "");
    door.keys("12*#");
    assert_eq!(door.take(), ["join participant"]);
}
