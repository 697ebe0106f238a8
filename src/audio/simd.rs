//! Loops over samples, compiled for each level of SIMD that a processor may have.
//!
//! They are plain loops, which the compiler turns into vector instructions; only which ones it may use differs. x86-64
//! has four levels, SSE2 to AVX-512, and the best is chosen when the library runs. On aarch64 NEON is always there. The
//! result is the same at every level, bit for bit.
//!
//! What the compiler does not turn into vector instructions: a cast from float to integer, since Rust's saturates
//! ([`round`] instead); a `usize` made a float (count in `i32` instead); a `break`.

use fearless_simd::Level;

/// Makes functions out of plain loops: each is compiled for every level, and calls the best that is there.
///
/// `on` has the same functions with the level as first argument.
macro_rules! every_level {
    ($($(#[$attribute:meta])* $visible:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block)*) => {
        $(
            $(#[$attribute])*
            $visible fn $name($($argument: $type),*) $(-> $result)? {
                on::$name(fearless_simd::Level::new(), $($argument),*)
            }
        )*

        mod on {
            #[allow(unused_imports, reason = "not every loop needs what is around it")]
            use super::*;

            $(
                pub(super) fn $name(level: fearless_simd::Level, $($argument: $type),*) $(-> $result)? {
                    #[inline(always)]
                    fn plain($($argument: $type),*) $(-> $result)? $body

                    fearless_simd::dispatch!(level, _level => plain($($argument),*))
                }
            )*
        }
    };
}

pub(super) use every_level;

/// Finds out what the processor has, so that no tick has to.
pub(crate) fn detect() {
    let _ = Level::new();
}

/// The nearest integer, the even one of two; magnitudes above 2²² become 2²².
///
/// So large a sum is that of 128 who shout as loud as 16 bits can be.
#[inline(always)]
pub(super) fn round(sample: f32) -> i32 {
    // In this range a float's unit is 1, so that the addition rounds, and the bits count on from those of the base.
    (sample.clamp(-ROUND_MOST, ROUND_MOST) + ROUND_BASE).to_bits() as i32 - ROUND_BASE.to_bits() as i32
}

const ROUND_MOST: f32 = (1 << 22) as f32;
const ROUND_BASE: f32 = 3.0 * ROUND_MOST;

/// All levels that this processor has.
#[cfg(test)]
pub(super) fn levels() -> Vec<Level> {
    let best = Level::new();
    #[cfg(target_arch = "x86_64")]
    let lower = [
        best.as_sse2().map(Level::Sse2),
        best.as_sse4_2().map(Level::Sse4_2),
        best.as_avx2().map(Level::Avx2),
        best.as_avx512().map(Level::Avx512),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let lower = [Some(Level::baseline())];
    let levels: Vec<_> = lower.into_iter().flatten().collect();
    assert!(levels.iter().any(|level| std::mem::discriminant(level) == std::mem::discriminant(&best)));
    levels
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rounding_at_the_edges() {
        for (sample, expected) in [(0.5, 0), (1.5, 2), (-0.5, 0), (-1.5, -2), (0.49, 0), (-0.51, -1), (-0.0, 0)] {
            assert_eq!(round(sample), expected, "{sample}");
        }
        assert_eq!(round(4e6), 4_000_000);
        assert_eq!((round(1e9), round(-1e9)), (1 << 22, -(1 << 22)));
        assert_eq!((round(f32::INFINITY), round(f32::NEG_INFINITY)), (1 << 22, -(1 << 22)));
    }

    proptest! {
        #[test]
        fn rounding_is_that_of_the_standard_library(sample in -4_194_304f32..4_194_304.0) {
            prop_assert_eq!(round(sample), sample.round_ties_even() as i32);
        }
    }
}
