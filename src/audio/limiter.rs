//! The last step before 16 bits.

use super::level::peak;
use super::sums::narrow;

/// Fits sums into 16 bits by lowering the gain instead of cutting off peaks.
///
/// A whole tick is known before its first sample leaves, so the gain is down before a peak comes. It goes straight from
/// point to point, several of them in a tick, each low enough for the peaks on both sides, and comes back slowly. Only
/// a peak at the very beginning of a tick can come before the gain is down; it is bent, not cut off. At rest, what fits
/// passes bit for bit.
#[derive(Clone, Copy, Debug)]
pub struct Limiter {
    gain: f32,
}

impl Limiter {
    /// A limiter at rest.
    pub const fn new() -> Limiter {
        Limiter { gain: REST }
    }

    /// Whether the last tick ended at full gain.
    pub fn is_at_rest(&self) -> bool {
        self.gain == REST
    }

    /// Whether a listener can be handed from one stream to the other unnoticed.
    pub fn is_like(&self, other: &Limiter) -> bool {
        (self.gain - other.gain).abs() < UNNOTICED
    }

    /// Forgets what was loud; for a stream that was not listened to for a while.
    pub fn reset(&mut self) {
        self.gain = REST;
    }

    /// Limits one tick. Both slices have the same length.
    pub fn process(&mut self, sums: &[i32], out: &mut [i16]) {
        if self.is_at_rest() && narrow(sums, out) {
            return;
        }
        self.limit(sums, out);
    }

    fn limit(&mut self, sums: &[i32], out: &mut [i16]) {
        let block = sums.len().div_ceil(BLOCKS).max(1);
        let mut most = [REST; BLOCKS + 1];
        for (most, sums) in most.iter_mut().zip(sums.chunks(block)) {
            let peak = peak(sums);
            *most = if peak > LARGEST_FITTING { CEILING / peak as f32 } else { REST };
        }
        // While there are peaks that nearly need the gain as it is, it hardly moves: else it would follow each of them.
        let needed = most.iter().copied().fold(REST, f32::min);
        let release = if needed < self.gain * NEAR { SLOW_RELEASE } else { RELEASE };
        let mut points = [self.gain; BLOCKS + 1];
        for n in 1..=BLOCKS {
            points[n] = (points[n - 1] * release).min(most[n - 1]).min(most[n]).min(REST);
        }
        for n in (1..BLOCKS).rev() {
            points[n] = points[n].min(points[n + 1] * ATTACK);
        }
        let mut late = 0;
        if points[0] > most[0] {
            // The gain has to be down at once: by the first peak, but not within less than a quarter of a block.
            let first = sums.iter().position(|s| s.unsigned_abs() as f32 * points[0] > CEILING).unwrap_or(0);
            late = first.max(block / SHORTEST_ATTACK).clamp(1, block);
            let (early_sums, early_out) = (&sums[..late.min(sums.len())], &mut out[..late.min(sums.len())]);
            let step = (most[0].min(points[1]) - points[0]) / late as f32;
            for ((i, o), s) in (0i32..).zip(early_out).zip(early_sums) {
                let lowered = *s as f32 * (points[0] + step * i as f32);
                let (straight, part) = (lowered.clamp(-CEILING, CEILING), i as f32 / late as f32);
                *o = round(bent(lowered) * (1.0 - part) + straight * part);
            }
            points[0] = most[0].min(points[1]);
        }
        for (n, (sums, out)) in sums.chunks(block).zip(out.chunks_mut(block)).enumerate() {
            let done = if n == 0 { late.min(sums.len()) } else { 0 };
            let step = (points[n + 1] - points[n]) / (sums.len() - done).max(1) as f32;
            for ((i, o), s) in (0i32..).zip(&mut out[done..]).zip(&sums[done..]) {
                *o = round(*s as f32 * (points[n] + step * i as f32));
            }
        }
        self.gain = points[sums.len().div_ceil(block)];
    }
}

impl Default for Limiter {
    fn default() -> Limiter {
        Limiter::new()
    }
}

/// Leads everything above three quarters of the ceiling towards the ceiling.
fn bent(sample: f32) -> f32 {
    const KNEE: f32 = 0.75 * CEILING;
    let over = (sample.abs() - KNEE) / (CEILING - KNEE);
    if over <= 0.0 { sample } else { (KNEE + (CEILING - KNEE) * over / (1.0 + over)).copysign(sample) }
}

fn round(sample: f32) -> i16 {
    (sample + 0.5f32.copysign(sample)) as i16
}

