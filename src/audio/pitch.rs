//! Finding where a signal repeats itself.

use super::SampleRate;

/// The part of `space` that is most like `pattern`: where it begins, and how like it is (1: the same but for the level).
///
/// The coarse search runs on both at 8000 samples a second, so the cost hardly grows with the rate.
pub fn best_match(rate: SampleRate, pattern: &[f32], space: &[f32]) -> (usize, f32) {
    let Some(last) = space.len().checked_sub(pattern.len()) else {
        return (0, 0.0);
    };
    let step = rate.hz() as usize / COARSE_HZ;
    if step == 1 {
        return search(pattern, space, 0, last);
    }
    let (mut small_pattern, mut small_space) = ([0.0; COARSE_MOST], [0.0; COARSE_MOST]);
    let small_pattern = thin(pattern, step, &mut small_pattern);
    let small_space = thin(space, step, &mut small_space);
    let small_last = small_space.len().saturating_sub(small_pattern.len());
    let (coarse, _) = search(small_pattern, small_space, 0, small_last);
    let (from, to) = ((coarse * step).saturating_sub(step), (coarse * step + step).min(last));
    search(pattern, space, from.min(to), to)
}

/// The sum of the squares.
pub fn energy(x: &[f32]) -> f32 {
    dot(x, x)
}

/// The best of the places `from..=to`.
fn search(pattern: &[f32], space: &[f32], from: usize, to: usize) -> (usize, f32) {
    let length = pattern.len();
    let own = energy(pattern);
    let mut their = energy(&space[from..from + length]);
    let (mut best, mut best_score) = (from, f32::MIN);
    for place in from..=to {
        let common = dot(pattern, &space[place..place + length]);
        let score = common * common.abs() / their.max(1.0);
        if score > best_score {
            (best, best_score) = (place, score);
        }
        if place < to {
            let (gone, new) = (space[place], space[place + length]);
            their = (their + new * new - gone * gone).max(0.0);
        }
    }
    let score = if own > LEAST_ENERGY { best_score / own } else { 0.0 };
    (best, score.abs().sqrt().min(1.0).copysign(score))
}

/// The mean of each `step` samples.
fn thin<'a>(x: &[f32], step: usize, small: &'a mut [f32]) -> &'a [f32] {
    let count = (x.len() / step).min(small.len());
    let part = 1.0 / step as f32;
    for (s, block) in small.iter_mut().zip(x.chunks_exact(step)) {
        *s = block.iter().sum::<f32>() * part;
    }
    &small[..count]
}

/// The sum of the products, in lanes that compilers turn into vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f32 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_blocks.zip(b_blocks) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f32>() + tail
}

const LANES: usize = 8;

/// What makes a stretch of speech like another lies below half of this.
const COARSE_HZ: usize = 8000;

/// 45 ms at [`COARSE_HZ`].
const COARSE_MOST: usize = 360;

/// Less than this is silence.
const LEAST_ENERGY: f32 = 1.0;
