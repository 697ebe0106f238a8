//! An engine driven by hand whose taps are recorded, and what other programs make of the files.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use conclave::audio::SampleRate;
use conclave::engine::{Codec, LegId, RoomId, Tap};
use conclave::record::{Format, Job, RecordError, Recorder, Told};
use conclave_rig::Folder;
use crossbeam_channel::{Receiver, unbounded};

use crate::engine_common::Engine;

pub const FORMATS: [Format; 3] = [Format::Wav, Format::Flac, Format::Opus];

pub struct Studio {
    pub engine: Engine,
    pub room: RoomId,
    pub legs: Vec<LegId>,
    pub recorder: Option<Recorder>,
    pub told: Receiver<Told>,
    pub folder: Folder,
}

impl Studio {
    /// Two legs at a rate in a room on one worker, and a recorder with an empty folder.
    pub fn new(name: &str, rate: SampleRate) -> Studio {
        let mut engine = Engine::new(1);
        let room = engine.control.add_room().unwrap();
        let legs = [0, 0].map(|worker| engine.seated(worker, Codec::Linear(rate), room)).to_vec();
        engine.settle();
        let (events, told) = unbounded();
        let recorder = Some(Recorder::new(events, Box::new(|| ())));
        Studio { engine, room, legs, recorder, told, folder: Folder::new(name) }
    }

    pub fn tap(&mut self) -> Tap {
        self.engine.control.tap_room(self.room).unwrap().1
    }

    /// Begins to record the room in a file of this kind and rate, and waits until it has begun.
    pub fn record(&mut self, id: u64, format: Format, rate: SampleRate, append: bool) -> PathBuf {
        let tap = self.tap();
        let path = self.folder.join(format!("room.{}", format.ending()));
        self.recorder().start(id, Job { path, format, rate, tap, append, paused: false });
        self.began(id)
    }

    pub fn recorder(&self) -> &Recorder {
        self.recorder.as_ref().unwrap()
    }

    /// The first leg says this, a tick at a time.
    pub fn say(&mut self, samples: &[i16]) {
        let length = self.engine.hear(self.legs[0]).len();
        for tick in samples.chunks(length) {
            self.engine.begin();
            self.engine.workers[0].feed_linear(self.legs[0], tick, None);
            self.engine.finish();
        }
    }

    pub fn next_told(&self) -> Told {
        self.told.recv_timeout(PATIENCE).expect("the recorder tells something")
    }

    pub fn began(&self, id: u64) -> PathBuf {
        match self.next_told() {
            Told::Began { id: other, path } if other == id => path,
            other => panic!("not {id} began but {other:?}"),
        }
    }

    pub fn ended(&self, id: u64) -> Duration {
        match self.next_told() {
            Told::Ended { id: other, length, .. } if other == id => length,
            other => panic!("not {id} ended but {other:?}"),
        }
    }

    pub fn failed(&self, id: u64) -> RecordError {
        match self.next_told() {
            Told::Failed { id: other, error, .. } if other == id => error,
            other => panic!("not {id} failed but {other:?}"),
        }
    }

    pub fn stop(&self, id: u64) -> Duration {
        self.recorder().stop(id);
        self.ended(id)
    }
}

/// What SoX or opusdec make of a complete file: its rate and its samples. FLAC and Opus are examined by their own tools,
/// too.
pub fn played(path: &Path) -> (u32, Vec<i16>) {
    if Format::of(path) == Some(Format::Opus) {
        let report = run("opusinfo", &[path.to_str().unwrap()]);
        let report = String::from_utf8_lossy(&report);
        assert!(!report.contains("WARNING") && !report.contains("ERROR"), "{report}");
    }
    salvaged(path)
}

/// The same of a file that was left as it was: an Opus stream may lack its end.
pub fn salvaged(path: &Path) -> (u32, Vec<i16>) {
    let file = path.to_str().unwrap();
    let samples = match Format::of(path) {
        Some(Format::Opus) => {
            let head = fs::read(path).unwrap();
            let rate = u32::from_le_bytes(head[40..44].try_into().unwrap());
            let decoded = run("opusdec", &["--quiet", "--rate", &rate.to_string(), file, "-"]);
            return (rate, to_samples(&decoded));
        }
        Some(Format::Flac) => {
            run("flac", &["--test", "--silent", file]);
            run("sox", &[file, "--type", "raw", "-"])
        }
        _ => run("sox", &[file, "--type", "raw", "-"]),
    };
    let rate = String::from_utf8(run("soxi", &["-r", file])).unwrap().trim().parse().unwrap();
    (rate, to_samples(&samples))
}

fn to_samples(bytes: &[u8]) -> Vec<i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; `make test` installs it"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}

/// So many samples of a sine of 400 Hz at half of full scale.
pub fn tone(rate: SampleRate, samples: usize) -> Vec<i16> {
    let step = std::f32::consts::TAU * 400.0 / rate.hz() as f32;
    (0..samples).map(|i| ((i as f32 * step).sin() * 16_000.0) as i16).collect()
}

/// Its level as a root mean square.
pub fn level(samples: &[i16]) -> f32 {
    let sum: f32 = samples.iter().map(|s| f32::from(*s).powi(2)).sum();
    (sum / samples.len().max(1) as f32).sqrt()
}

/// Longer than any machine is busy.
const PATIENCE: Duration = Duration::from_secs(60);
