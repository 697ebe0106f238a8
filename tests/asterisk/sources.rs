//! A class of Asterisk's music reaches each caller at the best rate that he and its files have.

use std::time::{Duration, Instant};

use crate::common::judge::wait_hears_just;
use crate::common::wide::{HIGH, LATER, LOW, wide_folder};
use crate::common::{assert_nothing_is_left, call, with_conclave};
use conclave_rig::{Caller, Codec, Pbx, listen};

const TONES: [f64; 3] = [LOW, LATER, HIGH];

#[test]
fn a_class_of_music_goes_on_in_wide_band_for_who_can_hear_it() {
    let asterisk = start("sources-music");
    let alice = call(&asterisk, "alice", "8000");
    wait_hears_just(&alice, &TONES, &[LOW]);
    wait_hears_just(&alice, &TONES, &[LATER]);
    // Who comes now hears the same place of it as she does, and more of it; she misses nothing but a moment.
    let came = Instant::now();
    let bob = wide(&asterisk, "bob", "8001");
    wait_hears_just(&bob, &TONES, &[LATER, HIGH]);
    wait_hears_just(&alice, &TONES, &[LATER]);
    let since = alice.heard_since(came);
    let gap = listen::longest_silence(&since, 8_000, -40.0);
    assert!(gap < Duration::from_millis(400), "alice heard no music for {gap:?}");
    assert_eq!(listen::clicks(&since, 8_000), [0; 0], "the music's rate changed with a click");
    let beginning = listen::tone_level(&since, 8_000, LOW);
    assert!(beginning < -45.0, "the music began anew ({beginning:.1} dBFS)");
    // He goes, and she does not notice.
    bob.hang_up().unwrap();
    let gone = Instant::now();
    std::thread::sleep(Duration::from_secs(1));
    assert!(listen::longest_silence(&alice.heard_since(gone), 8_000, -40.0).is_zero());
    assert_eq!(asterisk.cli("core show channels concise").unwrap().matches("Conclave/music-").count(), 1);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

/// Calls a number with a telephone of 16 kHz.
fn wide(asterisk: &Pbx, name: &str, number: &str) -> Caller {
    let caller = Caller::new(name).codec(Codec::L16).call(asterisk, number).unwrap();
    caller.wait_answer().unwrap();
    assert_eq!(caller.rate(), 16_000);
    caller
}

fn start(name: &str) -> Pbx {
    let both = wide_folder(name, Duration::from_secs(6));
    let class = format!("[both]\nmode=files\ndirectory={}\n", both.display());
    with_conclave(name, CONF).file("musiconhold.conf", &class).start().unwrap()
}

const CONF: &str = "\
[base](!)
type = room
arrivals = nothing
only_person = no
[8000](base)
music = both
[8001](base)
music = both
";
