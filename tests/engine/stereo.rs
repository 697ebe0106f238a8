//! Who listens in two channels hears each talker at a place of his own, and never himself.

use crate::common::stereo::StereoEngine;
use crate::common::two_channels::stereo;
use crate::common::{Engine, NARROW, WIDE, clip, largest_step};
use conclave::audio::{Decibels, SampleRate};
use conclave::engine::{Codec, LegId, Place, RoomId, Target};

const RIGHT: Place = Place::from_percent(50);
const LEFT: Place = Place::from_percent(-50);

/// A room on so many workers with a stereo listener at 8 kHz, and others in these forms, all settled.
fn room_with(workers: usize, others: &[Codec]) -> (StereoEngine, RoomId, LegId, Vec<LegId>) {
    let mut stereo_engine = StereoEngine::new(Engine::new(workers));
    let engine = &mut stereo_engine.engine;
    let room = engine.control.add_room().unwrap();
    let ear = engine.seated(0, stereo(SampleRate::Hz8000), room);
    let others = others.iter().enumerate().map(|(n, codec)| engine.seated((n + 1) % workers, *codec, room)).collect();
    stereo_engine.silent_ticks(3);
    (stereo_engine, room, ear, others)
}

#[test]
fn each_talker_has_a_place_and_both_ears_together_hear_what_others_hear() {
    let (mut engine, _, ear, others) = room_with(1, &[NARROW; 4]);
    let [middle, right, left, mono] = others[..] else { unreachable!() };
    engine.engine.control.set_place(right, RIGHT);
    engine.engine.control.set_place(left, LEFT);
    engine.say(&[(middle, 1000)]);
    assert_eq!(engine.levels(ear), (1000, 1000));
    engine.silent_ticks(40);
    engine.say(&[(right, 1000)]);
    assert_eq!(engine.levels(ear), (500, 1500));
    engine.silent_ticks(40);
    engine.say(&[(middle, 1000), (right, 400), (left, 200)]);
    assert_eq!(engine.levels(ear), (1000 + 200 + 300, 1000 + 600 + 100));
    assert_eq!(engine.engine.level(mono), 1600);
    assert_eq!(engine.engine.level(right), 1200);
}

#[test]
fn nobody_hears_himself_wherever_he_sits() {
    let (mut engine, _, ear, others) = room_with(1, &[stereo(SampleRate::Hz8000), NARROW]);
    engine.engine.control.set_place(ear, RIGHT);
    engine.engine.control.set_place(others[0], LEFT);
    engine.say(&[(ear, 3001)]);
    assert_eq!(engine.levels(ear), (0, 0));
    assert_eq!(engine.levels(others[0]), (3001 - 1501, 3001 + 1501));
    engine.say(&[(ear, 3001), (others[0], 777), (others[1], -500)]);
    assert_eq!(engine.levels(ear), (777 + 388 - 500, 777 - 388 - 500));
    assert_eq!(engine.levels(others[0]), (3001 - 1501 - 500, 3001 + 1501 - 500));
    assert_eq!(engine.engine.level(others[1]), 3778);
}

#[test]
fn who_talks_moves_with_his_next_word() {
    let (mut engine, _, ear, others) = room_with(1, &[NARROW]);
    engine.say(&[(others[0], 1000)]);
    engine.engine.control.set_place(others[0], LEFT);
    engine.say(&[(others[0], 1000)]);
    assert_eq!(engine.levels(ear), (1000, 1000));
    engine.silent_ticks(40);
    engine.say(&[(others[0], 1000)]);
    assert_eq!(engine.levels(ear), (1500, 500));
}

#[test]
fn clips_and_music_are_in_the_middle() {
    let (mut engine, room, ear, others) = room_with(1, &[NARROW, NARROW]);
    let control = &mut engine.engine.control;
    control.set_place(others[0], RIGHT);
    control.play(Target::Room(room), clip(10, 1600), 1).unwrap();
    control.play(Target::Leg(ear), clip(100, 1600), 2).unwrap();
    control.play(Target::Announce(ear), clip(1000, 1600), 3).unwrap();
    let music = control.add_music_clip(clip(2000, 160)).unwrap();
    control.set_music(ear, Some(music));
    for _ in 0..8 {
        engine.say(&[(others[0], 400)]);
    }
    assert_eq!(engine.levels(ear), (3110 + 200, 3110 + 600));
}

