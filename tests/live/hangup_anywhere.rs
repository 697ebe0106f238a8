//! Callers who hang up at any moment: nothing of them is left, in the rooms, in the PBX, or in its process.

use std::fs;
use std::path::PathBuf;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::common::told::wait_music;
use crate::common::{
    SILENT, assert_nothing_is_left, call, call_with_pin, wait_members, wait_prompt, wait_until, with_conclave,
};
use conclave_rig::{Caller, Host, Pbx, listen};

#[test]
fn at_each_step() {
    let pbx = with_conclave("hangup-steps", CONF).start().unwrap();
    let steps: [Step; 10] = [
        ("before the answer", |pbx| Caller::new("alice").call(pbx, "8000").unwrap()),
        ("right after the answer", |pbx| call(pbx, "alice", "8000")),
        ("while the question plays", |pbx| {
            let alice = call(pbx, "alice", "8000");
            assert!(wait_until(|| listen::level(&alice.heard_last(Duration::from_millis(200))) > SILENT));
            alice
        }),
        ("between digits", |pbx| call_with_pin(pbx, "alice", "8000", "47")),
        ("after the last digit", |pbx| call_with_pin(pbx, "alice", "8000", "4711")),
        ("while the words for a wrong PIN play", |pbx| {
            let alice = call(pbx, "alice", "8000");
            let keyed = Instant::now();
            alice.press("1#").unwrap();
            wait_prompt(pbx, &alice, keyed, "conf-invalidpin");
            alice
        }),
        ("as soon as the PIN is right", |pbx| call_with_pin(pbx, "alice", "8000", "4711#")),
        ("alone with music", |pbx| {
            let came = Instant::now();
            let alice = call_with_pin(pbx, "alice", "8000", "4711#");
            wait_members(pbx, "8000", 1);
            wait_prompt(pbx, &alice, came, "conf-onlyperson");
            sleep(Duration::from_secs(3));
            wait_music(&alice);
            alice
        }),
        ("in the menu", |pbx| {
            let alice = call_with_pin(pbx, "alice", "8000", "4711#");
            wait_members(pbx, "8000", 1);
            let keyed = Instant::now();
            alice.press("*").unwrap();
            wait_prompt(pbx, &alice, keyed, "conclave-menu");
            alice
        }),
        ("while the last words play", |pbx| {
            let alice = call_with_pin(pbx, "alice", "8000", "4711#");
            wait_members(pbx, "8000", 1);
            let kicked = Instant::now();
            pbx.cli("conclave kick 8000 1").unwrap();
            // Until the first of them is heard; they last more than two seconds.
            assert!(wait_until(|| listen::level(&alice.heard_since(kicked)) > SILENT));
            alice
        }),
    ];
    for (step, come) in steps {
        let caller = come(&pbx);
        // The call of one who hangs up before the answer is cancelled.
        caller.hang_up().unwrap();
        drop(caller);
        println!("{step}");
        assert_nothing_is_left(&pbx);
    }
}

#[test]
fn ten_callers_at_random() {
    let pbx = with_conclave("hangup-random", CONF).start().unwrap();
    // What the PBX and we make once for the first caller stays.
    storm(&pbx, Duration::from_secs(3), 77);
    assert_nothing_is_left(&pbx);
    let before = Process::settled(&pbx);
    storm(&pbx, Duration::from_secs(15), 1);
    assert_nothing_is_left(&pbx);
    let mut after = Process::of(&pbx);
    wait_until(|| {
        after = Process::of(&pbx);
        after == before
    });
    assert_eq!(after, before);
}

/// A moment, and a caller who has come as far.
type Step = (&'static str, fn(&Pbx) -> Caller);

/// Ten callers who come and go at random moments for a while.
fn storm(pbx: &Pbx, time: Duration, seed: u32) {
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
                    let caller = Caller::new(&format!("caller{number}")).call(pbx, "8000").unwrap();
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
    /// Calls, of Asterisk the threads that serve one.
    calls: usize,
}

impl Process {
    /// As it is when what ends after its calls, as threads of the PBX do, has ended.
    fn settled(pbx: &Pbx) -> Self {
        let mut last = Self::of(pbx);
        assert!(wait_until(|| {
            sleep(Duration::from_secs(2));
            let earlier = std::mem::replace(&mut last, Self::of(pbx));
            earlier == last
        }));
        last
    }

    fn of(pbx: &Pbx) -> Self {
        let process = PathBuf::from(format!("/proc/{}", pbx.pid()));
        let list = |folder: &str| fs::read_dir(process.join(folder)).unwrap().flatten().map(|entry| entry.path());
        let targets = list("fd").filter_map(|path| fs::read_link(path).ok());
        let kind = |target: PathBuf| target.to_string_lossy().split(":[").next().unwrap_or_default().to_owned();
        // The answer to a console command passes through a file, and FreeSWITCH plays its music whether it is heard or not.
        let passing = ["/ast-ami-", "/moh"];
        let mut descriptors: Vec<_> =
            targets.map(kind).filter(|target| !passing.iter().any(|passes| target.contains(passes))).collect();
        descriptors.sort();
        let names = list("task").filter_map(|task| fs::read_to_string(task.join("comm")).ok());
        let mut conclave_threads: Vec<_> = names.filter(|name| name.starts_with("conclave")).collect();
        conclave_threads.sort();
        let calls = match pbx.host() {
            Host::Asterisk => pbx.cli("core show threads").unwrap().matches("pbx_thread").count(),
            // Its threads wait for other calls.
            Host::FreeSwitch => pbx.calls().unwrap(),
        };
        Self { descriptors, conclave_threads, calls }
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
