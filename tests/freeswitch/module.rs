//! The module on a real FreeSWITCH: load, unload, load again, and its end with callers inside.

use std::time::Duration;

use crate::common::host::channel_of;
use crate::common::{OPEN, PATIENCE, call, own_complaints, wait_console, wait_members, with_conclave_on};
use conclave_rig::{Host, Pbx};

fn freeswitch(name: &str) -> Pbx {
    with_conclave_on(Host::FreeSwitch, name, OPEN).start().unwrap()
}

/// Whether the library is in the process.
fn is_mapped(pbx: &Pbx) -> bool {
    std::fs::read_to_string(format!("/proc/{}/maps", pbx.pid())).unwrap().contains("mod_conclave")
}

fn said(pbx: &Pbx, command: &str) -> String {
    pbx.cli(command).unwrap().trim().to_owned()
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn it_unloads_when_nobody_is_inside_and_loads_again() {
    let pbx = freeswitch("module");
    wait_console(&pbx, "show application conclave", "conclave,Lets a caller into a conference");
    for _ in 0..2 {
        let alice = call(&pbx, "alice", "8000");
        wait_members(&pbx, "8000", 1);
        pbx.cli("unload mod_conclave").unwrap();
        assert_eq!(said(&pbx, "module_exists mod_conclave"), "true", "it unloads under its calls");
        assert!(alice.is_up());
        alice.hang_up().unwrap();
        pbx.wait_calls(0, PATIENCE).unwrap();
        pbx.wait_cli("unload mod_conclave", PATIENCE, |said| said.starts_with("+OK")).unwrap();
        assert_eq!(said(&pbx, "module_exists mod_conclave"), "false");
        assert!(!is_mapped(&pbx), "the library stays after its unload");
        assert!(pbx.cli("load mod_conclave").unwrap().contains("+OK"));
        assert!(is_mapped(&pbx));
    }
    assert!(pbx.cli("reload mod_conclave").unwrap().contains("+OK module loaded"));
    let stopped = pbx.stop(Duration::from_secs(20));
    assert!(stopped.cleanly(), "{stopped:?}");
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_forced_unload_ends_its_calls() {
    let pbx = freeswitch("module-forced");
    let callers = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    wait_members(&pbx, "8000", 2);
    pbx.cli("unload -f mod_conclave").unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    drop(callers);
    assert!(!is_mapped(&pbx));
    assert!(pbx.cli("load mod_conclave").unwrap().contains("+OK"));
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    drop(alice);
}

/// FreeSWITCH takes back what a module offers before it asks the module.
#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_forced_unload_that_leaves_a_call_leaves_the_module() {
    let pbx = freeswitch("module-refused");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    // So FreeSWITCH does not find the call, and does not hang it up.
    let uuid = channel_of(&pbx, "8000", 1);
    pbx.cli(&format!("uuid_setvar {uuid} current_application hidden")).unwrap();
    // It waits ten seconds for the call to go.
    let _ = pbx.cli("unload -f mod_conclave");
    pbx.wait_log("calls are inside, so Conclave goes on; 'load mod_conclave' lets more in again", 2 * PATIENCE)
        .unwrap();
    assert!(alice.is_up() && is_mapped(&pbx));
    assert!(said(&pbx, "conclave show rooms").contains("Command not found"));

    assert!(pbx.cli("load mod_conclave").unwrap().contains("+OK"));
    wait_members(&pbx, "8000", 1);
    let mut esl = pbx.esl().unwrap();
    esl.command("event plain CUSTOM conclave::joined").unwrap();
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    esl.wait_event(PATIENCE, |event| event.is_event("conclave::joined")).unwrap();
    assert!(own_complaints(&pbx).iter().all(|line| line.contains("calls are inside")), "{:?}", own_complaints(&pbx));
    drop((alice, bob));
    pbx.wait_calls(0, PATIENCE).unwrap();
    pbx.wait_cli("unload mod_conclave", PATIENCE, |said| said.starts_with("+OK")).unwrap();
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn freeswitch_ends_with_callers_inside() {
    for (name, command) in [("module-end", "fsctl shutdown"), ("module-end-now", "fsctl shutdown now")] {
        let pbx = freeswitch(name);
        let callers = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8000"));
        wait_members(&pbx, "8000", 3);
        // The second one ends before it can answer.
        let _ = pbx.cli(command);
        let stopped = pbx.wait_stopped(Duration::from_secs(20));
        assert!(stopped.cleanly(), "{command}: {stopped:?}");
        assert_eq!(own_complaints(&pbx), Vec::<String>::new());
        drop(callers);
    }
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_caller_is_transferred_out_of_his_room() {
    let pbx = freeswitch("module-transfer");
    let alice = call(&pbx, "alice", "8000");
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    let uuid = channel_of(&pbx, "8000", 2);
    assert!(said(&pbx, &format!("uuid_transfer {uuid} 8001 XML from-callers")).starts_with("+OK"));
    wait_members(&pbx, "8001", 1);
    wait_members(&pbx, "8000", 1);
    assert!(bob.is_up() && alice.is_up());
}
