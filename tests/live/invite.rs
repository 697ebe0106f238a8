//! Calls out of a room: what the room hears of them, and what becomes of them.

use std::time::{Duration, Instant};

use crate::common::host::plug_in;
use crate::common::told::wait_event;
use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, complaints, did, say_tones, wait_members, wait_no_tone, wait_nobody,
    wait_prompt, wait_tone, wait_until, with_conclave,
};
use conclave_rig::{Caller, Events, Pbx, Sound};

const TONES: [f64; 2] = [440.0, 620.0];

type MakePhone = fn() -> conclave_rig::caller::Phone;

#[test]
fn who_answers_is_a_member() {
    let pbx = start("invite-answers");
    let alice = inside(&pbx);
    let mut events = pbx.events().unwrap();
    let bob = plug_in(&pbx, "BOB", Caller::new("bob").rings_for(Duration::from_secs(1)));
    invite(&pbx, "201");
    bob.wait_ringing().unwrap();
    expect(&mut events, "InviteRinging");
    bob.wait_answer().unwrap();
    expect(&mut events, "InviteAnswered");
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&alice, TONES[1], LEVEL);
    wait_tone(&bob, TONES[0], LEVEL);
    // Who calls him: the room.
    pbx.wait_log("called by <8000> in en", PATIENCE).unwrap();

    bob.hang_up().unwrap();
    wait_members(&pbx, "8000", 1);
    wait_no_tone(&alice, TONES[1]);
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn what_he_says_before_he_answers_is_heard_in_the_room() {
    let pbx = start("invite-early");
    let alice = inside(&pbx);
    let bob = Caller::new("bob").early_media().rings_for(Duration::from_secs(4));
    let bob = plug_in(&pbx, "BOB", bob);
    bob.say(Sound::tone(TONES[1], LEVEL));
    invite(&pbx, "201");
    wait_tone(&alice, TONES[1], LEVEL);
    assert!(!bob.is_up(), "it was heard only when he had answered");
    wait_members(&pbx, "8000", 1);
    bob.wait_answer().unwrap();
    wait_members(&pbx, "8000", 2);
    alice.say(Sound::tone(TONES[0], LEVEL));
    wait_tone(&bob, TONES[0], LEVEL);
    wait_tone(&alice, TONES[1], LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn why_he_does_not_come_is_told() {
    let pbx = start("invite-in-vain");
    let alice = inside(&pbx);
    let mut events = pbx.events().unwrap();
    let second = Duration::from_secs(1);
    let ways: [(&str, MakePhone, &str); 6] = [
        ("busy", || Caller::new("bob").refuses(486), "InviteBusy"),
        ("declines", || Caller::new("bob").refuses(603), "InviteRefused"),
        ("declines later", || Caller::new("bob").rings_for(Duration::from_secs(1)).refuses(603), "InviteRefused"),
        ("is busy with an announcement", || early_for_a_second().refuses(486), "InviteBusy"),
        ("declines with an announcement", || early_for_a_second().refuses(603), "InviteRefused"),
        ("never answers", || Caller::new("bob").rings_for(Duration::from_secs(60)), "InviteNoAnswer"),
    ];
    for (way, phone, event) in ways {
        println!("{way}");
        let bob = plug_in(&pbx, "BOB", phone());
        invite(&pbx, "201");
        expect(&mut events, event);
        bob.wait_hung_up(PATIENCE).unwrap();
        pbx.wait_calls(1, PATIENCE).unwrap();
        wait_members(&pbx, "8000", 1);
    }
    let began = Instant::now();
    invite(&pbx, "299");
    expect(&mut events, "InviteFailed");
    assert!(began.elapsed() < 5 * second);
    let complaints = complaints(&pbx);
    assert!(complaints.iter().any(|line| line.contains("no such number in the dial context 'invited'")));
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
}

fn early_for_a_second() -> conclave_rig::caller::Phone {
    Caller::new("bob").early_media().rings_for(Duration::from_secs(1))
}

/// An announcement that goes on until the ring time is over: the telephone is hung up, and so is its place in the room.
#[test]
fn early_media_is_no_answer() {
    let pbx = start("invite-early-for-ever");
    let alice = inside(&pbx);
    let mut events = pbx.events().unwrap();
    let bob = Caller::new("bob").early_media().rings_for(Duration::from_secs(60));
    let bob = plug_in(&pbx, "BOB", bob);
    bob.say(Sound::tone(TONES[1], LEVEL));
    invite(&pbx, "201");
    wait_tone(&alice, TONES[1], LEVEL);
    expect(&mut events, "InviteNoAnswer");
    bob.wait_hung_up(PATIENCE).unwrap();
    wait_no_tone(&alice, TONES[1]);
    alice.hang_up().unwrap();
    assert_only_dial_complains(&pbx);
}

#[test]
fn it_can_be_given_up_at_every_stage() {
    let pbx = start("invite-cancel");
    let alice = inside(&pbx);
    let ways: [(&str, MakePhone); 3] = [
        ("while it rings", || Caller::new("bob").rings_for(Duration::from_secs(60))),
        ("while it is heard", || Caller::new("bob").early_media().rings_for(Duration::from_secs(60))),
        ("once he has answered", || Caller::new("bob")),
    ];
    for (way, phone) in ways {
        println!("{way}");
        let bob = plug_in(&pbx, "BOB", phone());
        bob.say(Sound::tone(TONES[1], LEVEL));
        invite(&pbx, "201");
        match way {
            "while it rings" => bob.wait_ringing().unwrap(),
            "while it is heard" => wait_tone(&alice, TONES[1], LEVEL),
            _ => wait_members(&pbx, "8000", 2),
        }
        did(&pbx, "cancel 8000");
        bob.wait_hung_up(PATIENCE).unwrap();
        pbx.wait_calls(1, PATIENCE).unwrap();
        wait_members(&pbx, "8000", 1);
        wait_no_tone(&alice, TONES[1]);
    }
    alice.hang_up().unwrap();
    assert_only_dial_complains(&pbx);
}

#[test]
fn a_room_that_ends_hangs_up_whom_it_calls() {
    let pbx = start("invite-room-ends");
    for early in [false, true] {
        let alice = inside(&pbx);
        let bob = Caller::new("bob").rings_for(Duration::from_secs(60));
        let bob = plug_in(&pbx, "BOB", if early { bob.early_media() } else { bob });
        bob.say(Sound::tone(TONES[1], LEVEL));
        invite(&pbx, "201");
        bob.wait_ringing().unwrap();
        if early {
            wait_tone(&alice, TONES[1], LEVEL);
        }
        alice.hang_up().unwrap();
        bob.wait_hung_up(PATIENCE).unwrap();
        wait_nobody(&pbx);
    }
    assert_only_dial_complains(&pbx);
}

/// Through two more hops of the dial plan; the room does not hear itself, and the invitation has failed.
#[test]
fn a_room_does_not_let_itself_in() {
    let pbx = start("invite-loop");
    let alice = inside(&pbx);
    let mut events = pbx.events().unwrap();
    invite(&pbx, "202");
    events.wait_any(&["InviteFailed", "InviteNoAnswer"], PATIENCE, |_| true).unwrap();
    pbx.wait_log("room 8000 has invited itself", PATIENCE).unwrap();
    wait_members(&pbx, "8000", 1);
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
}

#[test]
fn a_key_has_to_be_pressed_if_so_set() {
    let pbx = start("invite-confirm");
    let alice = call(&pbx, "alice", "8001");
    wait_members(&pbx, "8001", 1);
    let bob = plug_in(&pbx, "BOB", Caller::new("bob"));
    pbx.cli("conclave invite 8001 201").unwrap();
    bob.wait_answer().unwrap();
    bob.say(Sound::tone(TONES[1], LEVEL));
    // Until he has pressed it, nobody hears him.
    std::thread::sleep(Duration::from_secs(2));
    wait_no_tone(&alice, TONES[1]);
    wait_members(&pbx, "8001", 1);
    bob.press("1").unwrap();
    wait_members(&pbx, "8001", 2);
    wait_tone(&alice, TONES[1], LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

/// He answers at about the moment in which the last one leaves: either his call is given up, or he is in the room alone.
#[test]
fn it_does_not_matter_that_everybody_has_left() {
    let pbx = start("invite-late");
    for moment in [650, 720] {
        let alice = inside(&pbx);
        let bob = plug_in(&pbx, "BOB", Caller::new("bob").rings_for(Duration::from_millis(700)));
        invite(&pbx, "201");
        bob.wait_ringing().unwrap();
        std::thread::sleep(Duration::from_millis(moment));
        alice.hang_up().unwrap();
        let is_alone = || {
            let text = pbx.cli("conclave show room 8000").unwrap();
            let members = text.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok());
            members.collect::<Vec<u32>>() == [2]
        };
        assert!(wait_until(|| bob.ending().is_some() || is_alone()), "bob is neither inside nor hung up");
        // Does nothing if he has been.
        bob.hang_up().unwrap();
        wait_nobody(&pbx);
    }
}

#[test]
fn a_member_pages_others_who_only_listen() {
    let pbx = start("invite-page");
    let bob = plug_in(&pbx, "BOB", Caller::new("bob"));
    let alice = call(&pbx, "alice", "8002");
    bob.wait_answer().unwrap();
    wait_members(&pbx, "8002", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&bob, TONES[0], LEVEL);
    wait_no_tone(&alice, TONES[1]);
    // They go with him.
    alice.hang_up().unwrap();
    bob.wait_hung_up(PATIENCE).unwrap();
    assert_nothing_is_left(&pbx);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

/// Alice, alone in the room and no longer told so.
fn inside(pbx: &Pbx) -> Caller {
    let began = Instant::now();
    let alice = call(pbx, "alice", "8000");
    wait_members(pbx, "8000", 1);
    wait_prompt(pbx, &alice, began, "conf-onlyperson");
    alice
}

fn invite(pbx: &Pbx, number: &str) {
    did(pbx, &format!("invite 8000 {number}"));
}

fn expect(events: &mut Events, event: &str) {
    wait_event(events, event, &[]);
}

/// As [`assert_nothing_is_left`]; `Dial()` itself says so when its caller goes while early media flows.
fn assert_only_dial_complains(pbx: &Pbx) {
    wait_nobody(pbx);
    let mut complaints = complaints(pbx);
    complaints.retain(|line| !line.contains("app_dial.c: Unable to write frametype"));
    assert_eq!(complaints, Vec::<String>::new());
}

const DIALPLAN: &str = "\
[from-callers]
exten => 8000,1,Conclave()
exten => 8001,1,Conclave()
exten => 8002,1,Conclave(8002,P(201))
[invited]
exten => 201,1,Verbose(0,called by <${CALLERID(num)}> in ${CHANNEL(language)})
 same => n,Dial(${GLOBAL(BOB)})
exten => 202,1,Dial(Local/1@hop)
[hop]
exten => 1,1,Dial(Local/8000@from-callers)
";

const CONF: &str = "\
[8000]
type = room
invite_context = invited
invite_ring_time = 5s
[8001]
type = room
invite_context = invited
invite_confirm = yes
[8002]
type = room
invite_context = invited
";
