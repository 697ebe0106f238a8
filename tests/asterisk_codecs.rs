//! Callers with different codecs in one room: whom they hear, how well, and what it costs.

mod common;

use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{
    LEVEL, assert_nothing_is_left, call, say_tones, wait_console, wait_members, wait_no_tone, wait_tone, wait_until,
    with_conclave,
};
use conclave_rig::{Caller, Codec, Pbx, Sound, listen, wav};

#[test]
fn all_hear_each_other() {
    let asterisk = start("codecs-mixed");
    let callers = CODECS.map(|codec| call_in(&asterisk, codec));
    wait_members(&asterisk, "8000", 7);
    let tones = [440.0, 620.0, 910.0, 1_130.0, 1_370.0, 1_610.0, 1_890.0];
    let callers = callers.each_ref();
    sleep(Duration::from_secs(2));
    say_tones(&callers, &tones);
    for (at, caller) in callers.iter().enumerate() {
        for (other, &tone) in tones.iter().enumerate() {
            if at == other { wait_no_tone(caller, tone) } else { wait_about(caller, tone, within(caller.codec())) }
        }
    }
    callers.iter().for_each(|caller| caller.hang_up().unwrap());
    assert_nothing_is_left(&asterisk);
}

#[test]
fn g722_callers_hear_each_other_in_wide_band_whoever_else_is_there() {
    let asterisk = start("codecs-wide");
    let [alice, bob] = [Codec::G722; 2].map(|codec| call_in(&asterisk, codec));
    wait_members(&asterisk, "8000", 2);
    let carol = call(&asterisk, "carol", "8000");
    wait_members(&asterisk, "8000", 3);
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
    assert_nothing_is_left(&asterisk);
}

#[test]
fn no_call_passes_asterisks_translators() {
    let asterisk = start("codecs-plain");
    let codecs = [Codec::Pcmu, Codec::Pcma, Codec::G722, Codec::Gsm, Codec::Opus];
    let callers = codecs.map(|codec| call_in(&asterisk, codec));
    wait_members(&asterisk, "8000", 5);
    for (number, format) in ["ulaw", "alaw", "g722", "gsm", "opus"].into_iter().enumerate() {
        let number = format!("PJSIP/callers-{number:08x}");
        let text = wait_console(&asterisk, &format!("core show channel {number}"), "ReadTranscode");
        let line = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap_or("?").trim();
        for (name, wanted) in [
            ("NativeFormats:", format!("({format})")),
            ("ReadFormat:", format.into()),
            ("WriteFormat:", format.into()),
            ("ReadTranscode:", "No".into()),
            ("WriteTranscode:", "No".into()),
        ] {
            assert_eq!(line(name), wanted, "{name} of {number}:\n{text}");
        }
    }
    drop(callers);
    assert_nothing_is_left(&asterisk);
}

