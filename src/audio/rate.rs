//! The sample rates that telephones use.

use super::TICKS_PER_SECOND;

/// A sample rate that a leg, a room, a clip or a music stream can have.
///
/// All of them have a whole number of samples in a tick. Ordered from narrow to wide.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SampleRate {
    /// Narrowband: G.711 and most of the telephone network.
    #[default]
    Hz8000,
    /// Wideband: G.722, AMR-WB.
    Hz16000,
    /// Super-wideband as some Opus and SILK callers offer it.
    Hz24000,
    /// Super-wideband: G.722.1C, EVS.
    Hz32000,
    /// Fullband: Opus.
    Hz48000,
}

impl SampleRate {
    /// Every rate, from narrow to wide.
    pub const ALL: [SampleRate; 5] =
        [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz24000, SampleRate::Hz32000, SampleRate::Hz48000];

    /// The rate with this many samples in a second, if it is one of ours.
    pub const fn from_hz(hz: u32) -> Option<SampleRate> {
        match hz {
            8000 => Some(SampleRate::Hz8000),
            16000 => Some(SampleRate::Hz16000),
            24000 => Some(SampleRate::Hz24000),
            32000 => Some(SampleRate::Hz32000),
            48000 => Some(SampleRate::Hz48000),
            _ => None,
        }
    }

    /// Samples in a second.
    pub const fn hz(self) -> u32 {
        match self {
            SampleRate::Hz8000 => 8000,
            SampleRate::Hz16000 => 16000,
            SampleRate::Hz24000 => 24000,
            SampleRate::Hz32000 => 32000,
            SampleRate::Hz48000 => 48000,
        }
    }

    /// Samples in a tick.
    pub const fn samples_per_tick(self) -> usize {
        self.hz() as usize / TICKS_PER_SECOND
    }

    /// Samples in so many milliseconds.
    pub const fn samples_in_ms(self, ms: usize) -> usize {
        self.hz() as usize * ms / 1000
    }

    /// The place of this rate in [`SampleRate::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_is_found_by_its_hertz_and_its_index() {
        for rate in SampleRate::ALL {
            assert_eq!(SampleRate::from_hz(rate.hz()), Some(rate));
            assert_eq!(SampleRate::ALL[rate.index()], rate);
            assert_eq!(rate.samples_per_tick() * 50, rate.hz() as usize);
        }
        assert_eq!(SampleRate::from_hz(44_100), None);
    }
}
