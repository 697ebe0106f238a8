//! `conclave.conf` changes while a conference is in progress.

use crate::common::host::wait_hears;
use crate::common::{PATIENCE, call, complaints, configure, say_tones, wait_console, wait_members, with_conclave};
use conclave_rig::{Caller, Host, Pbx};

#[test]
fn a_reload_reaches_the_next_room_and_not_the_one_in_progress() {
    let pbx = with_conclave("settings-reload", "[8000]\ntype = room\npin = 1111\n").start().unwrap();
    let alice = enter(&pbx, "alice", "1111");
    wait_members(&pbx, "8000", 1);

    configure(&pbx, "[8000]\ntype = room\npin = 2222\n");
    let bob = enter(&pbx, "bob", "1111");
    wait_members(&pbx, "8000", 2);
    say_tones(&[&alice, &bob], &[440.0, 620.0]);
    wait_hears(&alice, 620.0);

    drop((alice, bob));
    wait_console(&pbx, "conclave show rooms", "0 rooms in progress");
    let carol = enter(&pbx, "carol", "2222");
    wait_members(&pbx, "8000", 1);

    // A file that nobody could use changes nothing.
    drop(carol);
    wait_console(&pbx, "conclave show rooms", "0 rooms in progress");
    assert_eq!(complaints(&pbx), Vec::<String>::new());
    configure(&pbx, "[8000]\ntype = room\npin = none\n");
    pbx.wait_log("the settings stay as they were", PATIENCE).unwrap();
    let _dave = enter(&pbx, "dave", "2222");
    wait_members(&pbx, "8000", 1);
}

#[test]
fn a_reload_names_what_waits_until_the_module_is_loaded_again() {
    let room = "[8000]\ntype = room\npin = 1111\n";
    let pbx = with_conclave("settings-await", room).start().unwrap();
    configure(&pbx, &format!("[general]\nnode = pbx9\nworkers = 7\n{room}"));
    let waits = "workers, node stay as they were until the module is unloaded and loaded again";
    pbx.wait_log(waits, PATIENCE).unwrap();
    if pbx.host() == Host::FreeSwitch {
        // Whoever asks for it is told, also if it was read already.
        let answer = pbx.cli("conclave reload").unwrap();
        assert!(answer.contains(waits), "{answer}");
    }
}

/// Calls 8000 and keys a PIN.
fn enter(pbx: &Pbx, name: &str, pin: &str) -> Caller {
    let caller = call(pbx, name, "8000");
    caller.press(&format!("{pin}#")).unwrap();
    caller
}
