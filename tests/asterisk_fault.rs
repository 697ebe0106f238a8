//! A fault of ours ends the call in which it happens, and nothing else.

mod common;

use std::thread::sleep;
use std::time::Duration;

use common::host::{allow_core, assert_no_core, wait_hears, wait_hears_not};
use common::{OPEN, PATIENCE, call, say_tones, wait_members, with_conclave};

#[test]
fn a_fault_ends_one_call_and_the_others_hear_each_other_on() {
    let asterisk = with_conclave("fault", OPEN).env("CONCLAVE_PANIC_ON", "D").start().unwrap();
    allow_core(&asterisk);
    let tones = [440.0, 620.0];
    let staying = ["alice", "bob"].map(|name| call(&asterisk, name, "8000"));
    let staying = staying.each_ref();
    let unlucky = ["carol", "dave"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 4);
    say_tones(&staying, &tones);

    for (faults, caller) in unlucky.iter().enumerate() {
        caller.press("D").unwrap();
        caller.wait_hung_up(PATIENCE).unwrap();
        wait_members(&asterisk, "8000", 3 - faults);
        let log = asterisk.log();
        assert_eq!(log.matches("app_verbose.c: left 8000 with FAILED").count(), faults + 1, "{log}");
        sleep(Duration::from_secs(1));
        wait_hears(staying[0], tones[1]);
        wait_hears(staying[1], tones[0]);
        wait_hears_not(staying[0], tones[0]);
        assert!(asterisk.is_alive());
    }

    let errors: Vec<_> = asterisk.complaints().into_iter().filter(|line| line.contains("ERROR[")).collect();
    assert_eq!(errors.len(), 2, "one for each fault: {errors:#?}");
    assert!(errors.iter().all(|line| line.contains("CONCLAVE_PANIC_ON")), "{errors:#?}");
    for caller in staying {
        caller.hang_up().unwrap();
    }
    asterisk.wait_calls(0, PATIENCE).unwrap();
    assert!(asterisk.cli("conclave show rooms").unwrap().contains("0 rooms in progress"));
    assert_no_core(&asterisk);
}
