//! How long a conference and a member's stay may last: who is warned, who has to go, and how a leader puts it off.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::judge::{assert_not_told, wait_told};
use crate::common::{
    DIALPLAN, PATIENCE, assert_nothing_is_left, call, configure, wait_console, wait_members, wait_prompt, wait_result,
    wait_until, with_conclave,
};
use conclave_rig::{Caller, Pbx};
use jiff::Timestamp;

#[test]
fn a_conference_ends_after_its_longest_time_and_says_so_before() {
    let pbx = start("times-longest");
    let carol = call(&pbx, "carol", "8003");
    let began = Instant::now();
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    wait_members(&pbx, "8000", 2);
    for caller in [&alice, &bob] {
        wait_told(&pbx, caller, began, &["conclave-ends-in", "conclave-n-5", "conclave-seconds"]);
    }
    ends_with(&pbx, &[alice, bob], began, "8000", "OVER");
    let lasted = began.elapsed();
    assert!(lasted > Duration::from_secs(10), "it was over after {lasted:?}");
    // The room beside it goes on, and heard nothing of all that.
    for words in ["conclave-ends-in", "confbridge-conf-end"] {
        assert_not_told(&pbx, &carol, began, words);
    }
    wait_members(&pbx, "8003", 1);
    drop(carol);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_member_s_own_time_is_over_for_him_alone() {
    let pbx = start("times-session");
    let alice = call(&pbx, "alice", "8003");
    wait_members(&pbx, "8003", 1);
    let began = Instant::now();
    let bob = call(&pbx, "bob", "7003");
    wait_members(&pbx, "8003", 2);
    wait_told(&pbx, &bob, began, &["conclave-your-time-ends-in", "conclave-n-5", "conclave-seconds"]);
    wait_prompt(&pbx, &bob, began, "conclave-time-up");
    wait_result(&pbx, "7003", "TIMEOUT");
    bob.wait_hung_up(PATIENCE).unwrap();
    wait_members(&pbx, "8003", 1);
    for words in ["conclave-your-time-ends-in", "conclave-time-up", "confbridge-conf-end"] {
        assert_not_told(&pbx, &alice, began, words);
    }
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leader_makes_it_longer() {
    let pbx = start("times-extend");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8001");
    let carol = call(&pbx, "carol", "9001");
    wait_members(&pbx, "8001", 2);
    // A member may not.
    let keyed = Instant::now();
    alice.press("*5").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-errormenu");
    let keyed = Instant::now();
    carol.press("*5").unwrap();
    for caller in [&alice, &carol] {
        wait_told(&pbx, caller, keyed, &["conclave-extended-by", "conclave-minutes-one"]);
    }
    assert!(began.elapsed() < Duration::from_secs(12), "the machine is too slow for this story");
    sleep(Duration::from_secs(14).saturating_sub(began.elapsed()));
    wait_members(&pbx, "8001", 2);
    assert_not_told(&pbx, &alice, began, "confbridge-conf-end");
    let ended = Instant::now();
    carol.press("*94").unwrap();
    ends_with(&pbx, &[alice, carol], ended, "8001", "ENDED");

    // What has no end cannot be put off.
    let carol = call(&pbx, "carol", "9003");
    wait_members(&pbx, "8003", 1);
    let keyed = Instant::now();
    carol.press("*5").unwrap();
    wait_prompt(&pbx, &carol, keyed, "conclave-cannot-extend");
    drop(carol);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_conference_closes_when_its_schedule_says() {
    let pbx = start("times-closes");
    let closes = Timestamp::now() + Duration::from_secs(12);
    let scheduled = format!("{CONF}[8002]\ntype = room\narrivals = nothing\nwarnings = 5s\ncloses = {closes}\n");
    configure(&pbx, &scheduled);
    wait_console(&pbx, "conclave show conference 8002", "closes = ");
    let began = Instant::now();
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8002"));
    wait_members(&pbx, "8002", 2);
    for caller in [&alice, &bob] {
        wait_told(&pbx, caller, began, &["conclave-ends-in", "conclave-n-5", "conclave-seconds"]);
    }
    ends_with(&pbx, &[alice, bob], began, "8002", "OVER");
    assert!(Timestamp::now() >= closes);
    // Who comes now is told that it is over.
    let late = Instant::now();
    let carol = call(&pbx, "carol", "8002");
    wait_prompt(&pbx, &carol, late, "conclave-over");
    carol.wait_hung_up(PATIENCE).unwrap();
    assert_nothing_is_left(&pbx);
}

/// All hear since then that the conference has ended, and the dial plan goes on with this result for each.
fn ends_with(pbx: &Pbx, callers: &[Caller], since: Instant, room: &str, result: &str) {
    for caller in callers {
        wait_prompt(pbx, caller, since, "confbridge-conf-end");
    }
    let left = format!("with {result}");
    let all = || pbx.log().lines().filter(|line| line.contains("left ") && line.ends_with(&left)).count();
    assert!(wait_until(|| all() >= callers.len()), "of {room}, {} callers went on {left}", all());
    for caller in callers {
        caller.wait_hung_up(PATIENCE).unwrap();
    }
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(&[DIALPLAN, OTHER_WAYS].concat()).start().unwrap()
}

/// By `9` one is leader, by `7` one may stay for some seconds only.
const OTHER_WAYS: &str = "\
exten => _9XXX,1,Conclave(8${EXTEN:1},L)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => _7XXX,1,Conclave(8${EXTEN:1},,short)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
";

const CONF: &str = "\
[short]
type = profile
session_time = 10s
[base](!)
type = room
arrivals = nothing
warnings = 5s
[8000](base)
max_duration = 10s
[8001](base)
max_duration = 12s
extend_by = 1m
warnings = no
[8003](base)
";
