//! The audio half.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::command::{Command, Report};
use super::ids::{LegId, RoomId};
use super::leg::{Coders, Hears, Leg, shared_coding};
use super::music::MusicStream;
use super::outlet::silence;
use super::partial::{Header, MAX_PARTIAL_SAMPLES, PartialReceiver, PartialSender, SpreadHeader};
use super::player::Player;
use super::playout::Playout;
use super::room::{Last, Room};
use super::spread::Spread;
use super::stats::WorkerStats;
use super::tap::{Source, TapEnd};
use super::types::{Codec, Heed, Output, Stamp};
use crate::audio::{Denoiser, Ramp};

/// The audio half: owned by one media worker thread.
///
/// A tick is [`begin_tick`](Self::begin_tick), any number of [`feed`](Self::feed), [`mix`](Self::mix),
/// [`finish`](Self::finish), and [`output`](Self::output) for each leg. `feed` may also come between ticks. Between
/// `mix` and `finish` the host may wait a little while [`waits_for_peers`](Self::waits_for_peers) says so:
///
/// ```no_run
/// # use conclave::engine::{Capacity, new};
/// # let (_control, mut workers) = new(Capacity::default());
/// # let (worker, tick, calls) = (&mut workers[0], 0, []);
/// # fn wake(_: u64) {}
/// # fn deadline_passed() -> bool { true }
/// worker.begin_tick(tick);
/// worker.mix();
/// wake(worker.peers());
/// while worker.waits_for_peers() && !deadline_passed() {}
/// worker.finish();
/// for leg in calls {
///     let _to_send = worker.output(leg);
/// }
/// ```
///
/// No method allocates, locks, blocks or panics. What is out of order or unknown is ignored and counted.
pub struct Worker {
    pub(super) index: u8,
    pub(super) tick: u64,
    pub(super) phase: Phase,
    pub(super) legs: Box<[Option<Leg>]>,
    /// The places in `legs` that are taken, in no order.
    pub(super) taken: Vec<u16>,
    pub(super) rooms: Box<[Option<Box<Room>>]>,
    /// The places in `rooms` that are taken, in no order.
    pub(super) attached: Vec<u16>,
    pub(super) music: Box<[Option<Box<MusicStream>>]>,
    pub(super) commands: Consumer<Command>,
    /// Whether what the next command cuts off has faded out.
    pub(super) faded: bool,
    pub(super) reports: Producer<Report>,
    /// By the other worker's number; none for itself.
    pub(super) to_peers: Vec<Option<PartialSender>>,
    pub(super) from_peers: Vec<Option<PartialReceiver>>,
    /// The legs that hear a stream of their own in this tick.
    own: Vec<u16>,
    /// In no order.
    #[expect(clippy::vec_box, reason = "each travels back as it came, and boxing it here would allocate")]
    pub(super) taps: Vec<Box<TapEnd>>,
    woken: u64,
    /// How many encoders may still be primed in this tick.
    pub(super) primes: u32,
    scratch: Box<[i32]>,
    pub(super) stats: Arc<WorkerStats>,
}

/// What was done last in this tick.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    Begun,
    Mixed,
    Finished,
}

/// A worker's ends of all rings.
pub(super) struct Rings {
    pub commands: Consumer<Command>,
    pub reports: Producer<Report>,
    pub to_peers: Vec<Option<PartialSender>>,
    pub from_peers: Vec<Option<PartialReceiver>>,
}

impl Worker {
    pub(super) fn new(
        index: u8,
        (legs, rooms, music, taps): (usize, usize, usize, usize),
        rings: Rings,
        stats: Arc<WorkerStats>,
    ) -> Worker {
        Worker {
            index,
            tick: 0,
            phase: Phase::Finished,
            legs: (0..legs).map(|_| None).collect(),
            taken: Vec::with_capacity(legs),
            rooms: (0..rooms).map(|_| None).collect(),
            attached: Vec::with_capacity(rooms),
            music: (0..music).map(|_| None).collect(),
            commands: rings.commands,
            faded: false,
            reports: rings.reports,
            to_peers: rings.to_peers,
            from_peers: rings.from_peers,
            own: Vec::with_capacity(legs),
            taps: Vec::with_capacity(taps),
            woken: 0,
            primes: 0,
            scratch: vec![0; MAX_PARTIAL_SAMPLES].into(),
            stats,
        }
    }

