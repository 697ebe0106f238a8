//! One loudness for all that people upload.

/// Brings samples to this loudness, in dB against full scale: the mean power of where there is something to be heard.
/// Never louder than fits without distortion, and never so much louder that noise becomes a sound.
pub(super) fn level(samples: &mut [i16], wanted: f32) {
    let power = |block: &[i16]| {
        let sum: f64 = block.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        sum / block.len() as f64 / FULL.powi(2)
    };
    let heard: Vec<f64> = samples.chunks(BLOCK).map(power).filter(|power| *power > QUIET).collect();
    let peak = samples.iter().map(|sample| f64::from(*sample).abs()).fold(0.0, f64::max);
    if heard.is_empty() {
        return;
    }
    let mean = heard.iter().sum::<f64>() / heard.len() as f64;
    let gain = 10f64.powf(f64::from(wanted) / 20.0) / mean.sqrt();
    let gain = gain.min(LOUDER).min(PEAK * FULL / peak);
    for sample in samples {
        *sample = (f64::from(*sample) * gain).round() as i16;
    }
}

/// What is said: as loud as the prompts of PBXs are.
pub(in crate::admin) const SPOKEN: f32 = -20.0;

/// Music, over which people talk while they wait.
pub(in crate::admin) const MUSIC: f32 = -26.0;

const FULL: f64 = 32_768.0;

/// 20 ms at 16 kHz.
const BLOCK: usize = 320;

/// Below -50 dB nothing is to be heard.
const QUIET: f64 = 1e-5;

/// The most that something is made louder: 20 dB.
const LOUDER: f64 = 10.0;

/// No sample is above -1 dB.
const PEAK: f64 = 0.891;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Clip, Decibels, SampleRate};

    fn loudness(samples: &[i16]) -> f32 {
        let sum: f64 = samples.iter().map(|sample| (f64::from(*sample) / FULL).powi(2)).sum();
        10.0 * (sum / samples.len() as f64).log10() as f32
    }

    #[test]
    fn soft_and_loud_become_the_same() {
        // A sine is 3 dB below its peak.
        for peak in [-1.0, -12.0, -30.0] {
            let mut samples = Clip::tone(SampleRate::Hz16000, 440.0, 1000, Decibels(peak)).samples;
            level(&mut samples, SPOKEN);
            assert!((loudness(&samples) - SPOKEN).abs() < 0.3, "{peak}: {}", loudness(&samples));
        }
    }

    #[test]
    fn silence_stays_silent_and_peaks_fit() {
        let mut silent = vec![3; 16_000];
        level(&mut silent, SPOKEN);
        assert_eq!(silent, [3; 16_000]);
        // A click among soft sounds keeps all of it from becoming louder.
        let mut samples = Clip::tone(SampleRate::Hz16000, 440.0, 1000, Decibels(-40.0)).samples;
        samples[8000] = i16::MAX;
        level(&mut samples, SPOKEN);
        assert!(samples.iter().all(|sample| sample.unsigned_abs() <= 29_200));
        // What is very soft is not blown up to what it should be.
        let mut soft = Clip::tone(SampleRate::Hz16000, 440.0, 1000, Decibels(-45.0)).samples;
        level(&mut soft, SPOKEN);
        assert!((loudness(&soft) - -28.0).abs() < 0.5, "{}", loudness(&soft));
    }
}
