//! Unloading and loading again: refused while a call is inside, else without a trace.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::host::{allow_core, assert_no_core, wait_for, wait_hears};
use crate::common::{PATIENCE, call, say_tones, wait_members, with_conclave};
use conclave_rig::pbx::Builder;
use conclave_rig::{Caller, Folder, Pbx, Trouble};

const CONF: &str = "[general]\non_demand = yes\n[8001]\ntype = room\npin = 4711\nmusic = default\n";

#[test]
fn it_unloads_when_nobody_is_inside_and_loads_again() {
    unloads_and_loads_again(with_conclave("unload", CONF));
}

#[test]
fn with_a_page_and_a_database_too() {
    let folder = Folder::new("unload-page");
    let conf = format!("[general]\nweb = 127.0.0.1:0\ndatabase = {}\n", folder.join("conclave.db").display());
    unloads_and_loads_again(with_conclave("unload-page", &CONF.replace("[general]\n", &conf)));
}

fn unloads_and_loads_again(builder: Builder) {
    let asterisk = builder.start().unwrap();
    allow_core(&asterisk);
    let mut before = None;
    for _ in 0..3 {
        talk(&asterisk);
        refuses_while_somebody_is_inside(&asterisk);

        module(&asterisk, "unload").unwrap();
        assert_eq!(mapped(&asterisk), Vec::<String>::new(), "the library is still in the process");
        let listed = asterisk.cli("module show like conclave").unwrap();
        assert!(listed.contains("0 modules loaded"), "{listed}");
        assert!(asterisk.cli("core show application Conclave").unwrap().contains("not registered"));
        // The first time round other parts of Asterisk have made what they keep: thread pools, files.
        let (threads, descriptors) = *before.get_or_insert_with(|| settled(&asterisk));
        wait_for("the threads and descriptors as they were", || {
            let now = settled(&asterisk);
            (now.0 <= threads && now.1 <= descriptors).then_some(()).ok_or(format!("{now:?}, not {before:?}"))
        });

        module(&asterisk, "load").unwrap();
    }
    talk(&asterisk);
    let mut complaints = complaints(&asterisk);
    complaints.retain(|line| !line.contains(" there is no account yet: "));
    assert_eq!(complaints, Vec::<String>::new());
    assert_no_core(&asterisk);
}

fn talk(asterisk: &Pbx) {
    let tones = [440.0, 620.0];
    let callers = ["alice", "bob"].map(|name| call(asterisk, name, "8000"));
    let callers = callers.each_ref();
    wait_members(asterisk, "8000", 2);
    say_tones(&callers, &tones);
    wait_hears(callers[0], tones[1]);
    wait_hears(callers[1], tones[0]);
    leave(asterisk, &callers);
}

fn refuses_while_somebody_is_inside(asterisk: &Pbx) {
    let asked = call(asterisk, "asked-for-his-pin", "8001");
    sleep(Duration::from_millis(500));
    assert_refused(asterisk);
    asked.press("4711#").unwrap();
    wait_members(asterisk, "8001", 1);
    // Long enough to hear music.
    sleep(Duration::from_secs(3));
    assert_refused(asterisk);
    assert!(asked.is_up(), "a refused unload throws nobody out");
    leave(asterisk, &[&asked]);
}

/// What `module load` and `module unload` do; the manager interface refuses those two as console commands.
fn module(asterisk: &Pbx, what: &str) -> Result<(), Trouble> {
    let fields = [("Module", "app_conclave.so"), ("LoadType", what)];
    asterisk.ami().unwrap().action("ModuleLoad", &fields).map(drop)
}

fn assert_refused(asterisk: &Pbx) {
    module(asterisk, "unload").unwrap_err();
    assert!(asterisk.cli("module show like conclave").unwrap().contains("1 modules loaded"));
}

fn leave(asterisk: &Pbx, callers: &[&Caller]) {
    for caller in callers {
        caller.hang_up().unwrap();
    }
    asterisk.wait_calls(0, PATIENCE).unwrap();
    // The channel is gone before the thread that ran it.
    wait_for("an empty module", || {
        let listed = asterisk.cli("module show like conclave").unwrap();
        listed.lines().any(|line| line.contains("app_conclave.so") && line.contains(" 0 ")).then_some(()).ok_or(listed)
    });
}

/// What Asterisk itself says of the refusals is expected.
fn complaints(asterisk: &Pbx) -> Vec<String> {
    crate::common::complaints(asterisk).into_iter().filter(|line| !line.contains("Soft unload failed")).collect()
}

fn mapped(asterisk: &Pbx) -> Vec<String> {
    let maps = fs::read_to_string(format!("/proc/{}/maps", asterisk.pid())).unwrap();
    maps.lines().filter(|line| line.contains("conclave.so")).map(String::from).collect()
}

/// Threads and descriptors, once they have stayed the same for a while: Asterisk ends threads of its own late.
fn settled(asterisk: &Pbx) -> (usize, usize) {
    let look = || {
        let descriptors = fs::read_dir(format!("/proc/{}/fd", asterisk.pid())).unwrap().count();
        (asterisk.threads(), descriptors)
    };
    let mut seen = look();
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_secs(1) {
        sleep(Duration::from_millis(50));
        let now = look();
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
    }
    seen
}
