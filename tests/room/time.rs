//! How long a conference lasts.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Conference, Manner, Order, Role};
use std::sync::Arc;

fn limited(most: f64) -> Conference {
    Conference {
        max_duration: Some(seconds(most)),
        warnings: Arc::new([seconds(300.0), seconds(60.0)]),
        extend_by: seconds(120.0),
        ..open()
    }
}

/// A leader and a participant, both quiet.
fn two(mut hall: Hall) -> Hall {
    hall.join(1, Role::Leader, "q");
    hall.join(2, Role::Participant, "q");
    hall.take();
    hall
}

const OVER: [&str; 3] = ["1 release OVER confbridge-conf-end", "2 release OVER confbridge-conf-end", "ended"];

#[test]
fn it_ends_after_its_maximum_with_warnings() {
    let mut hall = two(Hall::new(limited(600.0)));
    hall.wait(seconds(300.0));
    assert_eq!(hall.take(), ["room play EndsIn(300s)"]);
    hall.wait(seconds(239.9));
    assert!(hall.is_quiet());
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), ["room play EndsIn(60s)"]);
    hall.wait(seconds(60.0));
    assert_eq!(hall.take(), OVER);
}

#[test]
fn a_warning_longer_than_the_conference_is_left_out() {
    let mut hall = two(Hall::new(limited(200.0)));
    hall.wait(seconds(200.0));
    assert_eq!(hall.take(), [&["room play EndsIn(60s)"][..], &OVER].concat());
}

#[test]
fn it_ends_when_its_schedule_says_so() {
    let mut hall = two(Hall::scheduled(Conference { max_duration: None, ..limited(1.0) }, None, Some(100.0)));
    assert_eq!(hall.room.ends_at(), Some(seconds(200.0)));
    hall.wait(seconds(100.0));
    assert_eq!(hall.take(), [&["room play EndsIn(60s)"][..], &OVER].concat());
    hall.join(3, Role::Leader, "");
    assert_eq!(hall.take(), ["3 refuse ENDED confbridge-conf-end"]);
}

#[test]
fn nobody_comes_into_one_whose_time_is_over() {
    let mut hall = Hall::scheduled(open(), None, Some(10.0));
    hall.wait(seconds(10.0));
    hall.leader(1);
    assert_eq!(hall.take(), ["1 refuse OVER confbridge-conf-end", "ended"]);
}

#[test]
fn the_maximum_counts_from_the_opening() {
    let mut hall = two(Hall::scheduled(limited(600.0), Some(1000.0), None));
    hall.wait(seconds(1599.0));
    assert!(!hall.ended);
    hall.wait(seconds(1.0));
    assert!(hall.ended);
}

#[test]
fn a_leader_extends_it_and_all_are_told() {
    let mut hall = two(Hall::new(limited(600.0)));
    hall.wait(seconds(550.0));
    hall.take();
    hall.asks(1, Order::Extend);
    assert_eq!(hall.take(), ["extended", "room play ExtendedBy(120s)"]);
    hall.wait(seconds(109.0));
    assert!(hall.is_quiet());
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["room play EndsIn(60s)"], "warned again");
    hall.wait(seconds(100.0));
    assert_eq!(hall.take(), OVER);
}

#[test]
fn extending_puts_off_the_schedule_too() {
    let mut hall = two(Hall::scheduled(limited(600.0), None, Some(300.0)));
    hall.order(Order::Extend);
    hall.wait(seconds(419.0));
    assert!(!hall.ended);
    hall.wait(seconds(1.0));
    assert!(hall.ended);
}

#[test]
fn without_an_end_there_is_nothing_to_extend() {
    let mut hall = two(Hall::new(open()));
    hall.order(Order::Extend);
    assert_eq!(hall.take(), ["declined nothing"]);
    hall.asks(1, Order::Extend);
    assert_eq!(hall.take(), ["1 play conclave-cannot-extend"]);
}

#[test]
fn who_extends_in_the_moment_of_the_end_is_too_late() {
    let mut hall = two(Hall::new(limited(600.0)));
    hall.wait(seconds(599.0));
    hall.take();
    hall.now += seconds(1.0);
    hall.asks(1, Order::Extend);
    assert_eq!(hall.take(), OVER);
}

#[test]
fn who_waits_is_warned_too() {
    let mut hall = Hall::new(Conference { lobby: true, ..limited(100.0) });
    hall.join(1, Role::Leader, "q");
    hall.participant(2);
    hall.wait(seconds(39.0));
    hall.take();
    hall.wait(seconds(1.0));
    assert_eq!(hall.take(), ["2 play EndsIn(60s)", "room play EndsIn(60s)"]);
}

fn session(quiet: bool) -> Arc<Manner> {
    Arc::new(Manner { session_time: Some(seconds(400.0)), quiet, ..Manner::default() })
}

#[test]
fn a_member_has_a_time_of_his_own() {
    let mut hall = two(Hall::new(Conference { max_duration: None, ..limited(1.0) }));
    hall.wait(seconds(5.0));
    hall.join_as(3, Role::Participant, session(true), None);
    hall.take();
    hall.wait(seconds(100.0));
    assert_eq!(hall.take(), ["3 play YourTimeEndsIn(300s)"]);
    hall.wait(seconds(240.0));
    assert_eq!(hall.take(), ["3 play YourTimeEndsIn(60s)"]);
    hall.wait(seconds(60.0));
    assert_eq!(hall.take(), ["3 release TIMEOUT conclave-time-up"]);
}

#[test]
fn the_others_are_told_that_he_left() {
    let mut hall = two(Hall::new(open()));
    hall.join_as(3, Role::Participant, session(false), None);
    hall.wait(seconds(399.0));
    hall.take();
    hall.wait(seconds(1.0));
    assert_eq!(hall.take(), ["3 release TIMEOUT conclave-time-up", "room play leave-tone"]);
}

#[test]
fn extending_the_conference_does_not_extend_a_members_time() {
    let mut hall = two(Hall::new(limited(600.0)));
    hall.join_as(3, Role::Participant, session(true), None);
    hall.order(Order::Extend);
    hall.wait(seconds(400.0));
    assert!(!hall.is_heard(3));
    assert!(hall.is_heard(2));
}

#[test]
fn two_who_go_in_the_same_moment_go_in_the_order_they_came() {
    let mut hall = Hall::new(open());
    for id in [4, 2, 3] {
        hall.join_as(id, Role::Participant, session(true), None);
    }
    hall.wait(seconds(399.0));
    hall.take();
    hall.wait(seconds(1.0));
    let gone = [4, 2, 3].map(|id| format!("{id} release TIMEOUT conclave-time-up"));
    assert_eq!(hall.take(), [&gone[..], &["ended".into()]].concat());
}
