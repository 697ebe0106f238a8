//! What is done to voices: levelling, noise suppression, a limit of talkers, comfort noise; and nothing when all is off.

use crate::common::{Engine, NARROW, WIDE, largest_step};
use conclave::audio::{ComfortNoise, Decibels, SampleRate, dbfs};
use conclave::engine::{Codec, Event, LegId, RoomSound, Voice};

/// Words of 240 ms with gaps of 80 ms over steady noise.
struct Talker {
    seed: u32,
    tick: u32,
    talk: f32,
    noise: f32,
}

impl Talker {
    fn new(talk: f32, noise: f32) -> Talker {
        let level = |dbfs: f32| 32768.0 * 10f32.powf(dbfs / 20.0);
        Talker { seed: 77, tick: 0, talk: level(talk), noise: level(noise) }
    }

    fn next(&mut self, length: usize) -> Vec<i16> {
        self.tick += 1;
        let level = if self.tick % 16 < 12 { self.talk } else { self.noise };
        let sample = |_| {
            self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((self.seed as i32 >> 8) as f32 / (1 << 23) as f32 * 3f32.sqrt() * level) as i16
        };
        (0..length).map(sample).collect()
    }
}

fn level(samples: &[i16]) -> f32 {
    dbfs(samples.iter().map(|s| f32::from(*s).powi(2)).sum::<f32>() / samples.len().max(1) as f32)
}

/// A tick in which each of these legs sends this.
fn send(engine: &mut Engine, says: &[(LegId, &[i16])]) {
    engine.begin();
    for (leg, samples) in says {
        engine.workers[leg.worker()].feed_linear(*leg, samples, None);
    }
    engine.finish();
}

const LEVEL: Voice = Voice { level: true, denoise: false };
const DENOISE: Voice = Voice { level: false, denoise: true };

#[test]
fn off_is_exactly_off_also_after_it_was_on() {
    let (mut engine, room, legs) = Engine::room_of(4);
    let mut talkers = [Talker::new(-12.0, -50.0), Talker::new(-20.0, -45.0), Talker::new(-40.0, -62.0)];
    let mut check = |engine: &mut Engine, ticks: u32, exact_after: u32| {
        for tick in 0..ticks {
            let said = talkers.each_mut().map(|talker| talker.next(160));
            let says: Vec<_> = legs.iter().copied().zip(said.iter().map(Vec::as_slice)).collect();
            send(engine, &says);
            if tick < exact_after {
                continue;
            }
            for (n, leg) in legs.iter().enumerate() {
                let others = (0..3).filter(|other| *other != n);
                let sum: Vec<i16> = (0..160).map(|i| others.clone().map(|other| said[other][i]).sum()).collect();
                assert_eq!(engine.hear(*leg), sum, "leg {n} in tick {tick}");
            }
        }
    };
    check(&mut engine, 500, 0);
    for leg in &legs {
        engine.control.set_voice(*leg, Voice { level: true, denoise: true });
    }
    engine.control.set_room_sound(room, RoomSound { most_talkers: 2, comfort_noise: Some(Decibels(-60.0)) });
    check(&mut engine, 10, 10);
    for leg in &legs {
        engine.control.set_voice(*leg, Voice::default());
    }
    engine.control.set_room_sound(room, RoomSound::default());
    // The fades are over, and so is what the limiter may have to forget.
    check(&mut engine, 200, 120);
}

#[test]
fn who_whispers_and_who_shouts_are_heard_alike() {
    for codec in [NARROW, WIDE] {
        let mut engine = Engine::new(1);
        let room = engine.control.add_room().unwrap();
        let legs = [NARROW, NARROW, codec].map(|codec| engine.seated(0, codec, room));
        engine.settle();
        let mut levels = Vec::new();
        for (leg, talker) in [(legs[0], Talker::new(-45.0, -70.0)), (legs[1], Talker::new(-10.0, -60.0))] {
            let mut talker = talker;
            engine.control.set_voice(leg, LEVEL);
            let mut heard = Vec::new();
            for tick in 0..500 {
                let said = talker.next(160);
                send(&mut engine, &[(leg, &said)]);
                if tick > 250 && talker.tick % 16 < 11 && talker.tick % 16 > 1 {
                    heard.extend(engine.hear(legs[2]));
                }
            }
            levels.push(level(&heard));
            engine.silent_ticks(30);
        }
        assert!((levels[0] - levels[1]).abs() < 4.0, "{levels:?} at {codec:?}");
        assert!(levels.iter().all(|level| (level + 23.0).abs() < 4.0), "{levels:?}");
    }
}

