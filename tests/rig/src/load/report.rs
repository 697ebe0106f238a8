//! What was counted.

use std::fmt;
use std::time::Duration;

/// The frames of all calls, and the mouth-to-ear times.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Calls that are up.
    pub up: usize,
    /// Calls that were refused or have ended.
    pub over: usize,
    /// Frames that the callers sent.
    pub sent: u64,
    /// Frames that they received.
    pub received: u64,
    /// Frames that are missing by their numbers.
    pub lost: u64,
    /// Frames that came more than 20 ms after their time.
    pub late: u64,
    /// The time by which 99 of 100 frames came, after their time.
    pub lateness: Duration,
    /// Calls that received fewer than 95 of 100 frames.
    pub starved: usize,
    /// Our own fault: frames that we did not send in time, that the kernel did not take, or that it dropped before we
    /// read them.
    pub own_losses: u64,
    /// Our own fault: the longest time that a frame left after its time.
    pub own_lateness: Duration,
    /// Sorted times from a tone's first sample leaving to its arrival. The 20 ms of a packet are not in it.
    pub mouth_to_ear: Vec<Duration>,
    /// Tones that were not heard.
    pub tones_missed: usize,
}

impl Report {
    /// The median of the mouth-to-ear times.
    pub fn median(&self) -> Duration {
        self.at_most(50)
    }

    /// The mouth-to-ear time that 95 of 100 stay below.
    pub fn p95(&self) -> Duration {
        self.at_most(95)
    }

    fn at_most(&self, percent: usize) -> Duration {
        let last = self.mouth_to_ear.len().saturating_sub(1);
        self.mouth_to_ear.get(last * percent / 100).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "calls: {} up, {} over, {} starved", self.up, self.over, self.starved)?;
        writeln!(
            f,
            "frames: {} sent, {} received, {} lost, {} late, 99 of 100 within {:?}",
            self.sent, self.received, self.lost, self.late, self.lateness
        )?;
        writeln!(f, "by ourselves: {} lost, sent up to {:?} late", self.own_losses, self.own_lateness)?;
        let last = self.mouth_to_ear.last().copied().unwrap_or_default();
        write!(
            f,
            "mouth to ear: median {:?}, 95 of 100 within {:?}, longest {last:?}, {} heard, {} missed",
            self.median(),
            self.p95(),
            self.mouth_to_ear.len(),
            self.tones_missed
        )
    }
}

/// How late frames came, in steps of half a millisecond.
#[derive(Clone)]
pub(super) struct Lateness([u64; STEPS]);

impl Default for Lateness {
    fn default() -> Self {
        Self([0; STEPS])
    }
}

impl Lateness {
    pub(super) fn note(&mut self, late: Duration) {
        let step = (late.as_micros() / STEP.as_micros()) as usize;
        self.0[step.min(STEPS - 1)] += 1;
    }

    pub(super) fn percentile(&self, percent: u64) -> Duration {
        let total: u64 = self.0.iter().sum();
        let mut seen = 0;
        for (step, count) in self.0.iter().enumerate() {
            seen += count;
            if seen * 100 >= total * percent {
                return STEP * (step as u32 + 1);
            }
        }
        Duration::ZERO
    }
}

const STEPS: usize = 400;
const STEP: Duration = Duration::from_micros(500);
