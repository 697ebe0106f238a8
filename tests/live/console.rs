//! What an administrator sees and does at the console.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::host::{assert_is_channel, channel_of};
use crate::common::{
    LEVEL, OPEN, PATIENCE, assert_nothing_is_left, call, member_line, wait_console, wait_members, wait_no_tone,
    wait_notes, wait_prompt, wait_result, wait_silent, wait_tone, wait_until, with_conclave,
};
use conclave_rig::{Caller, Pbx, Sound};

#[test]
fn show_rooms_and_show_room_tell_who_is_there_and_who_talks() {
    let pbx = start("console-show");
    let [alice, bob] = two(&pbx);
    let carol = call(&pbx, "carol", "8001");
    wait_members(&pbx, "8001", 1);
    wait_console(&pbx, "conclave show rooms", "2 rooms in progress");
    assert_eq!(room_words(&pbx, "8000"), ["8000", "2", "1", "0", "open"]);
    assert_eq!(room_words(&pbx, "8001"), ["8001", "1", "0", "0", "open"]);

    let line = member_line(&pbx, "8000", "1");
    let words: Vec<_> = line.split_whitespace().collect();
    assert_is_channel(&pbx, words[1]);
    assert_eq!((words[0], &words[2..4]), ("1", &["alice", "leader"][..]), "{line}");
    assert!(words[4].starts_with("00:00:"), "{line}");

    bob.say(Sound::tone(440.0, LEVEL));
    wait_voice(&pbx, "bob", "talking");
    assert_eq!(room_words(&pbx, "8000"), ["8000", "2", "1", "1", "open"]);
    assert!(!member_line(&pbx, "8000", "alice").contains("talking"));
    bob.say(Sound::Silence);
    wait_voice(&pbx, "bob", "00:");
    assert_eq!(room_words(&pbx, "8000"), ["8000", "2", "1", "0", "open"]);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn mute_and_unmute_by_number_and_by_channel() {
    let pbx = start("console-mute");
    let [alice, bob] = two(&pbx);
    bob.say(Sound::tone(440.0, LEVEL));
    for member in ["2", &channel_of(&pbx, "8000", 2)] {
        let whom = format!("Member {member} of room 8000");
        wait_tone(&alice, 440.0, LEVEL);
        let began = Instant::now();
        assert_eq!(pbx.cli(&format!("conclave mute 8000 {member}")).unwrap().trim(), format!("{whom} muted."));
        wait_no_tone(&alice, 440.0);
        wait_prompt(&pbx, &bob, began, "conf-muted");
        wait_voice(&pbx, "bob", "muted by admin");
        // He cannot lift it.
        bob.press("*1").unwrap();
        sleep(Duration::from_secs(1));
        wait_no_tone(&alice, 440.0);
        let began = Instant::now();
        assert_eq!(pbx.cli(&format!("conclave unmute 8000 {member}")).unwrap().trim(), format!("{whom} unmuted."));
        wait_prompt(&pbx, &bob, began, "conf-unmuted");
    }
    wait_tone(&alice, 440.0, LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn mute_all_spares_leaders_and_reaches_who_comes_later() {
    let pbx = start("console-mute-all");
    let [alice, bob] = two(&pbx);
    let answer = pbx.cli("conclave mute 8000 all").unwrap();
    assert_eq!(answer.trim(), "In room 8000 everybody but leaders is muted, also who comes later.");
    let carol = call(&pbx, "carol", "8000");
    wait_members(&pbx, "8000", 3);
    for name in ["bob", "carol"] {
        wait_voice(&pbx, name, "muted");
    }
    assert!(!member_line(&pbx, "8000", "alice").contains("muted"));
    assert_eq!(room_words(&pbx, "8000").join(" "), "8000 3 1 0 open, all muted");
    assert_eq!(pbx.cli("conclave unmute 8000 all").unwrap().trim(), "In room 8000 everybody is unmuted.");
    bob.say(Sound::tone(440.0, LEVEL));
    wait_tone(&alice, 440.0, LEVEL);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn hands_deafness_and_locks_are_shown() {
    let pbx = start("console-states");
    let [alice, bob] = two(&pbx);
    for command in ["conclave deafen 8000 2", "conclave hand 8000 2 up", "conclave volume 8000 2 talk -6"] {
        let text = pbx.cli(command).unwrap();
        assert!(text.starts_with("Member 2 of room 8000 "), "{command}: {text}");
    }
    assert!(member_line(&pbx, "8000", "bob").ends_with("hand up, deaf"));
    let text = pbx.cli("conclave show conference 8000").unwrap();
    assert!(text.contains("no section of conclave.conf is about it alone"), "{text}");
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn kick_by_number_and_by_channel() {
    let pbx = start("console-kick");
    let [alice, bob] = two(&pbx);
    let began = Instant::now();
    let channel = channel_of(&pbx, "8000", 2);
    let answer = pbx.cli(&format!("conclave kick 8000 {channel}")).unwrap();
    assert_eq!(answer.trim(), format!("Member {channel} of room 8000 was kicked."));
    wait_prompt(&pbx, &bob, began, "conf-kicked");
    wait_notes(&alice, began, &crate::common::LEFT);
    wait_result(&pbx, "8000", "KICKED");
    bob.wait_hung_up(PATIENCE).unwrap();
    wait_members(&pbx, "8000", 1);
    // Numbers are not given twice.
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    assert!(member_line(&pbx, "8000", "3").contains("bob"));
    assert!(pbx.cli("conclave kick 8000 2").unwrap().contains("room 8000 has no member '2'"));
    assert!(pbx.cli("conclave kick 8000 3").unwrap().contains("Member 3 of room 8000 was kicked."));
    bob.wait_hung_up(PATIENCE).unwrap();
    assert!(alice.is_up());
    drop(alice);
    assert_nothing_is_left(&pbx);
}

#[test]
fn lock_and_unlock() {
    let pbx = start("console-lock");
    let [alice, bob] = two(&pbx);
    let answer = pbx.cli("conclave lock 8000").unwrap();
    assert_eq!(answer.trim(), "Room 8000 is locked: only leaders come in.");
    wait_console(&pbx, "conclave show room 8000", "2 present, locked");
    assert_eq!(room_words(&pbx, "8000"), ["8000", "2", "1", "0", "locked"]);
    let carol = call(&pbx, "carol", "8000");
    wait_result(&pbx, "8000", "LOCKED");
    carol.wait_hung_up(PATIENCE).unwrap();
    assert_eq!(pbx.cli("conclave unlock 8000").unwrap().trim(), "Room 8000 is open.");
    let carol = call(&pbx, "carol", "8000");
    wait_members(&pbx, "8000", 3);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn what_is_not_there_is_said_in_words() {
    let pbx = start("console-words");
    let both = two(&pbx);
    let no_room = "o room 9 is in progress; 'conclave show rooms' lists those that are.";
    let no_member = "room 8000 has no member '7'; 'conclave show room 8000' lists them.";
    for (command, words) in [
        ("conclave show room 9", no_room),
        ("conclave kick 9 1", no_room),
        ("conclave mute 9 all", no_room),
        ("conclave lock 9", no_room),
        ("conclave kick 8000 7", no_member),
        ("conclave mute 8000 7", no_member),
        ("conclave unmute 8000 7", no_member),
        ("conclave lock 8/0", "'/' cannot be in a room number"),
        ("conclave kick 8000", "conclave kick ROOM MEMBER|all"),
        ("conclave show room", "conclave show room ROOM"),
        ("conclave lock", "conclave lock ROOM"),
        ("conclave show rooms 1", "conclave show rooms"),
        ("conclave volume 8000 1 talk loud", "'loud' is not a volume in dB in steps of 3 from -12 to 12"),
        ("conclave record 8000 pause", "there is nothing of that kind under way."),
        ("conclave move 8000 7 9", no_member),
        ("conclave show conference 8002", "conclave.conf has no section [8002]."),
        ("conclave forgive 201", "'201' is not locked out"),
    ] {
        let text = pbx.cli(command).unwrap();
        assert!(text.contains(words), "{command}:\n{text}");
    }
    wait_members(&pbx, "8000", 2);
    drop(both);
    assert_nothing_is_left(&pbx);
}

#[test]
fn show_stats_counts_calls_and_ticks() {
    let pbx = start("console-stats");
    let both = two(&pbx);
    let text = pbx.cli("conclave show stats").unwrap();
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
    let later = || numbers(&pbx.cli("conclave show stats").unwrap(), 2) >= ticks + 50;
    assert!(wait_until(later), "the ticks do not go on:\n{text}");
    drop(both);
    assert_nothing_is_left(&pbx);
    let nobody = || numbers(&pbx.cli("conclave show stats").unwrap(), 1) == 0;
    assert!(wait_until(nobody), "there are calls left in:\n{}", pbx.cli("conclave show stats").unwrap());
}

/// A leader and a participant in room 8000 who hear nothing any more of their coming.
fn two(pbx: &Pbx) -> [Caller; 2] {
    let alice = call(pbx, "alice", "leader");
    wait_members(pbx, "8000", 1);
    let bob = call(pbx, "bob", "8000");
    wait_members(pbx, "8000", 2);
    sleep(Duration::from_secs(1));
    wait_silent(&alice);
    wait_silent(&bob);
    [alice, bob]
}

/// The words of a room in `conclave show rooms`.
fn room_words(pbx: &Pbx, room: &str) -> Vec<String> {
    let text = pbx.cli("conclave show rooms").unwrap();
    let words = |line: &str| line.split_whitespace().map(String::from).collect::<Vec<_>>();
    text.lines().map(words).find(|words| words.first().is_some_and(|word| word == room)).unwrap_or_default()
}

fn wait_voice(pbx: &Pbx, name: &str, voice: &str) {
    let fits = || {
        let line = member_line(pbx, "8000", name);
        line.contains(voice) && (voice != "00:" || !line.contains("talking"))
    };
    assert!(wait_until(fits), "not {voice}: {}", member_line(pbx, "8000", name));
}

fn start(name: &str) -> Pbx {
    let dialplan = format!("{}exten => leader,1,Conclave(8000,L)\n", crate::common::DIALPLAN);
    with_conclave(name, OPEN).dialplan(&dialplan).start().unwrap()
}
