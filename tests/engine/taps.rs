//! Taps: what recordings are made of.

use crate::common::{Engine, NARROW, WIDE, clip, largest_step};
use conclave::audio::SampleRate;
use conclave::engine::{Capacity, Codec, Full, Tap, Target};

/// Everything that waits: tick, rate, and the samples.
fn read(tap: &mut Tap) -> Vec<(u64, SampleRate, Vec<i16>)> {
    let mut chunks = Vec::new();
    while let Some(chunk) = tap.read() {
        chunks.push((chunk.tick, chunk.rate, chunk.samples.to_vec()));
    }
    chunks
}

/// Everything that waits as one value a tick; 0 is an empty chunk.
fn levels(tap: &mut Tap) -> Vec<(u64, i16)> {
    let chunks = read(tap).into_iter();
    chunks
        .map(|(tick, rate, samples)| {
            let level = samples.first().copied().unwrap_or(0);
            assert!(samples.is_empty() || samples.len() == rate.samples_per_tick());
            assert!(samples.iter().all(|s| *s == level), "not constant: {samples:?}");
            (tick, level)
        })
        .collect()
}

#[test]
fn a_rooms_tap_has_what_a_silent_listener_hears() {
    for workers in [1, 3] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let legs = [0, 1, 2].map(|n| engine.seated(n % workers, NARROW, room));
        let (_, mut tap) = engine.control.tap_room(room).unwrap();
        engine.settle();
        engine.control.play(Target::Room(room), clip(70, 320), 1).unwrap();
        engine.say(&[(legs[0], 1000), (legs[1], 200)]);
        engine.say(&[(legs[0], 30_000), (legs[1], 30_000), (legs[2], -27_000)]);
        engine.say(&[(legs[0], 30_000), (legs[1], 30_000)]);
        let heard = read(&mut tap);
        assert_eq!(heard[0], (1, SampleRate::Hz8000, vec![]));
        assert_eq!(heard[1], (2, SampleRate::Hz8000, vec![]));
        assert_eq!(heard[2].2, [1270; 160]);
        let (start, rest) = heard[3].2.split_at(8);
        assert!(start.iter().chain(rest).all(|s| *s >= 27_000), "33 070 is limited, not wrapped: {start:?}");
        assert!(rest.iter().all(|s| *s == 31_000), "{rest:?}");
        assert_eq!(heard.len(), 5);
        assert_eq!(heard[4].0, 5);
        assert!(!tap.is_over());
    }
}

#[test]
fn nobody_talks_is_an_empty_chunk_a_tick() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let (_, mut tap) = engine.control.tap_room(room).unwrap();
    let first = engine.tick + 1;
    engine.silent_ticks(3);
    engine.control.remove_leg(legs[0]);
    engine.control.remove_leg(legs[1]);
    engine.silent_ticks(3);
    assert_eq!(levels(&mut tap), (first..first + 6).map(|tick| (tick, 0)).collect::<Vec<_>>());
    assert!(engine.workers[0].has_work(), "a worker without calls ticks for a tap");
}

#[test]
fn a_rooms_tap_follows_its_home_and_its_rate() {
    let mut engine = Engine::new(2);
    let room = engine.control.add_room().unwrap();
    // Nowhere yet, so on the first worker.
    let (_, mut tap) = engine.control.tap_room(room).unwrap();
    engine.silent_ticks(2);
    let legs = [1, 1].map(|worker| engine.seated(worker, NARROW, room));
    engine.settle();
    engine.say(&[(legs[0], 1000)]);
    engine.say(&[(legs[0], 1000)]);
    let chunks = levels(&mut tap);
    assert_eq!(chunks, [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1000), (6, 1000)]);
    assert_eq!(engine.workers[0].peers(), 0, "not split");

    let guests = [0, 0].map(|_| engine.seated(0, Codec::Linear(SampleRate::Hz48000), room));
    for _ in 0..5 {
        engine.say(&[(legs[0], 1000), (guests[0], 500)]);
    }
    let chunks = read(&mut tap);
    assert_eq!(chunks.iter().map(|c| c.0).collect::<Vec<_>>(), [7, 8, 9, 10, 11]);
    assert_eq!(chunks[4].1, SampleRate::Hz48000);
    assert!(chunks[4].2.iter().all(|s| (s - 1500).abs() <= 3), "{:?}", chunks[4].2);
    // The wide rings hold two seconds, too.
    for _ in 0..100 {
        engine.say(&[(guests[0], 500)]);
    }
    assert_eq!(read(&mut tap).len(), 100);
    for leg in legs.into_iter().chain(guests) {
        engine.control.remove_leg(leg);
    }
    engine.silent_ticks(30);
    let late = engine.seated(0, NARROW, room);
    engine.say(&[(late, 1000)]);
    let last = read(&mut tap).pop().unwrap();
    assert_eq!((last.0, last.1, last.2.last()), (engine.tick, SampleRate::Hz8000, Some(&1000)));
    let missed: u64 = engine.control.stats().iter().map(|s| s.taps_missed.get()).sum();
    assert_eq!(missed, 0);
}

