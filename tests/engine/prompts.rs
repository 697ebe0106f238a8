//! Prompts, tones and music.

use std::sync::Arc;

use crate::common::{Engine, NARROW, WIDE, clip, largest_step};
use conclave::audio::{Clip, Decibels, SampleRate};
use conclave::engine::{Codec, Output, Target};

#[test]
fn a_prompt_is_heard_by_one_on_top_of_the_room() {
    let (mut engine, _, legs) = Engine::room_of(3);
    engine.control.play(Target::Leg(legs[1]), clip(500, 320), 7).unwrap();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1500);
    assert_eq!(engine.level(legs[2]), 1000);
    assert_eq!(engine.level(legs[0]), 0);
    assert_eq!(engine.played(), [0u64; 0]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1500);
    assert_eq!(engine.played(), [7]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000);
}

#[test]
fn prompts_follow_each_other_without_a_gap() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    for (token, level) in [(1, 100), (2, 200), (3, 300)] {
        engine.control.play(Target::Leg(leg), clip(level, 200), token).unwrap();
    }
    let mut heard = Vec::new();
    for _ in 0..5 {
        engine.say(&[]);
        heard.extend(engine.hear(leg));
    }
    assert_eq!(heard[..200], [100; 200]);
    assert_eq!(heard[200..400], [200; 200]);
    assert_eq!(heard[400..600], [300; 200]);
    assert_eq!(heard[600..], [0; 200]);
    assert_eq!(engine.played(), [1, 2, 3]);
}

#[test]
fn stopping_ends_all_that_wait_and_a_later_one_plays() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let to = Target::Leg(leg);
    engine.control.play(to, clip(100, 1600), 1).unwrap();
    engine.control.play(to, clip(200, 1600), 2).unwrap();
    engine.say(&[]);
    engine.control.stop(to);
    engine.control.play(to, clip(300, 160), 3).unwrap();
    engine.say(&[]);
    assert_eq!(engine.played(), [1, 2]);
    engine.say(&[]);
    assert_eq!(engine.level(leg), 300);
    assert_eq!(engine.played(), [3]);
}

#[test]
fn a_rooms_prompt_is_heard_by_all_including_talkers() {
    let (mut engine, room, legs) = Engine::room_of(3);
    engine.control.play(Target::Room(room), clip(500, 320), 7).unwrap();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[0]), 500);
    assert_eq!(engine.level(legs[1]), 1500);
    assert_eq!(engine.level(legs[2]), 1500);
    engine.say(&[]);
    assert_eq!(engine.played(), [7]);
}

#[test]
fn a_rooms_prompt_is_heard_once_and_at_once_on_all_workers() {
    let mut engine = Engine::new(3);
    let room = engine.control.add_room().unwrap();
    let legs = [0, 1, 2].map(|worker| engine.seated(worker, NARROW, room));
    engine.settle();
    engine.control.play(Target::Room(room), clip(500, 320), 7).unwrap();
    for expected in [500, 500, 0] {
        engine.say(&[]);
        for leg in legs {
            assert_eq!(engine.level(leg), expected);
        }
    }
    assert_eq!(engine.played(), [7]);
}

#[test]
fn every_clip_is_told_once_whatever_becomes_of_its_listener() {
    let (mut engine, room, legs) = Engine::room_of(1);
    engine.control.play(Target::Leg(legs[0]), clip(500, 8000), 1).unwrap();
    engine.control.play(Target::Leg(legs[0]), clip(500, 8000), 2).unwrap();
    engine.control.play(Target::Room(room), clip(500, 8000), 3).unwrap();
    engine.say(&[]);
    engine.control.remove_leg(legs[0]);
    assert_eq!(engine.played(), [1, 2]);
    engine.control.remove_room(room);
    assert_eq!(engine.played(), [3]);
    engine.settle();
    assert_eq!(engine.played(), [0u64; 0]);
    assert!(engine.control.play(Target::Room(room), clip(1, 1), 4).is_err());
    assert!(engine.control.play(Target::Leg(legs[0]), clip(1, 1), 4).is_err());
}

#[test]
fn an_empty_room_plays_its_prompt_to_the_end() {
    let mut engine = Engine::new(2);
    let room = engine.control.add_room().unwrap();
    engine.control.play(Target::Room(room), clip(500, 320), 1).unwrap();
    engine.settle();
    assert_eq!(engine.played(), [1]);
}

