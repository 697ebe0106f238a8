//! The time-outs of one caller, all in one table.

use std::time::Duration;

/// How long whoever knows the conferences may take for an answer. A caller hears nothing meanwhile.
pub const LOOKUP_LIMIT: Duration = Duration::from_secs(10);

/// Every time-out of one caller on his way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The end of what plays was never reported.
    Prompt,
    /// A question of ours was never answered.
    Lookup,
    /// It is time to tell him that it was wrong.
    Verdict,
    /// No first digit came.
    FirstDigit,
    /// No further digit came, so what he keyed is complete.
    NextDigit,
    /// One attempt takes too long, however it is spread.
    Attempt,
    /// His name is long enough.
    Name,
}

impl Wait {
    const ALL: [Self; 7] =
        [Self::Prompt, Self::Lookup, Self::Verdict, Self::FirstDigit, Self::NextDigit, Self::Attempt, Self::Name];
}

/// When each [`Wait`] is over, if it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits([Option<Duration>; Wait::ALL.len()]);

impl Waits {
    pub(super) fn set(&mut self, wait: Wait, due: Duration) {
        self.0[wait as usize] = Some(due);
    }

    pub(super) fn stop(&mut self, wait: Wait) {
        self.0[wait as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        self.0 = Default::default();
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Duration> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes the earliest one that is due; of several at the same moment the first of the table.
    pub(super) fn take_due(&mut self, now: Duration) -> Option<Wait> {
        let due = self.next().filter(|due| *due <= now)?;
        let wait = Wait::ALL.into_iter().find(|wait| self.0[*wait as usize] == Some(due))?;
        self.stop(wait);
        Some(wait)
    }
}
