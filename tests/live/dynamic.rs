//! One number for any conference: the caller chooses its number, opens it or comes into it, and it is gone when empty.

use std::time::Instant;

use crate::common::host::wait_hears;
use crate::common::told::{wait_event, wait_words};
use crate::common::{
    assert_nothing_is_left, call, member_line, say_tones, wait_console, wait_members, wait_prompt, with_conclave,
};
use conclave_rig::{Caller, Pbx};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn who_opens_a_conference_chooses_its_pin_and_the_next_is_asked_for_it() {
    let pbx = start("dynamic-pin");
    let mut events = pbx.events().unwrap();
    let alice = choosing(&pbx, "alice", "1234#");
    opens(&pbx, &alice, "55#");
    wait_event(&mut events, "Opened", &[("Room", "700-1234")]);
    wait_members(&pbx, "700-1234", 1);
    assert_role(&pbx, "alice", "leader");

    let keyed = Instant::now();
    let bob = choosing(&pbx, "bob", "1234#");
    wait_words(&pbx, &bob, keyed, "conf-getpin", &["conf-getpin", "conclave-set-pin"]);
    let keyed = Instant::now();
    bob.press("56#").unwrap();
    wait_prompt(&pbx, &bob, keyed, "conf-invalidpin");
    wait_members(&pbx, "700-1234", 1);
    bob.press("55#").unwrap();
    wait_members(&pbx, "700-1234", 2);
    assert_role(&pbx, "bob", "participant");
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);

    // Another number is another conference.
    let carol = choosing(&pbx, "carol", "1235#");
    opens(&pbx, &carol, "#");
    wait_members(&pbx, "700-1235", 1);
    drop(carol);

    // It outlasts who opened it, and is gone with the last.
    alice.hang_up().unwrap();
    wait_members(&pbx, "700-1234", 1);
    bob.hang_up().unwrap();
    wait_console(&pbx, "conclave show rooms", "0 rooms in progress");

    // So is its PIN: whoever comes next opens another, here with none.
    let dave = choosing(&pbx, "dave", "1234#");
    opens(&pbx, &dave, "#");
    wait_members(&pbx, "700-1234", 1);
    let keyed = Instant::now();
    let erin = choosing(&pbx, "erin", "1234#");
    wait_members(&pbx, "700-1234", 2);
    let asked = crate::common::told::words_in(&pbx, &erin.heard_since(keyed), &["conf-getpin", "conclave-set-pin"]);
    assert!(asked.is_empty(), "she was asked for something: {asked:?}");
    drop((dave, erin));
    assert_nothing_is_left(&pbx);
}

#[test]
fn of_two_who_open_the_same_number_at_once_one_does() {
    let pbx = start("dynamic-race");
    let callers = ["alice", "bob"].map(|name| choosing(&pbx, name, "1234#"));
    let [alice, bob] = callers.each_ref();
    for caller in [alice, bob] {
        wait_prompt(&pbx, caller, caller.heard_from().unwrap(), "conclave-set-pin");
    }
    let keyed = Instant::now();
    std::thread::scope(|both| {
        both.spawn(|| alice.press("11#").unwrap());
        both.spawn(|| bob.press("22#").unwrap());
    });
    wait_members(&pbx, "700-1234", 1);
    let won = !member_line(&pbx, "700-1234", "alice").is_empty();
    let (opener, other, pin) = if won { (alice, bob, "11#") } else { (bob, alice, "22#") };
    // Each hears what became of it, and only that.
    let words = ["conclave-opened", "conf-getpin"];
    wait_words(&pbx, opener, keyed, "conclave-opened", &words);
    wait_words(&pbx, other, keyed, "conf-getpin", &words);
    other.press(pin).unwrap();
    wait_members(&pbx, "700-1234", 2);
    assert_role(&pbx, opener.name(), "leader");
    assert_role(&pbx, other.name(), "participant");
    drop(callers);
    assert_nothing_is_left(&pbx);
}

/// As by a telephone's memory: all keys are out before the first question is.
#[test]
fn ten_keys_a_second_are_not_too_fast() {
    let pbx = start("dynamic-fast");
    let callers = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "700"));
    for (before, caller) in callers.iter().enumerate() {
        caller.press_fast("1122334455#6677#").unwrap();
        wait_members(&pbx, "700-1122334455", before + 1);
    }
    drop(callers);
    assert_nothing_is_left(&pbx);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, "[700]\ntype = dynamic\n").dialplan(DIALPLAN).start().unwrap()
}

/// A caller who was asked for a conference number, and keys it.
fn choosing(pbx: &Pbx, name: &str, keys: &str) -> Caller {
    let began = Instant::now();
    let caller = call(pbx, name, "700");
    wait_prompt(pbx, &caller, began, "conf-getconfno");
    caller.press(keys).unwrap();
    caller
}

/// He is asked to choose a PIN, keys it, and hears that he has opened the conference.
fn opens(pbx: &Pbx, caller: &Caller, pin: &str) {
    wait_prompt(pbx, caller, caller.heard_from().unwrap(), "conclave-set-pin");
    let keyed = Instant::now();
    caller.press(pin).unwrap();
    wait_prompt(pbx, caller, keyed, "conclave-opened");
}

fn assert_role(pbx: &Pbx, name: &str, role: &str) {
    let line = member_line(pbx, "700-1234", name);
    assert!(line.contains(role), "{name} is no {role}: {line}");
}

const DIALPLAN: &str = "\
exten => 700,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
";
