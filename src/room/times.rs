//! How long the conference and each member's stay last.

use super::{
    CallResult, Conference, Declined, Member, Notice, Output, Phrase, Room, Sound,
    desk::Subject,
    sound::{ENDED, TIME_IS_UP},
    timer::Timer,
};
use std::{sync::Arc, time::Duration};

impl Room {
    /// When the conference ends for all, if that is limited; leaders can put it off.
    pub fn ends_at(&self) -> Option<Duration> {
        self.closes.into_iter().chain(self.lasts_until).min()
    }

    /// The first member is here.
    pub(super) fn start_clock(&mut self) {
        let opens = self.opens.map_or(self.now, |opens| opens.max(self.now));
        if opens > self.now {
            self.timers.set(Timer::Opening, opens);
        }
        self.lasts_until = self.conference.max_duration.map(|longest| opens.saturating_add(longest));
        self.set_end();
    }

    /// It is set up otherwise.
    pub(super) fn changed(&mut self, conference: Arc<Conference>, ends: Option<Option<Duration>>) {
        if self.life == super::state::Life::Over {
            return;
        }
        self.conference = conference;
        if let Some(ends) = ends {
            self.closes = ends;
            self.set_end();
            if self.ends_at().is_some_and(|end| end <= self.now) {
                self.timers.stop(Timer::End);
                self.end_by_time();
            }
        }
    }

    fn set_end(&mut self) {
        let Some(end) = self.ends_at() else {
            self.timers.stop(Timer::End);
            return self.timers.stop(Timer::Warning);
        };
        self.timers.set(Timer::End, end);
        match self.next_warning(end) {
            Some(at) => self.timers.set(Timer::Warning, at),
            None => self.timers.stop(Timer::Warning),
        }
    }

    /// When somebody who has to go at `end` is warned next.
    fn next_warning(&self, end: Duration) -> Option<Duration> {
        let moments = self.warnings().filter_map(|before| end.checked_sub(before));
        moments.filter(|moment| *moment > self.now).min()
    }

    /// The warning that is due now.
    fn warning(&self, end: Duration) -> Option<Duration> {
        self.warnings().filter(|before| end.saturating_sub(*before) <= self.now).min()
    }

    fn warnings(&self) -> impl Iterator<Item = Duration> {
        self.conference.warnings.iter().copied().filter(|before| !before.is_zero())
    }

    pub(super) fn warn_of_end(&mut self) {
        let Some(end) = self.ends_at() else { return };
        if let Some(left) = self.warning(end) {
            self.tell_all(vec![Sound::Phrase(Phrase::EndsIn(left))]);
        }
        if let Some(next) = self.next_warning(end) {
            self.timers.set(Timer::Warning, next);
        }
    }

    pub(super) fn end_by_time(&mut self) {
        self.release_all(|_| true, &[ENDED], CallResult::Over);
    }

    pub(super) fn extend(&mut self) -> Result<(), Declined> {
        let by = self.conference.extend_by;
        if by.is_zero() || self.life != super::state::Life::Open || self.ends_at().is_none() {
            return Err(Declined::Nothing);
        }
        for end in self.closes.iter_mut().chain(&mut self.lasts_until) {
            *end = end.saturating_add(by);
        }
        self.set_end();
        self.outputs.push_back(Output::Notice(Notice::Extended));
        self.tell_all(vec![Sound::Phrase(Phrase::ExtendedBy(by))]);
        Ok(())
    }

    /// Everybody hears this, also who waits.
    pub(super) fn tell_all(&mut self, sounds: Vec<Sound>) {
        for at in 0..self.members.len() {
            if !self.members[at].seated {
                self.play_all(at, sounds.clone());
            }
        }
        self.desk.say(Subject::Words, sounds);
    }

    pub(super) fn start_session(&self, member: &mut Member) {
        if let Some(longest) = member.manner.session_time {
            let end = self.now.saturating_add(longest);
            member.timers.set(Timer::Session, end);
            if let Some(at) = self.next_warning(end) {
                member.timers.set(Timer::SessionWarning, at);
            }
        }
    }

    pub(super) fn warn_of_session(&mut self, at: usize) {
        let member = &self.members[at];
        let Some(end) = member.manner.session_time.map(|longest| member.joined_at.saturating_add(longest)) else {
            return;
        };
        if let Some(next) = self.next_warning(end) {
            self.members[at].timers.set(Timer::SessionWarning, next);
        }
        if let Some(left) = self.warning(end) {
            self.play(at, Sound::Phrase(Phrase::YourTimeEndsIn(left)));
        }
    }

    pub(super) fn session_over(&mut self, at: usize) {
        self.release(at, Some(TIME_IS_UP), CallResult::Timeout);
    }
}
