//! What a caller says.

use std::path::Path;
use std::sync::Arc;

use crate::error::Trouble;
use crate::wav;

/// Something to say into a call.
#[derive(Clone, Debug)]
pub enum Sound {
    /// Digital silence.
    Silence,
    /// A sine that goes on until the caller says something else.
    Tone {
        /// Its frequency.
        hertz: f64,
        /// Its level: 0 is a sine that touches full scale.
        dbfs: f64,
    },
    /// A recording.
    Recording {
        /// Samples a second.
        rate: u32,
        /// The samples.
        samples: Arc<[i16]>,
        /// Whether it begins again at its end.
        again: bool,
    },
}

impl Sound {
    /// A sine at a level in dB below full scale.
    pub fn tone(hertz: f64, dbfs: f64) -> Self {
        Self::Tone { hertz, dbfs }
    }

    /// Samples at a rate.
    pub fn samples(rate: u32, samples: impl Into<Arc<[i16]>>) -> Self {
        Self::Recording { rate, samples: samples.into(), again: false }
    }

    /// A WAV file.
    pub fn from_wav(path: impl AsRef<Path>) -> Result<Self, Trouble> {
        let (rate, samples) = wav::read(path)?;
        Ok(Self::samples(rate, samples))
    }

    /// The same, over and over.
    pub fn looped(self) -> Self {
        match self {
            Self::Recording { rate, samples, .. } => Self::Recording { rate, samples, again: true },
            other => other,
        }
    }

    /// The samples of a recording, nothing for the others.
    pub fn recorded(&self) -> &[i16] {
        match self {
            Self::Recording { samples, .. } => samples,
            _ => &[],
        }
    }
}

/// Gives out a sound frame by frame at the rate of the call.
pub(crate) struct Player {
    sound: Sound,
    rate: u32,
    at: usize,
}

impl Player {
    pub(crate) fn new(sound: Sound, rate: u32) -> Self {
        let sound = match sound {
            Sound::Recording { rate: from, samples, again } if from != rate => {
                Sound::Recording { rate, samples: resample(&samples, from, rate).into(), again }
            }
            other => other,
        };
        Self { sound, rate, at: 0 }
    }

    /// Whether there is nothing left to say.
    pub(crate) fn is_done(&self) -> bool {
        match &self.sound {
            Sound::Recording { samples, again, .. } => !again && self.at >= samples.len(),
            _ => true,
        }
    }

    pub(crate) fn fill(&mut self, frame: &mut [i16]) {
        match &self.sound {
            Sound::Silence => frame.fill(0),
            Sound::Tone { hertz, dbfs } => {
                let step = std::f64::consts::TAU * hertz / f64::from(self.rate);
                let peak = 32_767.0 * 10_f64.powf(dbfs / 20.0);
                for (index, sample) in frame.iter_mut().enumerate() {
                    *sample = (peak * (step * (self.at + index) as f64).sin()).round() as i16;
                }
            }
            Sound::Recording { samples, again, .. } => {
                for (index, sample) in frame.iter_mut().enumerate() {
                    let at = self.at + index;
                    let at = if *again && !samples.is_empty() { at % samples.len() } else { at };
                    *sample = samples.get(at).copied().unwrap_or(0);
                }
            }
        }
        self.at += frame.len();
    }
}

/// Straight lines between samples: good enough for a test's speech, which nobody measures above 3 kHz.
fn resample(samples: &[i16], from: u32, to: u32) -> Vec<i16> {
    let step = f64::from(from) / f64::from(to);
    let length = (samples.len() as f64 / step) as usize;
    let value = |at: usize| f64::from(samples.get(at).copied().unwrap_or(0));
    (0..length)
        .map(|index| {
            let at = index as f64 * step;
            let (whole, part) = (at as usize, at.fract());
            (value(whole) * (1.0 - part) + value(whole + 1) * part).round() as i16
        })
        .collect()
}
