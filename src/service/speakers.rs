//! Who speaks: the members of a room in the order in which they spoke last.

use std::collections::BTreeMap;
use std::time::Duration;

use super::calls::Stage;
use super::{CallId, Host, Service};
use crate::engine::LegId;
use crate::room::MemberId;

/// The speakers of a room.
///
/// Of several who talk the loudest speaks, and goes on until he falls silent or another has been clearly louder for a
/// while: who coughs, or says yes to what is said, does not become the speaker.
#[derive(Default)]
pub(super) struct Speakers {
    /// The one who speaks, or spoke last, comes first.
    order: Vec<CallId>,
    /// How loud those are who talk, in dBFS.
    levels: BTreeMap<CallId, f32>,
    /// Who would be the speaker if he goes on, and how often he has been told of since.
    next: Option<(CallId, u32)>,
}

impl Speakers {
    /// All who spoke, the latest first.
    pub(super) fn order(&self) -> &[CallId] {
        &self.order
    }

    /// How loud a member talks, in dBFS; nothing if he does not.
    pub(super) fn level(&self, id: CallId) -> Option<i8> {
        self.levels.get(&id).map(|level| level.round() as i8)
    }

    /// A member talks this loud; true if he is the speaker now and was not.
    pub(super) fn talks(&mut self, id: CallId, dbfs: i8) -> bool {
        let level = self.levels.entry(id).or_insert(f32::from(dbfs));
        *level += (f32::from(dbfs) - *level) * NEWEST;
        let level = *level;
        let speaker = self.order.first().copied();
        if speaker == Some(id) {
            self.next = self.next.filter(|(next, _)| *next != id);
            return false;
        }
        let needed = match speaker.and_then(|speaker| self.levels.get(&speaker)) {
            Some(his) if level > his + CLEARLY => OVER_ANOTHER,
            Some(_) => return false,
            None => ALONE,
        };
        let times = match self.next {
            Some((next, times)) if next == id => times + 1,
            Some((next, _)) if self.levels.get(&next).is_some_and(|other| *other >= level) => return false,
            _ => 1,
        };
        self.next = Some((id, times));
        if times < needed {
            return false;
        }
        self.next = None;
        self.order.retain(|other| *other != id);
        self.order.insert(0, id);
        true
    }

    /// A member no longer talks, or may not.
    pub(super) fn is_silent(&mut self, id: CallId) {
        self.levels.remove(&id);
        self.next = self.next.filter(|(next, _)| *next != id);
    }

    /// A member is gone.
    pub(super) fn leaves(&mut self, id: CallId) {
        self.is_silent(id);
        self.order.retain(|other| *other != id);
    }
}

impl<H: Host> Service<H> {
    /// How loud somebody talks.
    pub(super) fn level(&mut self, now: Duration, leg: LegId, dbfs: i8) {
        let Some(&id) = self.legs.get(&leg) else { return };
        let Some(call) = self.calls.get(&id).filter(|call| matches!(call.stage, Stage::Inside(_))) else { return };
        let number = call.number.clone();
        let Some(open) = self.rooms.get_mut(&number) else { return };
        let member = MemberId(id.0);
        if !open.room.member(member).is_some_and(|member| member.talking()) {
            return;
        }
        open.changed = true;
        if open.speakers.talks(id, dbfs) {
            self.happened_to(now, &number, member, "Speaker");
        }
    }
}

/// How much the newest level counts; they come five times a second.
const NEWEST: f32 = 0.4;

/// So many dB louder is clearly louder.
const CLEARLY: f32 = 3.0;

/// How often somebody has to be told of: 0.4 s when nobody else speaks, 1 s when somebody does.
const ALONE: u32 = 2;
const OVER_ANOTHER: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: CallId = CallId(1);
    const BOB: CallId = CallId(2);

    fn say(speakers: &mut Speakers, who: CallId, dbfs: i8, times: usize) -> usize {
        (0..times).filter(|_| speakers.talks(who, dbfs)).count()
    }

    #[test]
    fn who_spoke_last_comes_first() {
        let mut speakers = Speakers::default();
        assert_eq!(say(&mut speakers, ANN, -20, 10), 1);
        speakers.is_silent(ANN);
        assert_eq!(say(&mut speakers, BOB, -30, 10), 1);
        assert_eq!(speakers.order(), [BOB, ANN]);
        assert_eq!((speakers.level(ANN), speakers.level(BOB)), (None, Some(-30)));
        speakers.leaves(BOB);
        assert_eq!(speakers.order(), [ANN]);
    }

    #[test]
    fn a_cough_does_not_make_a_speaker_and_neither_does_a_yes() {
        let mut speakers = Speakers::default();
        assert_eq!(say(&mut speakers, BOB, -10, 1), 0);
        speakers.is_silent(BOB);
        say(&mut speakers, ANN, -20, 10);
        for _ in 0..4 {
            say(&mut speakers, BOB, -12, 1);
            say(&mut speakers, ANN, -20, 1);
        }
        assert_eq!(speakers.order(), [ANN]);
        speakers.is_silent(BOB);
        for _ in 0..20 {
            say(&mut speakers, BOB, -18, 1);
            say(&mut speakers, ANN, -20, 1);
        }
        assert_eq!(speakers.order(), [ANN], "hardly louder");
    }

    #[test]
    fn who_is_louder_for_a_second_takes_over() {
        let mut speakers = Speakers::default();
        say(&mut speakers, ANN, -20, 10);
        let mut told = 0;
        for _ in 0..5 {
            told += say(&mut speakers, BOB, -12, 1) + say(&mut speakers, ANN, -20, 1);
        }
        assert_eq!((told, speakers.order()), (1, &[BOB, ANN][..]));
    }
}