#[test]
fn opus_callers_hear_each_other_in_full_band_without_a_module_of_asterisks() {
    let asterisk = with_conclave("codecs-opus", common::OPEN).without("codec_opus_open_source").start().unwrap();
    let [alice, bob] = [Codec::Opus; 2].map(|codec| call_in(&asterisk, codec));
    let carol = call(&asterisk, "carol", "8000");
    wait_members(&asterisk, "8000", 3);
    sleep(Duration::from_secs(2));
    for hertz in [440.0, 5_000.0, 10_000.0] {
        alice.say(Sound::tone(hertz, LEVEL));
        wait_about(&bob, hertz, within(Codec::Opus));
    }
    alice.say(Sound::tone(620.0, LEVEL));
    wait_tone(&carol, 620.0, LEVEL);
    wait_no_tone(&alice, 620.0);
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn twenty_listeners_cost_one_encoding() {
    let asterisk = with_conclave("codecs-shared", &format!("{}workers = 1\n", common::OPEN)).start().unwrap();
    let talker = call(&asterisk, "talker", "8000");
    let listeners: Vec<_> = (0..20).map(|_| call_in(&asterisk, Codec::Opus)).collect();
    wait_members(&asterisk, "8000", 21);
    talker.say(Sound::tone(620.0, LEVEL));
    for listener in [&listeners[0], &listeners[19]] {
        wait_tone(listener, 620.0, LEVEL);
    }
    sleep(Duration::from_secs(1));
    let (before, began) = (encodes(&asterisk), Instant::now());
    sleep(Duration::from_secs(4));
    let ticks = began.elapsed().as_secs_f64() * 50.0;
    let each = (encodes(&asterisk) - before) as f64 / ticks;
    assert!((0.8..1.3).contains(&each), "{each:.2} encodings a tick");
    for listener in &listeners {
        wait_tone(listener, 620.0, LEVEL);
    }
    talker.say(Sound::Silence);
    sleep(Duration::from_secs(2));
    let before = encodes(&asterisk);
    sleep(Duration::from_secs(1));
    assert_eq!(encodes(&asterisk), before, "silence is encoded");
    assert!(listeners.iter().all(|listener| listener.reception().lost == 0));
    drop((talker, listeners));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn who_begins_and_ceases_to_talk_hears_no_click() {
    let asterisk = start("codecs-changes");
    let rooms = [("8000", Codec::G722), ("8001", Codec::Gsm), ("8002", Codec::Opus)];
    let rooms = rooms.map(|(room, codec)| [codec; 3].map(|codec| call_room(&asterisk, room, codec)));
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
    assert_nothing_is_left(&asterisk);
}

#[test]
fn what_is_recorded_of_a_call_by_asterisk_goes_on() {
    let dialplan =
        format!("exten => 700,1,MixMonitor(${{TO}}/call.wav16)\n same => n,Goto(8000,1)\n{}", common::DIALPLAN);
    let asterisk = with_conclave("codecs-monitor", common::OPEN).start().unwrap();
    let file = asterisk.directory().join("call.wav");
    let dialplan = dialplan.replace("${TO}/call.wav16", &file.display().to_string());
    std::fs::write(asterisk.directory().join("etc/extensions.conf"), format!("[from-callers]\n{dialplan}")).unwrap();
    asterisk.cli("dialplan reload").unwrap();
    let alice = Caller::new("alice").codec(Codec::G722).call(&asterisk, "700").unwrap();
    alice.wait_answer().unwrap();
    let bob = call_in(&asterisk, Codec::G722);
    wait_members(&asterisk, "8000", 2);
    alice.say(Sound::tone(620.0, LEVEL));
    bob.say(Sound::tone(910.0, LEVEL));
    wait_tone(&alice, 910.0, LEVEL);
    wait_tone(&bob, 620.0, LEVEL);
    sleep(Duration::from_secs(3));
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
    let (rate, recorded) = wav::read(&file).unwrap();
    let end = &recorded[recorded.len().saturating_sub(2 * rate as usize)..];
    for hertz in [620.0, 910.0] {
        let level = listen::tone_level(end, rate, hertz);
        assert!((level - LEVEL).abs() < 2.0, "{hertz} Hz at {level:.1} dBFS");
    }
}

#[test]
fn a_telephone_that_changes_its_codec_is_heard_and_hears() {
    change_codecs(&start("codecs-reinvite"));
}

#[test]
fn a_telephone_may_change_to_a_codec_that_asterisk_does_not_translate() {
    change_codecs(
        &with_conclave("codecs-reinvite-alone", common::OPEN).without("codec_opus_open_source").start().unwrap(),
    );
}

/// Each time the call is served anew in what the telephone speaks, and nothing is left to Asterisk's translators.
fn change_codecs(asterisk: &Pbx) {
    let alice = Caller::new("alice").codecs(&[Codec::Opus, Codec::G722, Codec::Pcmu]).call(asterisk, "8000").unwrap();
    alice.wait_answer().unwrap();
    let bob = call(asterisk, "bob", "8000");
    wait_members(asterisk, "8000", 2);
    let changes = [(Codec::Pcmu, "ulaw"), (Codec::G722, "g722"), (Codec::Opus, "opus")];
    for (codec, format) in changes {
        sleep(Duration::from_secs(2));
        alice.change_codecs(&[codec]).unwrap();
        alice.say(Sound::tone(620.0, LEVEL));
        bob.say(Sound::tone(910.0, LEVEL));
        assert_eq!(alice.codec(), codec);
        wait_tone(&bob, 620.0, LEVEL);
        wait_tone(&alice, 910.0, LEVEL);
        wait_no_tone(&alice, 620.0);
        let text = wait_console(asterisk, "core show channel PJSIP/callers-00000000", "ReadTranscode");
        for line in [format!("ReadFormat: {format}"), format!("WriteFormat: {format}")] {
            let has = text.lines().any(|there| there.split_whitespace().collect::<Vec<_>>().join(" ") == line);
            assert!(has, "no {line}:\n{text}");
        }
    }
    drop((alice, bob));
    assert_nothing_is_left(asterisk);
}

const CODECS: [Codec; 7] =
    [Codec::Pcmu, Codec::Pcma, Codec::L16, Codec::G722, Codec::Gsm, Codec::Opus, Codec::OpusStereo];

/// Comes into the room with this codec.
fn call_in(asterisk: &Pbx, codec: Codec) -> Caller {
    call_room(asterisk, "8000", codec)
}

/// Comes into a room with this codec.
fn call_room(asterisk: &Pbx, room: &str, codec: Codec) -> Caller {
    let caller = Caller::new(&format!("{codec:?}")).codec(codec).call(asterisk, room).unwrap();
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

/// How many ticks all workers have encoded in other codecs than G.711.
fn encodes(asterisk: &Pbx) -> u64 {
    let text = asterisk.cli("conclave show stats").unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("Worker")).skip(1);
    let rows = rows.take_while(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    rows.map(|row| row.split_whitespace().last().unwrap().parse::<u64>().unwrap()).sum()
}

fn start(name: &str) -> Pbx {
    with_conclave(name, common::OPEN).start().unwrap()
}
