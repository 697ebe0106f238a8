//! Streams in forms that the engine does not know by itself, encoded tick by tick.

use super::stats::WorkerStats;
use super::types::{Coded, Encoder, MOST_PAYLOAD};

/// One stream in one form. Silence that lasts is encoded no more: its last payload is sent again.
pub(super) struct Coding {
    encoder: Box<dyn Encoder>,
    payload: Box<[u8]>,
    /// How much of `payload` is to be sent for this tick.
    length: usize,
    /// How much of it the encoder made when it last made something.
    made: usize,
    /// Whether the encoder had nothing to be sent for the last tick that it was given.
    spares: bool,
    /// Ticks of silence so far; going round from [`SETTLED_TICKS`] on.
    silent: u32,
    /// A tick in both channels; nothing if the form has one.
    both: Box<[i16]>,
}

impl Coding {
    pub fn new(coded: Coded, encoder: Box<dyn Encoder>) -> Coding {
        let both = if coded.stereo { 2 * coded.rate.samples_per_tick() } else { 0 };
        let (payload, both) = (vec![0; MOST_PAYLOAD].into(), vec![0; both].into());
        Coding { encoder, payload, length: 0, made: 0, spares: false, silent: 0, both }
    }

    /// Encodes a tick. One channel is heard in both, if the form has two.
    pub fn encode(&mut self, samples: &[i16], stats: &WorkerStats) {
        if samples.iter().any(|s| *s != 0) {
            self.silent = 0;
        } else if self.is_settled() {
            return self.repeat();
        } else {
            self.silent += 1;
        }
        stats.encodes.count();
        let samples = if samples.len() < self.both.len() {
            for (pair, s) in self.both.as_chunks_mut().0.iter_mut().zip(samples) {
                *pair = [*s; 2];
            }
            &self.both[..]
        } else {
            samples
        };
        self.length = self.encoder.encode(samples, &mut self.payload).min(self.payload.len());
        self.spares = self.length == 0;
        if !self.spares {
            self.made = self.length;
        }
    }

    /// The tick as it is to be sent; empty, if nothing is.
    pub fn payload(&self) -> &[u8] {
        &self.payload[..self.length]
    }

    /// Whether all that was heard for a while is silence.
    pub fn is_settled(&self) -> bool {
        self.silent >= SETTLED_TICKS
    }

    /// Whether it may be followed by another one at any time: see [`Encoder::forgives`].
    pub fn forgives(&self) -> bool {
        self.encoder.forgives()
    }

    /// Says once more what silence is. An encoder that says nothing in silence says it now and then all the same, so
    /// that nothing between us and the listener takes the call for dead.
    pub fn repeat(&mut self) {
        let reminds = self.silent >= SETTLED_TICKS + REMINDER_TICKS;
        self.silent = if reminds { SETTLED_TICKS } else { self.silent + 1 };
        self.length = if self.spares && !reminds { 0 } else { self.made };
    }
}

/// A stream in a form in which several may hear it, encoded once for all of them.
pub(super) struct SharedCoding {
    pub coded: Coded,
    coding: Coding,
    /// Whether `coding` has this tick.
    is_made: bool,
    /// Ticks encoded without a gap.
    running: u32,
    /// What was encoded last, a tick each, and how long it was; the next one goes to place `next`.
    history: [(Box<[i16]>, usize); PRIMING_TICKS],
    next: usize,
    /// The same stream in another form.
    pub other: Option<Box<SharedCoding>>,
}

impl SharedCoding {
    pub fn new(coded: Coded, encoder: Box<dyn Encoder>) -> SharedCoding {
        let width = coded.rate.samples_per_tick() * if coded.stereo { 2 } else { 1 };
        SharedCoding {
            coded,
            coding: Coding::new(coded, encoder),
            is_made: false,
            running: 0,
            history: std::array::from_fn(|_| (vec![0; width].into(), 0)),
            next: 0,
            other: None,
        }
    }

    /// Begins a tick: what was made is stale.
    pub fn begin(&mut self) {
        if !self.is_made {
            self.running = 0;
        }
        self.is_made = false;
    }

    /// The tick as it is to be sent, encoded unless it has been already.
    pub fn output(&mut self, samples: &[i16], stats: &WorkerStats) -> &[u8] {
        if !self.is_made {
            self.is_made = true;
            self.running = self.running.saturating_add(1);
            let (place, length) = &mut self.history[self.next];
            *length = samples.len().min(place.len());
            place[..*length].copy_from_slice(&samples[..*length]);
            self.next = (self.next + 1) % PRIMING_TICKS;
            self.coding.encode(samples, stats);
        }
        self.coding.payload()
    }

    /// Ticks up to the last one that were encoded without a gap.
    pub fn running(&self) -> u32 {
        self.running
    }

    /// Has an encoder of somebody's own go on where this one is.
    pub fn prime(&self, own: &mut Coding, stats: &WorkerStats) {
        if own.encoder.follow(&*self.coding.encoder) {
            own.silent = self.coding.silent.min(SETTLED_TICKS);
            own.made = self.coding.made;
            own.payload[..own.made].copy_from_slice(&self.coding.payload[..own.made]);
            return;
        }
        let ticks = PRIMING_TICKS.min(self.running as usize);
        for back in (1..=ticks).rev() {
            let (samples, length) = &self.history[(self.next + PRIMING_TICKS - back) % PRIMING_TICKS];
            own.encode(&samples[..*length], stats);
        }
    }
}

/// 300 ms: libopus, too, has begun to leave out packets by then, if it may.
const SETTLED_TICKS: u32 = 15;

/// 400 ms, as libopus has it.
const REMINDER_TICKS: u32 = 20;

/// 60 ms: as much as the encoders of GSM and Opus remember of what they were given.
const PRIMING_TICKS: usize = 3;
