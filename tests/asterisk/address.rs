//! Who tries a wrong code is named by the address that he calls from, and one who came by transfer by none.

use crate::common::host::{plug_in, wait_hears};
use crate::common::{PATIENCE, call, say_tones, with_conclave};
use conclave_rig::{Caller, Pbx};

#[test]
fn a_wrong_code_names_the_callers_address() {
    let asterisk = start("address-caller");
    let alice = call(&asterisk, "alice", "8000");
    alice.press("1#").unwrap();
    let words = "wrong code for 8000 from PJSIP/callers-00000000, address 127.0.0.1, 1 in a row";
    asterisk.wait_log(words, PATIENCE).unwrap();
    alice.hang_up().unwrap();
    asterisk.wait_calls(0, PATIENCE).unwrap();
}

/// The called telephone is transferred: PJSIP knows no address of a call that it made.
#[test]
fn who_was_called_and_transferred_has_none() {
    let asterisk = start("address-transferred");
    let bob = plug_in(&asterisk, "BOB", Caller::new("bob"));
    let alice = call(&asterisk, "alice", "9000");
    bob.wait_answer().unwrap();
    say_tones(&[&alice, &bob], &[440.0, 620.0]);
    wait_hears(&alice, 620.0);
    alice.transfer("8000").unwrap();
    alice.wait_hung_up(PATIENCE).unwrap();
    bob.press("1#").unwrap();
    asterisk.wait_log("no address, 1 in a row", PATIENCE).unwrap();
    bob.hang_up().unwrap();
    asterisk.wait_calls(0, PATIENCE).unwrap();
    let complaints = asterisk.complaints();
    assert!(complaints.iter().all(|line| line.contains("wrong code for 8000")), "{complaints:?}");
}

fn start(name: &str) -> Pbx {
    let dialplan = "exten => _8XXX,1,Conclave(${EXTEN})\nexten => 9000,1,Dial(${GLOBAL(BOB)})\n";
    with_conclave(name, CONF).dialplan(dialplan).start().unwrap()
}

const CONF: &str = "[8000]\ntype = room\npin = 4711\n";