    /// Makes what some of its work needs for each thread. To be called once on the thread that is to run this worker,
    /// before its first tick; it allocates.
    pub fn warm_up(&self) {
        Denoiser::warm_up();
    }

    /// Applies what the control half asked for. `tick` is the number of the tick on the grid that all workers share.
    pub fn begin_tick(&mut self, tick: u64) {
        self.tick = tick;
        self.phase = Phase::Begun;
        self.woken = 0;
        self.primes = MOST_PRIMES;
        self.drop_old_partials();
        self.apply_commands();
    }

    /// Whether this worker must tick also if none of the host's calls is on it: others wait for what it does, it plays
    /// something to its end, or it is tapped.
    ///
    /// Music runs through all workers at once: one that takes nothing out stops the stream for all.
    pub fn has_work(&self) -> bool {
        let plays = |room: &Room| room.peers() != 0 || !room.player.is_empty();
        !self.taps.is_empty()
            || self.music.iter().flatten().any(|stream| stream.is_fed())
            || self.attached.iter().any(|slot| self.rooms[usize::from(*slot)].as_deref().is_some_and(plays))
    }

    /// Takes in a packet of a leg, of any packet time up to 120 ms. Without a stamp it follows the one before it.
    pub fn feed(&mut self, leg: LegId, payload: &[u8], stamp: Option<Stamp>) -> Heed {
        self.feed_playout(leg, |playout, tick, stats| playout.feed(payload, stamp, tick, stats))
    }

    /// The same for a leg in [`Codec::Linear`](super::Codec::Linear), at its rate.
    pub fn feed_linear(&mut self, leg: LegId, samples: &[i16], stamp: Option<Stamp>) -> Heed {
        self.feed_playout(leg, |playout, tick, stats| playout.feed_linear(samples, stamp, tick, stats))
    }

    /// Takes in that a leg sends nothing until its next packet because its caller is silent: a packet of comfort noise
    /// (RFC 3389) says so.
    pub fn feed_silence(&mut self, leg: LegId) {
        if let Some(leg) = leg_mut(&mut self.legs, self.index, leg) {
            leg.audio.playout.feed_silence();
        }
    }

    fn feed_playout(&mut self, leg: LegId, feed: impl FnOnce(&mut Playout, u64, &WorkerStats) -> Option<Heed>) -> Heed {
        // What comes when a tick was mixed is heard in the next.
        let tick = self.tick + u64::from(self.phase != Phase::Begun);
        let stats = &self.stats;
        let taken = leg_mut(&mut self.legs, self.index, leg).and_then(|leg| {
            if leg.is_heard() { feed(&mut leg.audio.playout, tick, stats) } else { Some(Heed::default()) }
        });
        if taken.is_none() {
            stats.ignored.count();
        }
        taken.unwrap_or_default()
    }

    /// Mixes the rooms that are whole here and publishes the partial sums of split ones.
    pub fn mix(&mut self) {
        if self.phase != Phase::Begun {
            return;
        }
        self.phase = Phase::Mixed;
        self.stats.ticks.count();
        for stream in self.music.iter_mut().flatten() {
            stream.begin(&self.stats);
        }
        for &slot in &self.attached {
            if let Some(room) = &mut self.rooms[usize::from(slot)] {
                room.begin();
            }
        }
        self.let_legs_speak();
        self.complete_sums();
        self.let_legs_hear(false);
    }

