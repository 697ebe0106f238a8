//! A media worker: one thread that serves many calls, every 20 ms.
//!
//! It sleeps to the tick, not to the next packet: one wake-up for all its calls, and none while
//! it has no calls and no music plays. At the tick it reads what has come, mixes, and writes. It
//! never waits for a call: a channel whose lock somebody holds is left out until the next tick,
//! and a channel that made the thread wait all the same is moved to a thread of its own
//! ([`super::slow`]).

mod reading;
mod writing;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::epoll::{Bell, Epoll, now, sleep_until, times_blocked};
use super::line::{Line, MOST_DESCRIPTORS, Outgoing};
use super::slow::Away;
use super::{Handle, slow};
use crate::engine::{self, Codec, Heed, LegId, WorkerStats};
use crate::room::DialplanPlace;
use crate::service::mailbox::{Claim, Ending, Mailbox, Task};
use crate::service::{CallEvent, CallId, Outcome, Placed};

/// A call as its own thread hands it over, to be served until it ends or is released.
pub struct Served<L: Line> {
    /// The host's.
    pub line: L,
    /// Its name when it came.
    pub name: Arc<str>,
    /// What it hands in and takes.
    pub codec: Codec,
    /// The same as the host names it.
    pub format: L::Format,
    /// Set when it has other descriptors.
    pub moved: Arc<AtomicBool>,
    /// What it speaks.
    pub speech: Option<L::Speech>,
    /// Set when the call is to be served in another form.
    pub renews: Arc<AtomicBool>,
    /// Whether we made the call.
    pub dialled: bool,
    /// The way to the call's own thread; once given up, nobody but that thread touches the channel.
    pub claim: Claim,
}

/// What a worker is told by the service's thread.
pub enum Command<L: Line> {
    /// Serve this call.
    Serve(Placed, Served<L>),
    /// Hand this call back.
    Release(CallId, LegId, Outcome),
    /// Have the call's own thread do this, while it is served.
    Task(CallId, LegId, Task),
    /// Let the call's own thread take it through the dial plan; it comes back with another [`Serve`](Self::Serve).
    Lend(CallId, LegId, DialplanPlace),
    /// End; calls that are still there stay parked, untouched.
    Stop,
}

/// Starts a worker's thread. `bells`: one for each worker, by number.
pub fn spawn<L: Line>(
    number: usize,
    engine: engine::Worker,
    commands: Receiver<Command<L>>,
    handle: Handle<L>,
    bells: Arc<[Bell]>,
) -> io::Result<JoinHandle<()>> {
    let stats = handle.stats()[number].clone();
    let worker = Worker {
        number,
        engine,
        commands,
        handle,
        bells,
        stats,
        epoll: Epoll::new(READY_AT_ONCE)?,
        legs: Vec::new(),
        serving: Vec::new(),
        owners: HashMap::new(),
        reports: VecDeque::with_capacity(READY_AT_ONCE),
        outgoing: Outgoing::new(),
        clock: Duration::ZERO,
        blocked: 0,
        reported: false,
        newcomers: false,
        tick: 0,
        stopping: false,
    };
    thread::Builder::new().name(format!("conclave-{number}")).spawn(move || {
        worker.engine.warm_up();
        worker.run();
    })
}

struct Worker<L: Line> {
    number: usize,
    engine: engine::Worker,
    commands: Receiver<Command<L>>,
    handle: Handle<L>,
    bells: Arc<[Bell]>,
    stats: Arc<WorkerStats>,
    epoll: Epoll,
    /// By the engine's slot.
    legs: Vec<Option<Leg<L>>>,
    /// The slots in use.
    serving: Vec<u32>,
    /// Which slot a watched descriptor belongs to.
    owners: HashMap<i32, u32>,
    /// What the service's queue had no room for yet.
    reports: VecDeque<(CallId, CallEvent)>,
    outgoing: Outgoing,
    /// When the last call into the host ended.
    clock: Duration,
    /// How often this thread had waited of its own accord when the tick began.
    blocked: i64,
    reported: bool,
    /// Calls have come since the last look at what is to be read.
    newcomers: bool,
    tick: u64,
    stopping: bool,
}

