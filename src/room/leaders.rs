//! What becomes of the others when a leader leaves.

use super::{
    CallResult, EndWithLeader, Member, Phrase, Room, Sound,
    desk::Subject,
    door::Farewell,
    io::Then,
    sound::{ENDED, LEADER_HAS_LEFT},
    timer::Timer,
};

/// What they hear who have to go.
const LAST_WORDS: [Sound; 2] = [LEADER_HAS_LEFT, ENDED];

fn has_to_go(member: &Member, led: bool) -> bool {
    match member.manner.end_with_leader {
        EndWithLeader::No => false,
        EndWithLeader::Last => !led,
        EndWithLeader::Any => true,
    }
}

impl Room {
    /// A leader is here: nobody has to go because one left.
    pub(super) fn leader_came(&mut self) {
        for member in &mut self.members {
            member.timers.stop(Timer::LeaderGone);
        }
    }

    pub(super) fn leader_left(&mut self) {
        if self.is_early() {
            return;
        }
        let led = self.is_led();
        let grace = self.conference.leader_grace;
        if grace.is_zero() {
            self.release_all(|member| has_to_go(member, led), &LAST_WORDS, CallResult::Ended);
            if led && !self.is_led() {
                self.release_all(|member| has_to_go(member, false), &LAST_WORDS, CallResult::Ended);
            }
            return;
        }
        let due = self.now.saturating_add(grace);
        let mut whom = Vec::new();
        for (at, member) in self.members.iter_mut().enumerate() {
            if has_to_go(member, led) && !member.timers.runs(Timer::LeaderGone) {
                member.timers.set(Timer::LeaderGone, due);
                whom.push(at);
            }
        }
        self.settle_seats();
        self.tell_these(&whom, vec![LEADER_HAS_LEFT, Sound::Phrase(Phrase::EndsIn(grace))]);
    }

    /// These hear this; all in one voice if everybody in the mix is among them.
    fn tell_these(&mut self, whom: &[usize], sounds: Vec<Sound>) {
        let seated = whom.iter().filter(|at| self.members[**at].seated).count();
        let all = seated == self.seats && seated > 0;
        for &at in whom {
            if !all || !self.members[at].seated {
                self.play_all(at, sounds.clone());
            }
        }
        if all {
            self.desk.say(Subject::Words, sounds);
        }
    }

    pub(super) fn leader_stayed_away(&mut self, at: usize) {
        let farewell =
            Farewell { sounds: LAST_WORDS.to_vec(), result: CallResult::Ended, then: Then::GoOn, told: false };
        self.release_with(at, farewell);
    }
}
