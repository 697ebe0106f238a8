//! Callers with different codecs in one room: whom they hear, how well, and what it costs.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{
    LEVEL, assert_nothing_is_left, call, wait_members, wait_no_tone, wait_tone, wait_until, with_conclave,
};
use conclave_rig::{Caller, Codec, Pbx, Sound, listen};

#[test]
fn all_hear_each_other() {
    let pbx = start("codecs-mixed");
    let codecs = CODECS.into_iter().filter(|codec| pbx.speaks(*codec));
    let callers: Vec<_> = codecs.map(|codec| call_in(&pbx, codec)).collect();
    wait_members(&pbx, "8000", callers.len());
    let tones = &[440.0, 620.0, 910.0, 1_130.0, 1_370.0, 1_610.0, 1_890.0][..callers.len()];
    let callers: Vec<_> = callers.iter().collect();
    sleep(Duration::from_secs(2));
    // Not all in the same moment: tones whose peaks meet are too much for GSM.
    for (caller, tone) in callers.iter().zip(tones) {
        caller.say(Sound::tone(*tone, LEVEL));
        sleep(Duration::from_millis(130));
    }
    for (at, caller) in callers.iter().enumerate() {
        for (other, &tone) in tones.iter().enumerate() {
            if at == other { wait_no_tone(caller, tone) } else { wait_about(caller, tone, within(caller.codec())) }
        }
    }
    callers.iter().for_each(|caller| caller.hang_up().unwrap());
    assert_nothing_is_left(&pbx);
}

