//! The keys that every member has.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Input, MemberId, Role};

const MENU: &str = "1 play conclave-menu";
const ERROR: &str = "1 play conf-errormenu";

fn two() -> Hall {
    Hall::with(open(), &[Role::Participant; 2])
}

#[test]
fn without_the_star_keys_do_nothing() {
    let mut hall = two();
    hall.keys(1, "0123456789#ABCDx");
    hall.wait(seconds(3.0));
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn a_star_speaks_the_menu_and_a_key_cuts_it_off() {
    let mut hall = two();
    hall.keys(1, "*4");
    assert_eq!(hall.take(), [MENU, "1 stop", "1 listens -3"]);
}

#[test]
fn four_and_six_change_what_he_hears() {
    let mut hall = two();
    hall.keys(1, "*446");
    let listens = |hall: &Hall| hall.room.member(MemberId(1)).unwrap().listen_volume();
    assert_eq!(hall.take()[2..], ["1 listens -3", "1 listens -6", "1 listens -3"]);
    assert_eq!(listens(&hall).decibels(), -3);
}

#[test]
fn seven_and_nine_change_how_he_is_heard() {
    let mut hall = two();
    hall.keys(1, "*799");
    assert_eq!(hall.take()[2..], ["1 talks -3", "1 talks 0", "1 talks 3"]);
    let member = hall.room.member(MemberId(1)).unwrap();
    assert_eq!(member.talk_volume().decibels(), 3);
    assert_eq!(member.listen_volume().decibels(), 0);
}

#[test]
fn volumes_end_at_twelve_decibels_with_a_sound() {
    let mut hall = two();
    hall.keys(1, "*66666");
    assert_eq!(hall.take()[5..], ["1 listens 12", "1 play beeperr"]);
    hall.keys(1, "777777777");
    let lines = hall.take();
    assert_eq!(lines[..5], ["1 stop", "1 talks -3", "1 talks -6", "1 talks -9", "1 talks -12"]);
    assert!(lines[5..].iter().all(|line| line == "1 play beeperr"));
}

#[test]
fn eight_leaves() {
    let mut hall = two();
    hall.keys(1, "*8");
    assert_eq!(hall.take(), [MENU, "1 release DTMF"]);
    hall.keys(1, "*8");
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn a_key_that_means_nothing_is_said_and_he_may_choose_again() {
    for key in ["3", "5", "A", "D"] {
        let mut hall = two();
        hall.keys(1, "*");
        hall.keys(1, key);
        assert_eq!(hall.take(), [MENU, ERROR], "{key}");
        hall.wait(seconds(6.0));
        hall.keys(1, "9");
        assert_eq!(hall.take(), ["1 talks 3"], "{key}");
    }
}

#[test]
fn a_second_star_speaks_the_menu_again() {
    let mut hall = two();
    hall.keys(1, "**");
    assert_eq!(hall.take(), [MENU, MENU]);
}

#[test]
fn the_hash_key_closes_the_menu() {
    let mut hall = two();
    hall.keys(1, "*#8");
    assert_eq!(hall.take(), [MENU, "1 play OthersPresent(1)"], "and it tells how many are here");
    hall.keys(1, "*");
    hall.wait(seconds(3.0));
    hall.keys(1, "#8");
    assert_eq!(hall.take(), [MENU, "1 play OthersPresent(1)"]);
}

#[test]
fn the_menu_closes_in_silence_five_seconds_after_it_was_spoken() {
    let mut hall = two();
    hall.keys(1, "*");
    hall.wait(seconds(6.8));
    hall.keys(1, "6");
    assert_eq!(hall.take(), [MENU, "1 listens 3"]);
    hall.wait(seconds(5.0));
    assert_eq!(hall.wake(), None);
    hall.keys(1, "8");
    assert_eq!(hall.take(), [""; 0], "closed five seconds after the last key");
}

#[test]
fn the_menu_does_not_close_while_something_plays() {
    let mut hall = two();
    hall.keys(1, "*");
    hall.wait(seconds(6.5));
    hall.keys(1, "5");
    hall.wait(seconds(1.0));
    hall.take();
    hall.keys(1, "8");
    assert_eq!(hall.take(), ["1 release DTMF"]);
}

#[test]
fn a_time_out_counts_before_a_key_of_the_same_moment() {
    let mut hall = two();
    hall.keys(1, "*");
    hall.wait(seconds(2.0));
    hall.take();
    hall.now += seconds(5.0);
    let member = MemberId(1);
    hall.input(Input::Digit { member, digit: '8' });
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn muting_closes_the_menu() {
    let mut hall = two();
    hall.keys(1, "*18");
    assert_eq!(hall.take().last().unwrap(), "1 play conf-muted");
}

#[test]
fn a_prompt_from_the_console_replaces_the_menu_that_stays_open() {
    let mut hall = two();
    hall.keys(1, "*");
    hall.mute(1);
    hall.take();
    hall.wait(seconds(4.0));
    hall.keys(1, "8");
    assert_eq!(hall.take(), ["1 release DTMF"]);
}

#[test]
fn menus_of_two_members_are_their_own() {
    let mut hall = two();
    hall.keys(1, "*");
    hall.keys(2, "6");
    hall.keys(2, "*6");
    hall.keys(1, "7");
    let lines = hall.take();
    let expected = [MENU, "2 play conclave-menu", "2 stop", "2 listens 3", "1 stop", "1 talks -3"];
    assert_eq!(lines, expected);
}

#[test]
fn an_open_menu_closes_even_if_its_end_is_never_told() {
    let mut hall = two();
    hall.reports_played = false;
    hall.keys(1, "*");
    hall.wait(seconds(65.0));
    assert_eq!(hall.wake(), None);
    hall.take();
    hall.keys(1, "8");
    assert_eq!(hall.take(), [""; 0]);
}
