//! How loud something is, asked in the cheapest way that answers the question.

use super::simd::every_level;

/// Whether no sample's magnitude exceeds `limit`.
pub fn is_quiet(samples: &[i16], limit: i16) -> bool {
    let (low, high) = samples.iter().fold((0, 0), |(low, high): (i16, i16), s| (low.min(*s), high.max(*s)));
    high <= limit && low >= -limit
}

/// Whether any quarter of the samples has a root mean square above `limit`.
///
/// Quarters, because a word that begins at the very end of a tick hardly moves the mean of the whole tick.
pub fn any_block_louder(samples: &[i16], limit: i16) -> bool {
    Loudness::of(samples).loudest > f32::from(limit).powi(2)
}

/// How loud a tick is, as powers: means of squared samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loudness {
    /// Of all of it.
    pub mean: f32,
    /// Of the loudest of its quarters.
    pub loudest: f32,
}

impl Loudness {
    /// Measures a tick.
    pub fn of(samples: &[i16]) -> Loudness {
        let length = samples.len().div_ceil(BLOCKS).max(1);
        let (sum, most) = samples.chunks(length).fold((0, 0), |(sum, most), block| {
            let energy = energy(block);
            (sum + energy, most.max(energy))
        });
        let share = 1.0 / length as f32;
        Loudness { mean: sum as f32 * share / BLOCKS as f32, loudest: most as f32 * share }
    }
}

/// A power as a level in dBFS, where 0 is the square of full scale.
pub fn dbfs(power: f32) -> f32 {
    10.0 * (power.max(f32::MIN_POSITIVE) / FULL_SCALE.powi(2)).log10()
}

every_level! {
    /// The largest magnitude.
    pub fn peak(samples: &[i32]) -> u32 {
        samples.iter().fold(0, |max, s| max.max(s.unsigned_abs()))
    }

    /// Whether every sample fits 16 bits.
    pub fn fits_i16(samples: &[i32]) -> bool {
        // `s ^ (s >> 31)` is the magnitude (one less for negatives, just as i16 reaches one further down).
        let bits = samples.iter().fold(0, |bits, s| bits | (s ^ (s >> 31)));
        bits <= i32::from(i16::MAX)
    }

    /// The sum of the squares.
    fn energy(samples: &[i16]) -> i64 {
        // Two squares fit a u32 with room to spare; pairs make this one multiply-add instruction for eight samples or more.
        let mut pairs = samples.chunks_exact(2);
        let tail: i64 = pairs.remainder().iter().map(|s| i64::from(*s).pow(2)).sum();
        let sum: u64 = pairs
            .by_ref()
            .map(|p| {
                let (a, b) = (i32::from(p[0]), i32::from(p[1]));
                u64::from((a * a) as u32 + (b * b) as u32)
            })
            .sum();
        sum as i64 + tail
    }
}

const BLOCKS: usize = 4;

const FULL_SCALE: f32 = 32768.0;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::simd::levels;
    use super::*;

    proptest! {
        #[test]
        fn every_level_measures_as_one_sample_at_a_time_does(
            sums in vec(prop_oneof![-40_000..40_000i32, any::<i32>()], 0..100),
            samples in vec(prop_oneof![any::<i16>(), Just(i16::MIN)], 0..200),
        ) {
            for level in levels() {
                prop_assert_eq!(on::peak(level, &sums), sums.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0));
                prop_assert_eq!(on::fits_i16(level, &sums), sums.iter().all(|s| i16::try_from(*s).is_ok()));
                let squares = samples.iter().map(|s| i64::from(*s).pow(2)).sum::<i64>();
                prop_assert_eq!(on::energy(level, &samples), squares);
            }
        }
    }

    #[test]
    fn energy_holds_at_full_scale() {
        assert_eq!(energy(&[i16::MIN; 3]), 3 << 30);
        assert_eq!(energy(&[3, 4]), 25);
    }

    #[test]
    fn a_tick_is_as_loud_as_its_squares() {
        let mut tick = [3i16; 160];
        tick[120..].fill(5);
        assert_eq!(Loudness::of(&tick), Loudness { mean: (3.0 * 9.0 + 25.0) / 4.0, loudest: 25.0 });
        assert_eq!(Loudness::of(&[]), Loudness::default());
        assert!((dbfs(Loudness::of(&[3277; 160]).mean) + 20.0).abs() < 0.01);
    }

    #[test]
    fn i16_range_is_found_exactly() {
        assert!(fits_i16(&[-32768, 32767, 0]));
        assert!(!fits_i16(&[-32769]));
        assert!(!fits_i16(&[32768]));
        assert_eq!(peak(&[5, i32::MIN]), 1 << 31);
    }

    #[test]
    fn one_late_sample_is_loud() {
        let mut tick = [0i16; 160];
        tick[159] = 1000;
        assert!(any_block_louder(&tick, 58));
        assert!(!is_quiet(&tick, 58));
        assert!(is_quiet(&[58, -58], 58));
        assert!(!is_quiet(&[i16::MIN], 58));
    }
}
