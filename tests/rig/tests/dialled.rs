//! A caller is dialled: he rings, answers, refuses, is given up; he holds and transfers.

use std::time::{Duration, Instant};

use conclave_rig::{Caller, Pbx, Sound, listen};

const DIALPLAN: &str = "\
exten => 800,1,Dial(${GLOBAL(PHONE)},3)
 same => n,Verbose(0,dialled=${DIALSTATUS}=)
 same => n,Hangup()
exten => 600,1,Answer()
 same => n,Echo()
";

fn start(name: &str) -> Pbx {
    Pbx::asterisk(name).dialplan(DIALPLAN).start().unwrap()
}

fn dial(asterisk: &Pbx, phone: &Caller) -> Caller {
    let command = format!("dialplan set global PHONE {}", phone.dial_string());
    asterisk.cli(&command).unwrap();
    Caller::new("alice").call(asterisk, "800").unwrap()
}

#[test]
fn two_talk_hold_and_resume() {
    let asterisk = start("dialled-hold");
    let bob = Caller::new("bob").rings_for(Duration::from_millis(300)).plug_in(&asterisk).unwrap();
    let alice = dial(&asterisk, &bob);
    alice.wait_answer().unwrap();
    bob.wait_answer().unwrap();
    alice.say(Sound::tone(440.0, -20.0));
    bob.say(Sound::tone(620.0, -20.0));
    bob.wait_tone(440.0, -22.0, Duration::from_secs(10)).unwrap();
    alice.wait_tone(620.0, -22.0, Duration::from_secs(10)).unwrap();
    let hears = |caller: &Caller, hertz| {
        listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz)
    };

    bob.hold().unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(hears(&alice, 620.0) < -30.0 || listen::level(&alice.heard_last(Duration::from_millis(500))) < -60.0);
    bob.resume().unwrap();
    bob.wait_tone(440.0, -22.0, Duration::from_secs(10)).unwrap();
    alice.wait_tone(620.0, -22.0, Duration::from_secs(10)).unwrap();

    bob.hang_up().unwrap();
    let ending = alice.wait_hung_up(Duration::from_secs(5)).unwrap();
    assert!(!ending.by_us);
    asterisk.wait_calls(0, Duration::from_secs(5)).unwrap();
}

#[test]
fn a_phone_refuses_or_rings_in_vain() {
    let asterisk = start("dialled-refused");
    let busy = Caller::new("bob").refuses(486).plug_in(&asterisk).unwrap();
    let alice = dial(&asterisk, &busy);
    asterisk.wait_log("dialled=BUSY=", Duration::from_secs(5)).unwrap();
    alice.wait_hung_up(Duration::from_secs(5)).unwrap();

    let away = Caller::new("carol").rings_for(Duration::from_secs(60)).plug_in(&asterisk).unwrap();
    let began = Instant::now();
    let alice = dial(&asterisk, &away);
    away.wait_ringing().unwrap();
    let ending = away.wait_hung_up(Duration::from_secs(10)).unwrap();
    assert_eq!((ending.by_us, ending.status), (false, 487));
    assert!(began.elapsed() < Duration::from_secs(8));
    asterisk.wait_log("dialled=NOANSWER=", Duration::from_secs(5)).unwrap();
    alice.wait_hung_up(Duration::from_secs(5)).unwrap();
}

/// What the phone says before it answers is heard, and it hears.
#[test]
fn a_phone_has_early_media_then_answers_or_refuses() {
    let asterisk = start("dialled-early");
    let bob = Caller::new("bob").early_media().rings_for(Duration::from_secs(2)).plug_in(&asterisk).unwrap();
    bob.say(Sound::tone(620.0, -20.0));
    let alice = dial(&asterisk, &bob);
    alice.say(Sound::tone(440.0, -20.0));
    alice.wait_tone(620.0, -22.0, Duration::from_secs(5)).unwrap();
    assert!(!alice.is_up() && !bob.is_up());
    bob.wait_tone(440.0, -22.0, Duration::from_secs(5)).unwrap();
    alice.wait_answer().unwrap();
    alice.wait_tone(620.0, -22.0, Duration::from_secs(5)).unwrap();
    bob.hang_up().unwrap();
    alice.wait_hung_up(Duration::from_secs(5)).unwrap();

    let carol = Caller::new("carol").early_media().rings_for(Duration::from_secs(1)).refuses(603);
    let carol = carol.plug_in(&asterisk).unwrap();
    carol.say(Sound::tone(620.0, -20.0));
    let alice = dial(&asterisk, &carol);
    alice.wait_tone(620.0, -22.0, Duration::from_secs(5)).unwrap();
    assert_eq!(carol.wait_hung_up(Duration::from_secs(5)).unwrap().status, 603);
    alice.wait_hung_up(Duration::from_secs(20)).unwrap();
}

#[test]
fn a_blind_transfer_moves_the_other_end() {
    let asterisk = start("dialled-transfer");
    let bob = Caller::new("bob").plug_in(&asterisk).unwrap();
    let alice = dial(&asterisk, &bob);
    alice.wait_answer().unwrap();
    bob.wait_answer().unwrap();
    // The call is up before the two are in one bridge, and only then can one of them be moved.
    alice.say(Sound::tone(440.0, -20.0));
    bob.wait_tone(440.0, -22.0, Duration::from_secs(10)).unwrap();
    bob.transfer("600").unwrap();
    bob.wait_hung_up(Duration::from_secs(5)).unwrap();
    alice.wait_tone(440.0, -22.0, Duration::from_secs(10)).unwrap();
    assert!(bob.transfer_progress().iter().any(|line| line.contains("200")), "{:?}", bob.transfer_progress());
}
