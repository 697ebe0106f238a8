//! What has come and is not yet heard, by its media time, so that order and duplicates need no thought.

use super::spans::Spans;
use crate::audio::{Gate, SampleRate, g711, is_quiet};
use crate::engine::types::Codec;

/// A ring of the audio in the form it came in.
pub(super) struct Store {
    ring: Ring,
    spans: Spans,
}

enum Ring {
    Ulaw(Box<[u8]>),
    Alaw(Box<[u8]>),
    Linear(Box<[i16]>),
}

/// A piece of what has come.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    Bytes(&'a [u8]),
    Linear(&'a [i16]),
}

impl Piece<'_> {
    pub fn len(&self) -> usize {
        match self {
            Piece::Bytes(bytes) => bytes.len(),
            Piece::Linear(samples) => samples.len(),
        }
    }

    /// Without its first `n` samples.
    pub fn skip(&self, n: usize) -> Self {
        match self {
            Piece::Bytes(bytes) => Piece::Bytes(&bytes[n.min(bytes.len())..]),
            Piece::Linear(samples) => Piece::Linear(&samples[n.min(samples.len())..]),
        }
    }
}

impl Store {
    pub fn new(codec: Codec) -> Store {
        let ring = match codec {
            Codec::Pcmu => Ring::Ulaw(vec![g711::ULAW_SILENCE; length(codec.rate(), MOST_MS)].into()),
            Codec::Pcma => Ring::Alaw(vec![g711::ALAW_SILENCE; length(codec.rate(), MOST_MS)].into()),
            Codec::Linear(rate) => Ring::Linear(vec![0; length(rate, MOST_MS)].into()),
            // Decoded when it is about to be heard; until then it waits as packets.
            Codec::Coded(coded) => Ring::Linear(vec![0; length(coded.rate, MOST_DECODED_MS)].into()),
        };
        Store { ring, spans: Spans::default() }
    }

    /// Whether pieces of this kind belong in here.
    pub fn takes(&self, piece: &Piece) -> bool {
        matches!(self.ring, Ring::Linear(_)) == matches!(piece, Piece::Linear(_))
    }

    /// Puts a piece at its place; false if all of it was there already, or it is of the wrong kind. Not longer than the
    /// ring, and not so far ahead that it would overwrite what is still to be heard.
    pub fn put(&mut self, at: i64, piece: Piece) -> bool {
        match (&mut self.ring, piece) {
            (Ring::Ulaw(ring) | Ring::Alaw(ring), Piece::Bytes(bytes)) => write(ring, at, bytes),
            (Ring::Linear(ring), Piece::Linear(samples)) => write(ring, at, samples),
            _ => return false,
        }
        self.spans.add(at, at + piece.len() as i64)
    }

    /// Puts in what was made up.
    pub fn put_made_up(&mut self, at: i64, samples: &[i16]) {
        match &mut self.ring {
            Ring::Ulaw(ring) => {
                for (i, s) in (at..).zip(samples) {
                    ring[place(i, ring.len())] = g711::linear_to_ulaw(*s);
                }
            }
            Ring::Alaw(ring) => {
                for (i, s) in (at..).zip(samples) {
                    ring[place(i, ring.len())] = g711::linear_to_alaw(*s);
                }
            }
            Ring::Linear(ring) => write(ring, at, samples),
        }
        self.spans.add(at, at + samples.len() as i64);
    }

    /// Whether `count` samples from `at` on are too quiet to be talk, found without decoding them.
    pub fn is_quiet(&self, at: i64, count: usize) -> bool {
        match &self.ring {
            Ring::Ulaw(ring) => parts(ring, at, count).into_iter().all(g711::ulaw_is_quiet),
            Ring::Alaw(ring) => parts(ring, at, count).into_iter().all(g711::alaw_is_quiet),
            Ring::Linear(ring) => parts(ring, at, count).into_iter().all(|part| is_quiet(part, Gate::THRESHOLD)),
        }
    }

    /// Decodes what lies at `at`.
    pub fn read(&self, at: i64, samples: &mut [i16]) {
        match &self.ring {
            Ring::Ulaw(ring) => {
                let [first, second] = parts(ring, at, samples.len());
                g711::decode_ulaw(first, samples);
                g711::decode_ulaw(second, &mut samples[first.len()..]);
            }
            Ring::Alaw(ring) => {
                let [first, second] = parts(ring, at, samples.len());
                g711::decode_alaw(first, samples);
                g711::decode_alaw(second, &mut samples[first.len()..]);
            }
            Ring::Linear(ring) => {
                let [first, second] = parts(ring, at, samples.len());
                samples[..first.len()].copy_from_slice(first);
                samples[first.len()..].copy_from_slice(second);
            }
        }
    }

    /// How far the audio reaches without a hole from `from` on.
    pub fn reach(&self, from: i64) -> i64 {
        self.spans.reach(from)
    }

    /// Where audio begins again after a hole at `from`.
    pub fn next(&self, from: i64) -> Option<i64> {
        self.spans.next(from)
    }

    pub fn forget_before(&mut self, from: i64) {
        self.spans.forget_before(from);
    }

    pub fn clear(&mut self) {
        self.spans.clear();
    }
}

/// At least so many milliseconds, as a power of two.
fn length(rate: SampleRate, ms: usize) -> usize {
    rate.samples_in_ms(ms).next_power_of_two()
}

/// The place of a sample in a ring whose length is a power of two.
fn place(at: i64, length: usize) -> usize {
    at as usize & (length - 1)
}

fn write<T: Copy>(ring: &mut [T], at: i64, items: &[T]) {
    let start = place(at, ring.len());
    let items = &items[..items.len().min(ring.len())];
    let (first, second) = items.split_at(items.len().min(ring.len() - start));
    ring[start..start + first.len()].copy_from_slice(first);
    ring[..second.len()].copy_from_slice(second);
}

fn parts<T>(ring: &[T], at: i64, count: usize) -> [&[T]; 2] {
    let start = place(at, ring.len());
    let count = count.min(ring.len());
    let first = count.min(ring.len() - start);
    [&ring[start..start + first], &ring[..count - first]]
}

/// The most delay there can be, a packet, and a little of the past.
const MOST_MS: usize = 500;

/// A tick, what a change in length looks at, and a packet.
const MOST_DECODED_MS: usize = 250;