#[test]
fn gains_and_deafness_move_both_ears_alike() {
    let (mut engine, _, ear, others) = room_with(1, &[NARROW]);
    engine.engine.control.set_place(others[0], RIGHT);
    engine.engine.control.set_talk_gain(others[0], Decibels(6.0));
    engine.engine.control.set_listen_gain(ear, Decibels(-6.0));
    engine.silent_ticks(2);
    engine.say(&[(others[0], 1000)]);
    let (left, right) = engine.levels(ear);
    assert!((left - 500).abs() <= 1 && (right - 1500).abs() <= 1, "{left} {right}");
    engine.engine.control.set_hearing_allowed(ear, false);
    engine.say(&[(others[0], 1000)]);
    let (left, right) = engine.hear(ear);
    assert!(largest_step(&left) <= 5 && largest_step(&right) <= 12);
    engine.say(&[(others[0], 1000)]);
    assert_eq!(engine.levels(ear), (0, 0));
    engine.engine.control.set_hearing_allowed(ear, true);
    engine.say(&[(others[0], 1000)]);
    let (left, right) = engine.hear(ear);
    assert!(largest_step(&left) <= 5 && largest_step(&right) <= 12);
    engine.say(&[(others[0], 1000)]);
    let (left, right) = engine.levels(ear);
    assert!((left - 500).abs() <= 1 && (right - 1500).abs() <= 1, "{left} {right}");
}

#[test]
fn one_ear_too_loud_lowers_both() {
    let (mut engine, _, ear, others) = room_with(1, &[NARROW]);
    engine.engine.control.set_place(others[0], RIGHT);
    for _ in 0..20 {
        engine.say(&[(others[0], 30_000)]);
    }
    let (left, right) = engine.hear(ear);
    for (left, right) in left.iter().zip(&right) {
        assert!(*right > 30_000 && (i32::from(*left) * 3 - i32::from(*right)).abs() < 200, "{left} {right}");
    }
}

/// The largest steps in each ear of what a listener hears over these ticks.
fn steps(engine: &mut StereoEngine, ear: LegId, says: &[(LegId, i16)], ticks: usize) -> (i32, i32) {
    let (mut left, mut right) = engine.hear(ear);
    for _ in 0..ticks {
        engine.say(says);
        let (l, r) = engine.hear(ear);
        left.extend(l);
        right.extend(r);
    }
    (largest_step(&left), largest_step(&right))
}

#[test]
fn coming_and_going_is_no_step_in_either_ear() {
    for workers in 1..3 {
        let (mut engine, room, ear, others) = room_with(workers, &[NARROW, NARROW]);
        let control = &mut engine.engine.control;
        control.set_place(others[0], RIGHT);
        control.set_place(others[1], LEFT);
        let says = [(others[0], 8000), (others[1], 4000)];
        for _ in 0..3 {
            engine.say(&says);
        }
        // The speaker leaves: 8000 and 3 * 4000 come down within 5 ms.
        engine.engine.control.unseat(others[0]);
        let (left, right) = steps(&mut engine, ear, &says, 2);
        assert!(left <= 4000 / 40 + 2 && right <= 12_000 / 40 + 2, "{workers}: {left} {right}");
        assert_eq!(engine.levels(ear), (6000, 2000));
        engine.engine.control.seat(others[0], room);
        let (left, right) = steps(&mut engine, ear, &says, 2);
        assert!(left <= 4000 / 150 && right <= 12_000 / 150, "{workers}: {left} {right}");
        assert_eq!(engine.levels(ear), (10_000, 14_000));
        // The listener leaves, and comes back.
        engine.engine.control.unseat(ear);
        let (left, right) = steps(&mut engine, ear, &says, 2);
        assert!(left <= 10_000 / 40 + 2 && right <= 14_000 / 40 + 2, "{workers}: {left} {right}");
        assert_eq!(engine.levels(ear), (0, 0));
        engine.engine.control.seat(ear, room);
        let (left, right) = steps(&mut engine, ear, &says, 6);
        assert!(left <= 12_000 / 150 && right <= 14_000 / 100, "{workers}: {left} {right}");
        assert_eq!(engine.levels(ear), (10_000, 14_000));
    }
}

#[test]
fn who_wants_no_places_hears_both_ears_alike() {
    let (mut engine, _, ear, others) = room_with(1, &[NARROW]);
    engine.engine.control.set_place(others[0], RIGHT);
    let says = [(others[0], 1000)];
    engine.say(&says);
    assert_eq!(engine.levels(ear), (500, 1500));
    engine.engine.control.set_places_heard(ear, false);
    let (left, right) = steps(&mut engine, ear, &says, 2);
    assert!(left <= 500 / 40 + 2 && right <= 1500 / 40 + 2, "{left} {right}");
    assert_eq!(engine.levels(ear), (1000, 1000));
    engine.engine.control.set_places_heard(ear, true);
    let (left, right) = steps(&mut engine, ear, &says, 3);
    assert!(left <= 1000 / 40 + 2 && right <= 1000 / 40 + 2, "{left} {right}");
    assert_eq!(engine.levels(ear), (500, 1500));
}

