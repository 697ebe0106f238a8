//! Packets of a form that is decoded in order, waiting for their turn.

use crate::engine::types::MOST_PAYLOAD;

/// The last few packets by their sequence.
pub(super) struct Packets {
    payloads: Box<[u8]>,
    slots: [Slot; MOST],
}

#[derive(Clone, Copy, Default)]
struct Slot {
    used: bool,
    sequence: u16,
    /// Its media time in samples.
    at: i64,
    length: u16,
}

/// A packet that waits.
pub(super) struct Waiting<'a> {
    pub sequence: u16,
    pub at: i64,
    pub payload: &'a [u8],
}

impl Packets {
    pub fn new() -> Packets {
        Packets { payloads: vec![0; MOST * MOST_PAYLOAD].into(), slots: [Slot::default(); MOST] }
    }

    /// Takes in a packet; false if it is there already.
    pub fn put(&mut self, sequence: u16, at: i64, payload: &[u8]) -> bool {
        let index = usize::from(sequence) % MOST;
        let slot = &mut self.slots[index];
        if slot.used && slot.sequence == sequence && slot.at == at {
            return false;
        }
        let length = payload.len().min(MOST_PAYLOAD);
        *slot = Slot { used: true, sequence, at, length: length as u16 };
        self.payloads[index * MOST_PAYLOAD..][..length].copy_from_slice(&payload[..length]);
        true
    }

    /// The one that is due first.
    pub fn first(&self) -> Option<Waiting<'_>> {
        let used = self.slots.iter().enumerate().filter(|(_, slot)| slot.used);
        let (index, slot) = used.min_by_key(|(_, slot)| slot.at)?;
        let payload = &self.payloads[index * MOST_PAYLOAD..][..usize::from(slot.length)];
        Some(Waiting { sequence: slot.sequence, at: slot.at, payload })
    }

    /// Forgets the packet with this sequence.
    pub fn remove(&mut self, sequence: u16) {
        let slot = &mut self.slots[usize::from(sequence) % MOST];
        if slot.sequence == sequence {
            slot.used = false;
        }
    }

    pub fn clear(&mut self) {
        self.slots = [Slot::default(); MOST];
    }
}

/// A third of a second of 10 ms packets.
const MOST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_out_by_their_time() {
        let mut packets = Packets::new();
        assert!(packets.put(65535, 320, &[2]) && packets.put(0, 640, &[3; 2000]) && packets.put(65534, 0, &[1]));
        assert!(!packets.put(65535, 320, &[2]));
        for (sequence, payload) in [(65534, 1), (65535, 2), (0, 3)] {
            let first = packets.first().unwrap();
            assert_eq!((first.sequence, first.payload[0]), (sequence, payload));
            packets.remove(sequence);
        }
        assert!(packets.first().is_none());
    }
}
