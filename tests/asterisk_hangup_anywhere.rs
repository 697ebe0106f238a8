//! Callers who hang up at any moment: nothing of them is left, in the rooms, in the PBX, or in its process.

mod common;

use std::fs;
use std::path::PathBuf;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use common::{
    SILENT, assert_nothing_is_left, call, call_with_pin, wait_members, wait_prompt, wait_until, with_conclave,
};
use conclave_rig::{Caller, Pbx, listen};

#[test]
fn at_each_step() {
    let asterisk = with_conclave("hangup-steps", CONF).start().unwrap();
    let steps: [Step; 10] = [
        ("before the answer", |asterisk| Caller::new("alice").call(asterisk, "8000").unwrap()),
        ("right after the answer", |asterisk| call(asterisk, "alice", "8000")),
        ("while the question plays", |asterisk| {
            let alice = call(asterisk, "alice", "8000");
            assert!(wait_until(|| listen::level(&alice.heard_last(Duration::from_millis(200))) > SILENT));
            alice
        }),
        ("between digits", |asterisk| call_with_pin(asterisk, "alice", "8000", "47")),
        ("after the last digit", |asterisk| call_with_pin(asterisk, "alice", "8000", "4711")),
        ("while the words for a wrong PIN play", |asterisk| {
            let alice = call(asterisk, "alice", "8000");
            let keyed = Instant::now();
            alice.press("1#").unwrap();
            wait_prompt(asterisk, &alice, keyed, "conf-invalidpin");
            alice
        }),
        ("as soon as the PIN is right", |asterisk| call_with_pin(asterisk, "alice", "8000", "4711#")),
        ("alone with music", |asterisk| {
            let alice = call_with_pin(asterisk, "alice", "8000", "4711#");
            wait_members(asterisk, "8000", 1);
            asterisk.wait_cli("core show channels concise", common::PATIENCE, |text| text.contains("music")).unwrap();
            alice
        }),
        ("in the menu", |asterisk| {
            let alice = call_with_pin(asterisk, "alice", "8000", "4711#");
            wait_members(asterisk, "8000", 1);
            let keyed = Instant::now();
            alice.press("*").unwrap();
            wait_prompt(asterisk, &alice, keyed, "conclave-menu");
            alice
        }),
        ("while the last words play", |asterisk| {
            let alice = call_with_pin(asterisk, "alice", "8000", "4711#");
            wait_members(asterisk, "8000", 1);
            let kicked = Instant::now();
            asterisk.cli("conclave kick 8000 1").unwrap();
            // Until the first of them is heard; they last more than two seconds.
            assert!(wait_until(|| listen::level(&alice.heard_since(kicked)) > SILENT));
            alice
        }),
    ];
    for (step, come) in steps {
        let caller = come(&asterisk);
        // The call of one who hangs up before the answer is cancelled.
        caller.hang_up().unwrap();
        drop(caller);
        println!("{step}");
        assert_nothing_is_left(&asterisk);
    }
}

#[test]
fn ten_callers_at_random() {
    let asterisk = with_conclave("hangup-random", CONF).start().unwrap();
    // What Asterisk and we make once for the first caller stays.
    storm(&asterisk, Duration::from_secs(3), 77);
    assert_nothing_is_left(&asterisk);
    let before = Process::of(&asterisk);
    storm(&asterisk, Duration::from_secs(15), 1);
    assert_nothing_is_left(&asterisk);
    let mut after = Process::of(&asterisk);
    wait_until(|| {
        after = Process::of(&asterisk);
        after == before
    });
    assert_eq!(after, before);
}

/// A moment, and a caller who has come as far.
type Step = (&'static str, fn(&Pbx) -> Caller);

/// Ten callers who come and go at random moments for a while.
fn storm(asterisk: &Pbx, time: Duration, seed: u32) {
    let until = Instant::now() + time;
    thread::scope(|scope| {
        for number in 0..10 {
            scope.spawn(move || {
                let mut state = seed * 1_000 + number;
                let mut random = move |below: u32| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 8) % below
                };
                while Instant::now() < until {
                    let caller = Caller::new(&format!("caller{number}")).call(asterisk, "8000").unwrap();
                    sleep(Duration::from_millis(random(300).into()));
                    if random(4) > 0 {
                        caller.wait_answer().unwrap();
                        let keys = ["4711#", "4711#*", "47", "1#", "4711#*8", "9753#*2"][random(6) as usize];
                        for key in keys.chars() {
                            // He who left by *8, or was not let in, has nobody to press keys for.
                            let _ = caller.is_up().then(|| caller.press(&key.to_string()));
                            sleep(Duration::from_millis(random(100).into()));
                        }
                        sleep(Duration::from_millis(random(1_500).into()));
                    }
                    caller.hang_up().unwrap();
                }
            });
        }
    });
}

/// What a call could leave behind in the process.
#[derive(Debug, PartialEq)]
struct Process {
    /// Where the open descriptors lead, sockets and pipes without their numbers.
    descriptors: Vec<String>,
    /// Our own threads.
    conclave_threads: Vec<String>,
    /// Threads of Asterisk that serve a call.
    calls: usize,
}

impl Process {
    fn of(asterisk: &Pbx) -> Self {
        let process = PathBuf::from(format!("/proc/{}", asterisk.pid()));
        let list = |folder: &str| fs::read_dir(process.join(folder)).unwrap().flatten().map(|entry| entry.path());
        let targets = list("fd").filter_map(|path| fs::read_link(path).ok());
        let kind = |target: PathBuf| target.to_string_lossy().split(":[").next().unwrap_or_default().to_owned();
        // The answer to a console command passes through a file.
        let mut descriptors: Vec<_> = targets.map(kind).filter(|target| !target.contains("/ast-ami-")).collect();
        descriptors.sort();
        let names = list("task").filter_map(|task| fs::read_to_string(task.join("comm")).ok());
        let mut conclave_threads: Vec<_> = names.filter(|name| name.starts_with("conclave")).collect();
        conclave_threads.sort();
        let threads = asterisk.cli("core show threads").unwrap();
        Self { descriptors, conclave_threads, calls: threads.matches("pbx_thread").count() }
    }
}

const CONF: &str = "\
[general]
lockout_caller = 0
lockout_room = 0
[8000]
type = room
pin = 4711
leader_pin = 9753
music = default
";
