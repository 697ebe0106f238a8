//! Gain as people state it.

/// A gain in decibels; 0 changes nothing, −6 halves the amplitude.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Decibels(pub f32);

impl Decibels {
    /// No change.
    pub const UNITY: Decibels = Decibels(0.0);

    /// Anything at or below this is silence.
    pub const SILENCE: Decibels = Decibels(-96.0);

    /// The most that a signal is amplified.
    pub const MAX: Decibels = Decibels(30.0);

    /// The factor for a sample's amplitude.
    ///
    /// Exactly 1 for [`UNITY`](Self::UNITY) and exactly 0 from [`SILENCE`](Self::SILENCE) down; a gain above
    /// [`MAX`](Self::MAX) counts as `MAX`, and NaN as unity.
    pub fn linear(self) -> f32 {
        if self.0.is_nan() || self == Self::UNITY {
            1.0
        } else if self <= Self::SILENCE {
            0.0
        } else {
            10f32.powf(self.0.min(Self::MAX.0) / 20.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle_are_exact() {
        assert_eq!(Decibels(0.0).linear(), 1.0);
        assert_eq!(Decibels(-0.0).linear(), 1.0);
        assert_eq!(Decibels(20.0).linear(), 10.0);
        assert_eq!(Decibels(-200.0).linear(), 0.0);
        assert_eq!(Decibels(f32::NEG_INFINITY).linear(), 0.0);
        assert_eq!(Decibels(f32::NAN).linear(), 1.0);
        assert_eq!(Decibels(f32::INFINITY).linear(), Decibels::MAX.linear());
    }
}
