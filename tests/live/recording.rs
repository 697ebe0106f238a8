//! Recordings, by what is in the files: judged by other programs than ours.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::host::wait_hears;
use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, complaints, did, say_tones, wait_members, wait_no_tone, wait_nobody,
    wait_prompt, wait_tone, with_conclave,
};
use conclave_rig::{Caller, Folder, Pbx, Sound, listen, wav};

const TONES: [f64; 2] = [440.0, 620.0];

/// What somebody says who does not know yet that he is recorded: quiet, so that he and others hear the warning beside it.
/// Hardly any speech is so high.
const UNAWARE: f64 = 3_300.0;

/// How loud, in dBFS, the words that all hear are at any of these pitches, at most: they are recorded, too.
const WORDS: f64 = -40.0;

/// What is said while the recording pauses.
const SECRET: f64 = 1_150.0;

#[test]
fn who_is_recorded_has_heard_so() {
    let pbx = start("recording-warning");
    let (alice, bob) = (call(&pbx, "alice", "8000"), call(&pbx, "bob", "8000"));
    wait_members(&pbx, "8000", 2);

    // By the console. What she says while the warning plays is not recorded.
    let began = Instant::now();
    say_while_warned(&pbx, &alice);
    did(&pbx, "record 8000 start");
    [&alice, &bob].into_iter().for_each(|caller| wait_prompt(&pbx, caller, began, "conclave-recording"));
    pbx.wait_log("room 8000 is recorded to", PATIENCE).unwrap();
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);

    // Who comes later is warned first, and nobody hears him until then.
    let came = Instant::now();
    let carol = Caller::new("carol").call(&pbx, "8000").unwrap();
    say_while_warned(&pbx, &carol);
    carol.wait_answer().unwrap();
    [&alice, &bob].into_iter().for_each(|caller| caller.say(Sound::Silence));
    wait_prompt(&pbx, &carol, came, "conclave-recording");
    wait_members(&pbx, "8000", 3);
    carol.say(Sound::tone(850.0, LEVEL));
    wait_hears(&alice, 850.0);
    let unaware = loudest(&alice.heard_since(came), 8_000, UNAWARE);
    assert!(unaware < -55.0, "carol was heard before she was warned, at {unaware:.1} dBFS");
    sleep(Duration::from_secs(1));
    carol.say(Sound::Silence);
    wait_no_tone(&alice, 850.0);

    // What is said in a pause is left out.
    let paused = Instant::now();
    did(&pbx, "record 8000 pause");
    wait_prompt(&pbx, &alice, paused, "conclave-recording-paused");
    alice.say(Sound::tone(SECRET, LEVEL));
    wait_hears(&bob, SECRET);
    alice.say(Sound::Silence);
    wait_no_tone(&bob, SECRET);
    let resumed = Instant::now();
    did(&pbx, "record 8000 resume");
    wait_prompt(&pbx, &alice, resumed, "conclave-recording-resumed");
    bob.say(Sound::tone(300.0, LEVEL));
    wait_hears(&alice, 300.0);
    sleep(Duration::from_secs(1));
    bob.say(Sound::Silence);
    wait_no_tone(&alice, 300.0);

    let stopped = Instant::now();
    did(&pbx, "record 8000 stop");
    wait_prompt(&pbx, &alice, stopped, "conclave-recording-stopped");
    let whole = complete(&pbx, "8000");
    // What is said then is not recorded, either.
    alice.say(Sound::tone(SECRET, LEVEL));
    wait_hears(&bob, SECRET);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);

    let soxi = run(Command::new("soxi").arg(&whole));
    assert!(soxi.contains("16-bit Signed Integer PCM") && soxi.contains("16000"), "{soxi}");
    assert_holds(&whole, &[TONES[0], TONES[1], 850.0, 300.0], &[UNAWARE, SECRET], WORDS);
    // In a file for each member there is only what he said.
    let tracks = files(&pbx).into_iter().filter(|file| *file != whole).collect::<Vec<_>>();
    assert_eq!(tracks.len(), 3, "{tracks:?}");
    for (number, own, others) in [
        ("-1-alice", vec![TONES[0]], vec![TONES[1], 850.0, 300.0, UNAWARE, SECRET]),
        ("-2-bob", vec![TONES[1], 300.0], vec![TONES[0], 850.0, UNAWARE, SECRET]),
        ("-3-carol", vec![850.0], vec![TONES[0], TONES[1], 300.0, UNAWARE, SECRET]),
    ] {
        let track = tracks.iter().find(|file| file.to_string_lossy().contains(number));
        assert_holds(track.unwrap_or_else(|| panic!("no {number} in {tracks:?}")), &own, &others, -55.0);
    }
}

