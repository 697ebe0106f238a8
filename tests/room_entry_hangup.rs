//! A caller who hangs up, at every step of every way in, is gone without another sound.

mod room_sim;

use conclave::room::{Conference, Entry, EntrySettings, MemberId, Options, entry};
use room_sim::{Door, guarded, open, seconds};

/// One step of a caller: keys, or a time of waiting.
enum Step {
    Keys(&'static str),
    Wait(f64),
}
use Step::{Keys, Wait};

/// A conference, options, and a whole way in.
fn flows() -> Vec<(Option<Conference>, &'static str, Vec<Step>)> {
    let both = || Some(guarded("1234", "9999"));
    vec![
        (Some(open()), "", vec![]),
        (Some(open()), "L", vec![]),
        (None, "", vec![Wait(1.0), Keys("1"), Wait(1.0)]),
        (both(), "", vec![Keys("1"), Keys("2"), Keys("3"), Keys("4"), Keys("#")]),
        (both(), "l", vec![Wait(2.0), Wait(1.0), Keys("9999"), Wait(1.0), Wait(2.0)]),
        (both(), "", vec![Keys("1*"), Keys("1234"), Keys("#")]),
        (both(), "", vec![Keys("1#"), Wait(2.0), Wait(2.0), Wait(5.0), Wait(5.0), Keys("8#"), Wait(1.0), Wait(1.0)]),
        (Some(guarded("", "9999")), "", vec![Wait(2.0), Wait(9.0), Wait(1.0)]),
    ]
}

#[test]
fn at_every_step_of_every_flow() {
    for (flow, (_, _, all)) in flows().iter().enumerate() {
        for steps in 0..=all.len() {
            let (conference, options, all) = flows().swap_remove(flow);
            let mut door = Door::new(conference, options);
            for step in &all[..steps] {
                match step {
                    Keys(keys) => door.keys(keys),
                    Wait(time) => door.wait(seconds(*time)),
                }
            }
            let answered = door.answered();
            door.take();
            door.input(entry::Input::Hangup);
            let expected: &[&str] = if answered { &[] } else { &["done HANGUP"] };
            assert_eq!(door.take(), expected, "flow {flow} after {steps} steps");
            door.keys("1234#*");
            door.wait(seconds(200.0));
            door.input(entry::Input::Hangup);
            assert_eq!(door.take(), [""; 0], "flow {flow} after {steps} steps");
        }
    }
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
