//! A fault of ours ends the call in which it happens, and nothing else.

use std::thread::sleep;
use std::time::Duration;

use crate::common::host::{allow_core, assert_no_core, wait_hears, wait_hears_not};
use crate::common::{OPEN, PATIENCE, call, results, say_tones, wait_members, wait_nobody, wait_until, with_conclave};

#[test]
fn a_fault_ends_one_call_and_the_others_hear_each_other_on() {
    let pbx = with_conclave("fault", OPEN).env("CONCLAVE_PANIC_ON", "D").start().unwrap();
    allow_core(&pbx);
    let tones = [440.0, 620.0];
    let staying = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    let staying = staying.each_ref();
    let unlucky = ["carol", "dave"].map(|name| call(&pbx, name, "8000"));
    wait_members(&pbx, "8000", 4);
    say_tones(&staying, &tones);

    for (faults, caller) in unlucky.iter().enumerate() {
        caller.press("D").unwrap();
        caller.wait_hung_up(PATIENCE).unwrap();
        wait_members(&pbx, "8000", 3 - faults);
        assert!(wait_until(|| results(&pbx, "8000", "FAILED") == faults + 1), "{}", pbx.log());
        sleep(Duration::from_secs(1));
        wait_hears(staying[0], tones[1]);
        wait_hears(staying[1], tones[0]);
        wait_hears_not(staying[0], tones[0]);
        assert!(pbx.is_alive());
    }

    let errors = pbx.errors();
    assert_eq!(errors.len(), 2, "one for each fault: {errors:#?}");
    assert!(errors.iter().all(|line| line.contains("CONCLAVE_PANIC_ON")), "{errors:#?}");
    for caller in staying {
        caller.hang_up().unwrap();
    }
    wait_nobody(&pbx);
    assert_no_core(&pbx);
}
