//! What the tab key and the help of Asterisk's console know of our commands.

use std::collections::BTreeSet;

use crate::common::{OPEN, assert_nothing_is_left, call, wait_members, with_conclave};
use conclave::service::VERBS;
use conclave_rig::Pbx;

#[test]
fn tab_completes_commands_rooms_and_members() {
    let asterisk = with_conclave("console-tab", OPEN).start().unwrap();
    let both = ["alice", "bob"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 2);
    let [first, second] = ["PJSIP/callers-00000000", "PJSIP/callers-00000001"];
    let carol = call(&asterisk, "carol", "8001");
    wait_members(&asterisk, "8001", 1);
    let verbs: BTreeSet<_> = VERBS.iter().map(|verb| verb.name.split(' ').next().expect("a word")).collect();
    assert_eq!(completed(&asterisk, "conclave ", ""), Vec::from_iter(verbs));
    let shown = ["conference", "directory", "lockouts", "menus", "profiles", "room", "rooms", "stats", "web"];
    assert_eq!(completed(&asterisk, "conclave show ", ""), shown);
    assert_eq!(completed(&asterisk, "conclave record 8000 ", ""), ["pause", "resume", "start", "stop"]);
    for command in ["show room", "kick", "mute", "unmute", "lock", "unlock"] {
        let line = format!("conclave {command} ");
        assert_eq!(completed(&asterisk, &line, ""), ["8000", "8001"], "{line}");
        assert_eq!(completed(&asterisk, &format!("{line}8001"), "8001"), ["8001"]);
    }
    for command in ["kick", "mute", "unmute"] {
        let line = format!("conclave {command} 8000 ");
        assert_eq!(completed(&asterisk, &line, ""), ["1", "2", "all", first, second], "{line}");
        assert_eq!(completed(&asterisk, &format!("{line}PJ"), "PJ"), [first, second]);
        assert_eq!(completed(&asterisk, &format!("{line}{second}"), second), [second]);
        assert_eq!(completed(&asterisk, &format!("conclave {command} 9 "), ""), Vec::<String>::new());
    }
    let help = asterisk.cli("core show help conclave").unwrap();
    assert!(help.contains("Lets nobody but leaders in"), "{help}");
    drop((both, carol));
    assert_nothing_is_left(&asterisk);
}

/// What the tab key shows after a line, as the remote console asks for it.
fn completed(asterisk: &Pbx, line: &str, word: &str) -> Vec<String> {
    let text = asterisk.cli(&format!("_command matchesarray \"{line}\" \"{word}\"")).unwrap();
    let words = text.split_whitespace().take_while(|word| *word != "_EOF_" && *word != "NULL");
    let mut words: Vec<_> = words.map(String::from).collect();
    // Before them comes what all begin with, unless that is nothing.
    if words.len() > 1 && words.iter().all(|word| word.starts_with(&words[0])) {
        words.remove(0);
    }
    words
}
