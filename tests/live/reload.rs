//! Settings that change, and callers who go, while somebody is held: at a question, before a leader, in the lobby.

use std::time::{Duration, Instant};

use crate::common::host::{wait_hears, wait_hears_not};
use crate::common::{
    LEVEL, assert_nothing_is_left, call, configure, did, say_tones, wait_members, wait_prompt, with_conclave,
};
use conclave_rig::{Caller, Pbx, Sound};

#[test]
fn settings_change_while_callers_are_held() {
    let pbx = start("reload-held", BEFORE);
    let tones = [440.0, 620.0];
    // One waits for a leader, one in the lobby, one is asked for a PIN of a room that nobody is in.
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8000");
    wait_prompt(&pbx, &alice, began, "conf-waitforleader");
    let began = Instant::now();
    let bob = call(&pbx, "bob", "8001");
    wait_prompt(&pbx, &bob, began, "conclave-lobby");
    let began = Instant::now();
    let carol = call(&pbx, "carol", "8002");
    wait_prompt(&pbx, &carol, began, "conf-getpin");
    let began = Instant::now();
    let dave = call(&pbx, "dave", "8003");
    wait_prompt(&pbx, &dave, began, "conf-getpin");

    // Nobody has to wait any more, says the new file; one room is gone, and the PIN is another one.
    configure(&pbx, AFTER);

    // Rooms in progress stay as they are: a second one waits, too, until the leader is there.
    let began = Instant::now();
    let erin = call(&pbx, "erin", "8000");
    wait_prompt(&pbx, &erin, began, "conf-waitforleader");
    say_tones(&[&alice, &erin], &tones);
    wait_hears_not(&alice, tones[1]);
    let leader = call(&pbx, "leader", "leader8000");
    wait_hears(&alice, tones[1]);
    wait_hears(&erin, tones[0]);
    wait_members(&pbx, "8001", 1);
    let admitted = Instant::now();
    did(&pbx, "admit 8001 all");
    wait_prompt(&pbx, &bob, admitted, "conclave-admitted");

    // Who is asked for a PIN is asked for the one that holds when he gives it.
    let keyed = Instant::now();
    carol.press("1111#").unwrap();
    wait_prompt(&pbx, &carol, keyed, "conf-invalidpin");
    carol.press("2222#").unwrap();
    wait_members(&pbx, "8002", 1);
    dave.press("1111#").unwrap();
    pbx.wait_log("left 8003 with NOROOM", crate::common::PATIENCE).unwrap();
    drop((alice, bob, carol, dave, erin, leader));
    assert_nothing_is_left(&pbx);

    // The next room is as the new file says.
    let (alice, bob) = (call(&pbx, "alice", "8000"), call(&pbx, "bob", "8000"));
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice, &bob], &tones);
    wait_hears(&alice, tones[1]);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_hangs_up_on_the_way_in_leaves_nothing() {
    let pbx = start("hangup-ways-in", WAYS_IN);
    let steps: [Step; 10] = [
        ("asked for a conference number", |pbx| asked(pbx, "700", &[("", "conf-getconfno")])),
        ("between its digits", |pbx| asked(pbx, "700", &[("", "conf-getconfno"), ("12", "")])),
        ("asked to set a PIN", |pbx| asked(pbx, "700", &[("", "conf-getconfno"), ("1234#", "conclave-set-pin")])),
        ("between the PIN's digits", |pbx| {
            asked(pbx, "700", &[("", "conf-getconfno"), ("1234#", "conclave-set-pin"), ("47", "")])
        }),
        ("as soon as it is set", |pbx| {
            asked(pbx, "700", &[("", "conf-getconfno"), ("1234#", "conclave-set-pin"), ("4711#", "")])
        }),
        ("asked for a code", |pbx| asked(pbx, "710", &[("", "conclave-get-code")])),
        ("while the words for a wrong code play", |pbx| {
            asked(pbx, "710", &[("", "conclave-get-code"), ("999999#", "conclave-wrong-code")])
        }),
        ("as soon as the code is right", |pbx| asked(pbx, "710", &[("", "conclave-get-code"), ("482913#", "")])),
        ("while his name is recorded", |pbx| {
            let alice = asked(pbx, "8001", &[("", "vm-rec-name")]);
            alice.say(Sound::tone(440.0, LEVEL));
            std::thread::sleep(Duration::from_secs(1));
            alice
        }),
        ("asked whether his name is right", |pbx| {
            let alice = asked(pbx, "8001", &[("", "vm-rec-name")]);
            // After the tone.
            std::thread::sleep(Duration::from_secs(1));
            alice.say(Sound::tone(440.0, LEVEL));
            std::thread::sleep(Duration::from_secs(2));
            let keyed = Instant::now();
            alice.press("#").unwrap();
            wait_prompt(pbx, &alice, keyed, "vm-review");
            alice
        }),
    ];
    for (step, come) in steps {
        println!("{step}");
        let caller = come(&pbx);
        caller.hang_up().unwrap();
        drop(caller);
        assert_nothing_is_left(&pbx);
    }
    // The number that was given up is free: who comes is asked to set a PIN again.
    let alice = asked(&pbx, "700", &[("", "conf-getconfno"), ("1234#", "conclave-set-pin"), ("#", "")]);
    wait_members(&pbx, "700-1234", 1);
    drop(alice);
    assert_nothing_is_left(&pbx);
}

/// A moment, and a caller who has come as far.
type Step = (&'static str, fn(&Pbx) -> Caller);

/// A caller who presses keys and hears prompts, in turn.
fn asked(pbx: &Pbx, number: &str, steps: &[(&str, &str)]) -> Caller {
    let mut since = Instant::now();
    let alice = call(pbx, "alice", number);
    for (keys, prompt) in steps {
        if !keys.is_empty() {
            since = Instant::now();
            alice.press(keys).unwrap();
        }
        if !prompt.is_empty() {
            wait_prompt(pbx, &alice, since, prompt);
        }
    }
    alice
}

fn start(name: &str, conf: &str) -> Pbx {
    with_conclave(name, conf).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
[from-callers]
exten => _[78].,1,Conclave(${EXTEN})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => _leader8XXX,1,Conclave(${EXTEN:6},L)
";

const BEFORE: &str = "\
[8000]
type = room
wait_for_leader = once
[8001]
type = room
lobby = yes
[8002]
type = room
pin = 1111
[8003]
type = room
pin = 1111
";

const AFTER: &str = "\
[8000]
type = room
[8001]
type = room
[8002]
type = room
pin = 2222
";

const WAYS_IN: &str = "\
[700]
type = dynamic
[710]
type = access
[8000]
type = room
code = 482913
[8001]
type = room
arrivals = reviewed_names
";
