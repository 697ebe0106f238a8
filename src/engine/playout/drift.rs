//! Whether a sender's clock runs at another speed than ours.

/// Finds a steady change in how late the earliest packets are.
///
/// Two lines of minima: one of half seconds that finds 200 parts in a million within ten seconds on a calm network, one
/// of eight seconds each that finds a tenth of that in minutes, also on one that is not calm.
pub(super) struct Drift {
    short: Line<20>,
    long: Line<32>,
    /// The earliest in the long interval that is being filled, and its number.
    filling: Option<(u64, i64)>,
    /// How far apart two halves have to be that something is sure, in samples.
    least: f32,
}

/// The last `N` minima of intervals that follow each other.
struct Line<const N: usize> {
    values: [i64; N],
    count: usize,
    last: u64,
}

impl Drift {
    /// `scale`: samples of the leg's rate in an eight thousandth of a second.
    pub fn new(scale: usize) -> Drift {
        Drift { short: Line::new(), long: Line::new(), filling: None, least: scale as f32 * LEAST }
    }

    /// Takes in the earliest of the half second with this number. Whether the clocks surely run at different speeds.
    pub fn note(&mut self, number: u64, earliest: i64) -> bool {
        self.short.push(number, earliest);
        let long = number / PARTS;
        match &mut self.filling {
            Some((filling, least)) if *filling == long => *least = earliest.min(*least),
            filling => {
                if let Some((number, least)) = filling.replace((long, earliest)) {
                    self.long.push(number, least);
                }
            }
        }
        self.short.is_steep(SHORT_ENOUGH, self.least) || self.long.is_steep(LONG_ENOUGH, self.least)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.short.count = 0;
        self.long.count = 0;
        self.filling = None;
    }
}

impl<const N: usize> Line<N> {
    fn new() -> Self {
        Line { values: [0; N], count: 0, last: 0 }
    }

    fn push(&mut self, number: u64, value: i64) {
        if self.count > 0 && number != self.last + 1 {
            self.count = 0;
        }
        if self.count == N {
            self.values.copy_within(1.., 0);
            self.count -= 1;
        }
        self.values[self.count] = value;
        self.count += 1;
        self.last = number;
    }

    /// Whether the values rise or fall so evenly that it is no chance, and no jump either.
    fn is_steep(&self, enough: usize, least: f32) -> bool {
        if self.count < enough {
            return false;
        }
        let values = &self.values[..self.count];
        let n = values.len() as f32;
        let offset = values[0];
        let y = |value: i64| (value - offset) as f32;
        let mean_x = (n - 1.0) / 2.0;
        let mean_y = values.iter().map(|value| y(*value)).sum::<f32>() / n;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for (i, value) in values.iter().enumerate() {
            let (dx, dy) = (i as f32 - mean_x, y(*value) - mean_y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        let slope = xy / xx;
        let error = ((yy - slope * xy).max(0.0) / (n - 2.0) / xx).sqrt();
        // A step also has a slope; but then one half is flat.
        let quarter = values.len() / 4;
        let mean = |part: &[i64]| part.iter().map(|value| y(*value)).sum::<f32>() / part.len() as f32;
        let (first, second) = values.split_at(values.len() / 2);
        let rise = |half: &[i64]| (mean(&half[half.len() - quarter..]) - mean(&half[..quarter])) * slope.signum();
        let expected = slope.abs() * (first.len() - quarter) as f32;
        slope.abs() * n > least
            && slope.abs() > SURE * error
            && rise(first) > EVEN * expected
            && rise(second) > EVEN * expected
    }
}

/// How many minima of half a second make one of the long ones.
const PARTS: u64 = 16;

/// Five seconds, and a minute and a half.
const SHORT_ENOUGH: usize = 10;
const LONG_ENOUGH: usize = 12;

/// Three quarters of a millisecond from end to end.
const LEAST: f32 = 6.0;

/// So many times its standard error a slope has to be.
const SURE: f32 = 6.0;

/// So much of the mean rise each half has to show.
const EVEN: f32 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many half seconds the values of `late` are found to drift.
    fn found(late: impl Fn(u64) -> f64, most: u64) -> Option<u64> {
        let mut drift = Drift::new(1);
        (0..most).find(|n| drift.note(*n, late(*n).round() as i64))
    }

    #[test]
    fn two_hundred_parts_in_a_million_are_found_in_ten_seconds_and_ten_in_five_minutes() {
        for sign in [1.0, -1.0] {
            assert!(found(|n| sign * n as f64 * 4000.0 * 200e-6, 100).is_some_and(|n| n <= 20));
            assert!(found(|n| sign * n as f64 * 4000.0 * 10e-6, 1000).is_some_and(|n| n <= 600));
        }
    }

    #[test]
    fn noise_and_jumps_are_no_drift() {
        let noise = |n: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / (1 << 24) as f64;
        assert_eq!(found(|n| 8.0 * noise(n), 5000), None);
        assert_eq!(found(|n| 100.0 * noise(n), 5000), None);
        assert_eq!(found(|n| if n % 300 < 150 { 0.0 } else { 40.0 } + 3.0 * noise(n), 5000), None);
        assert_eq!(found(|_| 5.0, 5000), None);
    }
}
