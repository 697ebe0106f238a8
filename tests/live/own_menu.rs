//! A menu of one's own: any sequence, several actions, and keys as fast as they come.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::host::{wait_hears, wait_hears_not};
use crate::common::{
    PATIENCE, assert_nothing_is_left, call, member_line, prompt_match, say_tones, wait_console, wait_members,
    wait_prompt, wait_silent, wait_until, with_conclave,
};
use conclave_rig::{Caller, Pbx, listen};

#[test]
fn a_sequence_does_several_things() {
    let pbx = start("own-menu-several");
    let [alice, bob] = two(&pbx);
    let keyed = Instant::now();
    alice.press("71").unwrap();
    // Both are spoken, one after the other.
    wait_prompt(&pbx, &alice, keyed, "conf-muted");
    wait_prompt(&pbx, &alice, keyed, "auth-thankyou");
    assert!(member_line(&pbx, "8000", "alice").contains("muted"));
    assert!(listen::level(&bob.heard_since(keyed)) < crate::common::SILENT, "the other one hears something of it");
    wait_silent(&alice);

    // A shorter sequence waits for what could follow; the longer one wins.
    let keyed = Instant::now();
    alice.press("7").unwrap();
    wait_prompt(&pbx, &alice, keyed, "vm-goodbye");
    // Any key can be the first, and # written as a word.
    let keyed = Instant::now();
    alice.press("#*").unwrap();
    wait_prompt(&pbx, &alice, keyed, "demo-thanks");
    // The usual keys are not there.
    let keyed = Instant::now();
    alice.press("*1").unwrap();
    sleep(Duration::from_secs(2));
    assert!(prompt_match(&pbx, &alice.heard_since(keyed), "conf-unmuted") < 0.75);
    assert!(member_line(&pbx, "8000", "alice").contains("muted"));
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn what_plays_leaves_the_menu_open_if_so_set() {
    let pbx = start("own-menu-open");
    let [alice, bob] = two(&pbx);
    let keyed = Instant::now();
    alice.press("9").unwrap();
    wait_prompt(&pbx, &alice, keyed, "tt-weasels");
    // 98 is the goodbye, and cuts it off.
    let keyed = Instant::now();
    alice.press("8").unwrap();
    wait_prompt(&pbx, &alice, keyed, "vm-goodbye");
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leaders_action_is_refused_to_others() {
    let pbx = start("own-menu-leader");
    let [alice, bob] = two(&pbx);
    for (keys, state) in [("61", "locked"), ("62", "muted"), ("63", "recording")] {
        let keyed = Instant::now();
        alice.press(keys).unwrap();
        wait_prompt(&pbx, &alice, keyed, "conclave-not-allowed");
        let room = pbx.cli("conclave show rooms").unwrap();
        assert!(!room.contains(state), "{room}");
    }
    wait_members(&pbx, "8000", 2);
    // A leader has the same menu, and may.
    let carol = call(&pbx, "carol", "leader");
    wait_members(&pbx, "8000", 3);
    let keyed = Instant::now();
    carol.press("61").unwrap();
    wait_prompt(&pbx, &carol, keyed, "conf-lockednow");
    wait_console(&pbx, "conclave show rooms", "locked");
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn keys_lead_through_the_dial_plan_and_out() {
    let pbx = start("own-menu-dialplan");
    let [alice, bob] = two(&pbx);
    say_tones(&[&alice, &bob], &[440.0, 620.0]);
    wait_hears(&bob, 440.0);
    alice.press("41").unwrap();
    alice.wait_tone(850.0, -30.0, PATIENCE).unwrap();
    wait_hears_not(&bob, 440.0);
    // She comes back by herself.
    wait_hears(&bob, 440.0);
    wait_hears(&alice, 620.0);
    wait_members(&pbx, "8000", 2);
    alice.press("42").unwrap();
    alice.wait_tone(1_004.0, -30.0, PATIENCE).unwrap();
    wait_members(&pbx, "8000", 1);
    pbx.wait_log("came with DTMF", PATIENCE).unwrap();
    wait_hears_not(&bob, 440.0);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

/// The sixteen keys of one sequence, ten a second: one that is lost, doubled or late is not that sequence any more.
#[test]
fn fast_keys_are_not_lost() {
    let pbx = start("own-menu-fast");
    let [alice, bob] = two(&pbx);
    for _ in 0..2 {
        let keyed = Instant::now();
        alice.press_fast("5123456789055667").unwrap();
        wait_prompt(&pbx, &alice, keyed, "tt-monkeysintro");
        wait_silent(&alice);
    }
    // Seven sequences without a pause between them: each is one step of her voice.
    say_tones(&[&alice, &bob], &[440.0, 620.0]);
    wait_hears(&bob, 440.0);
    let loud = |decibels: f64| {
        let right = |level: f64| (level - (crate::common::LEVEL + decibels)).abs() < 1.5;
        let so = wait_until(|| right(crate::common::host::tone(&bob, 440.0)));
        assert!(so, "bob hears her at {:.1} dBFS", crate::common::host::tone(&bob, 440.0));
    };
    alice.press_fast("080808").unwrap();
    loud(-9.0);
    alice.press_fast("01010101").unwrap();
    loud(3.0);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

/// Two participants who hear nothing any more of their coming.
fn two(pbx: &Pbx) -> [Caller; 2] {
    let both = ["alice", "bob"].map(|name| call(pbx, name, "8000"));
    wait_members(pbx, "8000", 2);
    both.iter().for_each(wait_silent);
    both
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
[from-callers]
exten => 8000,1,Conclave()
exten => leader,1,Conclave(8000,L)
exten => 7000,1,Verbose(0,came with ${CONCLAVE_RESULT})
 same => n,Milliwatt()
[away]
exten => s,1,PlayTones(850)
 same => n,Wait(2)
";

const CONF: &str = "\
[8000]
type = room
arrivals = nothing
only_person = no
menu = own
leader_menu = own
[own]
type = menu
pause = 1s
7 = play(vm-goodbye)
71 = toggle_mute, play(auth-thankyou)
hash* = play(demo-thanks)
9 = play_and_continue(tt-weasels)
98 = play(vm-goodbye)
61 = toggle_lock
62 = toggle_mute_all
63 = toggle_recording
41 = dialplan(away,s,1)
42 = leave_to(from-callers,7000,1)
5123456789055667 = play(tt-monkeysintro)
08 = talk_softer
01 = talk_louder
";
