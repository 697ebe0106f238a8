//! A caller says his name, to be played to the others.

use super::{Entry, Output, Stage};
use crate::room::{
    Role, Sound,
    sound::{BEEP, NO_SUCH_KEY, REVIEW, SAY_NAME, TOO_SHORT},
    timer::{LOOKUP_LIMIT, Timer},
};
use std::time::Duration;

/// What is shorter than this is no name.
const SHORTEST_NAME: Duration = Duration::from_millis(500);

/// How often he is asked, if what he says is too short.
const TIMES_ASKED: u32 = 2;

/// How far he is with it.
#[derive(Debug)]
pub(super) struct Naming {
    /// What he joins as when it is done.
    role: Role,
    /// Whether he may listen to it and do it again.
    review: bool,
    step: Step,
    asks_left: u32,
    /// He took too long: what he said last is kept.
    hurried: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// He hears what to do, up to the tone.
    Asked,
    /// He speaks.
    Speaks,
    /// The recording was stopped, and how long it is was not told yet.
    Spoke,
    /// He hears it, or what he can do with it, or thinks about that.
    Reviews,
}

impl Entry {
    pub(super) fn ask_name(&mut self, role: Role, review: bool) {
        // A key that was meant for the question before must not cut him short here.
        self.ahead.clear();
        self.answer_call();
        self.stage = Stage::Naming(Naming { role, review, step: Step::Asked, asks_left: TIMES_ASKED, hurried: false });
        self.timers.set(Timer::Attempt, self.now + self.settings.naming);
        self.play(vec![SAY_NAME, BEEP]);
    }

    /// What played has ended.
    pub(super) fn naming_played(&mut self) {
        let Stage::Naming(naming) = &mut self.stage else { return };
        match naming.step {
            Step::Asked => {
                naming.step = Step::Speaks;
                self.timers.set(Timer::Name, self.now + self.settings.name_time);
                self.outputs.push_back(Output::RecordName);
            }
            Step::Reviews => self.timers.set(Timer::FirstDigit, self.now + self.settings.first_digit),
            Step::Speaks | Step::Spoke => {}
        }
    }

    pub(super) fn naming_key(&mut self, key: char) {
        let Stage::Naming(naming) = &mut self.stage else { return };
        match (naming.step, key) {
            // He knows it all; the tone still tells him when.
            (Step::Asked, _) => self.play(vec![BEEP]),
            (Step::Speaks, _) => self.stop_recording(),
            (Step::Spoke, _) => {}
            (Step::Reviews, '1') => self.named(),
            (Step::Reviews, '2') => self.review(vec![Sound::Name(self.member), REVIEW]),
            (Step::Reviews, '3') => {
                naming.step = Step::Asked;
                self.timers.stop(Timer::FirstDigit);
                self.play(vec![BEEP]);
            }
            (Step::Reviews, _) => self.review(vec![NO_SUCH_KEY, REVIEW]),
        }
    }

    /// He has been at it for too long, or said nothing to what he may do with it.
    pub(super) fn naming_over(&mut self) {
        let Stage::Naming(naming) = &mut self.stage else { return };
        naming.hurried = true;
        match naming.step {
            Step::Speaks => self.stop_recording(),
            Step::Asked | Step::Reviews => self.named(),
            // Bounded by a wait of its own.
            Step::Spoke => {}
        }
    }

    pub(super) fn stop_recording(&mut self) {
        let Stage::Naming(naming) = &mut self.stage else { return };
        naming.step = Step::Spoke;
        self.timers.stop(Timer::Name);
        self.timers.set(Timer::Lookup, self.now + LOOKUP_LIMIT);
        self.outputs.push_back(Output::StopRecordingName);
    }

    /// What he said is so long; `None`: it could not be recorded.
    pub(super) fn recorded(&mut self, length: Option<Duration>) {
        let Stage::Naming(naming) = &mut self.stage else { return };
        if !matches!(naming.step, Step::Speaks | Step::Spoke) {
            return;
        }
        self.timers.stop(Timer::Name);
        self.timers.stop(Timer::Lookup);
        match length {
            Some(length) if length >= SHORTEST_NAME => {
                if naming.review && !naming.hurried {
                    naming.step = Step::Reviews;
                    self.play(vec![REVIEW]);
                } else {
                    self.named();
                }
            }
            Some(_) => {
                naming.asks_left -= 1;
                if naming.asks_left == 0 || naming.hurried {
                    self.outputs.push_back(Output::ForgetName);
                    self.named();
                } else {
                    naming.step = Step::Asked;
                    self.play(vec![TOO_SHORT, SAY_NAME, BEEP]);
                }
            }
            None => self.named(),
        }
    }

    fn review(&mut self, sounds: Vec<Sound>) {
        self.timers.stop(Timer::FirstDigit);
        self.play(sounds);
    }

    fn named(&mut self) {
        let Stage::Naming(Naming { role, .. }) = self.stage else { return };
        self.join(role);
    }
}