#[test]
fn finished_clips_come_back_to_be_dropped() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let prompt = clip(500, 160);
    engine.control.play(Target::Leg(leg), prompt.clone(), 1).unwrap();
    engine.settle();
    engine.control.collect();
    assert_eq!(Arc::strong_count(&prompt), 1);
}

#[test]
fn a_clip_at_another_rate_is_heard_at_the_legs() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let wide = Clip::tone(SampleRate::Hz16000, 500.0, 100, Decibels(-6.0));
    engine.control.play(Target::Leg(leg), Arc::new(wide), 1).unwrap();
    let mut heard = Vec::new();
    for _ in 0..6 {
        engine.say(&[]);
        heard.extend(engine.hear(leg));
    }
    let narrow = Clip::tone(SampleRate::Hz8000, 500.0, 100, Decibels(-6.0));
    for (i, (h, n)) in heard.iter().zip(&narrow.samples).enumerate().take(720).skip(80) {
        assert!((h - n).abs() < 60, "sample {i}");
    }
    assert_eq!(heard[800..], [0; 160]);
}

#[test]
fn music_fades_in_and_out_and_is_one_stream_for_all() {
    let mut engine = Engine::new(2);
    let legs = [0, 0, 1].map(|worker| engine.control.add_leg(worker, NARROW).unwrap());
    let (music, mut feed) = engine.control.add_music(SampleRate::Hz8000).unwrap();
    engine.settle();
    let room = feed.room();
    assert_eq!(feed.write(&vec![8000; 10_000]), room);
    assert_eq!(feed.room(), 0);
    for leg in legs {
        engine.control.set_music(leg, Some(music));
    }
    let mut heard = Vec::new();
    for _ in 0..8 {
        engine.say(&[]);
        feed.write(&[8000; 160]);
        heard.extend(engine.hear(legs[0]));
        assert_eq!(engine.hear(legs[0]), engine.hear(legs[2]));
    }
    assert_eq!(*heard.last().unwrap(), 8000);
    let mut address = |leg| match engine.workers[0].output(leg) {
        Output::Linear(samples) => samples.as_ptr().addr(),
        _ => panic!("linear leg"),
    };
    assert_eq!(address(legs[0]), address(legs[1]));
    engine.control.set_music(legs[0], None);
    for _ in 0..8 {
        engine.say(&[]);
        heard.extend(engine.hear(legs[0]));
        assert_eq!(engine.level(legs[1]), 8000);
    }
    assert_eq!(*heard.last().unwrap(), 0);
    assert!(largest_step(&heard) <= 30);
}

#[test]
fn music_is_heard_with_the_room_and_at_other_rates() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let wide = engine.seated(0, WIDE, room);
    let ulaw = engine.control.add_leg(0, Codec::Pcmu).unwrap();
    let (music, mut feed) = engine.control.add_music(SampleRate::Hz16000).unwrap();
    for leg in [legs[1], wide, ulaw] {
        engine.control.set_music(leg, Some(music));
    }
    for _ in 0..12 {
        feed.write(&[2000; 320]);
        engine.say(&[(legs[0], 1000)]);
    }
    assert_eq!(engine.level(legs[1]), 3000);
    assert!(engine.hear(wide).iter().all(|s| (s - 3000).abs() <= 2));
    assert_eq!(engine.payload(ulaw), [conclave::audio::g711::linear_to_ulaw(2000); 160]);
}

#[test]
fn music_that_runs_dry_or_is_removed_leaves_no_step() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let (music, mut feed) = engine.control.add_music(SampleRate::Hz8000).unwrap();
    engine.control.set_music(leg, Some(music));
    let mut heard = Vec::new();
    for tick in 0..40 {
        if !(15..20).contains(&tick) {
            feed.write(&[8000; 160]);
        }
        if tick == 30 {
            engine.control.remove_music(music);
        }
        engine.say(&[]);
        heard.extend(engine.hear(leg));
    }
    assert_eq!(heard[14 * 160], 8000);
    assert_eq!(heard[17 * 160], 0);
    assert_eq!(heard[25 * 160], 8000);
    assert_eq!(*heard.last().unwrap(), 0);
    assert!(largest_step(&heard) <= 8000 / 40 + 51);
    assert_eq!(engine.control.stats()[0].music_underruns.get(), 1);
    engine.control.collect();
    assert!(feed.is_abandoned());
}
