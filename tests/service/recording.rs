//! A room is recorded to files: the whole, and each member by himself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::sim::Sim;
use conclave::room::{MemberId, Order, RecordOrder};
use conclave::service::CallId;
use conclave_rig::Folder;

/// Where recordings go.
struct Recordings(Folder);

impl Recordings {
    fn new(name: &str) -> Recordings {
        Recordings(Folder::new(name))
    }

    fn conf(&self, more: &str) -> String {
        format!(
            "[general]\nrecordings = {}\n[1]\ntype = room\narrivals = no\nonly_person = no\n{more}",
            self.0.display()
        )
    }

    /// The names of the files, without room and time.
    fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = fs::read_dir(&*self.0)
            .expect("the folder is there")
            .map(|file| file.expect("it can be read").file_name().into_string().expect("names are text"))
            .map(|name| name["1-20261121-120000".len()..].to_owned())
            .collect();
        files.sort();
        files
    }

    fn path(&self, ending: &str) -> PathBuf {
        let mut files = fs::read_dir(&*self.0).expect("the folder is there").flatten();
        let found = files.find(|file| file.file_name().to_string_lossy()[17..] == *ending);
        found.map(|file| file.path()).expect("there is such a file")
    }
}

/// Lets the recorder, which has a clock of its own, do what it can do by now.
fn wait_until(sim: &mut Sim, mut is_so: impl FnMut(&mut Sim) -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so(sim) {
        assert!(Instant::now() < end, "it never happens");
        std::thread::sleep(Duration::from_millis(20));
        sim.tick(1);
    }
}

/// The samples of a complete WAV file, and its rate.
fn wav(path: &Path) -> (usize, Vec<i16>) {
    let bytes = fs::read(path).expect("the file can be read");
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    assert_eq!(&bytes[..4], b"RIFF");
    let data = bytes.windows(4).position(|four| four == b"data").expect("it has data");
    let samples = bytes[data + 8..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
    (number(24), samples)
}

/// How many seconds of it are loud.
fn loud(path: &Path) -> f32 {
    let (rate, samples) = wav(path);
    let blocks = samples.chunks(rate / 50);
    blocks.filter(|block| block.iter().any(|sample| sample.abs() > 1000)).count() as f32 / 50.0
}

/// Half seconds in which these talk, slowly enough for the recorder, whose taps hold two seconds.
fn talk(sim: &mut Sim, calls: &[CallId], halves: usize) {
    for _ in 0..halves {
        sim.talk(calls, 25);
        std::thread::sleep(Duration::from_millis(250));
    }
}

fn start(sim: &mut Sim) {
    assert!(sim.order("1", Order::Record(RecordOrder::Start)).is_ok());
    // Everybody is told first.
    talk(sim, &[], 2);
}

/// With the service all files are complete.
fn stop(mut sim: Sim) {
    assert!(sim.order("1", Order::Record(RecordOrder::Stop)).is_ok());
    sim.stop();
}

#[test]
fn the_room_is_one_file() {
    let recordings = Recordings::new("whole");
    let mut sim = Sim::new(&recordings.conf(""));
    let ada = sim.join("1", "ada");
    sim.join("1", "bob");
    sim.talk(&[ada], 40);
    assert_eq!(recordings.files(), [""; 0]);
    start(&mut sim);
    assert!(sim.happened().contains(&"RecordingStarted"));
    talk(&mut sim, &[ada], 2);
    stop(sim);
    assert_eq!(recordings.files(), [".wav"]);
    let heard = loud(&recordings.path(".wav"));
    assert!((0.8..1.7).contains(&heard), "a second of talk, not what was said before: {heard}");
}

#[test]
fn each_member_has_a_track_from_his_seat_on() {
    let recordings = Recordings::new("tracks");
    let mut sim = Sim::new(&recordings.conf("record_tracks = yes"));
    let [ada, bob] = ["ada", "bob"].map(|name| sim.join("1", name));
    start(&mut sim);
    talk(&mut sim, &[ada], 2);
    let late = sim.join("1", "eve");
    assert!(sim.order("1", Order::Mute(MemberId(bob.0), true)).is_ok());
    sim.tick(1);
    talk(&mut sim, &[bob], 1);
    talk(&mut sim, &[], 2);
    sim.hang_up(late);
    stop(sim);
    assert_eq!(recordings.files(), ["-1-201.wav", "-2-201.wav", "-3-201.wav", ".wav"]);
    let heard = loud(&recordings.path("-1-201.wav"));
    assert!((0.8..1.7).contains(&heard), "{heard}");
    assert_eq!(loud(&recordings.path("-2-201.wav")), 0.0, "who is muted is silent in his own track too");
    assert!(wav(&recordings.path("-2-201.wav")).1.len() > 8000, "and in step with the others");
    assert_eq!(loud(&recordings.path("-3-201.wav")), 0.0);
}

#[test]
fn a_pause_is_left_out() {
    let recordings = Recordings::new("pause");
    let mut sim = Sim::new(&recordings.conf(""));
    let ada = sim.join("1", "ada");
    start(&mut sim);
    assert!(sim.order("1", Order::Record(RecordOrder::Pause)).is_ok());
    talk(&mut sim, &[], 2);
    talk(&mut sim, &[ada], 2);
    stop(sim);
    assert!(loud(&recordings.path(".wav")) < 0.7, "at most the end of the announcement");
}

#[test]
fn a_room_that_ends_completes_its_files() {
    let recordings = Recordings::new("end");
    let mut sim = Sim::new(&recordings.conf("record_tracks = yes\nrecord_format = flac"));
    let ada = sim.join("1", "ada");
    start(&mut sim);
    sim.hang_up(ada);
    assert!(sim.picture().rooms.is_empty());
    drop(sim);
    assert_eq!(recordings.files(), ["-1-201.flac", ".flac"]);
}

#[test]
fn a_folder_that_cannot_be_is_an_error_and_the_conference_goes_on() {
    let recordings = Recordings::new("failed");
    let file = recordings.0.join("file");
    fs::write(&file, "no folder").expect("it can be written");
    let inside = file.join("inside").display().to_string();
    let mut sim = Sim::new(&recordings.conf("").replace(&recordings.0.display().to_string(), &inside));
    let ada = sim.join("1", "ada");
    start(&mut sim);
    let mut told = Vec::new();
    wait_until(&mut sim, |sim| {
        told.extend(sim.happened());
        told.contains(&"RecordingFailed")
    });
    sim.seconds(1);
    assert!(sim.is_inside("1", ada));
    assert!(sim.sounds().contains(&"conclave-recording-failed".to_owned()), "all are told");
    assert!(sim.order("1", Order::Record(RecordOrder::Stop)).is_err(), "there is none any more");
}

#[test]
fn without_any_folder_it_fails_at_once() {
    let mut sim = Sim::new("[1]\ntype = room");
    let ada = sim.join("1", "ada");
    start(&mut sim);
    assert!(sim.happened().contains(&"RecordingFailed"));
    assert!(sim.is_inside("1", ada));
}
