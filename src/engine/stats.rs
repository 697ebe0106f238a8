//! What a worker counts, readable by anybody at any time.

use std::sync::atomic::{AtomicU64, Ordering};

/// One number that only grows.
///
/// Relaxed is enough: nobody concludes from one counter on another, or on any other memory.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one.
    pub fn count(&self) {
        self.add(1);
    }

    /// Counts several.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// The count so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Sets it.
    pub fn set(&self, n: usize) {
        self.0.store(n as u64, Ordering::Relaxed);
    }

    /// What it was set to last.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What happened on one worker since the start. Each counter is written by the worker's thread unless it says else.
#[derive(Debug, Default)]
pub struct WorkerStats {
    /// Ticks mixed.
    pub ticks: Counter,
    /// Ticks that came late; counted by the host, which owns the clock.
    pub late_ticks: Counter,
    /// Ticks left out because the worker was too far behind; counted by the host.
    pub skipped_ticks: Counter,
    /// Calls that the worker serves now; set by the host.
    pub calls: Gauge,
    /// Ticks in which a call was left out because its channel was locked; counted by the host.
    pub busy_calls: Counter,
    /// Calls that were moved to a thread of their own; counted by the host.
    pub slow_calls: Counter,
    /// Ticks that were encoded for legs in forms that the engine does not know by itself.
    pub encodes: Counter,
    /// Ticks of a talking leg that were made up because nothing had come.
    pub concealed: Counter,
    /// Packets that came too late to be heard.
    pub late: Counter,
    /// Packets that were overtaken by others and came in time all the same.
    pub reordered: Counter,
    /// Pieces left out of what a leg says to shorten its delay.
    pub trimmed: Counter,
    /// Pieces put into what a leg says to lengthen its delay.
    pub lengthened: Counter,
    /// Samples dropped because a playout buffer was full or a payload longer than 120 ms.
    pub overrun: Counter,
    /// Payloads ignored: unknown leg, wrong form, empty or odd.
    pub ignored: Counter,
    /// Partial sums of split rooms that had not come in time.
    pub partials_missed: Counter,
    /// Partial sums dropped: too old, of another rate or for an unknown room, or because a ring was full.
    pub partials_dropped: Counter,
    /// Ticks of music that were not there in time.
    pub music_underruns: Counter,
    /// Ticks of a tapped leg or room that its reader left no room for.
    pub taps_missed: Counter,
    /// Reports that had to wait for a tick because the ring to the control half was full.
    pub reports_deferred: Counter,
    /// Commands that named a leg, room or music the worker does not have.
    pub commands_refused: Counter,
    /// Commands that had to wait because the ring to the worker was full; counted by the control half.
    pub commands_deferred: Counter,
}
