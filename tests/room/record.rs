//! Recording, and that nobody is recorded unawares.

use crate::sim::{Hall, open, seconds, treated};
use conclave::room::{Conference, MemberId, Order, RecordOrder, Recording, RecordingState, Role, WaitForLeader};

const START: Order = Order::Record(RecordOrder::Start);
const STOP: Order = Order::Record(RecordOrder::Stop);
const PAUSE: Order = Order::Record(RecordOrder::Pause);
const RESUME: Order = Order::Record(RecordOrder::Resume);

fn automatic(conference: Conference) -> Conference {
    Conference { recording: Recording { automatic: true, ..Recording::default() }, ..conference }
}

/// A leader and a participant, both quiet.
fn two(conference: Conference) -> Hall {
    Hall::with(conference, &[Role::Leader, Role::Participant])
}

/// The same, and it is being recorded.
fn recorded() -> Hall {
    let mut hall = two(open());
    hall.order(START);
    hall.wait(seconds(2.0));
    hall.take();
    hall
}

#[test]
fn it_begins_when_all_have_heard_that_it_will() {
    let mut hall = two(open());
    hall.take();
    hall.asks(1, START);
    assert_eq!(hall.take(), ["room play conclave-recording"]);
    assert_eq!(hall.room.recording(), RecordingState::Announced);
    hall.wait(seconds(1.9));
    assert!(hall.is_quiet());
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), ["record start", "recording(start)"]);
    assert_eq!(hall.room.recording(), RecordingState::On);
}

#[test]
fn it_is_paused_goes_on_and_ends_and_all_are_told() {
    let mut hall = recorded();
    for (order, word) in [(PAUSE, "pause"), (RESUME, "resume"), (STOP, "stop")] {
        let words = ["paused", "resumed", "stopped"].into_iter().find(|words| words.starts_with(&word[..2])).unwrap();
        hall.order(order);
        let expected =
            [format!("record {word}"), format!("recording({word})"), format!("room play conclave-recording-{words}")];
        assert_eq!(hall.take(), expected);
        hall.wait(seconds(2.0));
    }
    assert_eq!(hall.room.recording(), RecordingState::Off);
}

#[test]
fn what_makes_no_sense_is_declined() {
    let mut hall = two(open());
    hall.take();
    for order in [STOP, PAUSE, RESUME] {
        hall.order(order);
        assert_eq!(hall.take(), ["declined nothing"]);
    }
    hall.order(START);
    hall.wait(seconds(3.0));
    hall.take();
    for order in [START, RESUME] {
        hall.order(order);
        assert_eq!(hall.take(), ["declined already"]);
    }
    hall.order(PAUSE);
    hall.take();
    hall.order(PAUSE);
    assert_eq!(hall.take(), ["declined already"]);
}

#[test]
fn who_comes_later_hears_so_first_and_is_silent_until_then() {
    let mut hall = recorded();
    hall.participant(3);
    let lines = ["3 may-not-talk", "3 seat", "3 play conclave-recording", "room play join-tone"];
    assert_eq!(hall.take(), lines);
    assert!(hall.hears(3) && !hall.is_heard(3));
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["3 may-talk", "3 mute-changed"]);
}

#[test]
fn nothing_cuts_the_warning_off() {
    let mut hall = recorded();
    hall.participant(3);
    hall.take();
    hall.keys(3, "*");
    hall.mute(3);
    hall.unmute(3);
    hall.wait(seconds(1.0));
    let lines = hall.take();
    assert!(!lines.iter().any(|line| line.contains("stop") || line.contains("3 play")), "{lines:?}");
    assert!(!hall.is_heard(3));
    hall.wait(seconds(1.0));
    assert!(hall.is_heard(3));
}

#[test]
fn what_else_is_said_to_him_comes_after_it() {
    let mut hall = recorded();
    hall.join(3, Role::Participant, "m");
    hall.take();
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["3 mute-changed", "3 play conf-muted"]);
}

