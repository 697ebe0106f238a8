//! Music that is a clip, played over and over.

use std::sync::Arc;

use crate::common::{Engine, NARROW, WIDE};
use conclave::audio::{Clip, SampleRate};
use conclave::engine::{Capacity, Full, LegId, MusicId};

fn music(engine: &mut Engine, rate: SampleRate, samples: impl Into<Box<[i16]>>) -> (MusicId, Arc<Clip>) {
    let clip = Arc::new(Clip { rate, samples: samples.into() });
    (engine.control.add_music_clip(clip.clone()).unwrap(), clip)
}

fn heard(engine: &mut Engine, leg: LegId, ticks: usize) -> Vec<i16> {
    let mut heard = Vec::new();
    for _ in 0..ticks {
        engine.say(&[]);
        heard.extend(engine.hear(leg));
    }
    heard
}

#[test]
fn the_loop_has_no_seam_wherever_it_ends_in_a_tick() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let (music, _) = music(&mut engine, SampleRate::Hz8000, (0..250).map(|i| i * 100).collect::<Vec<i16>>());
    engine.control.set_music(leg, Some(music));
    // It begins with the first tick and has faded in after five.
    let heard = heard(&mut engine, leg, 20);
    for (i, sample) in heard.iter().enumerate().skip(5 * 160) {
        assert_eq!(usize::try_from(*sample), Ok(i % 250 * 100), "sample {i}");
    }
}

#[test]
fn a_clip_shorter_than_a_tick_is_a_tone_and_an_empty_one_silence() {
    let mut engine = Engine::new(1);
    let leg = engine.control.add_leg(0, NARROW).unwrap();
    let (short, _) = music(&mut engine, SampleRate::Hz8000, [1000, 2000, 3000]);
    let (empty, _) = music(&mut engine, SampleRate::Hz8000, []);
    engine.control.set_music(leg, Some(short));
    let tone = heard(&mut engine, leg, 9);
    for (i, sample) in tone.iter().enumerate().skip(5 * 160) {
        assert_eq!(*sample, [1000, 2000, 3000][i % 3]);
    }
    engine.control.set_music(leg, Some(empty));
    assert_eq!(heard(&mut engine, leg, 9)[7 * 160..], [0; 320]);
}

#[test]
fn it_is_heard_at_every_rate_on_every_worker() {
    let mut engine = Engine::new(2);
    let legs = [(0, NARROW), (1, NARROW), (0, WIDE), (1, WIDE)];
    let legs = legs.map(|(worker, codec)| engine.control.add_leg(worker, codec).unwrap());
    let (music, _) = music(&mut engine, SampleRate::Hz16000, vec![2000; 777]);
    for leg in legs {
        engine.control.set_music(leg, Some(music));
    }
    for tick in 0..10 {
        engine.say(&[]);
        for leg in legs {
            let heard = engine.hear(leg);
            assert!(tick < 6 || heard.iter().all(|s| (s - 2000).abs() <= 2), "{heard:?}");
        }
    }
    assert_eq!(engine.control.stats()[0].music_underruns.get(), 0);
}

#[test]
fn its_memory_comes_back_and_so_does_its_place() {
    let mut engine = Engine::with(Capacity { workers: 2, music: 1, ..Capacity::default() });
    let (music, clip) = music(&mut engine, SampleRate::Hz8000, [1; 160]);
    assert_eq!(engine.control.add_music_clip(clip.clone()), Err(Full));
    engine.settle();
    assert_eq!(Arc::strong_count(&clip), 3);
    engine.control.remove_music(music);
    engine.settle();
    engine.control.collect();
    assert_eq!(Arc::strong_count(&clip), 1);
    assert!(engine.control.add_music_clip(clip).is_ok());
}

#[test]
fn a_worker_without_calls_need_not_tick_for_it() {
    let mut engine = Engine::new(1);
    let (_, feed) = engine.control.add_music(SampleRate::Hz8000).unwrap();
    engine.settle();
    assert!(engine.workers[0].has_work());
    drop(feed);
    let mut engine = Engine::new(1);
    music(&mut engine, SampleRate::Hz8000, [1; 160]);
    engine.settle();
    assert!(!engine.workers[0].has_work());
}
