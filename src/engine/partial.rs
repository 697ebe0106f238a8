//! Partial sums of split rooms on their way from one worker to another.
//!
//! A pair of rings for each direction: one of samples, one of headers that say whose they are. The samples are pushed
//! first, so whoever sees a header finds its samples.

use rtrb::{Consumer, Producer, RingBuffer};

use super::ids::RoomId;
use super::ranks::Loudest;
use crate::audio::{MAX_TICK_SAMPLES, SampleRate};

/// What a partial sum belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Header {
    pub tick: u64,
    pub room: RoomId,
    pub rate: SampleRate,
    /// How many samples belong to it: a tick, or none for silence.
    pub samples: usize,
    /// The loudest who talk there, if not all are heard.
    pub ranks: Option<Loudest>,
    /// What comes after them, if the room has a spread.
    pub spread: Option<SpreadHeader>,
}

/// A partial spread.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct SpreadHeader {
    /// How many samples belong to it: a tick, or none if all sit in the middle.
    pub samples: usize,
    /// Whether it begins in the middle of what is said.
    pub begins: bool,
}

impl Header {
    /// How many samples travel with it.
    pub fn all_samples(&self) -> usize {
        self.samples + self.spread.map_or(0, |spread| spread.samples)
    }
}

/// A way from one worker to another for about two ticks of so many rooms.
pub(super) fn partial_ring(rooms: usize) -> (PartialSender, PartialReceiver) {
    let (headers_in, headers_out) = RingBuffer::new(4 * rooms.max(1));
    let wideband = rooms * SampleRate::Hz16000.samples_per_tick();
    let (samples_in, samples_out) = RingBuffer::new(2 * wideband.max(MAX_PARTIAL_SAMPLES));
    let sender = PartialSender { headers: headers_in, samples: samples_in };
    let receiver = PartialReceiver { headers: headers_out, samples: samples_out };
    (sender, receiver)
}

pub(super) struct PartialSender {
    headers: Producer<Header>,
    samples: Producer<i32>,
}

impl PartialSender {
    /// Sends a partial sum and its spread; false if the peer is so far behind that there is no room.
    pub fn send(&mut self, header: Header, samples: &[i32], spread: &[i32]) -> bool {
        !self.headers.is_full()
            && self.samples.slots() >= samples.len() + spread.len()
            && self.samples.push_entire_slice(samples).is_ok()
            && self.samples.push_entire_slice(spread).is_ok()
            && self.headers.push(header).is_ok()
    }
}

pub(super) struct PartialReceiver {
    headers: Consumer<Header>,
    samples: Consumer<i32>,
}

impl PartialReceiver {
    /// The next partial sum that is not of a tick to come. Its samples are written to the start of `samples`, and those of
    /// its spread after them.
    pub fn receive(&mut self, tick: u64, samples: &mut [i32]) -> Option<Header> {
        let ahead = self.headers.peek().ok()?.tick.saturating_sub(tick);
        // A tick far ahead is no tick of a faster peer; it must not block the ring.
        if (1..=MOST_TICKS_AHEAD).contains(&ahead) {
            return None;
        }
        let header = self.headers.pop().ok()?;
        let samples = samples.get_mut(..header.all_samples())?;
        self.samples.pop_entire_slice(samples).ok()?;
        Some(header)
    }
}

/// A tick of a sum and of its spread, at the highest rate.
pub(super) const MAX_PARTIAL_SAMPLES: usize = 2 * MAX_TICK_SAMPLES;

/// How far two workers can be apart: more than the rings hold anyway.
const MOST_TICKS_AHEAD: u64 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn header(tick: u64, samples: usize) -> Header {
        Header {
            tick,
            room: RoomId { slot: 1, generation: 1 },
            rate: SampleRate::Hz8000,
            samples,
            ranks: None,
            spread: None,
        }
    }

    #[test]
    fn ticks_to_come_wait_and_old_ones_come_out_first() {
        let (mut sender, mut receiver) = partial_ring(2);
        let mut samples = [0; MAX_TICK_SAMPLES];
        assert!(sender.send(header(7, 2), &[1, 2], &[]));
        assert!(sender.send(header(8, 0), &[], &[]));
        assert!(sender.send(header(9, 1), &[9], &[]));
        assert_eq!(receiver.receive(6, &mut samples), None);
        assert_eq!(receiver.receive(8, &mut samples), Some(header(7, 2)));
        assert_eq!(samples[..2], [1, 2]);
        assert_eq!(receiver.receive(8, &mut samples), Some(header(8, 0)));
        assert_eq!(receiver.receive(8, &mut samples), None);
        assert_eq!(receiver.receive(9, &mut samples), Some(header(9, 1)));
        assert_eq!(samples[0], 9);
    }

    #[test]
    fn a_spread_comes_after_its_sum() {
        let (mut sender, mut receiver) = partial_ring(1);
        let mut samples = [0; MAX_PARTIAL_SAMPLES];
        let header = Header { spread: Some(SpreadHeader { samples: 2, begins: true }), ..header(1, 1) };
        assert!(sender.send(header, &[7], &[8, 9]));
        assert_eq!(receiver.receive(1, &mut samples), Some(header));
        assert_eq!(samples[..3], [7, 8, 9]);
    }

    #[test]
    fn a_full_ring_refuses_whole_sums() {
        let (mut sender, mut receiver) = partial_ring(1);
        let mut samples = [0; MAX_PARTIAL_SAMPLES];
        let header = |tick| Header { spread: Some(SpreadHeader { samples: 960, begins: false }), ..header(tick, 960) };
        assert!(sender.send(header(1), &[1; 960], &[-1; 960]));
        assert!(sender.send(header(2), &[2; 960], &[-2; 960]));
        assert!(!sender.send(header(3), &[3; 960], &[-3; 960]));
        assert_eq!(receiver.receive(3, &mut samples), Some(header(1)));
        assert_eq!(receiver.receive(3, &mut samples), Some(header(2)));
        assert_eq!(samples[..960], [2; 960]);
        assert_eq!(samples[960..], [-2; 960]);
        assert_eq!(receiver.receive(3, &mut samples), None);
    }
}
