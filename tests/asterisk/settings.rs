//! `conclave.conf`: what is wrong in it is told with its place, and what is good works.

use std::fs;

use crate::common::host::wait_hears;
use crate::common::{PATIENCE, call, say_tones, wait_members, with_conclave};
use conclave_rig::{Caller, Pbx, Trouble};

const WRONG: &str = "\
[general]
workers = many
colour = blue
web = off
database = off

[8000]
type = room

[8001]
type = room
pin = 47x1

[8002]
pin = 4711

[8003]
type = root

[lobby room]
type = room

[8009]
";

/// Line (of a room's head the first one below it, which is what Asterisk tells), and words of what is said of it.
const SAID: &[(u32, &[&str])] = &[
    (2, &["workers=many", "no number from 1 to 64", "workers=1"]),
    (3, &["no setting 'colour'", "the sample conclave.conf has all settings"]),
    (12, &["pin", "digits", "pin=4711"]),
    (18, &["no type 'root'", "type=room"]),
    (21, &["[lobby room] is no room"]),
];

#[test]
fn every_wrong_line_is_told_and_the_good_rooms_work() {
    let asterisk = with_conclave("settings-wrong", WRONG).start().unwrap();
    let complaints = asterisk.complaints();
    for (line, words) in SAID {
        let place = format!("conclave.conf line {line}: ");
        let found = complaints.iter().find(|complaint| complaint.contains(&place));
        let found = found.unwrap_or_else(|| panic!("nothing about line {line} in {complaints:#?}"));
        assert!(words.iter().all(|words| found.contains(words)), "{found}");
    }
    for words in ["line 15: [8002] has no type; write type=room", "conclave.conf: [8009] has no type"] {
        assert!(complaints.iter().any(|line| line.contains(words)), "{words} is not in {complaints:#?}");
    }
    assert!(complaints.iter().all(|line| line.contains("WARNING[")), "{complaints:#?}");
    assert!(!asterisk.log().contains("47x1"), "a misspelt PIN is nearly a PIN");

    let callers = [call(&asterisk, "alice", "8000"), call(&asterisk, "bob", "8000")];
    wait_members(&asterisk, "8000", 2);
    say_tones(&callers.each_ref(), &[440.0, 620.0]);
    wait_hears(&callers[0], 620.0);
    for number in ["8001", "8002", "8003"] {
        let _left_out = call(&asterisk, "carol", number);
        asterisk.wait_log(&format!("left {number} with NOROOM"), PATIENCE).unwrap();
    }
}

#[test]
fn with_nothing_good_it_declines_and_the_pbx_lives() {
    let nothing = "[general]\non_demand = no\n[8000]\ntype = room\npin = secret\n";
    let asterisk = with_conclave("settings-useless", nothing).start().unwrap();
    assert_declined(&asterisk, "no usable room");
}

#[test]
fn without_a_file_it_declines_and_the_pbx_lives() {
    let asterisk = with_conclave("settings-missing", crate::common::OPEN).start().unwrap();
    // The rig writes the file before it starts the PBX: so take it away and load again.
    module(&asterisk, "unload").unwrap();
    fs::remove_file(conf(&asterisk)).unwrap();
    module(&asterisk, "load").unwrap_err();
    assert_declined(&asterisk, "conclave.conf is missing");
    // It is enough to write one.
    fs::write(conf(&asterisk), "[8000]\ntype = room\n").unwrap();
    module(&asterisk, "load").unwrap();
    let _alice = call(&asterisk, "alice", "8000");
    wait_members(&asterisk, "8000", 1);
}

#[test]
fn templates_and_include_work() {
    let text = "[small](!)\ntype = room\nmax_members = 1\n#include conclave-rooms.conf\n";
    let rooms = "[8000](small)\n[8001](small)\nmax_members = 2\ncolour = blue\n";
    let asterisk = with_conclave("settings-include", text).file("conclave-rooms.conf", rooms).start().unwrap();
    let complaints = asterisk.complaints();
    assert_eq!(complaints.len(), 1, "{complaints:#?}");
    assert!(complaints[0].contains("conclave-rooms.conf line 4: "), "{complaints:#?}");
    for (number, most) in [("8000", 1), ("8001", 2)] {
        let inside: Vec<_> = (0..most).map(|_| call(&asterisk, "inside", number)).collect();
        wait_members(&asterisk, number, most);
        let _one_too_many = call(&asterisk, "outside", number);
        asterisk.wait_log(&format!("left {number} with FULL"), PATIENCE).unwrap();
        drop(inside);
    }
}

fn assert_declined(asterisk: &Pbx, why: &str) {
    let log = asterisk.log();
    assert!(log.lines().any(|line| line.contains("ERROR[") && line.contains(why)), "{log}");
    assert!(asterisk.is_alive());
    assert!(asterisk.cli("core show application Conclave").unwrap().contains("not registered"));
    let _nobody = Caller::new("alice").call(asterisk, "8000").unwrap();
    asterisk.wait_log("No application 'Conclave'", PATIENCE).unwrap();
}

fn conf(asterisk: &Pbx) -> std::path::PathBuf {
    asterisk.directory().join("etc/conclave.conf")
}

fn module(asterisk: &Pbx, what: &str) -> Result<(), Trouble> {
    let fields = [("Module", "app_conclave.so"), ("LoadType", what)];
    asterisk.ami().unwrap().action("ModuleLoad", &fields).map(drop)
}
