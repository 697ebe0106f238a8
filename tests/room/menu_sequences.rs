//! Menus that administrators wrote: which keys make which sequence.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Conference, Manner, Menu, Role};
use std::{sync::Arc, time::Duration};

fn hall(menu: Menu, pass_digits: bool) -> Hall {
    let manner = Arc::new(Manner { menu: Some(Arc::new(menu)), pass_digits, ..Manner::default() });
    let mut hall = Hall::new(Conference { everybody: manner, ..open() });
    hall.join(1, Role::Participant, "q");
    hall.join(2, Role::Participant, "q");
    hall.take();
    hall
}

fn with(lines: &[(&str, &str)]) -> Hall {
    hall(Menu::parse(lines.iter().copied()).unwrap(), false)
}

fn passing(lines: &[(&str, &str)]) -> Hall {
    hall(Menu::parse(lines.iter().copied()).unwrap(), true)
}

#[test]
fn a_sequence_that_cannot_go_on_acts_at_once() {
    let mut hall = with(&[("1", "play(one)"), ("23", "play(two)"), ("A#*", "play(three)")]);
    hall.keys(1, "1");
    assert_eq!(hall.take(), ["1 play one"]);
    hall.keys(1, "23A#*");
    assert_eq!(hall.take(), ["1 stop", "1 play two", "1 stop", "1 play three"]);
}

#[test]
fn one_that_could_go_on_acts_when_the_pause_ends() {
    let mut hall = with(&[("1", "play(one)"), ("12", "play(two)")]);
    hall.keys(1, "1");
    hall.wait(seconds(0.99));
    assert_eq!(hall.take(), [""; 0]);
    hall.wait(seconds(0.01));
    assert_eq!(hall.take(), ["1 play one"]);
    hall.wait(seconds(5.0));
    hall.keys(1, "1");
    hall.wait(seconds(0.8));
    hall.keys(1, "2");
    assert_eq!(hall.take(), ["1 play two"]);
}

#[test]
fn a_menu_can_have_a_pause_of_its_own() {
    let menu = Menu::parse([("1", "play(one)"), ("12", "play(two)")]).unwrap();
    let mut hall = hall(menu.with_pause(Duration::from_millis(300)), false);
    hall.keys(1, "1");
    hall.wait(seconds(0.3));
    assert_eq!(hall.take(), ["1 play one"]);
}

#[test]
fn a_pause_counts_before_a_key_of_the_same_moment() {
    let mut hall = with(&[("1", "play(one)"), ("12", "play(two)"), ("2", "play(three)")]);
    hall.keys(1, "1");
    hall.wait(seconds(0.9));
    hall.keys(1, "2");
    assert_eq!(hall.take(), ["1 play one", "1 play three"]);
}

#[test]
fn the_longest_sequence_wins_and_the_rest_is_pressed_anew() {
    let mut hall = with(&[("1", "play(one)"), ("123", "play(two)"), ("2", "play(three)"), ("4", "play(four)")]);
    hall.keys(1, "123");
    assert_eq!(hall.take(), ["1 play two"]);
    hall.wait(seconds(3.0));
    hall.keys(1, "124");
    assert_eq!(hall.take(), ["1 play one", "1 play three", "1 play four"]);
}

#[test]
fn a_sequence_with_help_acts_at_once_and_keys_go_on_from_it() {
    let lines = [("5", "play_and_continue(more)"), ("51", "play(one)"), ("1", "play(other)")];
    let mut hall = with(&lines);
    hall.keys(1, "5");
    assert_eq!(hall.take(), ["1 play more"]);
    hall.wait(seconds(6.0));
    hall.keys(1, "1");
    assert_eq!(hall.take(), ["1 play one"]);
    hall.keys(1, "1");
    assert_eq!(hall.take(), ["1 play other"], "the menu is closed again");
}

#[test]
fn help_that_also_does_something_else_waits_for_the_pause() {
    let mut hall = with(&[("5", "play(done), help"), ("51", "play(one)")]);
    hall.keys(1, "5");
    assert_eq!(hall.take(), [""; 0]);
    hall.wait(seconds(1.0));
    hall.keys(1, "1");
    assert_eq!(hall.take(), ["1 play done conclave-menu", "1 play one"]);
}

