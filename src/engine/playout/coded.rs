//! Decoding in order, just in time.

use super::packets::Packets;
use super::store::{Piece, Store};
use crate::engine::types::{Codec, Decoder};

/// The packets of a leg whose form the engine does not know, and what decodes them.
pub(super) struct Coding {
    decoder: Box<dyn Decoder>,
    packets: Packets,
    decoded: Box<[i16]>,
    /// The packet after the one that was decoded last, and where it would begin.
    next: Option<(u16, i64)>,
    /// How many samples packets have.
    length: Option<i64>,
}

impl Coding {
    pub fn new(codec: Codec, decoder: Box<dyn Decoder>) -> Coding {
        let most = MOST_TICKS * codec.rate().samples_per_tick();
        Coding { decoder, packets: Packets::new(), decoded: vec![0; most].into(), next: None, length: None }
    }

    /// How many samples the sender's packets have, as far as is known.
    pub fn length(&self) -> Option<i64> {
        self.length
    }

    /// Decodes a packet at once.
    pub fn decode(&mut self, payload: &[u8]) -> &[i16] {
        let count = self.decoder.decode(payload, &mut self.decoded).min(self.decoded.len());
        &self.decoded[..count]
    }

    /// Keeps a packet for later; false if it is there already, or was decoded.
    pub fn put(&mut self, sequence: u16, at: i64, payload: &[u8]) -> bool {
        let was_decoded = self.next.is_some_and(|(_, next)| at < next);
        !was_decoded && self.packets.put(sequence, at, payload)
    }

    /// Decodes into `store` what begins before `until`. What is missing before `due` will not come in time: the decoder
    /// makes it up, if it can. `silent`: where the sender was silent. True if something was made up.
    pub fn decode_until(&mut self, until: i64, due: i64, silent: (i64, i64), store: &mut Store) -> bool {
        let mut made_up = false;
        while let Some(first) = self.packets.first() {
            if first.at >= until {
                break;
            }
            if let Some((sequence, next)) = self.next
                && first.at > next
                && first.sequence != sequence
                && !(silent.0..silent.1).contains(&next)
            {
                if next >= due {
                    break;
                }
                let length = self.length.unwrap_or(0).clamp(1, self.decoded.len() as i64);
                let missing = (first.at - next).min(length);
                let last = next + missing == first.at;
                let samples = &mut self.decoded[..missing as usize];
                let worth_it = first.at - next <= MOST_MADE_UP * length;
                if worth_it && self.decoder.conceal(last.then_some(first.payload), samples) {
                    store.put_made_up(next, samples);
                    made_up = true;
                    self.next = Some((if last { first.sequence } else { sequence }, next + missing));
                } else {
                    self.next = Some((first.sequence, first.at));
                }
                continue;
            }
            let count = self.decoder.decode(first.payload, &mut self.decoded).min(self.decoded.len());
            store.put(first.at, Piece::Linear(&self.decoded[..count]));
            if count > 0 {
                self.length = Some(count as i64);
            }
            let sequence = first.sequence;
            self.next = Some((sequence.wrapping_add(1), first.at + count as i64));
            self.packets.remove(sequence);
        }
        made_up
    }

    /// Makes up what follows; false if the decoder cannot.
    pub fn conceal(&mut self, samples: &mut [i16]) -> bool {
        self.decoder.conceal(None, samples)
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        self.packets.clear();
        self.next = None;
    }
}

/// 120 ms, the longest packet of Opus.
const MOST_TICKS: usize = 6;

/// So many lost packets in a row the decoder may make up; a longer hole is left to be one.
const MOST_MADE_UP: i64 = 3;
