//! A media worker: one thread that serves many calls, every 20 ms.
//!
//! It sleeps to the tick, not to the next packet: one wake-up for all its calls, and none while
//! it has no calls and no music plays. At the tick it reads what has come, mixes, and writes. It
//! never waits for a call: a channel whose lock somebody holds is left out until the next tick,
//! and a channel that made the thread wait all the same is moved to a thread of its own
//! ([`super::slow`]).

use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::channel::{Channel, MOST_DESCRIPTORS, Outgoing, Packet, Read, Ready, Speech};
use super::epoll::{Bell, Epoll, arrived, has_more, now, sleep_until, times_blocked};
use super::formats::Format;
use super::slow::Away;
use super::{Handle, channel, slow, sys};
use crate::engine::{self, Codec, Heed, LegId, Output, Stamp, WorkerStats};
use crate::room::DialplanPlace;
use crate::service::mailbox::{Claim, Ending, Mailbox, Task};
use crate::service::{CallEvent, CallId, Outcome, Placed};

/// A call as its PBX thread hands it over, to be served until it ends or is released.
pub struct Served {
    /// The channel.
    pub channel: Channel,
    /// Its name when it came.
    pub name: Arc<str>,
    /// What it hands in and takes.
    pub codec: Codec,
    /// The same as Asterisk names it.
    pub format: Format,
    /// Set when the channel has new guts, and so other descriptors.
    pub masqueraded: Arc<AtomicBool>,
    /// What the channel speaks.
    pub speech: Option<Speech>,
    /// Set when the call is to be served in another form.
    pub renews: Arc<AtomicBool>,
    /// Whether we made the call.
    pub dialled: bool,
    /// The way to the call's own thread; once given up, nobody but that thread touches the channel.
    pub claim: Claim,
}

