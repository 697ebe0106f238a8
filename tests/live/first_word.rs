//! Who is answered by Conclave itself hears what is said first from its first word on.

use std::time::Instant;

use crate::common::{call, wait_until, with_conclave};
use conclave_rig::listen;

#[test]
fn a_question_for_the_pin_is_heard_whole() {
    let pbx = with_conclave("first-word", "[8000]\ntype = room\npin = 1234\n").start().unwrap();
    let prompt = pbx.prompt("conf-getpin").unwrap();
    let prompt = prompt.recorded();
    let begins = prompt.iter().position(|sample| sample.unsigned_abs() > 800).unwrap();
    let (first, later) = (&prompt[begins..begins + FIRST], &prompt[begins + FIRST..begins + FIRST + 8000]);
    for name in ["alice", "bob", "carol"] {
        let began = Instant::now();
        let caller = call(&pbx, name, "8000");
        assert!(wait_until(|| caller.heard_since(began).len() > 3 * 8000), "{name} hears nothing");
        let heard = caller.heard_since(began);
        let [first, later] = [first, later].map(|piece| listen::speech_match(&heard, piece));
        assert!(later.correlation > 0.9, "{name} did not hear the question: {later:?}");
        let apart = later.delay - first.delay - FIRST as isize;
        assert!(first.correlation > 0.9 && apart.abs() <= 240, "{name} missed the first word: {first:?}, {later:?}");
        caller.hang_up().unwrap();
    }
}

/// A tenth of a second.
const FIRST: usize = 800;
