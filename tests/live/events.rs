//! What a PBX tells of rooms: each kind of event once, with what belongs to it.

use std::time::Duration;

use crate::common::host::{assert_is_channel, plug_in};
use crate::common::told::wait_event;
use crate::common::{call, did, wait_members, with_conclave};
use conclave_rig::{Caller, Events, Host, Packet, Sound};

#[test]
fn everything_that_happens_is_told() {
    let pbx = with_conclave("events", CONF).dialplan(DIALPLAN).start().unwrap();
    let mut events = pbx.events().unwrap();
    let alice = call(&pbx, "alice", "8000");
    room(&mut events, "Opened");
    let joined = room(&mut events, "Joined");
    assert_eq!(joined.get("Member"), Some("1"));
    assert_eq!(joined.get("CallerNumber"), Some("alice"));
    assert_is_channel(&pbx, joined.get("Channel").unwrap());
    if pbx.host() == Host::Asterisk {
        assert_eq!(joined.get("Privilege"), Some("call,all"));
    }

    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    assert_eq!(room(&mut events, "Joined").get("Member"), Some("2"));
    bob.say(Sound::tone(440.0, -20.0));
    assert_eq!(room(&mut events, "TalkingStarted").get("Member"), Some("2"));
    bob.say(Sound::Silence);
    assert_eq!(room(&mut events, "TalkingStopped").get("Member"), Some("2"));
    for (command, event) in [
        ("mute 8000 2", "Muted"),
        ("unmute 8000 2", "Unmuted"),
        ("lock 8000", "Locked"),
        ("unlock 8000", "Unlocked"),
        ("mute 8000 all", "MutedAll"),
        ("unmute 8000 all", "UnmutedAll"),
        ("deafen 8000 2", "Deafened"),
        ("undeafen 8000 2", "Undeafened"),
        ("hand 8000 2 up", "HandRaised"),
        ("hand 8000 2 down", "HandLowered"),
    ] {
        did(&pbx, command);
        room(&mut events, event);
    }

    // One who is not let in.
    did(&pbx, "lock 8000");
    let carol = call(&pbx, "carol", "8000");
    let refused = room(&mut events, "Refused");
    assert_eq!(refused.get("Result"), Some("LOCKED"));
    assert_eq!(refused.get("Address"), Some("127.0.0.1"));
    drop(carol);

    // One who is called in.
    let phone = plug_in(&pbx, "DAVE", Caller::new("dave").rings_for(Duration::from_secs(1)));
    did(&pbx, "invite 8000 201");
    assert_eq!(room(&mut events, "Invited").get("Called"), Some("201"));
    room(&mut events, "InviteRinging");
    room(&mut events, "InviteAnswered");
    assert_eq!(room(&mut events, "Joined").get("Member"), Some("3"));
    phone.hang_up().unwrap();
    let left = room(&mut events, "Left");
    assert_eq!((left.get("Member"), left.get("Result")), (Some("3"), Some("HANGUP")));

    did(&pbx, "kick 8000 2");
    assert_eq!(room(&mut events, "Left").get("Result"), Some("KICKED"));
    alice.hang_up().unwrap();
    room(&mut events, "Left");
    room(&mut events, "Ended");
    drop(bob);
}

/// The next event of this room and name.
fn room(events: &mut Events, name: &str) -> Packet {
    wait_event(events, name, &[("Room", "8000")])
}

const DIALPLAN: &str = "\
[from-callers]
exten => 8000,1,Conclave()
[invited]
exten => 201,1,Dial(${GLOBAL(DAVE)})
";

const CONF: &str = "\
[8000]
type = room
invite_context = invited
";
