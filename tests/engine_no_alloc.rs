//! The audio half neither allocates nor frees memory.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

#[path = "engine/common/mod.rs"]
mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use common::two_channels::{Streams, stereo};
use common::{NARROW, WIDE};
use conclave::audio::{Clip, Decibels, SampleRate};
use conclave::codec;
use conclave::engine::{
    Capacity, Codec, Coded, Coders, Decoder, Encoder, LegId, Place, RoomSound, Target, Voice, Worker, new,
};

/// The system's allocator, counting what a guarded thread asks of it.
struct Guarded;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

impl Guarded {
    fn note(&self) {
        if GUARDED.get() {
            CALLS.set(CALLS.get() + 1);
        }
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting touches no heap memory.
unsafe impl GlobalAlloc for Guarded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.note();
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.note();
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Guarded = Guarded;

/// How often `audio_work` allocates or frees.
fn heap_calls(audio_work: impl FnOnce()) -> usize {
    CALLS.set(0);
    GUARDED.set(true);
    audio_work();
    GUARDED.set(false);
    CALLS.get()
}

#[test]
fn the_guard_sees_both_kinds_of_call() {
    assert_eq!(heap_calls(|| drop(std::hint::black_box(Box::new(1)))), 2);
    assert_eq!(heap_calls(|| ()), 0);
}

#[test]
fn no_tick_allocates_or_frees() {
    let (mut control, mut workers) =
        new(Capacity { workers: 2, legs: 16, rooms: 4, reports: 8, commands: 16, ..Capacity::default() });
    control.set_coders(Box::new(Own(Streams::default())));
    workers[0].warm_up();
    let room = control.add_room().unwrap();
    let [both, wide_both] = [SampleRate::Hz8000, SampleRate::Hz48000].map(stereo);
    let codecs = [Codec::Pcmu, Codec::Pcma, NARROW, WIDE, Codec::Linear(SampleRate::Hz48000), WIDE, both, wide_both];
    let coded = [Codec::Coded(CODED), Codec::Coded(codec::G722)].map(|coded| vec![coded; 3]).concat();
    let codecs = [codecs.to_vec(), coded].concat();
    let legs: Vec<LegId> =
        codecs.iter().enumerate().map(|(n, codec)| control.add_leg(n % 2, *codec).unwrap()).collect();
    let mut side = control.add_side_room(room).unwrap();
    let (music, mut feed) = control.add_music(SampleRate::Hz16000).unwrap();
    let own_music = Arc::new(Clip::tone(SampleRate::Hz24000, 300.0, 77, Decibels(-9.0)));
    let own_music = control.add_music_clip(own_music).unwrap();
    let prompt = Arc::new(Clip::tone(SampleRate::Hz8000, 440.0, 300, Decibels(-3.0)));
    let mut tick = 0;
    let mut run = |workers: &mut [Worker], ticks: u64| {
        for _ in 0..ticks {
            tick += 1;
            let calls = heap_calls(|| one_tick(workers, &legs, tick));
            assert_eq!(calls, 0, "in tick {tick}");
        }
    };
    for leg in &legs {
        control.seat(*leg, room);
        run(&mut workers, 3);
        control.collect();
    }
    for round in 0..6 {
        let leg = legs[round];
        control.play(Target::Leg(leg), prompt.clone(), 1).unwrap();
        control.play(Target::Room(room), prompt.clone(), 2).unwrap();
        control.play(Target::Announce(leg), prompt.clone(), 3).unwrap();
        control.set_music(legs[(round + 1) % 6], Some(own_music));
        control.speak_aside(leg, Some(side));
        control.overhear(legs[(round + 1) % 6], Some(side));
        control.overhear(leg, Some(side));
        control.set_hearing_allowed(legs[(round + 4) % 6], round % 2 == 0);
        let taps = [leg, legs[(round + 3) % 6]].map(|leg| control.tap_leg(leg).unwrap());
        let room_taps = [room, side].map(|room| control.tap_room(room).unwrap());
        control.set_place(leg, Place::from_percent(20 * round as i8 - 50));
        control.set_places_heard(legs[6], round % 3 != 1);
        control.overhear(legs[7], (round % 2 == 0).then_some(side));
        control.set_music(leg, Some(music));
        control.set_music(legs[6 + round % 8], Some(own_music));
        control.set_music(legs[6 + (round + 1) % 8], None);
        control.set_listen_gain(leg, Decibels(6.0));
        control.set_talk_gain(leg, Decibels(12.0));
        for (n, leg) in legs.iter().enumerate() {
            control.set_voice(*leg, Voice { level: (n + round) % 2 == 0, denoise: (n + round) % 3 == 0 });
        }
        let comfort_noise = (round % 3 != 0).then_some(Decibels(-50.0));
        for n in [6 + round, 6 + (round + 3) % 8] {
            control.set_codec(legs[n], codecs[6 + (n + round) % 8]).unwrap();
        }
        control.set_room_sound(room, RoomSound { most_talkers: round as u8 % 3, comfort_noise });
        feed.write(&[5000; 4000]);
        run(&mut workers, 10);
        control.collect();
        control.stop(Target::Room(room));
        control.stop(Target::Announce(leg));
        control.speak_aside(leg, None);
        control.speak_aside(legs[(round + 2) % 6], Some(side));
        control.set_talking_allowed(leg, round % 2 == 0);
        control.unseat(legs[(round + 3) % 6]);
        control.unseat(legs[6 + round % 8]);
        run(&mut workers, 10);
        control.seat(legs[(round + 3) % 6], room);
        control.seat(legs[6 + round % 8], room);
        // Nobody collects for so long that the rings are full.
        for _ in 0..20 {
            control.set_music(leg, None);
            control.set_music(leg, Some(music));
        }
        run(&mut workers, 10);
        control.collect();
        run(&mut workers, 10);
        for (id, mut tap) in taps.into_iter().chain(room_taps) {
            assert!(tap.read().is_some());
            control.remove_tap(id);
        }
        if round == 4 {
            control.remove_room(side);
            side = control.add_side_room(room).unwrap();
        }
    }
    let (_, _left_behind) = control.tap_room(room).unwrap();
    control.remove_music(music);
    control.remove_music(own_music);
    for leg in &legs {
        control.remove_leg(*leg);
    }
    control.remove_room(room);
    for _ in 0..10 {
        run(&mut workers, 5);
        control.collect();
    }
}

/// Our own codecs, of which nothing may allocate either, and a made-up one.
struct Own(Streams);

impl Coders for Own {
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn Decoder>> {
        codec::decoder(coded).or_else(|| self.0.decoder(coded))
    }

    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn Encoder>> {
        codec::encoder(coded).or_else(|| self.0.encoder(coded))
    }
}

/// Opus at 48 kHz in two channels, which is the name of one of our forms in [`codec::opus`]; G.722 without it.
#[cfg(feature = "opus")]
const CODED: Coded = Coded { format: 0x8020, rate: SampleRate::Hz48000, stereo: true };
#[cfg(not(feature = "opus"))]
const CODED: Coded = codec::G722;

/// Everything a host does in a tick: talk, pauses, losses and nonsense.
fn one_tick(workers: &mut [Worker], legs: &[LegId], tick: u64) {
    for worker in workers.iter_mut() {
        worker.begin_tick(tick);
        for (n, leg) in legs.iter().enumerate() {
            let bytes = [(tick as u8).wrapping_mul(37) | 0x80; 160];
            let samples = [if tick % 40 < 20 { 30_000 } else { 0 }; 960];
            let length = [0, 0, 160, 320, 960, 320, 2, 2].get(n).copied().unwrap_or(0);
            if !(tick + n as u64).is_multiple_of(7) {
                worker.feed(*leg, if matches!(n, 6 | 7) { &bytes[..2] } else { &bytes }, None);
                worker.feed_linear(*leg, &samples[..length], None);
            }
            if (tick + n as u64).is_multiple_of(11) {
                worker.feed_linear(*leg, &samples[..length / 2 + 3], None);
            }
        }
    }
    for worker in workers.iter_mut() {
        worker.mix();
    }
    for worker in workers {
        worker.waits_for_peers();
        worker.finish();
        for leg in legs {
            std::hint::black_box(worker.output(*leg));
        }
    }
}
