//! What the PBX's own records say of a stay: the call's record, the log of channel events, and the dial plan that asks.

use std::fs;
use std::path::PathBuf;

use conclave_rig::Caller;
use conclave_rig::pbx::workspace;

use crate::common::{
    DIALPLAN, OPEN, PATIENCE, assert_nothing_is_left, call, did, own_complaints, wait_console, wait_members,
    wait_until, with_conclave,
};

/// A module of Asterisk's own that the rig does not load by itself.
fn debians(module: &str) -> PathBuf {
    let libraries = workspace().join("target/asterisk/usr/lib");
    let folders = fs::read_dir(libraries).unwrap().map(|entry| entry.unwrap().path().join("asterisk/modules"));
    folders.map(|folder| folder.join(module)).find(|path| path.exists()).expect("Asterisk has it")
}

#[test]
fn a_calls_record_has_its_conference() {
    let mapping = "[mappings]\nMaster.csv => ${CDR(dst)},${CDR(conference)},${CDR(conference_role)},\
                   ${CDR(conference_seconds)},${CDR(conference_result)}\n";
    let asterisk = with_conclave("records-cdr", OPEN)
        .module(debians("res_cdrel_custom.so"))
        .module(debians("cdr_custom.so"))
        .file("cdr.conf", "[general]\nenable=yes\n")
        .file("cdr_custom.conf", mapping)
        .dialplan(&format!("{DIALPLAN}exten => 7000,1,Conclave(8000,L)\n"))
        .start()
        .unwrap();
    let file = asterisk.directory().join("log/cdr-custom/Master.csv");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let alice = call(&asterisk, "alice", "7000");
    let bob = call(&asterisk, "bob", "8000");
    wait_members(&asterisk, "8000", 2);
    did(&asterisk, "kick 8000 2");
    asterisk.wait_calls(1, PATIENCE).unwrap();
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
    let lines = || {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let mut lines: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        lines.sort();
        lines
    };
    assert!(wait_until(|| lines().len() == 2), "{:?}", lines());
    let lines = lines();
    for (line, [extension, role, result]) in
        lines.iter().zip([["7000", "leader", "HANGUP"], ["8000", "participant", "KICKED"]])
    {
        let [dst, conference, his_role, seconds, his_result] = &line[..] else { panic!("{line:?}") };
        assert_eq!([&**dst, conference, his_role, his_result], [extension, "8000", role, result]);
        assert!(seconds.parse::<u32>().is_ok_and(|seconds| seconds < 60), "{line:?}");
    }
    assert_eq!(own_complaints(&asterisk), Vec::<String>::new());
}

#[test]
fn the_log_of_channel_events_has_coming_and_going() {
    let asterisk = with_conclave("records-cel", OPEN)
        .module(debians("cel_manager.so"))
        .file("cel.conf", "[general]\nenable=yes\napps=all\nevents=ALL\n[manager]\nenabled=yes\n")
        .start()
        .unwrap();
    let mut ami = asterisk.ami().unwrap();
    let alice = call(&asterisk, "alice", "8000");
    let mut told = |name: &str| {
        let is_it = |packet: &conclave_rig::Packet| {
            packet.is_event("CEL") && [packet.get("EventName"), packet.get("UserDefType")].contains(&Some(name))
        };
        let packet = ami.wait_event(PATIENCE, is_it).unwrap_or_else(|trouble| panic!("no {name}: {trouble}"));
        (packet.get("Channel").unwrap().to_owned(), packet.get("Extra").unwrap().replace('\\', ""))
    };
    let (channel, extra) = told("CONCLAVE_JOIN");
    assert!(channel.starts_with("PJSIP/callers-"), "{channel}");
    assert!(extra.contains(r#""conference":"8000","role":"participant""#), "{extra}");
    drop(alice);
    let (left, extra) = told("CONCLAVE_LEAVE");
    assert_eq!(left, channel);
    assert!(extra.contains(r#""conference":"8000""#) && extra.contains(r#""result":"HANGUP""#), "{extra}");
    assert_nothing_is_left(&asterisk);
}

#[test]
fn the_dial_plan_can_ask_about_a_room() {
    let branch = "\
exten => 7001,1,Set(GLOBAL(TOLD)=)
 same => n,GotoIf($[${CONCLAVE_INFO(members,8000)} > 0]?busy)
 same => n,Set(GLOBAL(TOLD)=nobody)
 same => n,Hangup()
 same => n(busy),Set(I=${CONCLAVE_INFO(leaders,8000)}/${CONCLAVE_INFO(locked,8000)}/${CONCLAVE_INFO(recording,8000)})
 same => n,Set(GLOBAL(TOLD)=some/${I}/${CONCLAVE_INFO(muted,8000)}/${CONCLAVE_INFO(waiting,8000)}/${CONCLAVE_INFO(max,8000)})
 same => n,Hangup()
exten => 7002,1,Set(GLOBAL(TOLD)=wrong:${CONCLAVE_INFO(colour,8000)})
 same => n,Hangup()
";
    let conf = "[8000]\ntype = room\nmax_members = 9\n";
    let asterisk = with_conclave("records-info", conf).dialplan(&format!("{DIALPLAN}{branch}")).start().unwrap();
    let ask = |number: &str, told: &str| {
        let _asking = Caller::new("asking").call(&asterisk, number).unwrap();
        wait_console(&asterisk, "dialplan show globals", &format!("TOLD={told}"));
    };
    ask("7001", "nobody");
    let alice = call(&asterisk, "alice", "8000");
    wait_members(&asterisk, "8000", 1);
    did(&asterisk, "lock 8000");
    ask("7001", "some/0/1/0/0/0/9");
    drop(alice);
    assert_nothing_is_left(&asterisk);
    ask("7002", "wrong:");
    asterisk.wait_log("'colour' is none of members", PATIENCE).unwrap();
}
