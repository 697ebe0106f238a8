//! What is FreeSWITCH's own about calls out of a room: dial strings, and a module that is unloaded while calls are out.

use std::time::Duration;

use crate::common::host::plug_in;
use crate::common::told::wait_event;
use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, configure, did, say_tones, wait_members, wait_tone, with_conclave_on,
};
use conclave_rig::{Caller, Codec, Host, Pbx};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_dial_string_calls_without_the_dial_plan() {
    let pbx = start("invite-dial-string");
    let bob = plug_in(&pbx, "BOB", Caller::new("bob").codec(Codec::L16).rings_for(Duration::from_secs(1)));
    let mut events = pbx.events().unwrap();
    // sofia/PROFILE/sip:bob@ADDRESS
    configure(&pbx, &conf(&bob.dial_string().replace("bob", "${number}")));
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    did(&pbx, "invite 8000 bob");
    wait_event(&mut events, "InviteRinging", &[]);
    bob.wait_answer().unwrap();
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&alice, TONES[1], LEVEL);
    wait_tone(&bob, TONES[0], LEVEL);
    // Nobody stands between the two.
    assert_eq!(pbx.calls().unwrap(), 2);
    alice.hang_up().unwrap();
    bob.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn whom_a_dial_string_does_not_reach_does_not_come() {
    let pbx = start("invite-dial-string-in-vain");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let mut events = pbx.events().unwrap();
    for (dial_string, event) in [
        ("nothing/${number}", "InviteFailed"),
        ("error/user_busy", "InviteBusy"),
        ("error/user_not_registered", "InviteNoAnswer"),
        // One after the other: what the last one says counts.
        ("error/user_busy|error/call_rejected", "InviteRefused"),
    ] {
        println!("{dial_string}");
        configure(&pbx, &conf(dial_string));
        let room = call(&pbx, "room", "8001");
        wait_members(&pbx, "8001", 1);
        did(&pbx, "invite 8001 201");
        wait_event(&mut events, event, &[]);
        room.hang_up().unwrap();
        pbx.wait_calls(1, PATIENCE).unwrap();
        pbx.wait_cli("conclave show rooms", PATIENCE, |text| {
            text.contains("1 rooms in progress") || text.contains("1 room")
        })
        .unwrap();
    }
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn it_does_not_unload_while_a_call_is_out_and_does_afterwards() {
    let pbx = start("invite-unload");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let bob = plug_in(&pbx, "BOB", Caller::new("bob").rings_for(Duration::from_secs(60)));
    did(&pbx, "invite 8000 201");
    bob.wait_ringing().unwrap();
    pbx.cli("unload mod_conclave").unwrap();
    assert_eq!(pbx.cli("module_exists mod_conclave").unwrap(), "true");
    alice.hang_up().unwrap();
    // A room that is empty goes on calling: whom it called may come all the same.
    pbx.wait_calls(0, Duration::from_secs(30)).unwrap();
    bob.wait_hung_up(PATIENCE).unwrap();
    pbx.wait_cli("unload mod_conclave", PATIENCE, |said| said.starts_with("+OK")).unwrap();
    assert!(pbx.cli("load mod_conclave").unwrap().contains("+OK"));
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn freeswitch_ends_with_calls_out() {
    let pbx = start("invite-stop");
    let _alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let bob = plug_in(&pbx, "BOB", Caller::new("bob").rings_for(Duration::from_secs(60)));
    did(&pbx, "invite 8000 201");
    bob.wait_ringing().unwrap();
    let stopped = pbx.stop(Duration::from_secs(20));
    assert!(stopped.cleanly(), "{stopped:?}");
}

fn start(name: &str) -> Pbx {
    let dialplan = "\
[from-callers]
exten => _8XXX,1,Conclave(${EXTEN})
[invited]
exten => 201,1,Dial(${GLOBAL(BOB)})
";
    with_conclave_on(Host::FreeSwitch, name, &conf("invited")).dialplan(dialplan).start().unwrap()
}

fn conf(context: &str) -> String {
    format!("[base](!)\ntype = room\ninvite_context = {context}\ninvite_ring_time = 8s\n[8000](base)\n[8001](base)\n")
}
