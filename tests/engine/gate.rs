//! Only those who talk are mixed, and nothing of what they say is lost.

use crate::common::{Engine, largest_step};
use conclave::audio::Gate;
use conclave::engine::{Codec, Event};

#[test]
fn a_word_is_heard_from_its_very_first_sample() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let mut first = [0i16; 160];
    first[159] = 1000;
    engine.begin();
    engine.workers[0].feed_linear(legs[0], &first, None);
    engine.finish();
    assert_eq!(engine.hear(legs[1]), first);
}

#[test]
fn soft_beginnings_within_the_tick_are_kept() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let word: Vec<i16> = (0..160).map(|i| i * 10).collect();
    engine.begin();
    engine.workers[0].feed_linear(legs[0], &word, None);
    engine.finish();
    assert_eq!(engine.hear(legs[1]), word);
}

#[test]
fn what_is_below_all_thresholds_is_not_mixed() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for _ in 0..5 {
        engine.say(&[(legs[0], Gate::THRESHOLD)]);
        assert_eq!(engine.level(legs[1]), 0);
    }
    engine.say(&[(legs[0], Gate::THRESHOLD + 1)]);
    assert_eq!(engine.level(legs[1]), Gate::THRESHOLD + 1);
}

#[test]
fn a_soft_beginning_is_heard_before_it_counts_as_talk() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for _ in 0..4 {
        engine.say(&[(legs[0], Gate::TALK)]);
        assert_eq!(engine.level(legs[1]), Gate::TALK);
    }
    assert_eq!(engine.events(), []);
    engine.say(&[(legs[0], Gate::TALK + 1)]);
    assert_eq!(engine.events(), [Event::Talking { leg: legs[0], on: true }]);
}

#[test]
fn noise_of_a_line_is_neither_mixed_nor_talk_for_long_and_talk_over_it_is_both_at_once() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for _ in 0..200 {
        engine.say(&[(legs[0], 300)]);
    }
    engine.events();
    for _ in 0..100 {
        engine.say(&[(legs[0], 300)]);
        assert_eq!(engine.level(legs[1]), 0);
    }
    assert_eq!(engine.events(), []);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000);
    assert_eq!(engine.events(), [Event::Talking { leg: legs[0], on: true }]);
}

#[test]
fn a_lone_tone_is_passed_unharmed_for_ever() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let mut phase = 0.0f64;
    for tick in 0..1500 {
        let tone: Vec<i16> = (0..160)
            .map(|_| {
                phase += 0.7;
                (phase.sin() * 1000.0) as i16
            })
            .collect();
        engine.begin();
        engine.workers[0].feed_linear(legs[0], &tone, None);
        engine.finish();
        assert_eq!(engine.hear(legs[1]), tone, "tick {tick}");
    }
}

#[test]
fn a_pause_of_less_than_half_a_second_is_heard_as_it_is() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.say(&[(legs[0], 1000)]);
    for _ in 0..24 {
        engine.say(&[(legs[0], 30)]);
        assert_eq!(engine.level(legs[1]), 30);
    }
    engine.say(&[(legs[0], 30)]);
    let closing = engine.hear(legs[1]);
    assert_eq!(closing[159], 0);
    assert!(largest_step(&closing) <= 1);
    engine.say(&[(legs[0], 30)]);
    assert_eq!(engine.level(legs[1]), 0);
}

#[test]
fn who_begins_and_ceases_to_talk_is_told_once() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for _ in 0..10 {
        engine.say(&[(legs[0], 1000)]);
    }
    assert_eq!(engine.events(), [Event::Talking { leg: legs[0], on: true }]);
    for _ in 0..30 {
        engine.say(&[(legs[0], 0)]);
    }
    assert_eq!(engine.events(), [Event::Talking { leg: legs[0], on: false }]);
}

#[test]
fn who_is_muted_does_not_talk() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.say(&[(legs[0], 1000)]);
    engine.control.set_talking_allowed(legs[0], false);
    for _ in 0..3 {
        engine.say(&[(legs[0], 1000)]);
    }
    let told = [true, false].map(|on| Event::Talking { leg: legs[0], on });
    assert_eq!(engine.events(), told);
    engine.control.set_talking_allowed(legs[0], true);
    for _ in 0..2 {
        engine.say(&[(legs[0], 0)]);
    }
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000, "a word after unmuting is heard from its first sample");
}

#[test]
fn what_was_said_before_muting_is_not_heard_after_unmuting() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.begin();
    engine.workers[0].feed_linear(legs[0], &[0; 160], None);
    engine.workers[0].feed_linear(legs[0], &[1000; 320], None);
    engine.finish();
    engine.control.set_talking_allowed(legs[0], false);
    engine.silent_ticks(3);
    engine.control.set_talking_allowed(legs[0], true);
    engine.silent_ticks(1);
    assert_eq!(engine.level(legs[1]), 0);
}

#[test]
fn who_leaves_does_not_talk() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.say(&[(legs[0], 1000)]);
    engine.control.unseat(legs[0]);
    engine.say(&[(legs[0], 1000)]);
    let told = [true, false].map(|on| Event::Talking { leg: legs[0], on });
    assert_eq!(engine.events(), told);
}

#[test]
fn quiet_g711_is_no_talk_and_loud_is() {
    let mut engine = Engine::new(1);
    let room = engine.control.add_room().unwrap();
    let ulaw = engine.seated(0, Codec::Pcmu, room);
    let alaw = engine.seated(0, Codec::Pcma, room);
    engine.settle();
    let mut speak = |byte_ulaw: u8, byte_alaw: u8| {
        engine.begin();
        engine.workers[0].feed(ulaw, &[byte_ulaw; 160], None);
        engine.workers[0].feed(alaw, &[byte_alaw; 160], None);
        engine.finish();
        engine.events().len()
    };
    assert_eq!(speak(0xf8, 0xd6), 0, "56 and 56 are no talk");
    assert_eq!(speak(0xf7, 0xd1), 2, "64 and 72 are");
}