/// What a worker is told by the service's thread.
pub enum Command {
    /// Serve this call.
    Serve(Placed, Served),
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
pub fn spawn(
    number: usize,
    engine: engine::Worker,
    commands: Receiver<Command>,
    handle: Handle,
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

struct Worker {
    number: usize,
    engine: engine::Worker,
    commands: Receiver<Command>,
    handle: Handle,
    bells: Arc<[Bell]>,
    stats: Arc<WorkerStats>,
    epoll: Epoll,
    /// By the engine's slot.
    legs: Vec<Option<Leg>>,
    /// The slots in use.
    serving: Vec<u32>,
    /// Which slot a watched descriptor belongs to.
    owners: HashMap<i32, u32>,
    /// What the service's queue had no room for yet.
    reports: VecDeque<(CallId, CallEvent)>,
    outgoing: Outgoing,
    /// When the last call into Asterisk ended.
    clock: Duration,
    /// How often this thread had waited of its own accord when the tick began.
    blocked: i64,
    reported: bool,
    /// Calls have come since the last look at what is to be read.
    newcomers: bool,
    tick: u64,
    stopping: bool,
}

struct Leg {
    placed: Placed,
    codec: Codec,
    path: Path,
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
    /// Until when its form stays, whatever becomes of the channel's, in ticks.
    stays_until: u64,
    /// Where it is to be lent to once it has its new form.
    lent_to: Option<DialplanPlace>,
}

/// What reading a call found.
enum Found {
    Nothing,
    Event(CallEvent),
    /// The call is to be served in another form.
    OtherForm,
    End(Ending),
}

enum Path {
    Here(Served),
    Slow(slow::Link),
    /// In the dial plan.
    Away,
}

impl Worker {
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

    fn serve(&mut self, placed: Placed, served: Served) {
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

    fn take(&mut self, slot: usize) -> Option<Leg> {
        self.unwatch_descriptors(slot);
        let leg = self.legs[slot].take()?;
        self.serving.retain(|&other| other as usize != slot);
        self.stats.calls.set(self.serving.len());
        Some(leg)
    }

    fn is_at(&self, leg: LegId, call: CallId) -> bool {
        self.leg(leg.slot()).is_some_and(|leg| leg.placed.call == call)
    }

    fn leg(&self, slot: usize) -> Option<&Leg> {
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

/// Reading.
impl Worker {
    fn read_all(&mut self, tick: u64) {
        // Level-triggered: what a round leaves is in the next one. Looking again costs a look at
        // every call that was ready, so what came in a burst mostly waits where it is; not what
        // came before a call was ours, which would only delay what follows.
        let catch_up = tick.is_multiple_of(CATCH_UP) || std::mem::take(&mut self.newcomers);
        let rounds = if catch_up { ROUNDS } else { 1 };
        for _ in 0..rounds {
            let ready = self.epoll.look(Duration::ZERO);
            if ready == 0 {
                break;
            }
            for index in 0..ready {
                let number = self.epoll.number(index);
                let ready = Ready { position: (number & 0xff) as i32, urgent: self.epoll.is_urgent(index) };
                self.read(tick, (number >> 8) as usize, ready);
            }
        }
        let mut index = 0;
        while let Some(&slot) = self.serving.get(index) {
            self.look_after(slot as usize);
            // Gone ones are not there any more.
            index += usize::from(self.serving.get(index) == Some(&slot));
        }
    }

    /// Reads what has come, and what waits behind it if it was late: a buffer that has run dry is to be filled at once.
    fn read(&mut self, tick: u64, slot: usize, ready: Ready) {
        for _ in 0..MOST_AT_ONCE {
            let fd = self.read_one(tick, slot, ready);
            let promptly = self.leg(slot).is_some_and(|leg| leg.heed.promptly);
            if !(promptly && fd.is_some_and(has_more)) {
                break;
            }
        }
    }

    /// Reads once; the descriptor that sound came through.
    fn read_one(&mut self, tick: u64, slot: usize, ready: Ready) -> Option<RawFd> {
        let leg = self.legs.get_mut(slot)?.as_mut()?;
        let Path::Here(served) = &leg.path else { return None };
        if leg.busy_at == tick {
            return None;
        }
        let mut fd = None;
        let (id, call, codec, channel) = (leg.placed.leg, leg.placed.call, leg.codec, served.channel);
        let speech = served.speech.filter(|_| tick >= leg.stays_until);
        let renews = served.renews.swap(false, Ordering::AcqRel);
        leg.is_fitted = leg.is_fitted || self.engine.is_in(id, codec);
        let is_fitted = leg.is_fitted;
        let (engine, stats, format) = (&mut self.engine, &self.stats, &served.format);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            if renews {
                return Found::OtherForm;
            }
            channel.read(ready, (codec, format), speech, |found| {
                match found {
                    Read::Payload(..) | Read::Linear(..) if !is_fitted => return Found::Nothing,
                    Read::Changed => return Found::OtherForm,
                    Read::Payload(payload, packet) => {
                        fd = Some(packet.fd);
                        leg.heed = engine.feed(id, payload, with_arrival(packet, leg.heed));
                    }
                    Read::Linear(samples, packet) => {
                        fd = Some(packet.fd);
                        leg.heed = engine.feed_linear(id, samples, with_arrival(packet, leg.heed));
                    }
                    Read::Silence => engine.feed_silence(id),
                    Read::Digit(digit) => return Found::Event(CallEvent::Digit(test_fault(digit))),
                    Read::Hold(on) => return Found::Event(CallEvent::Hold(on)),
                    Read::Gone => return Found::End(Ending::Gone),
                    Read::Refused(cause) if leg.rings => return Found::End(Ending::Unanswered(cause)),
                    Read::Answered if leg.rings => return Found::Event(CallEvent::Answered),
                    Read::Busy => {
                        leg.busy_at = tick;
                        stats.busy_calls.count();
                        return Found::Nothing;
                    }
                    Read::Nothing | Read::Refused(_) | Read::Answered => return Found::Nothing,
                }
                leg.quiet = 0;
                Found::Nothing
            })
        }));
        match outcome {
            Ok(Found::Nothing) => {}
            Ok(Found::OtherForm) => {
                self.renew(slot);
                return None;
            }
            Ok(Found::End(ending)) => {
                self.over(slot, ending);
                return None;
            }
            Ok(Found::Event(event)) => {
                if event == CallEvent::Answered {
                    self.answered(slot);
                }
                self.report(call, event);
            }
            Err(_) => {
                self.fail(slot, call);
                return None;
            }
        }
        self.mind_the_time(slot);
        fd
    }

    /// The call ended. What became of a call that we made and that was not answered, its own thread tells.
    fn over(&mut self, slot: usize, ending: Ending) {
        let Some(leg) = self.leg(slot) else { return };
        let (call, rings) = (leg.placed.call, leg.rings);
        if rings {
            let cause = if let Ending::Unanswered(cause) = ending { cause } else { 0 };
            return self.let_go(slot, Ending::Unanswered(cause));
        }
        self.let_go(slot, ending);
        self.report(call, CallEvent::Gone);
    }

    fn answered(&mut self, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        leg.rings = false;
        if let Some(mailbox) = &leg.mailbox {
            mailbox.set_answered();
        }
    }

    /// Follows a masquerade, and a channel that got other descriptors without telling.
    fn look_after(&mut self, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        leg.quiet += 1;
        match &mut leg.path {
            Path::Here(served) => {
                if served.masqueraded.swap(false, Ordering::Acquire) || leg.quiet.is_multiple_of(LOOK_AGAIN) {
                    self.watch_descriptors(slot);
                }
            }
            Path::Slow(link) => {
                if link.renews() {
                    return self.renew(slot);
                }
                let (id, codec) = (leg.placed.leg, leg.codec);
                link.take_heard(|packet| match codec {
                    _ if packet.bytes().is_empty() => self.engine.feed_silence(id),
                    Codec::Linear(_) => leg.heed = self.engine.feed_linear(id, packet.samples(), packet.stamp),
                    _ => leg.heed = self.engine.feed(id, packet.bytes(), packet.stamp),
                });
                if link.is_over() {
                    // It has told the service and the call's thread by itself.
                    self.let_go(slot, Ending::Gone);
                }
            }
            Path::Away => {}
        }
    }

    /// Watches the descriptors that the channel has now, and no others.
    fn watch_descriptors(&mut self, slot: usize) {
        let Some(Leg { path: Path::Here(served), .. }) = self.leg(slot) else { return };
        let mut descriptors = [sys::cv_fd { fd: -1, position: 0 }; MOST_DESCRIPTORS];
        let Some(found) = served.channel.descriptors(&mut descriptors) else {
            // Somebody holds its lock, perhaps because he is just changing them: again at the next tick.
            served.masqueraded.store(true, Ordering::Release);
            return;
        };
        if channel::is_stream(found) {
            // What goes through TCP may wait for the other end, so it never waits here.
            return self.move_to_own_thread(slot, None);
        }
        self.unwatch_descriptors(slot);
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        for descriptor in found {
            let number = (slot as u64) << 8 | descriptor.position as u64;
            match self.epoll.add(descriptor.fd, number) {
                Ok(()) => {
                    self.owners.insert(descriptor.fd, slot as u32);
                    leg.watched.push(descriptor.fd);
                }
                Err(error) => log::warn!("a call's descriptor cannot be watched: {error}"),
            }
        }
    }

    fn unwatch_descriptors(&mut self, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        for fd in leg.watched.drain(..) {
            // A number that was closed may be another call's by now.
            if self.owners.get(&fd) == Some(&(slot as u32)) {
                self.owners.remove(&fd);
                self.epoll.remove(fd);
            }
        }
    }
}

/// Mixing and writing.
impl Worker {
    /// Rooms that are split over workers need the others' sums: waits for them, but not long.
    fn meet_peers(&mut self) {
        let mut peers = self.engine.peers();
        while peers != 0 {
            self.bells[peers.trailing_zeros() as usize].ring();
            peers &= peers - 1;
        }
        if !self.engine.waits_for_peers() {
            return;
        }
        let deadline = now() + PATIENCE;
        while self.engine.waits_for_peers() {
            let left = deadline.saturating_sub(now());
            if left.is_zero() {
                break;
            }
            self.bells[self.number].wait(left);
        }
    }

    fn write_all(&mut self, tick: u64) {
        self.clock = now();
        self.blocked = times_blocked();
        let mut index = 0;
        while let Some(&slot) = self.serving.get(index) {
            self.write(tick, slot as usize);
            // Gone ones are not there any more.
            index += usize::from(self.serving.get(index) == Some(&slot));
        }
    }

    fn write(&mut self, tick: u64, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        if !leg.is_fitted {
            leg.is_fitted = self.engine.is_in(leg.placed.leg, leg.codec);
            if !leg.is_fitted {
                return;
            }
        }
        match self.engine.output(leg.placed.leg) {
            Output::None => return,
            Output::Payload(payload) => self.outgoing.set_payload(payload),
            Output::Linear(samples) => self.outgoing.set_linear(samples),
        }
        match &mut leg.path {
            Path::Slow(link) => link.say(self.outgoing.payload()),
            Path::Away => {}
            Path::Here(_) if leg.busy_at == tick => {}
            Path::Here(served) if !served.channel.is_free() => {
                self.stats.busy_calls.count();
            }
            Path::Here(served) => {
                let (channel, format, call) = (served.channel, &served.format, leg.placed.call);
                let outgoing = &mut self.outgoing;
                match catch_unwind(AssertUnwindSafe(|| channel.write(format, outgoing))) {
                    Ok(true) => self.mind_the_time(slot),
                    Ok(false) => self.over(slot, Ending::Gone),
                    Err(_) => self.fail(slot, call),
                }
            }
        }
    }

    /// A fault of ours in serving a call ends that call alone. It is in the log already: see [`super::log::install`].
    fn fail(&mut self, slot: usize, call: CallId) {
        self.let_go(slot, Ending::Failed);
        self.report(call, CallEvent::Failed);
    }

    /// A call into Asterisk that took long because it waited, not because the machine was busy
    /// with something else, would make all others late the next time too.
    fn mind_the_time(&mut self, slot: usize) {
        let before = std::mem::replace(&mut self.clock, now());
        let took = self.clock - before;
        if took < LONG {
            return;
        }
        let blocked = times_blocked();
        if std::mem::replace(&mut self.blocked, blocked) == blocked {
            return;
        }
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        leg.waits += 1;
        if took < TOO_LONG && leg.waits < MOST_WAITS {
            return;
        }
        self.move_to_own_thread(slot, Some(took));
        self.clock = now();
    }

    /// From now on only a thread of its own waits for this call. `waited`: how long this one has.
    fn move_to_own_thread(&mut self, slot: usize, waited: Option<Duration>) {
        self.unwatch_descriptors(slot);
        let Some(mut leg) = self.legs[slot].take() else { return };
        leg.path = match leg.path {
            Path::Here(served) => {
                self.stats.slow_calls.count();
                match slow::spawn(leg.placed.call, leg.codec, served, self.handle.clone(), waited) {
                    Ok(link) => Path::Slow(link),
                    // Tried again when its descriptors are looked at next: see LOOK_AGAIN.
                    Err(served) => Path::Here(served),
                }
            }
            other => other,
        };
        self.legs[slot] = Some(leg);
    }
}

/// The stamp of a packet that was read just now.
fn with_arrival(packet: Packet, heed: Heed) -> Option<Stamp> {
    let mut stamp = packet.stamp?;
    if heed.arrival {
        stamp.arrived = arrived(packet.fd);
    }
    Some(stamp)
}

/// For tests: with `CONCLAVE_PANIC_ON=D` in the PBX's environment, the digit D is a fault.
fn test_fault(digit: char) -> char {
    static FAULT: std::sync::OnceLock<Option<char>> = std::sync::OnceLock::new();
    let fault = FAULT.get_or_init(|| std::env::var("CONCLAVE_PANIC_ON").ok()?.chars().next());
    if *fault == Some(digit) {
        panic!("a fault was asked for by CONCLAVE_PANIC_ON");
    }
    digit
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

/// Packets that one call may bring in a tick of catching up, and how often that comes.
const ROUNDS: usize = 8;
const CATCH_UP: u64 = 4;

/// Packets of one call that are read at once after a late one: a third of a second.
const MOST_AT_ONCE: usize = 16;

/// Ticks without a packet after which the descriptors are looked at again.
const LOOK_AGAIN: u32 = 25;

/// How long a tick waits for the other parts of a room.
const PATIENCE: Duration = Duration::from_millis(6);

/// A call into Asterisk that takes this long is suspicious.
const LONG: Duration = Duration::from_millis(5);

/// One wait of this length is enough to be moved.
const TOO_LONG: Duration = Duration::from_millis(40);

/// So many shorter waits are enough to be moved.
const MOST_WAITS: u32 = 3;
