//! The module and the PBX end while calls are being made.

use std::time::Duration;

use crate::common::host::{allow_core, assert_no_core, load_type, plug_in, wait_for};
use crate::common::{PATIENCE, call, wait_members, wait_tone, with_conclave};
use conclave_rig::{Caller, Pbx, Sound};

#[test]
fn it_does_not_unload_while_a_call_is_out_and_does_afterwards() {
    let asterisk = start("invite-unload");
    allow_core(&asterisk);
    let alice = call(&asterisk, "alice", "8000");
    wait_members(&asterisk, "8000", 1);
    let bob = plug_in(&asterisk, "BOB", Caller::new("bob"));
    asterisk.cli("conclave invite 8000 201").unwrap();
    wait_members(&asterisk, "8000", 2);
    // Only the one whom we have called is inside, then only one whom we call.
    alice.hang_up().unwrap();
    wait_members(&asterisk, "8000", 1);
    assert_refused(&asterisk);
    let carol = plug_in(&asterisk, "CAROL", Caller::new("carol").rings_for(Duration::from_secs(60)));
    asterisk.cli("conclave invite 8000 202").unwrap();
    carol.wait_ringing().unwrap();
    assert_refused(&asterisk);
    assert!(bob.is_up());

    bob.hang_up().unwrap();
    carol.wait_hung_up(PATIENCE).unwrap();
    asterisk.wait_calls(0, PATIENCE).unwrap();
    wait_for("an empty module", || {
        let listed = asterisk.cli("module show like conclave").unwrap();
        listed.lines().any(|line| line.contains("app_conclave.so") && line.contains(" 0 ")).then_some(()).ok_or(listed)
    });
    load_type(&asterisk, "unload").unwrap();
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", asterisk.pid())).unwrap();
    assert!(!maps.contains("conclave.so"), "the library is still in the process");
    load_type(&asterisk, "load").unwrap();
    let alice = call(&asterisk, "alice", "8000");
    wait_members(&asterisk, "8000", 1);
    drop(alice);
    assert_no_core(&asterisk);
}

#[test]
fn core_stop_now_with_calls_out() {
    let asterisk = start("invite-stop");
    allow_core(&asterisk);
    let alice = call(&asterisk, "alice", "8000");
    wait_members(&asterisk, "8000", 1);
    let bob = plug_in(&asterisk, "BOB", Caller::new("bob"));
    let carol = plug_in(&asterisk, "CAROL", Caller::new("carol").rings_for(Duration::from_secs(60)));
    let dave = plug_in(&asterisk, "DAVE", Caller::new("dave").early_media().rings_for(Duration::from_secs(60)));
    dave.say(Sound::tone(620.0, -20.0));
    for number in ["201", "202", "203"] {
        asterisk.cli(&format!("conclave invite 8000 {number}")).unwrap();
    }
    wait_members(&asterisk, "8000", 2);
    carol.wait_ringing().unwrap();
    wait_tone(&alice, 620.0, -20.0);
    let _ = asterisk.cli("core stop now");
    let stopped = asterisk.wait_stopped(Duration::from_secs(15));
    assert!(stopped.cleanly(), "{stopped:?}");
    assert_no_core(&asterisk);
    drop((alice, bob, carol, dave));
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

fn assert_refused(asterisk: &Pbx) {
    load_type(asterisk, "unload").unwrap_err();
    assert!(asterisk.cli("module show like conclave").unwrap().contains("1 modules loaded"));
}

const DIALPLAN: &str = "\
[from-callers]
exten => 8000,1,Conclave()
[invited]
exten => 201,1,Dial(${GLOBAL(BOB)})
exten => 202,1,Dial(${GLOBAL(CAROL)})
exten => 203,1,Dial(${GLOBAL(DAVE)})
";

const CONF: &str = "\
[8000]
type = room
invite_context = invited
";
