//! Callers with different codecs in one room.

mod common;

use std::thread::sleep;
use std::time::Duration;

use common::{
    LEVEL, assert_nothing_is_left, call, say_tones, wait_console, wait_members, wait_no_tone, wait_tone, with_conclave,
};
use conclave_rig::{Asterisk, Caller, Codec};

#[test]
fn all_hear_each_other() {
    let asterisk = start("codecs-mixed");
    let callers = [
        call(&asterisk, "mu", "8000"),
        Caller::new("a").codec(Codec::Pcma).call(&asterisk, "8000").unwrap(),
        by_g722(&asterisk, "wide"),
    ];
    wait_members(&asterisk, "8000", 3);
    assert_eq!(callers[1].codec(), Codec::Pcma);
    let tones = [440.0, 620.0, 910.0];
    let callers = callers.each_ref();
    sleep(Duration::from_secs(2));
    say_tones(&callers, &tones);
    for (at, caller) in callers.iter().enumerate() {
        for (other, &tone) in tones.iter().enumerate() {
            if at == other { wait_no_tone(caller, tone) } else { wait_tone(caller, tone, LEVEL) }
        }
    }
    callers.iter().for_each(|caller| caller.hang_up().unwrap());
    assert_nothing_is_left(&asterisk);
}

#[test]
fn g722_callers_hear_each_other_in_wide_band_whoever_else_is_there() {
    let asterisk = start("codecs-wide");
    let alice = by_g722(&asterisk, "alice");
    let bob = by_g722(&asterisk, "bob");
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
fn g711_passes_no_translator() {
    let asterisk = start("codecs-plain");
    let callers = [Codec::Pcmu, Codec::Pcma].map(|codec| {
        let caller = Caller::new("caller").codec(codec).call(&asterisk, "8000").unwrap();
        caller.wait_answer().unwrap();
        caller
    });
    wait_members(&asterisk, "8000", 2);
    for (number, format) in ["PJSIP/callers-00000000", "PJSIP/callers-00000001"].into_iter().zip(["ulaw", "alaw"]) {
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

/// Comes into the room by G.722. His own telephone speaks linear wide band, which Asterisk turns into G.722 on a second
/// call, out of itself and in again.
fn by_g722(asterisk: &Asterisk, name: &str) -> Caller {
    let caller = Caller::new(name).codec(Codec::L16).call(asterisk, "by-g722").unwrap();
    caller.wait_answer().unwrap();
    let text = wait_console(asterisk, "core show channels concise", "Conclave");
    let inside = text.lines().filter(|line| line.contains("!Conclave!")).filter_map(|line| line.split('!').next());
    let speaks_g722 = |channel: &str| {
        asterisk.cli(&format!("core show channel {channel}")).unwrap().contains("NativeFormats: (g722)")
    };
    assert!(inside.max().is_some_and(speaks_g722), "{name} does not speak G.722:\n{text}");
    caller
}

fn start(name: &str) -> Asterisk {
    let more = "\
exten => by-g722,1,Dial(PJSIP/callers/sip:8000@${CHANNEL(pjsip,local_addr)},,b(offer-g722^s^1))
[offer-g722]
exten => s,1,Set(PJSIP_MEDIA_OFFER(audio)=!all,g722)
 same => n,Return()
";
    let dialplan = format!("{}{more}", common::DIALPLAN);
    with_conclave(name, common::OPEN).dialplan(&dialplan).start().unwrap()
}