#[test]
fn it_begins_by_itself_or_by_a_leaders_key() {
    let pbx = start("recording-ways");
    // By itself, when two are there, as FLAC.
    let alice = call(&pbx, "alice", "8001");
    wait_members(&pbx, "8001", 1);
    assert!(!pbx.log().contains("is recorded to"), "one alone is recorded");
    let came = Instant::now();
    let bob = call(&pbx, "bob", "8001");
    [&alice, &bob].into_iter().for_each(|caller| wait_prompt(&pbx, caller, came, "conclave-recording"));
    talk(&pbx, "8001", &alice, &bob);
    // It ends with the room.
    drop((alice, bob));
    let flac = complete(&pbx, "8001");
    run(Command::new("flac").args(["--silent", "--test"]).arg(&flac));
    let decoded = flac.with_extension("wav");
    run(Command::new("flac").args(["--silent", "--decode", "-o"]).args([&decoded, &flac]));
    assert_holds(&decoded, &TONES, &[], WORDS);

    // By a leader's key, as Opus.
    let alice = call(&pbx, "alice", "leader");
    let bob = call(&pbx, "bob", "8002");
    wait_members(&pbx, "8002", 2);
    let keyed = Instant::now();
    alice.press("*93").unwrap();
    [&alice, &bob].into_iter().for_each(|caller| wait_prompt(&pbx, caller, keyed, "conclave-recording"));
    talk(&pbx, "8002", &alice, &bob);
    [&alice, &bob].into_iter().for_each(|caller| caller.say(Sound::Silence));
    wait_no_tone(&alice, TONES[1]);
    let keyed = Instant::now();
    alice.press("*93").unwrap();
    wait_prompt(&pbx, &bob, keyed, "conclave-recording-stopped");
    let opus = complete(&pbx, "8002");
    let decoded = opus.with_extension("wav");
    run(Command::new("opusdec").args(["--quiet", "--rate", "16000"]).args([&opus, &decoded]));
    assert_holds(&decoded, &TONES, &[], WORDS);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_process_that_is_killed_leaves_what_can_be_played() {
    let pbx = start("recording-killed");
    let (alice, bob) = (call(&pbx, "alice", "8000"), call(&pbx, "bob", "8000"));
    wait_members(&pbx, "8000", 2);
    did(&pbx, "record 8000 start");
    talk(&pbx, "8000", &alice, &bob);
    sleep(Duration::from_secs(2));
    run(Command::new("kill").args(["-9", &pbx.pid().to_string()]));
    pbx.wait_stopped(PATIENCE);
    let files = files(&pbx);
    assert_eq!(files.len(), 3, "{files:?}");
    for file in &files {
        // What it says of its own length is true, or other programs would refuse or cut it.
        let length: f64 = run(Command::new("soxi").arg("-D").arg(file)).trim().parse().unwrap();
        assert!(length > 1.0, "{} has {length} s", file.display());
        run(Command::new("sox").arg(file).args(["-n", "stat"]));
    }
    let whole = files.iter().min_by_key(|file| file.as_os_str().len()).unwrap();
    assert_holds(whole, &TONES, &[], WORDS);
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_conference() {
    let disk = SmallDisk::new();
    let conf = format!("[general]\nrecordings = {}\n{CONF}", disk.disk.display());
    let pbx = with_conclave("recording-full", &conf).dialplan(DIALPLAN).start().unwrap();
    let (alice, bob) = (call(&pbx, "alice", "8003"), call(&pbx, "bob", "8003"));
    wait_members(&pbx, "8003", 2);
    let began = Instant::now();
    did(&pbx, "record 8003 start");
    [&alice, &bob].into_iter().for_each(|caller| wait_prompt(&pbx, caller, began, "conclave-recording-failed"));
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&alice, TONES[1], LEVEL);
    wait_tone(&bob, TONES[0], LEVEL);
    let room = pbx.cli("conclave show rooms").unwrap();
    assert!(!room.contains("record"), "{room}");
    drop((alice, bob));
    wait_nobody(&pbx);
    let complaints = complaints(&pbx);
    let [complaint] = &*complaints else { panic!("{complaints:?}") };
    assert!(complaint.contains("room 8003 cannot be recorded to "), "{complaint}");
    assert_eq!(pbx.errors(), complaints);
}

/// A folder in which there is little room; none at all for who may not make disks.
struct SmallDisk {
    disk: PathBuf,
    is_mounted: bool,
    _folder: Folder,
}

impl SmallDisk {
    fn new() -> Self {
        let folder = Folder::new("small-disk");
        let disk = folder.join("disk");
        std::fs::create_dir(&disk).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&disk);
        let is_mounted = mount.output().is_ok_and(|output| output.status.success());
        if !is_mounted {
            // A file where the folder should be keeps everybody out.
            std::fs::remove_dir(&disk).unwrap();
            std::fs::write(&disk, "").unwrap();
        }
        Self { disk, is_mounted, _folder: folder }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.is_mounted {
            let _ = Command::new("umount").arg("--lazy").arg(&self.disk).status();
        }
    }
}

