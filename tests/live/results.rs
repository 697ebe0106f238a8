//! What the dial plan finds in `CONCLAVE_RESULT`, what the caller hears before, and that he hears what comes after.
//!
//! `TIMEOUT` and `OVER` are with the story of times, `REJECTED` with that of leaders.

use std::time::{Duration, Instant};

use crate::common::{
    PATIENCE, assert_nothing_is_left, call, call_with_pin, complaints, results, wait_members, wait_prompt, wait_result,
    wait_until, with_conclave,
};
use conclave_rig::{Caller, Pbx, listen};

#[test]
fn hangup_runs_the_h_extension() {
    let pbx = start("result-hangup");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    alice.hang_up().unwrap();
    pbx.wait_log("hung up with HANGUP", PATIENCE).unwrap();
    assert!(!pbx.log().contains("left 8000"), "the dial plan went on without the caller");
    assert_nothing_is_left(&pbx);
}

#[test]
fn hangup_before_the_pin_runs_the_h_extension() {
    let pbx = start("result-hangup-pin");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8002");
    wait_prompt(&pbx, &alice, began, "conf-getpin");
    alice.hang_up().unwrap();
    pbx.wait_log("hung up with HANGUP", PATIENCE).unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn kicked() {
    let pbx = start("result-kicked");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let began = Instant::now();
    let answer = pbx.cli("conclave kick 8000 1").unwrap();
    assert_eq!(answer.trim(), "Member 1 of room 8000 was kicked.");
    wait_prompt(&pbx, &alice, began, "conf-kicked");
    goes_on(&pbx, &alice, "8000", "KICKED");
}

#[test]
fn dtmf() {
    let pbx = start("result-dtmf");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    alice.press("*8").unwrap();
    goes_on(&pbx, &alice, "8000", "DTMF");
}

#[test]
fn full() {
    let pbx = start("result-full");
    let alice = call(&pbx, "alice", "8001");
    wait_members(&pbx, "8001", 1);
    let began = Instant::now();
    let bob = call(&pbx, "bob", "8001");
    wait_prompt(&pbx, &bob, began, "conclave-full");
    wait_result(&pbx, "8001", "FULL");
    alice.hang_up().unwrap();
    goes_on(&pbx, &bob, "8001", "FULL");
}

#[test]
fn locked() {
    let pbx = start("result-locked");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    pbx.cli("conclave lock 8000").unwrap();
    let began = Instant::now();
    let bob = call(&pbx, "bob", "8000");
    wait_prompt(&pbx, &bob, began, "conf-locked");
    wait_result(&pbx, "8000", "LOCKED");
    alice.hang_up().unwrap();
    goes_on(&pbx, &bob, "8000", "LOCKED");
}

#[test]
fn bad_pin() {
    let pbx = start("result-badpin");
    let alice = call_with_pin(&pbx, "alice", "8002", "5#");
    goes_on(&pbx, &alice, "8002", "BADPIN");
}

#[test]
fn no_room() {
    let pbx = start("result-noroom");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8999");
    wait_prompt(&pbx, &alice, began, "conf-invalid");
    goes_on(&pbx, &alice, "8999", "NOROOM");
}

#[test]
fn ended() {
    let pbx = start("result-ended");
    let alice = call(&pbx, "alice", "8000");
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    let began = Instant::now();
    let answer = pbx.cli("conclave kick 8000 all").unwrap();
    assert_eq!(answer.trim(), "Room 8000 was ended.");
    for caller in [&alice, &bob] {
        wait_prompt(&pbx, caller, began, "confbridge-conf-end");
    }
    let both = wait_until(|| results(&pbx, "8000", "ENDED") == 2);
    assert!(both, "not both callers were sent on with ENDED");
    bob.hang_up().unwrap();
    goes_on(&pbx, &alice, "8000", "ENDED");
}

#[test]
fn failed() {
    let pbx = start("result-failed");
    let alice = call(&pbx, "alice", "wrong");
    wait_result(&pbx, "wrong", "FAILED");
    hears_the_dial_plan(&alice);
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    let complaints = complaints(&pbx);
    assert_eq!(complaints.len(), 1, "{complaints:#?}");
    assert!(complaints[0].contains("'/' cannot be in a room number"));
    assert_eq!(pbx.errors(), complaints);
}

/// The dial plan goes on with this result, the caller hears what it does then, and nothing of him is left.
fn goes_on(pbx: &Pbx, caller: &Caller, number: &str, result: &str) {
    wait_result(pbx, number, result);
    hears_the_dial_plan(caller);
    caller.hang_up().unwrap();
    pbx.wait_log(&format!("hung up with {result}"), PATIENCE).unwrap();
    assert_nothing_is_left(pbx);
}

/// `Milliwatt()` is 1004 Hz at about -3 dBFS.
fn hears_the_dial_plan(caller: &Caller) {
    let level = || listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), 1004.0);
    assert!(wait_until(|| level() > -10.0), "{} hears the dial plan at {:.1} dBFS", caller.name(), level());
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
exten => _8XXX,1,Conclave(${EXTEN})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Milliwatt()
exten => wrong,1,Answer()
 same => n,Conclave(80/00)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Milliwatt()
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
";

const CONF: &str = "\
[general]
pin_attempts = 1
[8000]
type = room
[8001]
type = room
max_members = 1
[8002]
type = room
pin = 4711
";
