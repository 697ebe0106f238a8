//! What the rest of the program has of the directory: jobs go in, answers come back, nobody waits.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded};
use jiff::Timestamp;
use parking_lot::Mutex;

use super::Change;
use super::checks::Checks;
use super::desk::{Desk, Visit};
use super::error::Error;
use super::journal::Entry;
use super::request::{Request, Watch, request};
use super::store::{Access, News, OnNews, Place};
use super::thread::Worker;
use crate::room::CallResult;

/// Where the directory is, and how patient it is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database.
    pub place: Place,
    /// The name of this PBX, which no other has that shares the database.
    pub node: String,
    /// Within this time every job is answered, well or not.
    pub patience: Duration,
    /// Where uploaded sounds are written, for the host to play; `None`: nowhere.
    pub sounds: Option<PathBuf>,
}

impl Settings {
    /// With the usual patience, 3 s: a caller hears nothing meanwhile.
    pub fn new(place: Place, node: impl Into<String>) -> Settings {
        Settings { place, node: node.into(), patience: Duration::from_secs(3), sounds: None }
    }
}

/// How the directory is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether there is a connection to the database.
    pub connected: bool,
    /// What went wrong last, as long as it is not good again.
    pub trouble: Option<String>,
    /// Jobs that wait.
    pub waiting: usize,
    /// History that waits.
    pub unwritten: usize,
    /// History that was lost, because the database was away for too long.
    pub missing: u64,
}

/// The directory. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Directory {
    pub(super) shared: Arc<Shared>,
    jobs: Sender<Box<dyn Request>>,
    journal: Sender<Entry>,
    /// Wakes the thread that keeps sounds.
    stir: Sender<()>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// What all threads know.
pub(super) struct Shared {
    pub(super) settings: Settings,
    watch: Watch,
    /// Wakes the thread when something else than a job comes.
    wake: Sender<()>,
    pub(super) stopped: AtomicBool,
    /// Whether there is a connection, and what is wrong.
    pub(super) state: Mutex<(bool, Option<String>)>,
    pub(super) missing: AtomicU64,
    /// History that was taken out of the queue and is not written.
    pub(super) in_hand: AtomicUsize,
}

impl Directory {
    /// Starts the threads. Connecting is tried by them, again and again, so a database that is not there yet is no error.
    /// `on_change` is called on threads of the directory, and must not wait.
    ///
    /// # Errors
    ///
    /// If no thread can be made.
    pub fn start(
        settings: Settings,
        checks: Arc<dyn Checks>,
        on_change: impl Fn(Change) + Send + Sync + 'static,
    ) -> io::Result<Directory> {
        let (jobs, jobs_in) = bounded(MOST_JOBS);
        let (journal, journal_in) = bounded(MOST_HISTORY);
        let (wake, woken) = bounded(1);
        let shared = Arc::new(Shared {
            settings,
            watch: Watch::default(),
            wake: wake.clone(),
            stopped: AtomicBool::new(false),
            state: Mutex::new((false, None)),
            missing: AtomicU64::new(0),
            in_hand: AtomicUsize::new(0),
        });
        let (stir, stirred) = bounded(1);
        let waker = stir.clone();
        let on_news: OnNews = Arc::new(move |news| match news {
            News::Changed(change) => {
                let change = Change::parse(change);
                if matches!(change, Change::Conference(_) | Change::Everything) {
                    let _ = waker.try_send(());
                }
                on_change(change);
            }
            News::Lost => {
                let _ = wake.try_send(());
            }
        });
        let worker = Worker::new(shared.clone(), checks, on_news, journal_in);
        let watched = shared.clone();
        let threads = vec![
            Builder::new().name("conclave-dir".into()).spawn(move || worker.serve(&jobs_in, &woken))?,
            Builder::new().name("conclave-watch".into()).spawn(move || watched.watch.serve())?,
        ];
        let directory = Directory { shared, jobs, journal, stir, threads: Arc::new(Mutex::new(threads)) };
        if let Some(folder) = directory.shared.settings.sounds.clone() {
            let keeper = directory.clone();
            let keep = move || keeper.keep_sounds(&folder, &stirred);
            directory.threads.lock().push(Builder::new().name("conclave-sounds".into()).spawn(keep)?);
        }
        Ok(directory)
    }

