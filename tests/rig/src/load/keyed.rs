//! The keyed tone: when it is on, and when a listener hears it begin.

use std::f64::consts::TAU;
use std::time::Duration;

/// The keying of one room: its talkers take turns.
pub(super) struct Keying {
    talkers: usize,
    random: u32,
    current: Key,
}

/// One time that the tone is on.
#[derive(Clone, Copy)]
struct Key {
    number: usize,
    on: Duration,
}

impl Keying {
    pub(super) fn new(talkers: usize, seed: u32, now: Duration) -> Self {
        let on = now + QUIET_BEFORE * 2;
        Self { talkers, random: seed.wrapping_mul(747_796_405) | 1, current: Key { number: 0, on } }
    }

    /// Writes the tone over the 20 ms that talker `who` sends at `at`, if it is his turn. Gives the moment at which the
    /// tone's first sample leaves, if that is in this frame.
    pub(super) fn write(&mut self, who: usize, at: Duration, frame: &mut [i16]) -> Option<Duration> {
        if at > self.current.on + TONE + QUIET_AFTER {
            self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Any number of microseconds: a time that fits no frame, so that every place within one has its turn.
            let pause = Duration::from_micros(u64::from(self.random >> 8) % 200_000);
            self.current = Key { number: self.current.number + 1, on: at + QUIET_BEFORE + pause };
        }
        let key = self.current;
        if key.number % self.talkers != who || at + QUIET_BEFORE < key.on {
            return None;
        }
        let mut onset = None;
        let a_sample = FRAME.as_nanos() as u64 / frame.len() as u64;
        for (index, sample) in frame.iter_mut().enumerate() {
            let time = at + Duration::from_nanos(index as u64 * a_sample);
            let since = time.checked_sub(key.on);
            *sample = match since {
                Some(since) if since < TONE => {
                    if since < Duration::from_nanos(a_sample) {
                        onset = Some(time);
                    }
                    (PEAK * (TAU * HERTZ * since.as_secs_f64()).sin()) as i16
                }
                _ => 0,
            };
        }
        onset
    }
}

/// What a listener heard at 8 kHz, frame by frame, with the time at which each frame came.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) samples: Vec<i16>,
    pub(super) arrivals: Vec<Duration>,
}

impl Heard {
    /// Looks for the beginnings of the tone that left at `onsets`: the delays of those found, and how many were not.
    pub(super) fn delays(&self, onsets: &[Duration]) -> (Vec<Duration>, usize) {
        let levels = self.levels();
        let (mut delays, mut missed) = (Vec::new(), 0);
        let Some(&last) = self.arrivals.last() else {
            return (delays, 0);
        };
        for &onset in onsets {
            // Too near the end: it may still be under way.
            if onset + LONGEST > last || self.arrivals[0] > onset {
                continue;
            }
            let first = self.arrivals.partition_point(|&at| at + FRAME < onset) * SAMPLES;
            let end = (first + LONGEST.as_millis() as usize * 8).min(levels.len());
            let begins = (first..end).find(|&at| levels[at] > PEAK / 2.0);
            // The window that is half full of the tone stands with its middle on the first sample.
            let begins = begins.map(|at| at + WINDOW / 2);
            let place = begins.and_then(|at| Some((self.arrivals.get(at / SAMPLES)?, at % SAMPLES)));
            match place {
                Some((&arrival, index)) => {
                    let heard = arrival + Duration::from_nanos(index as u64 * NANOS_PER_SAMPLE);
                    delays.push(heard.saturating_sub(onset));
                }
                None => missed += 1,
            }
        }
        (delays, missed)
    }

    /// The amplitude of the tone in the window that begins at each sample.
    fn levels(&self) -> Vec<f64> {
        let step = TAU * HERTZ / 8_000.0;
        let mut sums = Vec::with_capacity(self.samples.len() + 1);
        let mut sum = (0.0, 0.0);
        sums.push(sum);
        for (at, &sample) in self.samples.iter().enumerate() {
            let (sin, cos) = (step * at as f64).sin_cos();
            sum = (sum.0 + f64::from(sample) * cos, sum.1 + f64::from(sample) * sin);
            sums.push(sum);
        }
        let amplitude = |pair: &[(f64, f64)]| {
            let (from, to) = (pair[0], pair[WINDOW]);
            2.0 * (to.0 - from.0).hypot(to.1 - from.1) / WINDOW as f64
        };
        sums.windows(WINDOW + 1).map(amplitude).collect()
    }
}

/// Above most of what speech has, and a whole number of periods in a window.
const HERTZ: f64 = 3_000.0;
const PEAK: f64 = 8_000.0;
const WINDOW: usize = 64;
const TONE: Duration = Duration::from_millis(200);
const QUIET_BEFORE: Duration = Duration::from_millis(150);
const QUIET_AFTER: Duration = Duration::from_millis(100);
/// A tone that comes later than this has not come.
const LONGEST: Duration = Duration::from_millis(400);
const FRAME: Duration = Duration::from_millis(20);
const SAMPLES: usize = 160;
const NANOS_PER_SAMPLE: u64 = 125_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_delay_is_found_to_the_sample() {
        let mut keying = Keying::new(1, 7, Duration::from_secs(1));
        let mut heard = Heard::default();
        let mut onsets = Vec::new();
        let delay = Duration::from_micros(23_125);
        for frame in 0..500 {
            let at = Duration::from_secs(1) + FRAME * frame;
            let mut samples = [300; SAMPLES];
            onsets.extend(keying.write(0, at, &mut samples));
            heard.samples.extend_from_slice(&samples);
            heard.arrivals.push(at + delay);
        }
        let (delays, missed) = heard.delays(&onsets);
        assert!(delays.len() > 15 && missed == 0, "{} found, {missed} missed", delays.len());
        for found in delays {
            assert!(found.abs_diff(delay) < Duration::from_micros(700), "{found:?}");
        }
    }
}
