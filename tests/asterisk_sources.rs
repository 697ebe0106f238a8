//! Music, announcements and paging reach each caller at the best rate that he and the files have.

mod common;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use common::host::plug_in;
use common::judge::wait_hears_just;
use common::{LEVEL, assert_nothing_is_left, call, wait_console, wait_members, wait_silent, wait_tone, with_conclave};
use conclave_rig::pbx::workspace;
use conclave_rig::{Caller, Codec, Pbx, Sound, listen, wav};

/// In every file.
const LOW: f64 = 1_490.0;
/// In its place after a while, in files of music.
const LATER: f64 = 1_810.0;
/// Only where there is wide band.
const HIGH: f64 = 5_010.0;
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

#[test]
fn a_class_with_narrow_files_alone_is_heard_by_all() {
    let asterisk = start("sources-narrow");
    let bob = wide(&asterisk, "bob", "8002");
    wait_hears_just(&bob, &TONES, &[LOW]);
    let alice = call(&asterisk, "alice", "8003");
    wait_hears_just(&alice, &TONES, &[LOW]);
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn an_announcement_has_the_full_band_of_its_room() {
    let asterisk = start("sources-play");
    let file = files("announcement", Duration::ZERO).join("tone");
    let (alice, bob) = (wide(&asterisk, "alice", "8004"), wide(&asterisk, "bob", "8004"));
    let carol = call(&asterisk, "carol", "8004");
    wait_members(&asterisk, "8004", 3);
    wait_console(&asterisk, "conclave show room 8004", "mixed at 16 kHz");
    [&alice, &bob, &carol].into_iter().for_each(wait_silent);
    for member in ["", " 1", " 3"] {
        asterisk.cli(&format!("conclave play 8004 {}{member}", file.display())).unwrap();
        let narrow = [(&carol, &[LATER][..])];
        let wide = [(&alice, &[LATER, HIGH][..]), (&bob, &[LATER, HIGH][..])];
        let hears: Vec<_> = match member {
            "" => wide.into_iter().chain(narrow).collect(),
            " 1" => wide.into_iter().take(1).collect(),
            _ => narrow.into_iter().collect(),
        };
        for (caller, tones) in hears {
            wait_hears_just(caller, &TONES, tones);
        }
        asterisk.cli("conclave play 8004 silence/1").unwrap();
        [&alice, &bob, &carol].into_iter().for_each(wait_silent);
    }
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn who_is_paged_hears_the_full_band() {
    let asterisk = start("sources-page");
    let bob = plug_in(&asterisk, "BOB", Caller::new("bob").codec(Codec::L16));
    let alice = wide(&asterisk, "alice", "page");
    bob.wait_answer().unwrap();
    wait_members(&asterisk, "8004", 2);
    alice.say(Sound::tone(HIGH, LEVEL));
    wait_tone(&bob, HIGH, LEVEL);
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

/// A folder with one sound, at 8 and at 16 kHz: what it begins with, then a minute of what follows.
fn files(name: &str, beginning: Duration) -> PathBuf {
    let folder = workspace().join(format!("target/live/sources-{name}"));
    fs::create_dir_all(&folder).unwrap();
    for (ending, rate) in [("wav", 8_000), ("wav16", 16_000)] {
        let length = if beginning.is_zero() { 4 } else { 60 };
        let sample = |at: u32| {
            let time = f64::from(at) / f64::from(rate);
            let low = if time < beginning.as_secs_f64() { LOW } else { LATER };
            let sine = |hertz: f64| 32_767.0 * 10_f64.powf(LEVEL / 20.0) * (std::f64::consts::TAU * hertz * time).sin();
            (sine(low) + if rate > 8_000 { sine(HIGH) } else { 0.0 }) as i16
        };
        wav::write(folder.join(format!("tone.{ending}")), rate, &(0..length * rate).map(sample).collect::<Vec<_>>())
            .unwrap();
    }
    folder
}

fn start(name: &str) -> Pbx {
    let (both, narrow) = (files(name, BEGINNING), common::judge::tone_folder(LOW as u32));
    let classes = format!(
        "[both]\nmode=files\ndirectory={}\n[narrow]\nmode=files\ndirectory={}\n",
        both.display(),
        narrow.display()
    );
    let dialplan = format!(
        "{}exten => page,1,Conclave(8004,P(201))\n[invited]\nexten => 201,1,Dial(${{GLOBAL(BOB)}})\n",
        common::DIALPLAN
    );
    with_conclave(name, CONF).dialplan(&dialplan).file("musiconhold.conf", &classes).start().unwrap()
}

/// How long a class of music begins with [`LOW`].
const BEGINNING: Duration = Duration::from_secs(6);

const CONF: &str = "\
[base](!)
type = room
arrivals = nothing
only_person = no
invite_context = invited
[8000](base)
music = both
[8001](base)
music = both
[8002](base)
music = narrow
[8003](base)
music = narrow
[8004](base)
";
