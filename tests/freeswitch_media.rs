//! The sound of sessions of FreeSWITCH's: every codec, and all that may happen to a session while it is in a room.

use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave_rig::{Caller, Codec, Pbx, Sound, listen};

const PATIENCE: Duration = Duration::from_secs(10);

const LEVEL: f64 = -20.0;

fn freeswitch(name: &str) -> Pbx {
    let library = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("libconclave.so");
    let conf = "[general]\non_demand = yes\n";
    let dialplan = "exten => 8000,1,Answer()\nsame => n,Conclave(8000)\nexten => 8001,1,Conclave(8000)\n";
    Pbx::freeswitch(name)
        .module_as(library, "mod_conclave.so")
        .file("conclave.conf", conf)
        .dialplan(dialplan)
        .start()
        .unwrap()
}

fn call(pbx: &Pbx, name: &str, number: &str, codec: Codec) -> Caller {
    let caller = Caller::new(name).codec(codec).call(pbx, number).unwrap();
    caller.wait_answer().unwrap();
    caller
}

#[test]
fn two_callers_hear_each_other() {
    let pbx = freeswitch("fsmedia_talk");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let bob = call(&pbx, "bob", "8001", Codec::Pcma);
    hear_each_other(&alice, &bob);
    alice.hang_up().unwrap();
    bob.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

/// Each says a tone of his own, and hears the other's as loud as it was said.
fn hear_each_other(one: &Caller, other: &Caller) {
    one.say(Sound::tone(440.0, LEVEL).looped());
    other.say(Sound::tone(620.0, LEVEL).looped());
    wait_tone(other, 440.0);
    wait_tone(one, 620.0);
}

fn wait_tone(caller: &Caller, hertz: f64) {
    let began = Instant::now();
    loop {
        let level = listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz);
        if (level - LEVEL).abs() < 1.5 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{} hears {hertz} Hz at {level:.1} dBFS", caller.name());
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn every_codec_is_heard_and_hears() {
    let pbx = freeswitch("fsmedia_codecs");
    for codec in [Codec::G722, Codec::Opus, Codec::OpusStereo, Codec::L16, Codec::Gsm] {
        let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
        let bob = call(&pbx, "bob", "8001", codec);
        assert_eq!(bob.codec(), codec);
        hear_each_other(&alice, &bob);
        alice.hang_up().unwrap();
        bob.hang_up().unwrap();
        pbx.wait_calls(0, PATIENCE).unwrap();
    }
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
fn wide_sound_stays_wide() {
    let pbx = freeswitch("fsmedia_wide");
    let alice = call(&pbx, "alice", "8000", Codec::G722);
    let bob = call(&pbx, "bob", "8001", Codec::Opus);
    let carol = call(&pbx, "carol", "8001", Codec::L16);
    bob.say(Sound::tone(6000.0, LEVEL).looped());
    wait_tone(&alice, 6000.0);
    wait_tone(&carol, 6000.0);
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}
