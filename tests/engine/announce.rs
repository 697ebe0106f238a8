//! Announcements: a leg's second queue of clips.

use crate::common::{Engine, NARROW, clip, largest_step};
use conclave::engine::{Capacity, Codec, Full, Target};

#[test]
fn both_queues_sound_at_once_and_each_goes_its_own_way() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let (own, announced) = (Target::Leg(legs[1]), Target::Announce(legs[1]));
    engine.control.play(own, clip(500, 320), 1).unwrap();
    engine.control.play(announced, clip(70, 160), 2).unwrap();
    engine.control.play(announced, clip(80, 320), 3).unwrap();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1570);
    assert_eq!(engine.level(legs[0]), 0);
    assert_eq!(engine.played(), [2]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1580);
    assert_eq!(engine.played(), [1]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1080);
    assert_eq!(engine.played(), [3]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000);
}

#[test]
fn stopping_one_queue_leaves_the_other() {
    for stopped in 0..2 {
        let mut engine = Engine::new(1);
        let leg = engine.control.add_leg(0, NARROW).unwrap();
        let targets = [Target::Leg(leg), Target::Announce(leg)];
        for (token, to) in (1..).zip(targets) {
            engine.control.play(to, clip(8000, 800), token).unwrap();
        }
        let mut heard = Vec::new();
        for tick in 0..5 {
            if tick == 1 {
                engine.control.stop(targets[stopped]);
            }
            engine.say(&[]);
            heard.extend(engine.hear(leg));
            if tick == 1 {
                assert_eq!(engine.played(), [stopped as u64 + 1]);
            }
        }
        assert_eq!(heard[159], 16_000);
        assert_eq!(heard[320..], [8000; 480]);
        assert!(largest_step(&heard) <= 8000 / 160 + 1);
        assert_eq!(engine.played(), [2 - stopped as u64]);
    }
}

#[test]
fn each_queue_has_its_own_places_and_its_own_end() {
    let mut engine = Engine::with(Capacity { clips: 1, ..Capacity::default() });
    let leg = engine.control.add_leg(0, Codec::Pcmu).unwrap();
    for (token, to) in [(1, Target::Leg(leg)), (2, Target::Announce(leg))] {
        assert_eq!(engine.control.play(to, clip(1, 1600), token), Ok(()));
        assert_eq!(engine.control.play(to, clip(1, 1600), 3), Err(Full));
    }
    engine.settle();
    engine.control.remove_leg(leg);
    assert_eq!(engine.played(), [1, 2]);
    assert_eq!(engine.control.play(Target::Announce(leg), clip(1, 1), 4), Err(Full));
    engine.settle();
    assert_eq!(engine.played(), [0u64; 0]);
}
