//! How loud.

/// How much louder or softer than it is, in steps of 3 dB from -12 dB to +12 dB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume(i8);

impl Volume {
    const STEP: i8 = 3;
    const LIMIT: i8 = 12;

    /// The gain in decibels; 0 leaves the sound as it is.
    pub const fn decibels(self) -> i8 {
        self.0
    }

    /// So loud, if that is one of the steps.
    pub const fn from_decibels(decibels: i8) -> Option<Self> {
        let is_step = decibels % Self::STEP == 0 && decibels >= -Self::LIMIT && decibels <= Self::LIMIT;
        if is_step { Some(Self(decibels)) } else { None }
    }

    /// One step up, if there is one.
    pub fn louder(self) -> Option<Self> {
        (self.0 < Self::LIMIT).then(|| Self(self.0 + Self::STEP))
    }

    /// One step down, if there is one.
    pub fn softer(self) -> Option<Self> {
        (self.0 > -Self::LIMIT).then(|| Self(self.0 - Self::STEP))
    }
}
