//! The sound of sessions of FreeSWITCH's: every codec, and all that may happen to a session while it is in a room.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{OPEN, PATIENCE, with_conclave_on};
use conclave_rig::{Caller, Codec, Host, Network, Pbx, Sound, listen};

const LEVEL: f64 = -20.0;

fn freeswitch(name: &str) -> Pbx {
    let dialplan = "\
exten => 8000,1,Answer()
 same => n,Conclave(8000)
exten => 8001,1,Conclave(8000)
exten => 8002,1,Answer()
 same => n,Dial(Local/8000@from-callers)
exten => 9000,1,Answer()
 same => n,Milliwatt()
";
    with_conclave_on(Host::FreeSwitch, name, OPEN).dialplan(dialplan).start().unwrap()
}

fn call(pbx: &Pbx, name: &str, number: &str, codec: Codec) -> Caller {
    let caller = Caller::new(name).codec(codec).call(pbx, number).unwrap();
    caller.wait_answer().unwrap();
    caller
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
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
    wait_tone_at(caller, hertz, LEVEL);
}

fn wait_tone_at(caller: &Caller, hertz: f64, dbfs: f64) {
    let began = Instant::now();
    loop {
        let level = listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz);
        if (level - dbfs).abs() < 1.5 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{} hears {hertz} Hz at {level:.1} dBFS", caller.name());
        sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn every_codec_is_heard_and_hears() {
    let pbx = freeswitch("fsmedia_codecs");
    let codecs = [Codec::G722, Codec::Opus, Codec::OpusStereo, Codec::L16, Codec::Gsm];
    for codec in codecs.into_iter().filter(|codec| pbx.speaks(*codec)) {
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
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn wide_sound_stays_wide() {
    let pbx = freeswitch("fsmedia_wide");
    if !pbx.speaks(Codec::G722) {
        return;
    }
    let alice = call(&pbx, "alice", "8000", Codec::G722);
    let bob = call(&pbx, "bob", "8001", Codec::Opus);
    let carol = call(&pbx, "carol", "8001", Codec::L16);
    bob.say(Sound::tone(6000.0, LEVEL).looped());
    wait_tone(&alice, 6000.0);
    wait_tone(&carol, 6000.0);
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

/// A caller's UUID; FreeSWITCH lists its channels a little later than they come.
fn uuid(pbx: &Pbx, name: &str) -> String {
    let word = format!("/{name}@");
    let text = pbx.wait_cli("show channels", PATIENCE, |text| text.contains(&word)).unwrap();
    let line = text.lines().find(|line| line.contains(&word)).unwrap();
    line.split(',').next().unwrap().to_owned()
}

fn quiet(caller: &Caller, hertz: f64) {
    let began = Instant::now();
    loop {
        let level = listen::tone_level(&caller.heard_last(Duration::from_millis(300)), caller.rate(), hertz);
        if level < -50.0 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{} hears {hertz} Hz at {level:.1} dBFS", caller.name());
        sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn recording_and_eavesdropping_leave_the_sound_as_it_is() {
    let pbx = freeswitch("fsmedia_bugs");
    let codecs = [Codec::Pcmu, Codec::G722, Codec::Opus, Codec::Gsm];
    for codec in codecs.into_iter().filter(|codec| pbx.speaks(*codec)) {
        let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
        let bob = call(&pbx, "bob", "8001", codec);
        hear_each_other(&alice, &bob);
        let (file, bob_uuid) = (pbx.directory().join("bob.wav"), uuid(&pbx, "bob"));
        let file = file.display();
        let answer = pbx.cli(&format!("uuid_record {bob_uuid} start {file}")).unwrap();
        assert!(answer.contains("+OK"), "{answer}");
        let spy = call(&pbx, "spy", "9000", Codec::Pcmu);
        pbx.cli(&format!("uuid_transfer {} 'eavesdrop:{bob_uuid}' inline", uuid(&pbx, "spy"))).unwrap();
        wait_tone(&spy, 440.0);
        wait_tone(&spy, 620.0);
        wait_tone(&alice, 620.0);
        wait_tone(&bob, 440.0);
        let since = Instant::now();
        sleep(Duration::from_secs(1));
        smooth(&alice, since);
        smooth(&bob, since);
        spy.hang_up().unwrap();
        pbx.cli(&format!("uuid_record {bob_uuid} stop {file}")).unwrap();
        sleep(Duration::from_millis(500));
        wait_tone(&alice, 620.0);
        wait_tone(&bob, 440.0);
        let recorded = Sound::from_wav(pbx.directory().join("bob.wav")).unwrap();
        let level = listen::level(recorded.recorded());
        assert!(level > -24.0, "{codec:?} was recorded at {level:.1} dBFS");
        alice.hang_up().unwrap();
        bob.hang_up().unwrap();
        pbx.wait_calls(0, PATIENCE).unwrap();
        std::fs::remove_file(pbx.directory().join("bob.wav")).unwrap();
    }
    // Whoever taps a call takes its locks, and may keep them while the machine is busy.
    let complaints = pbx.complaints();
    assert!(complaints.iter().all(|line| line.contains("made a media worker wait")), "{complaints:?}");
}

/// No gap in what was heard since a moment.
fn smooth(caller: &Caller, since: Instant) {
    // What has not come yet is no gap.
    let heard = caller.heard_since(since);
    let heard = &heard[..heard.len().saturating_sub(caller.rate() as usize / 10)];
    let silence = listen::longest_silence(heard, caller.rate(), -45.0);
    let (name, codec) = (caller.name(), caller.codec());
    assert!(silence < Duration::from_millis(30), "{name} heard nothing for {silence:?} in {codec:?}");
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_telephone_holds_and_comes_back() {
    let pbx = freeswitch("fsmedia_hold");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let bob = call(&pbx, "bob", "8001", Codec::Pcmu);
    hear_each_other(&alice, &bob);
    bob.hold().unwrap();
    quiet(&alice, 620.0);
    sleep(Duration::from_secs(1));
    bob.resume().unwrap();
    wait_tone(&alice, 620.0);
    wait_tone(&bob, 440.0);
    let bob_uuid = uuid(&pbx, "bob");
    pbx.cli(&format!("uuid_hold {bob_uuid}")).unwrap();
    quiet(&alice, 620.0);
    pbx.cli(&format!("uuid_hold off {bob_uuid}")).unwrap();
    wait_tone(&alice, 620.0);
    wait_tone(&bob, 440.0);
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn another_codec_in_the_middle_of_a_call() {
    let pbx = freeswitch("fsmedia_reinvite");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let bob = Caller::new("bob").codecs(&[Codec::Pcmu, Codec::G722, Codec::Gsm]).call(&pbx, "8001").unwrap();
    bob.wait_answer().unwrap();
    hear_each_other(&alice, &bob);
    let codecs = [Codec::G722, Codec::Gsm, Codec::Pcmu, Codec::Opus];
    for codec in codecs.into_iter().filter(|codec| pbx.speaks(*codec)) {
        bob.change_codecs(&[codec]).unwrap();
        let began = Instant::now();
        while bob.codec() != codec {
            assert!(began.elapsed() < PATIENCE, "{codec:?} was not agreed on");
            sleep(Duration::from_millis(50));
        }
        hear_each_other(&alice, &bob);
    }
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn sent_elsewhere_by_others() {
    let pbx = freeswitch("fsmedia_elsewhere");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let bob = call(&pbx, "bob", "8001", Codec::Pcmu);
    let carol = call(&pbx, "carol", "8001", Codec::Pcmu);
    let dave = call(&pbx, "dave", "8001", Codec::Pcmu);
    hear_each_other(&alice, &bob);
    // A tone from the dial plan, then back into the room.
    let began = Instant::now();
    pbx.cli(&format!("uuid_transfer {} 9000", uuid(&pbx, "bob"))).unwrap();
    wait_tone_at(&bob, 1004.0, -3.0);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    quiet(&alice, 620.0);
    pbx.cli(&format!("uuid_transfer {} 8000", uuid(&pbx, "bob"))).unwrap();
    wait_tone(&alice, 620.0);
    wait_tone(&bob, 440.0);
    // Two of them with each other.
    pbx.cli(&format!("uuid_bridge {} {}", uuid(&pbx, "carol"), uuid(&pbx, "dave"))).unwrap();
    carol.say(Sound::tone(800.0, LEVEL).looped());
    dave.say(Sound::tone(1200.0, LEVEL).looped());
    wait_tone(&dave, 800.0);
    wait_tone(&carol, 1200.0);
    quiet(&carol, 440.0);
    pbx.cli(&format!("uuid_kill {}", uuid(&pbx, "bob"))).unwrap();
    bob.wait_hung_up(Duration::from_secs(2)).unwrap();
    quiet(&alice, 620.0);
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn others_play_to_a_member_and_back_he_is() {
    let pbx = freeswitch("fsmedia_broadcast");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let bob = call(&pbx, "bob", "8001", Codec::Pcmu);
    hear_each_other(&alice, &bob);
    let answer =
        pbx.cli(&format!("uuid_broadcast {} tone_stream://%(2000,0,1500);v=-10 aleg", uuid(&pbx, "bob"))).unwrap();
    assert!(answer.contains("+OK"), "{answer}");
    let began = Instant::now();
    while listen::tone_level(&bob.heard_last(Duration::from_millis(500)), bob.rate(), 1500.0) < -30.0 {
        assert!(began.elapsed() < PATIENCE);
        sleep(Duration::from_millis(50));
    }
    sleep(Duration::from_secs(2));
    wait_tone(&bob, 440.0);
    wait_tone(&alice, 620.0);
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_call_without_rtp_is_heard_and_hears() {
    let pbx = freeswitch("fsmedia_loopback");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let bob = call(&pbx, "bob", "8002", Codec::Pcmu);
    hear_each_other(&alice, &bob);
    sleep(Duration::from_secs(2));
    let since = Instant::now();
    sleep(Duration::from_secs(1));
    smooth(&alice, since);
    smooth(&bob, since);
    bob.hang_up().unwrap();
    pbx.wait_calls(1, PATIENCE).unwrap();
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn packets_of_any_length() {
    let pbx = freeswitch("fsmedia_ptime");
    let alice = call(&pbx, "alice", "8000", Codec::Pcmu);
    let packets = [
        (Codec::Pcmu, 10),
        (Codec::Pcmu, 30),
        (Codec::Pcma, 40),
        (Codec::Pcmu, 60),
        (Codec::G722, 10),
        (Codec::G722, 40),
        (Codec::Gsm, 40),
        (Codec::Opus, 40),
    ];
    for (codec, ms) in packets.into_iter().filter(|(codec, _)| pbx.speaks(*codec)) {
        // It sends as it asks: FreeSWITCH follows what comes, not what was agreed on.
        let network = Network { packet: Duration::from_millis(ms.into()), ..Network::default() };
        let bob = Caller::new("bob").codec(codec).ptime(ms).network(network).call(&pbx, "8000").unwrap();
        bob.wait_answer().unwrap();
        hear_each_other(&alice, &bob);
        sleep(Duration::from_secs(1));
        let since = Instant::now();
        sleep(Duration::from_secs(1));
        smooth(&alice, since);
        smooth(&bob, since);
        // Opus has a tick in each packet, unless they are to be shorter.
        let ms = if codec == Codec::Opus { ms.min(20) } else { ms };
        let arrivals = bob.arrivals();
        for pair in arrivals[arrivals.len() - 10..].windows(2) {
            let step = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
            assert_eq!(step, ms * codec.clock() / 1000, "{codec:?} in {ms} ms");
            assert!(!pair[1].marker && pair[1].lost_before == 0, "{codec:?} in {ms} ms: {pair:?}");
        }
        bob.hang_up().unwrap();
        pbx.wait_calls(1, PATIENCE).unwrap();
    }
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}
