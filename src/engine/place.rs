//! Where a talker sits for those who hear two channels.

use crate::audio::simd::every_level;

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
    #[inline(always)]
    pub(super) fn lean(self, sample: i32) -> i32 {
        sample.wrapping_mul(i32::from(self.0)).wrapping_add(i32::from(WAY) / 2) >> WAY_BITS
    }
}

every_level! {
    /// Adds what `samples` have more on the right to `spread`.
    pub(super) fn add_lean(spread: &mut [i32], samples: &[i32], place: Place) {
        for (t, s) in spread.iter_mut().zip(samples) {
            *t = t.wrapping_add(place.lean(*s));
        }
    }

    /// Writes `spread` without what `samples` have more on the right to `rest`.
    pub(super) fn subtract_lean(spread: &[i32], samples: &[i32], place: Place, rest: &mut [i32]) {
        for ((r, t), s) in rest.iter_mut().zip(spread).zip(samples) {
            *r = t.wrapping_sub(place.lean(*s));
        }
    }

    /// Writes both channels, left and right by turns.
    pub(super) fn spread_out(middle: &[i32], spread: &[i32], both: &mut [i32]) {
        for ((b, m), s) in both.as_chunks_mut::<2>().0.iter_mut().zip(middle).zip(spread) {
            *b = [m.wrapping_sub(*s), m.wrapping_add(*s)];
        }
    }
}

/// All the way.
const WAY: i16 = 1 << WAY_BITS;
const WAY_BITS: u32 = 6;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::audio::simd::levels;

    proptest! {
        #[test]
        fn every_level_leans_as_one_sample_at_a_time_does(
            samples in vec((any::<i32>(), any::<i32>()), 0..100),
            percent in -100..=100i8,
        ) {
            let place = Place::from_percent(percent);
            let (middle, before): (Vec<i32>, Vec<i32>) = samples.into_iter().unzip();
            for level in levels() {
                let mut spread = before.clone();
                on::add_lean(level, &mut spread, &middle, place);
                let (mut rest, mut both) = (vec![0; spread.len()], vec![0; 2 * spread.len()]);
                on::subtract_lean(level, &spread, &middle, place, &mut rest);
                on::spread_out(level, &middle, &spread, &mut both);
                for n in 0..middle.len() {
                    prop_assert_eq!(spread[n], before[n].wrapping_add(place.lean(middle[n])));
                    prop_assert_eq!(rest[n], before[n]);
                    prop_assert_eq!(both[2 * n], middle[n].wrapping_sub(spread[n]));
                    prop_assert_eq!(both[2 * n + 1], middle[n].wrapping_add(spread[n]));
                }
            }
        }
    }

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
