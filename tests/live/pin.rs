//! The PIN: by RFC 4733 and by SIP INFO, right and wrong, ended by `#` or by a pause, with a prompt that a digit cuts.

use std::ops::Range;
use std::time::{Duration, Instant};

use crate::common::{
    assert_nothing_is_left, call, call_with_pin, member_line, wait_members, wait_prompt, wait_result, wait_silent,
    wait_until, with_conclave,
};
use conclave_rig::{Caller, listen};

#[test]
fn a_pin_lets_in_by_rfc_4733_and_by_sip_info() {
    let pbx = with_conclave("pin-ways", PROTECTED).start().unwrap();
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8000");
    wait_prompt(&pbx, &alice, began, "conf-getpin");
    alice.press("4711#").unwrap();
    wait_members(&pbx, "8000", 1);
    let bob = Caller::new("bob").endpoint("callers-info").call(&pbx, "8000").unwrap();
    bob.wait_answer().unwrap();
    bob.press_by_info("4711#").unwrap();
    wait_members(&pbx, "8000", 2);
    for name in ["alice", "bob"] {
        let line = member_line(&pbx, "8000", name);
        assert!(line.contains("participant"), "{line}");
    }
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn the_leader_pin_makes_a_leader_and_a_pause_ends_it() {
    let pbx = with_conclave("pin-leader", PROTECTED).start().unwrap();
    let alice = call_with_pin(&pbx, "alice", "8000", "9753");
    wait_members(&pbx, "8000", 1);
    let line = member_line(&pbx, "8000", "alice");
    assert!(line.contains("leader"), "{line}");
    let bob = call_with_pin(&pbx, "bob", "8000", "4711");
    wait_members(&pbx, "8000", 2);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn after_a_wrong_pin_the_right_one_lets_in() {
    let pbx = with_conclave("pin-second", PROTECTED).start().unwrap();
    let alice = call(&pbx, "alice", "8000");
    let keyed = Instant::now();
    alice.press("1234#").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-invalidpin");
    wait_prompt(&pbx, &alice, keyed, "conf-getpin");
    assert!(pbx.cli("conclave show rooms").unwrap().contains("0 rooms in progress"));
    alice.press("4711#").unwrap();
    wait_members(&pbx, "8000", 1);
    drop(alice);
    assert_nothing_is_left(&pbx);
}

#[test]
fn after_three_wrong_pins_the_dial_plan_goes_on() {
    let pbx = with_conclave("pin-three", PROTECTED).start().unwrap();
    let alice = call(&pbx, "alice", "8000");
    for wrong in ["1234#", "4712#"] {
        let keyed = Instant::now();
        alice.press(wrong).unwrap();
        wait_prompt(&pbx, &alice, keyed, "conf-invalidpin");
    }
    let keyed = Instant::now();
    alice.press("0000#").unwrap();
    wait_prompt(&pbx, &alice, keyed, "confbridge-pin-bad");
    wait_result(&pbx, "8000", "BADPIN");
    let ending = alice.wait_hung_up(crate::common::PATIENCE).unwrap();
    assert!(!ending.by_us);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_digit_cuts_off_the_question() {
    let pbx = with_conclave("pin-barge", PROTECTED).start().unwrap();
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8000");
    let speaks = || listen::level(&alice.heard_last(Duration::from_millis(200))) > -40.0;
    assert!(wait_until(speaks), "no question is heard");
    alice.press("4").unwrap();
    wait_silent(&alice);
    let question = pbx.prompt("conf-getpin").unwrap();
    let end = &question.recorded()[question.recorded().len() - 8_000..];
    let found = listen::speech_match(&alice.heard_since(began), end).correlation;
    assert!(found < 0.5, "the question went on to its end (correlation {found:.2})");
    alice.press("711#").unwrap();
    wait_members(&pbx, "8000", 1);
    drop(alice);
    assert_nothing_is_left(&pbx);
}

#[test]
fn whatever_is_wrong_the_words_are_the_same() {
    let pbx = with_conclave("pin-words", &format!("[general]\npin_attempts = 9\n{PROTECTED}")).start().unwrap();
    let alice = call(&pbx, "alice", "8000");
    // Another number, too short, too long, nothing, nearly the leader's. Each guess is answered later than the one before.
    for (wrong, wait) in [("1234", 4_000), ("471", 8_000), ("47111", 16_000), ("", 32_000), ("9754", 32_000)] {
        alice.press(wrong).unwrap();
        let ended = Instant::now();
        alice.press("#").unwrap();
        wait_prompt(&pbx, &alice, ended, "conf-getpin");
        wait_silent(&alice);
        let heard = alice.heard_since(ended);
        let [verdict, question] = ["conf-invalidpin", "conf-getpin"].map(|name| {
            let found = place(&heard, pbx.prompt(name).unwrap().recorded());
            found.unwrap_or_else(|| panic!("to {wrong:?} {name} was not answered"))
        });
        let in_time = wait..wait + 16_000;
        assert!(in_time.contains(&verdict.start), "the answer to {wrong:?} came at another time: {verdict:?}");
        let between = question.start.abs_diff(verdict.end);
        assert!(between < 4_000, "to {wrong:?} something else was said: {verdict:?} {question:?}");
        let after = listen::level(heard.get(question.end + 4_000..).unwrap_or_default());
        assert!(
            after < crate::common::SILENT,
            "after the answer to {wrong:?} something else was heard at {after:.1} dBFS"
        );
    }
    alice.press("4711#").unwrap();
    wait_members(&pbx, "8000", 1);
    drop(alice);
    assert_nothing_is_left(&pbx);
}

/// Where a prompt is in what was heard. In pieces, because a tick that a busy machine lost shifts what comes after it.
fn place(heard: &[i16], prompt: &[i16]) -> Option<Range<usize>> {
    let pieces: Vec<_> = prompt.chunks_exact(4_000).map(|piece| listen::speech_match(heard, piece)).collect();
    let begins = pieces.iter().enumerate().filter(|(_, found)| found.correlation > 0.9);
    let begins: Vec<_> = begins.map(|(at, found)| (found.delay - 4_000 * at as isize).max(0) as usize).collect();
    let is_there = begins.len() * 2 >= pieces.len();
    let (first, last) = (*begins.iter().min()?, *begins.iter().max()?);
    (is_there && last - first < 8_000).then_some(first..last + prompt.len())
}

const PROTECTED: &str = "[8000]\ntype = room\npin = 4711\nleader_pin = 9753\n";
