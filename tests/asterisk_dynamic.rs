//! One number for any conference: the caller chooses its number, opens it or comes into it, and it is gone when empty.

mod common;

use std::time::Instant;

use common::host::wait_hears;
use common::told::{wait_event, wait_words};
use common::{
    assert_nothing_is_left, call, member_line, say_tones, wait_console, wait_members, wait_prompt, with_conclave,
};
use conclave_rig::{Caller, Pbx};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn who_opens_a_conference_chooses_its_pin_and_the_next_is_asked_for_it() {
    let asterisk = start("dynamic-pin");
    let mut ami = asterisk.ami().unwrap();
    let alice = choosing(&asterisk, "alice", "1234#");
    opens(&asterisk, &alice, "55#");
    wait_event(&mut ami, "Opened", &[("Room", "700-1234")]);
    wait_members(&asterisk, "700-1234", 1);
    assert_role(&asterisk, "alice", "leader");

    let keyed = Instant::now();
    let bob = choosing(&asterisk, "bob", "1234#");
    wait_words(&asterisk, &bob, keyed, "conf-getpin", &["conf-getpin", "conclave-set-pin"]);
    let keyed = Instant::now();
    bob.press("56#").unwrap();
    wait_prompt(&asterisk, &bob, keyed, "conf-invalidpin");
    wait_members(&asterisk, "700-1234", 1);
    bob.press("55#").unwrap();
    wait_members(&asterisk, "700-1234", 2);
    assert_role(&asterisk, "bob", "participant");
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);

    // Another number is another conference.
    let carol = choosing(&asterisk, "carol", "1235#");
    opens(&asterisk, &carol, "#");
    wait_members(&asterisk, "700-1235", 1);
    drop(carol);

    // It outlasts who opened it, and is gone with the last.
    alice.hang_up().unwrap();
    wait_members(&asterisk, "700-1234", 1);
    bob.hang_up().unwrap();
    wait_console(&asterisk, "conclave show rooms", "0 rooms in progress");

    // So is its PIN: whoever comes next opens another, here with none.
    let dave = choosing(&asterisk, "dave", "1234#");
    opens(&asterisk, &dave, "#");
    wait_members(&asterisk, "700-1234", 1);
    let keyed = Instant::now();
    let erin = choosing(&asterisk, "erin", "1234#");
    wait_members(&asterisk, "700-1234", 2);
    let asked = common::told::words_in(&asterisk, &erin.heard_since(keyed), &["conf-getpin", "conclave-set-pin"]);
    assert!(asked.is_empty(), "she was asked for something: {asked:?}");
    drop((dave, erin));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn of_two_who_open_the_same_number_at_once_one_does() {
    let asterisk = start("dynamic-race");
    let callers = ["alice", "bob"].map(|name| choosing(&asterisk, name, "1234#"));
    let [alice, bob] = callers.each_ref();
    for caller in [alice, bob] {
        wait_prompt(&asterisk, caller, caller.heard_from().unwrap(), "conclave-set-pin");
    }
    let keyed = Instant::now();
    std::thread::scope(|both| {
        both.spawn(|| alice.press("11#").unwrap());
        both.spawn(|| bob.press("22#").unwrap());
    });
    wait_members(&asterisk, "700-1234", 1);
    let won = !member_line(&asterisk, "700-1234", "alice").is_empty();
    let (opener, other, pin) = if won { (alice, bob, "11#") } else { (bob, alice, "22#") };
    // Each hears what became of it, and only that.
    let words = ["conclave-opened", "conf-getpin"];
    wait_words(&asterisk, opener, keyed, "conclave-opened", &words);
    wait_words(&asterisk, other, keyed, "conf-getpin", &words);
    other.press(pin).unwrap();
    wait_members(&asterisk, "700-1234", 2);
    assert_role(&asterisk, opener.name(), "leader");
    assert_role(&asterisk, other.name(), "participant");
    drop(callers);
    assert_nothing_is_left(&asterisk);
}

/// As by a telephone's memory: all keys are out before the first question is.
#[test]
fn ten_keys_a_second_are_not_too_fast() {
    let asterisk = start("dynamic-fast");
    let callers = ["alice", "bob", "carol"].map(|name| call(&asterisk, name, "700"));
    for (before, caller) in callers.iter().enumerate() {
        caller.press_fast("1122334455#6677#").unwrap();
        wait_members(&asterisk, "700-1122334455", before + 1);
    }
    drop(callers);
    assert_nothing_is_left(&asterisk);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, "[700]\ntype = dynamic\n").dialplan(DIALPLAN).start().unwrap()
}

/// A caller who was asked for a conference number, and keys it.
fn choosing(asterisk: &Pbx, name: &str, keys: &str) -> Caller {
    let began = Instant::now();
    let caller = call(asterisk, name, "700");
    wait_prompt(asterisk, &caller, began, "conf-getconfno");
    caller.press(keys).unwrap();
    caller
}

/// He is asked to choose a PIN, keys it, and hears that he has opened the conference.
fn opens(asterisk: &Pbx, caller: &Caller, pin: &str) {
    wait_prompt(asterisk, caller, caller.heard_from().unwrap(), "conclave-set-pin");
    let keyed = Instant::now();
    caller.press(pin).unwrap();
    wait_prompt(asterisk, caller, keyed, "conclave-opened");
}

fn assert_role(asterisk: &Pbx, name: &str, role: &str) {
    let line = member_line(asterisk, "700-1234", name);
    assert!(line.contains(role), "{name} is no {role}: {line}");
}

const DIALPLAN: &str = "\
exten => 700,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
";
