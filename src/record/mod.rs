//! Recordings on disk: what taps of the engine deliver, as WAV, FLAC or Opus files.
//!
//! A [`Recorder`] owns one ordinary thread, which reads all taps about every 100 ms and writes their files. Who is recorded,
//! when, and where to is decided elsewhere; here is only seen to it that
//!
//! - a file can be played at any moment, up to the last second at least, whatever happens to this process: the data are
//!   written first, then the start of the file that counts them. (Not if the machine loses power: that is the file
//!   system's business.)
//! - recordings that began at the same time stay in step: each tick of the tap has its place, and those that are missing
//!   are silence
//! - a file that cannot be written ends its own recording, with an error that says what to do, and no other
//! - no file is overwritten
//!
//! ```no_run
//! use conclave::audio::SampleRate;
//! use conclave::record::{Format, Job, Recorder, Told};
//! # let (mut control, _workers) = conclave::engine::new(Default::default());
//! # let room = control.add_room()?;
//! let (events, told) = crossbeam_channel::unbounded();
//! let recorder = Recorder::new(events, Box::new(|| ()));
//! let (tap_id, tap) = control.tap_room(room)?;
//! let (path, format) = ("/var/spool/conclave/board.flac".into(), Format::Flac);
//! recorder.start(1, Job { path, format, rate: SampleRate::Hz16000, tap, append: false, paused: false });
//! // Later: ends the recording, and with the tap its costs.
//! recorder.stop(1);
//! control.remove_tap(tap_id);
//! for told in told.try_iter() {
//!     match told {
//!         Told::Began { .. } => {}
//!         Told::Ended { path, length, .. } => println!("{} is {length:?} long", path.display()),
//!         Told::Failed { path, error, .. } => eprintln!("cannot record to {}: {error}", path.display()),
//!     }
//! }
//! # Ok::<(), conclave::engine::Full>(())
//! ```

mod encoder;
mod error;
mod file;
#[cfg(feature = "flac")]
mod flac;
mod format;
mod name;
#[cfg(feature = "opus")]
mod opus;
mod recorder;
mod steady;
mod track;
mod wav;

use std::path::PathBuf;
use std::time::Duration;

pub use error::RecordError;
pub use format::{Format, UnknownFormat};
pub use name::trim;
pub use recorder::Recorder;

use crate::audio::SampleRate;
use crate::engine::Tap;

/// What to record.
pub struct Job {
    /// The file. If it is there already, the recording gets the same name with -1, -2 and so on before the ending, unless
    /// it is to be continued. Folders that are missing are made.
    pub path: PathBuf,
    /// Its kind, whatever its ending says.
    pub format: Format,
    /// The file's rate. A file that is continued keeps its own, and Opus uses 48 kHz for 32.
    pub rate: SampleRate,
    /// What is recorded.
    pub tap: Tap,
    /// Goes on at the end of a file that this program made before, if it is there.
    pub append: bool,
    /// Begins with a pause.
    pub paused: bool,
}

/// What became of a recording. Each [`start`](Recorder::start) is told at most one `Began`, and then exactly one of the
/// others.
#[derive(Debug)]
pub enum Told {
    /// Its file was made or opened.
    Began {
        /// Which.
        id: u64,
        /// The file, under the name that it got.
        path: PathBuf,
    },
    /// It was stopped, or its tap is over; the file is complete.
    Ended {
        /// Which.
        id: u64,
        /// The file.
        path: PathBuf,
        /// How much was added to the file.
        length: Duration,
    },
    /// It cannot begin, or not go on. What is in the file can be played.
    Failed {
        /// Which.
        id: u64,
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        error: RecordError,
    },
}
