//! Rooms as devices: the lamps of telephones show them.

use crate::common::{
    DIALPLAN, PATIENCE, assert_nothing_is_left, call, did, order, wait_console, wait_members, with_conclave,
};
use conclave_rig::{Ami, Pbx};

const CONF: &str = "[8000]\ntype = room\nmax_members = 3\n[8001]\ntype = room\nlobby = yes\n";

const HINTS: &str =
    "exten => 9000,hint,conclave:8000\nexten => 9001,hint,conclave:8001\nexten => 9007,hint,conclave:8007\n";

#[test]
fn a_hint_follows_its_room() {
    let asterisk = with_conclave("lamps", CONF).dialplan(&format!("{DIALPLAN}{HINTS}")).start().unwrap();
    let mut ami = asterisk.ami().unwrap();
    assert_eq!(state(&asterisk, "9000"), "Idle");
    // There is no such room, and on_demand is off.
    assert_eq!(state(&asterisk, "9007"), "Unavailable");
    let alice = call(&asterisk, "alice", "8000");
    wait_state(&mut ami, "9000", "InUse");
    assert!(wait_console(&asterisk, "core show hints", "State:InUse").contains("conclave:8000"));
    did(&asterisk, "lock 8000");
    wait_state(&mut ami, "9000", "Busy");
    did(&asterisk, "unlock 8000");
    wait_state(&mut ami, "9000", "InUse");
    let others = ["bob", "carol"].map(|name| call(&asterisk, name, "8000"));
    // Nobody else would be let in.
    wait_state(&mut ami, "9000", "Busy");
    drop(others);
    wait_state(&mut ami, "9000", "InUse");
    drop(alice);
    wait_state(&mut ami, "9000", "Idle");
    assert_nothing_is_left(&asterisk);
    assert_eq!(state(&asterisk, "9000"), "Idle");
}

#[test]
fn it_rings_while_somebody_waits_in_the_lobby() {
    let asterisk = with_conclave("lamps-lobby", CONF).dialplan(&format!("{DIALPLAN}{HINTS}")).start().unwrap();
    let mut ami = asterisk.ami().unwrap();
    let bob = call(&asterisk, "bob", "8001");
    wait_state(&mut ami, "9001", "Ringing");
    wait_members(&asterisk, "8001", 1);
    order(&asterisk, "admit 8001 1").unwrap();
    wait_state(&mut ami, "9001", "InUse");
    let carol = call(&asterisk, "carol", "8001");
    wait_state(&mut ami, "9001", "InUse&Ringing");
    drop((bob, carol));
    wait_state(&mut ami, "9001", "Idle");
    assert_nothing_is_left(&asterisk);
}

/// What a telephone's lamp would show at once.
fn state(asterisk: &Pbx, extension: &str) -> String {
    let fields = [("Exten", extension), ("Context", "from-callers")];
    let told = asterisk.ami().unwrap().action("ExtensionState", &fields).unwrap();
    told.get("StatusText").unwrap().to_owned()
}

/// Waits until those who watch it are told.
fn wait_state(ami: &mut Ami, extension: &str, text: &str) {
    let is_it = |packet: &conclave_rig::Packet| {
        packet.is_event("ExtensionStatus")
            && packet.get("Exten") == Some(extension)
            && packet.get("StatusText") == Some(text)
    };
    ami.wait_event(PATIENCE, is_it).unwrap_or_else(|trouble| panic!("{extension} is not {text}: {trouble}"));
}
