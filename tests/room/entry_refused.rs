//! Why there is nothing for a caller: each reason has words and a result of its own, and an answer always comes.

use crate::sim::{Book, Door, guarded, open, seconds};
use conclave::room::{CallResult, Found, entry::LOOKUP_LIMIT};
use std::{collections::BTreeSet, sync::Arc};

const REASONS: [(CallResult, &str); 8] = [
    (CallResult::NoRoom, "conf-invalid"),
    (CallResult::NotOpen, "conclave-not-yet-open"),
    (CallResult::Over, "conclave-over"),
    (CallResult::Disabled, "conclave-switched-off"),
    (CallResult::LockedOut, "confbridge-pin-bad"),
    (CallResult::Full, "conclave-full"),
    (CallResult::Locked, "conf-locked"),
    (CallResult::Failed, "conclave-no-capacity"),
];

#[test]
fn each_reason_has_its_own_words_and_result() {
    for (result, words) in REASONS {
        for options in ["", "L", "p", "q"] {
            let mut door = Door::new(Book::Nothing(result), options);
            door.keys("12#");
            assert_eq!(door.take(), [format!("play {words}")]);
            door.wait(seconds(2.0));
            assert_eq!(door.take(), [format!("done {result}")]);
        }
    }
    assert_eq!(REASONS.map(|(_, words)| words).into_iter().collect::<BTreeSet<_>>().len(), REASONS.len());
    assert_eq!(REASONS.map(|(result, _)| result.as_str()).into_iter().collect::<BTreeSet<_>>().len(), REASONS.len());
}

#[test]
fn it_can_turn_out_at_any_question() {
    for (result, words) in REASONS {
        let mut door = Door::unhurried("");
        door.answer(Found::Conference(Arc::new(guarded("1", ""))));
        door.keys("1#");
        door.answer(Found::Refused(result));
        assert_eq!(door.take().last().unwrap(), &format!("play {words}"));

        let mut door = Door::unhurried("");
        door.answer(Found::Conference(Arc::new(open())));
        door.answer(Found::Refused(result));
        assert_eq!(door.take().last().unwrap(), &format!("play {words}"));
        door.wait(seconds(2.0));
        assert_eq!(door.take(), [format!("done {result}")]);
    }
}

#[test]
fn an_answer_that_never_comes_is_a_failure() {
    let mut door = Door::unhurried("");
    door.wait(LOOKUP_LIMIT - seconds(0.1));
    assert_eq!(door.take(), ["ask number"]);
    door.wait(seconds(0.1));
    assert_eq!(door.take(), ["play conclave-no-capacity"]);
    door.answer(Found::Conference(Arc::new(open())));
    assert_eq!(door.take(), [""; 0], "it comes too late");
    door.wait(seconds(2.0));
    assert_eq!(door.take(), ["done FAILED"]);
}

#[test]
fn an_answer_to_another_question_is_a_failure() {
    for found in [Found::Free, Found::Wrong(seconds(1.0)), Found::Opened(Arc::new(open()))] {
        let mut door = Door::unhurried("");
        door.answer(found);
        assert_eq!(door.take(), ["ask number", "play conclave-no-capacity"]);
    }
}

#[test]
fn an_answer_that_nobody_asked_for_is_not_believed() {
    let mut door = Door::new(guarded("1", ""), "");
    door.take();
    door.input(conclave::room::entry::Input::Answer(Found::Conference(Arc::new(open()))));
    assert_eq!(door.take(), [""; 0]);
    door.keys("1#");
    assert_eq!(door.take(), ["stop", "join participant"]);
}
