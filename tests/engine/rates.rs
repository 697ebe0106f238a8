//! Legs of several rates in one room.

use crate::common::{Engine, NARROW, WIDE, clip, largest_step};
use conclave::audio::{Clip, Decibels, SampleRate};
use conclave::engine::{Codec, LegId, Target};

/// Two 8 kHz legs and two 16 kHz legs in a room, on one or two workers.
fn mixed(workers: usize) -> (Engine, [LegId; 4]) {
    let mut engine = Engine::new(workers);
    let room = engine.control.add_room().unwrap();
    let legs = [NARROW, NARROW, WIDE, WIDE];
    let mut worker = 0;
    let legs = legs.map(|codec| {
        worker = (worker + 1) % workers;
        engine.seated(worker, codec, room)
    });
    engine.settle();
    (engine, legs)
}

fn near(samples: &[i16], level: i16) {
    assert!(samples.iter().all(|s| (s - level).abs() <= 3), "not {level}: {samples:?}");
}

#[test]
fn all_hear_all_others_across_rates() {
    for workers in [1, 2] {
        let (mut engine, legs) = mixed(workers);
        let says = [1000, 2000, 3000, 4000];
        for _ in 0..5 {
            let levels: Vec<_> = legs.into_iter().zip(says).collect();
            engine.say(&levels);
        }
        for (leg, own) in legs.into_iter().zip(says) {
            near(&engine.hear(leg), 10_000 - own);
        }
        assert_eq!(engine.hear(legs[0]).len(), 160);
        assert_eq!(engine.hear(legs[3]).len(), 320);
    }
}

#[test]
fn nobody_hears_himself_come_back_through_the_resampler() {
    let (mut engine, legs) = mixed(1);
    for tick in 0..40 {
        // Speech-like: on and off, so that beginnings and ends pass the resamplers, too.
        let level = if tick % 9 < 4 { 16_000 } else { 0 };
        engine.say(&[(legs[0], level), (legs[2], -level)]);
        let narrow = engine.hear(legs[0]);
        let listener = engine.hear(legs[1]);
        if tick % 9 == 2 || tick % 9 == 3 {
            near(&narrow, -16_000);
            assert!(listener.iter().all(|s| s.abs() < 16_000));
        }
    }
}

#[test]
fn a_word_is_whole_through_the_resampler() {
    let (mut engine, legs) = mixed(1);
    let word = Clip::tone(SampleRate::Hz8000, 400.0, 20, Decibels(-6.0));
    engine.begin();
    engine.workers[0].feed_linear(legs[0], &word.samples, None);
    engine.finish();
    let mut heard = engine.hear(legs[2]);
    engine.say(&[]);
    heard.extend(engine.hear(legs[2]));
    // 10 ms late at 16 kHz.
    for i in 20..140 {
        let error = (heard[160 + 2 * i] - word.samples[i]).abs();
        assert!(error < 250, "sample {i} is off by {error}");
    }
    // What is made up for what does not follow has faded away.
    engine.silent_ticks(8);
    for leg in legs {
        assert_eq!(engine.level(leg), 0);
    }
}

#[test]
fn one_wideband_leg_does_not_make_a_wideband_room() {
    let (mut engine, room, legs) = Engine::room_of(2);
    let wide = engine.seated(0, WIDE, room);
    engine.settle();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 1000, "8 kHz legs pay nothing, not even delay");
    engine.silent_ticks(30);
    let wider = engine.seated(0, Codec::Linear(SampleRate::Hz48000), room);
    engine.settle();
    engine.say(&[(wide, 1000)]);
    assert!(engine.hear(legs[0]).contains(&0), "resampled, hence late");
    engine.say(&[(wide, 1000)]);
    engine.say(&[(wide, 1000)]);
    near(&engine.hear(wider), 1000);
    near(&engine.hear(legs[0]), 1000);
}

