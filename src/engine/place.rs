//! Where a talker sits for those who hear two channels.

/// A talker's place between the left and the right, for whoever listens in stereo.
///
/// Both channels together are twice the mono sum wherever somebody sits: what one ear gains the other loses. So a
/// telephone that plays both through one loudspeaker, and a recording that puts them together again, hear exactly what
/// a mono caller hears. (With constant power instead, who sits at the side would be 3 dB louder there than in the
/// middle.) Only the level differs from ear to ear, not the time: a delay of one channel would be a comb filter for those.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Place(i8);

impl Place {
    /// As loud in both ears.
    pub const MIDDLE: Place = Place(0);

    /// So many hundredths of the way from the middle to where the other ear hears nothing; to the left if negative.
    /// What is beyond ±100 is there.
    pub const fn from_percent(percent: i8) -> Place {
        let percent = if percent > 100 {
            100
        } else if percent < -100 {
            -100
        } else {
            percent
        };
        Place((percent as i16 * WAY / 100) as i8)
    }

    /// How much more of a sample there is on the right than in the middle, and less on the left.
    ///
    /// The same for the same sample, so that what was added can be subtracted again.
    pub(super) fn lean(self, sample: i32) -> i32 {
        sample.wrapping_mul(i32::from(self.0)).wrapping_add(i32::from(WAY) / 2) >> WAY_BITS
    }
}

/// All the way.
const WAY: i16 = 1 << WAY_BITS;
const WAY_BITS: u32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_part_of_the_way() {
        assert_eq!(Place::from_percent(50).lean(1000), 500);
        assert_eq!(Place::from_percent(-50).lean(1000), -500);
        assert_eq!(Place::from_percent(-100).lean(1000), -1000);
        assert_eq!(Place::from_percent(127).lean(-1000), -1000);
        assert_eq!(Place::MIDDLE.lean(32_767), 0);
        assert_eq!(Place::MIDDLE, Place::default());
    }
}