#[test]
fn the_gain_is_kept_from_one_time_he_talks_to_the_next_and_nobody_hears_himself() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.control.set_voice(legs[0], LEVEL);
    let mut talker = Talker::new(-45.0, -70.0);
    let mut first_words = Vec::new();
    for _ in 0..2 {
        for tick in 0..400 {
            send(&mut engine, &[(legs[0], &talker.next(160))]);
            assert!(engine.hear(legs[0]).iter().all(|s| *s == 0), "he hears himself");
            if tick == 5 {
                first_words.push(level(&engine.hear(legs[1])));
            }
        }
        engine.silent_ticks(500);
        talker.tick = 0;
    }
    assert!(first_words[1] > first_words[0] + 15.0, "{first_words:?}");
}

#[test]
fn noise_is_taken_away_from_who_talks() {
    for codec in [NARROW, Codec::Linear(SampleRate::Hz48000)] {
        let mut engine = Engine::new(1);
        let room = engine.control.add_room().unwrap();
        let legs = [codec, codec].map(|codec| engine.seated(0, codec, room));
        engine.settle();
        engine.control.set_voice(legs[0], DENOISE);
        let mut noise = ComfortNoise::new(codec.rate());
        noise.set(Some(Decibels(-33.0)));
        let (mut sent, mut heard) = (Vec::new(), Vec::new());
        for tick in 0..150 {
            let mut samples = vec![0; codec.rate().samples_per_tick()];
            noise.add_to(&mut samples);
            // Loud enough now and then that the gate stays open.
            if tick % 20 == 0 {
                samples[0] = 20_000;
            }
            let samples: Vec<i16> = samples.iter().map(|s| *s as i16).collect();
            send(&mut engine, &[(legs[0], &samples)]);
            if tick > 100 && tick % 20 > 4 {
                sent.extend(samples);
                heard.extend(engine.hear(legs[1]));
            }
        }
        let less = level(&sent) - level(&heard);
        assert!(less > 15.0, "{less} dB less of {} at {codec:?}", level(&sent));
    }
}

#[test]
fn it_is_switched_without_a_click_while_he_talks() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let mut phase = 0.0f64;
    let mut heard = Vec::new();
    for tick in 0..400 {
        let voices = [LEVEL, Voice { level: true, denoise: true }, DENOISE, Voice::default()];
        if tick % 20 == 10 {
            engine.control.set_voice(legs[0], voices[tick / 20 % 4]);
            engine.control.collect();
        }
        let tone: Vec<i16> = (0..160)
            .map(|_| {
                phase += 0.15;
                (phase.sin() * 8000.0) as i16
            })
            .collect();
        send(&mut engine, &[(legs[0], &tone)]);
        heard.extend(engine.hear(legs[1]));
    }
    // The tone itself moves by 1200 at most, 9 dB louder or softer.
    assert!(largest_step(&heard) < 2400, "{}", largest_step(&heard));
}

#[test]
fn of_many_who_talk_only_the_loudest_are_heard() {
    for workers in [1, 3] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let legs: Vec<_> = (0..6).map(|n| engine.seated(n % workers, NARROW, room)).collect();
        engine.control.set_room_sound(room, RoomSound { most_talkers: 2, comfort_noise: None });
        engine.settle();
        let levels = [700, 900, 1100, 3000, 4000, 0];
        let says: Vec<_> = legs.iter().copied().zip(levels).collect();
        for _ in 0..5 {
            engine.say(&says);
        }
        for _ in 0..20 {
            engine.say(&says);
            let heard: Vec<i16> = legs.iter().map(|leg| engine.level(*leg)).collect();
            assert_eq!(heard, [7000, 7000, 7000, 4000, 3000, 7000], "{workers} workers");
        }
        // Who falls silent makes way, and who comes in louder is heard from his first sample.
        let mut says = says;
        says[3].1 = 0;
        for _ in 0..60 {
            engine.say(&says);
        }
        assert_eq!(engine.level(legs[5]), 5100, "{workers} workers");
        says[5].1 = 9000;
        engine.say(&says);
        assert!(engine.hear(legs[0]).iter().all(|s| *s >= 13_000), "{workers} workers");
        for _ in 0..3 {
            engine.say(&says);
        }
        assert_eq!(engine.level(legs[0]), 13_000, "{workers} workers");
    }
}

