//! Members who come before the conference opens.

use crate::sim::{Hall, open, seconds, treated};
use conclave::room::{Conference, MemberId, Order, Role, WaitForLeader, Waits};

#[test]
fn they_wait_and_are_seated_when_it_opens() {
    let mut hall = Hall::scheduled(open(), Some(60.0), None);
    hall.participant(1);
    hall.leader(2);
    let lines = hall.take();
    assert_eq!(lines[1..], ["1 may-talk", "1 play conclave-early", "2 may-talk", "2 play conclave-early"]);
    hall.wait(seconds(59.9));
    assert!(hall.is_quiet());
    assert!(!hall.is_heard(1) && !hall.is_heard(2));
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), ["began", "1 seat", "2 seat", "room play confbridge-conf-begin"]);
    hall.wait(seconds(10.0));
    assert!(hall.is_quiet());
}

#[test]
fn one_alone_is_told_that_it_begins_and_that_he_is_alone() {
    let mut hall = Hall::scheduled(open(), Some(60.0), None);
    hall.participant(1);
    hall.wait(seconds(59.0));
    hall.take();
    hall.wait(seconds(10.0));
    let lines = ["began", "1 seat", "room play confbridge-conf-begin", "1 play conf-onlyperson"];
    assert_eq!(hall.take(), lines);
}

#[test]
fn a_leader_who_was_there_early_and_left_was_not_there() {
    let mut hall = Hall::scheduled(treated(|manner| manner.wait_for_leader = WaitForLeader::Once), Some(60.0), None);
    hall.participant(1);
    hall.leader(2);
    hall.leave(2);
    hall.wait(seconds(59.0));
    hall.take();
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["1 play conf-waitforleader"]);
    assert_eq!(hall.room.member(MemberId(1)).unwrap().waits(), Some(Waits::Leader));
}

#[test]
fn then_the_lobby_waits_for_them() {
    let mut hall = Hall::scheduled(Conference { lobby: true, ..open() }, Some(60.0), None);
    hall.participant(1);
    hall.leader(2);
    hall.wait(seconds(59.0));
    hall.take();
    hall.wait(seconds(10.0));
    let lines = hall.take();
    assert!(lines.contains(&"1 play conclave-lobby".into()), "{lines:?}");
    assert!(lines.contains(&"2 play Waiting(1) conf-onlyperson".into()), "{lines:?}");
    hall.order(Order::Admit(None));
    assert!(hall.is_heard(1));
}

#[test]
fn who_comes_at_the_very_moment_does_not_wait() {
    let mut hall = Hall::scheduled(open(), Some(60.0), None);
    hall.now += seconds(60.0);
    hall.join(1, Role::Participant, "q");
    assert_eq!(hall.take(), ["opened", "1 may-talk", "1 seat"]);
}
