//! Any list of keys, pauses and hang-ups: the right answer comes, and exactly one.

mod room_sim;

use conclave::room::entry;
use proptest::prelude::*;
use room_sim::{Door, guarded, seconds};

#[derive(Clone, Debug)]
enum Step {
    Key(char),
    Keys(&'static str),
    Wait(f64),
    Wake,
    Hangup,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = prop::sample::select(vec!["1234", "9999", "1234#", "9999#", "#", "*1234", "123"]);
    prop_oneof![
        8 => prop::sample::select("0123456789*#ABCDz".chars().collect::<Vec<_>>()).prop_map(Step::Key),
        6 => keys.prop_map(Step::Keys),
        4 => (0_u32..1500).prop_map(|hundredths| Step::Wait(f64::from(hundredths) / 100.0)),
        1 => Just(Step::Wake),
        1 => Just(Step::Hangup),
    ]
}

/// The rule, said once more as simply as it goes.
fn expected(pin: &str, leader_pin: &str, keyed: &str) -> Option<&'static str> {
    if !leader_pin.is_empty() && keyed == leader_pin {
        Some("join leader")
    } else if keyed == pin {
        Some("join participant")
    } else {
        None
    }
}

/// Plays the steps and says what came out.
fn walk(pins: (&str, &str), steps: &[Step], needless_wakes: bool) -> Vec<String> {
    let mut door = Door::new(guarded(pins.0, pins.1), "");
    let (mut keyed, mut wrong, mut story) = (String::new(), 0, door.take());
    let mut follow = |door: &mut Door, keyed: &mut String| {
        for line in door.take() {
            if line.contains("invalid") || line.contains("pin-bad") {
                assert_eq!(expected(pins.0, pins.1, keyed), None, "{keyed} was right");
                keyed.clear();
                wrong += 1;
                assert!(wrong <= 3);
                assert_eq!(line.contains("pin-bad"), wrong == 3);
            } else if line.starts_with("join") {
                assert_eq!(expected(pins.0, pins.1, keyed), Some(&*line), "keyed {keyed}");
            }
            story.push(line);
        }
    };
    let press = |door: &mut Door, key: char, keyed: &mut String, follow: &mut dyn FnMut(&mut Door, &mut String)| {
        door.wait(seconds(0.1));
        follow(door, keyed);
        match key {
            '*' => keyed.clear(),
            '0'..='9' => keyed.push(key),
            _ => {}
        }
        door.input(entry::Input::Digit(key));
        follow(door, keyed);
    };
    for step in steps {
        match step {
            Step::Key(key) => press(&mut door, *key, &mut keyed, &mut follow),
            Step::Keys(keys) => keys.chars().for_each(|key| press(&mut door, key, &mut keyed, &mut follow)),
            Step::Wait(time) => door.wait(seconds(*time)),
            Step::Wake => door.input(entry::Input::Wake),
            Step::Hangup => door.input(entry::Input::Hangup),
        }
        if needless_wakes {
            door.input(entry::Input::Wake);
        }
        follow(&mut door, &mut keyed);
    }
    door.wait(seconds(400.0));
    follow(&mut door, &mut keyed);
    assert!(door.answered(), "no answer");
    story
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_right_answer_comes(
        pins in prop::sample::select(vec![("1234", ""), ("1234", "9999"), ("", "9999")]),
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let story = walk(pins, &steps, false);
        prop_assert_eq!(story, walk(pins, &steps, true), "needless alarms change nothing");
    }
}