#[test]
fn a_whisper_comes_from_where_its_speaker_sits() {
    for workers in 1..3 {
        let (mut engine, room, ear, others) = room_with(workers, &[NARROW, NARROW]);
        let control = &mut engine.engine.control;
        control.set_place(others[0], RIGHT);
        control.set_place(others[1], LEFT);
        let side = control.add_side_room(room).unwrap();
        control.speak_aside(others[0], Some(side));
        control.overhear(ear, Some(side));
        engine.silent_ticks(4);
        for _ in 0..3 {
            engine.say(&[(others[0], 1000), (others[1], 400)]);
        }
        assert_eq!(engine.levels(ear), (500 + 600, 1500 + 200));
        assert_eq!(engine.engine.level(others[1]), 0);
        engine.engine.control.overhear(ear, None);
        let (left, right) = steps(&mut engine, ear, &[(others[0], 1000), (others[1], 400)], 3);
        assert!(left <= 1100 / 40 + 2 && right <= 1700 / 40 + 2, "{left} {right}");
        assert_eq!(engine.levels(ear), (600, 200));
    }
}

#[test]
fn a_room_on_several_workers_sounds_as_on_one() {
    let mut heard = [1, 2, 3].map(|workers| {
        let (mut engine, _, ear, others) = room_with(workers, &[NARROW; 5]);
        for (n, leg) in others.iter().enumerate() {
            engine.engine.control.set_place(*leg, Place::from_percent(40 - 20 * n as i8));
        }
        engine.silent_ticks(3);
        let mut heard = Vec::new();
        for tick in 0..60i16 {
            let talks = |n: i16| (tick / (n + 2)) % 2 == 0;
            let says: Vec<_> =
                (0..5).filter(|n| talks(*n)).map(|n| (others[n as usize], 100 + 900 * (n + 1) * (tick % 7))).collect();
            engine.say(&says);
            heard.push(engine.hear(ear));
        }
        assert_eq!(engine.engine.missed(), 0);
        heard
    });
    let [whole, split @ ..] = &mut heard;
    for split in split {
        assert!(split == whole);
    }
}

#[test]
fn a_peer_that_does_not_come_is_silence_without_a_step() {
    let (mut engine, _, ear, others) = room_with(2, &[NARROW]);
    engine.engine.control.set_place(others[0], RIGHT);
    engine.silent_ticks(1);
    let (mut left, mut right) = (vec![], vec![]);
    for tick in 0..12 {
        let hangs = (4..7).contains(&tick);
        let engine_ = &mut engine.engine;
        engine_.tick += 1;
        let number = engine_.tick;
        for worker in &mut engine_.workers[usize::from(hangs)..] {
            worker.begin_tick(number);
        }
        if hangs {
            engine_.workers[0].begin_tick(number);
        } else {
            engine_.workers[1].feed_linear(others[0], &[16_000; 160], None);
            engine_.workers[1].mix();
        }
        for worker in 0..2 {
            if worker == 0 {
                engine_.workers[0].mix();
            }
            engine_.workers[worker].waits_for_peers();
            engine_.workers[worker].finish();
        }
        let (l, r) = engine.hear(ear);
        if tick == 6 {
            assert_eq!((l[159], r[159]), (0, 0));
        }
        left.extend(l);
        right.extend(r);
    }
    assert_eq!((left[1919], right[1919]), (8000, 24_000));
    assert!(largest_step(&left[1..]) <= 8000 / 40 + 1);
    assert!(largest_step(&right[1..]) <= 24_000 / 40 + 1);
}

