//! A call that comes unanswered is answered when he has to hear or say something, and otherwise when it is set so.

use crate::sim::{Book, Door, guarded, open, seconds};
use conclave::room::entry::{ANSWER_LIMIT, Input};
use conclave::room::{Answering, Arrivals, CallResult, Conference, Manner};
use std::sync::Arc;

fn answering(answer: Answering, arrivals: Arrivals, conference: Conference) -> Conference {
    let manner = Arc::new(Manner { answer, arrivals, ..Manner::default() });
    Conference { everybody: manner.clone(), leaders: manner, ..conference }
}

#[test]
fn usually_before_he_joins() {
    let conference = answering(Answering::AtOnce, Arrivals::Tones, open());
    assert_eq!(Door::unanswered(conference, "").take(), ["answer", "join participant"]);
}

#[test]
fn not_here_if_it_is_set_so() {
    for answer in [Answering::WhenItBegins, Answering::Never] {
        let conference = answering(answer, Arrivals::Tones, open());
        assert_eq!(Door::unanswered(conference, "").take(), ["join participant"]);
    }
}

#[test]
fn before_he_is_asked_for_a_pin_whatever_is_set() {
    for answer in [Answering::AtOnce, Answering::WhenItBegins, Answering::Never] {
        let mut door = Door::unanswered(answering(answer, Arrivals::Tones, guarded("1", "")), "");
        assert_eq!(door.take(), ["answer", "play conf-getpin"]);
        door.keys("1#");
        assert_eq!(door.take(), ["stop", "join participant"], "and once only");
    }
    let conference = answering(Answering::Never, Arrivals::Tones, guarded("1", ""));
    assert_eq!(Door::unanswered(conference, "p").take(), ["join participant"]);
}

#[test]
fn before_he_is_asked_for_his_name_unless_it_is_never_to_be_answered() {
    let names = Arrivals::Names { review: false };
    let mut door = Door::unanswered(answering(Answering::WhenItBegins, names, open()), "");
    assert_eq!(door.take(), ["answer", "play vm-rec-name beep"]);
    let mut door = Door::unanswered(answering(Answering::Never, names, open()), "");
    assert_eq!(door.take(), ["join participant"]);
    // Another application answered it before.
    let mut door = Door::new(answering(Answering::Never, names, open()), "");
    assert_eq!(door.take(), ["play vm-rec-name beep"]);
}

#[test]
fn before_he_is_turned_away() {
    let mut door = Door::unanswered(Book::Nothing(CallResult::Over), "");
    assert_eq!(door.take(), ["answer", "play conclave-over"]);
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done OVER"]);
}

#[test]
fn what_follows_the_answer_waits_for_sound() {
    let mut door = Door::silent(guarded("1", ""));
    assert_eq!(door.take(), ["answer"]);
    door.wait(seconds(0.5));
    assert_eq!(door.take(), [""; 0]);
    door.input(Input::Answered);
    assert_eq!(door.take(), ["play conf-getpin"]);
    door.keys("1#");
    assert_eq!(door.take(), ["stop", "join participant"]);

    let mut door = Door::silent(open());
    assert_eq!(door.take(), ["answer"], "nor does he join");
    door.input(Input::Answered);
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn but_not_for_ever() {
    let mut door = Door::silent(open());
    door.wait(ANSWER_LIMIT - seconds(0.1));
    assert_eq!(door.take(), ["answer"]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["join participant"]);
}

#[test]
fn who_hangs_up_meanwhile_is_gone_at_once() {
    let mut door = Door::silent(open());
    door.input(Input::Hangup);
    assert_eq!(door.take(), ["answer", "done HANGUP"]);
}
