//! The last step before 16 bits.

use super::level::peak;
use super::sums::narrow;

/// Fits sums into 16 bits by lowering the gain instead of cutting off peaks.
///
/// A whole tick is known before its first sample leaves, so the gain is down when the first peak comes. At rest, what
/// fits passes bit for bit.
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
        let needed = (FULL_SCALE / peak(sums).max(1) as f32).min(REST);
        let start = self.gain;
        let (end, length) = if needed < start {
            let first = sums.iter().position(|s| s.unsigned_abs() as f32 * start > FULL_SCALE);
            (needed, first.unwrap_or(sums.len()).max(sums.len() / SHORTEST_ATTACK))
        } else {
            let released = start + (REST - start) * RELEASE;
            let released = if REST - released < UNNOTICED { REST } else { released };
            (released.min(needed), sums.len())
        };
        let step = (end - start) / length.max(1) as f32;
        for (i, (o, s)) in out.iter_mut().zip(sums).enumerate() {
            let gain = if i < length { start + step * i as f32 } else { end };
            *o = (*s as f32 * gain).clamp(-FULL_SCALE, FULL_SCALE) as i16;
        }
        self.gain = end;
    }
}

impl Default for Limiter {
    fn default() -> Limiter {
        Limiter::new()
    }
}

const REST: f32 = 1.0;
const FULL_SCALE: f32 = 32767.0;

/// The part of the way back to full gain that is gone in a tick: a time constant of about 120 ms.
const RELEASE: f32 = 0.15;

/// A change of gain of 0.01 dB.
const UNNOTICED: f32 = 0.001;

/// The gain takes at least this part of a tick to fall (1.25 ms), even if the first samples are then clipped: a
/// clipped millisecond is heard less than a step.
const SHORTEST_ATTACK: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(out[..80].windows(2).all(|w| (w[0] - w[1]) <= 100 && w[0] >= w[1]));
        assert!(out[80..].iter().all(|s| *s >= 32766), "{:?}", &out[80..]);
        assert!(!limiter.is_at_rest());
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
}
