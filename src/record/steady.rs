//! Ticks of any rate, made into one stream of one rate.

use crate::audio::{Decay, Ramp, Resampler, SampleRate};

/// Keeps every tick in its place: a resampler is half a tick late, so what needs none is kept back as long, and the
/// first half tick of the stream is left out.
pub(super) struct Steady {
    rate: SampleRate,
    way: Way,
    /// Whether nothing was taken in yet, or since a cut.
    begins: bool,
    /// What was before a cut, and how what comes after it begins.
    left: Decay,
    fade: Ramp,
    last: i32,
    output: Vec<i32>,
}

impl Steady {
    pub fn new(rate: SampleRate) -> Steady {
        Steady {
            rate,
            way: Way::new(rate, rate),
            begins: true,
            left: Decay::default(),
            fade: Ramp::new(1.0),
            last: 0,
            output: vec![0; rate.samples_per_tick()],
        }
    }

    /// Takes in a tick, no samples for silence, and appends what is ready: a tick, of which half is from the last one.
    pub fn add(&mut self, rate: SampleRate, samples: &[i16], out: &mut Vec<i16>) {
        if rate == self.way.from {
            self.way.pass(samples, &mut self.output);
        } else {
            // The end of what came before goes over into what comes now; a step would ring in a resampler.
            let mut end = vec![0; self.output.len()];
            self.way.pass(&self.way.falling(), &mut end);
            self.way = Way::new(rate, self.rate);
            self.way.pass(&self.way.rising(samples), &mut self.output);
            for (sample, end) in self.output.iter_mut().zip(end) {
                *sample += end;
            }
        }
        let from = if std::mem::take(&mut self.begins) { self.output.len() / 2 } else { 0 };
        self.fade.apply(&mut self.output[from..]);
        self.left.apply(&mut self.output[from..]);
        self.put(from, self.output.len(), out);
    }

    /// Appends all that was kept back: what comes next does not follow it.
    pub fn cut(&mut self, out: &mut Vec<i16>) {
        if std::mem::replace(&mut self.begins, true) {
            return;
        }
        self.way.pass(&self.way.falling(), &mut self.output);
        self.put(0, self.output.len() / 2, out);
        self.way = Way::new(self.rate, self.rate);
        self.left.add(self.last);
        self.fade.restart_from(0.0);
    }

    fn put(&mut self, from: usize, to: usize, out: &mut Vec<i16>) {
        let ready = &self.output[from..to];
        self.last = ready.last().copied().unwrap_or(0);
        out.extend(ready.iter().map(|sample| *sample.clamp(&i16::MIN.into(), &i16::MAX.into()) as i16));
    }
}

/// From one rate to another, or to the same, half a tick late.
struct Way {
    from: SampleRate,
    resampler: Option<Resampler>,
    /// A tick that comes in; for the same rate, the half tick before it and the tick.
    input: Vec<i32>,
    /// Whether the end of a sound is still on its way.
    rings: bool,
    last: i16,
}

impl Way {
    fn new(from: SampleRate, to: SampleRate) -> Way {
        let resampler = (from != to).then(|| Resampler::new(from, to));
        Way { from, resampler, input: vec![0; from.samples_per_tick() * 3 / 2], rings: false, last: 0 }
    }

    /// A slope from the last sample to silence.
    fn falling(&self) -> Vec<i16> {
        let count = self.slope();
        let count = if self.last == 0 { 0 } else { count };
        (1..=count).map(|i| scaled(self.last, count - i, count)).collect()
    }

    /// The same samples, rising from silence.
    fn rising(&self, samples: &[i16]) -> Vec<i16> {
        let count = self.slope();
        (1..).zip(samples).map(|(i, sample)| scaled(*sample, i.min(count), count)).collect()
    }

    /// A quarter of a tick.
    fn slope(&self) -> usize {
        self.from.samples_per_tick() / 4
    }

    fn pass(&mut self, samples: &[i16], output: &mut [i32]) {
        if !std::mem::replace(&mut self.rings, !samples.is_empty()) && samples.is_empty() {
            output.fill(0);
            return;
        }
        self.last = samples.last().copied().unwrap_or(0);
        let tick = self.from.samples_per_tick();
        let input = &mut self.input[tick / 2..];
        input.fill(0);
        for (wide, narrow) in input.iter_mut().zip(samples) {
            *wide = i32::from(*narrow);
        }
        match &mut self.resampler {
            Some(resampler) => resampler.process(input, output),
            None => {
                output.copy_from_slice(&self.input[..tick]);
                self.input.copy_within(tick.., 0);
            }
        }
    }
}

fn scaled(sample: i16, part: usize, whole: usize) -> i16 {
    (i64::from(sample) * part as i64 / whole as i64) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_rate_is_hardly_heard_and_every_tick_keeps_its_place() {
        let mut steady = Steady::new(SampleRate::Hz16000);
        let mut out = Vec::new();
        for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000, SampleRate::Hz8000] {
            for _ in 0..3 {
                steady.add(rate, &vec![8000; rate.samples_per_tick()], &mut out);
            }
        }
        steady.add(SampleRate::Hz8000, &[], &mut out);
        steady.add(SampleRate::Hz16000, &[], &mut out);
        steady.add(SampleRate::Hz16000, &[], &mut out);
        steady.cut(&mut out);
        assert_eq!(out.len(), 15 * 320);
        let (least, most) = out[100..12 * 320 - 100].iter().fold((i16::MAX, 0), |(l, m), s| (l.min(*s), m.max(*s)));
        assert!(least > 7800 && most < 8200, "{least} {most}");
        assert!(out[320..900].iter().all(|s| (s - 8000).abs() < 100), "{out:?}");
        assert!(out[12 * 320 + 100..].iter().all(|s| s.abs() < 100));
        assert_eq!(out[13 * 320..], [0; 640]);
    }

    #[test]
    fn the_same_rate_passes_bit_for_bit() {
        let mut steady = Steady::new(SampleRate::Hz8000);
        let said: Vec<i16> = (0..800).map(|i| i * 40 - 16_000).collect();
        let mut out = Vec::new();
        for tick in said.chunks(160) {
            steady.add(SampleRate::Hz8000, tick, &mut out);
        }
        steady.cut(&mut out);
        assert_eq!(out, said);
    }

    #[test]
    fn a_cut_is_no_step() {
        let mut steady = Steady::new(SampleRate::Hz8000);
        let mut out = Vec::new();
        for _ in 0..2 {
            steady.add(SampleRate::Hz8000, &[8000; 160], &mut out);
            steady.add(SampleRate::Hz8000, &[8000; 160], &mut out);
            steady.cut(&mut out);
            steady.cut(&mut out);
        }
        assert_eq!(out.len(), 640);
        assert_eq!(out[..320], [8000; 320]);
        assert_eq!(out[400..], [8000; 240]);
        assert!(out.windows(2).all(|w| (w[0] - w[1]).abs() <= 400), "{out:?}");
    }
}
