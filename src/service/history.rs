//! What happened, written down: a line for each event in a file that spreadsheets and scripts can read.
//!
//! The service never waits for a disk: events go as they are to a thread of their own through a queue of fixed size, and
//! are put into words there. What cannot be written is counted and told once; calls go on.
//!
//! **Columns** are [`COLUMNS`]; the first line names them. Fields are quoted as RFC 4180 has it, and hold no control
//! characters, so that each event is one line. Callers choose their own names, so a field that a spreadsheet would take
//! for a formula (it begins with `=`, `+`, `-` or `@`) has a `'` before it; a number such as `+4930123` has not.
//!
//! **The file** is opened anew when it was moved away, as logrotate does, and gets its first line again.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Happening;
use crate::text::is_formula;

/// The columns, in their order.
pub const COLUMNS: [&str; 11] =
    ["time", "event", "room", "member", "number", "name", "channel", "role", "result", "seconds", "detail"];

/// The way to the file. Dropping it waits until what was handed in is written; see [`finish`](Self::finish).
pub struct History {
    path: Arc<str>,
    events: Option<Sender<Event>>,
    missing: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl History {
    /// Writes to this file from now on. It is made with the first event, for its owner and group only.
    pub fn new(path: Arc<str>) -> History {
        let (sender, events) = bounded(QUEUE);
        let missing = Arc::new(AtomicU64::new(0));
        let writer = Writer { path: PathBuf::from(&*path), file: None, missing: missing.clone(), failing: false };
        let spawned = thread::Builder::new().name("conclave-history".into()).spawn(move || writer.serve(&events));
        let thread = spawned.inspect_err(|error| log::warn!("no history is written: no thread for it: {error}")).ok();
        History { path, events: Some(sender), missing, thread }
    }

    /// Where it writes.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many events could not be written.
    pub fn missing(&self) -> u64 {
        self.missing.load(Ordering::Relaxed)
    }

    /// Writes an event down. `time` is since 1970-01-01 00:00 UTC.
    pub fn keep(&self, time: Duration, happening: Happening) {
        if self.events.as_ref().is_none_or(|events| events.try_send((time, happening)).is_err()) {
            self.missing.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes in no more, and writes what was handed in without being waited for.
    pub fn finish(&mut self) {
        self.events = None;
    }

    /// Whether it [finished](Self::finish), so that nobody has to wait for it.
    pub fn is_finished(&self) -> bool {
        self.events.is_none() && self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

/// When it happened, since 1970-01-01 00:00 UTC, and what.
type Event = (Duration, Happening);

impl Drop for History {
    fn drop(&mut self) {
        self.finish();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A line of the file, with its end.
fn line(time: Duration, zone: &TimeZone, happening: &Happening) -> String {
    let mut fields: [String; COLUMNS.len()] = Default::default();
    fields[0] = written_time(time, zone);
    fields[1] = happening.name.to_owned();
    let mut details = Vec::new();
    for (name, value) in &happening.fields {
        let column = FIELDS.iter().find(|(field, _)| field == name).map(|(_, column)| *column);
        match column.and_then(|column| COLUMNS.iter().position(|known| *known == column)) {
            Some(place) => fields[place] = value.clone(),
            None => details.push(format!("{name}={value}")),
        }
    }
    fields[COLUMNS.len() - 1] = details.join("; ");
    row(&fields)
}

fn row(fields: &[impl AsRef<str>]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field.as_ref())).collect();
    fields.join(",") + "\n"
}

/// A field as it stands in the file.
fn quoted(field: &str) -> String {
    let mut field = field.replace(char::is_control, " ");
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_formula(&field) && !field.strip_prefix('+').is_some_and(is_number) {
        field.insert(0, '\'');
    }
    if field.contains([',', '"', '\'']) || field.starts_with(' ') || field.ends_with(' ') {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

/// In the zone where we are, so that people can read it, with its offset, so that programs can.
fn written_time(time: Duration, zone: &TimeZone) -> String {
    let moment = SignedDuration::try_from(time).ok().and_then(|time| Timestamp::from_duration(time).ok());
    let moment = moment.unwrap_or(Timestamp::MAX).to_zoned(zone.clone());
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

struct Writer {
    path: PathBuf,
    file: Option<File>,
    missing: Arc<AtomicU64>,
    /// The last attempt failed, which was told.
    failing: bool,
}

impl Writer {
    fn serve(mut self, events: &Receiver<Event>) {
        // What came meanwhile is written at once: one look at the file for all of it.
        while let Ok(first) = events.recv() {
            let zone = TimeZone::system();
            let mut text = String::new();
            let mut count = 0;
            for (time, happening) in std::iter::once(first).chain(events.try_iter().take(MOST_AT_ONCE)) {
                text.push_str(&line(time, &zone, &happening));
                count += 1;
            }
            self.write(&text, count);
        }
    }

    fn write(&mut self, text: &str, count: u64) {
        let written = self.open().and_then(|mut file| file.write_all(text.as_bytes()));
        match written {
            Ok(()) if self.failing => {
                self.failing = false;
                let missing = self.missing.load(Ordering::Relaxed);
                log::warn!("the history is written to {} again; {missing} events are missing", self.path.display());
            }
            Ok(()) => {}
            Err(error) => {
                self.file = None;
                self.missing.fetch_add(count, Ordering::Relaxed);
                if !std::mem::replace(&mut self.failing, true) {
                    log::warn!(
                        "the history cannot be written to {}: {error}; calls go on, and events are counted until it \
                         can be again. See 'history' in conclave.conf",
                        self.path.display()
                    );
                }
            }
        }
    }

    /// The file that has the path now.
    fn open(&mut self) -> io::Result<&File> {
        let is_same = |file: &File| {
            let (ours, there) = (file.metadata().ok()?, fs::metadata(&self.path).ok()?);
            Some((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
        };
        let file = self.file.take().filter(|file| is_same(file) == Some(true));
        let file = match file {
            Some(file) => file,
            None => begin(&self.path)?,
        };
        Ok(self.file.insert(file))
    }
}

/// Opens the file at its end, which is the end of a line.
fn begin(path: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().read(true).append(true).create(true).mode(0o640).open(path);
    let mut file = match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Its own folder, below one that is there: more would hide a disk that is not mounted.
            DirBuilder::new().mode(0o750).create(path.parent().unwrap_or(path))?;
            open()?
        }
        opened => opened?,
    };
    if file.metadata()?.len() == 0 {
        file.write_all(row(&COLUMNS).as_bytes())?;
    } else {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            // Power failed in the middle of a line.
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

/// The columns of an event's fields; others are details.
const FIELDS: [(&str, &str); 8] = [
    ("Room", "room"),
    ("Member", "member"),
    ("CallerNumber", "number"),
    ("CallerName", "name"),
    ("Channel", "channel"),
    ("Role", "role"),
    ("Result", "result"),
    ("Seconds", "seconds"),
];

/// Events that may wait for the disk.
const QUEUE: usize = 8192;

/// Events that are written together.
const MOST_AT_ONCE: usize = 1024;

#[cfg(test)]
mod tests {
    use super::{quoted, written_time};
    use jiff::tz::TimeZone;
    use std::time::Duration;

    #[test]
    fn fields_are_quoted_as_needed() {
        for (field, wanted) in [
            ("", ""),
            ("Ada", "Ada"),
            ("Ada, Countess", "\"Ada, Countess\""),
            ("the \"Countess\"", "\"the \"\"Countess\"\"\""),
            ("two\nlines\r", "\"two lines \""),
            ("=1+1", "\"'=1+1\""),
            ("+1+cmd", "\"'+1+cmd\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\" =1\""),
            ("+4930123", "+4930123"),
            ("+", "\"'+\""),
        ] {
            assert_eq!(quoted(field), wanted, "{field}");
        }
    }

    #[test]
    fn times_have_their_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(written_time(Duration::from_secs(1_795_510_800), &berlin), "2026-11-24T10:00:00+01:00");
        assert_eq!(written_time(Duration::from_secs(1_795_510_800), &TimeZone::UTC), "2026-11-24T09:00:00+00:00");
        assert!(!written_time(Duration::MAX, &TimeZone::UTC).is_empty());
    }
}
