//! Members whose telephone is a browser: SIP over WebSocket, ICE, DTLS-SRTP and Opus, in a real Chromium.

use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave_rig::{Caller, Pbx, listen};

use crate::common::browser::Browser;
use crate::common::click::usual_edge;
use crate::common::telephone::{RATE, Telephone};
use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, member_line, say_tones, wait_members, wait_no_tone, wait_tone,
    wait_until, with_conclave,
};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn a_browser_is_a_member_like_any_other() {
    let pbx = start("browsers-member");
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 1);
    say_tones(&[&bob], &TONES[1..]);
    let browser = Browser::start("browsers-member");
    let alice = Telephone::open(&browser, "alice");
    alice.say(TONES[0]);
    alice.call(&pbx, "8000");

    // Ways are found and keys agreed on before "hello" is said.
    let answered = alice.wait_answer();
    assert!(wait_until(|| tone(&bob) > LEVEL - 3.0), "bob hears her at {:.1} dBFS", tone(&bob));
    assert!(answered.elapsed() < Duration::from_secs(1), "bob heard her {:?} after the answer", answered.elapsed());
    wait_hear_each_other(&alice, &bob);
    assert!(alice.first_heard_after() < Duration::from_secs(1), "{}", alice.counts());
    assert_eq!(alice.counts()["codec"], "audio/opus");
    assert!(member_line(&pbx, "8000", "alice").starts_with('2'), "{}", member_line(&pbx, "8000", "alice"));

    // Nothing besides the tones, on a machine that finds time for both.
    let mut edges = [0.0; 2];
    let clean = wait_until(|| {
        sleep(Duration::from_secs(2));
        let [to_alice, to_bob] = [alice.heard_last(Duration::from_secs(2)), bob.heard_last(Duration::from_secs(2))];
        edges = [usual_edge(&to_alice, RATE), usual_edge(&to_bob, bob.rate())];
        edges.iter().all(|edge| *edge < -50.0)
    });
    assert!(clean, "alice and bob hear clicks or noise at {edges:.1?} dBFS");

    // Her own keys.
    alice.press("*1");
    wait_no_tone(&bob, TONES[0]);
    assert!(member_line(&pbx, "8000", "alice").contains("muted"));
    alice.press("*1");
    wait_hear_each_other(&alice, &bob);

    // A new offer, with other addresses in it; then one that holds.
    alice.restart_ice();
    sleep(Duration::from_secs(1));
    wait_hear_each_other(&alice, &bob);
    alice.hold(true);
    wait_no_tone(&bob, TONES[0]);
    let on_hold = || member_line(&pbx, "8000", "alice").contains("on hold");
    assert!(wait_until(on_hold), "{}", member_line(&pbx, "8000", "alice"));
    alice.hold(false);
    wait_hear_each_other(&alice, &bob);

    alice.hang_up();
    wait_members(&pbx, "8000", 1);
    pbx.wait_log("hung up with HANGUP", PATIENCE).unwrap();
    bob.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_browser_that_is_not_answered_hears_and_one_that_vanishes_is_gone() {
    let pbx = start("browsers-early");
    let browser = Browser::start("browsers-early");
    let alice = Telephone::open(&browser, "alice");
    alice.say(TONES[0]);
    alice.call(&pbx, "8001");
    wait_members(&pbx, "8001", 1);
    assert!(wait_until(|| alice.has_heard()), "alice does not hear that she is alone: {}", alice.counts());
    assert!(!alice.is_answered(), "she was answered while she was alone");

    let bob = call(&pbx, "bob", "8002");
    say_tones(&[&bob], &TONES[1..]);
    alice.wait_answer();
    wait_hear_each_other(&alice, &bob);

    // A page that is closed says nothing to the PBX.
    alice.vanish();
    let vanished = Instant::now();
    wait_members(&pbx, "8001", 1);
    let after = vanished.elapsed();
    assert!(after < Duration::from_secs(10), "she was gone after {after:?}");
    bob.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

fn wait_hear_each_other(alice: &Telephone<'_>, bob: &Caller) {
    wait_tone(bob, TONES[0], LEVEL);
    alice.wait_hears(TONES[1], TONES[0]);
}

/// How loud the last that Bob has heard of Alice is.
fn tone(bob: &Caller) -> f64 {
    listen::tone_level(&bob.heard_last(Duration::from_millis(200)), bob.rate(), TONES[0])
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).browsers().start().unwrap()
}

// FreeSWITCH waits for five seconds if a call says so, Asterisk if an endpoint does.
const DIALPLAN: &str = "\
exten => 8000,1,Conclave()
exten => 8001,1,Set(media_timeout=5000)
 same => n,Conclave()
exten => 8002,1,Conclave(8001)
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
";

const CONF: &str = "\
[8000]
type = room
[8001]
type = room
answer = when_it_begins
";
