//! What happens when a time-out is due.

use super::{MemberId, Room, timer::Timer};
use std::time::Duration;

/// The moment, the member by his place and name unless it is the room's, and which of the timers.
type Due = (Duration, Option<(usize, MemberId)>, Timer);

impl Room {
    /// All that are due, in the order of their moments; at the same moment the room's first, then first come first.
    pub(super) fn run_timers(&mut self) {
        loop {
            let mut due: Vec<Due> = Vec::new();
            due.extend(self.timers.due(self.now).map(|(at, timer)| (at, None, timer)));
            for (place, member) in self.members.iter().enumerate() {
                let whose = Some((place, member.id));
                due.extend(member.timers.due(self.now).map(|(at, timer)| (at, whose, timer)));
            }
            if due.is_empty() {
                return;
            }
            due.sort_unstable();
            for (moment, whose, timer) in due {
                match whose {
                    None if self.timers.take(timer, moment) => self.time_out(timer),
                    None => {}
                    Some((_, id)) => self.with(id, |room, at| {
                        if room.members[at].timers.take(timer, moment) {
                            room.member_time_out(at, timer);
                        }
                    }),
                }
            }
            self.settle();
        }
    }

    fn time_out(&mut self, timer: Timer) {
        match timer {
            Timer::RoomPrompt => self.room_played(),
            Timer::Warning => self.warn_of_end(),
            Timer::End => self.end_by_time(),
            Timer::Opening => self.settle_seats(),
            _ => {}
        }
    }

    fn member_time_out(&mut self, at: usize, timer: Timer) {
        match timer {
            Timer::Prompt => self.played(at),
            Timer::Menu => self.members[at].keys.close(),
            Timer::Key => self.key_pause(at),
            Timer::SessionWarning => self.warn_of_session(at),
            Timer::Session => self.session_over(at),
            Timer::LeaderGone => self.leader_stayed_away(at),
            _ => {}
        }
    }
}
