//! People in a room: everybody hears all others, and nobody himself.

mod common;

use std::thread::sleep;
use std::time::Duration;

use common::{OPEN, assert_everybody_hears_the_others, call, say_tones, wait_members, with_conclave};

#[test]
fn everybody_hears_the_others_and_not_himself() {
    let asterisk = with_conclave("talk", OPEN).start().unwrap();
    let tones = [440.0, 620.0, 910.0];
    let callers = ["alice", "bob", "carol"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 3);
    let callers = callers.each_ref();
    sleep(Duration::from_secs(4));
    say_tones(&callers, &tones);
    sleep(Duration::from_secs(3));
    assert_everybody_hears_the_others(&callers, &tones);
    for caller in callers {
        caller.hang_up().unwrap();
    }
    asterisk.wait_calls(0, common::PATIENCE).unwrap();
    assert!(asterisk.cli("conclave show rooms").unwrap().contains("0 rooms in progress"));
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
}
