//! Who may talk and who may hear: mutes of one's own and of others, raised hands, deafness, volumes.

use std::time::Instant;

use crate::common::judge::{assert_not_told, fall_silent, speak, wait_all_hear_each_other, wait_hears_just};
use crate::common::{
    DIALPLAN, LEVEL, assert_nothing_is_left, call, member_line, wait_console, wait_prompt, wait_silent, wait_tone,
    with_conclave,
};
use conclave_rig::{Caller, Pbx};

#[test]
fn one_s_own_mute_and_the_console_s_are_two_things() {
    let pbx = start("mutes-own");
    let [alice, bob] = ["alice", "bob"].map(|name| come(&pbx, name, "8000"));
    speak(&[(&alice, ALICE)]);
    wait_hears_just(&bob, &TONES, &[ALICE]);
    let keyed = Instant::now();
    alice.press("*1").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-muted");
    wait_hears_just(&bob, &TONES, &[]);
    // What the console lifts is not hers.
    pbx.cli("conclave mute 8000 1").unwrap();
    pbx.cli("conclave unmute 8000 1").unwrap();
    wait_hears_just(&bob, &TONES, &[]);
    let keyed = Instant::now();
    alice.press("*1").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-unmuted");
    wait_hears_just(&bob, &TONES, &[ALICE]);
    // What the console imposes she does not lift.
    let muted = Instant::now();
    pbx.cli("conclave mute 8000 1").unwrap();
    wait_prompt(&pbx, &alice, muted, "conf-muted");
    let keyed = Instant::now();
    alice.press("*1").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-muted");
    assert_not_told(&pbx, &alice, muted, "conf-unmuted");
    wait_hears_just(&bob, &TONES, &[]);
    let lifted = Instant::now();
    pbx.cli("conclave unmute 8000 1").unwrap();
    wait_prompt(&pbx, &alice, lifted, "conf-unmuted");
    wait_hears_just(&bob, &TONES, &[ALICE]);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leader_mutes_all_and_gives_the_floor_to_a_raised_hand() {
    let pbx = start("mutes-all");
    let carol = come(&pbx, "carol", "9000");
    let alice = come(&pbx, "alice", "8000");
    let keyed = Instant::now();
    carol.press("*92").unwrap();
    for caller in [&alice, &carol] {
        wait_prompt(&pbx, caller, keyed, "conf-now-muted");
        wait_silent(caller);
    }
    // Who comes later is muted too, and told so.
    let came = Instant::now();
    let bob = come(&pbx, "bob", "8000");
    wait_prompt(&pbx, &bob, came, "conf-muted");
    let voices = [(&alice, ALICE), (&bob, BOB), (&carol, CAROL)];
    speak(&voices);
    for listener in [&alice, &bob] {
        wait_hears_just(listener, &TONES, &[CAROL]);
    }
    wait_hears_just(&carol, &TONES, &[]);
    fall_silent(&voices);

    // No member lifts it; he can raise his hand.
    let keyed = Instant::now();
    bob.press("*1").unwrap();
    wait_prompt(&pbx, &bob, keyed, "conf-muted");
    let raised = Instant::now();
    bob.press("*2").unwrap();
    wait_prompt(&pbx, &bob, raised, "conclave-hand-up");
    wait_prompt(&pbx, &carol, raised, "conclave-hand-raised");
    assert_not_told(&pbx, &alice, raised, "conclave-hand-raised");
    assert!(member_line(&pbx, "8000", "bob").contains("hand up"));
    let given = Instant::now();
    carol.press("*90").unwrap();
    wait_prompt(&pbx, &bob, given, "conclave-floor");
    assert!(!member_line(&pbx, "8000", "bob").contains("hand up"));
    wait_silent(&bob);
    speak(&voices);
    wait_hears_just(&alice, &TONES, &[BOB, CAROL]);
    wait_hears_just(&carol, &TONES, &[BOB]);
    fall_silent(&voices);

    // A hand can be lowered again, and then nobody has the floor.
    let keyed = Instant::now();
    alice.press("*2").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conclave-hand-up");
    let keyed = Instant::now();
    alice.press("*2").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conclave-hand-down");
    let keyed = Instant::now();
    carol.press("*90").unwrap();
    wait_prompt(&pbx, &carol, keyed, "conf-errormenu");

    let keyed = Instant::now();
    carol.press("*92").unwrap();
    for caller in [&alice, &bob, &carol] {
        wait_prompt(&pbx, caller, keyed, "conf-now-unmuted");
    }
    speak(&voices);
    wait_all_hear_each_other(&voices, &TONES);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn mute_all_can_cover_leaders_who_may_lift_it_for_themselves() {
    let pbx = start("mutes-leaders");
    let carol = come(&pbx, "carol", "9000");
    let alice = come(&pbx, "alice", "8000");
    let voices = [(&alice, ALICE), (&carol, CAROL)];
    speak(&voices);
    wait_all_hear_each_other(&voices, &TONES);
    pbx.cli("conclave mute 8000 all leaders").unwrap();
    for listener in [&alice, &carol] {
        wait_hears_just(listener, &TONES, &[]);
    }
    for caller in [&alice, &carol] {
        caller.press("*1").unwrap();
    }
    wait_hears_just(&alice, &TONES, &[CAROL]);
    wait_hears_just(&carol, &TONES, &[]);
    pbx.cli("conclave unmute 8000 all").unwrap();
    wait_all_hear_each_other(&voices, &TONES);
    drop((alice, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_is_deaf_hears_nothing_of_the_room() {
    let pbx = start("mutes-deaf");
    let [alice, bob] = ["alice", "bob"].map(|name| come(&pbx, name, "8000"));
    let voices = [(&alice, ALICE), (&bob, BOB)];
    let deafened = Instant::now();
    pbx.cli("conclave deafen 8000 2").unwrap();
    wait_prompt(&pbx, &bob, deafened, "conclave-deaf");
    speak(&voices);
    wait_hears_just(&alice, &TONES, &[BOB]);
    wait_hears_just(&bob, &TONES, &[]);
    // What is said to him alone he still hears.
    let keyed = Instant::now();
    bob.press("*#").unwrap();
    wait_prompt(&pbx, &bob, keyed, "conf-onlyone");
    let heals = Instant::now();
    pbx.cli("conclave undeafen 8000 2").unwrap();
    wait_hears_just(&bob, &TONES, &[ALICE]);
    fall_silent(&voices);
    assert_not_told(&pbx, &alice, deafened, "conclave-deaf");
    assert_not_told(&pbx, &alice, heals, "conclave-undeaf");
    // His profile starts him deaf, and a key of his own menu lifts that.
    let carol = come(&pbx, "carol", "7000");
    speak(&voices);
    wait_hears_just(&carol, &TONES, &[]);
    carol.press("5").unwrap();
    wait_hears_just(&carol, &TONES, &[ALICE, BOB]);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn the_console_turns_what_one_says_and_what_one_hears() {
    let pbx = start("mutes-volume");
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| come(&pbx, name, "8000"));
    speak(&[(&alice, ALICE)]);
    wait_tone(&bob, ALICE, LEVEL);
    pbx.cli("conclave volume 8000 1 talk -6").unwrap();
    for listener in [&bob, &carol] {
        wait_tone(listener, ALICE, LEVEL - 6.0);
    }
    pbx.cli("conclave volume 8000 2 listen +12").unwrap();
    wait_tone(&bob, ALICE, LEVEL + 6.0);
    wait_tone(&carol, ALICE, LEVEL - 6.0);
    for command in ["1 talk 0", "2 listen 0"] {
        pbx.cli(&format!("conclave volume 8000 {command}")).unwrap();
    }
    wait_tone(&bob, ALICE, LEVEL);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

/// Calls, and is in the room before the next one is.
fn come(pbx: &Pbx, name: &str, number: &str) -> Caller {
    let caller = call(pbx, name, number);
    wait_console(pbx, "conclave show room 8000", &format!(" {name} "));
    caller
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(&[DIALPLAN, OTHER_WAYS].concat()).start().unwrap()
}

const ALICE: f64 = 440.0;
const BOB: f64 = 620.0;
const CAROL: f64 = 910.0;
const TONES: [f64; 3] = [ALICE, BOB, CAROL];

/// By `9` one is leader, by `7` one starts deaf.
const OTHER_WAYS: &str = "\
exten => _9XXX,1,Conclave(8${EXTEN:1},L)
exten => _7XXX,1,Conclave(8${EXTEN:1},,deaf)
";

const CONF: &str = "\
[deaf]
type = profile
start_deaf = yes
menu = ears
[ears]
type = menu
5 = toggle_deaf
[8000]
type = room
arrivals = nothing
only_person = no
";
