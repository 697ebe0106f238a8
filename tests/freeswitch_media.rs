//! The sound of sessions of FreeSWITCH's: every codec, and all that may happen to a session while it is in a room.

use std::time::Duration;

use conclave_rig::{Caller, Codec, Pbx, Sound};

const PATIENCE: Duration = Duration::from_secs(10);

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
    alice.say(Sound::tone(440.0, -20.0).looped());
    bob.say(Sound::tone(620.0, -20.0).looped());
    bob.wait_tone(440.0, -26.0, PATIENCE).unwrap();
    alice.wait_tone(620.0, -26.0, PATIENCE).unwrap();
    alice.hang_up().unwrap();
    bob.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    assert_eq!(pbx.complaints(), Vec::<String>::new());
}
