//! Gain that moves without a click.

use super::simd::{every_level, round};

/// A gain that reaches each new target over one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    current: f32,
    target: f32,
}

impl Ramp {
    /// A ramp at rest.
    pub const fn new(gain: f32) -> Ramp {
        Ramp { current: gain, target: gain }
    }

    /// What the next tick ends with.
    pub fn set(&mut self, target: f32) {
        self.target = target;
    }

    /// Where the next tick starts, whatever was before.
    pub fn restart_from(&mut self, gain: f32) {
        self.current = gain;
    }

    /// What the last tick ended with.
    pub fn current(&self) -> f32 {
        self.current
    }

    /// What the next tick will end with.
    pub fn target(&self) -> f32 {
        self.target
    }

    /// The same way between silence and unity, whatever the gain.
    pub fn as_gate(&self) -> Ramp {
        let gate = |gain| if gain == 0.0 { 0.0 } else { 1.0 };
        Ramp { current: gate(self.current), target: gate(self.target) }
    }

    /// Whether samples pass unchanged.
    pub fn is_unity(&self) -> bool {
        self.current == 1.0 && self.target == 1.0
    }

    /// Whether nothing passes.
    pub fn is_silent(&self) -> bool {
        self.current == 0.0 && self.target == 0.0
    }

    /// Applies the gain to one tick in place, each sample rounded once.
    ///
    /// The last sample has the target gain, so the next tick goes on from there.
    pub fn apply(&mut self, samples: &mut [i32]) {
        if self.current == self.target {
            if self.current != 1.0 {
                amplify(samples, self.current);
            }
            return;
        }
        let step = (self.target - self.current) / samples.len().max(1) as f32;
        slope(samples, self.current + step, step);
        self.current = self.target;
    }

    /// Moves on by one tick in which there was nothing to apply the gain to.
    pub fn skip(&mut self) {
        self.current = self.target;
    }
}

/// What is left of a signal that was cut off: its last value, led to zero over a few milliseconds.
///
/// Added to whatever follows, it turns the step at the cut into a slope.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Decay {
    value: i32,
}

impl Decay {
    /// Takes the last value of a signal that ends here.
    pub fn add(&mut self, value: i32) {
        self.value = self.value.saturating_add(value);
    }

    /// Whether there is nothing to add.
    pub fn is_over(&self) -> bool {
        self.value == 0
    }

    /// Adds the slope to the start of one tick, and is over.
    pub fn apply(&mut self, samples: &mut [i32]) {
        if self.value == 0 {
            return;
        }
        let length = (samples.len() / DECAY_PART_OF_TICK).max(1) as i32;
        for (i, s) in (1..length).zip(samples.iter_mut()) {
            let left = i64::from(self.value) * i64::from(length - i) / i64::from(length);
            *s = s.wrapping_add(left as i32);
        }
        self.value = 0;
    }
}

every_level! {
    fn amplify(samples: &mut [i32], gain: f32) {
        for s in samples {
            *s = round(*s as f32 * gain);
        }
    }

    /// Applies a gain that begins with `start` and grows by `step`.
    fn slope(samples: &mut [i32], start: f32, step: f32) {
        for (i, s) in (0i32..).zip(samples) {
            *s = round(*s as f32 * (start + step * i as f32));
        }
    }
}

/// A quarter of a tick, 5 ms: slow enough not to click.
const DECAY_PART_OF_TICK: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::simd::levels;
    use super::*;

    proptest! {
        #[test]
        fn every_level_amplifies_as_one_sample_at_a_time_does(
            samples in vec(-4_000_000..4_000_000i32, 0..200),
            gain in 0f32..4.0,
            step in -0.01f32..0.01,
        ) {
            let rounded = |x: f32| x.clamp(-4_194_304.0, 4_194_304.0).round_ties_even() as i32;
            for level in levels() {
                let (mut steady, mut sloping) = (samples.clone(), samples.clone());
                on::amplify(level, &mut steady, gain);
                on::slope(level, &mut sloping, gain, step);
                for (n, s) in samples.iter().enumerate() {
                    prop_assert_eq!(steady[n], rounded(*s as f32 * gain));
                    prop_assert_eq!(sloping[n], rounded(*s as f32 * (gain + step * n as f32)));
                }
            }
        }
    }

    #[test]
    fn a_ramp_ends_on_its_target_and_stays() {
        let mut ramp = Ramp::new(1.0);
        ramp.set(0.0);
        let mut tick = [1000; 4];
        ramp.apply(&mut tick);
        assert_eq!(tick, [750, 500, 250, 0]);
        assert!(ramp.is_silent());
    }

    #[test]
    fn a_gate_moves_like_its_gain_but_between_silence_and_unity() {
        let mut ramp = Ramp::new(0.5);
        assert!(ramp.as_gate().is_unity());
        ramp.set(0.0);
        let mut tick = [1000; 4];
        ramp.as_gate().apply(&mut tick);
        assert_eq!(tick, [750, 500, 250, 0]);
        ramp.skip();
        assert!(ramp.as_gate().is_silent());
    }

    #[test]
    fn unity_is_bit_exact() {
        let mut tick = [i32::from(i16::MIN), -1, 0, i32::from(i16::MAX)];
        let before = tick;
        Ramp::new(1.0).apply(&mut tick);
        assert_eq!(tick, before);
    }

    #[test]
    fn a_decay_leads_to_zero_once() {
        let mut decay = Decay::default();
        decay.add(400);
        let mut tick = [0; 16];
        decay.apply(&mut tick);
        assert_eq!(tick[..5], [300, 200, 100, 0, 0]);
        assert!(decay.is_over());
    }
}
