//! The time-outs, all in one table.

use std::time::Duration;

/// When a sound whose end nobody reported counts as ended. The longest prompt lasts 20 s.
pub const PROMPT_LIMIT: Duration = Duration::from_secs(60);

/// How long an open menu waits for a key once nothing plays.
pub(super) const MENU_LIMIT: Duration = Duration::from_secs(5);

/// Every time-out of one caller or member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The end of what plays was never reported.
    Prompt,
    /// No first digit of the PIN came.
    FirstDigit,
    /// No further digit of the PIN came, so it is complete.
    NextDigit,
    /// One attempt at the PIN takes too long, however it is spread.
    Attempt,
    /// No key came in the menu.
    Menu,
    /// No further key of a sequence came.
    Key,
}

impl Timer {
    const ALL: [Self; 6] = [Self::Prompt, Self::FirstDigit, Self::NextDigit, Self::Attempt, Self::Menu, Self::Key];
}

/// When each [`Timer`] is due, if it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers([Option<Duration>; Timer::ALL.len()]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, due: Duration) {
        self.0[timer as usize] = Some(due);
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        self.0 = Default::default();
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Duration> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes the earliest one that is due; of several at the same moment the first of the table.
    pub(super) fn take_due(&mut self, now: Duration) -> Option<Timer> {
        let due = self.next().filter(|due| *due <= now)?;
        let timer = Timer::ALL.into_iter().find(|timer| self.0[*timer as usize] == Some(due))?;
        self.stop(timer);
        Some(timer)
    }
}
