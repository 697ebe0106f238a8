//! Tracks stay in step with the clock, and pauses leave nothing.

use std::time::Duration;

use crate::common::{Studio, played};
use crate::engine_common::{WIDE, largest_step};
use conclave::audio::SampleRate;
use conclave::record::{Format, Job, Told};

const RATE: SampleRate = SampleRate::Hz8000;

/// Lets the recorder read what is there.
fn let_it_read() {
    std::thread::sleep(Duration::from_millis(300));
}

#[test]
fn ticks_that_are_missing_are_silence() {
    let mut studio = Studio::new("gap", RATE);
    let path = studio.record(1, Format::Wav, RATE, false);
    studio.say(&[1000; 320]);
    // The worker was stopped for a while, and then for a minute.
    studio.engine.tick += 7;
    studio.say(&[1000; 320]);
    let_it_read();
    studio.engine.tick += 3000;
    studio.say(&[1000; 160]);
    assert_eq!(studio.stop(1), Duration::from_millis(5 * 20 + 7 * 20 + 60_000));
    let (_, heard) = played(&path);
    assert_eq!(heard[..320], [1000; 320]);
    assert_eq!(heard[320..9 * 160], [0; 7 * 160]);
    assert_eq!(heard[9 * 160..11 * 160], [1000; 320]);
    assert_eq!(heard[11 * 160..3011 * 160], [0; 3000 * 160]);
    assert_eq!(heard[3011 * 160..], [1000; 160]);
}

#[test]
fn a_track_of_each_member_is_as_long_as_the_rooms() {
    let mut studio = Studio::new("tracks", RATE);
    let mut taps = vec![studio.tap()];
    for leg in studio.legs.clone() {
        taps.push(studio.engine.control.tap_leg(leg).unwrap().1);
    }
    for (id, tap) in (0..).zip(taps) {
        let path = studio.folder.join(format!("{id}.wav"));
        let job = Job { path, format: Format::Wav, rate: RATE, tap, append: false, paused: false };
        studio.recorder().start(id, job);
        studio.began(id);
    }
    for turn in 0..20 {
        let (first, second) = (studio.legs[0], studio.legs[1]);
        let says = if turn % 4 < 2 { [(first, 1000), (second, 0)] } else { [(first, 0), (second, 300)] };
        studio.engine.say(&says);
    }
    let tracks: Vec<Vec<i16>> = (0..3)
        .map(|id| {
            assert_eq!(studio.stop(id), Duration::from_millis(400));
            played(&studio.folder.join(format!("{id}.wav"))).1
        })
        .collect();
    for (i, whole) in tracks[0].iter().enumerate() {
        assert_eq!(*whole, tracks[1][i] + tracks[2][i], "sample {i}");
    }
    assert!(tracks[1].contains(&1000) && tracks[2].contains(&300));
}

#[test]
fn a_pause_leaves_nothing_and_no_click() {
    let mut studio = Studio::new("pause", RATE);
    let path = studio.folder.join("paused.wav");
    let tap = studio.tap();
    studio.recorder().start(1, Job { path, format: Format::Wav, rate: RATE, tap, append: false, paused: true });
    let path = studio.began(1);
    let mut said = 0;
    for part in 0..6 {
        // Told at once, so what was said before belongs to what was before.
        match part {
            1 | 3 => studio.recorder().resume(1),
            2 | 4 => studio.recorder().pause(1),
            _ => {}
        }
        let_it_read();
        for _ in 0..5 {
            studio.say(&[8000 + 100 * part; 160]);
            said += 1;
        }
        let_it_read();
    }
    assert_eq!(said, 30);
    assert_eq!(studio.stop(1), Duration::from_millis(2 * 5 * 20));
    let (_, heard) = played(&path);
    assert_eq!(heard.len(), 10 * 160);
    assert_eq!(heard[160..800], [8100; 640]);
    assert_eq!(heard[960..], [8300; 640]);
    assert!(largest_step(&heard) <= 8300 / 20 + 1, "{}", largest_step(&heard));
}

#[test]
fn a_room_that_changes_its_rate_goes_on_in_the_same_file() {
    let mut studio = Studio::new("retuned", RATE);
    let path = studio.record(1, Format::Flac, SampleRate::Hz16000, false);
    studio.say(&[8000; 10 * 160]);
    let guests = [0, 0].map(|worker| studio.engine.seated(worker, WIDE, studio.room));
    studio.say(&[8000; 10 * 160]);
    studio.engine.control.remove_leg(guests[0]);
    studio.say(&[8000; 10 * 160]);
    assert_eq!(studio.stop(1), Duration::from_millis(600));
    let (rate, heard) = played(&path);
    assert_eq!((rate, heard.len()), (16_000, 9600));
    for tick in [5, 15, 25] {
        assert!(heard[tick * 320..(tick + 4) * 320].iter().all(|s| (s - 8000).abs() <= 3), "tick {tick}");
    }
    assert!(largest_step(&heard[640..]) <= 1500, "{}", largest_step(&heard[640..]));
}

#[test]
fn it_ends_with_what_it_records() {
    let mut studio = Studio::new("ends", RATE);
    let path = studio.record(1, Format::Wav, RATE, false);
    studio.say(&[1000; 1600]);
    studio.engine.control.remove_room(studio.room);
    studio.engine.settle();
    studio.engine.control.collect();
    let Told::Ended { id: 1, path: ended, length } = studio.next_told() else {
        panic!("not ended");
    };
    assert_eq!((&ended, length), (&path, Duration::from_millis(200)));
    assert_eq!(played(&path).1.len(), 1600);
    // Commands to those who are gone are harmless.
    studio.recorder().stop(1);
    studio.recorder().pause(7);
    studio.recorder().resume(7);
    assert!(studio.told.recv_timeout(Duration::from_millis(300)).is_err());
}
