//! What a member hears who is alone.

use crate::sim::{Hall, open, seconds, with_music};
use conclave::room::Role;

#[test]
fn he_is_told_and_then_hears_music() {
    let mut hall = Hall::new(with_music());
    hall.participant(1);
    let joined = ["opened", "1 may-talk", "1 seat", "1 play conf-onlyperson"];
    assert_eq!(hall.take(), joined);
    hall.wait(seconds(1.9));
    assert_eq!(hall.take(), [""; 0]);
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), ["1 music"]);
}

#[test]
fn a_quiet_one_hears_music_at_once() {
    let mut hall = Hall::new(with_music());
    hall.join(1, Role::Participant, "q");
    assert_eq!(hall.take(), ["opened", "1 may-talk", "1 seat", "1 music"]);
}

#[test]
fn without_a_class_of_music_there_is_none() {
    let mut hall = Hall::new(open());
    hall.participant(1);
    hall.take();
    hall.wait(seconds(10.0));
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn the_music_stops_before_a_second_one_is_seated() {
    let mut hall = Hall::new(with_music());
    hall.participant(1);
    hall.wait(seconds(5.0));
    hall.take();
    hall.participant(2);
    assert_eq!(hall.take(), ["2 may-talk", "1 no-music", "2 seat", "room play join-tone"]);
}

#[test]
fn the_announcement_stops_when_it_is_no_longer_true() {
    let mut hall = Hall::new(with_music());
    hall.participant(1);
    hall.take();
    hall.participant(2);
    assert_eq!(hall.take(), ["2 may-talk", "1 stop", "2 seat", "room play join-tone"]);
    hall.wait(seconds(100.0));
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn another_prompt_goes_on_when_a_second_one_comes() {
    let mut hall = Hall::new(with_music());
    hall.participant(1);
    hall.keys(1, "*1");
    hall.take();
    hall.participant(2);
    assert_eq!(hall.take(), ["2 may-talk", "2 seat", "room play join-tone"]);
}

#[test]
fn left_alone_again_he_hears_music_again() {
    let mut hall = Hall::new(with_music());
    for id in [1, 2, 3] {
        hall.participant(id);
        hall.wait(seconds(5.0));
    }
    hall.take();
    hall.leave(1);
    assert_eq!(hall.take(), ["1 release HANGUP", "room play leave-tone"]);
    hall.wait(seconds(5.0));
    hall.leave(3);
    assert_eq!(hall.take(), ["3 release HANGUP", "room play leave-tone"]);
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["2 music"]);
    hall.participant(4);
    assert_eq!(hall.take()[..2], ["4 may-talk", "2 no-music"]);
}

#[test]
fn a_prompt_of_his_own_interrupts_the_music() {
    let mut hall = Hall::new(with_music());
    hall.join(1, Role::Participant, "q");
    hall.take();
    hall.keys(1, "*");
    assert_eq!(hall.take(), ["1 no-music", "1 play conclave-menu"]);
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["1 music"]);
    hall.mute(1);
    let muted = ["1 may-not-talk", "1 mute-changed", "1 no-music", "1 play conf-muted"];
    assert_eq!(hall.take(), muted);
}

#[test]
fn the_music_comes_even_if_the_end_of_the_announcement_is_never_told() {
    let mut hall = Hall::new(with_music());
    hall.reports_played = false;
    hall.participant(1);
    hall.take();
    hall.wait(seconds(60.0));
    assert_eq!(hall.take(), ["1 music"]);
}
