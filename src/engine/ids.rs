//! Names for what lives in the engine: a place in a table, and which of its tenants is meant.

/// A leg: one member's audio. Stays unknown after the leg was removed, even if its place is used again.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LegId {
    pub(super) worker: u8,
    pub(super) slot: u16,
    pub(super) generation: u32,
}

impl LegId {
    /// The worker that must be given this leg's audio.
    pub fn worker(self) -> usize {
        self.worker.into()
    }

    /// Its place among the worker's legs: below [`Capacity::legs`](super::Capacity), and no other leg of the worker has
    /// it at the same time.
    pub fn slot(self) -> usize {
        self.slot.into()
    }

    /// As one number, for hosts written in C. Never 0.
    pub fn to_u64(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.worker) << 16 | u64::from(self.slot)
    }

    /// The leg that [`to_u64`](Self::to_u64) made the number of. Any other number gives a leg that nobody knows.
    pub fn from_u64(number: u64) -> LegId {
        LegId { worker: (number >> 16) as u8, slot: number as u16, generation: (number >> 32) as u32 }
    }
}

/// A room: what is mixed together.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RoomId {
    pub(super) slot: u16,
    pub(super) generation: u32,
}

/// A stream of music, decoded once for all who hear it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MusicId {
    pub(super) slot: u16,
    pub(super) generation: u32,
}

/// A tap on a leg or a room.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TapId {
    pub(super) slot: u16,
    pub(super) generation: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_survives_the_way_through_c() {
        let leg = LegId { worker: 3, slot: 65_535, generation: 1 };
        assert_eq!(LegId::from_u64(leg.to_u64()), leg);
        assert_ne!(leg.to_u64(), 0);
    }
}
