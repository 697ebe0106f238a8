//! A call's way from its arrival into a room, or back.

use crate::sim::{Asked, Sim};
use conclave::room::CallResult;

const CONF: &str = "[general]\npin_attempts = 2\n[8000]\ntype = room\npin = 4711\nleader_pin = 9753\nmax_members = 2\n\
                    language = fr\n[8001]\ntype = room";

#[test]
fn the_right_pin_lets_in() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    assert_eq!(sim.asked(), [Asked::Serve(call)]);
    assert_eq!(sim.languages(), [("conf-getpin".into(), "de".into())]);
    sim.key(call, "4711");
    assert_eq!(sim.inside("8000"), [""; 0]);
    sim.key(call, "#");
    assert_eq!(sim.inside("8000"), ["ada"]);
    assert_eq!(sim.sounds(), ["conf-onlyperson"]);
    assert_eq!(sim.asked(), []);
}

#[test]
fn a_pause_ends_the_pin_as_well() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    sim.seconds(2);
    sim.key(call, "4711");
    sim.seconds(2);
    assert!(!sim.is_inside("8000", call));
    sim.seconds(2);
    assert!(sim.is_inside("8000", call));
}

#[test]
fn after_the_last_wrong_pin_the_call_goes_back_when_it_was_told() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    sim.key(call, "1#");
    sim.seconds(2);
    assert_eq!(sim.sounds(), ["conf-getpin", "conf-invalidpin"]);
    sim.key(call, "2#");
    assert_eq!(sim.sounds(), [""; 0], "each wrong one is told later than the one before");
    sim.seconds(1);
    assert_eq!(sim.sounds(), ["confbridge-pin-bad"]);
    assert_eq!(sim.result(call), None);
    sim.seconds(1);
    assert_eq!(sim.result(call), Some(CallResult::BadPin));
}

#[test]
fn silence_is_no_way_to_hold_a_line() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("8000", "", "ada");
    sim.seconds(30);
    assert_eq!(sim.result(call), Some(CallResult::BadPin));
}

#[test]
fn an_unknown_room_is_told_in_the_callers_language() {
    let mut sim = Sim::new(CONF);
    let call = sim.arrive("9999", "", "ada");
    assert_eq!(sim.languages(), [("conf-invalid".into(), "de".into())]);
    sim.seconds(1);
    assert_eq!(sim.result(call), Some(CallResult::NoRoom));
}

#[test]
fn an_unknown_room_opens_on_demand() {
    let mut sim = Sim::new("[general]\non_demand = yes");
    let call = sim.arrive("9999", "", "ada");
    sim.tick(1);
    assert!(sim.is_inside("9999", call));
}

#[test]
fn a_room_that_was_left_out_does_not_open_on_demand() {
    let mut sim = Sim::new("[general]\non_demand = yes\n[8000]\ntype = room\npin = 47x1");
    let call = sim.arrive("8000", "", "ada");
    sim.seconds(1);
    assert_eq!(sim.result(call), Some(CallResult::NoRoom));
}

#[test]
fn a_full_room_takes_leaders_only() {
    let mut sim = Sim::new(CONF);
    sim.join("8000", "ada");
    sim.join("8000", "bob");
    let third = sim.arrive("8000", "p", "eve");
    sim.seconds(1);
    assert_eq!(sim.result(third), Some(CallResult::Full));
    let leader = sim.arrive("8000", "", "zoe");
    sim.key(leader, "9753#");
    assert_eq!(sim.inside("8000"), ["ada", "bob", "zoe"]);
}

#[test]
fn a_locked_room_takes_leaders_only() {
    let mut sim = Sim::new(CONF);
    sim.join("8001", "ada");
    assert!(sim.command("lock 8001").is_ok());
    assert!(sim.picture().rooms["8001"].locked);
    let second = sim.arrive("8001", "", "bob");
    sim.seconds(1);
    assert_eq!(sim.result(second), Some(CallResult::Locked));
    sim.arrive("8001", "L", "eve");
    sim.tick(1);
    assert_eq!(sim.inside("8001"), ["ada", "eve"]);
    assert!(sim.command("unlock 8001").is_ok());
    sim.join("8001", "zoe");
}

#[test]
fn an_engine_that_is_full_refuses_a_call_at_once() {
    let mut sim = Sim::new(CONF);
    let mut calls = 0;
    while sim.try_arrive("8001", "", "many").is_ok() {
        calls += 1;
    }
    assert!(calls >= 1000, "{calls} calls");
    assert_eq!(sim.try_arrive("8001", "", "ada"), Err(CallResult::Failed));
}
