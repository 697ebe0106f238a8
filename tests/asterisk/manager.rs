//! Actions of the manager interface: all that consoles can do, and lists.

use crate::common::host::wait_hears;
use crate::common::{
    OPEN, PATIENCE, assert_nothing_is_left, call, own_complaints, say_tones, wait_members, wait_no_tone, with_conclave,
};
use conclave::service::VERBS;
use conclave_rig::{Ami, Packet, Trouble};

#[test]
fn a_member_is_muted_and_heard_again() {
    let asterisk = with_conclave("manager-mute", OPEN).start().unwrap();
    let [alice, bob] = ["alice", "bob"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 2);
    say_tones(&[&alice], &[440.0]);
    wait_hears(&bob, 440.0);
    let mut ami = asterisk.ami().unwrap();
    let done = ami.action("ConclaveMute", &[("Room", "8000"), ("Member", "1")]).unwrap();
    assert_eq!(done.get("Message"), Some("Member 1 of room 8000 muted."));
    wait_no_tone(&bob, 440.0);
    let members = list(&mut ami, "ConclaveList", &[("Room", "8000")]);
    let muted: Vec<_> = members.iter().map(|member| member.get("Muted").unwrap()).collect();
    assert_eq!(muted, ["yes", "no"]);
    // By the name of the call, with a field of another case as all of Asterisk's.
    let channel = members[0].get("Channel").unwrap().to_owned();
    ami.action("ConclaveUnmute", &[("room", "8000"), ("member", &channel)]).unwrap();
    wait_hears(&bob, 440.0);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
    assert_eq!(own_complaints(&asterisk), Vec::<String>::new());
}

#[test]
fn there_are_lists_of_rooms_members_and_workers() {
    let asterisk = with_conclave("manager-lists", OPEN).start().unwrap();
    let mut ami = asterisk.ami().unwrap();
    assert!(list(&mut ami, "ConclaveListRooms", &[]).is_empty());
    let callers = ["8000", "8000", "8001"].map(|number| call(&asterisk, "alice", number));
    wait_members(&asterisk, "8000", 2);
    wait_members(&asterisk, "8001", 1);
    ami.action("ConclaveLock", &[("Room", "8001")]).unwrap();
    let rooms = list(&mut ami, "ConclaveListRooms", &[]);
    let told: Vec<_> =
        rooms.iter().map(|room| ["Room", "Members", "Locked"].map(|field| room.get(field).unwrap())).collect();
    assert_eq!(told, [["8000", "2", "no"], ["8001", "1", "yes"]]);
    let members = list(&mut ami, "ConclaveList", &[("Room", "8000")]);
    assert_eq!(members.iter().map(|member| member.get("Member").unwrap()).collect::<Vec<_>>(), ["1", "2"]);
    let workers = list(&mut ami, "ConclaveListWorkers", &[]);
    assert_eq!(workers.iter().map(|worker| worker.get("Calls").unwrap().parse::<u32>().unwrap()).sum::<u32>(), 3);
    drop(callers);
    assert_nothing_is_left(&asterisk);
}

#[test]
fn what_is_wrong_is_told() {
    let asterisk = with_conclave("manager-wrong", OPEN).start().unwrap();
    let caller = call(&asterisk, "alice", "8000");
    wait_members(&asterisk, "8000", 1);
    let mut ami = asterisk.ami().unwrap();
    for (action, fields, why) in [
        ("ConclaveMute", &[("Room", "8000")][..], "Member is missing"),
        ("ConclaveMute", &[("Member", "1")], "Room is missing"),
        ("ConclaveMute", &[("Room", "8000"), ("Member", "7")], "room 8000 has no member '7'"),
        ("ConclaveMute", &[("Room", "8 0"), ("Member", "1")], "room number"),
        ("ConclaveList", &[("Room", "8001")], "No room 8001 is in progress"),
        ("ConclaveRecord", &[("Room", "8000"), ("Option", "begin")], "'begin' is not one of"),
    ] {
        match ami.action(action, fields) {
            Err(Trouble::Refused { answer, .. }) => assert!(answer.contains(why), "{action} {fields:?}: {answer}"),
            other => panic!("{action} {fields:?}: {other:?}"),
        }
    }
    drop(caller);
}

#[test]
fn every_command_is_an_action_with_its_privilege() {
    let asterisk = with_conclave("manager-help", OPEN).start().unwrap();
    let known = asterisk.cli("manager show commands").unwrap();
    let ours = known.lines().filter(|line| line.trim_start().starts_with("Conclave")).count();
    assert_eq!(ours, VERBS.len(), "{known}");
    for (action, words) in [
        ("ConclaveMute", &["call,all", "Room: ROOM", "Member: MEMBER|all", "Option: leaders, not needed"][..]),
        ("ConclaveListRooms", &["call,reporting,all", "Lists the rooms in progress"]),
        ("ConclaveMove", &["To: ROOM"]),
        ("ConclaveForgive", &["command,all", "Who: WHO|all"]),
        ("ConclaveWebLink", &["command,all"]),
        ("ConclaveShowWeb", &["command,all"]),
    ] {
        let help = asterisk.cli(&format!("manager show command {action}")).unwrap();
        for word in words {
            assert!(help.contains(word), "{action}: {word} is not in {help}");
        }
    }
    let shown = asterisk.ami().unwrap().action("ConclaveShowProfiles", &[]).unwrap();
    assert!(shown.all("Output").any(|line| line.ends_with("profiles")), "{shown:?}");
}

/// What a list has, which says how much that is.
fn list(ami: &mut Ami, action: &str, fields: &[(&str, &str)]) -> Vec<Packet> {
    let begin = ami.action(action, fields).unwrap();
    assert_eq!(begin.get("EventList"), Some("start"));
    let id = begin.get("ActionID").unwrap().to_owned();
    let complete = format!("{action}Complete");
    let mut items = Vec::new();
    loop {
        let packet = ami.wait_event(PATIENCE, |packet| packet.get("ActionID") == Some(&id)).unwrap();
        if packet.is_event(&complete) {
            assert_eq!(packet.get("EventList"), Some("Complete"));
            assert_eq!(packet.get("ListItems"), Some(&*items.len().to_string()));
            return items;
        }
        assert!(packet.is_event(action), "{packet:?}");
        items.push(packet);
    }
}
