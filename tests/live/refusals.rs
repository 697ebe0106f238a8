//! Why a caller is not let in: each reason has its own words, result, event, and line in the history.

use std::time::{Duration, Instant};

use crate::common::host::{wait_hears, wait_hears_not};
use crate::common::told::{wait_event, wait_history, wait_music, wait_words};
use crate::common::{
    PATIENCE, assert_nothing_is_left, call, configure, say_tones, wait_console, wait_members, wait_prompt, wait_result,
    with_conclave,
};
use conclave_rig::Sound;
use jiff::Timestamp;

#[test]
fn each_reason_has_its_own_words_result_event_and_line() {
    let pbx = with_conclave("refusals", CONF).start().unwrap();
    let mut events = pbx.events().unwrap();
    let inside = ["8003", "8004"].map(|room| {
        let caller = call(&pbx, "inside", room);
        wait_members(&pbx, room, 1);
        caller
    });
    pbx.cli("conclave lock 8004").unwrap();

    let reasons = [
        ("8001", "conclave-not-yet-open", "NOTOPEN"),
        ("8002", "conclave-over", "OVER"),
        ("8003", "conclave-full", "FULL"),
        ("8004", "conf-locked", "LOCKED"),
        ("8005", "conclave-switched-off", "DISABLED"),
        ("8999", "conf-invalid", "NOROOM"),
    ];
    let words = reasons.map(|(_, words, _)| words);
    let began = Instant::now();
    let callers = reasons.map(|(room, ..)| call(&pbx, &format!("to-{room}"), room));
    for ((room, prompt, result), caller) in reasons.iter().zip(&callers) {
        wait_words(&pbx, caller, began, prompt, &words);
        wait_result(&pbx, room, result);
        let number = caller.name();
        let refused = wait_event(&mut events, "Refused", &[("Room", room), ("CallerNumber", number)]);
        assert_eq!((refused.get("Result"), refused.get("Address")), (Some(*result), Some("127.0.0.1")));
        wait_history(&pbx, &[("event", "Refused"), ("room", room), ("number", number), ("result", result)]);
        // None of them opened anything, or came in.
        let rooms = pbx.cli("conclave show rooms").unwrap();
        assert!(rooms.contains("2 rooms in progress"), "{rooms}");
    }
    drop((callers, inside));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_may_be_early_waits_with_music_until_it_begins() {
    let pbx = with_conclave("refusals-early", CONF).start().unwrap();
    let mut events = pbx.events().unwrap();
    let tones = [440.0, 620.0];
    let opens = Timestamp::now() + EARLY;
    let conf = format!("[8000]\ntype = room\nopens = {opens}\nearly = 1h\nmusic = default\nonly_person = no\n");
    configure(&pbx, &conf);

    let began = Instant::now();
    let callers = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    let [alice, bob] = callers.each_ref();
    wait_prompt(&pbx, alice, began, "conclave-early");
    wait_members(&pbx, "8000", 2);
    say_tones(&[alice, bob], &tones);
    let prompt = pbx.prompt("conclave-early").unwrap().recorded().len() as u64 / 8;
    std::thread::sleep(Duration::from_millis(prompt));
    for (caller, others) in [(alice, tones[1]), (bob, tones[0])] {
        wait_music(caller);
        wait_hears_not(caller, others);
    }
    // Speech is not to be told under tones.
    for caller in [alice, bob] {
        caller.say(Sound::Silence);
    }
    assert!(Timestamp::now() < opens, "it took too long to see that they wait");

    events.wait("Began", EARLY + PATIENCE, |event| event.get("Room") == Some("8000")).unwrap();
    assert!(Timestamp::now() >= opens, "it began too soon");
    wait_prompt(&pbx, alice, began, "confbridge-conf-begin");
    say_tones(&[alice, bob], &tones);
    wait_hears(alice, tones[1]);
    wait_hears(bob, tones[0]);
    wait_history(&pbx, &[("event", "Began"), ("room", "8000")]);
    drop(callers);
    wait_console(&pbx, "conclave show rooms", "0 rooms in progress");
    assert_nothing_is_left(&pbx);
}

/// So long before it begins they call.
const EARLY: Duration = Duration::from_secs(20);

const CONF: &str = "\
[8001]
type = room
opens = 2999-01-01 00:00
[8002]
type = room
closes = 2001-01-01 00:00
[8003]
type = room
max_members = 1
[8004]
type = room
[8005]
type = room
enabled = no
";
