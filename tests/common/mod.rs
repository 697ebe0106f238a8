//! What the live stories share: a private Asterisk with Conclave, and questions to it.

#![allow(dead_code, reason = "no story uses everything")]

pub mod host;

use std::path::PathBuf;
use std::time::Duration;

use conclave_rig::asterisk::{Builder, workspace};
use conclave_rig::{Asterisk, Caller, Sound, listen};

/// The module that `make` builds.
pub fn module() -> PathBuf {
    let module = workspace().join("target/release/app_conclave.so");
    assert!(module.is_file(), "{} is missing: run make", module.display());
    module
}

/// An Asterisk with Conclave, its documentation and sounds, and this `conclave.conf`.
pub fn with_conclave(name: &str, conf: &str) -> Builder {
    let docs = workspace().join("doc/conclave-en_US.xml");
    Asterisk::builder(name)
        .module(module())
        .file("conclave.conf", conf)
        .link("data/documentation/thirdparty/conclave-en_US.xml", docs)
        .dialplan(DIALPLAN)
}

/// Every four-digit number from 8000 is a room, and the result is in the log.
pub const DIALPLAN: &str = "\
exten => _8XXX,1,Conclave(${EXTEN})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
";

/// A room without a PIN for every number.
pub const OPEN: &str = "[general]\non_demand = yes\n";

/// Calls a number and waits until it answered.
pub fn call(asterisk: &Asterisk, name: &str, number: &str) -> Caller {
    let caller = Caller::new(name).call(asterisk, number).unwrap();
    caller.wait_answer().unwrap();
    caller
}

/// Waits until a room has so many members.
pub fn wait_members(asterisk: &Asterisk, room: &str, members: usize) {
    let wanted = format!("Room {room}: {members} members");
    asterisk
        .wait_cli(&format!("conclave show room {room}"), PATIENCE, |text| text.contains(&wanted))
        .unwrap_or_else(|trouble| panic!("{trouble}"));
}

/// Asserts that of these tones, each caller's own, everybody hears all but his own, as loud as it was said.
pub fn assert_everybody_hears_the_others(callers: &[&Caller], tones: &[f64]) {
    for (at, caller) in callers.iter().enumerate() {
        let heard = caller.heard_last(Duration::from_secs(1));
        for (other, level) in listen::tones_heard(&heard, caller.rate(), tones).into_iter().enumerate() {
            let right = if at == other { level < -50.0 } else { (level - LEVEL).abs() < 2.0 };
            assert!(right, "{} hears {} at {level:.1} dBFS", caller.name(), callers[other].name());
        }
    }
}

/// Lets each caller say a tone of his own.
pub fn say_tones(callers: &[&Caller], tones: &[f64]) {
    for (caller, hertz) in callers.iter().zip(tones) {
        caller.say(Sound::tone(*hertz, LEVEL));
    }
}

/// How loud callers say their tones, in dBFS.
pub const LEVEL: f64 = -20.0;

/// Longer than anything takes that a story waits for.
pub const PATIENCE: Duration = Duration::from_secs(15);
