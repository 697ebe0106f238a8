//! The thread that has the database: connects, runs jobs one after the other, writes history, says that it is alive.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};
use jiff::Timestamp;

use super::Change;
use super::checks::Checks;
use super::desk::Desk;
use super::error::Error;
use super::handle::Shared;
use super::journal::{Entry, Journal, Work};
use super::request::Request;
use super::store::{Access, Fault, News, OnNews, Store};

/// The thread that has the database.
pub(super) struct Worker {
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
    /// When to forget next what is kept for a time only.
    tidy_at: Instant,
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
    pub(super) fn new(
        shared: Arc<Shared>,
        checks: Arc<dyn Checks>,
        on_news: OnNews,
        entries: Receiver<Entry>,
    ) -> Worker {
        Worker {
            shared,
            checks,
            on_news,
            store: None,
            retry: Retry::default(),
            journal: Journal::new(entries),
            cleaned: false,
            write_at: Instant::now(),
            seen_at: Instant::now(),
            tidy_at: Instant::now(),
        }
    }

    /// Runs until it is stopped.
    pub(super) fn serve(mut self, jobs: &Receiver<Box<dyn Request>>, woken: &Receiver<()>) {
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
        let may_write = is_connected && self.write_at <= now;
        let waiting = self.journal.entries().len();
        if may_write && (self.journal.in_hand() > 0 || waiting >= MANY || waiting > 0 && jobs.is_empty()) {
            self.journal.take(None);
            return self.write_history();
        }
        let mut next = now + A_WHILE;
        if !is_connected {
            next = self.retry.at;
        } else if !may_write {
            next = self.write_at;
        }
        if is_connected && self.journal.has_open() {
            if self.seen_at <= now {
                self.seen_at = now + SEEN_EVERY;
                let _ = self.transact(&mut |desk| desk.seen());
            }
            next = next.min(self.seen_at);
        }
        if is_connected {
            if self.tidy_at <= now {
                self.tidy_at = now + A_WHILE;
                if let Err(fault) = self.transact(&mut |desk| desk.tidy()) {
                    log::warn!("what is old was not deleted from the directory: {fault}; it is tried again");
                }
            }
            next = next.min(self.tidy_at);
        }
        let never = crossbeam_channel::never();
        let entries = if may_write { self.journal.entries().clone() } else { never };
        select! {
            recv(jobs) -> job => if let Ok(mut job) = job { self.run(job.as_mut()) },
            recv(woken) -> _ => {}
            recv(entries) -> entry => if let Ok(entry) = entry {
                self.journal.take(Some(entry));
                self.write_history();
            },
            default(next.saturating_duration_since(now).max(A_MOMENT)) => {}
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
        let done = request.run(
            &mut Desk::new(store, &*self.checks, Timestamp::now(), &self.shared.settings.node)
                .with_sounds(self.shared.settings.sounds.as_deref()),
        );
        // Nobody is told of what comes too late, so it does not happen.
        if done.is_err() || !request.commits() {
            store.roll_back();
            return done;
        }
        Ok(store.commit()?)
    }

    fn transact(&mut self, work: Work<'_>) -> Result<(), Fault> {
        transact(&mut self.store, &self.shared, &*self.checks, work)
    }

    fn write_history(&mut self) {
        let Worker { journal, store, shared, checks, .. } = self;
        let written = journal.write(&mut |work| transact(store, shared, &**checks, work));
        shared.in_hand.store(journal.in_hand(), Ordering::Relaxed);
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

/// A transaction of the directory's own.
fn transact(
    store: &mut Option<Box<dyn Store>>,
    shared: &Shared,
    checks: &dyn Checks,
    work: Work<'_>,
) -> Result<(), Fault> {
    let Some(store) = store.as_deref_mut() else { return Err(Fault::Gone("there is no connection".into())) };
    store.begin(Access::Write)?;
    match work(&mut Desk::new(store, checks, Timestamp::now(), &shared.settings.node)) {
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

fn translated(fault: Fault) -> Error {
    match fault {
        Fault::Unknown(why) => Error::Unknown(why),
        Fault::Wrong(why) => Error::Refused(why),
        Fault::Unwritable(why) => Error::Unwritable(why),
        fault => Error::Unavailable(fault.to_string()),
    }
}

/// So often a job is begun again when another transaction is in its way.
const ATTEMPTS: u32 = 4;

/// The pauses between attempts to connect: the first, the longest for which a job waits, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const SHORT_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(10);

/// So often a PBX with callers says that it is alive.
const SEEN_EVERY: Duration = Duration::from_secs(15);

/// So much history is written even though jobs wait.
const MANY: usize = 64;

/// How long the thread sleeps at least, and when nothing is to be done.
const A_MOMENT: Duration = Duration::from_millis(1);
const A_WHILE: Duration = Duration::from_secs(3600);