#[test]
fn g722_callers_hear_each_other_in_wide_band_whoever_else_is_there() {
    let pbx = start("codecs-wide");
    if !pbx.speaks(Codec::G722) {
        return;
    }
    let [alice, bob] = [Codec::G722; 2].map(|codec| call_in(&pbx, codec));
    wait_members(&pbx, "8000", 2);
    let carol = call(&pbx, "carol", "8000");
    wait_members(&pbx, "8000", 3);
    sleep(Duration::from_secs(2));
    // Above the 4 kHz that a G.711 call can carry.
    alice.say(conclave_rig::Sound::tone(5_000.0, LEVEL));
    wait_tone(&bob, 5_000.0, LEVEL);
    carol.say(conclave_rig::Sound::tone(620.0, LEVEL));
    for caller in [&alice, &bob] {
        wait_tone(caller, 620.0, LEVEL);
    }
    wait_tone(&bob, 5_000.0, LEVEL);
    // For her it is too high, and nothing of it is folded down into what she hears.
    let heard = carol.heard_last(Duration::from_secs(1));
    let level = conclave_rig::listen::level(&heard);
    assert!(level < -45.0, "carol hears {level:.1} dBFS of a tone that her codec cannot carry");
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn opus_callers_hear_each_other_in_full_band() {
    let pbx = start("codecs-opus");
    let [alice, bob] = [Codec::Opus; 2].map(|codec| call_in(&pbx, codec));
    let carol = call(&pbx, "carol", "8000");
    wait_members(&pbx, "8000", 3);
    sleep(Duration::from_secs(2));
    for hertz in [440.0, 5_000.0, 10_000.0] {
        alice.say(Sound::tone(hertz, LEVEL));
        wait_about(&bob, hertz, within(Codec::Opus));
    }
    alice.say(Sound::tone(620.0, LEVEL));
    wait_tone(&carol, 620.0, LEVEL);
    wait_no_tone(&alice, 620.0);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn twenty_listeners_cost_one_encoding() {
    let pbx = with_conclave("codecs-shared", &format!("{}workers = 1\n", crate::common::OPEN)).start().unwrap();
    let talker = call(&pbx, "talker", "8000");
    let listeners: Vec<_> = (0..20).map(|_| call_in(&pbx, Codec::Opus)).collect();
    wait_members(&pbx, "8000", 21);
    talker.say(Sound::tone(620.0, LEVEL));
    for listener in [&listeners[0], &listeners[19]] {
        wait_tone(listener, 620.0, LEVEL);
    }
    sleep(Duration::from_secs(1));
    let before = counted(&pbx);
    sleep(Duration::from_secs(4));
    let after = counted(&pbx);
    let each = (after.encodes - before.encodes) as f64 / (after.ticks - before.ticks) as f64;
    assert!((0.8..1.3).contains(&each), "{each:.2} encodings a tick");
    for listener in &listeners {
        wait_tone(listener, 620.0, LEVEL);
    }
    talker.say(Sound::Silence);
    let rests = wait_until(|| {
        let before = counted(&pbx).encodes;
        sleep(Duration::from_secs(1));
        counted(&pbx).encodes == before
    });
    assert!(rests, "silence is encoded");
    assert!(listeners.iter().all(|listener| listener.reception().lost == 0));
    drop((talker, listeners));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_begins_and_ceases_to_talk_hears_no_click() {
    let pbx = start("codecs-changes");
    let rooms = [("8000", Codec::G722), ("8001", Codec::Gsm), ("8002", Codec::Opus)];
    let rooms = rooms.into_iter().filter(|(_, codec)| pbx.speaks(*codec));
    let rooms: Vec<_> = rooms.map(|(room, codec)| [codec; 3].map(|codec| call_room(&pbx, room, codec))).collect();
    for [_, bob, carol] in &rooms {
        // A second, so that the room has settled at their rate.
        carol.say(Sound::tone(440.0, LEVEL));
        wait_tone(bob, 440.0, LEVEL);
    }
    sleep(Duration::from_secs(1));
    let began = Instant::now();
    for _ in 0..4 {
        rooms.iter().for_each(|[alice, ..]| alice.say(Sound::tone(620.0, LEVEL)));
        sleep(Duration::from_millis(700));
        rooms.iter().for_each(|[alice, ..]| alice.say(Sound::Silence));
        sleep(Duration::from_millis(1_300));
    }
    for [alice, bob, _] in &rooms {
        let codec = alice.codec();
        let heard = alice.heard_since(began);
        // A machine that is busy with something else loses ticks, which all hear.
        let [clicks, others] = [&heard, &bob.heard_since(began)].map(|heard| listen::clicks(heard, alice.rate()).len());
        assert!(clicks <= others, "{codec:?}: {clicks} clicks; who only listens has {others}");
        let (tone, own) =
            (listen::tone_level(&heard, alice.rate(), 440.0), listen::tone_level(&heard, alice.rate(), 620.0));
        assert!((tone - LEVEL).abs() < 1.5 && own < -45.0, "{codec:?}: {tone:.1} dBFS, of himself {own:.1}");
    }
    drop(rooms);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_telephone_that_changes_its_codec_is_heard_and_hears() {
    let pbx = start("codecs-reinvite");
    let alice = Caller::new("alice").codecs(&[Codec::Opus, Codec::G722, Codec::Pcmu]).call(&pbx, "8000").unwrap();
    alice.wait_answer().unwrap();
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    let codecs = [Codec::Pcmu, Codec::G722, Codec::Opus];
    for codec in codecs.into_iter().filter(|codec| pbx.speaks(*codec)) {
        sleep(Duration::from_secs(2));
        alice.change_codecs(&[codec]).unwrap();
        alice.say(Sound::tone(620.0, LEVEL));
        bob.say(Sound::tone(910.0, LEVEL));
        assert_eq!(alice.codec(), codec);
        wait_tone(&bob, 620.0, LEVEL);
        wait_tone(&alice, 910.0, LEVEL);
        wait_no_tone(&alice, 620.0);
    }
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

const CODECS: [Codec; 7] =
    [Codec::Pcmu, Codec::Pcma, Codec::L16, Codec::G722, Codec::Gsm, Codec::Opus, Codec::OpusStereo];

/// Comes into the room with this codec.
fn call_in(pbx: &Pbx, codec: Codec) -> Caller {
    call_room(pbx, "8000", codec)
}

/// Comes into a room with this codec.
fn call_room(pbx: &Pbx, room: &str, codec: Codec) -> Caller {
    let caller = Caller::new(&format!("{codec:?}")).codec(codec).call(pbx, room).unwrap();
    caller.wait_answer().unwrap();
    assert_eq!(caller.codec(), codec);
    caller
}

/// How near to what was said a codec's listener hears each of several tones, in dB.
fn within(codec: Codec) -> f64 {
    match codec {
        // Made for one voice: of many tones it keeps the highest worst.
        Codec::Gsm => 7.0,
        // It keeps the sound of something rather than its shape.
        Codec::Opus | Codec::OpusStereo => 2.5,
        _ => 1.5,
    }
}

/// Waits until a caller hears one of several tones.
fn wait_about(caller: &Caller, hertz: f64, within: f64) {
    let mut level = 0.0;
    let heard = wait_until(|| {
        level = listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz);
        (level - LEVEL).abs() < within
    });
    assert!(heard, "{} hears {hertz} Hz at {level:.1} dBFS", caller.name());
}

/// What all workers together have done so far.
struct Counted {
    ticks: u64,
    /// Those that were encoded in other codecs than G.711.
    encodes: u64,
}

fn counted(pbx: &Pbx) -> Counted {
    let text = pbx.cli("conclave show stats").unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("Worker")).skip(1);
    let rows = rows.take_while(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let mut all = Counted { ticks: 0, encodes: 0 };
    for row in rows {
        let columns: Vec<_> = row.split_whitespace().collect();
        all.ticks += columns[2].parse::<u64>().unwrap();
        all.encodes += columns.last().unwrap().parse::<u64>().unwrap();
    }
    all
}

fn start(name: &str) -> Pbx {
    with_conclave(name, crate::common::OPEN).start().unwrap()
}
