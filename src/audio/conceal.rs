//! Making up what a network has lost.

use super::SampleRate;
use super::pitch::best_match;

/// Carries a signal on past its end by repeating its last pitch periods, and leads back to the signal when it returns.
///
/// Pitch waveform replication after ITU-T G.711 Appendix I: the last period is repeated, later the last two and three, so
/// that it does not hum. It fades from the start, the sooner the less the signal repeats itself, and is silent at 120 ms.
/// To begin costs 1 µs at 8 kHz and 2 µs at 48 kHz, each tick 0.7 and 4.5 µs, a bridge over one tick 3.6 and 14 µs.
pub struct Concealer {
    rate: SampleRate,
    /// The last that was heard.
    history: Box<[f32]>,
    /// Samples in a pitch period.
    period: usize,
    /// The pitch periods that are repeated.
    periods: usize,
    /// Where in `history` the next sample comes from.
    place: usize,
    /// Where the crossfade comes from that is under way, and what is left of it.
    from: Option<(usize, usize)>,
    /// The step between what was heard last and what follows.
    step: f32,
    /// What lasts when the signal has been heard not to repeat itself well: 1 if it does.
    trust: f32,
    /// Samples before it begins to fade.
    firm: usize,
    /// Samples made up since [`begin`](Self::begin).
    made: usize,
}

impl Concealer {
    /// A concealer for one stream.
    pub fn new(rate: SampleRate) -> Concealer {
        Concealer {
            rate,
            history: vec![0.0; rate.samples_in_ms(HISTORY_MS)].into(),
            period: rate.samples_in_ms(SHORTEST_MS),
            periods: 1,
            place: 0,
            from: None,
            step: 0.0,
            trust: 0.0,
            firm: 0,
            made: rate.samples_in_ms(SILENT_MS),
        }
    }

    /// How much of what was heard last [`begin`](Self::begin) can use, in samples (50 ms).
    pub fn history_samples(&self) -> usize {
        self.history.len()
    }

    /// Begins a loss after `history`, which ends with the sample that was heard last; what lies before the last 50 ms is
    /// not used, what is missing counts as silence.
    pub fn begin(&mut self, history: &[i16]) {
        self.begin_after(history.iter().rev());
    }

    /// Whether nothing but silence is left to be made up.
    pub fn is_silent(&self) -> bool {
        self.made >= self.rate.samples_in_ms(SILENT_MS)
    }

    /// Makes up what comes next, as much as `out` holds.
    pub fn next(&mut self, out: &mut [i16]) {
        for o in out {
            *o = self.make() as i16;
        }
    }

    /// Crossfades from what would be made up next into `fresh`, what came after the loss.
    pub fn rejoin(&mut self, fresh: &mut [i16]) {
        let lost = self.made.min(self.rate.samples_in_ms(SILENT_MS));
        let length = (self.period / OVERLAP_PART + lost / REJOIN_PART_OF_LOSS).clamp(1, fresh.len().max(1));
        let step = 1.0 / (length + 1) as f32;
        for (i, s) in (1..=length).zip(fresh) {
            let made = self.make();
            *s = (made + (f32::from(*s) - made) * (step * i as f32)) as i16;
        }
        self.end();
    }

    /// Fills a hole whose two sides are known: `history` as for [`begin`](Self::begin), and the `future`, of which more
    /// than the first 50 ms are not used, and less than 20 ms do badly.
    ///
    /// Much better than [`next`](Self::next) and [`rejoin`](Self::rejoin) where there is a choice. No loss is left to be
    /// rejoined.
    pub fn bridge(&mut self, history: &[i16], future: &[i16], out: &mut [i16]) {
        self.begin(history);
        self.firm = self.rate.samples_in_ms(FIRM_MS);
        self.trust = 1.0;
        self.next(out);
        self.begin_after(future.iter());
        self.firm = self.rate.samples_in_ms(FIRM_MS);
        self.trust = 1.0;
        let step = 1.0 / (out.len() + 1) as f32;
        for (i, s) in (1..).zip(out.iter_mut().rev()) {
            let (backward, forward) = (self.make(), f32::from(*s));
            *s = (backward + (forward - backward) * (step * i as f32)) as i16;
        }
        self.end();
    }

