//! Making up what a network has lost.

use super::SampleRate;
use super::pitch::best_match;

/// Carries a signal on past its end by repeating its last pitch periods, and leads back to the signal when it returns.
///
/// After ITU-T G.711 Appendix I: for 10 ms the last period is repeated, then the last two, then the last three, so that
/// it does not hum; after 10 ms it fades, and is silent at 60 ms.
pub struct Concealer {
    rate: SampleRate,
    /// The last that was heard.
    history: Box<[f32]>,
    /// Samples in a pitch period.
    period: usize,
    /// The pitch periods that are repeated.
    periods: usize,
    /// Where in these the next sample comes from.
    place: usize,
    /// What is left of a crossfade from another place.
    from: Option<(usize, usize)>,
    /// The step between what was heard last and what follows.
    step: f32,
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
        self.begin_backwards(history.iter().rev());
    }

    /// Begins after what `newest_first` gives.
    fn begin_backwards<'a>(&mut self, newest_first: impl Iterator<Item = &'a i16>) {
        self.history.fill(0.0);
        for (h, s) in self.history.iter_mut().rev().zip(newest_first) {
            *h = f32::from(*s);
        }
        let (shortest, longest) = (self.rate.samples_in_ms(SHORTEST_MS), self.rate.samples_in_ms(LONGEST_MS));
        let end = self.history.len();
        let window = self.rate.samples_in_ms(WINDOW_MS);
        let pattern = &self.history[end - window..];
        let (place, _) = best_match(self.rate, pattern, &self.history[end - window - longest..end - shortest]);
        self.period = longest - place;
        self.periods = 1;
        self.place = end - self.period;
        self.from = None;
        self.step = self.history[end - 1] - self.history[end - 1 - self.period];
        self.made = 0;
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
        let lost_ms = 1000 * self.made.min(self.rate.samples_in_ms(SILENT_MS)) / self.rate.hz() as usize;
        let length = self.period / OVERLAP_PART + self.rate.samples_in_ms(lost_ms * REJOIN_MS_FOR_10 / 10);
        let length = length.clamp(1, self.rate.samples_in_ms(REJOIN_MOST_MS)).min(fresh.len());
        let step = 1.0 / (length + 1) as f32;
        for (i, s) in (1..=length).zip(fresh) {
            let part = step * i as f32;
            let made = self.make();
            *s = (made + (f32::from(*s) - made) * part) as i16;
        }
        self.made = self.rate.samples_in_ms(SILENT_MS);
    }

    /// Fills a hole whose two sides are known: `history` as for [`begin`](Self::begin), and the `future`, of which more
    /// than the first 50 ms are not used.
    ///
    /// Better than [`next`](Self::next) and [`rejoin`](Self::rejoin). No loss is left to be rejoined.
    pub fn bridge(&mut self, history: &[i16], future: &[i16], out: &mut [i16]) {
        self.begin(history);
        self.next(out);
        self.begin_backwards(future.iter());
        let step = 1.0 / (out.len() + 1) as f32;
        for (i, s) in (1..).zip(out.iter_mut().rev()) {
            let (backward, forward) = (self.make(), f32::from(*s));
            *s = (backward + (forward - backward) * (step * i as f32)) as i16;
        }
        self.made = self.rate.samples_in_ms(SILENT_MS);
    }

    /// One sample.
    fn make(&mut self) -> f32 {
        let gain = self.gain();
        if gain == 0.0 {
            return 0.0;
        }
        let ms_10 = self.rate.samples_in_ms(10);
        if self.periods < MOST_PERIODS && self.made == self.periods * ms_10 {
            self.periods += 1;
            self.jump(self.place - self.period);
        }
        let mut sample = self.history[self.place];
        let overlap = self.period / OVERLAP_PART;
        if let Some((old, left)) = self.from {
            let part = left as f32 / (overlap + 1) as f32;
            sample += (self.history[old] - sample) * part;
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
        let overlap = self.period / OVERLAP_PART;
        let left = overlap.min(self.history.len() - self.place);
        self.from = (left > 0).then_some((self.place, left));
        self.place = place;
    }

    fn gain(&self) -> f32 {
        let (start, end) = (self.rate.samples_in_ms(FADE_MS), self.rate.samples_in_ms(SILENT_MS));
        if self.made <= start { 1.0 } else { end.saturating_sub(self.made) as f32 / (end - start) as f32 }
    }
}

const FULL_SCALE: f32 = 32767.0;

/// Three of the longest periods and a quarter for the overlap.
const HISTORY_MS: usize = 50;

/// 400 Hz.
const SHORTEST_MS: usize = 2;

/// 66 Hz.
const LONGEST_MS: usize = 15;

/// How much of the end is looked for in what was before it.
const WINDOW_MS: usize = 20;

/// A quarter of a period.
const OVERLAP_PART: usize = 4;

const MOST_PERIODS: usize = 3;

const FADE_MS: usize = 10;
const SILENT_MS: usize = 60;

/// The longer a loss, the less fits what was made up, and the longer the way back takes.
const REJOIN_MS_FOR_10: usize = 4;
const REJOIN_MOST_MS: usize = 10;

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
            assert!(made.iter().zip(&expected).all(|(m, e)| (m - e).abs() < 30), "{rate:?}");
            concealer.begin(&tone(rate, 200.0, 0..past));
            let mut bridged = vec![0; tick];
            concealer.bridge(
                &tone(rate, 200.0, 0..past),
                &tone(rate, 200.0, past + tick..2 * past + tick),
                &mut bridged,
            );
            let expected = tone(rate, 200.0, past..past + tick);
            assert!(bridged.iter().zip(&expected).all(|(m, e)| (m - e).abs() < 2000), "{rate:?}");
        }
    }

    #[test]
    fn a_long_loss_is_silent_after_60_ms_and_the_return_has_no_step() {
        let rate = SampleRate::Hz8000;
        let mut concealer = Concealer::new(rate);
        concealer.begin(&tone(rate, 200.0, 0..400));
        let mut made = vec![0; 640];
        concealer.next(&mut made);
        assert!(concealer.is_silent());
        assert!(made[470..480].iter().all(|s| s.abs() < 250) && made[480..].iter().all(|s| *s == 0));
        let mut fresh = vec![8000; 160];
        concealer.rejoin(&mut fresh);
        assert!(fresh[0] < 250 && fresh.windows(2).all(|w| w[1] - w[0] < 250));
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
