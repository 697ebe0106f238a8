//! The thread that writes recordings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::error::RecordError;
use super::track::Track;
use super::{Job, Told};

/// Writes recordings to disk, on a thread of its own. Dropping it completes all files.
pub struct Recorder {
    commands: Option<Sender<Command>>,
    thread: Option<JoinHandle<()>>,
}

enum Command {
    Start(u64, Box<Job>),
    Pause(u64, bool),
    Stop(u64),
}

impl Recorder {
    /// A recorder that tells what becomes of its recordings, and calls `wake` after it has told something.
    ///
    /// # Panics
    ///
    /// If the system has no thread left.
    pub fn new(events: Sender<Told>, wake: Box<dyn Fn() + Send>) -> Recorder {
        let (sender, commands) = unbounded();
        let thread = std::thread::Builder::new().name("conclave-record".into());
        let thread = thread
            .spawn(|| Desk { tracks: BTreeMap::new(), events, wake, news: false }.run(commands))
            .expect("a thread can be started");
        Recorder { commands: Some(sender), thread: Some(thread) }
    }

    /// Begins a recording. Another one of this number is stopped before.
    pub fn start(&self, id: u64, job: Job) {
        self.send(Command::Start(id, Box::new(job)));
    }

    /// Leaves out what comes from now on.
    pub fn pause(&self, id: u64) {
        self.send(Command::Pause(id, true));
    }

    /// Goes on after a pause, of which nothing is left in the file.
    pub fn resume(&self, id: u64) {
        self.send(Command::Pause(id, false));
    }

    /// Completes a recording with all that its tap holds by now.
    pub fn stop(&self, id: u64) {
        self.send(Command::Stop(id));
    }

    fn send(&self, command: Command) {
        if let Some(commands) = &self.commands {
            let _ = commands.send(command);
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's own.
struct Desk {
    tracks: BTreeMap<u64, Track>,
    events: Sender<Told>,
    wake: Box<dyn Fn() + Send>,
    news: bool,
}

impl Desk {
    fn run(mut self, commands: Receiver<Command>) {
        let mut next_round = Instant::now();
        loop {
            let command = if self.tracks.is_empty() {
                commands.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                commands.recv_deadline(next_round)
            };
            match command {
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => {
                    self.take_in();
                    next_round = Instant::now() + ROUND;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.tell_news();
        }
        for id in self.tracks.keys().copied().collect::<Vec<_>>() {
            self.finish(id);
        }
        self.tell_news();
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Start(id, job) => {
                self.finish(id);
                self.start(id, *job);
            }
            Command::Pause(id, paused) => {
                if let Some(Err(error)) = self.tracks.get_mut(&id).map(|track| track.set_paused(paused)) {
                    self.fail(id, error);
                }
            }
            Command::Stop(id) => self.finish(id),
        }
    }

    fn start(&mut self, id: u64, job: Job) {
        let path = job.path.clone();
        match Track::open(job, |path| self.tracks.values().any(|other| other.path() == path)) {
            Ok(track) => {
                let path = track.path().into();
                self.tracks.insert(id, track);
                self.tell(Told::Began { id, path });
            }
            Err(error) => self.tell(Told::Failed { id, path, error }),
        }
    }

    /// Writes what all taps have.
    fn take_in(&mut self) {
        let mut over = Vec::new();
        for (id, track) in &mut self.tracks {
            match track.take_in() {
                Ok(true) => {}
                Ok(false) => over.push((*id, None)),
                Err(error) => over.push((*id, Some(error))),
            }
        }
        for (id, error) in over {
            match error {
                Some(error) => self.fail(id, error),
                None => self.finish(id),
            }
        }
    }

    fn finish(&mut self, id: u64) {
        let Some(track) = self.tracks.remove(&id) else {
            return;
        };
        let path: PathBuf = track.path().into();
        match track.finish() {
            Ok(length) => self.tell(Told::Ended { id, path, length }),
            Err(error) => self.tell(Told::Failed { id, path, error }),
        }
    }

    fn fail(&mut self, id: u64, error: RecordError) {
        if let Some(track) = self.tracks.remove(&id) {
            self.tell(Told::Failed { id, path: track.path().into(), error });
        }
    }

    fn tell(&mut self, told: Told) {
        let _ = self.events.send(told);
        self.news = true;
    }

    fn tell_news(&mut self) {
        if std::mem::take(&mut self.news) {
            (self.wake)();
        }
    }
}

/// How often the taps are read; they hold twenty times that.
const ROUND: Duration = Duration::from_millis(100);