struct Leg<L: Line> {
    placed: Placed,
    codec: Codec,
    path: Path<L>,
    mailbox: Option<Arc<Mailbox>>,
    /// We made the call, and it is not answered.
    rings: bool,
    /// The descriptors that are watched for it.
    watched: Vec<i32>,
    /// The tick in which its lock was found taken: left alone until the next.
    busy_at: u64,
    /// Ticks since anything came.
    quiet: u32,
    /// How often it made this thread wait.
    waits: u32,
    /// What the engine would have with its next packet.
    heed: Heed,
    /// Whether the engine has it in this form already.
    is_fitted: bool,
    /// Until when its form stays, whatever becomes of the host's, in ticks.
    stays_until: u64,
    /// Where it is to be lent to once it has its new form.
    lent_to: Option<DialplanPlace>,
}

enum Path<L: Line> {
    Here(Served<L>),
    Slow(slow::Link),
    /// In the dial plan.
    Away,
}

impl<L: Line> Worker<L> {
    fn run(mut self) {
        let mut tick = now().as_nanos() as u64 / TICK.as_nanos() as u64;
        while !self.stopping {
            if self.serving.is_empty() && !self.engine.has_work() {
                self.bells[self.number].wait(IDLE);
                tick = now().as_nanos() as u64 / TICK.as_nanos() as u64;
            }
            tick += 1;
            sleep_until(Duration::from_nanos(tick * TICK.as_nanos() as u64));
            self.clock = now();
            let behind = self.clock.as_nanos() as u64 / TICK.as_nanos() as u64 - tick;
            if behind > 0 {
                self.stats.late_ticks.count();
            }
            if behind > MOST_TICKS_BEHIND {
                self.stats.skipped_ticks.add(behind);
                tick += behind;
            }
            self.blocked = times_blocked();
            if catch_unwind(AssertUnwindSafe(|| self.tick(tick))).is_err() {
                log::error!("media worker {} lost the tick {tick}; its calls go on", self.number);
            }
        }
        // Calls that are still there stay parked: their threads would take a dropped reply for an answer.
        std::mem::forget(self.legs);
    }

    fn tick(&mut self, tick: u64) {
        self.tick = tick;
        self.obey();
        self.engine.begin_tick(tick);
        self.read_all(tick);
        self.engine.mix();
        self.meet_peers();
        self.engine.finish();
        self.write_all(tick);
        self.tell_service();
    }

