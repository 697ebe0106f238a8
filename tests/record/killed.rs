//! What is on the disk can be played after `kill -9` at any moment, and continued.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{FORMATS, Studio, level, salvaged, tone};
use conclave::audio::SampleRate;
use conclave::record::Job;
use conclave_rig::Folder;

const RATE: SampleRate = SampleRate::Hz16000;
const ROLE: &str = "CONCLAVE_RECORDS_INTO";

#[test]
fn files_can_be_played_after_a_kill() {
    if let Some(folder) = env::var_os(ROLE) {
        record_until_killed(folder.into());
    }
    for lifetime in [1500, 2410, 3330] {
        let folder = Folder::new(&format!("killed-{lifetime}"));
        let before = kill_after(&folder, Duration::from_millis(lifetime));
        for path in paths(&folder) {
            let (_, heard) = salvaged(&path);
            let lost = before.saturating_sub(Duration::from_secs(heard.len() as u64) / RATE.hz());
            assert!(lost < Duration::from_millis(1400), "{} lost {lost:?} of {before:?}", path.display());
            assert!((level(&heard[1600..]) - 11_314.0).abs() < 600.0, "{}", path.display());
        }
        // A second process goes on in the same files.
        let lengths = paths(&folder).map(|path| salvaged(&path).1.len());
        kill_after(&folder, Duration::from_millis(1900));
        for (path, length) in paths(&folder).into_iter().zip(lengths) {
            let (_, heard) = salvaged(&path);
            assert!(heard.len() > length + 4000, "{}: {} after {length}", path.display(), heard.len());
        }
    }
}

/// Runs this test in another process for so long after its first file is there; returns for how long it recorded.
fn kill_after(folder: &Folder, lifetime: Duration) -> Duration {
    let ready = folder.join("ready");
    let _ = std::fs::remove_file(&ready);
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed::files_can_be_played_after_a_kill", "--nocapture"])
        .env(ROLE, &**folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    while !ready.exists() {
        assert!(Instant::now() < patience, "the child records nothing");
        sleep(Duration::from_millis(5));
    }
    let begun = Instant::now();
    sleep(lifetime);
    // What is killed may have been stopped for a while on a busy machine: it tells how far it came.
    let said = std::fs::read_to_string(&ready).unwrap_or_default();
    let said = said.trim().parse().map_or(begun.elapsed(), Duration::from_millis);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    said
}

fn paths(folder: &std::path::Path) -> [PathBuf; 3] {
    FORMATS.map(|format| folder.join(format!("room.{}", format.ending())))
}

fn record_until_killed(folder: PathBuf) -> ! {
    let mut studio = Studio::new("child", RATE);
    // Who is killed removes nothing.
    std::fs::remove_dir(&*studio.folder).unwrap();
    for (id, (format, path)) in (1..).zip(FORMATS.into_iter().zip(paths(&folder))) {
        let tap = studio.tap();
        studio.recorder().start(id, Job { path, format, rate: RATE, tap, append: true, paused: false });
        studio.began(id);
    }
    // A whole number of periods, so that it goes on without a seam.
    let said = tone(RATE, 320);
    let begun = Instant::now();
    for tick in 1.. {
        studio.say(&said);
        std::fs::write(folder.join("new"), (tick * 20).to_string()).unwrap();
        std::fs::rename(folder.join("new"), folder.join("ready")).unwrap();
        sleep((begun + tick * Duration::from_millis(20)).saturating_duration_since(Instant::now()));
    }
    unreachable!()
}
