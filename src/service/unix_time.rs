//! The clock on the wall, by the service's own.

use std::time::Duration;

/// What the clock on the wall showed when, by the service's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UnixTime {
    pub(super) looked_at: Duration,
    pub(super) showed: Duration,
}

impl UnixTime {
    /// What it shows now.
    pub(super) fn at(self, now: Duration) -> Duration {
        self.showed + now.saturating_sub(self.looked_at)
    }

    /// When it shows this, by the service's own clock; what lies before that clock's beginning is then.
    pub(super) fn ours(self, now: Duration, unix: Duration) -> Duration {
        (now + unix).saturating_sub(self.at(now))
    }
}
