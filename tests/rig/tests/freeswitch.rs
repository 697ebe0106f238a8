//! A private FreeSWITCH starts without root, answers on its console, lets callers hear, and stops cleanly.

use std::time::Duration;

use conclave_rig::{Caller, Codec, Pbx, Sound, listen};

const DIALPLAN: &str = "\
exten => 600,1,Answer()
 same => n,Echo()
exten => 601,1,Answer()
 same => n,Wait(2)
 same => n,Hangup(17)
exten => 602,1,Hangup(17)
exten => 603,1,Ringing()
 same => n,PlayTones(850)
 same => n,Wait(30)
exten => 604,1,Answer()
 same => n,Milliwatt()
exten => _7XX,1,Verbose(0,dials for ${EXTEN:1})
 same => n,Dial(${GLOBAL(BOB)})
exten => h,1,Verbose(0,it is over)
";

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn starts_answers_and_stops() {
    let pbx = Pbx::freeswitch("freeswitch-boots").dialplan(DIALPLAN).start().unwrap();
    assert!(pbx.cli("version").unwrap().contains("FreeSWITCH Version 1."));
    assert_eq!(pbx.calls().unwrap(), 0);
    assert_eq!(pbx.complaints(), Vec::<String>::new());
    assert!(pbx.cpu_time() > Duration::from_millis(10));
    let mut esl = pbx.esl().unwrap();
    assert!(pbx.ami().is_err());
    pbx.set_global("BOB", "100% right").unwrap();
    assert_eq!(esl.api("global_getvar BOB").unwrap(), "100% right");
    esl.command("sendevent CUSTOM\nEvent-Subclass: conclave::Opened\nRoom: 8000").unwrap();
    let opened = pbx
        .events()
        .map(drop)
        .and_then(|()| esl.wait_event(Duration::from_secs(5), |event| event.is_event("conclave::Opened")));
    assert_eq!(opened.unwrap().get("Room"), Some("8000"));
    assert!(esl.command("auth wrong").is_err());
    let stopped = pbx.stop(Duration::from_secs(20));
    assert!(stopped.cleanly(), "{stopped:?}");
    assert!(!pbx.is_alive());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn each_codec_comes_back() {
    let pbx = Pbx::freeswitch("freeswitch-codecs").dialplan(DIALPLAN).start().unwrap();
    let codecs = [Codec::Pcmu, Codec::Pcma, Codec::L16, Codec::G722, Codec::Gsm, Codec::Opus, Codec::OpusStereo];
    for codec in codecs.into_iter().filter(|codec| pbx.speaks(*codec)) {
        let alice = Caller::new("alice").codec(codec).call(&pbx, "600").unwrap();
        alice.wait_answer().unwrap();
        alice.say(Sound::tone(440.0, -20.0));
        alice.wait_tone(440.0, -21.0, Duration::from_secs(10)).unwrap();
        std::thread::sleep(Duration::from_millis(1_200));
        let level = listen::tone_level(&alice.heard_last(Duration::from_secs(1)), alice.rate(), 440.0);
        assert!((level + 20.0).abs() < 1.0, "{codec:?}: {level} {}", alice.trace());
        assert_eq!(alice.codec(), codec);
        let reception = alice.reception();
        // FreeSWITCH's echo sends what it has heard, and so less on a busy machine.
        assert!(reception.frames > 40 && reception.lost < 3, "{reception:?}");
        alice.hang_up().unwrap();
        pbx.wait_calls(0, Duration::from_secs(5)).unwrap();
        pbx.wait_log("it is over", Duration::from_secs(5)).unwrap();

        let bob = Caller::new("bob").codec(codec).call(&pbx, "604").unwrap();
        bob.wait_tone(1_004.0, -12.0, Duration::from_secs(10)).unwrap();
        assert_eq!(bob.codec(), codec);
        bob.hang_up().unwrap();
    }
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn either_end_hangs_up() {
    let pbx = Pbx::freeswitch("freeswitch-hangups").dialplan(DIALPLAN).start().unwrap();
    let alice = Caller::new("alice").call(&pbx, "601").unwrap();
    alice.wait_answer().unwrap();
    let ending = alice.wait_hung_up(Duration::from_secs(5)).unwrap();
    assert!(!ending.by_us && ending.status == 200 && ending.reason.contains("17"), "{ending:?}");
    let busy = Caller::new("bob").call(&pbx, "602").unwrap();
    let ending = busy.wait_hung_up(Duration::from_secs(5)).unwrap();
    assert_eq!((ending.by_us, ending.status), (false, 486));
    let carol = Caller::new("carol").call(&pbx, "603").unwrap();
    carol.wait_tone(850.0, -30.0, Duration::from_secs(5)).unwrap();
    carol.hang_up().unwrap();
    assert_eq!(carol.ending().map(|ending| ending.status), Some(487));
    pbx.wait_calls(0, Duration::from_secs(5)).unwrap();
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_telephone_is_dialled_and_talks() {
    let pbx = Pbx::freeswitch("freeswitch-dialled").dialplan(DIALPLAN).start().unwrap();
    let bob = Caller::new("bob").plug_in(&pbx).unwrap();
    pbx.set_global("BOB", bob.dial_string()).unwrap();
    let alice = Caller::new("alice").call(&pbx, "700").unwrap();
    bob.wait_answer().unwrap();
    alice.wait_answer().unwrap();
    alice.say(Sound::tone(440.0, -20.0));
    bob.say(Sound::tone(600.0, -20.0));
    alice.wait_tone(600.0, -22.0, Duration::from_secs(5)).unwrap();
    bob.wait_tone(440.0, -22.0, Duration::from_secs(5)).unwrap();
    pbx.wait_log("dials for 00", Duration::from_secs(5)).unwrap();
    bob.hang_up().unwrap();
    alice.wait_hung_up(Duration::from_secs(5)).unwrap();
    pbx.wait_log("it is over", Duration::from_secs(5)).unwrap();
}
