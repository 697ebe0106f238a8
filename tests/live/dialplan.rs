//! Keys that lead a member through the dial plan and back, or out of the conference to another place of it.

use crate::common::host::{TONES, two, wait_hears, wait_hears_not};
use crate::common::{
    PATIENCE, assert_nothing_is_left, results, wait_console, wait_members, wait_no_tone, wait_until, with_conclave,
};
use conclave_rig::Pbx;

/// What the dial plan plays to who is there.
const AWAY: f64 = 850.0;

const MILLIWATT: f64 = 1004.0;

#[test]
fn who_is_away_comes_back() {
    let pbx = start("dialplan-back");
    let (alice, bob) = two(&pbx);
    // Twice: nothing is left of the first time.
    for _ in 0..2 {
        alice.press("*61").unwrap();
        alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
        wait_no_tone(&alice, TONES[1]);
        wait_no_tone(&bob, TONES[0]);
        wait_members(&pbx, "8000", 2);
        wait_hears(&alice, TONES[1]);
        wait_hears(&bob, TONES[0]);
        wait_hears_not(&alice, AWAY);
    }
    // The dial plan goes on where the conference was, not where he has been.
    alice.press("*8").unwrap();
    pbx.wait_log("left 8000 with DTMF", PATIENCE).unwrap();
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_hangs_up_while_he_is_away_is_gone() {
    let pbx = start("dialplan-hangup");
    let (alice, bob) = two(&pbx);
    alice.press("*61").unwrap();
    alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
    alice.hang_up().unwrap();
    wait_members(&pbx, "8000", 1);
    pbx.wait_log("hung up with HANGUP", PATIENCE).unwrap();
    // And who is hung up there.
    bob.press("*63").unwrap();
    bob.wait_hung_up(PATIENCE).unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_room_that_ends_meanwhile_lets_him_finish_there() {
    let pbx = start("dialplan-ended");
    let (alice, bob) = two(&pbx);
    alice.press("*61").unwrap();
    alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
    pbx.cli("conclave kick 8000 all").unwrap();
    wait_console(&pbx, "conclave show rooms", "0 rooms in progress");
    bob.wait_hung_up(PATIENCE).unwrap();
    pbx.wait_log("the end of the way", PATIENCE).unwrap();
    alice.wait_hung_up(PATIENCE).unwrap();
    assert!(wait_until(|| results(&pbx, "8000", "ENDED") == 2), "{}", pbx.log());
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_place_that_is_not_there_does_nothing() {
    let pbx = start("dialplan-nowhere");
    let (alice, bob) = two(&pbx);
    alice.press("*64").unwrap();
    let told =
        |line: &str| ["there is no ", "away", "nowhere", "in the dial plan"].iter().all(|part| line.contains(part));
    assert!(wait_until(|| pbx.complaints().iter().any(|line| told(line))), "{}", pbx.log());
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    wait_members(&pbx, "8000", 2);
    drop((alice, bob));
    pbx.wait_calls(0, PATIENCE).unwrap();
}

#[test]
fn a_key_leads_out_to_another_place() {
    let pbx = start("dialplan-leave");
    let (alice, bob) = two(&pbx);
    alice.press("*65").unwrap();
    alice.wait_tone(MILLIWATT, -30.0, PATIENCE).unwrap();
    wait_members(&pbx, "8000", 1);
    pbx.wait_log("came with DTMF", PATIENCE).unwrap();
    assert!(!pbx.log().contains("left 8000"), "the dial plan went on where the conference was");
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
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
exten => gone,1,Hangup()
";

const CONF: &str = "\
[8000]
type = room
menu = ways
[ways]
type = menu
*61 = dialplan(away,s,1)
*63 = dialplan(away,gone,1)
*64 = dialplan(away,nowhere,1)
*65 = leave_to(from-callers,7000,1)
*8 = leave
";