#[test]
fn who_comes_while_it_is_announced_hears_it_alone() {
    let mut hall = two(open());
    hall.order(START);
    hall.wait(seconds(1.0));
    hall.take();
    hall.join(3, Role::Participant, "q");
    assert_eq!(hall.take(), ["3 may-not-talk", "3 seat", "3 play conclave-recording"]);
}

#[test]
fn who_waited_meanwhile_hears_it_when_he_is_seated() {
    let mut hall = two(Conference { lobby: true, ..open() });
    hall.order(Order::Admit(None));
    hall.participant(3);
    hall.order(START);
    hall.wait(seconds(3.0));
    hall.take();
    hall.order(Order::Admit(Some(MemberId(3))));
    let lines = ["3 may-not-talk", "3 mute-changed", "3 seat", "3 play conclave-recording", "room play join-tone"];
    assert_eq!(hall.take(), lines);
    assert!(!hall.is_heard(3));
    hall.wait(seconds(2.0));
    assert!(hall.is_heard(3));
}

#[test]
fn when_it_ends_nobody_needs_the_warning() {
    let mut hall = recorded();
    hall.join(3, Role::Participant, "q");
    hall.take();
    hall.order(STOP);
    let lines = hall.take();
    assert!(lines.contains(&"3 stop".into()) && lines.contains(&"3 may-talk".into()), "{lines:?}");
}

#[test]
fn it_begins_by_itself_when_two_are_there() {
    let mut hall = Hall::new(automatic(open()));
    hall.join(1, Role::Participant, "q");
    hall.wait(seconds(10.0));
    hall.take();
    hall.join(2, Role::Participant, "q");
    assert_eq!(hall.take(), ["2 may-talk", "2 seat", "room play conclave-recording"]);
}

#[test]
fn with_a_leader_if_leaders_are_waited_for() {
    let mut hall = Hall::new(automatic(treated(|manner| manner.wait_for_leader = WaitForLeader::Once)));
    for id in [1, 2] {
        hall.join_as(id, Role::Participant, Default::default(), None);
    }
    hall.wait(seconds(10.0));
    assert_eq!(hall.room.recording(), RecordingState::Off);
    hall.leader(3);
    assert_eq!(hall.room.recording(), RecordingState::Announced);
}

#[test]
fn once_stopped_it_does_not_begin_again_by_itself() {
    let mut hall = two(automatic(open()));
    hall.wait(seconds(3.0));
    hall.order(STOP);
    hall.join(3, Role::Participant, "q");
    hall.wait(seconds(10.0));
    assert_eq!(hall.room.recording(), RecordingState::Off);
}

#[test]
fn stopped_while_it_is_announced_it_begins_only_after_an_announcement_of_its_own() {
    let mut hall = two(open());
    hall.order(START);
    hall.join(3, Role::Participant, "q");
    hall.order(STOP);
    hall.take();
    hall.order(START);
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["room play conclave-recording"]);
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["record start", "recording(start)"]);
}

#[test]
fn a_failure_is_told_to_all() {
    let mut hall = recorded();
    hall.recording_failed();
    assert_eq!(hall.take(), ["recording(stop)", "room play conclave-recording-failed"]);
    hall.order(START);
    hall.wait(seconds(10.0));
    assert_eq!(hall.room.recording(), RecordingState::On, "it may be tried again");
}

#[test]
fn a_failure_before_anything_is_recorded_changes_nothing() {
    let mut hall = two(open());
    hall.order(START);
    hall.join(3, Role::Participant, "q");
    hall.played(3);
    hall.take();
    hall.recording_failed();
    assert!(hall.is_quiet());
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["record start", "recording(start)"]);
}

#[test]
fn it_ends_with_the_room() {
    let mut hall = recorded();
    hall.leave(1);
    hall.take();
    hall.leave(2);
    assert_eq!(hall.take(), ["2 release HANGUP", "record stop", "ended"]);
}

#[test]
fn stopped_before_it_began_it_does_not_begin() {
    let mut hall = two(open());
    hall.order(START);
    hall.order(STOP);
    hall.take();
    hall.wait(seconds(10.0));
    assert!(hall.is_quiet());
}
