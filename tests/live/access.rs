//! One access number: the code that a caller keys finds the conference and what he is in it.

use std::time::{Duration, Instant};

use crate::common::host::{wait_hears, wait_hears_not};
use crate::common::told::{wait_words, words_in};
use crate::common::{
    assert_nothing_is_left, call, member_line, say_tones, wait_members, wait_prompt, wait_result, wait_silent,
    with_conclave,
};
use conclave_rig::{Caller, Pbx, listen};

#[test]
fn a_code_leads_to_its_conference_and_role() {
    let pbx = start("access-codes");
    let codes = [
        ("alice", "730164#", "8001", "leader"),
        ("bob", "482913#", "8001", "participant"),
        ("carol", "55500#", "8002", "leader"),
        ("dave", "11100#", "8002", "participant"),
    ];
    let callers = codes.map(|(name, code, ..)| keying(&pbx, name, code));
    for (name, _, room, role) in codes {
        wait_members(&pbx, room, 2);
        let line = member_line(&pbx, room, name);
        assert!(line.contains(role), "{name} is no {role} in {room}: {line}");
    }
    let tones = [440.0, 620.0, 910.0, 1300.0];
    let [alice, bob, carol, dave] = callers.each_ref();
    say_tones(&[alice, bob, carol, dave], &tones);
    wait_hears(alice, tones[1]);
    wait_hears(dave, tones[2]);
    wait_hears_not(alice, tones[3]);
    wait_hears_not(dave, tones[1]);
    drop(callers);
    assert_nothing_is_left(&pbx);
}

/// One key beside a code, beside a leader's code, another number, too short, too long, a room's PIN and its number: the
/// same words, as long, as soon.
#[test]
fn a_wrong_and_an_unknown_code_cannot_be_told_apart() {
    let pbx = start("access-wrong");
    let wrong = ["482914", "730165", "999999", "48", "4829134829134829", "4711", "8001"];
    let began = Instant::now();
    let callers = wrong.map(|code| call(&pbx, &format!("with-{code}"), "710"));
    for caller in &callers {
        wait_prompt(&pbx, caller, began, "conclave-get-code");
    }
    let keyed = std::thread::scope(|all| {
        let keying = wrong.into_iter().zip(&callers).map(|(code, caller)| {
            all.spawn(move || {
                caller.press(code).unwrap();
                let keyed = Instant::now();
                caller.press("#").unwrap();
                keyed
            })
        });
        keying.collect::<Vec<_>>().into_iter().map(|keying| keying.join().unwrap()).collect::<Vec<_>>()
    });
    let mut times = Vec::new();
    for ((code, caller), keyed) in wrong.into_iter().zip(&callers).zip(keyed) {
        wait_prompt(&pbx, caller, keyed, "conclave-get-code");
        wait_silent(caller);
        let heard = caller.heard_since(keyed);
        let words = ["conclave-wrong-code", "conclave-get-code"];
        assert_eq!(words_in(&pbx, &heard, &ALL_WORDS), words, "after {code}");
        let sounds = |piece: &[i16]| listen::level(piece) > -45.0;
        let pieces: Vec<bool> = heard.chunks(80).map(sounds).collect();
        let first = pieces.iter().position(|sounds| *sounds).unwrap();
        let last = pieces.iter().rposition(|sounds| *sounds).unwrap();
        times.push((code, hundredths(first), hundredths(last - first)));
    }
    // Each is the first wrong one of its caller, told after half a second.
    let (_, begins, lasts) = times[0];
    assert!((0.3..1.5).contains(&begins.as_secs_f64()), "{times:?}");
    for (_, begin, last) in &times {
        assert!(begin.abs_diff(begins) < TOLERANCE && last.abs_diff(lasts) < TOLERANCE, "{times:?}");
    }
    drop(callers);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_code_of_a_conference_that_is_not_held_tells_why() {
    let pbx = start("access-not-held");
    let why = [
        ("alice", "300#", "conclave-not-yet-open", "NOTOPEN"),
        ("bob", "400#", "conclave-over", "OVER"),
        ("carol", "500#", "conclave-switched-off", "DISABLED"),
    ];
    for (name, code, words, result) in why {
        let keyed = Instant::now();
        let caller = keying(&pbx, name, code);
        wait_words(&pbx, &caller, keyed, words, &ALL_WORDS[1..]);
        wait_result(&pbx, "710", result);
    }
    assert_nothing_is_left(&pbx);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

/// A caller who was asked for his code, and keys this.
fn keying(pbx: &Pbx, name: &str, keys: &str) -> Caller {
    let began = Instant::now();
    let caller = call(pbx, name, "710");
    wait_prompt(pbx, &caller, began, "conclave-get-code");
    caller.press(keys).unwrap();
    caller
}

fn hundredths(count: usize) -> Duration {
    Duration::from_millis(10 * count as u64)
}

/// What a busy machine does to what should be the same.
const TOLERANCE: Duration = Duration::from_millis(400);

const ALL_WORDS: [&str; 6] = [
    "conclave-wrong-code",
    "conclave-get-code",
    "conclave-not-yet-open",
    "conclave-over",
    "conclave-switched-off",
    "conf-invalid",
];

const DIALPLAN: &str = "\
exten => 710,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
";

/// All come from one address, so callers are told apart by their numbers.
const CONF: &str = "\
[general]
trunks = 127.0.0.1
first_digit_time = 1m
[710]
type = access
[8001]
type = room
pin = 4711
code = 482913
leader_code = 730164
[8002]
type = room
code = 11100
leader_code = 55500
[8003]
type = room
code = 300
opens = 2999-01-01 00:00
[8004]
type = room
code = 400
closes = 2001-01-01 00:00
[8005]
type = room
code = 500
enabled = no
";