    /// Runs a job that only reads. `then` is called once, on a thread of the directory or on this one, and must not wait.
    /// The job may run several times, when others are in its way.
    pub fn read<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
        then: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.ask(Access::Read, job, then);
    }

    /// Runs a job that writes. The same; what it did counts once, and only if `then` is called with its result.
    pub fn write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
        then: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.ask(Access::Write, job, then);
    }

    fn ask<T: Send + 'static>(
        &self,
        access: Access,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
        then: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let (request, watched) = request(access, job, Box::new(then));
        self.shared.watch.add(Instant::now() + self.shared.settings.patience, watched);
        let trouble = if self.shared.stopped.load(Ordering::Acquire) {
            Some((request, "it is stopped"))
        } else {
            self.jobs.try_send(request).err().map(|error| (error.into_inner(), "too many wait for it"))
        };
        if let Some((mut request, why)) = trouble {
            request.answer(Err(Error::Unavailable(why.into())));
        }
    }

    /// Runs a job and waits for it: for programs and tests, never on a thread that serves calls.
    ///
    /// # Errors
    ///
    /// Those of the job, and [`Error::Unavailable`] and [`Error::Unknown`].
    pub fn wait<T: Send + 'static>(
        &self,
        access: Access,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, answer) = bounded(1);
        self.ask(access, job, move |done| drop(sender.send(done)));
        answer.recv().unwrap_or_else(|_| Err(Error::Unavailable("it is stopped".into())))
    }

    /// Somebody came in: to be written down. `call` tells his call from the others that are there.
    pub fn came(&self, call: u64, visit: Visit) {
        self.keep(Entry::Came(call, visit));
    }

    /// He went. `talks`: when he talked, as [`PastVisit::talks`](super::PastVisit::talks) has it.
    pub fn went(&self, call: u64, when: Timestamp, how: CallResult, talks: String) {
        self.keep(Entry::Went(call, when, how, talks));
    }

    /// All who are there went: the PBX ends.
    pub fn all_went(&self, when: Timestamp, how: CallResult) {
        self.keep(Entry::AllWent(when, how));
    }

    /// A call for which a [seat](Desk::take_seat) may be kept did not come in.
    pub fn stays_out(&self, call: u64) {
        self.keep(Entry::StaysOut(call));
    }

    /// Somebody was not let in.
    pub fn refused(&self, visit: Visit, why: CallResult) {
        self.keep(Entry::Refused(visit, why));
    }

    fn keep(&self, entry: Entry) {
        if self.journal.try_send(entry).is_err() {
            self.shared.missing.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether other PBXs may have the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self.shared.settings.place, Place::Server(_))
    }

    /// How it is.
    pub fn health(&self) -> Health {
        let (connected, trouble) = self.shared.state.lock().clone();
        Health {
            connected,
            trouble,
            waiting: self.jobs.len(),
            unwritten: self.journal.len() + self.shared.in_hand.load(Ordering::Relaxed),
            missing: self.shared.missing.load(Ordering::Relaxed),
        }
    }

    /// Stops it for all clones: writes the history that waits, answers the jobs that wait, and ends the threads. Takes
    /// as long as the database, at most a few times its patience.
    pub fn stop(&self) {
        self.shared.stopped.store(true, Ordering::Release);
        let _ = self.shared.wake.try_send(());
        let _ = self.stir.try_send(());
        let threads = std::mem::take(&mut *self.threads.lock());
        for (at, thread) in threads.into_iter().enumerate() {
            if at == 1 {
                self.shared.watch.stop();
            }
            let _ = thread.join();
        }
    }
}

/// Jobs that may wait.
const MOST_JOBS: usize = 1024;

/// History that may wait: a big PBX's of half an hour.
const MOST_HISTORY: usize = 16_384;
