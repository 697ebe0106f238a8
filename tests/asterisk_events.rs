//! What the manager interface hears of rooms: each kind of event once, with what belongs to it.

mod common;

use std::time::Duration;

use common::host::plug_in;
use common::{PATIENCE, call, wait_members, with_conclave};
use conclave_rig::Packet;
use conclave_rig::{Ami, Caller, Pbx, Sound};

#[test]
fn everything_that_happens_is_told() {
    let asterisk = with_conclave("events", CONF).dialplan(DIALPLAN).start().unwrap();
    let mut ami = asterisk.ami().unwrap();
    let alice = call(&asterisk, "alice", "8000");
    room(&mut ami, "Opened");
    let joined = room(&mut ami, "Joined");
    assert_eq!(joined.get("Member"), Some("1"));
    assert_eq!(joined.get("CallerNumber"), Some("alice"));
    assert!(joined.get("Channel").unwrap().starts_with("PJSIP/callers-"), "{joined:?}");
    assert_eq!(joined.get("Privilege"), Some("call,all"));

    let bob = call(&asterisk, "bob", "8000");
    wait_members(&asterisk, "8000", 2);
    assert_eq!(room(&mut ami, "Joined").get("Member"), Some("2"));
    bob.say(Sound::tone(440.0, -20.0));
    assert_eq!(room(&mut ami, "TalkingStarted").get("Member"), Some("2"));
    bob.say(Sound::Silence);
    assert_eq!(room(&mut ami, "TalkingStopped").get("Member"), Some("2"));
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
        did(&asterisk, command);
        room(&mut ami, event);
    }

    // One who is not let in.
    did(&asterisk, "lock 8000");
    let carol = call(&asterisk, "carol", "8000");
    let refused = room(&mut ami, "Refused");
    assert_eq!(refused.get("Result"), Some("LOCKED"));
    assert_eq!(refused.get("Address"), Some("127.0.0.1"));
    drop(carol);

    // One who is called in.
    let phone = plug_in(&asterisk, "DAVE", Caller::new("dave").rings_for(Duration::from_secs(1)));
    did(&asterisk, "invite 8000 201");
    assert_eq!(room(&mut ami, "Invited").get("Called"), Some("201"));
    room(&mut ami, "InviteRinging");
    room(&mut ami, "InviteAnswered");
    assert_eq!(room(&mut ami, "Joined").get("Member"), Some("3"));
    phone.hang_up().unwrap();
    let left = room(&mut ami, "Left");
    assert_eq!((left.get("Member"), left.get("Result")), (Some("3"), Some("HANGUP")));

    did(&asterisk, "kick 8000 2");
    assert_eq!(room(&mut ami, "Left").get("Result"), Some("KICKED"));
    alice.hang_up().unwrap();
    room(&mut ami, "Left");
    room(&mut ami, "Ended");
    drop(bob);
}

/// The next event of this room and name.
fn room(ami: &mut Ami, name: &str) -> Packet {
    let name = format!("Conclave{name}");
    let fits = |packet: &Packet| packet.is_event(&name) && packet.get("Room") == Some("8000");
    ami.wait_event(PATIENCE, fits).unwrap_or_else(|trouble| panic!("{name}: {trouble}"))
}

fn did(asterisk: &Pbx, command: &str) {
    let said = asterisk.cli(&format!("conclave {command}")).unwrap();
    assert!(!said.contains("Not done") && !said.contains("Usage"), "{command}: {said}");
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
