//! Known speech: Debian's prompts, laid out so that the judge knows where each sentence stands.

use conclave_rig::{Pbx, Sound, Trouble};

use crate::rows::Says;

/// Samples to say, and where in them the sentences or words stand.
#[derive(Clone, Default)]
pub struct Programme {
    pub samples: Vec<i16>,
    pub parts: Vec<[usize; 2]>,
}

impl Programme {
    /// What the judged talker says.
    pub fn of(says: Says, pbx: &Pbx, seconds: u64) -> Result<Self, Trouble> {
        let length = seconds as usize * RATE;
        match says {
            Says::Speech | Says::SpeechAmongGuests => Self::prompts(pbx, SENTENCES, length, RATE * 6 / 5),
            Says::Words => Self::prompts(pbx, WORDS, length, RATE * 3 / 2),
            Says::Tone | Says::ToneAmongGuests => {
                let step = std::f64::consts::TAU * 1_004.0 / RATE as f64;
                let peak = 32_767.0 * 10_f64.powf(-10.0 / 20.0);
                let samples = (0..length).map(|at| (peak * (step * at as f64).sin()).round() as i16).collect();
                Ok(Self { samples, parts: vec![[0, length]] })
            }
            Says::Shouting => Self::shouter(pbx, 0, length),
        }
    }

    /// Prompts one after the other, with pauses before each and at the end.
    fn prompts(pbx: &Pbx, names: &[&str], length: usize, pause: usize) -> Result<Self, Trouble> {
        let mut programme = Self::default();
        for name in names.iter().cycle() {
            let prompt = pbx.prompt(name)?;
            let sound = trimmed(prompt.recorded());
            let from = programme.samples.len() + pause;
            if from + sound.len() + pause > length {
                break;
            }
            programme.samples.resize(from, 0);
            programme.samples.extend_from_slice(sound);
            programme.parts.push([from, from + sound.len()]);
        }
        programme.samples.resize(programme.samples.len() + pause, 0);
        Ok(programme)
    }

    /// What one of eight says at full scale. Number 0 is the judged one: each time that he says it, its sign is turned.
    pub fn shouter(pbx: &Pbx, number: usize, length: usize) -> Result<Self, Trouble> {
        let mut period = Vec::new();
        for name in SHOUTS.iter().cycle().skip(3 * number) {
            period.extend_from_slice(trimmed(pbx.prompt(name)?.recorded()));
            if period.len() >= SHOUT {
                break;
            }
        }
        period.truncate(SHOUT);
        let period = shouted(&period);
        let sign = |turn: usize| if number == 0 && turn % 2 == 1 { -1 } else { 1 };
        let say = |turn| period.iter().map(move |&sample| sample * sign(turn));
        let turns = (length / SHOUT).max(2) / 2 * 2;
        Ok(Self {
            samples: (0..turns).flat_map(say).collect(),
            parts: (0..turns).map(|turn| [turn * SHOUT, (turn + 1) * SHOUT]).collect(),
        })
    }

    pub fn sound(&self) -> Sound {
        Sound::samples(RATE as u32, self.samples.clone())
    }

    /// Where in what was said this begins.
    pub fn found_in(&self, said: &[i16]) -> Option<usize> {
        let start = self.samples.iter().position(|&sample| sample != 0)?;
        let piece = &self.samples[start..(start + RATE / 2).min(self.samples.len())];
        said.windows(piece.len()).position(|window| window == piece)?.checked_sub(start)
    }
}

/// Without what no one hears at both ends.
fn trimmed(samples: &[i16]) -> &[i16] {
    let loud = |sample: &i16| sample.unsigned_abs() > 60;
    let from = samples.iter().position(loud).unwrap_or(0);
    let to = samples.iter().rposition(loud).map_or(0, |last| last + 1);
    &samples[from.min(to)..to]
}

/// The same with every syllable at full scale.
fn shouted(samples: &[i16]) -> Vec<i16> {
    const BLOCK: usize = RATE / 20;
    let peaks: Vec<_> = samples.chunks(BLOCK).map(|block| block.iter().map(|s| s.unsigned_abs()).max()).collect();
    let peak = |at: usize| f64::from(peaks.get(at).copied().flatten().unwrap_or(0));
    // No louder than 24 dB more: breath stays breath.
    let around = |at: usize| peak(at.saturating_sub(1)).max(peak(at)).max(peak(at + 1)).max(2_000.0);
    let say = |(at, &sample): (usize, &i16)| {
        let (block, part) = (at / BLOCK, (at % BLOCK) as f64 / BLOCK as f64);
        let (here, next) = (around(block), around(block + 1));
        (32_767.0 * f64::from(sample) / (here + (next - here) * part).max(f64::from(sample.unsigned_abs()))) as i16
    };
    samples.iter().enumerate().map(say).collect()
}

pub const RATE: usize = 8_000;
/// How long one of eight shouts before he says the same again, in samples.
const SHOUT: usize = 6 * RATE;

const SENTENCES: &[&str] = &[
    "vm-intro",
    "dir-usingkeypad",
    "agent-alreadyon",
    "vm-tempgreeting2",
    "queue-periodic-announce",
    "confbridge-lock-extended",
    "vm-review",
    "tt-allbusy",
];

const WORDS: &[&str] = &[
    "digits/1",
    "digits/2",
    "digits/3",
    "digits/4",
    "digits/5",
    "digits/6",
    "digits/7",
    "digits/8",
    "digits/9",
    "hello",
    "vm-goodbye",
    "vm-from",
    "digits/h-5",
    "letters/f",
    "letters/h",
    "letters/s",
    "letters/x",
];

const SHOUTS: &[&str] = &[
    "demo-congrats",
    "demo-echotest",
    "conf-adminmenu-18",
    "priv-callee-options",
    "conf-usermenu-162",
    "screen-callee-options",
    "demo-abouttotry",
    "vm-options",
    "basic-pbx-ivr-main",
    "conf-adminmenu",
    "demo-moreinfo",
];
