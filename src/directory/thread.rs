//! The directory on a thread of its own.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select_biased};
use jiff::Timestamp;
use parking_lot::Mutex;

use super::Change;
use super::checks::Checks;
use super::desk::{Desk, Visit};
use super::error::Error;
use super::journal::{Entry, Journal, Work};
use super::request::{Request, Watch, request};
use super::store::{Access, Fault, News, OnNews, Place, Store};
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
}

impl Settings {
    /// With the usual patience, 3 s: a caller hears nothing meanwhile.
    pub fn new(place: Place, node: impl Into<String>) -> Settings {
        Settings { place, node: node.into(), patience: Duration::from_secs(3) }
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
    shared: Arc<Shared>,
    jobs: Sender<Box<dyn Request>>,
    journal: Sender<Entry>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// What all threads know.
struct Shared {
    settings: Settings,
    watch: Watch,
    /// Wakes the thread when something else than a job comes.
    wake: Sender<()>,
    stopped: AtomicBool,
    state: Mutex<(bool, Option<String>)>,
    missing: AtomicU64,
    /// History that was taken out of the queue and is not written.
    in_hand: AtomicUsize,
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
        let on_news: OnNews = Arc::new(move |news| match news {
            News::Changed(change) => on_change(Change::parse(change)),
            News::Lost => {
                let _ = wake.try_send(());
            }
        });
        let worker = Worker {
            shared: shared.clone(),
            checks,
            on_news,
            store: None,
            retry: Retry::default(),
            journal: Journal::new(journal_in),
            cleaned: false,
            write_at: Instant::now(),
            seen_at: Instant::now(),
        };
        let watched = shared.clone();
        let threads = vec![
            Builder::new().name("conclave-dir".into()).spawn(move || worker.serve(&jobs_in, &woken))?,
            Builder::new().name("conclave-dirwatch".into()).spawn(move || watched.watch.serve())?,
        ];
        Ok(Directory { shared, jobs, journal, threads: Arc::new(Mutex::new(threads)) })
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

    /// He went.
    pub fn went(&self, call: u64, when: Timestamp, how: CallResult) {
        self.keep(Entry::Went(call, when, how));
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
        let threads = std::mem::take(&mut *self.threads.lock());
        for (at, thread) in threads.into_iter().enumerate() {
            if at == 1 {
                self.shared.watch.stop();
            }
            let _ = thread.join();
        }
    }
}

/// The thread that has the database.
struct Worker {
    shared: Arc<Shared>,
    checks: Arc<dyn Checks>,
    on_news: OnNews,
    store: Option<Box<dyn Store>>,
    retry: Retry,
    journal: Journal,
    /// The visits of a former life were ended.
    cleaned: bool,
    /// When history may be written next.
    write_at: Instant,
    /// When to say next that this PBX is alive.
    seen_at: Instant,
}

/// When to connect again.
struct Retry {
    at: Instant,
    pause: Duration,
    why: String,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { at: Instant::now(), pause: FIRST_PAUSE, why: String::new() }
    }
}

impl Worker {
    fn serve(mut self, jobs: &Receiver<Box<dyn Request>>, woken: &Receiver<()>) {
        while !self.shared.stopped.load(Ordering::Acquire) {
            if catch_unwind(AssertUnwindSafe(|| self.step(jobs, woken))).is_err() {
                log::error!("the directory failed in a step; it connects to its database again");
                self.store = None;
            }
        }
        for mut job in jobs.try_iter() {
            job.answer(Err(Error::Unavailable("it is stopped".into())));
        }
        self.finish();
    }

