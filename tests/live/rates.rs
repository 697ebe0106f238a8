//! A room's rate follows its members while they talk: nobody hears a click, and nobody loses more than a syllable's edge.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::click::{loudest_edge, usual_edge};
use crate::common::{
    LEVEL, assert_nothing_is_left, call, wait_console, wait_members, wait_no_tone, wait_tone, with_conclave,
};
use conclave_rig::{Caller, Codec, Pbx, Sound, listen};

const TONES: [f64; 2] = [410.0, 620.0];
/// Above what G.711 carries.
const HIGH: f64 = 5_010.0;

#[test]
fn the_second_with_wide_band_brings_it_and_takes_it_away() {
    let pbx = with_conclave("rates", CONF).start().unwrap();
    let dave = call(&pbx, "dave", "8000");
    let alice = wide(&pbx, "alice");
    // One alone has nobody to hear more from.
    wait_rate(&pbx, 2, 8);
    alice.say(Sound::tone(TONES[0], LEVEL));
    wait_tone(&dave, TONES[0], LEVEL);
    for _ in 0..2 {
        let carol = wide(&pbx, "carol");
        wait_rate(&pbx, 3, 16);
        carol.say(Sound::tone(HIGH, LEVEL));
        wait_tone(&alice, HIGH, LEVEL);
        wait_tone(&carol, TONES[0], LEVEL);
        wait_tone(&dave, TONES[0], LEVEL);
        // Nor is it folded down for who cannot hear it.
        let folded = listen::tone_level(&dave.heard_last(Duration::from_millis(500)), 8_000, 8_000.0 - HIGH);
        assert!(folded < -60.0, "dave hears what is above his band, folded down, at {folded:.1} dBFS");
        carol.hang_up().unwrap();
        wait_rate(&pbx, 2, 8);
        wait_no_tone(&alice, HIGH);
        wait_tone(&dave, TONES[0], LEVEL);
    }
    drop((alice, dave));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_rate_changes_without_a_click_for_all_who_talk_and_listen() {
    let pbx = with_conclave("rates-clicks", CONF).start().unwrap();
    let (alice, bob) = (wide(&pbx, "alice"), call(&pbx, "bob", "8000"));
    let dave = Caller::new("dave").codec(Codec::Pcma).call(&pbx, "8000").unwrap();
    dave.wait_answer().unwrap();
    wait_rate(&pbx, 3, 8);
    alice.say(Sound::tone(TONES[0], LEVEL));
    bob.say(Sound::tone(TONES[1], LEVEL));
    let listens = [(&alice, &TONES[1..]), (&bob, &TONES[..1]), (&dave, &TONES[..])];
    for (caller, tones) in listens {
        tones.iter().for_each(|hertz| wait_tone(caller, *hertz, LEVEL));
    }
    sleep(REFERENCE);
    let steady = listens.map(|(caller, _)| usual_edge(&caller.heard_last(REFERENCE), caller.rate()));

    let began = Instant::now();
    let mut edges = [const { (Vec::new(), Vec::new()) }; 3];
    for _ in 0..4 {
        let mut listen_since = |change: Instant| {
            sleep(Duration::from_millis(300));
            for (edges, (caller, _)) in edges.iter_mut().zip(listens) {
                let (heard, rate) = (caller.heard_since(change), caller.rate());
                edges.0.push(loudest_edge(&heard, rate));
                edges.1.push(listen::longest_silence(&heard, rate, LEVEL - 10.0));
            }
        };
        let came = Instant::now();
        let carol = wide(&pbx, "carol");
        wait_rate(&pbx, 4, 16);
        listen_since(came);
        let left = Instant::now();
        carol.hang_up().unwrap();
        wait_rate(&pbx, 3, 8);
        listen_since(left);
    }
    for (((caller, tones), steady), (mut edges, mut gaps)) in listens.into_iter().zip(steady).zip(edges) {
        let (name, rate, heard) = (caller.name(), caller.rate(), caller.heard_since(began));
        caller.save_heard(pbx.directory().join(format!("{name}.wav"))).unwrap();
        // What a busy machine does to one change is no matter; what is heard of most is.
        edges.sort_by(f64::total_cmp);
        gaps.sort();
        let (edge, gap) = (edges[edges.len() / 2], gaps[gaps.len() / 2]);
        eprintln!("{name}: edges of {edges:.1?} dBFS, {steady:.1} when nothing happens, silent for {gap:?}");
        assert!(gap <= LONGEST_GAP, "{name} heard nobody for {gap:?}");
        assert!(edge < steady + 3.0, "{name} hears clicks: {edges:.1?} dBFS, {steady:.1} when nothing happens");
        for hertz in tones {
            let level = listen::tone_level(&heard, rate, *hertz);
            assert!((level - LEVEL).abs() < 1.0, "{name} heard {hertz} Hz at {level:.1} dBFS");
        }
    }
    drop((alice, bob, dave));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_room_of_narrow_callers_stays_narrow() {
    let pbx = with_conclave("rates-narrow", CONF).start().unwrap();
    let callers = [Codec::Pcmu, Codec::Pcma, Codec::Pcmu]
        .map(|codec| Caller::new("caller").codec(codec).call(&pbx, "8000").unwrap());
    callers.iter().for_each(|caller| caller.wait_answer().unwrap());
    wait_rate(&pbx, 3, 8);
    drop(callers);
    assert_nothing_is_left(&pbx);
}

/// Waits until the room has so many members and is mixed at so many kHz.
fn wait_rate(pbx: &Pbx, members: usize, khz: usize) {
    wait_members(pbx, "8000", members);
    wait_console(pbx, "conclave show room 8000", &format!("mixed at {khz} kHz"));
}

/// Calls the room with a telephone of 16 kHz.
fn wide(pbx: &Pbx, name: &str) -> Caller {
    let caller = Caller::new(name).codec(Codec::L16).call(pbx, "8000").unwrap();
    caller.wait_answer().unwrap();
    caller
}

/// So long nothing happens, to know what a line sounds like then.
const REFERENCE: Duration = Duration::from_secs(2);

/// The signal fades out and in again while the room's rate changes: two ticks, and how far the pieces of 10 ms in which
/// silence is measured reach over.
const LONGEST_GAP: Duration = Duration::from_millis(60);

const CONF: &str = "[8000]\ntype = room\narrivals = nothing\nonly_person = no\n";