    /// The workers (bit `n` for worker `n`) that were sent a partial sum in this tick and can be woken for it.
    pub fn peers(&self) -> u64 {
        self.woken
    }

    /// Whether a split room still lacks a partial sum of this tick.
    pub fn waits_for_peers(&mut self) -> bool {
        if self.phase != Phase::Mixed {
            return false;
        }
        self.receive_partials();
        let mut attached = self.attached.iter();
        attached.any(|slot| self.rooms[usize::from(*slot)].as_ref().is_some_and(|r| r.missing() != 0))
    }

    /// Mixes the split rooms from what has come; what has not come is silence, and counted.
    pub fn finish(&mut self) {
        if self.phase != Phase::Mixed {
            return;
        }
        self.phase = Phase::Finished;
        self.receive_partials();
        for &slot in &self.attached {
            if let Some(room) = self.rooms[usize::from(slot)].as_mut().filter(|r| r.peers() != 0) {
                room.close(&self.stats);
            }
        }
        self.let_legs_hear(true);
        self.fill_taps();
    }

    /// Whether a leg is in this form.
    pub fn is_in(&self, leg: LegId, codec: Codec) -> bool {
        let place = self.legs.get(usize::from(leg.slot)).and_then(Option::as_ref);
        place.is_some_and(|there| there.id == leg && there.codec == codec)
    }