#[test]
fn rates_change_and_everybody_keeps_his_place_and_hears_nothing_of_himself() {
    for workers in 1..3 {
        let mut engine = StereoEngine::new(Engine::new(workers));
        let control = &mut engine.engine.control;
        let room = control.add_room().unwrap();
        let ear = engine.engine.seated(0, stereo(SampleRate::Hz48000), room);
        let narrow = engine.engine.seated(workers - 1, NARROW, room);
        engine.engine.control.set_place(ear, LEFT);
        engine.engine.control.set_place(narrow, RIGHT);
        let within = |heard: (Vec<i16>, Vec<i16>), left: i16, right: i16| {
            let near = |ear: &[i16], level: i16| ear.iter().all(|s| (s - level).abs() <= 4);
            assert!(near(&heard.0, left) && near(&heard.1, right), "{heard:?}");
        };
        for _ in 0..8 {
            engine.say(&[(ear, 3000), (narrow, 1000)]);
        }
        within(engine.hear(ear), 500, 1500);
        // Two more, so that the room is one of 16 kHz, and then of 48.
        let wide = engine.engine.seated(0, WIDE, room);
        let says = [(ear, 3000), (narrow, 1000), (wide, 0)];
        let (left, right) = steps(&mut engine, ear, &says, 8);
        assert!(left <= 40 && right <= 80, "{left} {right}");
        within(engine.hear(ear), 500, 1500);
        let also = engine.engine.seated(workers - 1, stereo(SampleRate::Hz48000), room);
        for _ in 0..8 {
            engine.say(&says);
        }
        within(engine.hear(ear), 500, 1500);
        within(engine.hear(also), 4500 + 500, 1500 + 1500);
        engine.engine.control.remove_leg(also);
        engine.engine.control.remove_leg(wide);
        for _ in 0..8 {
            engine.say(&[(ear, 3000), (narrow, 1000)]);
        }
        within(engine.hear(ear), 500, 1500);
    }
}

#[test]
fn who_begins_to_listen_while_others_talk_never_hears_himself() {
    let mut engine = StereoEngine::new(Engine::new(1));
    let control = &mut engine.engine.control;
    let room = control.add_room().unwrap();
    let ear = engine.engine.seated(0, stereo(SampleRate::Hz48000), room);
    engine.engine.seated(0, NARROW, room);
    engine.engine.control.set_place(ear, LEFT);
    engine.engine.control.set_places_heard(ear, false);
    for _ in 0..5 {
        engine.say(&[(ear, 20_000)]);
    }
    engine.engine.control.set_places_heard(ear, true);
    for _ in 0..5 {
        engine.say(&[(ear, 20_000)]);
        let (left, right) = engine.hear(ear);
        assert!(left.iter().chain(&right).all(|s| s.abs() <= 3), "{left:?} {right:?}");
    }
}

#[test]
fn all_who_say_nothing_share_one_encoding_and_nobody_notices_who_leaves_it() {
    // So loud that the limiter works, and so soft that it does not.
    for level in [30_000, 6000] {
        let both = stereo(SampleRate::Hz8000);
        let (mut engine, room, ear, others) = room_with(1, &[NARROW, both, both, both]);
        let [talker, also, off, ..] = others[..] else { unreachable!() };
        engine.engine.control.set_place(talker, RIGHT);
        engine.engine.control.set_places_heard(off, false);
        engine.silent_ticks(2);
        let one_tick = |engine: &mut StereoEngine, says: &[(LegId, i16)]| {
            let before = engine.streams.encoded();
            engine.say(says);
            let heard = [engine.hear(ear), engine.hear(also)];
            engine.hear(off);
            (heard, engine.streams.encoded() - before)
        };
        let says = [(talker, level)];
        for level in [1000; 20].into_iter().chain([level; 20]) {
            one_tick(&mut engine, &[(talker, level)]);
        }
        // One for all who hear places, one for him who does not. Then one of them talks, and later stops.
        let ([alone, shared], encoded) = one_tick(&mut engine, &says);
        assert_eq!(encoded, 2);
        assert_eq!(alone, shared);
        assert!(alone.1[0] > 2 * alone.0[0] && alone.1.iter().all(|s| *s == alone.1[0]));
        for tick in 0..80 {
            let says = [(talker, level), (ear, if tick < 20 { 1000 } else { 0 })];
            let ([heard, _], encoded) = one_tick(&mut engine, &says);
            for (now, then) in [(&heard.0, alone.0[0]), (&heard.1, alone.1[0])] {
                let off = now.iter().map(|s| (s - then).abs()).max();
                assert!(off <= Some(if level > 20_000 { 40 } else { 0 }), "{level}, tick {tick}: off by {off:?}");
            }
            // Whoever has just left the shared stream gives his own encoder what that had.
            assert!((2..=6).contains(&encoded), "{encoded}");
            assert!(encoded == 2 || tick < 70, "still {encoded} in tick {tick}");
        }
        // When the last one is gone who hears places, the other hears what all hear.
        engine.engine.control.unseat(ear);
        engine.engine.control.unseat(also);
        engine.engine.control.unseat(others[3]);
        for _ in 0..20 {
            engine.say(&says);
        }
        let (left, right) = engine.levels(off);
        assert!(left == right && left >= level.min(32_700), "{left} {right}");
        engine.engine.control.seat(ear, room);
        engine.silent_ticks(1);
        let (left, right) = steps(&mut engine, off, &says, 3);
        assert!(left < 400 && right < 400, "{left} {right}");
    }
}
