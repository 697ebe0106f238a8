//! A caller's recorded name, fit to be played to others.

use std::f32::consts::TAU;

use crate::audio::{Clip, Decibels, Limiter, SampleRate};

/// Cuts the silence off a recorded name, brings it to the level of the prompts, and fades its ends.
///
/// None if there is hardly any speech in it.
pub fn trim(samples: &[i16], rate: SampleRate) -> Option<Clip> {
    let block = rate.samples_in_ms(BLOCK_MS);
    let loud: Vec<bool> = samples.chunks(block).map(|block| power(block) > SPEECH).collect();
    let spurts = || loud.windows(SHORTEST_SPURT).enumerate().filter(|(_, spurt)| spurt.iter().all(|loud| *loud));
    let (first, _) = spurts().next()?;
    let (last, _) = spurts().next_back()?;
    let last = last + SHORTEST_SPURT - 1;
    let speech = (first..=last).filter(|n| loud[*n]);
    if speech.clone().count() * BLOCK_MS < LEAST_SPEECH_MS {
        return None;
    }
    let powers: Vec<f32> = speech.filter_map(|n| samples.chunks(block).nth(n)).map(power).collect();
    let level = 10.0 * (powers.iter().sum::<f32>() / powers.len() as f32).log10();
    let gain = Decibels((LEVEL - level).min(MOST_GAIN)).linear();

    let start = (first * block).saturating_sub(rate.samples_in_ms(BEFORE_MS));
    let end = ((last + 1) * block + rate.samples_in_ms(AFTER_MS)).min(samples.len());
    Some(Clip { rate, samples: shaped(&samples[start..end], gain, rate).into() })
}

/// The samples at another level, no peak cut off, faded at both ends.
fn shaped(samples: &[i16], gain: f32, rate: SampleRate) -> Vec<i16> {
    let tick = rate.samples_per_tick();
    let fade = rate.samples_in_ms(FADE_MS).min(samples.len() / 2);
    let edge = |i: usize| {
        let from_edge = i.min(samples.len() - 1 - i);
        if from_edge >= fade { 1.0 } else { 0.5 - 0.5 * (TAU / 2.0 * from_edge as f32 / fade as f32).cos() }
    };
    let mut limiter = Limiter::new();
    let mut shaped = vec![0; samples.len()];
    for (n, (from, to)) in samples.chunks(tick).zip(shaped.chunks_mut(tick)).enumerate() {
        let louder = from.iter().enumerate();
        let louder: Vec<i32> =
            louder.map(|(i, sample)| (f32::from(*sample) * gain * edge(n * tick + i)).round() as i32).collect();
        limiter.process(&louder, to);
    }
    shaped
}

/// The mean of the squares, of full scale.
fn power(samples: &[i16]) -> f32 {
    let sum: f32 = samples.iter().map(|sample| (f32::from(*sample) / FULL_SCALE).powi(2)).sum();
    sum / samples.len().max(1) as f32
}

const FULL_SCALE: f32 = 32_768.0;

/// What is louder than this is speech: −50 dBFS, as a power.
const SPEECH: f32 = 1e-5;

const BLOCK_MS: usize = 10;

/// Blocks; anything shorter is a click.
const SHORTEST_SPURT: usize = 3;

const LEAST_SPEECH_MS: usize = 300;

/// Soft beginnings and endings are not loud.
const BEFORE_MS: usize = 60;
const AFTER_MS: usize = 120;

const FADE_MS: usize = 10;

/// Decibels below full scale of the prompts' speech.
const LEVEL: f32 = -22.0;

/// Decibels; more would bring up nothing but noise.
const MOST_GAIN: f32 = 20.0;
