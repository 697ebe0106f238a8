//! A caller who hangs up, at every step of every way in, is gone without another sound.

use crate::sim::{Book, Door, access, dynamic, guarded, open, seconds};
use conclave::room::{Arrivals, Conference, Entry, EntrySettings, Found, Manner, MemberId, Opens, Options, entry};
use std::sync::Arc;

/// One step of a caller: keys, a time of waiting, or the end of what he says as his name.
enum Step {
    Keys(&'static str),
    Wait(f64),
    Says(f64),
}
use Step::{Keys, Says, Wait};

fn named(review: bool) -> Conference {
    let manner = Arc::new(Manner { arrivals: Arrivals::Names { review }, ..Manner::default() });
    Conference { everybody: manner.clone(), leaders: manner, ..open() }
}

/// What he comes to, options, and a whole way in.
fn flows() -> Vec<(Book, &'static str, Vec<Step>)> {
    let both = || Book::from(guarded("1234", "9999"));
    let doorway = || dynamic(true, named(false)).and("7", guarded("12", ""));
    let coded = || access(open()).and("1", Conference { code: "55".parse().ok(), ..open() });
    vec![
        (open().into(), "", vec![]),
        (open().into(), "L", vec![]),
        (None.into(), "", vec![Wait(1.0), Keys("1"), Wait(1.0)]),
        (both(), "", vec![Keys("1"), Keys("2"), Keys("3"), Keys("4"), Keys("#")]),
        (both(), "l", vec![Wait(2.0), Wait(1.0), Keys("9999"), Wait(1.0), Wait(2.0)]),
        (both(), "", vec![Keys("1*"), Keys("1234"), Keys("#")]),
        (both(), "", vec![Keys("1#"), Wait(2.0), Wait(2.0), Wait(5.0), Wait(5.0), Keys("8#"), Wait(1.0), Wait(1.0)]),
        (guarded("", "9999").into(), "", vec![Wait(2.0), Wait(9.0), Wait(1.0)]),
        (doorway(), "", vec![Keys("7"), Keys("#"), Keys("1"), Keys("2"), Keys("#")]),
        (doorway(), "", vec![Keys("8#"), Wait(2.0), Keys("3"), Keys("#"), Wait(1.0), Wait(1.0), Wait(4.0), Says(1.0)]),
        (doorway(), "", vec![Keys("#"), Keys("#"), Keys("#"), Wait(2.0)]),
        (coded(), "", vec![Wait(2.0), Keys("5"), Keys("5"), Wait(3.0)]),
        (coded(), "", vec![Keys("1#"), Keys("1#"), Keys("1#"), Wait(1.0), Wait(1.0)]),
        (
            named(true).into(),
            "",
            vec![
                Wait(4.0),
                Wait(2.0),
                Keys("#"),
                Says(0.1),
                Wait(6.0),
                Says(1.0),
                Keys("2"),
                Wait(1.0),
                Keys("3"),
                Wait(2.0),
                Wait(10.0),
                Says(9.0),
                Wait(2.0),
                Keys("1"),
            ],
        ),
    ]
}

/// How late a wrong code is told.
const VERDICTS: [f64; 2] = [0.0, 0.5];

#[test]
fn at_every_step_of_every_flow() {
    for verdict in VERDICTS {
        for (flow, (_, _, all)) in flows().iter().enumerate() {
            for steps in 0..=all.len() {
                let (book, options, all) = flows().swap_remove(flow);
                let mut door = Door::new(book, options);
                door.verdict = seconds(verdict);
                go(&mut door, &all[..steps]);
                check(door, &format!("flow {flow} after {steps} steps, verdicts after {verdict} s"));
            }
        }
    }
}

#[test]
fn while_any_answer_is_awaited() {
    let conference = Arc::new(named(true));
    let answers = [Found::Conference(Arc::new(guarded("1", ""))), Found::Right(conference, Opens::AsAnybody)];
    for steps in 0..=answers.len() {
        let mut door = Door::unhurried("");
        for answer in &answers[..steps] {
            door.answer(answer.clone());
            door.keys("1#");
        }
        check(door, &format!("after {steps} answers"));
    }
}

#[test]
fn while_he_is_invited() {
    for wait in [0.0, 1.0, 2.0, 11.0, 12.0] {
        let mut door = Door::invited();
        door.wait(seconds(wait));
        check(door, &format!("after {wait} s"));
    }
}

fn go(door: &mut Door, steps: &[Step]) {
    for step in steps {
        match step {
            Keys(keys) => door.keys(keys),
            Wait(time) => door.wait(seconds(*time)),
            Says(length) => door.recorded(Some(*length)),
        }
    }
}

fn check(mut door: Door, when: &str) {
    let answered = door.answered();
    door.take();
    door.input(entry::Input::Hangup);
    let expected: &[&str] = if answered { &[] } else { &["done HANGUP"] };
    assert_eq!(door.take(), expected, "{when}");
    door.keys("1234#*");
    door.recorded(Some(1.0));
    door.input(entry::Input::Answer(Found::Free));
    door.wait(seconds(200.0));
    door.input(entry::Input::Hangup);
    assert_eq!(door.take(), [""; 0], "{when}");
}

#[test]
fn before_the_answer_was_taken_the_hang_up_is_the_answer() {
    let (now, settings) = (seconds(1.0), EntrySettings::default());
    let entry = Entry::new(now, MemberId(1), Options::default(), true, settings);
    let mut door = Door::before_first_poll(entry, now);
    door.input(entry::Input::Hangup);
    assert_eq!(door.take(), ["done HANGUP"]);
    door.input(entry::Input::Hangup);
    assert_eq!(door.take(), [""; 0]);
}
