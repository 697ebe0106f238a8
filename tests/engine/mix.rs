//! Everybody hears the sum of all others, exactly.

use crate::common::{Engine, NARROW};
use conclave::engine::{Codec, Output};

#[test]
fn each_hears_the_others_and_not_himself() {
    let (mut engine, _, legs) = Engine::room_of(4);
    engine.say(&[(legs[0], 1000), (legs[1], 2000), (legs[2], 3000)]);
    assert_eq!(engine.level(legs[0]), 5000);
    assert_eq!(engine.level(legs[1]), 4000);
    assert_eq!(engine.level(legs[2]), 3000);
    assert_eq!(engine.level(legs[3]), 6000);
}

#[test]
fn rooms_do_not_hear_each_other() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let other = engine.control.add_room().unwrap();
    let stranger = engine.seated(0, NARROW, other);
    let alone = engine.control.add_leg(0, NARROW).unwrap();
    engine.settle();
    engine.say(&[(legs[0], 1000), (stranger, 500), (alone, 700)]);
    assert_eq!(engine.level(legs[1]), 1000);
    assert_eq!(engine.level(legs[0]), 0);
    assert_eq!(engine.level(stranger), 0);
    assert_eq!(engine.level(alone), 0);
}

#[test]
fn nothing_saturates_before_ones_own_is_subtracted() {
    let (mut engine, _, legs) = Engine::room_of(4);
    engine.say(&[(legs[0], 30_000), (legs[1], 30_000), (legs[2], -30_000)]);
    assert_eq!(engine.level(legs[0]), 0);
    assert_eq!(engine.level(legs[1]), 0);
    assert_eq!(engine.level(legs[3]), 30_000);
    let loud = engine.hear(legs[2]);
    assert!(loud.iter().all(|s| *s >= 27_000), "60 000 is limited, not wrapped: {loud:?}");
}

#[test]
fn one_listener_too_loud_does_not_lower_the_others() {
    let (mut engine, _, legs) = Engine::room_of(3);
    for _ in 0..3 {
        engine.say(&[(legs[0], 20_000), (legs[1], 20_000)]);
        engine.hear(legs[2]);
    }
    assert_eq!(engine.level(legs[0]), 20_000);
    assert_eq!(engine.level(legs[1]), 20_000);
    assert!((30_900..=31_000).contains(&engine.level(legs[2])));
}

#[test]
fn the_gain_comes_back_without_a_step() {
    let (mut engine, _, legs) = Engine::room_of(3);
    engine.say(&[(legs[0], 20_000), (legs[1], 20_000)]);
    let mut heard = Vec::new();
    for _ in 0..80 {
        engine.say(&[(legs[0], 20_000), (legs[1], 1000)]);
        heard.extend(engine.hear(legs[2]));
    }
    assert!(crate::common::largest_step(&heard[1..]) <= 25);
    assert_eq!(heard.last(), Some(&21_000));
}

#[test]
fn who_hears_the_same_is_given_the_same_memory() {
    let mut engine = Engine::new(1);
    let room = engine.control.add_room().unwrap();
    let codecs = [Codec::Pcmu, Codec::Pcmu, Codec::Pcma, Codec::Pcma, NARROW, NARROW];
    let legs: Vec<_> = codecs.iter().map(|codec| engine.seated(0, *codec, room)).collect();
    let talker = engine.seated(0, NARROW, room);
    engine.settle();
    engine.say(&[(talker, 1000)]);
    let mut address = |n: usize| match engine.workers[0].output(legs[n]) {
        Output::Payload(bytes) => bytes.as_ptr().addr(),
        Output::Linear(samples) => samples.as_ptr().addr(),
        Output::None => panic!("known leg"),
    };
    for pair in [0, 2, 4] {
        assert_eq!(address(pair), address(pair + 1));
    }
    assert_ne!(address(0), address(2));
    assert_eq!(engine.payload(legs[0]), [0xce; 160]);
    assert_eq!(engine.payload(legs[2]), [0xfa; 160]);
}

#[test]
fn g711_talkers_are_mixed_with_linear_ones() {
    let mut engine = Engine::new(1);
    let room = engine.control.add_room().unwrap();
    let ulaw = engine.seated(0, Codec::Pcmu, room);
    let alaw = engine.seated(0, Codec::Pcma, room);
    let linear = engine.seated(0, NARROW, room);
    engine.settle();
    engine.begin();
    engine.workers[0].feed(ulaw, &[0xce; 160], None);
    engine.workers[0].feed(alaw, &[0xfa; 160], None);
    engine.finish();
    assert_eq!(engine.level(linear), 988 + 1008);
    assert_eq!(engine.payload(ulaw), [0xce; 160]);
    assert_eq!(engine.payload(alaw), [0xfb; 160]);
}

#[test]
fn output_is_the_same_however_often_it_is_asked() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000);
    assert_eq!(engine.level(legs[1]), 1000);
}
