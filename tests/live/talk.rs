//! People in a room: everybody hears all others, and nobody himself.

use crate::common::{
    LEVEL, OPEN, assert_nothing_is_left, call, say_tones, wait_members, wait_no_tone, wait_tone, with_conclave,
};

#[test]
fn everybody_hears_the_others_and_not_himself() {
    let pbx = with_conclave("talk", OPEN).start().unwrap();
    let tones = [440.0, 620.0, 910.0];
    let callers = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8000"));
    wait_members(&pbx, "8000", 3);
    let callers = callers.each_ref();
    say_tones(&callers, &tones);
    for (at, caller) in callers.iter().enumerate() {
        for (other, hertz) in tones.into_iter().enumerate() {
            if at == other { wait_no_tone(caller, hertz) } else { wait_tone(caller, hertz, LEVEL) }
        }
    }
    for caller in callers {
        caller.hang_up().unwrap();
    }
    assert_nothing_is_left(&pbx);
}
