//! Who is deafened hears nothing of his room, and everything else.

use std::sync::Arc;

use crate::common::{Engine, NARROW, clip, largest_step};
use conclave::audio::{Clip, Decibels, SampleRate};
use conclave::engine::{Output, Target};

#[test]
fn the_deafened_hear_nothing_are_heard_and_hear_again_without_a_click() {
    let (mut engine, _, legs) = Engine::room_of(3);
    let mut heard = Vec::new();
    for tick in 0..12 {
        if tick == 3 || tick == 8 {
            engine.control.set_hearing_allowed(legs[1], tick == 8);
        }
        engine.say(&[(legs[0], 16_000), (legs[1], 500)]);
        heard.extend(engine.hear(legs[1]));
        assert_eq!(engine.level(legs[0]), 500);
        assert_eq!(engine.level(legs[2]), 16_500);
    }
    assert_eq!(heard[2 * 160], 16_000);
    assert_eq!(heard[4 * 160..8 * 160], [0; 4 * 160]);
    assert_eq!(heard[9 * 160..], [16_000; 3 * 160]);
    assert!(largest_step(&heard) <= 101, "{}", largest_step(&heard));
}

#[test]
fn their_prompts_announcements_and_music_stay() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let music = engine.control.add_music_clip(Arc::new(Clip { rate: SampleRate::Hz8000, samples: [70; 9].into() }));
    engine.control.set_hearing_allowed(legs[1], false);
    engine.control.set_music(legs[1], Some(music.unwrap()));
    engine.control.play(Target::Room(room), clip(3000, 1600), 1).unwrap();
    for _ in 0..6 {
        engine.say(&[(legs[0], 1000)]);
    }
    assert_eq!(engine.level(legs[1]), 70);
    engine.control.play(Target::Leg(legs[1]), clip(500, 160), 2).unwrap();
    engine.control.play(Target::Announce(legs[1]), clip(9, 160), 3).unwrap();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 579);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 70);
}

#[test]
fn it_has_nothing_to_do_with_the_listen_gain() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.control.set_hearing_allowed(legs[1], false);
    engine.control.set_listen_gain(legs[1], Decibels(20.0));
    engine.say(&[(legs[0], 100)]);
    engine.say(&[(legs[0], 100)]);
    assert_eq!(engine.level(legs[1]), 0);
    engine.control.set_hearing_allowed(legs[1], true);
    engine.say(&[(legs[0], 100)]);
    engine.say(&[(legs[0], 100)]);
    assert_eq!(engine.level(legs[1]), 1000);
}

/// A stream of one's own costs, so the deafened have none; not even while they talk.
#[test]
fn the_deafened_share_one_silence() {
    let (mut engine, _, legs) = Engine::room_of(3);
    let nobody = engine.control.add_leg(0, NARROW).unwrap();
    engine.control.set_hearing_allowed(legs[1], false);
    engine.control.set_hearing_allowed(legs[2], false);
    engine.control.set_listen_gain(legs[2], Decibels(3.0));
    for _ in 0..3 {
        engine.say(&[(legs[0], 1000), (legs[1], 1000)]);
    }
    let mut address = |leg| match engine.workers[0].output(leg) {
        Output::Linear(samples) => samples.as_ptr().addr(),
        _ => panic!("linear leg"),
    };
    assert_eq!(address(legs[1]), address(nobody));
    assert_eq!(address(legs[2]), address(nobody));
    assert_ne!(address(legs[0]), address(nobody));
}
