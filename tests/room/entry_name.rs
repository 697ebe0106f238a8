//! A caller says his name before he comes in.

use crate::sim::{Door, dynamic, guarded, open, seconds};
use conclave::room::{Arrivals, Conference, Manner};
use std::sync::Arc;

const ASKS: &str = "play vm-rec-name beep";
const REVIEW: &str = "play vm-review";

fn named(review: bool, conference: Conference) -> Conference {
    let manner = Arc::new(Manner { arrivals: Arrivals::Names { review }, ..Manner::default() });
    Conference { everybody: manner.clone(), leaders: manner, ..conference }
}

/// A caller who speaks.
fn speaking(review: bool) -> Door {
    let mut door = Door::new(named(review, open()), "");
    door.wait(seconds(4.0));
    assert_eq!(door.take(), [ASKS, "record"]);
    door
}

#[test]
fn it_ends_with_a_key() {
    for key in ["#", "5", "*"] {
        let mut door = speaking(false);
        door.keys(key);
        assert_eq!(door.take(), ["stop-recording"]);
        door.recorded(Some(1.5));
        assert_eq!(door.take(), ["join participant"]);
    }
}

#[test]
fn it_ends_when_he_falls_silent() {
    let mut door = speaking(false);
    door.wait(seconds(2.0));
    door.recorded(Some(1.5));
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn it_ends_after_ten_seconds() {
    let mut door = speaking(false);
    door.wait(seconds(9.9));
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["stop-recording"]);
    door.recorded(Some(10.0));
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn a_recording_that_is_never_reported_is_none() {
    let mut door = speaking(true);
    door.keys("#");
    door.take();
    door.wait(seconds(9.9));
    assert_eq!(door.take(), [""; 0]);
    door.recorded(None);
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn he_is_asked_once_more_if_it_is_too_short() {
    let mut door = speaking(true);
    door.recorded(Some(0.2));
    assert_eq!(door.take(), ["play vm-tooshort vm-rec-name beep"]);
    door.wait(seconds(6.0));
    assert_eq!(door.take(), ["record"]);
    door.recorded(Some(0.2));
    assert_eq!(door.take(), ["forget-name", "join participant"]);
}

#[test]
fn a_key_leads_to_the_tone() {
    let mut door = Door::new(named(false, open()), "");
    door.keys("1");
    assert_eq!(door.take(), [ASKS, "play beep"]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["record"]);
}

#[test]
fn he_can_listen_to_it_and_do_it_again() {
    let mut door = speaking(true);
    door.keys("#");
    door.recorded(Some(1.0));
    assert_eq!(door.take(), ["stop-recording", REVIEW]);
    door.keys("2");
    assert_eq!(door.take(), ["play name-7 vm-review"]);
    door.keys("3");
    assert_eq!(door.take(), ["play beep"]);
    door.wait(seconds(2.0));
    door.keys("#");
    door.recorded(Some(1.0));
    assert_eq!(door.take(), ["record", "stop-recording", REVIEW]);
    door.keys("1");
    assert_eq!(door.take(), ["stop", "join participant"]);
}

#[test]
fn another_key_is_told_to_mean_nothing() {
    let mut door = speaking(true);
    door.recorded(Some(1.0));
    door.take();
    door.keys("9");
    assert_eq!(door.take(), ["play conf-errormenu vm-review"]);
}

#[test]
fn silence_accepts_it() {
    let mut door = speaking(true);
    door.recorded(Some(1.0));
    door.take();
    door.wait(seconds(11.9));
    assert_eq!(door.take(), [""; 0]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn nobody_stays_at_it_for_ever() {
    let mut door = speaking(true);
    door.recorded(Some(1.0));
    for _ in 0..200 {
        if !door.answered() {
            door.keys("2");
            door.wait(seconds(0.5));
        }
    }
    assert_eq!(door.take().last().unwrap(), "join participant");

    let mut door = speaking(true);
    door.recorded(Some(1.0));
    for _ in 0..60 {
        door.keys("3");
        door.wait(seconds(2.5));
        match door.take().last().map(String::as_str) {
            Some("record") => door.recorded(Some(1.0)),
            Some("stop-recording") => {
                door.recorded(Some(1.0));
                break;
            }
            _ => break,
        }
    }
    door.wait(seconds(100.0));
    assert!(door.answered());
}

#[test]
fn only_where_the_others_hear_it() {
    assert_eq!(Door::new(named(true, open()), "q").take(), ["join participant"]);
    let words = Manner { arrivals: Arrivals::Words, ..Manner::default() };
    let conference = Conference { everybody: Arc::new(words), ..open() };
    assert_eq!(Door::new(conference, "").take(), ["join participant"]);
    let leaders = named(false, open()).leaders;
    let conference = Conference { leaders, ..guarded("1", "2") };
    let mut door = Door::new(conference.clone(), "");
    door.keys("1#");
    assert_eq!(door.take(), ["play conf-getpin", "stop", "join participant"]);
    let mut door = Door::new(conference, "");
    door.keys("2#");
    assert_eq!(door.take(), ["play conf-getpin", "stop", ASKS]);
}

#[test]
fn keys_that_were_meant_for_another_question_do_not_cut_it_short() {
    let mut door = Door::new(dynamic(true, named(false, open())), "");
    door.keys("1234#5#");
    door.wait(seconds(2.0));
    assert_eq!(door.take().last().unwrap(), ASKS);
    door.wait(seconds(4.0));
    assert_eq!(door.take(), ["record"]);
}

#[test]
fn a_recording_that_nobody_asked_for_is_nothing() {
    let mut door = Door::new(named(false, guarded("1", "")), "");
    door.take();
    door.recorded(Some(3.0));
    assert_eq!(door.take(), [""; 0]);
    door.keys("1#");
    door.recorded(Some(3.0));
    assert_eq!(door.take(), ["stop", ASKS]);
}
