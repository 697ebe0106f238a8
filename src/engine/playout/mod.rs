//! A leg's playout buffer: what came at the network's pace, handed out a tick at a time.
//!
//! Audio stays in the form it came in until it is known that it will be heard; most of a conference is silence, and
//! silence is recognised without decoding it. Each packet is put at its media time ([`timeline`], [`store`]), so order
//! and duplicates are no matter. The media time that is heard follows the ticks at a distance, the delay:
//!
//! - A packet that comes when its time is over is lost, unless nothing later was heard meanwhile and it is worth going
//!   back for: then the delay is longer from here on. So a single stall loses nothing.
//! - [`delay`] says which delay the network asks for; what is too much of it is left out, and what is missing added, where
//!   it is not heard: in silence, else by whole pitch periods, else a sample at a time.
//! - Who sends so close to our tick that a busy moment makes him miss it is heard a tick later from the beginning, or from
//!   the second miss on, and stays there: see [`Playout::with_margin`].
//! - [`drift`] says whether the sender's clock runs at another speed. Then the phase between his packets and our ticks
//!   goes through all there are, and the least delay with it, over 20 ms to and fro. The delay is set to the most that
//!   this needs and stays there, by a sample more or less in a tick now and then.
//! - A hole is bridged from both sides if what is behind it has come, and else carried over until it does.
//!
//! Positions and times are samples at the leg's rate, as `i64`: they never wrap.
//!
//! # Why own code
//!
//! The crate `neteq` 0.9.1 (MIT or Apache-2.0), a port of NetEQ, was tried first: 7 allocations a tick and leg, 6.1 µs to
//! take in a packet and 1.0 µs for 10 ms of audio at 8 kHz, where a silent leg costs some 80 ns a tick with mixing and
//! all (`cargo bench --bench engine`); 40 kB a leg before it is heard; it decodes silence too; it logs; and it takes the
//! time from the system, so an hour of drift takes an hour to test.

mod coded;
mod delay;
mod drift;
mod nudge;
mod output;
mod packets;
mod spans;
mod store;
#[cfg(test)]
mod tests;
mod timeline;

use coded::Coding;
use delay::Delay;
use drift::Drift;
use nudge::Nudge;
use store::{Piece, Store};
use timeline::{Order, Placed, Timeline};

use super::stats::WorkerStats;
use super::types::{Codec, Decoder, Heed, Stamp};
use crate::audio::{Concealer, SampleRate};

/// What a tick of a leg consists of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Pulled {
    /// Nothing came.
    Nothing,
    /// Something came that is too quiet to be talk. [`Playout::samples`] does not have it.
    Quiet,
    /// [`Playout::samples`] has it.
    Sound,
}

pub(super) struct Playout {
    rate: SampleRate,
    /// Samples in a tick, and in a millisecond.
    tick: i64,
    ms: i64,
    store: Store,
    timeline: Timeline,
    /// The time of the tick that is pulled next.
    clock: i64,
    /// The media time that is heard in it: the delay is `clock - play`.
    play: i64,
    /// Everything before this was heard or is lost for good.
    played: i64,
    /// Something has come since the start or the last [`clear`](Self::clear), and was pulled.
    state: State,
    /// The last tick was being heard.
    was_open: bool,
    /// Where the sender was silent last, by his own account.
    silent: (i64, i64),
    /// Samples made up since something was heard last.
    lost: i64,
    /// They were made up by the leg's decoder, which leads on by itself.
    decoder_carries_on: bool,
    delay: Delay,
    drift: Drift,
    drifts: bool,
    /// Ticks for which the delay has been longer than it need be.
    too_long: u32,
    /// Ticks until the delay may be changed audibly again.
    rest: u32,
    packets: u32,
    samples: Box<[i16]>,
    /// What was heard last, as far as it goes back without a gap.
    heard: Box<[i16]>,
    heard_count: usize,
    concealer: Concealer,
    nudge: &'static Nudge,
    coding: Option<Box<Coding>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Nothing has come.
    Empty,
    /// Packets have come, but none was pulled yet.
    Filling,
    Playing,
}