#[test]
fn what_the_reader_leaves_no_room_for_is_counted_and_seen_as_a_gap() {
    let (mut engine, room, legs) = Engine::room_of(1);
    let (_, mut tap) = engine.control.tap_room(room).unwrap();
    let first = engine.tick + 1;
    for _ in 0..130 {
        engine.say(&[(legs[0], 1000)]);
    }
    assert_eq!(engine.control.stats()[0].taps_missed.get(), 30);
    assert_eq!(levels(&mut tap).len(), 100);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(levels(&mut tap), [(first + 130, 1000)]);
}

#[test]
fn a_legs_tap_has_its_voice_before_any_gain_and_not_while_muted() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let (_, mut tap) = engine.control.tap_leg(legs[0]).unwrap();
    engine.control.set_talk_gain(legs[0], conclave::audio::Decibels(20.0));
    engine.control.set_hearing_allowed(legs[0], false);
    engine.settle();
    let mut heard = Vec::new();
    for tick in 0..9 {
        if tick == 3 || tick == 6 {
            engine.control.set_talking_allowed(legs[0], tick == 6);
        }
        engine.say(&[(legs[0], 1000), (legs[1], 300)]);
        heard.push(read(&mut tap).pop().unwrap().2);
    }
    assert_eq!(heard[0], [1000; 160]);
    assert_eq!(heard[2], [1000; 160]);
    assert_eq!(heard[4..6], [Vec::<i16>::new(), Vec::new()]);
    assert_eq!(heard[7..], [vec![1000; 160], vec![1000; 160]]);
    let around: Vec<i16> = heard.concat();
    assert!(largest_step(&around) <= 8, "{}", largest_step(&around));
}

#[test]
fn who_does_not_talk_is_silence_and_who_speaks_aside_is_heard() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let (_, mut tap) = engine.control.tap_leg(legs[0]).unwrap();
    let (_, mut whole) = engine.control.tap_room(room).unwrap();
    engine.say(&[(legs[0], 20)]);
    assert_eq!(levels(&mut tap), [(engine.tick, 0)]);
    let side = engine.control.add_side_room(room).unwrap();
    engine.control.speak_aside(legs[0], Some(side));
    engine.settle();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(levels(&mut tap).pop(), Some((engine.tick, 1000)));
    assert_eq!(levels(&mut whole).pop(), Some((engine.tick, 0)));
}

#[test]
fn of_a_leg_in_no_room_it_is_all_that_comes_in() {
    let mut engine = Engine::new(2);
    let leg = engine.control.add_leg(1, WIDE).unwrap();
    let other = engine.control.add_leg(1, NARROW).unwrap();
    engine.control.set_talking_allowed(leg, false);
    let (id, mut tap) = engine.control.tap_leg(leg).unwrap();
    engine.settle();
    levels(&mut tap);
    for level in [1000, 60, -60, 2000] {
        engine.say(&[(leg, level), (other, 700)]);
        let chunk = read(&mut tap).pop().unwrap();
        assert_eq!(chunk, (engine.tick, SampleRate::Hz16000, vec![level; 320]));
    }
    engine.control.remove_tap(id);
    engine.say(&[(leg, 1000)]);
    assert!(tap.read().is_none());
    engine.control.collect();
    assert!(tap.is_over());
    // What comes in after that waits for nobody.
    let (_, mut tap) = engine.control.tap_leg(leg).unwrap();
    engine.silent_ticks(2);
    assert_eq!(levels(&mut tap), [(engine.tick - 1, 0), (engine.tick, 0)]);
}

