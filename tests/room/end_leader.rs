//! Members who have to go when leaders leave.

use crate::sim::{Hall, seconds, treated};
use conclave::room::{Conference, EndWithLeader, Manner, Order, Role, WaitForLeader};
use std::{sync::Arc, time::Duration};

fn ending(end_with_leader: EndWithLeader, grace: f64) -> Conference {
    let conference = treated(|manner| manner.end_with_leader = end_with_leader);
    Conference { leader_grace: seconds(grace), leaders: Arc::new(Manner::default()), ..conference }
}

/// Leaders 8 and 9, participants 1 and 2.
fn held(conference: Conference) -> Hall {
    let mut hall = Hall::new(conference);
    for id in [1, 2] {
        hall.join(id, Role::Participant, "q");
    }
    for id in [8, 9] {
        hall.join(id, Role::Leader, "q");
    }
    hall.wait(seconds(5.0));
    hall.take();
    hall
}

const GO: [&str; 2] = [
    "1 release ENDED conf-leaderhasleft confbridge-conf-end",
    "2 release ENDED conf-leaderhasleft confbridge-conf-end",
];

#[test]
fn with_the_last_leader() {
    let mut hall = held(ending(EndWithLeader::Last, 0.0));
    hall.leave(8);
    assert_eq!(hall.take(), ["8 release HANGUP"]);
    hall.leave(9);
    assert_eq!(hall.take(), ["9 release HANGUP", GO[0], GO[1], "ended"]);
}

#[test]
fn with_any_leader() {
    let mut hall = held(ending(EndWithLeader::Any, 0.0));
    hall.order(Order::KickLast);
    hall.take();
    hall.leave(8);
    assert_eq!(hall.take(), ["8 release HANGUP", GO[0]]);
    assert!(!hall.ended, "the other leader stays");
}

#[test]
fn those_whose_manner_does_not_say_so_stay() {
    let mut hall = held(ending(EndWithLeader::Last, 0.0));
    hall.join_as(3, Role::Participant, Arc::new(Manner { quiet: true, ..Manner::default() }), None);
    hall.take();
    hall.leave(8);
    hall.leave(9);
    assert!(hall.is_heard(3));
    assert_eq!(hall.inside().len(), 1);
}

#[test]
fn after_a_grace_time_with_a_warning() {
    let mut hall = held(ending(EndWithLeader::Last, 30.0));
    hall.leave(8);
    hall.take();
    hall.leave(9);
    assert_eq!(hall.take(), ["9 release HANGUP", "room play conf-leaderhasleft EndsIn(30s)"]);
    hall.wait(seconds(29.9));
    assert!(hall.is_quiet());
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), [GO[0], GO[1], "ended"]);
}

#[test]
fn only_those_who_have_to_go_are_warned() {
    let mut hall = held(ending(EndWithLeader::Last, 30.0));
    hall.join_as(3, Role::Participant, Arc::new(Manner { quiet: true, ..Manner::default() }), None);
    hall.leave(8);
    hall.take();
    hall.leave(9);
    let words = "play conf-leaderhasleft EndsIn(30s)";
    assert_eq!(hall.take(), ["9 release HANGUP".into(), format!("1 {words}"), format!("2 {words}")]);
}

#[test]
fn a_leader_who_comes_back_cancels_it() {
    let mut hall = held(ending(EndWithLeader::Last, 30.0));
    hall.leave(8);
    hall.leave(9);
    hall.wait(seconds(29.0));
    hall.leader(9);
    hall.wait(seconds(100.0));
    assert_eq!(hall.inside().len(), 3);
    hall.leave(9);
    hall.wait(seconds(29.9));
    assert_eq!(hall.inside().len(), 2, "the whole time again");
    hall.wait(seconds(0.1));
    assert!(hall.ended);
}

#[test]
fn a_leader_who_comes_in_the_same_moment_is_too_late() {
    let mut hall = held(ending(EndWithLeader::Last, 30.0));
    hall.leave(8);
    hall.leave(9);
    hall.take();
    hall.now += seconds(30.0);
    hall.leader(9);
    let lines = hall.take();
    assert_eq!(lines[..3], [GO[0], GO[1], "ended"]);
    assert_eq!(lines[3..], ["9 refuse ENDED confbridge-conf-end"]);
}

#[test]
fn meanwhile_they_may_have_to_wait_again() {
    let conference = treated(|manner| {
        manner.end_with_leader = EndWithLeader::Last;
        manner.wait_for_leader = WaitForLeader::Always;
    });
    let mut hall = Hall::new(Conference { leader_grace: Duration::from_secs(30), ..conference });
    hall.participant(1);
    hall.leader(2);
    hall.wait(seconds(5.0));
    hall.take();
    hall.leave(2);
    let lines = ["2 release HANGUP", "1 unseat", "halted", "1 play conf-leaderhasleft EndsIn(30s)"];
    assert_eq!(hall.take(), lines, "told once");
    hall.wait(seconds(30.0));
    assert!(hall.ended);
}

#[test]
fn before_the_opening_nobody_has_to_go() {
    let mut hall = Hall::scheduled(ending(EndWithLeader::Any, 0.0), Some(60.0), None);
    hall.participant(1);
    hall.leader(2);
    hall.leave(2);
    assert_eq!(hall.inside().len(), 1);
}
