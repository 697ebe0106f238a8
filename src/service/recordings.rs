//! Recordings of rooms, and of each member by himself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{CallId, Happening, Host, Service};
use crate::audio::SampleRate;
use crate::engine::{Full, RoomId, Tap, TapId};
use crate::record::{Format, Job, Recorder, Told};
use crate::room::{self, RecordOrder, RoomNumber};

/// The recording of a room.
pub(super) struct Recording {
    /// Its files' names without what differs between them, and without ending.
    stem: PathBuf,
    format: Format,
    whole: File,
    /// Those of the members who are seated, if each has one.
    tracks: Option<BTreeMap<CallId, File>>,
    paused: bool,
}

/// One file that is being written.
struct File {
    id: u64,
    tap: TapId,
}

/// Whose a file is.
pub(super) struct Recorded {
    number: RoomNumber,
    room: RoomId,
    /// `None`: the whole room's.
    track: Option<CallId>,
}

/// What rooms want.
impl<H: Host> Service<H> {
    pub(super) fn record(&mut self, now: Duration, number: &RoomNumber, order: RecordOrder) {
        match order {
            RecordOrder::Start => {
                if let Err(why) = self.start_recording(now, number) {
                    log::error!("room {number} is not recorded: {why}");
                    self.recording_failed(now, number);
                }
            }
            RecordOrder::Stop => self.stop_recording(number),
            RecordOrder::Pause | RecordOrder::Resume => {
                let pause = order == RecordOrder::Pause;
                let (Some(open), Some(recorder)) = (self.rooms.get_mut(number), &self.recorder) else { return };
                let Some(recording) = &mut open.recording else { return };
                recording.paused = pause;
                for file in recording.tracks.iter().flat_map(BTreeMap::values).chain([&recording.whole]) {
                    if pause { recorder.pause(file.id) } else { recorder.resume(file.id) }
                }
            }
        }
    }

    fn start_recording(&mut self, now: Duration, number: &RoomNumber) -> Result<(), String> {
        self.stop_recording(number);
        let Some(open) = self.rooms.get(number) else { return Ok(()) };
        let wanted = open.room.conference().recording.clone();
        let format: Format = wanted.format.parse().map_err(|error| format!("{}: {error}", wanted.format))?;
        let folder = self.settings.recordings.as_deref().map(Path::new);
        let stem = stem(folder, wanted.file.as_deref(), number, self.unix_time.at(now), &self.zone)
            .ok_or("there is no folder for recordings; write one into conclave.conf, [general] recordings=")?;
        let rates = open.seated.iter().filter_map(|id| self.calls.get(id)).map(|call| call.rate);
        let rate = rates.max().unwrap_or_default().max(LEAST_RATE);
        let room = open.id;
        let tap = self.engine.tap_room(room).map_err(|full: Full| full.to_string())?;
        let path = with_ending(&stem, format);
        let whole = self.start_file(number, room, None, path, format, rate, tap, false);
        let Some(open) = self.rooms.get_mut(number) else { return Ok(()) };
        let tracks = wanted.tracks.then(BTreeMap::new);
        open.recording = Some(Recording { stem, format, whole, tracks, paused: false });
        for id in open.seated.clone() {
            self.start_track(number, id);
        }
        Ok(())
    }

    /// A member takes his seat: his own file begins, if the room is recorded so.
    pub(super) fn start_track(&mut self, number: &RoomNumber, id: CallId) {
        let (Some(open), Some(call)) = (self.rooms.get(number), self.calls.get(&id)) else { return };
        let Some(recording) = &open.recording else { return };
        if recording.tracks.as_ref().is_none_or(|tracks| tracks.contains_key(&id)) {
            return;
        }
        let tap = match self.engine.tap_leg(call.leg) {
            Ok(tap) => tap,
            Err(full) => return log::warn!("{} has no track of his own in the recording: {full}", call.channel),
        };
        let place = open.present.get(&id).map_or(0, |present| present.number);
        let mut name = recording.stem.clone().into_os_string();
        name.push(format!("-{place}-{}", in_a_name(&call.caller.number)));
        let (format, paused, room, rate) = (recording.format, recording.paused, open.id, call.rate);
        let path = with_ending(Path::new(&name), format);
        let file = self.start_file(number, room, Some(id), path, format, rate, tap, paused);
        let recording = self.rooms.get_mut(number).and_then(|open| open.recording.as_mut());
        if let Some(tracks) = recording.and_then(|recording| recording.tracks.as_mut()) {
            tracks.insert(id, file);
        }
    }

    /// A member leaves his seat: what he says then is nobody's business.
    pub(super) fn stop_track(&mut self, number: &RoomNumber, id: CallId) {
        let recording = self.rooms.get_mut(number).and_then(|open| open.recording.as_mut());
        let file = recording.and_then(|recording| recording.tracks.as_mut()?.remove(&id));
        if let Some(file) = file {
            self.stop_file(file);
        }
    }

    pub(super) fn stop_recording(&mut self, number: &RoomNumber) {
        if let Some(recording) = self.rooms.get_mut(number).and_then(|open| open.recording.take()) {
            self.complete(recording);
        }
    }

