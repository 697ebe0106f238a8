//! Calls that a room makes: what the host is asked for, who hears what, and what becomes of them.

use crate::sim::{Asked, Sim};
use conclave::room::{CallResult, InviteId, InviteProgress, Order, Role};
use conclave::service::CallEvent;

const CONF: &str = "[1]\ntype = room\narrivals = no\nonly_person = no\ninvite_context = outside\n\
                    [2]\ntype = room\narrivals = no\nonly_person = no\ninvite_context = outside\ninvite_confirm = yes\n\
                    [3]\ntype = room";

fn invite(sim: &mut Sim, room: &str, number: &str) -> InviteId {
    assert!(sim.order(room, Order::Invite(number.into())).is_ok());
    let dialled = sim.asked().into_iter().find_map(|asked| match asked {
        Asked::Dial(invite, called, context) if (&*called, &*context) == (number, "outside") => Some(invite),
        _ => None,
    });
    dialled.expect("the host is asked to call")
}

#[test]
fn who_answers_is_a_member() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    let invite = invite(&mut sim, "1", "555");
    sim.invited(invite, InviteProgress::Ringing);
    let called = sim.arrive_invited(invite, true).expect("it is taken");
    sim.tick(1);
    assert!(sim.is_inside("1", called));
    assert_eq!(sim.picture().rooms["1"].members[1].role, Role::Participant);
}

#[test]
fn early_media_is_heard_by_all_before_he_is_a_member() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let invite = invite(&mut sim, "1", "555");
    let called = sim.arrive_invited(invite, false).expect("it is taken");
    sim.seconds(2);
    assert!(!sim.is_inside("1", called));
    assert_eq!(sim.heard(&[called], &[ada], 10), [true]);
    sim.report(called, CallEvent::Answered);
    sim.tick(2);
    assert!(sim.is_inside("1", called));
    assert_eq!(sim.heard(&[called], &[ada], 10), [true]);
}

#[test]
fn who_has_to_confirm_is_not_heard_until_he_has() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("2", "ada");
    let invite = invite(&mut sim, "2", "555");
    let called = sim.arrive_invited(invite, false).expect("it is taken");
    sim.report(called, CallEvent::Answered);
    sim.seconds(2);
    assert_eq!(sim.heard(&[called], &[ada], 10), [false]);
    assert!(!sim.is_inside("2", called));
    sim.key(called, "1");
    sim.seconds(1);
    assert!(sim.is_inside("2", called));
    assert_eq!(sim.heard(&[called], &[ada], 10), [true]);
}

#[test]
fn who_does_not_confirm_goes() {
    let mut sim = Sim::new(CONF);
    sim.join("2", "ada");
    let invite = invite(&mut sim, "2", "555");
    let called = sim.arrive_invited(invite, true).expect("it is taken");
    sim.happened();
    sim.key(called, "2");
    sim.seconds(5);
    assert_eq!(sim.result(called), Some(CallResult::Declined));
    assert!(sim.happened().contains(&"InviteRefused"));
    assert!(sim.arrive_invited(invite, true).is_err(), "nothing more comes of it");
}

#[test]
fn a_busy_one_is_over() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let invite = invite(&mut sim, "1", "555");
    sim.happened();
    sim.invited(invite, InviteProgress::Busy);
    assert_eq!(sim.happened(), ["InviteBusy"]);
    assert_eq!(sim.arrive_invited(invite, true), Err(CallResult::Ended));
    sim.hang_up(ada);
    assert!(!sim.asked().contains(&Asked::HangUp(invite)), "the host knows that it is over");
}

#[test]
fn one_that_is_busy_after_it_was_heard_leaves_the_room() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    let invite = invite(&mut sim, "1", "555");
    let called = sim.arrive_invited(invite, false).expect("it is taken");
    sim.invited(invite, InviteProgress::Busy);
    assert_eq!(sim.result(called), Some(CallResult::Ended));
    assert!(sim.order("1", Order::CancelInvite).is_err(), "there is none any more");
}

#[test]
fn one_that_is_gone_before_it_answered_did_not_answer() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    let invite = invite(&mut sim, "1", "555");
    let called = sim.arrive_invited(invite, false).expect("it is taken");
    sim.happened();
    sim.hang_up(called);
    assert_eq!(sim.happened(), ["InviteNoAnswer"]);
}

#[test]
fn a_host_that_makes_no_calls_is_told_as_a_failure() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    sim.refuse();
    sim.happened();
    assert!(sim.order("1", Order::Invite("555".into())).is_ok());
    assert_eq!(sim.happened(), ["Invited", "InviteFailed"]);
    assert!(sim.order("1", Order::CancelInvite).is_err());
}

#[test]
fn a_room_without_a_dial_context_calls_nobody() {
    let mut sim = Sim::new(CONF);
    sim.join("3", "ada");
    let answer = sim.order("3", Order::Invite("555".into()));
    assert!(answer.is_err_and(|why| why.contains("settings do not allow it")));
    assert!(!sim.asked().iter().any(|asked| matches!(asked, Asked::Dial(..))));
}

#[test]
fn a_room_that_ends_gives_up_its_calls() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let [rings, heard] = ["555", "556"].map(|number| invite(&mut sim, "1", number));
    assert_ne!(rings, heard);
    let called = sim.arrive_invited(heard, false).expect("it is taken");
    sim.hang_up(ada);
    assert!(sim.picture().rooms.is_empty());
    let asked = sim.asked();
    assert!(asked.contains(&Asked::HangUp(rings)));
    assert!(asked.contains(&Asked::Release(called, CallResult::Ended)));
    assert_eq!(sim.arrive_invited(rings, true), Err(CallResult::Ended), "he answered too late");
}

#[test]
fn invitations_of_two_rooms_are_told_apart() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    sim.join("2", "bob");
    let first = invite(&mut sim, "1", "555");
    let second = invite(&mut sim, "2", "555");
    assert_ne!(first, second);
    let called = sim.arrive_invited(first, true).expect("it is taken");
    sim.tick(1);
    assert!(sim.is_inside("1", called));
    assert!(sim.order("2", Order::CancelInvite).is_ok());
    assert!(sim.asked().contains(&Asked::HangUp(second)));
}