impl Playout {
    pub fn new(codec: Codec, decoder: Option<Box<dyn Decoder>>) -> Playout {
        let rate = codec.rate();
        let (tick, ms) = (rate.samples_per_tick(), rate.samples_in_ms(1));
        let concealer = Concealer::new(rate);
        Playout {
            rate,
            tick: tick as i64,
            ms: ms as i64,
            store: Store::new(codec),
            timeline: Timeline::new(ms / 8),
            clock: 0,
            play: 0,
            played: 0,
            state: State::Empty,
            was_open: false,
            silent: (0, 0),
            lost: 0,
            decoder_carries_on: false,
            delay: Delay::new(),
            drift: Drift::new(ms / 8),
            drifts: false,
            too_long: 0,
            rest: 0,
            packets: 0,
            samples: vec![0; tick].into(),
            heard: vec![0; concealer.history_samples()].into(),
            heard_count: 0,
            concealer,
            nudge: Nudge::shared(),
            coding: decoder.map(|decoder| Box::new(Coding::new(codec, decoder))),
        }
    }

    /// Takes in a payload before the tick with this number is pulled; none if that is not what this leg sends.
    pub fn feed(&mut self, payload: &[u8], stamp: Option<Stamp>, tick: u64, stats: &WorkerStats) -> Option<Heed> {
        if payload.is_empty() {
            return None;
        }
        let Some(mut coding) = self.coding.take() else {
            return self.take(Piece::Bytes(payload), stamp, tick, stats);
        };
        let heed = match stamp {
            Some(known) => self.keep(&mut coding, payload, known, tick, stats),
            None => {
                self.take(Piece::Linear(coding.decode(payload)), None, tick, stats);
                Heed::default()
            }
        };
        self.coding = Some(coding);
        Some(heed)
    }

    /// Takes in linear samples; none if that is not what this leg sends.
    pub fn feed_linear(
        &mut self,
        samples: &[i16],
        stamp: Option<Stamp>,
        tick: u64,
        stats: &WorkerStats,
    ) -> Option<Heed> {
        if self.coding.is_some() {
            return None;
        }
        self.take(Piece::Linear(samples), stamp, tick, stats)
    }

    /// The sender says that he will be silent until his next packet: what does not come is not lost.
    pub fn feed_silence(&mut self) {
        self.timeline.note_silence();
    }

    /// The tick that was pulled last, if it was [`Pulled::Sound`].
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// Forgets everything that came; not what is known of the network.
    pub fn clear(&mut self) {
        if self.state == State::Empty {
            return;
        }
        self.store.clear();
        if let Some(coding) = &mut self.coding {
            coding.clear();
        }
        self.state = State::Empty;
        self.lost = 0;
        self.heard_count = 0;
        self.was_open = false;
    }

    /// The delay in milliseconds, beyond that of a first packet that was heard in the tick in which it came.
    #[cfg(test)]
    fn delay_ms(&self) -> f64 {
        (self.clock - self.play) as f64 / self.ms as f64
    }

    /// The media time at which the first packet was placed.
    #[cfg(test)]
    fn timeline_offset(&self) -> i64 {
        self.timeline.first()
    }

    /// Takes in audio in the form in which it waits.
    fn take(&mut self, piece: Piece, stamp: Option<Stamp>, tick: u64, stats: &WorkerStats) -> Option<Heed> {
        if piece.len() == 0 || !self.store.takes(&piece) {
            return None;
        }
        let excess = piece.len().saturating_sub(MOST_TICKS_AT_ONCE * self.tick as usize);
        if excess > 0 {
            stats.overrun.add(excess as u64);
        }
        let piece = piece.skip(excess);
        let length = piece.len() as i64;
        self.note_tick(tick);
        let due = if self.state == State::Empty { self.clock } else { self.play };
        let end = self.timeline.end();
        let placed = self.timeline.place(stamp, Some(length), due, self.clock);
        let (in_time, heed) = self.welcome(placed, length, end, stamp, tick, stats);
        if in_time && self.store.put(placed.at, piece) && placed.order == Order::Behind {
            stats.reordered.count();
        }
        Some(heed)
    }

