//! (to come)
use super::{LegId, Output};

/// The audio half: owned by one media worker thread.
///
/// A tick is `begin_tick`, any number of `feed`, `mix`, `finish`, and `output` for each leg. `feed` may also come
/// between ticks.
pub struct Worker {}

#[allow(unused_variables, reason = "signatures come first")]
impl Worker {
    /// Applies what the control half asked for. `tick` is the number of the tick on the grid that all workers share.
    pub fn begin_tick(&mut self, tick: u64) {
        unimplemented!()
    }
    /// Takes in G.711 bytes of a leg, of any packet time up to 60 ms.
    pub fn feed(&mut self, leg: LegId, payload: &[u8]) {
        unimplemented!()
    }
    /// Takes in linear samples of a leg, up to 60 ms.
    pub fn feed_linear(&mut self, leg: LegId, samples: &[i16]) {
        unimplemented!()
    }
    /// Mixes the rooms that are whole here and publishes the partial sums of split ones.
    pub fn mix(&mut self) {
        unimplemented!()
    }
    /// The workers (bit `n` for worker `n`) that were sent a partial sum in this tick and can be woken for it.
    pub fn peers(&self) -> u64 {
        unimplemented!()
    }
    /// Whether a split room still lacks a partial sum of this tick.
    pub fn waits_for_peers(&mut self) -> bool {
        unimplemented!()
    }
    /// Mixes the split rooms from what has come.
    pub fn finish(&mut self) {
        unimplemented!()
    }
    /// The tick of audio to send to a leg.
    pub fn output(&mut self, leg: LegId) -> Output<'_> {
        unimplemented!()
    }
}
