//! Callers who are not answered at once, or never: they hear the conference as early media.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, say_tones, wait_members, wait_no_tone, wait_prompt, wait_tone,
    with_conclave,
};
use conclave_rig::{Caller, Pbx, listen};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn who_is_never_answered_listens() {
    let pbx = start("early-never");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let bob = Caller::new("bob").call(&pbx, "8001").unwrap();
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&bob, TONES[0], LEVEL);
    assert!(!bob.is_up(), "he was answered");
    assert!(bob.trace().contains("SIP/2.0 183"), "{}", bob.trace());
    wait_no_tone(&alice, TONES[1]);

    // The dial plan goes on with him, still unanswered, and hangs up.
    pbx.cli("conclave kick 8000 2").unwrap();
    pbx.wait_log("left 8001 with KICKED", PATIENCE).unwrap();
    bob.wait_hung_up(PATIENCE).unwrap();
    assert!(!bob.trace().contains("SIP/2.0 200"), "{}", bob.trace());
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_waits_is_answered_when_it_begins() {
    let pbx = start("early-begins");
    let bob = Caller::new("bob").call(&pbx, "8002").unwrap();
    let began = Instant::now();
    wait_members(&pbx, "8002", 1);
    wait_prompt(&pbx, &bob, began, "conf-onlyperson");
    sleep(Duration::from_secs(1));
    assert!(!bob.is_up(), "he was answered while he was alone");

    let alice = call(&pbx, "alice", "8003");
    bob.wait_answer().unwrap();
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&bob, TONES[0], LEVEL);
    wait_tone(&alice, TONES[1], LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_gives_up_unanswered_is_gone() {
    let pbx = start("early-gives-up");
    let bob = Caller::new("bob").call(&pbx, "8002").unwrap();
    wait_members(&pbx, "8002", 1);
    bob.hang_up().unwrap();
    pbx.wait_log("hung up with HANGUP", PATIENCE).unwrap();
    assert_nothing_is_left(&pbx);
}

/// What `Ringing()` plays before does not go on under the conference.
#[test]
fn tones_of_the_dial_plan_end_at_the_door() {
    let pbx = start("early-tones");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let bob = Caller::new("bob").call(&pbx, "8004").unwrap();
    wait_tone(&bob, 850.0, -14.0);
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice], &TONES);
    wait_tone(&bob, TONES[0], LEVEL);
    wait_no_tone(&bob, 850.0);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_wrong_line_of_the_dial_plan_answers_nobody() {
    let pbx = start("early-wrong");
    for number in ["8005", "8006"] {
        let bob = Caller::new("bob").call(&pbx, number).unwrap();
        let ending = bob.wait_hung_up(PATIENCE).unwrap();
        assert_ne!(ending.status, 200);
        assert!(!bob.trace().contains("SIP/2.0 183") && listen::level(&bob.heard()) < crate::common::SILENT);
    }
    pbx.wait_calls(0, PATIENCE).unwrap();
    let complaints = pbx.complaints();
    assert!(complaints.iter().any(|line| line.contains("a number is missing in P(...)")), "{complaints:?}");
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
exten => 8000,1,Conclave()
exten => 8001,1,Conclave(8000,l,ears)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => 8002,1,Conclave()
exten => 8003,1,Conclave(8002)
exten => 8004,1,Progress()
 same => n,PlayTones(850)
 same => n,Wait(2)
 same => n,Conclave(8000,l,ears)
exten => 8005,1,Conclave(80/00)
 same => n,Hangup()
exten => 8006,1,Conclave(8000,P(201&&202))
 same => n,Hangup()
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
";

const CONF: &str = "\
[8000]
type = room
[8002]
type = room
answer = when_it_begins
[ears]
type = profile
answer = never
";