#[test]
fn who_is_among_the_loudest_is_heard_whole() {
    for workers in [1, 2] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let legs: Vec<_> = (0..3).map(|n| engine.seated(n % workers, NARROW, room)).collect();
        engine.control.set_room_sound(room, RoomSound { most_talkers: 1, comfort_noise: None });
        engine.settle();
        // A voice goes up and down, and another is always much softer.
        for tick in 0..200 {
            let said = 9000 - 60 * (tick % 50);
            engine.say(&[(legs[0], said), (legs[1], 500)]);
            if tick > 5 {
                assert_eq!(engine.level(legs[2]), said, "tick {tick} with {workers} workers");
            }
        }
    }
}

#[test]
fn who_has_to_make_way_fades() {
    let (mut engine, room, legs) = Engine::room_of(3);
    engine.control.set_room_sound(room, RoomSound { most_talkers: 1, comfort_noise: None });
    engine.settle();
    let mut heard = Vec::new();
    for tick in 0..40 {
        let other = if tick < 10 { 0 } else { 10_000 };
        engine.say(&[(legs[0], 3000), (legs[1], other)]);
        heard.extend(engine.hear(legs[2]));
    }
    let first_of_other = 10 * 160;
    assert!(largest_step(&heard[..first_of_other]) <= 3000);
    assert!(largest_step(&heard[first_of_other..]) < 30, "{}", largest_step(&heard[first_of_other..]));
    assert_eq!(heard.last(), Some(&10_000));
}

#[test]
fn comfort_noise_is_steady_and_the_same_for_all() {
    for workers in [1, 2] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let legs = [0, 1, 2].map(|n| engine.seated(n % workers, NARROW, room));
        engine.control.set_room_sound(room, RoomSound { most_talkers: 0, comfort_noise: Some(Decibels(-55.0)) });
        engine.settle();
        for tick in 0..200 {
            // One talks and pauses; what is under his talk does not change for the others.
            let talk = if tick % 50 < 20 { 1000 } else { 0 };
            engine.say(&[(legs[0], talk)]);
            let noise = engine.hear(legs[0]);
            let talking = tick % 50 < 45;
            for leg in &legs[1..] {
                let heard = engine.hear(*leg);
                let rest: Vec<i16> = heard.iter().map(|s| s - if talking { talk } else { 0 }).collect();
                if tick % 50 != 44 {
                    assert_eq!(rest, noise, "tick {tick} with {workers} workers");
                }
            }
            assert!((level(&noise) + 55.0).abs() < 3.0, "{} in tick {tick}", level(&noise));
        }
        engine.control.set_room_sound(room, RoomSound::default());
        engine.silent_ticks(30);
        assert_eq!(engine.level(legs[2]), 0);
    }
}

#[test]
fn comfort_noise_goes_on_at_another_rate_and_from_another_worker() {
    let mut engine = Engine::new(2);
    let room = engine.control.add_room().unwrap();
    let first = engine.seated(0, NARROW, room);
    engine.control.set_room_sound(room, RoomSound { most_talkers: 0, comfort_noise: Some(Decibels(-55.0)) });
    engine.settle();
    let wide = [1, 1].map(|worker| engine.seated(worker, WIDE, room));
    engine.silent_ticks(5);
    let steady = |heard: &[i16]| (level(heard) + 55.0).abs() < 3.0;
    assert!(steady(&engine.hear(first)) && steady(&engine.hear(wide[0])));
    engine.control.unseat(first);
    engine.silent_ticks(5);
    assert!(steady(&engine.hear(wide[1])), "{}", level(&engine.hear(wide[1])));
}

#[test]
fn levels_of_those_who_talk_are_told_five_times_a_second() {
    let (mut engine, _, legs) = Engine::room_of(3);
    let mut told = Vec::new();
    for _ in 0..100 {
        engine.say(&[(legs[0], 3277), (legs[1], 33)]);
        let levels = std::iter::from_fn(|| engine.control.poll_event());
        told.extend(levels.filter(|event| matches!(event, Event::Level { .. })));
    }
    assert_eq!(told, vec![Event::Level { leg: legs[0], dbfs: -20 }; 10]);
}
