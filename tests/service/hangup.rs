//! Hanging up at any moment leaves nothing behind.

use crate::sim::{Asked, Sim};
use conclave::room::CallResult;
use conclave::service::{CallEvent, CallId};

const CONF: &str = "[8000]\ntype = room\npin = 4711\nmusic = default\n[8001]\ntype = room";

/// Nobody is there any more, and the service has no reason to be woken.
fn nothing_is_left(sim: &mut Sim, call: CallId) {
    sim.tick(2);
    assert!(sim.picture().rooms.is_empty() && sim.is_idle());
    assert_eq!(sim.result(call), None, "the host has it back already");
    let asked = sim.asked();
    let starts = asked.iter().filter(|asked| matches!(asked, Asked::StartMusic(_))).count();
    let stops = asked.iter().filter(|asked| matches!(asked, Asked::StopMusic(_))).count();
    assert_eq!(starts, stops);
    // Late news of it is nobody's.
    sim.report(call, CallEvent::Digit('1'));
    sim.report(call, CallEvent::Hold(true));
    sim.report(call, CallEvent::Gone);
    sim.tick(2);
    assert_eq!(sim.asked(), []);
}

#[test]
fn while_he_is_asked() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn while_he_keys() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    sim.key(call, "47");
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn in_the_tick_in_which_his_pin_is_complete() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    sim.key(call, "4711");
    sim.report(call, CallEvent::Digit('#'));
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn while_he_hears_that_he_is_alone() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8000", "ada");
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn while_he_hears_music() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8000", "ada");
    sim.seconds(2);
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn while_he_is_told_that_there_is_no_such_room() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("9999", "", "ada");
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn while_he_hears_his_last_words() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8001", "ada");
    assert!(sim.command("kick 8001 1").is_ok());
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn on_hold_and_in_the_menu() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8001", "ada");
    sim.key(call, "*");
    sim.report(call, CallEvent::Hold(true));
    sim.hang_up(call);
    nothing_is_left(&mut sim, call);
}

#[test]
fn the_others_go_on_and_hear_a_tone() {
    let mut sim = Sim::new(CONF);
    let first = sim.join("8001", "ada");
    let second = sim.join("8001", "bob");
    sim.seconds(2);
    sim.sounds();
    sim.hang_up(first);
    assert_eq!(sim.inside("8001"), ["bob"]);
    assert_eq!(sim.sounds(), ["conclave-leave"]);
    assert_eq!(sim.result(second), None);
}

#[test]
fn a_fault_in_serving_a_call_takes_it_out() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8001", "ada");
    sim.join("8001", "bob");
    sim.report(call, CallEvent::Failed);
    sim.tick(1);
    assert_eq!(sim.inside("8001"), ["bob"]);
    assert_eq!(sim.result(call), None);
}

#[test]
fn stopping_hands_every_call_back_and_takes_no_more() {
    let mut sim = Sim::new(CONF);
    let entering = sim.arrive("8000", "", "ada");
    let inside = sim.join("8000", "bob");
    let kicked = sim.join("8000", "eve");
    assert!(sim.command("kick 8000 2").is_ok());
    sim.stop();
    for call in [entering, inside, kicked] {
        assert_eq!(sim.result(call), Some(CallResult::Failed));
    }
    assert!(sim.is_stopped());
    assert!(sim.picture().rooms.is_empty());
    assert_eq!(sim.try_arrive("8000", "", "zoe"), Err(CallResult::Failed));
}
