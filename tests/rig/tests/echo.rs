//! A caller hears himself in Echo(), in each codec, and either end can hang up.

use std::time::Duration;

use conclave_rig::{Caller, Codec, Pbx, Sound, listen};

const CODECS: [Codec; 7] =
    [Codec::Pcmu, Codec::Pcma, Codec::L16, Codec::G722, Codec::Gsm, Codec::Opus, Codec::OpusStereo];

const DIALPLAN: &str = "\
exten => 600,1,Answer()
 same => n,Echo()
exten => 601,1,Answer()
 same => n,Wait(1)
 same => n,Hangup(17)
exten => 602,1,Hangup(17)
exten => 603,1,Ringing()
 same => n,Wait(30)
exten => 604,1,Answer()
 same => n,Milliwatt()
";

#[test]
fn each_codec_comes_back() {
    let asterisk = Pbx::asterisk("echo-codecs").dialplan(DIALPLAN).start().unwrap();
    for codec in CODECS {
        let alice = Caller::new("alice").codec(codec).call(&asterisk, "600").unwrap();
        alice.wait_answer().unwrap();
        alice.say(Sound::tone(440.0, -20.0));
        alice.wait_tone(440.0, -21.0, Duration::from_secs(10)).unwrap();
        std::thread::sleep(Duration::from_millis(1_200));
        let heard = alice.heard_last(Duration::from_secs(1));
        let level = listen::tone_level(&heard, alice.rate(), 440.0);
        assert!((level + 20.0).abs() < 1.0, "{codec:?}: {level} {}", alice.trace());
        assert_eq!(alice.codec(), codec);
        let reception = alice.reception();
        assert!(reception.frames > 60 && reception.lost < 3, "{reception:?}");
        alice.hang_up().unwrap();
        asterisk.wait_calls(0, Duration::from_secs(5)).unwrap();
    }
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
}

#[test]
fn what_asterisk_encodes_is_heard_in_each_codec() {
    let asterisk = Pbx::asterisk("echo-translated").dialplan(DIALPLAN).start().unwrap();
    for codec in CODECS {
        let alice = Caller::new("alice").codec(codec).call(&asterisk, "604").unwrap();
        alice.wait_answer().unwrap();
        assert_eq!(alice.codec(), codec);
        alice.wait_tone(1_004.0, -5.0, Duration::from_secs(10)).unwrap();
        std::thread::sleep(Duration::from_millis(1_200));
        let heard = alice.heard_last(Duration::from_secs(1));
        let (level, whole) = (listen::tone_level(&heard, alice.rate(), 1_004.0), listen::level(&heard));
        assert!((level - whole).abs() < 1.0, "{codec:?}: of {whole:.1} dBFS the tone has {level:.1}");
        assert_eq!(alice.heard_sides().is_empty(), codec != Codec::OpusStereo);
        alice.hang_up().unwrap();
        asterisk.wait_calls(0, Duration::from_secs(5)).unwrap();
    }
}

#[test]
fn speech_comes_back_as_it_was() {
    let asterisk = Pbx::asterisk("echo-speech").dialplan(DIALPLAN).start().unwrap();
    let alice = Caller::new("alice").call(&asterisk, "600").unwrap();
    alice.wait_answer().unwrap();
    let speech = asterisk.prompt("conf-onlyperson").unwrap();
    alice.say(speech.clone());
    alice.wait_said(Duration::from_secs(20)).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let found = listen::speech_match(&alice.heard(), speech.recorded());
    assert!(found.correlation > 0.98, "{found:?}");
}

#[test]
fn either_end_hangs_up() {
    let asterisk = Pbx::asterisk("echo-hangups").dialplan(DIALPLAN).start().unwrap();
    let alice = Caller::new("alice").call(&asterisk, "601").unwrap();
    alice.wait_answer().unwrap();
    let ending = alice.wait_hung_up(Duration::from_secs(5)).unwrap();
    assert!(!ending.by_us && ending.status == 200 && ending.reason.contains("17"), "{ending:?}");

    let busy = Caller::new("bob").call(&asterisk, "602").unwrap();
    let ending = busy.wait_hung_up(Duration::from_secs(5)).unwrap();
    assert_eq!((ending.by_us, ending.status), (false, 486));
    assert!(busy.wait_answer().is_err());

    let carol = Caller::new("carol").call(&asterisk, "603").unwrap();
    carol.wait_ringing().unwrap();
    carol.hang_up().unwrap();
    assert_eq!(carol.ending().map(|ending| ending.status), Some(487));
    asterisk.wait_calls(0, Duration::from_secs(5)).unwrap();
}
