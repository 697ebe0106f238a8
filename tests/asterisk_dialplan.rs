//! Keys that lead a member through the dial plan and back, or out of the conference to another place of it.

mod common;

use std::time::Duration;

use common::host::{channel_of, wait_hears, wait_hears_not};
use common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, say_tones, wait_console, wait_members, wait_no_tone, wait_tone,
    with_conclave,
};
use conclave_rig::{Caller, Pbx};

const TONES: [f64; 2] = [440.0, 620.0];

/// What the dial plan plays to who is there.
const AWAY: f64 = 850.0;

const MILLIWATT: f64 = 1004.0;

#[test]
fn who_is_away_comes_back() {
    let asterisk = start("dialplan-back");
    let (alice, bob) = two(&asterisk);
    // Twice: nothing is left of the first time.
    for _ in 0..2 {
        alice.press("*61").unwrap();
        alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
        wait_no_tone(&alice, TONES[1]);
        wait_no_tone(&bob, TONES[0]);
        wait_members(&asterisk, "8000", 2);
        wait_hears(&alice, TONES[1]);
        wait_hears(&bob, TONES[0]);
        wait_hears_not(&alice, AWAY);
    }
    // The dial plan goes on where the conference was, not where he has been.
    alice.press("*8").unwrap();
    asterisk.wait_log("left 8000 with DTMF", PATIENCE).unwrap();
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn the_dial_plan_may_ask_for_keys() {
    let asterisk = start("dialplan-keys");
    let (alice, bob) = two(&asterisk);
    for (keys, extension) in [("12", "12"), ("3", "3"), ("9", "i")] {
        alice.press("*62").unwrap();
        alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
        alice.press(keys).unwrap();
        asterisk.wait_log(&format!("keyed {keys} at {extension}"), PATIENCE).unwrap();
        wait_hears(&alice, TONES[1]);
        wait_hears(&bob, TONES[0]);
    }
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn who_hangs_up_while_he_is_away_is_gone() {
    let asterisk = start("dialplan-hangup");
    let (alice, bob) = two(&asterisk);
    alice.press("*61").unwrap();
    alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
    alice.hang_up().unwrap();
    wait_members(&asterisk, "8000", 1);
    asterisk.wait_log("hung up with HANGUP", PATIENCE).unwrap();
    // And who is hung up there.
    bob.press("*63").unwrap();
    bob.wait_hung_up(PATIENCE).unwrap();
    assert_nothing_is_left(&asterisk);
}

#[test]
fn who_is_redirected_while_he_is_away_does_not_come_back() {
    let asterisk = start("dialplan-redirect");
    let (alice, bob) = two(&asterisk);
    let channel = channel_of(&asterisk, "8000", 1);
    alice.press("*61").unwrap();
    alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
    let there = [("Channel", &*channel), ("Context", "from-callers"), ("Exten", "7000"), ("Priority", "1")];
    asterisk.ami().unwrap().action("Redirect", &there).unwrap();
    alice.wait_tone(MILLIWATT, -30.0, PATIENCE).unwrap();
    wait_members(&asterisk, "8000", 1);
    wait_no_tone(&bob, TONES[0]);
    std::thread::sleep(Duration::from_secs(3));
    alice.wait_tone(MILLIWATT, -30.0, PATIENCE).unwrap();
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn a_room_that_ends_meanwhile_lets_him_finish_there() {
    let asterisk = start("dialplan-ended");
    let (alice, bob) = two(&asterisk);
    alice.press("*61").unwrap();
    alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
    asterisk.cli("conclave kick 8000 all").unwrap();
    wait_console(&asterisk, "conclave show rooms", "0 rooms in progress");
    bob.wait_hung_up(PATIENCE).unwrap();
    asterisk.wait_log("the end of the way", PATIENCE).unwrap();
    alice.wait_hung_up(PATIENCE).unwrap();
    let log = asterisk.log();
    assert_eq!(log.matches("app_verbose.c: left 8000 with ENDED").count(), 2);
    assert_nothing_is_left(&asterisk);
}

#[test]
fn a_place_that_is_not_there_does_nothing() {
    let asterisk = start("dialplan-nowhere");
    let (alice, bob) = two(&asterisk);
    alice.press("*64").unwrap();
    asterisk.wait_log("there is no away,nowhere,1 in the dial plan", PATIENCE).unwrap();
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    wait_members(&asterisk, "8000", 2);
    drop((alice, bob));
    asterisk.wait_calls(0, PATIENCE).unwrap();
}

#[test]
fn a_key_leads_out_to_another_place() {
    let asterisk = start("dialplan-leave");
    let (alice, bob) = two(&asterisk);
    alice.press("*65").unwrap();
    alice.wait_tone(MILLIWATT, -30.0, PATIENCE).unwrap();
    wait_members(&asterisk, "8000", 1);
    asterisk.wait_log("came with DTMF", PATIENCE).unwrap();
    assert!(!asterisk.log().contains("left 8000"), "the dial plan went on where the conference was");
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

/// Alice and Bob, who hear each other.
fn two(asterisk: &Pbx) -> (Caller, Caller) {
    let (alice, bob) = (call(asterisk, "alice", "8000"), call(asterisk, "bob", "8000"));
    wait_members(asterisk, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&alice, TONES[1], LEVEL);
    wait_tone(&bob, TONES[0], LEVEL);
    (alice, bob)
}

const DIALPLAN: &str = "\
[from-callers]
exten => 8000,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => 7000,1,Verbose(0,came with ${CONCLAVE_RESULT})
 same => n,Milliwatt()
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
[away]
exten => s,1,PlayTones(850)
 same => n,Goto(further,1)
exten => further,1,Wait(2)
 same => n,Verbose(0,the end of the way)
exten => keys,1,PlayTones(850)
 same => n,WaitExten(10)
exten => _1X,1,Verbose(0,keyed ${EXTEN} at ${EXTEN})
exten => 3,1,Verbose(0,keyed 3 at ${EXTEN})
exten => i,1,Verbose(0,keyed ${INVALID_EXTEN} at i)
exten => gone,1,Hangup()
";

const CONF: &str = "\
[8000]
type = room
menu = ways
[ways]
type = menu
*61 = dialplan(away,s,1)
*62 = dialplan(away,keys,1)
*63 = dialplan(away,gone,1)
*64 = dialplan(away,nowhere,1)
*65 = leave_to(from-callers,7000,1)
*8 = leave
";
