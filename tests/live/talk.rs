//! People in a room: everybody hears all others, and nobody himself.

use std::thread::sleep;
use std::time::Duration;

use crate::common::{OPEN, assert_everybody_hears_the_others, call, say_tones, wait_members, with_conclave};

#[test]
fn everybody_hears_the_others_and_not_himself() {
    let pbx = with_conclave("talk", OPEN).start().unwrap();
    let tones = [440.0, 620.0, 910.0];
    let callers = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8000"));
    wait_members(&pbx, "8000", 3);
    let callers = callers.each_ref();
    sleep(Duration::from_secs(4));
    say_tones(&callers, &tones);
    sleep(Duration::from_secs(3));
    assert_everybody_hears_the_others(&callers, &tones);
    for caller in callers {
        caller.hang_up().unwrap();
    }
    pbx.wait_calls(0, crate::common::PATIENCE).unwrap();
    assert!(pbx.cli("conclave show rooms").unwrap().contains("0 rooms in progress"));
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}