#[test]
fn a_change_of_rate_is_not_heard_as_a_click() {
    for workers in [1, 2] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let talker = engine.seated(0, NARROW, room);
        let listener = engine.seated(workers - 1, NARROW, room);
        engine.settle();
        let mut heard = Vec::new();
        let mut guests = Vec::new();
        for tick in 0..30 {
            if tick == 5 {
                guests = [0, 0].map(|_| engine.seated(0, WIDE, room)).to_vec();
            }
            if tick == 20 {
                engine.control.remove_leg(guests[0]);
            }
            engine.say(&[(talker, 10_000)]);
            if tick > 0 {
                heard.extend(engine.hear(listener));
            }
        }
        assert_eq!(heard[3 * 160], 10_000);
        near(&heard[14 * 160..15 * 160], 10_000);
        assert_eq!(*heard.last().unwrap(), 10_000);
        // A step would be 10 000. The resamplers begin with a slope of their own, steeper than a ramp.
        assert!(largest_step(&heard) < 1500, "{}", largest_step(&heard));
    }
}

#[test]
fn a_change_of_rate_does_not_bend_a_tone() {
    for workers in [1, 2] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let talker = engine.seated(0, NARROW, room);
        let listeners = [engine.seated(workers - 1, NARROW, room), engine.seated(0, WIDE, room)];
        engine.settle();
        // No whole number of periods in a tick.
        let mut tone = Clip::tone(SampleRate::Hz8000, 410.0, 4000, Decibels(-10.0)).samples.into_iter();
        let mut heard = [Vec::new(), Vec::new()];
        let mut guest = None;
        for tick in 0..100 {
            if tick % 20 == 5 {
                guest = Some(engine.seated(workers - 1, WIDE, room));
            } else if tick % 20 == 15 {
                engine.control.remove_leg(guest.take().unwrap());
            }
            engine.begin();
            let said: Vec<i16> = tone.by_ref().take(160).collect();
            engine.workers[0].feed_linear(talker, &said, None);
            engine.finish();
            for (heard, leg) in heard.iter_mut().zip(listeners) {
                heard.extend(engine.hear(leg));
            }
            let narrow = guest.is_none();
            assert_eq!(engine.control.room_rate(room) == SampleRate::Hz8000, narrow);
        }
        for (heard, rate) in heard.iter().zip([8000.0, 16_000.0]) {
            let bends = heard.windows(3).map(|w| i32::from(w[0]) - 2 * i32::from(w[1]) + i32::from(w[2]));
            let most = bends.map(i32::abs).max().unwrap();
            let of_the_tone = 10_362.0 * (std::f64::consts::TAU * 410.0 / rate).powi(2);
            assert!(f64::from(most) < 1.1 * of_the_tone, "{most}, the tone itself {of_the_tone:.0}");
        }
    }
}

#[test]
fn a_rooms_clip_goes_on_across_a_change_of_rate() {
    let (mut engine, room, legs) = Engine::room_of(2);
    engine.control.play(Target::Room(room), clip(1000, 1600), 1).unwrap();
    engine.silent_ticks(5);
    let guests = [0, 0].map(|_| engine.seated(0, WIDE, room));
    engine.silent_ticks(4);
    near(&engine.hear(guests[0])[..300], 1000);
    near(&engine.hear(legs[0])[..150], 1000);
    assert_eq!(engine.played(), [0u64; 0]);
    engine.silent_ticks(1);
    assert_eq!(engine.played(), [1], "ten ticks in all");
}

#[test]
fn all_rates_share_a_room() {
    let mut engine = Engine::new(1);
    let room = engine.control.add_room().unwrap();
    let legs = SampleRate::ALL.map(|rate| engine.seated(0, Codec::Linear(rate), room));
    engine.settle();
    for _ in 0..5 {
        engine.say(&legs.map(|leg| (leg, 1000)));
    }
    for leg in legs {
        near(&engine.hear(leg), 4000);
    }
}