    fn obey(&mut self) {
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Serve(placed, served) => self.serve(placed, served),
                Command::Release(call, leg, outcome) => {
                    if self.is_at(leg, call) {
                        self.let_go(leg.slot(), Ending::Released(outcome));
                    }
                }
                Command::Task(call, leg, task) => {
                    if self.is_at(leg, call)
                        && let Some(Leg { mailbox: Some(mailbox), .. }) = self.leg(leg.slot())
                    {
                        mailbox.put(task);
                    }
                }
                Command::Lend(call, leg, place) => {
                    if self.is_at(leg, call) {
                        self.lend(leg.slot(), place);
                    }
                }
                Command::Stop => self.stopping = true,
            }
        }
    }

    fn serve(&mut self, placed: Placed, served: Served<L>) {
        let slot = placed.leg.slot();
        if self.legs.len() <= slot {
            self.legs.resize_with(slot + 1, || None);
        }
        let former = self.legs[slot].as_mut().filter(|leg| leg.placed.call == placed.call);
        let lent_to = former.and_then(|leg| leg.lent_to.take());
        // A slow call's thread tells the service first that the call is over: its place may be another's by now.
        self.let_go(slot, Ending::Gone);
        let (codec, watched) = (served.codec, Vec::with_capacity(MOST_DESCRIPTORS));
        let mailbox = served.claim.mailbox().cloned();
        let rings = served.dialled && mailbox.as_ref().is_some_and(|mailbox| !mailbox.is_answered());
        let path = Path::Here(served);
        self.legs[slot] = Some(Leg {
            placed,
            codec,
            path,
            mailbox,
            rings,
            watched,
            busy_at: 0,
            quiet: 0,
            waits: 0,
            heed: Heed::default(),
            is_fitted: false,
            stays_until: self.tick + RENEWAL_TICKS,
            lent_to: None,
        });
        self.serving.push(slot as u32);
        self.newcomers = true;
        self.stats.calls.set(self.serving.len());
        self.watch_descriptors(slot);
        if let Some(place) = lent_to {
            self.lend(slot, place);
        }
    }

    /// The call is its own thread's again.
    fn let_go(&mut self, slot: usize, ending: Ending) {
        let Some(leg) = self.take(slot) else { return };
        match leg.path {
            Path::Here(served) => served.claim.end(ending),
            Path::Slow(link) => link.release(Ok(ending)),
            // Found when it comes back, or is its own old one that has come back.
            Path::Away => {
                if let (Some(mailbox), Ending::Released(_)) = (leg.mailbox, &ending) {
                    mailbox.end(ending);
                }
            }
        }
    }

    /// The call goes through the dial plan and comes back; its leg waits here meanwhile.
    fn lend(&mut self, slot: usize, place: DialplanPlace) {
        let Some(mut leg) = self.take(slot) else { return };
        match std::mem::replace(&mut leg.path, Path::Away) {
            Path::Here(served) => served.claim.lend(place),
            Path::Slow(link) => link.release(Err(Away::Lent(place))),
            Path::Away => leg.lent_to = Some(place),
        }
        self.legs[slot] = Some(leg);
    }

    /// The call comes back in another form; its leg waits here meanwhile.
    fn renew(&mut self, slot: usize) {
        let Some(mut leg) = self.take(slot) else { return };
        match std::mem::replace(&mut leg.path, Path::Away) {
            Path::Here(served) => served.claim.renew(),
            Path::Slow(link) => link.release(Err(Away::Renewed)),
            Path::Away => {}
        }
        self.legs[slot] = Some(leg);
    }

    fn take(&mut self, slot: usize) -> Option<Leg<L>> {
        self.unwatch_descriptors(slot);
        let leg = self.legs[slot].take()?;
        self.serving.retain(|&other| other as usize != slot);
        self.stats.calls.set(self.serving.len());
        Some(leg)
    }

    fn is_at(&self, leg: LegId, call: CallId) -> bool {
        self.leg(leg.slot()).is_some_and(|leg| leg.placed.call == call)
    }

    fn leg(&self, slot: usize) -> Option<&Leg<L>> {
        self.legs.get(slot)?.as_ref()
    }

    fn report(&mut self, call: CallId, event: CallEvent) {
        self.reported = true;
        if !self.reports.is_empty() || !self.handle.report(call, event) {
            self.reports.push_back((call, event));
        }
    }

    fn tell_service(&mut self) {
        while let Some(&(call, event)) = self.reports.front() {
            if !self.handle.report(call, event) {
                break;
            }
            self.reports.pop_front();
        }
        if std::mem::take(&mut self.reported) {
            self.handle.wake();
        }
    }
}

/// A second: a telephone that sends now this, now that is not followed more often.
const RENEWAL_TICKS: u64 = 50;

const TICK: Duration = Duration::from_millis(20);

/// Without calls and music a worker sleeps until its bell rings, and now and then tidies up.
const IDLE: Duration = Duration::from_secs(1);

/// Later than this, ticks are left out rather than caught up with.
const MOST_TICKS_BEHIND: u64 = 5;

/// How many descriptors one look at epoll tells.
const READY_AT_ONCE: usize = 4096;