    /// Waits for something to do, and does it.
    fn step(&mut self, jobs: &Receiver<Box<dyn Request>>, woken: &Receiver<()>) {
        let is_connected = self.connect().is_ok();
        let now = Instant::now();
        let never = crossbeam_channel::never();
        let may_write = is_connected && self.write_at <= now;
        if may_write && self.journal.is_waiting() && jobs.is_empty() {
            self.journal.take(None);
            return self.write_history();
        }
        if is_connected && self.journal.has_open() && self.seen_at <= now {
            self.seen_at = now + SEEN_EVERY;
            let _ = self.transact(&mut |desk| desk.seen());
        }
        let next =
            if is_connected { self.write_at.max(now + A_WHILE).min(self.seen_at.max(now)) } else { self.retry.at };
        let next = if self.journal.is_waiting() && is_connected { self.write_at } else { next };
        let idle = next.saturating_duration_since(now).max(Duration::from_millis(1));
        let entries = if may_write { self.journal.entries().clone() } else { never };
        select_biased! {
            recv(jobs) -> job => if let Ok(mut job) = job { self.run(job.as_mut()) },
            recv(woken) -> _ => {}
            recv(entries) -> entry => if let Ok(entry) = entry {
                self.journal.take(Some(entry));
                self.write_history();
            },
            default(idle) => {}
        }
    }

    /// Sees to it that there is a connection.
    fn connect(&mut self) -> Result<(), String> {
        if self.store.as_ref().is_some_and(|store| store.is_lost()) {
            self.lose("the connection was lost");
        }
        if self.store.is_some() {
            return Ok(());
        }
        if Instant::now() < self.retry.at {
            return Err(self.retry.why.clone());
        }
        let settings = &self.shared.settings;
        match settings.place.open(settings.patience / 2, &self.on_news) {
            Ok(store) => {
                self.store = Some(store);
                self.connected();
                Ok(())
            }
            Err(fault) => {
                let why = fault.to_string();
                if self.retry.why != why {
                    log::warn!("the directory {} cannot be opened: {why}; it is tried again", settings.place);
                }
                self.shared.state.lock().1 = Some(why.clone());
                self.retry = Retry {
                    at: Instant::now() + self.retry.pause,
                    pause: (self.retry.pause * 2).min(LAST_PAUSE),
                    why: why.clone(),
                };
                Err(why)
            }
        }
    }

    fn connected(&mut self) {
        if !self.retry.why.is_empty() {
            log::warn!("the directory {} is there again", self.shared.settings.place);
        }
        self.retry = Retry::default();
        *self.shared.state.lock() = (true, None);
        if !self.cleaned {
            match self.transact(&mut |desk| desk.end_lost_visits().map(drop)) {
                Ok(()) => self.cleaned = true,
                Err(fault) => log::warn!("visits of before are still open in the history: {fault}"),
            }
        }
        // What changed meanwhile nobody told.
        (self.on_news)(News::Changed(&Change::Everything.to_string()));
    }

    fn lose(&mut self, why: &str) {
        self.store = None;
        log::warn!("the directory {} is lost: {why}; calls go on, and it is tried again", self.shared.settings.place);
        *self.shared.state.lock() = (false, Some(why.to_owned()));
        self.retry = Retry { why: why.to_owned(), ..Retry::default() };
    }

    /// Runs a job and answers it.
    fn run(&mut self, request: &mut dyn Request) {
        for attempt in 1..=ATTEMPTS {
            if request.is_answered() {
                return;
            }
            while let Err(why) = self.connect() {
                // A server that is just started again is worth a moment, one that is away for long is not.
                if self.retry.pause > SHORT_PAUSE || request.is_answered() {
                    return request.answer(Err(Error::Unavailable(why)));
                }
                std::thread::sleep(self.retry.at.saturating_duration_since(Instant::now()));
            }
            let done = match catch_unwind(AssertUnwindSafe(|| self.attempt(request))) {
                Ok(done) => done,
                Err(_) => {
                    self.store = None;
                    Err(Error::Refused("it failed inside the directory; nothing was done".into()))
                }
            };
            match done {
                Err(Error::Database(Fault::Again(_))) if attempt < ATTEMPTS => {}
                Err(Error::Database(Fault::Gone(why))) => {
                    self.lose(&why);
                    // A connection that nobody used for long may have been dead for long.
                    if attempt > 1 {
                        return request.answer(Err(Error::Unavailable(why)));
                    }
                }
                Err(Error::Database(fault)) => {
                    if let Fault::Unknown(why) = &fault {
                        self.lose(why);
                    }
                    return request.answer(Err(translated(fault)));
                }
                done => return request.answer(done),
            }
        }
    }

