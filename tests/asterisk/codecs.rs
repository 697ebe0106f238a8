//! Codecs and Asterisk: its translators have nothing to do, its recorder goes on.

use std::thread::sleep;
use std::time::Duration;

use crate::common::{
    DIALPLAN, LEVEL, OPEN, assert_nothing_is_left, call, wait_console, wait_members, wait_no_tone, wait_tone,
    with_conclave,
};
use conclave_rig::{Caller, Codec, Pbx, Sound, listen, wav};

#[test]
fn no_call_passes_asterisks_translators() {
    let asterisk = with_conclave("codecs-plain", OPEN).start().unwrap();
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
    let asterisk = with_conclave("codecs-opus", OPEN).without("codec_opus_open_source").start().unwrap();
    let [alice, bob] = [Codec::Opus; 2].map(|codec| call_in(&asterisk, codec));
    let carol = call(&asterisk, "carol", "8000");
    wait_members(&asterisk, "8000", 3);
    sleep(Duration::from_secs(2));
    for hertz in [440.0, 5_000.0] {
        alice.say(Sound::tone(hertz, LEVEL));
        wait_tone(&bob, hertz, LEVEL);
    }
    alice.say(Sound::tone(620.0, LEVEL));
    wait_tone(&carol, 620.0, LEVEL);
    wait_no_tone(&alice, 620.0);
    drop((alice, bob, carol));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn what_is_recorded_of_a_call_by_asterisk_goes_on() {
    let dialplan = format!("exten => 700,1,MixMonitor(${{TO}}/call.wav16)\n same => n,Goto(8000,1)\n{}", DIALPLAN);
    let asterisk = with_conclave("codecs-monitor", OPEN).start().unwrap();
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
fn a_telephone_that_changes_its_codec_leaves_nothing_to_asterisks_translators() {
    change_codecs(&with_conclave("codecs-reinvite", OPEN).start().unwrap());
    let without = with_conclave("codecs-reinvite-alone", OPEN).without("codec_opus_open_source");
    change_codecs(&without.start().unwrap());
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

/// Comes into the room with this codec.
fn call_in(asterisk: &Pbx, codec: Codec) -> Caller {
    let caller = Caller::new(&format!("{codec:?}")).codec(codec).call(asterisk, "8000").unwrap();
    caller.wait_answer().unwrap();
    assert_eq!(caller.codec(), codec);
    caller
}
