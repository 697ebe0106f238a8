//! Guessing PINs and codes is hopeless: wrong ones are counted for the caller, the room and the access number, and too many
//! lock out, until an administrator lifts it; fail2ban finds the caller's address in the log.

use std::time::Instant;

use crate::common::fail2ban::found;
use crate::common::told::{wait_event, wait_history};
use crate::common::{
    call, call_with_pin, complaints, member_line, wait_console, wait_members, wait_nobody, wait_prompt, wait_result,
    with_conclave,
};
use conclave_rig::{Host, Pbx};

#[test]
fn a_caller_who_guesses_is_locked_out_until_he_is_forgiven() {
    let pbx = start("guessing-caller", "pin_attempts = 2\nlockout_caller = 3\n");
    let mut events = pbx.events().unwrap();
    // Hanging up in between does not help him.
    let alice = call(&pbx, "alice", "8000");
    for wrong in ["1234#", "4712#"] {
        let keyed = Instant::now();
        alice.press(wrong).unwrap();
        let words = if wrong == "1234#" { "conf-invalidpin" } else { "confbridge-pin-bad" };
        wait_prompt(&pbx, &alice, keyed, words);
    }
    wait_result(&pbx, "8000", "BADPIN");
    wait_event(&mut events, "Refused", &[("Room", "8000"), ("Result", "BADPIN")]);
    let alice = call_with_pin(&pbx, "alice", "8000", "1235#");
    wait_event(&mut events, "LockedOut", &[("What", "caller 127.0.0.1")]);
    drop(alice);
    wait_history(&pbx, &[("event", "LockedOut")]);
    wait_console(&pbx, "conclave show lockouts", "caller 127.0.0.1");

    // Now the right one does not help him either, here nor elsewhere, and sounds as wrong.
    let began = Instant::now();
    let alices = [call_with_pin(&pbx, "alice", "8000", "4711#"), call_with_pin(&pbx, "alice", "710", "482#")];
    // Lines that ask for no PIN let in; meanwhile she waits for her answer.
    let bob = call(&pbx, "bob", "90");
    let carol = call(&pbx, "carol", "91");
    wait_members(&pbx, "8000", 2);
    for (name, role) in [("bob", "leader"), ("carol", "participant")] {
        let line = member_line(&pbx, "8000", name);
        assert!(line.contains(role), "{line}");
    }

    for alice in &alices {
        wait_prompt(&pbx, alice, began, "confbridge-pin-bad");
    }
    for number in ["8000", "710"] {
        wait_result(&pbx, number, "LOCKEDOUT");
        wait_event(&mut events, "Refused", &[("Room", number), ("Result", "LOCKEDOUT")]);
        wait_history(&pbx, &[("event", "Refused"), ("room", number), ("result", "LOCKEDOUT")]);
    }
    drop(alices);

    let forgiven = pbx.cli("conclave forgive 127.0.0.1").unwrap();
    assert_eq!(forgiven.trim(), "No longer locked out: caller 127.0.0.1.");
    wait_console(&pbx, "conclave show lockouts", "0 locked out");
    let alice = call_with_pin(&pbx, "alice", "8000", "4711#");
    wait_members(&pbx, "8000", 3);
    drop((alice, bob, carol));

    let wrong = banned(&pbx);
    assert_eq!(wrong, ["127.0.0.1"; 3], "fail2ban finds each wrong one");
    let log = pbx.log();
    for code in ["1234", "4712", "1235", "4711"] {
        let told = log.lines().filter(|line| line.contains("lookup")).any(|line| line.contains(code));
        assert!(!told, "the log tells {code}");
    }
    assert_no_other_complaints(&pbx);
}

/// From as many numbers as he likes: callers are told apart by them, as if they came through a provider's line.
#[test]
fn a_room_and_an_access_number_that_many_guess_at_are_locked_out() {
    let pbx = start("guessing-room", "trunks = 127.0.0.1\nlockout_room = 2\nlockout_number = 2\n");
    let mut events = pbx.events().unwrap();
    for (number, what) in [("8000", "room 8000"), ("710", "number 710")] {
        let guessers = ["eve", "mallory"].map(|name| call_with_pin(&pbx, name, number, "999#"));
        wait_event(&mut events, "LockedOut", &[("What", what)]);
        drop(guessers);
    }
    let began = Instant::now();
    let refused = [call_with_pin(&pbx, "alice", "8000", "4711#"), call_with_pin(&pbx, "bob", "710", "482#")];
    // Another room lets in by its PIN, this one by a line that asks for none.
    let inside = [call_with_pin(&pbx, "carol", "8001", "815#"), call(&pbx, "dave", "90")];
    wait_members(&pbx, "8001", 1);
    wait_members(&pbx, "8000", 1);
    for (caller, number) in refused.iter().zip(["8000", "710"]) {
        wait_prompt(&pbx, caller, began, "confbridge-pin-bad");
        wait_result(&pbx, number, "LOCKEDOUT");
    }
    for what in ["room 8000", "number 710"] {
        let forgiven = pbx.cli(&format!("conclave forgive {what}")).unwrap();
        assert_eq!(forgiven.trim(), format!("No longer locked out: {what}."));
    }
    let forgiven = [call_with_pin(&pbx, "alice", "8000", "4711#"), call_with_pin(&pbx, "bob", "710", "482#")];
    wait_members(&pbx, "8000", 2);
    wait_members(&pbx, "8001", 2);
    drop((refused, inside, forgiven));
    assert_no_other_complaints(&pbx);
}

fn start(name: &str, general: &str) -> Pbx {
    with_conclave(name, &format!("[general]\n{general}{CONF}")).dialplan(DIALPLAN).start().unwrap()
}

/// The addresses that fail2ban finds in the log.
fn banned(pbx: &Pbx) -> Vec<String> {
    let filter = match pbx.host() {
        Host::Asterisk => "conclave",
        Host::FreeSwitch => "conclave-freeswitch",
    };
    found(filter, &pbx.log())
}

/// All calls and rooms are gone, and the log complains of wrong codes only.
fn assert_no_other_complaints(pbx: &Pbx) {
    wait_nobody(pbx);
    let mut complaints = complaints(pbx);
    let of_codes = ["src/service/lookup.rs: ", "conclave::service::lookup:"];
    complaints.retain(|line| !of_codes.iter().any(|words| line.contains(words)));
    assert_eq!(complaints, Vec::<String>::new());
}

const DIALPLAN: &str = "\
exten => _800X,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => 90,1,Conclave(8000,L)
exten => 91,1,Conclave(8000,p)
exten => 710,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
";

const CONF: &str = "\
[8000]
type = room
pin = 4711
[8001]
type = room
pin = 815
code = 482
[710]
type = access
";
