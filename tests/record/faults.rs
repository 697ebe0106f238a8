//! What cannot be written ends its own recording, with an error that helps, and no other.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::common::{FORMATS, Studio, played, salvaged};
use conclave::audio::SampleRate;
use conclave::record::{Format, Job, RecordError, Told};
use conclave_rig::Folder;

const RATE: SampleRate = SampleRate::Hz16000;
const ROLE: &str = "CONCLAVE_FILLS";

fn start(studio: &mut Studio, id: u64, path: impl AsRef<Path>, format: Format, append: bool) {
    let tap = studio.tap();
    let path = path.as_ref().into();
    studio.recorder().start(id, Job { path, format, rate: RATE, tap, append, paused: false });
}

#[test]
fn a_path_that_cannot_be_is_told() {
    let mut studio = Studio::new("paths", RATE);
    let good = studio.record(1, Format::Wav, RATE, false);
    let folder = studio.folder.to_owned();
    fs::write(folder.join("file"), "").unwrap();
    let long = "x".repeat(300);

    start(&mut studio, 2, folder.join("file/room.wav"), Format::Wav, false);
    let error = studio.failed(2);
    assert!(matches!(&error, RecordError::Folder(made, _) if *made == folder.join("file")), "{error:?}");
    assert!(error.to_string().contains("make it"), "{error}");

    start(&mut studio, 3, folder.join(long), Format::Wav, false);
    let error = studio.failed(3);
    assert!(matches!(error, RecordError::Open(_)), "{error:?}");

    fs::create_dir(folder.join("folder.wav")).unwrap();
    start(&mut studio, 4, folder.join("folder.wav"), Format::Wav, true);
    assert!(matches!(studio.failed(4), RecordError::Open(_)));

    // Nothing is ever removed, be it a device.
    start(&mut studio, 5, "/dev/full", Format::Wav, true);
    assert!(matches!(studio.failed(5), RecordError::NotOurs));
    assert!(Path::new("/dev/full").exists());

    studio.say(&[1000; 640]);
    assert_eq!(studio.stop(1), Duration::from_millis(40));
    assert_eq!(played(&good).1, [1000; 640]);
}

/// On a file system of 256 KiB, where that can be mounted; else with a limit for the size of files.
#[test]
fn a_full_disk_ends_what_is_on_it_and_nothing_else() {
    if let Some(full) = env::var_os(ROLE) {
        return fill(full.into());
    }
    let folder = Folder::new("full");
    let this = env::current_exe().unwrap();
    let child = format!(
        "{ROLE}={} exec {} --exact faults::a_full_disk_ends_what_is_on_it_and_nothing_else --nocapture",
        folder.display(),
        this.display()
    );
    let mounted = format!("mount -t tmpfs -o size=256k none {} || exit 99; {child}", folder.display());
    let limited = format!("trap '' XFSZ; ulimit -f 256; {child}");
    let run = |program: &str, arguments: &[&str]| Command::new(program).args(arguments).output().unwrap();
    let mut output = run("unshare", &["--mount", "sh", "-c", &mounted]);
    if !output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("running 1 test") {
        output = run("sh", &["-c", &limited]);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// In a process that can write only so much into this folder.
fn fill(full: PathBuf) {
    let mut studio = Studio::new("elsewhere", RATE);
    // Whoever is limited rather than full may not write long files elsewhere either.
    let good = studio.record(0, Format::Opus, RATE, false);
    for (id, format) in (1..).zip(FORMATS) {
        start(&mut studio, id, full.join(format!("room.{}", format.ending())), format, false);
        studio.began(id);
    }
    let noise: Vec<i16> = (0..16_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 16) as i16 / 2).collect();
    let mut failed = Vec::new();
    for _ in 0..40 {
        studio.say(&noise);
        std::thread::sleep(Duration::from_millis(150));
        for told in studio.told.try_iter() {
            match told {
                Told::Failed { id, path, error: RecordError::DiskFull(error) } => failed.push((id, path, error)),
                other => panic!("{other:?}"),
            }
        }
    }
    let ids: Vec<u64> = failed.iter().map(|(id, ..)| *id).collect();
    assert!(ids.contains(&1) && ids.contains(&2) && !ids.contains(&0), "{failed:?}");
    for (_, path, error) in &failed {
        let (rate, heard) = salvaged(path);
        assert_eq!(rate, 16_000);
        assert!(heard.len() > 16_000, "{}: {} after {error}", path.display(), heard.len());
    }
    assert_eq!(studio.stop(0), Duration::from_secs(40));
    assert_eq!(played(&good).1.len(), 40 * 16_000);

    // Not even a head: then no file either.
    if failed.iter().any(|(.., error)| error.raw_os_error() == Some(libc::ENOSPC)) {
        let mut filled = 0;
        while fs::write(full.join(format!("filler-{filled}")), [0; 4096]).is_ok() {
            filled += 1;
        }
        start(&mut studio, 9, full.join("late.wav"), Format::Wav, false);
        match studio.next_told() {
            Told::Failed { id: 9, error: RecordError::DiskFull(_) | RecordError::Open(_), .. } => {}
            other => panic!("{other:?}"),
        }
        assert!(!full.join("late.wav").exists());
    }
}
