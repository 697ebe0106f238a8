//! Adding up and taking away, the whole of a mixer's work.
//!
//! All of it wraps, because sums of thousands that shout at full gain must not panic, and because even then what is added
//! and subtracted again cancels exactly. Slices that belong together are walked through as far as the shortest reaches.

use super::simd::every_level;

every_level! {
    /// Adds `more` to `total`.
    pub fn add(total: &mut [i32], more: &[i32]) {
        for (t, m) in total.iter_mut().zip(more) {
            *t = t.wrapping_add(*m);
        }
    }

    /// Adds 16 bit samples to `total`.
    pub fn add_samples(total: &mut [i32], samples: &[i16]) {
        for (t, s) in total.iter_mut().zip(samples) {
            *t = t.wrapping_add(i32::from(*s));
        }
    }

    /// Writes `total` without `part` to `rest`.
    pub fn subtract(total: &[i32], part: &[i32], rest: &mut [i32]) {
        for ((r, t), p) in rest.iter_mut().zip(total).zip(part) {
            *r = t.wrapping_sub(*p);
        }
    }

    /// Writes 16 bit samples as terms of a sum.
    pub fn widen(samples: &[i16], terms: &mut [i32]) {
        for (t, s) in terms.iter_mut().zip(samples) {
            *t = i32::from(*s);
        }
    }

    /// Writes a sum as 16 bit samples; false if it does not fit, and then what is too large is cut off.
    pub fn narrow(sum: &[i32], samples: &mut [i16]) -> bool {
        let mut bits = 0;
        for (o, s) in samples.iter_mut().zip(sum) {
            // The magnitude (one less for negatives, just as i16 reaches one further down).
            bits |= s ^ (s >> 31);
            *o = (*s).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
        }
        bits <= i32::from(i16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::simd::levels;
    use super::*;

    fn sum() -> impl Strategy<Value = i32> {
        prop_oneof![-40_000..40_000i32, Just(-32_769), Just(-32_768), Just(32_767), Just(32_768), any::<i32>()]
    }

    proptest! {
        #[test]
        fn every_level_adds_as_one_sample_at_a_time_does(
            pairs in vec((sum(), sum()), 0..200),
            samples in vec(any::<i16>(), 0..200),
        ) {
            let (a, b): (Vec<i32>, Vec<i32>) = pairs.into_iter().unzip();
            for level in levels() {
                let mut total = a.clone();
                on::add(level, &mut total, &b);
                let mut rest = vec![0; a.len()];
                on::subtract(level, &total, &b, &mut rest);
                for n in 0..a.len() {
                    prop_assert_eq!(total[n], a[n].wrapping_add(b[n]));
                    prop_assert_eq!(rest[n], a[n]);
                }
                let mut terms = vec![0; samples.len()];
                on::widen(level, &samples, &mut terms);
                for n in 0..samples.len() {
                    prop_assert_eq!(terms[n], i32::from(samples[n]));
                }
                let mut total = a.clone();
                on::add_samples(level, &mut total, &samples);
                for n in 0..a.len() {
                    prop_assert_eq!(total[n], a[n].wrapping_add(samples.get(n).copied().unwrap_or(0).into()));
                }
            }
        }

        #[test]
        fn every_level_narrows_as_one_sample_at_a_time_does(sums in vec(sum(), 0..100), wide in any::<bool>()) {
            let fit: Vec<i32> = sums.iter().copied().filter(|s| wide || i16::try_from(*s).is_ok()).collect();
            for level in levels() {
                let mut samples = vec![0; fit.len()];
                let fits = on::narrow(level, &fit, &mut samples);
                prop_assert_eq!(fits, fit.iter().all(|s| i16::try_from(*s).is_ok()));
                for n in 0..fit.len() {
                    let cut_off = if fit[n] < 0 { i16::MIN } else { i16::MAX };
                    prop_assert_eq!(samples[n], i16::try_from(fit[n]).unwrap_or(cut_off));
                }
            }
        }
    }
}