    fn attempt(&mut self, request: &mut dyn Request) -> Result<(), Error> {
        let Some(store) = self.store.as_deref_mut() else { return Err(Error::Unavailable(self.retry.why.clone())) };
        store.begin(request.access())?;
        let done = request.run(&mut Desk::new(store, &*self.checks, Timestamp::now(), &self.shared.settings.node));
        // Nobody is told of what comes too late, so it does not happen.
        if done.is_err() || !request.commits() {
            store.roll_back();
            return done;
        }
        Ok(store.commit()?)
    }

    /// A transaction of our own.
    fn transact(&mut self, job: Work<'_>) -> Result<(), Fault> {
        let Some(store) = self.store.as_deref_mut() else { return Err(Fault::Gone(self.retry.why.clone())) };
        store.begin(Access::Write)?;
        match job(&mut Desk::new(store, &*self.checks, Timestamp::now(), &self.shared.settings.node)) {
            Ok(()) => store.commit(),
            Err(error) => {
                store.roll_back();
                Err(match error {
                    Error::Database(fault) => fault,
                    other => Fault::Wrong(other.to_string()),
                })
            }
        }
    }

    fn write_history(&mut self) {
        let empty = Journal::new(crossbeam_channel::never());
        let mut journal = std::mem::replace(&mut self.journal, empty);
        let written = journal.write(&mut |job| self.transact(job));
        self.journal = journal;
        self.shared.in_hand.store(self.journal.in_hand(), Ordering::Relaxed);
        match written {
            Ok(lost) => {
                self.shared.missing.fetch_add(lost, Ordering::Relaxed);
                let mut state = self.shared.state.lock();
                if let (true, Some(_)) = &*state {
                    log::warn!("the history is written to the directory again");
                    state.1 = None;
                }
            }
            Err(Fault::Gone(why) | Fault::Unknown(why)) => self.lose(&why),
            Err(fault) => {
                self.write_at = Instant::now() + LAST_PAUSE.min(FIRST_PAUSE * 4);
                let mut state = self.shared.state.lock();
                if state.1.is_none() {
                    log::warn!("the history cannot be written to the directory: {fault}; it is tried again");
                    state.1 = Some(fault.to_string());
                }
            }
        }
    }

    /// Writes what is left, if the database is there.
    fn finish(&mut self) {
        while self.journal.is_waiting() && self.connect().is_ok() {
            self.journal.take(None);
            let left = |journal: &Journal| journal.entries().len();
            let before = left(&self.journal);
            self.write_history();
            if self.journal.is_waiting() && left(&self.journal) == before {
                break;
            }
        }
        if self.journal.is_waiting() {
            log::warn!("the directory is stopped, and not all of the history is in it");
        }
    }
}

fn translated(fault: Fault) -> Error {
    match fault {
        Fault::Unknown(why) => Error::Unknown(why),
        Fault::Wrong(why) => Error::Refused(why),
        fault => Error::Unavailable(fault.to_string()),
    }
}

/// Jobs that may wait.
const MOST_JOBS: usize = 1024;

/// History that may wait: a big PBX's of half an hour.
const MOST_HISTORY: usize = 16_384;

/// So often a job is begun again when another transaction is in its way.
const ATTEMPTS: u32 = 4;

/// The pauses between attempts to connect: the first, the longest for which a job waits, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const SHORT_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(10);

/// So often a PBX with callers says that it is alive.
const SEEN_EVERY: Duration = Duration::from_secs(15);

/// How long the thread sleeps when nothing is to be done.
const A_WHILE: Duration = Duration::from_secs(3600);
