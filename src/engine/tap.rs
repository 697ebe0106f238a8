//! Taps: what a leg says or a room hears, tick by tick, for a thread that has time.
//!
//! As with partial sums, a pair of rings: the samples are pushed first, so whoever sees a header finds its samples.
//! When the thing that is tapped moves to another worker, or needs more room, its tap goes on with new rings there.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError};

use rtrb::{Consumer, Producer, RingBuffer};

use super::ids::{LegId, RoomId, TapId};
use super::stats::WorkerStats;
use crate::audio::{Decay, MAX_TICK_SAMPLES, Ramp, SampleRate, TICKS_PER_SECOND, sums};

/// One tick of what is tapped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Chunk<'a> {
    /// The number that the host gave the tick. One that is left out is a gap: nothing was mixed, or the reader was late.
    pub tick: u64,
    /// The rate of `samples`; a room's can change from one chunk to the next.
    pub rate: SampleRate,
    /// [`samples_per_tick`](SampleRate::samples_per_tick) samples, or none at all for silence.
    pub samples: &'a [i16],
}

/// The end of a tap that is read, by any one thread.
///
/// Read it every second at least: two seconds fit, and what finds no room is left out.
pub struct Tap {
    current: TapRing,
    /// Where it goes on.
    next: VecDeque<TapRing>,
    successors: Receiver<TapRing>,
    last_tick: Option<u64>,
    buffer: Box<[i16]>,
}

impl Tap {
    pub(super) fn new(ring: TapRing, successors: Receiver<TapRing>) -> Tap {
        let buffer = vec![0; MAX_TICK_SAMPLES].into();
        Tap { current: ring, next: VecDeque::new(), successors, last_tick: None, buffer }
    }

    /// The next tick, if it is there.
    pub fn read(&mut self) -> Option<Chunk<'_>> {
        let header = loop {
            let header = self.pop()?;
            // Two workers may both have the tick in which what is tapped moves between them.
            if !header.is_first || self.last_tick.is_none_or(|last| last < header.tick) {
                break header;
            }
        };
        self.last_tick = Some(header.tick);
        Some(Chunk { tick: header.tick, rate: header.rate, samples: &self.buffer[..header.samples] })
    }

    /// Whether the engine has ended this tap and everything was read.
    pub fn is_over(&mut self) -> bool {
        let disconnected = loop {
            match self.successors.try_recv() {
                Ok(ring) => self.next.push_back(ring),
                Err(error) => break error == TryRecvError::Disconnected,
            }
        };
        disconnected && self.current.is_over() && self.next.iter().all(TapRing::is_over)
    }

    fn pop(&mut self) -> Option<Header> {
        if let Some(header) = self.current.pop(&mut self.buffer) {
            return Some(header);
        }
        self.next.extend(self.successors.try_iter());
        let place = self.next.iter().position(|ring| !ring.headers.is_empty())?;
        // What was written to the old rings before that is visible now.
        if let Some(header) = self.current.pop(&mut self.buffer) {
            return Some(header);
        }
        self.current = self.next.drain(..=place).next_back()?;
        self.current.pop(&mut self.buffer)
    }
}

/// Rings for two seconds at a rate, filled for `id`.
pub(super) fn tap_ring(id: TapId, source: Source, rate: SampleRate) -> (Box<TapEnd>, TapRing) {
    let (headers_in, headers) = RingBuffer::new(SECONDS * TICKS_PER_SECOND);
    let (samples_in, samples) = RingBuffer::new(SECONDS * rate.hz() as usize);
    let faded = vec![0; MAX_TICK_SAMPLES].into();
    let end = TapEnd { id, source, headers: headers_in, samples: samples_in, faded, is_new: true, rate, last: 0 };
    (Box::new(end), TapRing { headers, samples })
}

/// What is tapped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Source {
    Leg(LegId),
    Room(RoomId),
}

/// The end of a tap that a worker fills.
pub(super) struct TapEnd {
    pub id: TapId,
    pub source: Source,
    headers: Producer<Header>,
    samples: Producer<i16>,
    faded: Box<[i16]>,
    /// Whether nothing was written yet.
    is_new: bool,
    /// The rate and the last sample of the last tick.
    rate: SampleRate,
    last: i16,
}

impl TapEnd {
    /// Writes a tick, beginning and ending as `fade` says; no samples are silence. `scratch` holds a tick at any rate.
    ///
    /// What was cut off since the last tick decays in this one.
    pub fn write(
        &mut self,
        (tick, rate): (u64, SampleRate),
        samples: &[i16],
        mut fade: Ramp,
        scratch: &mut [i32],
        stats: &WorkerStats,
    ) {
        let was_cut = samples.is_empty() || rate != self.rate;
        let last = samples.last().copied().unwrap_or(0);
        self.rate = rate;
        let former = std::mem::replace(&mut self.last, if fade.target() == 0.0 { 0 } else { last });
        if fade.is_unity() && !(was_cut && former != 0) {
            return self.push(tick, rate, samples, stats);
        }
        let scratch = &mut scratch[..rate.samples_per_tick()];
        scratch.fill(0);
        sums::widen(samples, scratch);
        fade.apply(scratch);
        if was_cut {
            let mut left = Decay::default();
            left.add(former.into());
            left.apply(scratch);
        }
        let mut faded = std::mem::take(&mut self.faded);
        sums::narrow(scratch, &mut faded);
        self.push(tick, rate, &faded[..scratch.len()], stats);
        self.faded = faded;
    }

    /// Goes on after what another end has written.
    pub fn succeed(&mut self, former: &TapEnd) {
        (self.rate, self.last) = (former.rate, former.last);
    }

    fn push(&mut self, tick: u64, rate: SampleRate, samples: &[i16], stats: &WorkerStats) {
        let header = Header { tick, rate, samples: samples.len(), is_first: self.is_new };
        let fits = !self.headers.is_full() && self.samples.push_entire_slice(samples).is_ok();
        if fits && self.headers.push(header).is_ok() {
            self.is_new = false;
        } else {
            stats.taps_missed.count();
        }
    }
}

/// The rings that a tap reads now or next.
pub(super) struct TapRing {
    headers: Consumer<Header>,
    samples: Consumer<i16>,
}

impl TapRing {
    fn pop(&mut self, samples: &mut [i16]) -> Option<Header> {
        let header = self.headers.pop().ok()?;
        self.samples.pop_entire_slice(samples.get_mut(..header.samples)?).ok()?;
        Some(header)
    }

    fn is_over(&self) -> bool {
        // In this order: what is written last is written before the end is dropped.
        self.headers.is_abandoned() && self.headers.is_empty()
    }
}

#[derive(Clone, Copy)]
struct Header {
    tick: u64,
    rate: SampleRate,
    samples: usize,
    /// Whether it is the first in its ring.
    is_first: bool,
}

/// How much waits for the reader.
const SECONDS: usize = 2;