    /// Begins after what `newest_first` gives.
    fn begin_after<'a>(&mut self, newest_first: impl Iterator<Item = &'a i16>) {
        let end = self.history.len();
        let mut missing = end;
        for (h, s) in self.history.iter_mut().rev().zip(newest_first) {
            *h = f32::from(*s);
            missing -= 1;
        }
        self.history[..missing].fill(0.0);
        let (shortest, longest) = (self.rate.samples_in_ms(SHORTEST_MS), self.rate.samples_in_ms(LONGEST_MS));
        let pattern = end - self.rate.samples_in_ms(PATTERN_MS);
        let space = &self.history[pattern - longest..end - shortest];
        let (place, likeness) = best_match(self.rate, &self.history[pattern..], space);
        self.period = longest - place;
        self.periods = 1;
        self.place = end - self.period;
        self.from = None;
        self.step = self.history[end - 1] - self.history[end - 1 - self.period];
        self.trust = 1.0 - DISTRUST * (1.0 - likeness.max(0.0));
        self.firm = 0;
        self.made = 0;
    }

    fn end(&mut self) {
        self.made = self.rate.samples_in_ms(SILENT_MS);
    }

    /// One sample.
    fn make(&mut self) -> f32 {
        let gain = self.gain();
        if gain == 0.0 {
            return 0.0;
        }
        if self.periods < MOST_PERIODS && self.made == self.periods * self.rate.samples_per_tick() {
            self.periods += 1;
            self.jump(self.place - self.period);
        }
        let mut sample = self.history[self.place];
        let overlap = self.overlap();
        if let Some((old, left)) = self.from {
            sample += (self.history[old] - sample) * (left as f32 / (overlap + 1) as f32);
            self.from = (left > 1).then_some((old + 1, left - 1));
        }
        if self.made < overlap {
            sample += self.step * (1.0 - (self.made + 1) as f32 / (overlap + 1) as f32);
        }
        self.place += 1;
        self.made += 1;
        let end = self.history.len();
        if self.place + overlap == end {
            // What lies before the first period leads into it as smoothly as it did then.
            self.jump(end - overlap - self.periods * self.period);
        }
        (sample * gain).clamp(-FULL_SCALE, FULL_SCALE)
    }

    /// Goes on at another place, after a crossfade.
    fn jump(&mut self, place: usize) {
        let left = self.overlap().min(self.history.len() - self.place);
        self.from = (left > 0).then_some((self.place, left));
        self.place = place;
    }

    fn overlap(&self) -> usize {
        self.period / OVERLAP_PART
    }

    fn gain(&self) -> f32 {
        let silent = self.rate.samples_in_ms(SILENT_MS);
        let fade = silent.saturating_sub(self.made.max(self.firm)) as f32 / (silent - self.firm) as f32;
        if self.made >= silent {
            return 0.0;
        }
        let distrusted = (self.made as f32 / self.rate.samples_in_ms(DISTRUST_MS) as f32).min(1.0);
        fade * (1.0 - (1.0 - self.trust) * distrusted)
    }
}

const FULL_SCALE: f32 = 32767.0;

/// Three of the longest periods and a quarter for the overlap.
const HISTORY_MS: usize = 50;

/// 500 Hz.
const SHORTEST_MS: usize = 2;

/// 66 Hz.
const LONGEST_MS: usize = 15;

/// How much of the end is looked for in what was before it. Longer patterns find the pitch more surely, but what sounds
/// most like the end is what goes on best: PESQ prefers 5 ms to 20 ms by 0.1.
const PATTERN_MS: usize = 5;

/// A quarter of a period.
const OVERLAP_PART: usize = 4;

const MOST_PERIODS: usize = 3;

const SILENT_MS: usize = 120;

/// A hole with two sides does not fade before this.
const FIRM_MS: usize = 60;

/// How much quieter that becomes which has nothing in common with what was before, and how soon.
const DISTRUST: f32 = 0.6;
const DISTRUST_MS: usize = 5;

/// The longer a loss, the less fits what was made up, and the longer the way back takes.
const REJOIN_PART_OF_LOSS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn tone(rate: SampleRate, hz: f32, samples: std::ops::Range<usize>) -> Vec<i16> {
        samples.map(|i| (8000.0 * (TAU * hz * i as f32 / rate.hz() as f32).sin()) as i16).collect()
    }

    #[test]
    fn a_lost_tick_of_a_tone_is_made_up_at_every_rate() {
        for rate in SampleRate::ALL {
            let (past, tick) = (rate.samples_in_ms(50), rate.samples_per_tick());
            let mut concealer = Concealer::new(rate);
            concealer.begin(&tone(rate, 200.0, 0..past));
            let mut made = vec![0; rate.samples_in_ms(10)];
            concealer.next(&mut made);
            let expected = tone(rate, 200.0, past..past + made.len());
            for (i, (m, e)) in made.iter().zip(&expected).enumerate() {
                let faded = f32::from(*e) * (1.0 - i as f32 / rate.samples_in_ms(SILENT_MS) as f32);
                assert!((f32::from(*m) - faded).abs() < 30.0, "{rate:?}, sample {i}");
            }
            concealer.begin(&tone(rate, 200.0, 0..past));
            let mut bridged = vec![0; tick];
            concealer.bridge(
                &tone(rate, 200.0, 0..past),
                &tone(rate, 200.0, past + tick..2 * past + tick),
                &mut bridged,
            );
            let expected = tone(rate, 200.0, past..past + tick);
            assert!(bridged.iter().zip(&expected).all(|(m, e)| (m - e).abs() < 30), "{rate:?}");
        }
    }

    #[test]
    fn a_long_loss_is_silent_after_120_ms_and_the_return_has_no_step() {
        let rate = SampleRate::Hz8000;
        let mut concealer = Concealer::new(rate);
        concealer.begin(&tone(rate, 200.0, 0..400));
        let mut made = vec![0; 1000];
        concealer.next(&mut made);
        assert!(concealer.is_silent());
        assert!(made[950..960].iter().all(|s| s.abs() < 250) && made[960..].iter().all(|s| *s == 0));
        let mut fresh = vec![8000; 160];
        concealer.rejoin(&mut fresh);
        assert!(fresh[0] < 300 && fresh.windows(2).all(|w| w[1] - w[0] < 300));
    }

    #[test]
    fn any_stretch_and_any_history_do() {
        for rate in SampleRate::ALL {
            let mut concealer = Concealer::new(rate);
            concealer.next(&mut [1; 7]);
            concealer.rejoin(&mut []);
            concealer.begin(&[]);
            concealer.next(&mut [0; 3000]);
            concealer.begin(&[i16::MIN, i16::MAX]);
            for n in 0..200 {
                concealer.next(&mut vec![0; n]);
            }
            concealer.bridge(&[1], &[], &mut [0; 333]);
            concealer.bridge(&[i16::MIN; 9000], &[i16::MAX; 9000], &mut [0; 3333]);
        }
    }
}
