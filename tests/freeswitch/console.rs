//! The API command `conclave`: refusals, help, and what is completed.

use std::collections::BTreeSet;

use crate::common::host::channel_of;
use crate::common::{OPEN, call, wait_console, wait_members, wait_until, with_conclave_on};
use conclave::service::VERBS;
use conclave_rig::{Host, Pbx};

fn freeswitch(name: &str) -> Pbx {
    with_conclave_on(Host::FreeSwitch, name, OPEN).start().unwrap()
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn answers_begin_as_freeswitchs_own_do() {
    let pbx = freeswitch("console-answers");
    for (words, answer) in [
        ("", "conclave show rooms\n    Lists the rooms in progress\n"),
        ("help", "conclave show rooms\n    Lists the rooms in progress\n"),
        ("help kick", "conclave kick ROOM MEMBER|all\n    Takes a member out of a room; all: ends the conference"),
        ("kick", "-USAGE: conclave kick ROOM MEMBER|all\n"),
        ("kick 8000 1", "-ERR no room 8000 is in progress; 'conclave show rooms' lists those that are."),
        ("kik 8000 1", "-ERR there is no such command; did you mean 'kick'?"),
        ("level 8000 1 perhaps", "-ERR 'perhaps' is not one of on, off; write 'level ROOM MEMBER|all on|off'."),
        ("show rooms", "Room "),
    ] {
        let said = pbx.cli(&format!("conclave {words}")).unwrap();
        assert!(said.starts_with(answer.trim_end()), "{words}: {said}");
    }
    let help = pbx.cli("conclave").unwrap();
    for verb in VERBS {
        assert!(help.contains(&format!("conclave {}\n", verb.usage())), "{}", verb.name);
    }
    // FreeSWITCH writes down what modules offer after they are loaded.
    wait_console(&pbx, "show api conclave", "conclave,Shows and commands conferences,help | <command>");
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn words_are_completed() {
    let pbx = freeswitch("console-words");
    let first: BTreeSet<String> = VERBS.iter().map(|verb| verb.name.split(' ').next().unwrap().to_owned()).collect();
    wait_until(|| !completed(&pbx, "conclave ").is_empty());
    let all = completed(&pbx, "conclave ");
    assert!(first.iter().all(|word| all.contains(word)) && all.contains("reload") && all.contains("help"), "{all:?}");
    assert_eq!(completed(&pbx, "conclave un"), set(&["undeafen", "unlock", "unmute", "unpair"]));
    assert_eq!(completed(&pbx, "conclave show ro"), set(&["room", "rooms"]));
    assert_eq!(completed(&pbx, "conclave kick "), set(&[]));

    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let uuid = channel_of(&pbx, "8000", 1);
    assert_eq!(completed(&pbx, "conclave kick "), set(&["8000"]));
    assert_eq!(completed(&pbx, "conclave kick 8000 "), set(&["1", "all", &uuid]));
    assert_eq!(completed(&pbx, "conclave level 8000 1 "), set(&["on", "off"]));
    assert_eq!(completed(&pbx, "conclave show room 80"), set(&["8000"]));
    drop(alice);
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What FreeSWITCH offers at the end of a line.
fn completed(pbx: &Pbx, line: &str) -> BTreeSet<String> {
    let said = pbx.esl().unwrap().api(&format!("console_complete {line}")).unwrap();
    let words = said.split(['[', ']']).skip(1).step_by(2);
    words.map(|word| word.trim().to_owned()).collect()
}