/// Says something that ends before the warning does, if that begins now or later.
fn say_while_warned(pbx: &Pbx, caller: &Caller) {
    let warning = pbx.prompt("conclave-recording").unwrap().recorded().len();
    let tone = |at: usize| 655.0 * (std::f64::consts::TAU * UNAWARE * at as f64 / 8_000.0).sin();
    caller.say(Sound::samples(8_000, (0..warning - 4_000).map(|at| tone(at) as i16).collect::<Vec<_>>()));
}

/// Once a room is recorded, both say their tones for a while.
fn talk(pbx: &Pbx, room: &str, alice: &Caller, bob: &Caller) {
    pbx.wait_log(&format!("room {room} is recorded to"), PATIENCE).unwrap();
    say_tones(&[alice, bob], &TONES);
    wait_hears(alice, TONES[1]);
    wait_hears(bob, TONES[0]);
    sleep(Duration::from_secs(1));
}

/// Waits for the end of a room's recording; its file.
fn complete(pbx: &Pbx, room: &str) -> PathBuf {
    pbx.wait_log(&format!(" of room {room} is complete"), PATIENCE).unwrap();
    let mut found = files(pbx);
    found.retain(|file| file.file_name().unwrap().to_string_lossy().starts_with(&format!("{room}-")));
    // Tracks have longer names.
    found.into_iter().min_by_key(|file| file.as_os_str().len()).unwrap()
}

fn files(pbx: &Pbx) -> Vec<PathBuf> {
    let folder = pbx.directory().join("spool/conclave");
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Asserts that a file holds these tones somewhere, and those nowhere, above a level.
fn assert_holds(file: &Path, tones: &[f64], others: &[f64], nothing: f64) {
    let (rate, samples) = wav::read(file).unwrap();
    let level = |hertz| loudest(&samples, rate, hertz);
    for &hertz in tones {
        assert!(level(hertz) > LEVEL - 3.0, "{} has {hertz} Hz at {:.1} dBFS", file.display(), level(hertz));
    }
    for &hertz in others {
        assert!(level(hertz) < nothing, "{} has {hertz} Hz at {:.1} dBFS", file.display(), level(hertz));
    }
}

/// How loud a tone is where it is loudest for half a second.
fn loudest(samples: &[i16], rate: u32, hertz: f64) -> f64 {
    let half = rate as usize / 2;
    let pieces = samples.windows(half).step_by(half / 4);
    pieces.map(|piece| listen::tone_level(piece, rate, hertz)).fold(-120.0, f64::max)
}

/// What a program prints, which has to succeed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}: run make packages-test"));
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
exten => _8XXX,1,Conclave()
exten => leader,1,Conclave(8002,L)
";

const CONF: &str = "\
[silent](!)
type = room
arrivals = nothing
only_person = no
[8000](silent)
record_tracks = yes
[8001](silent)
record = yes
record_format = flac
[8002](silent)
record_format = opus
[8003](silent)
";