    /// Takes in a packet that waits until it is decoded.
    fn keep(&mut self, coding: &mut Coding, payload: &[u8], stamp: Stamp, tick: u64, stats: &WorkerStats) -> Heed {
        self.note_tick(tick);
        let due = if self.state == State::Empty { self.clock } else { self.play };
        let end = self.timeline.end();
        let placed = self.timeline.place(Some(stamp), coding.length(), due, self.clock);
        let length = coding.length().unwrap_or(self.tick);
        let (in_time, heed) = self.welcome(placed, length, end, Some(stamp), tick, stats);
        if in_time && coding.put(stamp.sequence, placed.at, payload) && placed.order == Order::Behind {
            stats.reordered.count();
        }
        heed
    }

    /// Takes in the number of the tick that is pulled next.
    fn note_tick(&mut self, tick: u64) {
        let clock = (tick & MOST_TICK) as i64 * self.tick;
        if self.state == State::Playing && !(0..MOST_MS_LEFT_OUT * self.ms).contains(&(clock - self.clock)) {
            // The ticks themselves have jumped: nothing that was known has a meaning.
            self.clear();
        }
        self.clock = clock;
    }

    /// Learns from a packet's coming, and finds out whether it can be heard yet. `end`: of what came before it.
    fn welcome(
        &mut self,
        placed: Placed,
        length: i64,
        end: i64,
        stamp: Option<Stamp>,
        tick: u64,
        stats: &WorkerStats,
    ) -> (bool, Heed) {
        let Placed { at, order } = placed;
        let late = self.clock - at;
        self.packets = self.packets.wrapping_add(1);
        match order {
            Order::Restart => {
                self.delay.clear(tick);
                self.drift.clear();
                self.drifts = false;
            }
            Order::AfterSilence => self.silent = (end, at),
            Order::Next | Order::Ahead | Order::Behind => {}
        }
        match self.state {
            State::Empty => {
                self.state = State::Filling;
                self.play = at;
                self.played = at;
            }
            State::Filling => {
                // What has waited before the leg was listened to would only delay what follows.
                if stamp.is_some() {
                    let wanted = self.wanted().map_or(i64::MAX, |wanted| self.clock - wanted);
                    self.play = self.play.max(at.min(wanted));
                    self.played = self.play;
                }
            }
            State::Playing => {
                let exact = stamp.and_then(|stamp| stamp.arrived).and_then(|arrived| {
                    let arrived = (arrived.as_nanos() * u128::from(self.rate.hz()) / 1_000_000_000) as i64;
                    let age = self.clock.wrapping_sub(arrived);
                    (-self.tick..MOST_MS_OLD * self.ms).contains(&age).then_some(arrived - at)
                });
                let asks = exact.filter(|_| !self.drifts).map_or(late, |exact| late.max(self.with_margin(at, exact)));
                if self.delay.note(tick, late, asks, exact)
                    && let Some((number, earliest)) = self.delay.completed()
                {
                    self.drifts |= self.drift.note(number, earliest);
                }
            }
        }
        let heed = Heed {
            arrival: self.drifts || self.packets < UNSETTLED_PACKETS || self.packets.is_multiple_of(SAMPLED_PACKETS),
            promptly: self.lost > 0 || self.delay.earliest().is_some_and(|earliest| late > earliest + self.tick / 2),
        };
        let excess = at + length - self.play - MOST_DELAY_MS * self.ms;
        if excess > 0 {
            self.play += excess;
            self.played = self.play;
            stats.overrun.add(excess as u64);
        }
        if at < self.play {
            let back_to = at.max(self.played);
            if back_to < self.play.min(at + length) && self.goes_back_to(back_to) {
                self.play = back_to;
            } else if at + length <= self.play {
                if at + length > self.played || order == Order::Behind {
                    stats.late.count();
                }
                return (false, heed);
            }
        }
        (true, heed)
    }

