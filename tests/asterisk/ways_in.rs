//! Calls that come from elsewhere in the dial plan than a number of their own: they are members like any other, and may be
//! the first.

use std::time::Instant;

use crate::common::host::{plug_in, wait_for, wait_hears, wait_hears_not};
use crate::common::{PATIENCE, assert_nothing_is_left, call, say_tones, wait_members, wait_prompt, with_conclave};
use conclave_rig::{Caller, Pbx};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn a_voice_menu_leads_into_a_conference() {
    let asterisk = start("ways-ivr");
    let began = Instant::now();
    let alice = call(&asterisk, "alice", "600");
    wait_prompt(&asterisk, &alice, began, "vm-intro");
    // While it speaks, and with the room's PIN behind the choice.
    alice.press("24711#").unwrap();
    wait_members(&asterisk, "8001", 1);
    let bob = call(&asterisk, "bob", "600");
    bob.press("2").unwrap();
    wait_prompt(&asterisk, &bob, began, "conf-getpin");
    bob.press("4711#").unwrap();
    wait_members(&asterisk, "8001", 2);
    meet(&alice, &bob);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn a_waiting_call_is_redirected_into_a_conference() {
    let asterisk = start("ways-redirect");
    let alice = call(&asterisk, "alice", "7001");
    redirect(&asterisk, &[("Channel", &channel_in(&asterisk, "Wait"))]);
    wait_members(&asterisk, "8000", 1);
    let bob = call(&asterisk, "bob", "8000");
    wait_members(&asterisk, "8000", 2);
    meet(&alice, &bob);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

/// Two who talk to each other go on in a conference, where others can join them.
#[test]
fn both_ends_of_a_call_are_redirected_into_a_conference() {
    let asterisk = start("ways-both");
    let bob = plug_in(&asterisk, "BOB", Caller::new("bob"));
    let alice = call(&asterisk, "alice", "9000");
    meet(&alice, &bob);
    let [caller, called] = ["Dial", "AppDial"].map(|app| channel_in(&asterisk, app));
    let there = [("ExtraContext", "from-callers"), ("ExtraExten", "8000"), ("ExtraPriority", "1")];
    redirect(&asterisk, &[&[("Channel", &*caller), ("ExtraChannel", &*called)][..], &there].concat());
    wait_members(&asterisk, "8000", 2);
    meet(&alice, &bob);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn a_call_that_the_pbx_makes_leads_into_a_conference() {
    let asterisk = start("ways-originate");
    let alice = plug_in(&asterisk, "ALICE", Caller::new("alice"));
    let whom = alice.dial_string();
    let originate = [("Channel", whom), ("Application", "Conclave"), ("Data", "8000"), ("Async", "true")];
    asterisk.ami().unwrap().action("Originate", &originate).unwrap();
    wait_members(&asterisk, "8000", 1);
    let bob = call(&asterisk, "bob", "8000");
    wait_members(&asterisk, "8000", 2);
    meet(&alice, &bob);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

/// Bob talks to Alice, dials the conference on his second line, and gives her that line's place: in the room, where nobody
/// else is yet, or before the question for the PIN, which she answers.
#[test]
fn an_attended_transfer_brings_the_first_member() {
    for (number, room, asked) in [("8000", "8000", false), ("8001", "8001", true)] {
        let asterisk = start("ways-attended");
        let bob = plug_in(&asterisk, "BOB", Caller::new("bob"));
        let alice = call(&asterisk, "alice", "9000");
        meet(&alice, &bob);
        let began = Instant::now();
        let second = call(&asterisk, "bobs-second-line", number);
        if asked {
            wait_prompt(&asterisk, &second, began, "conf-getpin");
        } else {
            wait_members(&asterisk, room, 1);
        }
        bob.transfer_to(&second).unwrap();
        second.wait_hung_up(PATIENCE).unwrap();
        if asked {
            alice.press("4711#").unwrap();
        }
        wait_members(&asterisk, room, 1);
        drop((bob, second));

        let carol = call(&asterisk, "carol", room);
        if asked {
            carol.press("4711#").unwrap();
        }
        wait_members(&asterisk, room, 2);
        meet(&alice, &carol);
        wait_hears_not(&carol, 910.0);
        drop((alice, carol));
        assert_nothing_is_left(&asterisk);
    }
}

/// The blind-transferred first member is asked for the PIN as any other.
#[test]
fn a_blind_transfer_leads_to_the_question_for_the_pin() {
    let asterisk = start("ways-blind");
    let bob = plug_in(&asterisk, "BOB", Caller::new("bob"));
    let alice = call(&asterisk, "alice", "9000");
    meet(&alice, &bob);
    let began = Instant::now();
    bob.transfer("8001").unwrap();
    wait_prompt(&asterisk, &alice, began, "conf-getpin");
    bob.hang_up().unwrap();
    alice.press("4711#").unwrap();
    wait_members(&asterisk, "8001", 1);
    let carol = call(&asterisk, "carol", "8001");
    carol.press("4711#").unwrap();
    wait_members(&asterisk, "8001", 2);
    meet(&alice, &carol);
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, "[8000]\ntype = room\n[8001]\ntype = room\npin = 4711\n").dialplan(DIALPLAN).start().unwrap()
}

/// Both talk, and hear each other.
fn meet(one: &Caller, other: &Caller) {
    say_tones(&[one, other], &TONES);
    wait_hears(one, TONES[1]);
    wait_hears(other, TONES[0]);
}

fn redirect(asterisk: &Pbx, whom: &[(&str, &str)]) {
    let there = [("Context", "from-callers"), ("Exten", "8000"), ("Priority", "1")];
    asterisk.ami().unwrap().action("Redirect", &[whom, &there].concat()).unwrap();
}

/// The channel that is in this application, once there is one.
fn channel_in(asterisk: &Pbx, application: &str) -> String {
    wait_for("a channel", || {
        let text = asterisk.cli("core show channels concise").unwrap();
        let mut lines = text.lines().map(|line| line.split('!').collect::<Vec<_>>());
        let found = lines.find(|line| line.get(5) == Some(&application));
        found.map(|line| line[0].to_owned()).ok_or(text.clone())
    })
}

const DIALPLAN: &str = "\
exten => _800X,1,Conclave(${EXTEN})
exten => 600,1,Answer()
 same => n,Background(vm-intro)
 same => n,WaitExten(10)
exten => 2,1,Conclave(8001)
exten => 7001,1,Answer()
 same => n,Wait(600)
exten => 9000,1,Dial(${GLOBAL(BOB)})
";
