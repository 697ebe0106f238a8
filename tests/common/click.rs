//! Whether a change is heard as a click: as sound far above what is said, for a moment.

use std::f64::consts::PI;

/// The loudest 5 ms of all that is above 1800 Hz, in dB below a sine of full scale. Who says a tone of at most 700 Hz and
/// is cut makes it loud; who is faded does not.
pub fn loudest_edge(samples: &[i16], rate: u32) -> f64 {
    let filtered = high_pass(samples, rate);
    let levels = filtered.chunks_exact((rate / 200) as usize).map(level);
    levels.fold(-120.0, f64::max)
}

/// The same for a line on which nothing happens: what most half seconds of it have, for a busy machine may have lost a
/// packet in one of them.
pub fn usual_edge(samples: &[i16], rate: u32) -> f64 {
    let mut edges: Vec<f64> = samples.chunks_exact(rate as usize / 2).map(|piece| loudest_edge(piece, rate)).collect();
    edges.sort_by(f64::total_cmp);
    edges[edges.len() / 2]
}

fn level(samples: &[f64]) -> f64 {
    let power = samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64;
    (10.0 * (2.0 * power / 32_768.0f64.powi(2)).log10()).max(-120.0)
}

/// What is above 1800 Hz; nothing at all is left of what is below 1000 Hz.
fn high_pass(samples: &[i16], rate: u32) -> Vec<f64> {
    // 10 ms: a sinc in a Blackman window.
    let half = (rate / 200) as i32;
    let cutoff = 1_400.0 / f64::from(rate);
    let low: Vec<f64> = (-half..=half)
        .map(|at| {
            let x = f64::from(at);
            let sinc = if at == 0 { 2.0 * cutoff } else { (2.0 * PI * cutoff * x).sin() / (PI * x) };
            let turn = PI * (x / f64::from(half) + 1.0);
            sinc * (0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos())
        })
        .collect();
    let sum: f64 = low.iter().sum();
    samples
        .windows(low.len())
        .map(|window| {
            let low: f64 = window.iter().zip(&low).map(|(sample, tap)| f64::from(*sample) * tap / sum).sum();
            f64::from(window[half as usize]) - low
        })
        .collect()
}