const REST: f32 = 1.0;

/// What fits 16 bits whatever its sign.
const LARGEST_FITTING: u32 = 32767;

/// Half a decibel below full scale. What G.711 makes of it is below its own end of scale in both laws.
const CEILING: f32 = 31_000.0;

/// Points between which the gain goes straight, 2.5 ms apart.
const BLOCKS: usize = 8;

/// From point to point the gain falls by 6 dB at most, if there is time.
const ATTACK: f32 = 2.0;

/// From point to point the gain rises by 0.1 dB: 40 dB in a second.
const RELEASE: f32 = 1.011_58;

/// And by a tenth of that after a peak that leaves less than 3 dB.
const SLOW_RELEASE: f32 = 1.001_15;
const NEAR: f32 = 1.4;

/// A change of gain of 0.01 dB.
const UNNOTICED: f32 = 0.001;

/// The gain takes at least this part of a block to fall (0.6 ms): a sudden step is a click.
const SHORTEST_ATTACK: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn shouters(count: usize, tick: usize) -> Vec<i32> {
        (tick * 160..(tick + 1) * 160)
            .map(|i| {
                let tone = |n: usize| (32_767.0 * (TAU * (173 + 71 * n) as f32 * i as f32 / 8000.0).sin()) as i32;
                (0..count).map(tone).sum()
            })
            .collect()
    }

    #[test]
    fn what_fits_is_untouched() {
        let mut out = [0; 4];
        let mut limiter = Limiter::new();
        limiter.process(&[-32768, 32767, 1, -1], &mut out);
        assert_eq!(out, [-32768, 32767, 1, -1]);
        assert!(limiter.is_at_rest());
    }

    #[test]
    fn the_gain_is_down_when_the_peak_comes() {
        let mut sums = [16000; 160];
        sums[80..].fill(64000);
        let mut out = [0; 160];
        let mut limiter = Limiter::new();
        limiter.process(&sums, &mut out);
        assert_eq!(out[0], 16000);
        assert!(out[..80].windows(2).all(|w| (w[0] - w[1]) <= 500 && w[0] >= w[1]));
        assert!(out[80..].iter().all(|s| (30_900..=31_000).contains(s)), "{:?}", &out[80..]);
        assert!(!limiter.is_at_rest());
    }

    #[test]
    fn eight_at_full_scale_never_stay_at_the_end_of_the_scale() {
        let mut limiter = Limiter::new();
        let mut out = [0; 160];
        for tick in 0..200 {
            limiter.process(&shouters(8, tick + 3), &mut out);
            assert!(out.iter().all(|s| s.abs() <= 31_000));
            let equal = out.windows(3).any(|w| w[0] == w[1] && w[1] == w[2] && w[0].abs() > 25_000);
            assert!(!equal, "a plateau in tick {tick}: {out:?}");
        }
    }

    #[test]
    fn a_peak_in_the_first_samples_is_bent_and_not_cut_off() {
        let sums: Vec<i32> = (0..160).map(|i| 100_000 - 500 * (i - 20) * (i - 20)).collect();
        let mut out = [0; 160];
        Limiter::new().process(&sums, &mut out);
        assert!(out.iter().all(|s| s.unsigned_abs() <= 31_000));
        assert!(out.windows(2).all(|w| w[0] != w[1] || w[0].abs() < 30_000), "{out:?}");
    }

    #[test]
    fn the_gain_comes_back_smoothly_and_rests() {
        let mut limiter = Limiter::new();
        let mut out = [0; 160];
        limiter.process(&[65534; 160], &mut out);
        let mut last = 0;
        for tick in 0..60 {
            limiter.process(&[10000; 160], &mut out);
            assert!(tick == 0 || out[0] - last < 20, "step at tick {tick}");
            assert!(out.windows(2).all(|w| w[1] >= w[0] && w[1] - w[0] < 20));
            last = out[159];
        }
        assert!(limiter.is_at_rest());
        assert_eq!(out, [10000; 160]);
    }

    #[test]
    fn streams_that_have_had_the_same_peak_are_alike() {
        let (mut one, mut other) = (Limiter::new(), Limiter::new());
        let mut out = [0; 160];
        other.process(&[250_000; 160], &mut out);
        assert!(!one.is_like(&other));
        for _ in 0..50 {
            one.process(&[40_000; 160], &mut out);
            other.process(&[40_000; 160], &mut out);
        }
        assert!(one.is_like(&other) && !one.is_at_rest());
    }
}
