//! Tones for sounds that no file holds.

use std::f64::consts::TAU;

use crate::audio::{Clip, SampleRate};

/// Somebody came: two notes upwards.
pub(super) fn join(rate: SampleRate) -> Clip {
    notes(rate, &[587.33, 880.0])
}

/// Somebody left: two notes downwards.
pub(super) fn leave(rate: SampleRate) -> Clip {
    notes(rate, &[880.0, 587.33])
}

/// Stands where a spoken sound is missing, so that nobody waits in silence.
pub(super) fn missing(rate: SampleRate) -> Clip {
    notes(rate, &[440.0])
}

/// Each note a struck tone of 140 ms at about -20 dBFS that dies away without a click.
fn notes(rate: SampleRate, frequencies: &[f64]) -> Clip {
    let length = rate.hz() as usize * 14 / 100;
    let attack = rate.hz() as usize / 200;
    let samples = frequencies
        .iter()
        .flat_map(|frequency| {
            (0..length).map(move |n| {
                let time = n as f64 / f64::from(rate.hz());
                let rise = (n as f64 / attack as f64).min(1.0);
                let fall = 1.0 - n as f64 / length as f64;
                (PEAK * rise * fall * fall * (TAU * frequency * time).sin()) as i16
            })
        })
        .collect();
    Clip { rate, samples }
}

const PEAK: f64 = 6000.0;
