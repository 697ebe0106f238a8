//! The option letters of `Conclave()`, each by what it changes for the caller and for the others.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{
    LEVEL, PATIENCE, SILENT, assert_nothing_is_left, call, call_with_pin, complaints, member_line, prompt_match,
    wait_members, wait_no_tone, wait_prompt, wait_result, wait_silent, wait_tone, with_conclave,
};
use conclave_rig::{Pbx, Sound, listen};

#[test]
fn q_says_nothing_to_him_and_nothing_about_him() {
    let pbx = start("options-q");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "withqp");
    wait_members(&pbx, "8000", 1);
    let bob = call(&pbx, "bob", "withqp");
    wait_members(&pbx, "8000", 2);
    sleep(Duration::from_secs(1));
    bob.hang_up().unwrap();
    wait_members(&pbx, "8000", 1);
    sleep(Duration::from_secs(1));
    for caller in [&alice, &bob] {
        let heard = caller.heard_since(began);
        assert!(listen::level(&heard) < SILENT, "{} hears {:.1} dBFS", caller.name(), listen::level(&heard));
    }
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn m_starts_muted_until_he_unmutes_himself() {
    let pbx = start("options-m");
    let alice = call(&pbx, "alice", "withp");
    wait_members(&pbx, "8000", 1);
    let bob_came = Instant::now();
    let bob = call(&pbx, "bob", "withmp");
    wait_members(&pbx, "8000", 2);
    wait_prompt(&pbx, &bob, bob_came, "conf-muted");
    assert!(member_line(&pbx, "8000", "bob").contains("muted"));
    wait_silent(&alice);
    bob.say(Sound::tone(440.0, LEVEL));
    sleep(Duration::from_secs(2));
    let heard = alice.heard_last(Duration::from_secs(1));
    assert!(listen::level(&heard) < SILENT, "alice hears {:.1} dBFS", listen::level(&heard));
    bob.press("*1").unwrap();
    wait_tone(&alice, 440.0, LEVEL);
    assert!(!member_line(&pbx, "8000", "bob").contains("muted"));
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn l_is_never_heard() {
    let pbx = start("options-l");
    let alice = call(&pbx, "alice", "withp");
    let bob = call(&pbx, "bob", "withlp");
    wait_members(&pbx, "8000", 2);
    let line = member_line(&pbx, "8000", "bob");
    assert!(line.contains("listener") && line.contains("listens only"), "{line}");
    alice.say(Sound::tone(620.0, LEVEL));
    wait_tone(&bob, 620.0, LEVEL);
    bob.say(Sound::tone(440.0, LEVEL));
    let keyed = Instant::now();
    bob.press("*1").unwrap();
    wait_no_tone(&alice, 440.0);
    alice.say(Sound::Silence);
    wait_prompt(&pbx, &bob, keyed, "conclave-listen-only");
    sleep(Duration::from_secs(2));
    let level = listen::tone_level(&alice.heard_since(keyed), 8_000, 440.0);
    assert!(level < SILENT, "alice hears the listener at {level:.1} dBFS");
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn l_does_not_bind_who_knows_the_leader_pin() {
    let pbx = start("options-l-leader");
    let alice = call_with_pin(&pbx, "alice", "withl", "9753#");
    wait_members(&pbx, "8000", 1);
    let line = member_line(&pbx, "8000", "alice");
    assert!(line.contains("leader"), "{line}");
    let bob = call_with_pin(&pbx, "bob", "withl", "4711#");
    wait_members(&pbx, "8000", 2);
    let line = member_line(&pbx, "8000", "bob");
    assert!(line.contains("listener"), "{line}");
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn capital_l_is_leader_without_a_pin() {
    let pbx = start("options-leader");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "withL");
    wait_members(&pbx, "8000", 1);
    assert!(member_line(&pbx, "8000", "alice").contains("leader"));
    wait_prompt(&pbx, &alice, began, "conf-onlyperson");
    assert!(prompt_match(&pbx, &alice.heard_since(began), "conf-getpin") < 0.75, "she was asked for a PIN");
    let keyed = Instant::now();
    alice.press("*2").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-lockednow");
    drop(alice);
    assert_nothing_is_left(&pbx);
}

#[test]
fn p_asks_for_no_pin() {
    let pbx = start("options-p");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "withp");
    wait_members(&pbx, "8000", 1);
    assert!(member_line(&pbx, "8000", "alice").contains("participant"));
    wait_prompt(&pbx, &alice, began, "conf-onlyperson");
    assert!(prompt_match(&pbx, &alice.heard_since(began), "conf-getpin") < 0.75, "she was asked for a PIN");
    drop(alice);
    assert_nothing_is_left(&pbx);
}

#[test]
fn without_q_the_tones_are_heard() {
    // What the first story did not hear is there to be heard.
    let pbx = start("options-no-q");
    let alice = call(&pbx, "alice", "withqp");
    wait_members(&pbx, "8000", 1);
    let bob_came = Instant::now();
    let bob = call(&pbx, "bob", "withp");
    crate::common::wait_notes(&alice, bob_came, &crate::common::JOINED);
    let bob_left = Instant::now();
    bob.hang_up().unwrap();
    crate::common::wait_notes(&alice, bob_left, &crate::common::LEFT);
    drop(alice);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_letter_that_is_no_option_fails_with_a_clear_word() {
    let pbx = start("options-bad");
    for (number, words) in [
        ("withx", "Conclave(8000,x): there is no option 'x'; the options are q (quiet)"),
        ("withlL", "Conclave(8000,lL): options 'l' (listen only) and 'L' (leader) contradict each other"),
    ] {
        let alice = call(&pbx, "alice", number);
        wait_result(&pbx, number, "FAILED");
        alice.wait_hung_up(PATIENCE).unwrap();
        pbx.wait_calls(0, PATIENCE).unwrap();
        let complaints = pbx.errors();
        let last = complaints.last().cloned().unwrap_or_default();
        // FreeSWITCH has the application in small letters.
        assert!(last.to_lowercase().contains(&words.to_lowercase()), "{last}");
    }
    assert_eq!(complaints(&pbx).len(), 2);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

/// The letters after `with` are the options.
const DIALPLAN: &str = "\
exten => _with.,1,Answer()
 same => n,Conclave(8000,${EXTEN:4})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
";

const CONF: &str = "[8000]\ntype = room\npin = 4711\nleader_pin = 9753\n";
