//! Whatever is changed while somebody talks, nobody hears a click.

use crate::common::{Engine, NARROW, clip, largest_step};
use conclave::audio::Decibels;

/// 16 000 over a tick of 160 samples.
const TICK_RAMP: i32 = 101;

/// What is cut off decays over a quarter of a tick while its successor fades in.
const CUT: i32 = 16_000 / 40 + TICK_RAMP + 1;

/// Runs ticks in which the first leg says 16 000, with a change before the third; returns what the second hears.
fn heard_across(change: impl FnOnce(&mut Engine)) -> Vec<i16> {
    let (mut engine, _, legs) = Engine::room_of(2);
    let mut change = Some(change);
    let mut heard = Vec::new();
    for tick in 0..10 {
        if tick == 2 {
            change.take().unwrap()(&mut engine);
        }
        engine.say(&[(legs[0], 16_000)]);
        if tick > 0 {
            heard.extend(engine.hear(legs[1]));
        }
    }
    heard
}

/// The legs of `heard_across` are known by what they were made as.
fn legs(engine: &mut Engine) -> [conclave::engine::LegId; 2] {
    let probe = engine.control.add_leg(0, NARROW).unwrap().to_u64();
    [probe - 2, probe - 1].map(conclave::engine::LegId::from_u64)
}

#[test]
fn muting_takes_a_tick() {
    let heard = heard_across(|engine| {
        let [talker, _] = legs(engine);
        engine.control.set_talking_allowed(talker, false);
    });
    assert_eq!(heard[159], 16_000);
    assert_eq!(heard[160], 15_900);
    assert_eq!(heard[319], 0);
    assert!(heard[320..].iter().all(|s| *s == 0));
    assert!(largest_step(&heard) <= TICK_RAMP);
}

#[test]
fn a_talk_gain_is_reached_in_a_tick() {
    let heard = heard_across(|engine| {
        let [talker, _] = legs(engine);
        engine.control.set_talk_gain(talker, Decibels(-20.0));
    });
    assert_eq!(heard[319], 1600);
    assert_eq!(*heard.last().unwrap(), 1600);
    assert!(largest_step(&heard) <= TICK_RAMP);
}

#[test]
fn a_listen_gain_is_reached_in_a_tick_and_heard_by_one() {
    let heard = heard_across(|engine| {
        let [_, listener] = legs(engine);
        engine.control.set_listen_gain(listener, Decibels(-20.0));
    });
    assert_eq!(heard[319], 1600);
    assert!(largest_step(&heard) <= TICK_RAMP);

    let (mut engine, _, legs) = Engine::room_of(3);
    engine.control.set_listen_gain(legs[1], Decibels(-20.0));
    engine.say(&[(legs[0], 1000)]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 100);
    assert_eq!(engine.level(legs[2]), 1000);
}

#[test]
fn a_talker_who_goes_leaves_no_step() {
    let gone = heard_across(|engine| {
        let [talker, _] = legs(engine);
        engine.control.remove_leg(talker);
    });
    assert!(largest_step(&gone) <= CUT);
    assert!(gone[320..].iter().all(|s| *s == 0));
}

#[test]
fn a_listener_who_leaves_hears_no_step() {
    let alone = heard_across(|engine| {
        let [_, listener] = legs(engine);
        engine.control.unseat(listener);
    });
    assert!(largest_step(&alone) <= CUT);
    assert!(alone[320..].iter().all(|s| *s == 0));
}

#[test]
fn who_is_seated_while_he_talks_is_faded_in() {
    let (mut engine, room, legs) = Engine::room_of(1);
    let late = engine.seated(0, NARROW, room);
    let mut heard = Vec::new();
    for _ in 0..4 {
        engine.say(&[(late, 16_000)]);
        heard.extend(engine.hear(legs[0]));
    }
    assert!(largest_step(&heard) <= TICK_RAMP);
    assert_eq!(*heard.last().unwrap(), 16_000);
}

#[test]
fn changing_rooms_is_one_smooth_change() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let other = engine.control.add_room().unwrap();
    let there = engine.seated(0, NARROW, other);
    engine.settle();
    let mut heard = Vec::new();
    for tick in 0..6 {
        if tick == 3 {
            engine.control.seat(legs[1], other);
        }
        engine.say(&[(legs[0], 16_000), (there, -16_000)]);
        if tick > 0 {
            heard.extend(engine.hear(legs[1]));
        }
    }
    assert_eq!(heard[0], 16_000);
    assert_eq!(*heard.last().unwrap(), -16_000);
    assert!(largest_step(&heard) <= CUT);
}

#[test]
fn a_stopped_prompt_is_faded_out() {
    let (mut engine, _, legs) = Engine::room_of(1);
    let to = conclave::engine::Target::Leg(legs[0]);
    engine.control.play(to, clip(16_000, 1600), 1).unwrap();
    engine.say(&[]);
    let mut heard = engine.hear(legs[0]);
    engine.control.stop(to);
    for _ in 0..3 {
        engine.say(&[]);
        heard.extend(engine.hear(legs[0]));
    }
    assert_eq!(heard[159], 16_000);
    assert!(heard[319..].iter().all(|s| *s == 0));
    assert!(largest_step(&heard) <= TICK_RAMP);
}

#[test]
fn who_is_unmuted_in_the_middle_of_a_word_fades_in_though_his_packets_come_late() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for late in 0..4 {
        engine.control.set_talking_allowed(legs[0], false);
        for _ in 0..5 {
            engine.say(&[(legs[0], 10_000)]);
        }
        engine.control.set_talking_allowed(legs[0], true);
        let mut heard = Vec::new();
        for tick in 0..late + 6 {
            let said = [(legs[0], 10_000)];
            engine.say(if tick < late { &[] } else { &said });
            heard.extend(engine.hear(legs[1]));
        }
        assert_eq!(heard.last(), Some(&10_000));
        assert!(largest_step(&heard) < 100, "{late} ticks late: a step of {}", largest_step(&heard));
    }
}