#[test]
fn what_is_cut_off_decays() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let (_, mut said) = engine.control.tap_leg(legs[0]).unwrap();
    let (_, mut heard) = engine.control.tap_room(room).unwrap();
    engine.settle();
    read(&mut said);
    read(&mut heard);
    engine.say(&[(legs[0], 8000)]);
    // The room changes its rate in the middle of a word, and then the leg goes without another.
    let guests = [0, 0].map(|_| engine.seated(0, WIDE, room));
    engine.say(&[(legs[0], 8000)]);
    engine.say(&[(legs[0], 8000)]);
    engine.control.unseat(legs[0]);
    engine.settle();
    let said = read(&mut said);
    for word in &said[..3] {
        assert_eq!(word.2[..], [8000; 160]);
    }
    assert_eq!((said[3].2[0], said[3].2[40]), (7800, 0));
    assert_eq!(said[4].2, [0i16; 0]);
    let heard = read(&mut heard);
    assert_eq!([0, 1, 2].map(|tick| heard[tick].1), [SampleRate::Hz8000, SampleRate::Hz8000, SampleRate::Hz16000]);
    assert_eq!((heard[1].2[0], heard[1].2[159]), (7950, 0), "what is cut by the change of rate fades before");
    let samples: Vec<i16> = heard.iter().flat_map(|(_, _, samples)| samples.clone()).collect();
    assert!(largest_step(&samples) <= 1500, "{}", largest_step(&samples));
    assert_eq!(engine.level(guests[0]), 0);
}

#[test]
fn it_goes_on_when_the_leg_takes_and_leaves_a_seat() {
    let (mut engine, room, legs) = Engine::room_of(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let (_, mut tap) = engine.control.tap_leg(leg).unwrap();
    let mut ends = Vec::new();
    for tick in 0..9 {
        match tick {
            3 => engine.control.seat(leg, room),
            6 => engine.control.unseat(leg),
            _ => {}
        }
        engine.say(&[(leg, 1000)]);
        ends.push(read(&mut tap)[0].2.last().copied());
        assert_eq!(*engine.hear(legs[0]).last().unwrap(), if (3..6).contains(&tick) { 1000 } else { 0 });
    }
    assert_eq!(ends, [Some(1000); 9]);
}

#[test]
fn several_can_tap_the_same_and_each_ends_by_itself() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let alone = engine.control.add_leg(0, NARROW).unwrap();
    let mut taps = Vec::new();
    for _ in 0..2 {
        taps.push(engine.control.tap_room(room).unwrap());
        taps.push(engine.control.tap_leg(legs[0]).unwrap());
        taps.push(engine.control.tap_leg(alone).unwrap());
    }
    engine.settle();
    for (id, _) in &taps[..3] {
        engine.control.remove_tap(*id);
        engine.control.remove_tap(*id);
    }
    engine.say(&[(legs[0], 1000), (alone, 1000)]);
    engine.control.collect();
    for (n, (_, tap)) in taps.iter_mut().enumerate() {
        assert!(!tap.is_over(), "what waits in it can still be read");
        assert_eq!(levels(tap).pop().unwrap().1, if n < 3 { 0 } else { 1000 });
        assert_eq!(tap.is_over(), n < 3);
    }
    engine.control.remove_leg(legs[0]);
    engine.control.remove_leg(alone);
    engine.control.remove_room(room);
    engine.settle();
    engine.control.collect();
    for (_, tap) in &mut taps {
        read(tap);
        assert!(tap.is_over());
    }
    assert!(!engine.workers[0].has_work());
    assert_eq!(engine.control.stats()[0].commands_refused.get(), 0);
}

#[test]
fn there_are_so_many_and_only_of_what_there_is() {
    let mut engine = Engine::with(Capacity { taps: 2, ..Capacity::default() });
    let room = engine.control.add_room().unwrap();
    let leg = engine.seated(0, NARROW, room);
    let first = engine.control.tap_room(room).unwrap();
    engine.control.tap_leg(leg).unwrap();
    assert!(matches!(engine.control.tap_leg(leg), Err(Full)));
    let empty = engine.control.add_room().unwrap();
    assert!(matches!(engine.control.tap_room(empty), Err(Full)));
    engine.control.remove_tap(first.0);
    engine.control.remove_leg(leg);
    assert!(matches!(engine.control.tap_leg(leg), Err(Full)));
    engine.control.remove_room(empty);
    assert!(matches!(engine.control.tap_room(empty), Err(Full)));
    assert!(engine.control.tap_room(room).is_ok());
}

#[test]
fn an_engine_that_is_gone_has_ended_its_taps() {
    let (mut engine, room, _) = Engine::room_of(1);
    let (_, mut tap) = engine.control.tap_room(room).unwrap();
    engine.silent_ticks(1);
    drop(engine);
    assert!(tap.read().is_some());
    assert!(tap.read().is_none());
    assert!(tap.is_over());
}
