//! Keys that mean nothing in the room go on to the telephones of the others.

use crate::common::host::wait_hears;
use crate::common::{assert_nothing_is_left, call, say_tones, wait_members, wait_until, with_conclave};

#[test]
fn keys_are_passed_on_if_so_set() {
    let pbx = with_conclave("pass-keys", CONF).start().unwrap();
    let (alice, bob) = (call(&pbx, "alice", "8000"), call(&pbx, "bob", "8000"));
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice, &bob], &[440.0, 620.0]);
    wait_hears(&bob, 440.0);
    alice.press("5").unwrap();
    assert!(wait_until(|| bob.digits_heard() == "5"), "bob heard the keys {:?}", bob.digits_heard());
    assert_eq!(alice.digits_heard(), "");
    wait_hears(&bob, 440.0);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

const CONF: &str = "[8000]\ntype = room\npass_digits = yes\n";