    /// All its files end.
    pub(super) fn complete(&mut self, recording: Recording) {
        self.stop_file(recording.whole);
        for file in recording.tracks.into_iter().flat_map(BTreeMap::into_values) {
            self.stop_file(file);
        }
    }
}

/// Files.
impl<H: Host> Service<H> {
    #[allow(clippy::too_many_arguments, reason = "what the recorder wants, and whose it is")]
    fn start_file(
        &mut self,
        number: &RoomNumber,
        room: RoomId,
        track: Option<CallId>,
        path: PathBuf,
        format: Format,
        rate: SampleRate,
        (tap_id, tap): (TapId, Tap),
        paused: bool,
    ) -> File {
        let id = self.next_recording;
        self.next_recording += 1;
        self.recorded.insert(id, Recorded { number: number.clone(), room, track });
        let (events, wake) = (self.record_events.clone(), self.wake.clone());
        let recorder = self.recorder.get_or_insert_with(|| Recorder::new(events, Box::new(move || wake())));
        recorder.start(id, Job { path, format, rate, tap, append: false, paused });
        File { id, tap: tap_id }
    }

    fn stop_file(&mut self, file: File) {
        if let Some(recorder) = &self.recorder {
            recorder.stop(file.id);
        }
        self.engine.remove_tap(file.tap);
    }

    /// The recorder has something to tell.
    pub(super) fn recorder_told(&mut self, now: Duration, told: Told) {
        match told {
            Told::Began { id, path } => {
                if let Some(Recorded { number, track: None, .. }) = self.recorded.get(&id) {
                    log::info!("room {number} is recorded to {}", path.display());
                }
            }
            Told::Ended { id, path, length } => {
                if let Some(Recorded { number, track: None, .. }) = self.recorded.remove(&id) {
                    log::info!("the recording {} of room {number} is complete, {length:?}", path.display());
                }
            }
            Told::Failed { id, path, error } => {
                let Some(Recorded { number, room, track }) = self.recorded.remove(&id) else { return };
                log::error!("room {number} cannot be recorded to {}: {error}", path.display());
                let Some(open) = self.rooms.get(&number).filter(|open| open.id == room) else { return };
                let current = open.recording.as_ref().is_some_and(|recording| match track {
                    None => recording.whole.id == id,
                    Some(call) => {
                        recording.tracks.as_ref().and_then(|tracks| tracks.get(&call)).is_some_and(|file| file.id == id)
                    }
                });
                match track {
                    _ if !current => {}
                    Some(call) => self.stop_track(&number, call),
                    None => {
                        self.stop_recording(&number);
                        self.recording_failed(now, &number);
                    }
                }
            }
        }
    }

    fn recording_failed(&mut self, now: Duration, number: &RoomNumber) {
        self.happened(now, Happening::new("RecordingFailed", number));
        self.tell_room(now, number, room::Input::RecordingFailed);
    }
}

/// Where the files of a recording go that begins at this time: a folder, and how their names begin.
fn stem(
    folder: Option<&Path>,
    begin: Option<&str>,
    number: &RoomNumber,
    unix: Duration,
    zone: &TimeZone,
) -> Option<PathBuf> {
    let time = Timestamp::new(unix.as_secs() as i64, 0).unwrap_or_default().to_zoned(zone.clone());
    let name = format!("{number}-{}", time.strftime("%Y%m%d-%H%M%S"));
    let name = begin.map_or(name.clone(), |begin| format!("{begin}-{name}"));
    // A name that begins at the root needs no folder.
    if name.starts_with('/') { Some(name.into()) } else { Some(folder?.join(name)) }
}

/// The path with the format's ending; dots in the name are part of it.
fn with_ending(stem: &Path, format: Format) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(".");
    path.push(format.ending());
    path.into()
}

/// A caller's number in a file's name: callers can choose it, and must not choose the folder.
fn in_a_name(number: &str) -> String {
    let harmless = |c: char| if c.is_ascii_alphanumeric() || c == '+' { c } else { '_' };
    let name: String = number.chars().take(MOST_OF_A_NUMBER).map(harmless).collect();
    if name.is_empty() { "unknown".into() } else { name }
}

/// Wideband speech: whoever comes later may have it.
const LEAST_RATE: SampleRate = SampleRate::Hz16000;

const MOST_OF_A_NUMBER: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_room_and_time_and_stay_in_their_folder() {
        let number = RoomNumber::parse("8000").expect("a number");
        let name = |folder: Option<&str>, begin| {
            let at = Duration::from_secs(1_795_262_400);
            let stem = stem(folder.map(Path::new), begin, &number, at, &TimeZone::UTC)?;
            Some(with_ending(&stem, Format::Flac).display().to_string())
        };
        assert_eq!(name(Some("/rec"), None).as_deref(), Some("/rec/8000-20261121-120000.flac"));
        assert_eq!(name(Some("/rec"), Some("board")).as_deref(), Some("/rec/board-8000-20261121-120000.flac"));
        assert_eq!(name(None, Some("/x/y")).as_deref(), Some("/x/y-8000-20261121-120000.flac"));
        assert_eq!(name(None, None), None);
        assert_eq!(in_a_name("+49 (30) 12/../3"), "+49__30__12____3");
        assert_eq!(in_a_name(""), "unknown");
        assert_eq!(in_a_name(&"9".repeat(99)).len(), 32);
    }
}
