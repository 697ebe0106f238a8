//! Full is an answer, and what is full for a moment loses nothing.

use crate::common::{Engine, NARROW, clip};
use conclave::audio::SampleRate;
use conclave::engine::{Capacity, Event, Full, LegId, Target};

fn tiny() -> Engine {
    Engine::with(Capacity {
        workers: 2,
        legs: 2,
        rooms: 1,
        music: 1,
        clips: 2,
        taps: 1,
        split_rooms: 1,
        commands: 1,
        reports: 1,
    })
}

#[test]
fn each_table_says_when_it_is_full() {
    let mut engine = tiny();
    let legs = [0, 0].map(|worker| engine.control.add_leg(worker, NARROW).unwrap());
    assert_eq!(engine.control.add_leg(0, NARROW), Err(Full));
    assert!(engine.control.add_leg(1, NARROW).is_ok());
    assert_eq!(engine.control.add_leg(2, NARROW), Err(Full));
    let room = engine.control.add_room().unwrap();
    assert_eq!(engine.control.add_room(), Err(Full));
    assert!(engine.control.add_music(SampleRate::Hz8000).is_ok());
    assert!(engine.control.add_music(SampleRate::Hz8000).is_err());
    for to in [Target::Leg(legs[0]), Target::Room(room)] {
        assert_eq!(engine.control.play(to, clip(1, 160), 1), Ok(()));
        assert_eq!(engine.control.play(to, clip(1, 160), 2), Ok(()));
        assert_eq!(engine.control.play(to, clip(1, 160), 3), Err(Full));
    }
}

#[test]
fn what_was_removed_makes_room_and_is_not_mistaken_for_its_successor() {
    let mut engine = tiny();
    let former = engine.control.add_leg(0, NARROW).unwrap();
    engine.control.remove_leg(former);
    engine.control.remove_leg(former);
    let room = engine.control.add_room().unwrap();
    engine.control.remove_room(room);
    let room = engine.control.add_room().unwrap();
    let legs = [0, 0].map(|_| engine.control.add_leg(0, NARROW).unwrap());
    assert!(!legs.contains(&former));
    for leg in [former, legs[0], legs[1], legs[1]] {
        engine.control.seat(leg, room);
    }
    for _ in 0..40 {
        engine.control.collect();
        engine.say(&[]);
    }
    engine.say(&[(former, 5000), (legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000);
}

#[test]
fn commands_wait_when_the_ring_is_full_and_keep_their_order() {
    let mut engine = tiny();
    let room = engine.control.add_room().unwrap();
    let legs = [0, 0].map(|worker| engine.seated(worker, NARROW, room));
    for allowed in [false, true, false, true, false, true] {
        engine.control.set_talking_allowed(legs[0], allowed);
    }
    assert!(engine.control.stats()[0].commands_deferred.get() > 0);
    for _ in 0..30 {
        engine.control.collect();
        engine.silent_ticks(1);
    }
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000);
}

#[test]
fn ends_of_clips_wait_when_the_ring_is_full() {
    let mut engine = tiny();
    let legs = [0, 0].map(|worker| engine.control.add_leg(worker, NARROW).unwrap());
    for (token, leg) in [(1, legs[0]), (2, legs[1]), (3, legs[0]), (4, legs[1])] {
        engine.control.play(Target::Leg(leg), clip(100, 160), token).unwrap();
        // The ring of one command has to be emptied for the next.
        engine.begin();
        engine.control.collect();
    }
    let mut played = engine.played();
    engine.begin();
    engine.finish();
    engine.silent_ticks(20);
    for _ in 0..20 {
        engine.silent_ticks(1);
        played.extend(engine.played());
    }
    played.sort();
    assert_eq!(played, [1, 2, 3, 4]);
    assert!(engine.control.stats()[0].reports_deferred.get() > 0);
}

#[test]
fn talking_is_told_as_it_stands_when_there_is_room_again() {
    let mut engine = Engine::with(Capacity { legs: 3, reports: 2, ..Capacity::default() });
    let room = engine.control.add_room().unwrap();
    let legs = [0, 0, 0].map(|worker| engine.seated(worker, NARROW, room));
    for _ in 0..20 {
        engine.control.collect();
        engine.silent_ticks(1);
    }
    engine.events();
    // Nobody collects while the first two begin, and the third begins and ceases.
    engine.say(&[(legs[0], 1000), (legs[1], 1000)]);
    for tick in 0..100 {
        engine.say(&[(legs[0], 1000), (legs[1], 1000), (legs[2], if tick < 5 { 1000 } else { 0 })]);
    }
    let mut told = Vec::new();
    for _ in 0..5 {
        told.extend(engine.events());
        engine.say(&[(legs[0], 1000), (legs[1], 1000)]);
    }
    assert_eq!(told, [0, 1].map(|n| Event::Talking { leg: legs[n], on: true }));
}

#[test]
fn ids_of_nobody_are_harmless_everywhere() {
    let mut engine = tiny();
    let room = engine.control.add_room().unwrap();
    for number in [0, 1, 1 << 32, u64::MAX, 0xff_0000, 1 << 32 | 1 << 16] {
        let leg = LegId::from_u64(number);
        engine.control.seat(leg, room);
        engine.control.unseat(leg);
        engine.control.set_talking_allowed(leg, true);
        engine.control.set_talk_gain(leg, conclave::audio::Decibels(3.0));
        engine.control.set_listen_gain(leg, conclave::audio::Decibels(3.0));
        engine.control.set_music(leg, None);
        engine.control.set_hearing_allowed(leg, false);
        engine.control.speak_aside(leg, None);
        engine.control.overhear(leg, Some(room));
        assert!(engine.control.tap_leg(leg).is_err());
        for to in [Target::Leg(leg), Target::Announce(leg)] {
            engine.control.stop(to);
            assert_eq!(engine.control.play(to, clip(1, 1), 1), Err(Full));
        }
        engine.control.remove_leg(leg);
        engine.say(&[]);
        assert_eq!(engine.workers[0].output(leg), conclave::engine::Output::None);
    }
    assert_eq!(engine.events(), []);
}
