//! What an administrator sees and does at the console.

mod common;

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{
    LEVEL, OPEN, PATIENCE, assert_nothing_is_left, call, member_line, wait_console, wait_members, wait_no_tone,
    wait_notes, wait_prompt, wait_result, wait_silent, wait_tone, wait_until, with_conclave,
};
use conclave::service::VERBS;
use conclave_rig::{Caller, Pbx, Sound};

#[test]
fn show_rooms_and_show_room_tell_who_is_there_and_who_talks() {
    let asterisk = start("console-show");
    let [alice, bob] = two(&asterisk);
    let carol = call(&asterisk, "carol", "8001");
    wait_members(&asterisk, "8001", 1);
    wait_console(&asterisk, "conclave show rooms", "2 rooms in progress");
    assert_eq!(room_words(&asterisk, "8000"), ["8000", "2", "1", "0", "open"]);
    assert_eq!(room_words(&asterisk, "8001"), ["8001", "1", "0", "0", "open"]);

    let line = member_line(&asterisk, "8000", "1");
    let words: Vec<_> = line.split_whitespace().collect();
    assert_eq!(words[..4], ["1", CHANNEL_1, "alice", "leader"], "{line}");
    assert!(words[4].starts_with("00:00:"), "{line}");

    bob.say(Sound::tone(440.0, LEVEL));
    wait_voice(&asterisk, "bob", "talking");
    assert_eq!(room_words(&asterisk, "8000"), ["8000", "2", "1", "1", "open"]);
    assert!(!member_line(&asterisk, "8000", "alice").contains("talking"));
    bob.say(Sound::Silence);
    wait_voice(&asterisk, "bob", "00:");
    assert_eq!(room_words(&asterisk, "8000"), ["8000", "2", "1", "0", "open"]);
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn mute_and_unmute_by_number_and_by_channel() {
    let asterisk = start("console-mute");
    let [alice, bob] = two(&asterisk);
    bob.say(Sound::tone(440.0, LEVEL));
    for member in ["2", CHANNEL_2] {
        let whom = format!("Member {member} of room 8000");
        wait_tone(&alice, 440.0, LEVEL);
        let began = Instant::now();
        assert_eq!(asterisk.cli(&format!("conclave mute 8000 {member}")).unwrap().trim(), format!("{whom} muted."));
        wait_no_tone(&alice, 440.0);
        wait_prompt(&asterisk, &bob, began, "conf-muted");
        wait_voice(&asterisk, "bob", "muted by admin");
        // He cannot lift it.
        bob.press("*1").unwrap();
        sleep(Duration::from_secs(1));
        wait_no_tone(&alice, 440.0);
        let began = Instant::now();
        assert_eq!(asterisk.cli(&format!("conclave unmute 8000 {member}")).unwrap().trim(), format!("{whom} unmuted."));
        wait_prompt(&asterisk, &bob, began, "conf-unmuted");
    }
    wait_tone(&alice, 440.0, LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn mute_all_spares_leaders_and_reaches_who_comes_later() {
    let asterisk = start("console-mute-all");
    let [alice, bob] = two(&asterisk);
    let answer = asterisk.cli("conclave mute 8000 all").unwrap();
    assert_eq!(answer.trim(), "In room 8000 everybody but leaders is muted, also who comes later.");
    let carol = call(&asterisk, "carol", "8000");
    wait_members(&asterisk, "8000", 3);
    for name in ["bob", "carol"] {
        wait_voice(&asterisk, name, "muted");
    }
    assert!(!member_line(&asterisk, "8000", "alice").contains("muted"));
    assert_eq!(room_words(&asterisk, "8000").join(" "), "8000 3 1 0 open, all muted");
    assert_eq!(asterisk.cli("conclave unmute 8000 all").unwrap().trim(), "In room 8000 everybody is unmuted.");
    bob.say(Sound::tone(440.0, LEVEL));
    wait_tone(&alice, 440.0, LEVEL);
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn hands_deafness_and_locks_are_shown() {
    let asterisk = start("console-states");
    let [alice, bob] = two(&asterisk);
    for command in ["conclave deafen 8000 2", "conclave hand 8000 2 up", "conclave volume 8000 2 talk -6"] {
        let text = asterisk.cli(command).unwrap();
        assert!(text.starts_with("Member 2 of room 8000 "), "{command}: {text}");
    }
    assert!(member_line(&asterisk, "8000", "bob").ends_with("hand up, deaf"));
    let text = asterisk.cli("conclave show conference 8000").unwrap();
    assert!(text.contains("no section of conclave.conf is about it alone"), "{text}");
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn kick_by_number_and_by_channel() {
    let asterisk = start("console-kick");
    let [alice, bob] = two(&asterisk);
    let began = Instant::now();
    let answer = asterisk.cli(&format!("conclave kick 8000 {CHANNEL_2}")).unwrap();
    assert_eq!(answer.trim(), format!("Member {CHANNEL_2} of room 8000 was kicked."));
    wait_prompt(&asterisk, &bob, began, "conf-kicked");
    wait_notes(&alice, began, &common::LEFT);
    wait_result(&asterisk, "8000", "KICKED");
    bob.wait_hung_up(PATIENCE).unwrap();
    wait_members(&asterisk, "8000", 1);
    // Numbers are not given twice.
    let bob = call(&asterisk, "bob", "8000");
    wait_members(&asterisk, "8000", 2);
    assert!(member_line(&asterisk, "8000", "3").contains("bob"));
    assert!(asterisk.cli("conclave kick 8000 2").unwrap().contains("room 8000 has no member '2'"));
    assert!(asterisk.cli("conclave kick 8000 3").unwrap().contains("Member 3 of room 8000 was kicked."));
    bob.wait_hung_up(PATIENCE).unwrap();
    assert!(alice.is_up());
    drop(alice);
    assert_nothing_is_left(&asterisk);
}

#[test]
fn lock_and_unlock() {
    let asterisk = start("console-lock");
    let [alice, bob] = two(&asterisk);
    let answer = asterisk.cli("conclave lock 8000").unwrap();
    assert_eq!(answer.trim(), "Room 8000 is locked: only leaders come in.");
    wait_console(&asterisk, "conclave show room 8000", "2 present, locked");
    assert_eq!(room_words(&asterisk, "8000"), ["8000", "2", "1", "0", "locked"]);
    let carol = call(&asterisk, "carol", "8000");
    wait_result(&asterisk, "8000", "LOCKED");
    carol.wait_hung_up(PATIENCE).unwrap();
    assert_eq!(asterisk.cli("conclave unlock 8000").unwrap().trim(), "Room 8000 is open.");
    let carol = call(&asterisk, "carol", "8000");
    wait_members(&asterisk, "8000", 3);
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn what_is_not_there_is_said_in_words() {
    let asterisk = start("console-words");
    let both = two(&asterisk);
    let no_room = "o room 9 is in progress; 'conclave show rooms' lists those that are.";
    let no_member = "Not done: room 8000 has no member '7'; 'conclave show room 8000' lists them.";
    for (command, words) in [
        ("conclave show room 9", no_room),
        ("conclave kick 9 1", no_room),
        ("conclave mute 9 all", no_room),
        ("conclave lock 9", no_room),
        ("conclave kick 8000 7", no_member),
        ("conclave mute 8000 7", no_member),
        ("conclave unmute 8000 7", no_member),
        ("conclave lock 8/0", "'/' cannot be in a room number"),
        ("conclave kick 8000", "Usage: conclave kick ROOM MEMBER|all"),
        ("conclave show room", "Usage: conclave show room ROOM"),
        ("conclave lock", "Usage: conclave lock ROOM"),
        ("conclave show rooms 1", "Usage: conclave show rooms"),
        ("conclave volume 8000 1 talk loud", "Not done: 'loud' is not a volume in dB in steps of 3 from -12 to 12"),
        ("conclave record 8000 pause", "Not done: there is nothing of that kind under way."),
        ("conclave move 8000 7 9", no_member),
        ("conclave show conference 8002", "Not done: conclave.conf has no section [8002]."),
        ("conclave forgive 201", "Not done: '201' is not locked out"),
        ("core show help conclave", "Lets nobody but leaders in"),
    ] {
        let text = asterisk.cli(command).unwrap();
        assert!(text.contains(words), "{command}:\n{text}");
    }
    wait_members(&asterisk, "8000", 2);
    drop(both);
    assert_nothing_is_left(&asterisk);
}

#[test]
fn tab_completes_commands_rooms_and_members() {
    let asterisk = start("console-tab");
    let both = two(&asterisk);
    let carol = call(&asterisk, "carol", "8001");
    wait_members(&asterisk, "8001", 1);
    let verbs: BTreeSet<_> = VERBS.iter().map(|verb| verb.name.split(' ').next().expect("a word")).collect();
    assert_eq!(completed(&asterisk, "conclave ", ""), Vec::from_iter(verbs));
    let shown = ["conference", "lockouts", "menus", "profiles", "room", "rooms", "stats"];
    assert_eq!(completed(&asterisk, "conclave show ", ""), shown);
    assert_eq!(completed(&asterisk, "conclave record 8000 ", ""), ["pause", "resume", "start", "stop"]);
    for command in ["show room", "kick", "mute", "unmute", "lock", "unlock"] {
        let line = format!("conclave {command} ");
        assert_eq!(completed(&asterisk, &line, ""), ["8000", "8001"], "{line}");
        assert_eq!(completed(&asterisk, &format!("{line}8001"), "8001"), ["8001"]);
    }
    for command in ["kick", "mute", "unmute"] {
        let line = format!("conclave {command} 8000 ");
        assert_eq!(completed(&asterisk, &line, ""), ["1", "2", "all", CHANNEL_1, CHANNEL_2], "{line}");
        assert_eq!(completed(&asterisk, &format!("{line}PJ"), "PJ"), [CHANNEL_1, CHANNEL_2]);
        assert_eq!(completed(&asterisk, &format!("{line}{CHANNEL_2}"), CHANNEL_2), [CHANNEL_2]);
        assert_eq!(completed(&asterisk, &format!("conclave {command} 9 "), ""), Vec::<String>::new());
    }
    drop((both, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn show_stats_counts_calls_and_ticks() {
    let asterisk = start("console-stats");
    let both = two(&asterisk);
    let text = asterisk.cli("conclave show stats").unwrap();
    let numbers = |text: &str, column: usize| -> u64 {
        let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let rows = rows.filter(|row| row.first().is_some_and(|worker| worker.parse::<u32>().is_ok()));
        rows.map(|row| row[column].parse::<u64>().unwrap()).sum()
    };
    for name in ["Worker", "Calls", "Ticks", "Late", "Slow", "Concealed"] {
        assert!(text.contains(name), "{name} is not in:\n{text}");
    }
    assert_eq!(numbers(&text, 1), 2, "{text}");
    let ticks = numbers(&text, 2);
    let later = || numbers(&asterisk.cli("conclave show stats").unwrap(), 2) >= ticks + 50;
    assert!(wait_until(later), "the ticks do not go on:\n{text}");
    drop(both);
    assert_nothing_is_left(&asterisk);
    let nobody = || numbers(&asterisk.cli("conclave show stats").unwrap(), 1) == 0;
    assert!(wait_until(nobody), "there are calls left in:\n{}", asterisk.cli("conclave show stats").unwrap());
}

/// A leader and a participant in room 8000 who hear nothing any more of their coming.
fn two(asterisk: &Pbx) -> [Caller; 2] {
    let alice = call(asterisk, "alice", "leader");
    wait_members(asterisk, "8000", 1);
    let bob = call(asterisk, "bob", "8000");
    wait_members(asterisk, "8000", 2);
    sleep(Duration::from_secs(1));
    wait_silent(&alice);
    wait_silent(&bob);
    [alice, bob]
}

/// The words of a room in `conclave show rooms`.
fn room_words(asterisk: &Pbx, room: &str) -> Vec<String> {
    let text = asterisk.cli("conclave show rooms").unwrap();
    let words = |line: &str| line.split_whitespace().map(String::from).collect::<Vec<_>>();
    text.lines().map(words).find(|words| words.first().is_some_and(|word| word == room)).unwrap_or_default()
}

fn wait_voice(asterisk: &Pbx, name: &str, voice: &str) {
    let fits = || {
        let line = member_line(asterisk, "8000", name);
        line.contains(voice) && (voice != "00:" || !line.contains("talking"))
    };
    assert!(wait_until(fits), "not {voice}: {}", member_line(asterisk, "8000", name));
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

fn start(name: &str) -> Pbx {
    let dialplan = format!("{}exten => leader,1,Conclave(8000,L)\n", common::DIALPLAN);
    with_conclave(name, OPEN).dialplan(&dialplan).start().unwrap()
}

const CHANNEL_1: &str = "PJSIP/callers-00000000";
const CHANNEL_2: &str = "PJSIP/callers-00000001";