    /// The tick of audio to send to a leg, complete after [`finish`](Self::finish); the same however often it is asked.
    pub fn output(&mut self, leg: LegId) -> Output<'_> {
        let Some(leg) = leg_mut(&mut self.legs, self.index, leg) else {
            return Output::None;
        };
        let (rooms, music, stats) = (&mut self.rooms, &mut self.music, &self.stats);
        match (leg.hears, leg.codec) {
            (Hears::Own, Codec::Coded(_)) => {
                shared_output(leg.nears(), leg, rooms, music, stats);
                leg.own_output()
            }
            (Hears::Own, _) | (Hears::Silence, Codec::Coded(_)) => leg.own_output(),
            (hears, codec) => shared_output(hears, leg, rooms, music, stats).unwrap_or(silence(codec)),
        }
    }

    /// What was last sent to a leg; for a leg that shares, of the stream that it shares.
    pub(super) fn last_heard(&self, leg: &Leg) -> Last {
        let rate = leg.codec.rate();
        match leg.hears {
            Hears::Own => leg.last_own(),
            Hears::Room => {
                let room = leg.room.and_then(|slot| self.rooms[usize::from(slot)].as_ref());
                room.map_or_else(Last::default, |room| room.last(leg.codec))
            }
            Hears::Music(slot) => {
                let stream = self.music[usize::from(slot)].as_ref();
                Last::in_middle(stream.map_or(0, |stream| stream.last(rate)))
            }
            Hears::Silence => Last::default(),
        }
    }

    /// What was last sent to a leg that is about to hear something else. If others heard it too, its own encoder is told
    /// how that went.
    pub(super) fn leave_heard(&mut self, place: usize) -> Last {
        let Some(leg) = &self.legs[place] else {
            return Last::default();
        };
        let last_heard = self.last_heard(leg);
        if let (Codec::Coded(coded), Some(leg)) = (leg.codec, &mut self.legs[place]) {
            let room = |slot: u16| self.rooms[usize::from(slot)].as_deref();
            if let Some(left) = shared_coding(leg.hears, coded, leg.room.and_then(room), &self.music) {
                leg.leave_shared(left, &mut Coders { stats: &self.stats, primes: &mut self.primes });
            }
        }
        last_heard
    }

    /// Sums up who talks, and finds out who needs a stream of his own.
    fn let_legs_speak(&mut self) {
        self.own.clear();
        let mut coders = Coders { stats: &self.stats, primes: &mut self.primes };
        let levels = self.tick.is_multiple_of(LEVEL_TICKS);
        for &slot in &self.taken {
            let Some(leg) = &mut self.legs[usize::from(slot)] else {
                continue;
            };
            let place = leg.speaks_in();
            match place.and_then(|slot| self.rooms[usize::from(slot)].as_deref_mut()) {
                Some(room) if place == leg.room => {
                    leg.speak(room, &self.stats);
                    leg.choose(Some(room), &self.music, &mut coders);
                }
                Some(side) => {
                    leg.speak(side, &self.stats);
                    let room = leg.room.and_then(|slot| self.rooms[usize::from(slot)].as_deref());
                    leg.choose(room, &self.music, &mut coders);
                }
                None => {
                    leg.speak_to_taps(&self.stats);
                    leg.choose(None, &self.music, &mut coders);
                }
            }
            if leg.hears == Hears::Own {
                self.own.push(slot);
            }
            if leg.told_talking != leg.gate.talks() {
                tell_talking(leg, &mut self.reports, &self.stats);
            }
            if levels && leg.gate.talks() {
                tell_level(leg, &mut self.reports);
            }
            if leg.has_spent_work()
                && !self.reports.is_full()
                && let Some(work) = leg.take_spent_work()
            {
                let _ = self.reports.push(Report::Done(work));
            }
        }
    }

    /// Adds the rooms' clips; completes whole rooms and publishes the sums of split ones.
    fn complete_sums(&mut self) {
        for &slot in &self.attached {
            let Some(room) = &mut self.rooms[usize::from(slot)] else {
                continue;
            };
            room.add_own_sounds(&mut self.scratch);
            return_finished(&mut room.player, &mut self.reports, &self.stats);
            if room.peers() == 0 {
                room.close(&self.stats);
                continue;
            }
            let begins = room.spread.as_mut().is_some_and(|spread| std::mem::take(&mut spread.joins_in));
            let samples = room.partial();
            let spread = room.spread.as_deref().map(Spread::partial);
            let header = Header {
                tick: self.tick,
                room: RoomId { slot, generation: room.generation },
                rate: room.rate,
                samples: samples.len(),
                ranks: room.ranks.own(),
                spread: spread.map(|spread| SpreadHeader { samples: spread.len(), begins }),
            };
            let peers = self.to_peers.iter_mut().enumerate();
            for (peer, sender) in peers.filter(|(peer, _)| room.peers() & (1 << peer) != 0) {
                if sender.as_mut().is_some_and(|sender| sender.send(header, samples, spread.unwrap_or_default())) {
                    self.woken |= 1 << peer;
                } else {
                    self.stats.partials_dropped.count();
                }
            }
        }
    }

    /// Makes the streams of those who hear one of their own, and nothing or something of a split room in it.
    fn let_legs_hear(&mut self, split: bool) {
        for &slot in &self.own {
            let Some(leg) = &mut self.legs[usize::from(slot)] else {
                continue;
            };
            let room = |slot: u16| self.rooms[usize::from(slot)].as_deref();
            let (room, side) = (leg.room.and_then(room), leg.overhears().and_then(room));
            let is_split = |room: Option<&Room>| room.is_some_and(|room| room.peers() != 0);
            if split == (is_split(room) || is_split(side)) {
                leg.hear(room, side, &mut self.music, &mut self.scratch, &self.stats);
                return_finished(&mut leg.audio.player, &mut self.reports, &self.stats);
                return_finished(&mut leg.audio.announcer, &mut self.reports, &self.stats);
            }
        }
    }

    /// Writes this tick to the taps.
    fn fill_taps(&mut self) {
        let (tick, stats) = (self.tick, &*self.stats);
        for tap in &mut self.taps {
            match tap.source {
                Source::Leg(id) => {
                    let Some(leg) = leg_mut(&mut self.legs, self.index, id) else {
                        continue;
                    };
                    let rate = leg.codec.rate();
                    let (samples, fade) = leg.said().unwrap_or((&[], Ramp::new(1.0)));
                    tap.write((tick, rate), samples, fade, &mut self.scratch, stats);
                }
                Source::Room(id) => {
                    let room = self.rooms.get_mut(usize::from(id.slot)).and_then(Option::as_mut);
                    if let Some(room) = room.filter(|room| room.generation == id.generation) {
                        let (rate, fade) = (room.rate, room.fade());
                        tap.write((tick, rate), room.listen_in(stats), fade, &mut self.scratch, stats);
                    }
                }
            }
        }
    }

    /// Makes room in the rings before the peers mix, if this worker slept through a tick.
    fn drop_old_partials(&mut self) {
        let Some(last_tick) = self.tick.checked_sub(1) else {
            return;
        };
        for receiver in self.from_peers.iter_mut().flatten() {
            while receiver.receive(last_tick, &mut self.scratch).is_some() {
                self.stats.partials_dropped.count();
            }
        }
    }

    /// Adds up the partial sums of this tick that have come.
    fn receive_partials(&mut self) {
        for (from, receiver) in self.from_peers.iter_mut().enumerate() {
            let Some(receiver) = receiver else {
                continue;
            };
            while let Some(header) = receiver.receive(self.tick, &mut self.scratch) {
                let samples = &mut self.scratch[..header.all_samples()];
                let room = self.rooms.get_mut(usize::from(header.room.slot));
                let fits = header.tick == self.tick
                    && room.and_then(Option::as_mut).is_some_and(|room| room.receive(from, &header, samples));
                if !fits {
                    self.stats.partials_dropped.count();
                }
            }
        }
    }
}