    /// How late a packet is with some time to spare before the tick, of which it came exactly so late. A machine that is
    /// busy for a moment, or a clock, makes a packet miss the tick that it usually just reaches: then a tick of delay more
    /// is better taken once. So it is kept with more to spare than it is taken.
    fn with_margin(&self, at: i64, exact: i64) -> i64 {
        let with = |margin_ms: i64| {
            let ready = at + exact + margin_ms * self.ms;
            ready.div_euclid(self.tick) * self.tick + if ready.rem_euclid(self.tick) > 0 { self.tick } else { 0 } - at
        };
        let kept = with(EDGE_KEPT_MS);
        if self.clock - self.play >= kept { kept } else { with(EDGE_TAKEN_MS) }
    }

    /// Whether it is better to hear what has come late, and from now on everything later, than to leave it out.
    fn goes_back_to(&self, at: i64) -> bool {
        let delay = self.clock - at;
        let most = self.delay.earliest().map_or(i64::MAX, |earliest| earliest + MOST_WANTED_MS * self.ms);
        let wanted = self.wanted().unwrap_or(i64::MAX);
        delay <= most
            && (!self.was_open
                || self.delay.is_young()
                || delay <= wanted + self.ms
                || self.play - at > LEFT_OUT_MS * self.ms && self.delay.wanted() <= self.wanted())
    }

    /// The delay that the network and the sender's clock ask for, if anything is known of them.
    fn wanted(&self) -> Option<i64> {
        let mut wanted = self.delay.wanted()?;
        if self.drifts
            && let Some(exactly) = self.delay.wanted_exactly()
        {
            wanted = wanted.max(exactly + self.tick + MARGIN_MS * self.ms);
        }
        let earliest = self.delay.earliest()?;
        if self.delay.is_lossy() {
            wanted = wanted.max(earliest + self.tick + MARGIN_TO_BRIDGE_MS * self.ms);
        }
        let usual = self.delay.usual();
        let for_peaks = MOST_FOR_PEAKS_MS * self.ms - (usual - earliest) / 3;
        let most = (earliest + MOST_WANTED_MS * self.ms).min(usual + for_peaks);
        Some(wanted.min(most.max(earliest)))
    }
}

/// 120 ms: the longest packet there is.
const MOST_TICKS_AT_ONCE: usize = 6;

/// More delay than that is worse than a gap.
const MOST_DELAY_MS: i64 = 300;

/// The most delay that a network is given; with the packet and a stall there has to be room for more.
const MOST_WANTED_MS: i64 = 250;

/// The most delay beyond what is usual for what happens now and then. Of a stall of 150 ms every three seconds most
/// is heard in time then and the rest made up: PESQ 3.8 at some 115 ms of delay instead of 4.1 at 146. It is less by a third
/// of the delay that the usual asks for.
const MOST_FOR_PEAKS_MS: i64 = 105;

/// The next packet has to be there surely when a hole is bridged, and surpluses of a millisecond are not mended.
const MARGIN_TO_BRIDGE_MS: i64 = 3;

/// Beyond the worst phase, when clocks drift: what the delay may lag behind what it should be, and a little.
const MARGIN_MS: i64 = 2;

/// Packets that usually come less than this before a tick are heard in the next one; and those who are, are left there if
/// they come less than that before.
const EDGE_TAKEN_MS: i64 = 1;
const EDGE_KEPT_MS: i64 = 4;

/// What is later than wanted by no more than this is left out: it was made up already, and so little is hardly missed.
/// So is all that is too late of what recurs with too much: to go back for it and then to hurry sounds worse.
const LEFT_OUT_MS: i64 = 30;

/// Ticks that a worker may leave out.
const MOST_MS_LEFT_OUT: i64 = 2000;

/// A tick's number is not higher for some 700 years.
const MOST_TICK: u64 = (1 << 40) - 1;

/// An arrival further back is not believed.
const MOST_MS_OLD: i64 = 1000;

/// Ten seconds, in which every packet's time of arrival is of use; then every eighth one does, unless clocks drift.
const UNSETTLED_PACKETS: u32 = 500;
const SAMPLED_PACKETS: u32 = 8;
