//! Asterisk's own recorder and spies on a member: they hear both directions, and whispers reach him alone.

use std::thread::sleep;
use std::time::Duration;

use crate::common::host::{channel_of, wait_hears, wait_hears_not};
use crate::common::{
    DIALPLAN, LEVEL, OPEN, PATIENCE, assert_nothing_is_left, call, say_tones, wait_members, with_conclave,
};
use conclave_rig::{Caller, Pbx, Sound, listen};

/// 7100 spies on what the global variable names; 7101 may whisper besides.
const SPIES: &str = "\
exten => 7100,1,Answer()
 same => n,ChanSpy(${GLOBAL(WHOM)},q)
exten => 7101,1,Answer()
 same => n,ChanSpy(${GLOBAL(WHOM)},qw)
";

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn a_recording_of_a_member_has_both_directions() {
    let (asterisk, callers, channel) = room("mixmonitor");
    let file = asterisk.directory().join("alice.wav");
    let recording = [("Channel", &*channel), ("File", file.to_str().unwrap())];
    asterisk.ami().unwrap().action("MixMonitor", &recording).unwrap();
    sleep(Duration::from_secs(3));
    wait_hears(&callers[0], TONES[1]);
    asterisk.ami().unwrap().action("StopMixMonitor", &[("Channel", &channel)]).unwrap();
    asterisk.wait_log("End MixMonitor Recording", PATIENCE).unwrap();
    let recorded = Sound::from_wav(&file).unwrap();
    let recorded = recorded.recorded();
    assert!(recorded.len() > 16_000, "{} samples", recorded.len());
    let middle = &recorded[recorded.len() / 2 - 4000..recorded.len() / 2 + 4000];
    for hertz in TONES {
        let level = listen::tone_level(middle, 8000, hertz);
        assert!((level - LEVEL).abs() < 3.0, "{hertz} Hz is recorded at {level:.1} dBFS");
    }
    end(&asterisk, callers);
}

#[test]
fn a_spy_hears_both_directions_and_is_heard_by_nobody() {
    let (asterisk, callers, _) = room("spy");
    let spy = call(&asterisk, "spy", "7100");
    spy.say(Sound::tone(1300.0, LEVEL));
    wait_hears(&spy, TONES[0]);
    wait_hears(&spy, TONES[1]);
    for caller in &callers {
        wait_hears_not(caller, 1300.0);
    }
    drop(spy);
    wait_hears(&callers[0], TONES[1]);
    end(&asterisk, callers);
}

#[test]
fn a_whisper_is_heard_by_the_member_alone() {
    let (asterisk, callers, _) = room("whisper");
    let spy = call(&asterisk, "spy", "7101");
    spy.say(Sound::tone(1300.0, LEVEL));
    wait_hears(&callers[0], 1300.0);
    wait_hears(&callers[0], TONES[1]);
    wait_hears_not(&callers[1], 1300.0);
    wait_hears(&callers[1], TONES[0]);
    drop(spy);
    wait_hears_not(&callers[0], 1300.0);
    end(&asterisk, callers);
}

/// Alice and Bob, each with a tone, and Alice's channel, which the spies look for.
fn room(name: &str) -> (Pbx, [Caller; 2], String) {
    let asterisk = with_conclave(name, OPEN).dialplan(&format!("{DIALPLAN}{SPIES}")).start().unwrap();
    let callers = [call(&asterisk, "alice", "8000"), call(&asterisk, "bob", "8000")];
    wait_members(&asterisk, "8000", 2);
    say_tones(&callers.each_ref(), &TONES);
    wait_hears(&callers[0], TONES[1]);
    let channel = channel_of(&asterisk, "8000", 1);
    asterisk.cli(&format!("dialplan set global WHOM {channel}")).unwrap();
    (asterisk, callers, channel)
}

fn end(asterisk: &Pbx, callers: [Caller; 2]) {
    drop(callers);
    assert_nothing_is_left(asterisk);
}
