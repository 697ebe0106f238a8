//! The time-outs, all in one table.

use super::Sound;
use std::time::Duration;

/// When a sound whose end nobody reported counts as ended. The longest prompt lasts 20 s.
pub const PROMPT_LIMIT: Duration = Duration::from_secs(60);

/// The same for a file that is not ours: it may be as long as it likes, within reason.
const FILE_LIMIT: Duration = Duration::from_secs(3600);

/// When the last of these sounds counts as ended if nobody reports it.
pub(super) fn playing_limit(sounds: &[Sound]) -> Duration {
    sounds.iter().map(|sound| if matches!(sound, Sound::File(_)) { FILE_LIMIT } else { PROMPT_LIMIT }).sum()
}

/// How long whoever knows the conferences may take for an answer. A caller hears nothing meanwhile.
pub const LOOKUP_LIMIT: Duration = Duration::from_secs(10);

/// How long an answered call may take to have sound. What a caller is to hear waits for it so long.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// How long an open menu waits for a key once nothing plays.
pub(super) const MENU_LIMIT: Duration = Duration::from_secs(5);

/// Every time-out of a caller on his way in, a member or a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// The end of what plays was never reported.
    Prompt,
    /// A question of ours was never answered.
    Lookup,
    /// It is time to tell him that what he keyed was wrong.
    Verdict,
    /// No first digit came.
    FirstDigit,
    /// No further digit came, so what he keyed is complete.
    NextDigit,
    /// One attempt takes too long, however it is spread.
    Attempt,
    /// His name is long enough.
    Name,
    /// No key came in the menu.
    Menu,
    /// No further key of a sequence or a number came.
    Key,
    /// The conference opens.
    Opening,
    /// The end of what plays to the room was never reported.
    RoomPrompt,
    /// Whoever is here hears that the conference ends soon.
    Warning,
    /// The conference is over.
    End,
    /// A member hears that his time ends soon.
    SessionWarning,
    /// A member's time is over.
    Session,
    /// No leader came back in time for a member who has to go then.
    LeaderGone,
}

impl Timer {
    const ALL: [Self; 16] = [
        Self::Prompt,
        Self::Lookup,
        Self::Verdict,
        Self::FirstDigit,
        Self::NextDigit,
        Self::Attempt,
        Self::Name,
        Self::Menu,
        Self::Key,
        Self::Opening,
        Self::RoomPrompt,
        Self::Warning,
        Self::End,
        Self::SessionWarning,
        Self::Session,
        Self::LeaderGone,
    ];
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

    pub(super) fn runs(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// All that are due, with the moment of each.
    pub(super) fn due(&self, now: Duration) -> impl Iterator<Item = (Duration, Timer)> {
        Timer::ALL
            .into_iter()
            .filter_map(move |timer| self.0[timer as usize].map(|at| (at, timer)))
            .filter(move |(at, _)| *at <= now)
    }

    /// Takes this one if it still is to ring at this moment.
    pub(super) fn take(&mut self, timer: Timer, at: Duration) -> bool {
        let rings = self.0[timer as usize] == Some(at);
        if rings {
            self.stop(timer);
        }
        rings
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Duration> {
        self.0.iter().flatten().min().copied()
    }
}