#[test]
fn several_actions_happen_in_their_order_and_speak_together() {
    let mut hall = with(&[("1", "toggle_mute, talk_louder, play(done&well)"), ("2", "leave, count")]);
    hall.keys(1, "1");
    assert_eq!(
        hall.take(),
        ["1 may-not-talk", "1 mute-changed", "1 talks 3", "1 play conf-muted done well"],
        "one prompt does not cut off the other"
    );
    hall.keys(1, "2");
    assert_eq!(hall.take(), ["1 release DTMF"]);
}

#[test]
fn an_open_menu_lets_another_sequence_begin() {
    let mut hall = with(&[("*", "help"), ("*1", "play(one)"), ("77", "play(two)")]);
    hall.keys(1, "*77");
    assert_eq!(hall.take(), ["1 play conclave-menu", "1 stop", "1 play two"]);
    hall.keys(1, "1");
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn wrong_keys_in_an_open_menu_are_told_one_by_one() {
    let mut hall = with(&[("*", "help"), ("*123", "play(one)"), ("*4", "play(two)")]);
    hall.keys(1, "*1");
    assert_eq!(hall.take(), ["1 play conclave-menu", "1 stop"]);
    hall.wait(seconds(1.0));
    assert_eq!(hall.take(), ["1 play conf-errormenu"]);
    hall.keys(1, "14");
    assert_eq!(hall.take(), ["1 stop", "1 play conf-errormenu", "1 play two"]);
}

#[test]
fn hash_closes_a_menu_that_has_no_sequence_with_it() {
    let mut hall = with(&[("*", "help"), ("*1", "play(one)")]);
    hall.keys(1, "*#1");
    assert_eq!(hall.take(), ["1 play conclave-menu", "1 stop"]);
}

#[test]
fn ten_keys_a_second_are_all_taken() {
    let mut hall = with(&[("6", "talk_louder"), ("4", "talk_softer"), ("46", "play(both)"), ("464", "no_op")]);
    hall.keys(1, "666466444");
    hall.wait(seconds(1.0));
    assert_eq!(
        hall.take(),
        [
            "1 talks 3",
            "1 talks 6",
            "1 talks 9",
            "1 play both",
            "1 stop",
            "1 talks 12",
            "1 talks 9",
            "1 talks 6",
            "1 talks 3",
        ]
    );
}

#[test]
fn a_volume_key_alone_repeats_its_step() {
    let mut hall = with(&[("*1", "listen_louder"), ("*2", "listen_reset"), ("*3", "play(three)")]);
    hall.keys(1, "*1113");
    assert_eq!(hall.take(), ["1 listens 3", "1 listens 6", "1 listens 9", "1 play three"]);
    hall.keys(1, "1");
    assert_eq!(hall.take(), [""; 0], "closed by the last");
    hall.keys(1, "*2*2");
    assert_eq!(hall.take(), ["1 stop", "1 listens 0"], "a second reset changes nothing");
    hall.keys(1, "*1");
    hall.wait(seconds(5.0));
    hall.keys(1, "1");
    assert_eq!(hall.take(), ["1 listens 3"], "closed after five seconds");
}

#[test]
fn keys_without_meaning_are_passed_on_only_if_so_set() {
    let mut hall = passing(&[("*", "help"), ("*1", "play(one)"), ("55", "play(two)")]);
    hall.join(3, Role::Participant, "q");
    hall.take();
    hall.keys(1, "7D");
    assert_eq!(hall.take(), ["2 send 7", "3 send 7", "2 send D", "3 send D"]);
    hall.keys(1, "56");
    assert_eq!(hall.take(), ["2 send 5", "3 send 5", "2 send 6", "3 send 6"]);
    hall.keys(1, "5");
    hall.wait(seconds(1.0));
    assert_eq!(hall.take(), ["2 send 5", "3 send 5"]);
    hall.keys(1, "55*71");
    assert_eq!(
        hall.take(),
        ["1 play two", "1 play conclave-menu", "1 play conf-errormenu", "1 play one"],
        "what means something is not passed on, nor what is wrong in an open menu"
    );
    let mut hall = with(&[("1", "no_op")]);
    hall.keys(1, "7");
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn with_an_empty_menu_no_key_does_anything() {
    let mut hall = with(&[]);
    hall.keys(1, "*0123456789#ABCD");
    hall.wait(seconds(10.0));
    assert_eq!(hall.take(), [""; 0]);
}