/// The leg that an id means, if it is on this worker and still the same.
pub(super) fn leg_mut(legs: &mut [Option<Leg>], worker: u8, id: LegId) -> Option<&mut Leg> {
    if id.worker != worker {
        return None;
    }
    legs.get_mut(usize::from(id.slot))?.as_mut().filter(|leg| leg.id == id)
}

/// The tick of what a leg hears with others; none if it hears nothing with others.
fn shared_output<'a>(
    hears: Hears,
    leg: &Leg,
    rooms: &'a mut [Option<Box<Room>>],
    music: &'a mut [Option<Box<MusicStream>>],
    stats: &WorkerStats,
) -> Option<Output<'a>> {
    match hears {
        Hears::Room => Some(rooms.get_mut(usize::from(leg.room?))?.as_mut()?.shared(leg.codec, stats)),
        Hears::Music(slot) => Some(music.get_mut(usize::from(slot))?.as_mut()?.shared(leg.codec, stats)),
        Hears::Own | Hears::Silence => None,
    }
}

/// Sends back clips that ended. What finds no room stays in the queue until the next tick.
fn return_finished(player: &mut Player, reports: &mut Producer<Report>, stats: &WorkerStats) {
    while player.has_finished() {
        if reports.is_full() {
            stats.reports_deferred.count();
            return;
        }
        if let Some(playing) = player.take_finished() {
            let _ = reports.push(Report::Played { playing });
        }
    }
}

fn tell_talking(leg: &mut Leg, reports: &mut Producer<Report>, stats: &WorkerStats) {
    let on = leg.gate.talks();
    if reports.push(Report::Talking { leg: leg.id, on }).is_ok() {
        leg.told_talking = on;
    } else {
        stats.reports_deferred.count();
    }
}

/// Levels are worth less than all else that is told, so they leave it half of the room.
fn tell_level(leg: &mut Leg, reports: &mut Producer<Report>) {
    let dbfs = leg.take_level();
    if reports.slots() > reports.buffer().capacity() / 2 {
        let _ = reports.push(Report::Level { leg: leg.id, dbfs });
    }
}

/// How often levels are told: five times a second, of all in the same tick.
const LEVEL_TICKS: u64 = 10;

/// Priming is three times the work of a tick; a room that changes for all at once must not make this one late. Whoever
/// is left out may hear a very soft click.
const MOST_PRIMES: u32 = 16;
