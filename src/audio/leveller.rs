//! Making the soft and the loud alike.

use super::Ramp;
use super::level::dbfs;

/// Brings one talker to the loudness of all: slowly, and only by what is talk.
///
/// In pauses the gain stays, so no noise swells up in them; and it stays from one time he talks to the next.
#[derive(Clone, Copy, Debug)]
pub struct Leveller {
    gain: Ramp,
    /// The power of his talk, and how many ticks of it were heard, up to [`MEMORY_TICKS`].
    power: f32,
    ticks: f32,
}

impl Leveller {
    /// What talk is brought to, in dBFS (root mean square of what is talk).
    pub const TARGET: f32 = -23.0;

    /// The most that it amplifies and attenuates, in dB.
    pub const RANGE: (f32, f32) = (-15.0, 21.0);

    /// The loudest that it makes the noise of a line, in dBFS.
    pub const LOUDEST_NOISE: f32 = -46.0;

    /// One that knows nothing of its talker yet.
    pub fn new() -> Leveller {
        Leveller { gain: Ramp::new(1.0), power: 0.0, ticks: 0.0 }
    }

    /// The gain as a factor.
    pub fn gain(&self) -> f32 {
        self.gain.current()
    }

    /// Levels one tick in place. `noise` is the power of the line's noise in it.
    pub fn process(&mut self, samples: &mut [i32], noise: f32) {
        let power = power(samples);
        if power > (noise * OVER_NOISE).max(SOFTEST) {
            self.listen(power);
            self.follow(noise);
        }
        self.gain.apply(samples);
    }

    /// Takes in the power of a tick of talk.
    fn listen(&mut self, power: f32) {
        self.ticks = (self.ticks + 1.0).min(MEMORY_TICKS);
        // The ends of words are not how loud somebody talks; but who has lowered his voice is heard out, in the end.
        let weight = if power < self.power * ENDS { ENDS_WEIGHT } else { 1.0 };
        self.power += (power - self.power) * weight / self.ticks;
    }

    /// Moves the gain a step towards where it should be.
    fn follow(&mut self, noise: f32) {
        let (least, most) = Self::RANGE;
        let quiet = (Self::LOUDEST_NOISE - dbfs(noise)).max(0.0);
        let wanted = (Self::TARGET - dbfs(self.power)).clamp(least, most.min(quiet));
        let now = 20.0 * self.gain.current().log10();
        if (wanted - now).abs() > UNNOTICED {
            let next = now + (wanted - now).clamp(-FALL, RISE);
            self.gain.set(10f32.powf(next / 20.0));
        }
    }
}

impl Default for Leveller {
    fn default() -> Leveller {
        Leveller::new()
    }
}

fn power(samples: &[i32]) -> f32 {
    samples.iter().map(|s| (*s as f32).powi(2)).sum::<f32>() / samples.len().max(1) as f32
}

/// Talk is this much (6 dB) above the noise of its line, and above −57 dBFS.
const OVER_NOISE: f32 = 4.0;
const SOFTEST: f32 = 46.0 * 46.0;

/// What is 16 dB softer than his talk is an end of it (ITU-T P.56 has 15.9 dB), and counts a quarter.
const ENDS: f32 = 0.025;
const ENDS_WEIGHT: f32 = 0.25;

/// Two seconds of talk.
const MEMORY_TICKS: f32 = 100.0;

/// In dB for each tick of talk: 8 dB a second up; 30 dB a second down, because too loud hurts.
const RISE: f32 = 0.16;
const FALL: f32 = 0.6;

/// A difference in dB that is not worth a movement.
const UNNOTICED: f32 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of 240 ms with gaps of 80 ms over a noise; the seed says where in the noise.
    struct Talker {
        seed: u32,
        tick: usize,
        talk: f32,
        noise: f32,
    }

    impl Talker {
        fn new(talk: f32, noise: f32) -> Talker {
            let level = |dbfs: f32| 32768.0 * 10f32.powf(dbfs / 20.0);
            Talker { seed: 9, tick: 0, talk: level(talk), noise: level(noise) }
        }

        fn next(&mut self, talks: bool) -> [i32; 160] {
            self.tick += 1;
            let word = talks && self.tick % 16 < 12;
            // Syllables: the level moves by 10 dB within a word.
            let swing = 10f32.powf((self.tick as f32 * 0.8).sin() * 5.0 / 20.0);
            let level = if word { self.talk * swing } else { self.noise };
            std::array::from_fn(|_| {
                self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((self.seed as i32 >> 8) as f32 / (1 << 23) as f32 * 3f32.sqrt() * level) as i32
            })
        }
    }

    /// The level of what is talk in the last half of so many seconds.
    fn levelled(leveller: &mut Leveller, talker: &mut Talker, seconds: usize) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0);
        let noise = talker.noise.powi(2);
        for tick in 0..seconds * 50 {
            let mut samples = talker.next(true);
            let talks = power(&samples) > 20.0 * noise;
            leveller.process(&mut samples, noise);
            if talks && tick > seconds * 25 {
                sum += power(&samples);
                count += 1.0;
            }
        }
        dbfs(sum / count)
    }

    #[test]
    fn who_whispers_and_who_shouts_end_within_3_db() {
        let whisper = levelled(&mut Leveller::new(), &mut Talker::new(-45.0, -66.0), 10);
        let shout = levelled(&mut Leveller::new(), &mut Talker::new(-10.0, -60.0), 10);
        assert!((whisper - shout).abs() < 3.0, "{whisper} and {shout}");
        let usual = levelled(&mut Leveller::new(), &mut Talker::new(-23.0, -60.0), 10);
        assert!((usual - Leveller::TARGET).abs() < 1.5, "{usual}");
    }

    #[test]
    fn the_gain_stays_in_pauses_and_noise_is_never_loud() {
        let mut leveller = Leveller::new();
        let mut talker = Talker::new(-45.0, -60.0);
        levelled(&mut leveller, &mut talker, 10);
        let gain = leveller.gain();
        let mut loudest = f32::MIN;
        for _ in 0..3000 {
            let mut samples = talker.next(false);
            leveller.process(&mut samples, talker.noise.powi(2));
            loudest = loudest.max(dbfs(power(&samples)));
        }
        assert_eq!(leveller.gain(), gain, "a minute of pause");
        assert!(loudest < Leveller::LOUDEST_NOISE + 1.5, "{loudest}");
        assert!(gain > 4.0, "and yet he is amplified: {gain}");
    }

    #[test]
    fn the_gain_never_steps() {
        let mut leveller = Leveller::new();
        let mut before = leveller.gain();
        for talker in [Talker::new(-45.0, -70.0), Talker::new(-8.0, -70.0)] {
            let mut talker = talker;
            for _ in 0..500 {
                leveller.process(&mut talker.next(true), 0.0);
                let step = 20.0 * (leveller.gain() / before).log10();
                assert!((-0.61..0.17).contains(&step), "{step} dB");
                before = leveller.gain();
            }
        }
    }

    #[test]
    fn who_lowers_his_voice_is_raised_in_the_end() {
        let mut leveller = Leveller::new();
        levelled(&mut leveller, &mut Talker::new(-10.0, -66.0), 10);
        let whisper = levelled(&mut leveller, &mut Talker::new(-42.0, -66.0), 90);
        assert!((whisper - Leveller::TARGET).abs() < 3.0, "{whisper}");
    }
}
