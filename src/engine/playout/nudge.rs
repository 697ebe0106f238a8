//! A tick made of a few samples more or less than a tick, too little to be heard.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// Interpolation between samples, the same for all legs.
pub(super) struct Nudge {
    /// For each fraction of a sample the weights of the samples around it.
    phases: [[f32; TAPS]; PHASES + 1],
}

impl Nudge {
    /// Samples that are looked at before and after each place.
    pub const MARGIN: usize = TAPS / 2;

    /// The one there is. Computed when it is first asked for, which is not on the audio side.
    pub fn shared() -> &'static Nudge {
        static SHARED: OnceLock<Nudge> = OnceLock::new();
        SHARED.get_or_init(|| {
            let mut phases = [[0.0; TAPS]; PHASES + 1];
            for (n, weights) in phases.iter_mut().enumerate() {
                let fraction = n as f64 / PHASES as f64;
                for (tap, weight) in weights.iter_mut().enumerate() {
                    let x = tap as f64 - (Nudge::MARGIN - 1) as f64 - fraction;
                    let sinc = if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
                    // Hann's window over all taps.
                    *weight = (sinc * (0.5 + 0.5 * (PI * x / Nudge::MARGIN as f64).cos())) as f32;
                }
            }
            Nudge { phases }
        })
    }

    /// Spreads `count` samples evenly over all of `out`. `samples` begins with [`MARGIN`](Self::MARGIN) samples before
    /// them, and has as many after.
    pub fn spread(&self, samples: &[i16], count: usize, out: &mut [i16]) {
        let step = count as f32 / out.len() as f32;
        for (i, o) in out.iter_mut().enumerate() {
            let at = i as f32 * step;
            let whole = at as usize;
            let phase = (at - whole as f32) * PHASES as f32;
            let (low, part) = (phase as usize, phase.fract());
            let around = &samples[whole + 1..whole + 1 + TAPS];
            let (a, b) = (&self.phases[low], &self.phases[low + 1]);
            let sum: f32 = (0..TAPS).map(|tap| f32::from(around[tap]) * (a[tap] + (b[tap] - a[tap]) * part)).sum();
            *o = sum.round() as i16;
        }
    }
}

const TAPS: usize = 16;
const PHASES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_stays_a_tone() {
        for (hz, count) in [(300.0, 161), (1000.0, 159), (3000.0, 161)] {
            let tone = |at: f64| 10_000.0 * (2.0 * PI * hz * at / 8000.0).sin();
            let samples: Vec<i16> = (0..200).map(|i| tone(f64::from(i)) as i16).collect();
            let mut out = [0; 160];
            Nudge::shared().spread(&samples, count, &mut out);
            for (i, o) in out.iter().enumerate() {
                let expected = tone((Nudge::MARGIN - 1 + 1) as f64 + i as f64 * count as f64 / 160.0);
                assert!((f64::from(*o) - expected).abs() < 250.0, "{hz} {i}: {o} {expected}");
            }
        }
    }
}
