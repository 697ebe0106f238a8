//! Whatever is changed while somebody talks, nobody hears a click.

use std::f64::consts::TAU;

use conclave::audio::Decibels;
use conclave::engine::Voice;

use crate::common::{Engine, NARROW, WIDE, clip, largest_step};

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
fn a_talker_who_goes_in_the_middle_of_a_word_is_faded_out_without_a_kink() {
    // Nowhere is a tone of 620 Hz bent more than at its peaks: amplitude times the square of the phase in a sample.
    let bend = 3277.0 * (TAU * 620.0 / 8000.0).powi(2);
    for (codec, level) in [(NARROW, false), (NARROW, true), (WIDE, false)] {
        let mut engine = Engine::new(1);
        let room = engine.control.add_room().unwrap();
        let [talker, listener, _] = [codec, NARROW, NARROW].map(|codec| engine.seated(0, codec, room));
        engine.control.set_voice(talker, Voice { level, denoise: false });
        let rate = codec.rate();
        let mut tone = (0u32..).map(|at| f64::from(at) * TAU * 620.0 / f64::from(rate.hz())).map(|x| 3277.0 * x.sin());
        let mut heard = Vec::new();
        for tick in 0..20 {
            if tick == 15 {
                engine.control.remove_leg(talker);
            }
            engine.begin();
            let packet: Vec<_> = tone.by_ref().take(rate.samples_per_tick()).map(|sample| sample as i16).collect();
            engine.workers[0].feed_linear(talker, &packet, None);
            engine.finish();
            if tick >= 10 {
                heard.extend(engine.hear(listener).into_iter().map(i32::from));
            }
        }
        let most = heard.windows(3).map(|three| (three[2] - 2 * three[1] + three[0]).abs()).max();
        assert!(f64::from(most.unwrap()) < bend + 4.0, "{codec:?}, {level}: {most:?} instead of {bend}");
        assert!(heard[960..].iter().all(|sample| *sample == 0));
    }
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
