//! Who whispers is heard by one only, and a pair by nobody else; whatever ends it, all is as before.

use crate::sim::Sim;
use conclave::room::{MemberId, Order};
use conclave::service::CallId;

const CONF: &str = "[1]\ntype = room\narrivals = no\nonly_person = no";

fn member(call: CallId) -> MemberId {
    MemberId(call.0)
}

fn three(sim: &mut Sim) -> [CallId; 3] {
    let calls = ["ada", "bob", "eve"].map(|name| sim.join("1", name));
    sim.seconds(2);
    calls
}

#[test]
fn a_whisper_is_heard_by_one() {
    let mut sim = Sim::new(CONF);
    let [ada, bob, eve] = three(&mut sim);
    assert!(sim.order("1", Order::Whisper(member(ada), Some(member(bob)))).is_ok());
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[bob, eve], 20), [true, false]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[eve], &[ada, bob], 20), [true, true], "both hear the room");
    sim.seconds(1);
    assert!(sim.order("1", Order::Whisper(member(ada), None)).is_ok());
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[bob, eve], 20), [true, true]);
}

#[test]
fn two_can_whisper_to_one_and_change_to_another() {
    let mut sim = Sim::new(CONF);
    let [ada, bob, eve] = three(&mut sim);
    let max = sim.join("1", "max");
    sim.seconds(1);
    for coach in [ada, bob] {
        assert!(sim.order("1", Order::Whisper(member(coach), Some(member(eve)))).is_ok());
    }
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[eve, max], 20), [true, false]);
    sim.seconds(1);
    assert!(sim.order("1", Order::Whisper(member(ada), Some(member(max)))).is_ok());
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[eve, max], 20), [false, true]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[bob], &[eve, max], 20), [true, false]);
}

#[test]
fn when_the_listener_goes_the_whisper_is_over() {
    let mut sim = Sim::new(CONF);
    let [ada, bob, eve] = three(&mut sim);
    assert!(sim.order("1", Order::Whisper(member(ada), Some(member(bob)))).is_ok());
    sim.seconds(1);
    sim.hang_up(bob);
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[eve], 20), [false], "what he says was meant for one");
    sim.key(ada, "*1");
    sim.seconds(2);
    assert_eq!(sim.heard(&[ada], &[eve], 20), [true], "he unmuted himself, and talks to all");
}

#[test]
fn a_pair_is_among_itself() {
    let mut sim = Sim::new(CONF);
    let [ada, bob, eve] = three(&mut sim);
    assert!(sim.order("1", Order::Pair(member(ada), member(bob))).is_ok());
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[bob, eve], 20), [true, false]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[eve], &[ada, bob], 20), [false, false]);
    sim.seconds(1);
    assert!(sim.order("1", Order::Unpair(member(bob))).is_ok());
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[bob, eve], 20), [true, true]);
}

#[test]
fn when_one_of_a_pair_goes_the_other_is_back() {
    let mut sim = Sim::new(CONF);
    let [ada, bob, eve] = three(&mut sim);
    assert!(sim.order("1", Order::Pair(member(ada), member(bob))).is_ok());
    sim.hang_up(ada);
    sim.seconds(1);
    assert_eq!(sim.heard(&[bob], &[eve], 20), [true]);
}

#[test]
fn rooms_that_come_and_go_with_asides_do_not_fill_the_engine() {
    let mut sim = Sim::new(CONF);
    // The engine holds a thousand rooms.
    for _ in 0..400 {
        let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| sim.join("1", name));
        assert!(sim.order("1", Order::Whisper(member(eve), Some(member(bob)))).is_ok());
        assert!(sim.order("1", Order::Pair(member(ada), member(bob))).is_ok());
        for call in [ada, bob, eve] {
            sim.hang_up(call);
        }
    }
    let [ada, bob, eve] = three(&mut sim);
    assert!(sim.order("1", Order::Pair(member(ada), member(bob))).is_ok());
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[bob, eve], 20), [true, false]);
}
