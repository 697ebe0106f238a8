//! What a caller is asked to key, and the words that go with it.

use crate::room::{
    CallResult, Digits, Doorway, Query, Sound,
    sound::{
        FULL, GET_CODE, GET_CONFERENCE, GET_PIN, INVALID_CODE, INVALID_PIN, LOCKED, NO_ROOM, NOT_OPEN, OVER, SET_PIN,
        SWITCHED_OFF, TOO_MANY_PINS, WENT_WRONG,
    },
};
use std::sync::Arc;

/// Something that he has to key, and what he has keyed of it.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) about: About,
    attempts_left: u32,
    pub(super) keyed: Digits,
}

/// What he is asked for.
#[derive(Clone, Debug)]
pub(super) enum About {
    /// The PIN of the conference that was found.
    Pin,
    /// The number of a conference behind a doorway.
    Number(Arc<Doorway>),
    /// The PIN that others shall give in the conference that he opens.
    NewPin(Arc<Doorway>, Digits),
    /// An access code.
    Code,
}

/// What becomes of what he keyed.
pub(super) enum Keyed {
    /// Somebody has to be asked whether it is right.
    Ask(Query),
    /// It cannot be right.
    Wrong,
}

impl Question {
    pub(super) fn new(about: About, attempts: u32) -> Self {
        Self { about, attempts_left: attempts.max(1), keyed: Digits::default() }
    }

    pub(super) fn words(&self) -> Sound {
        match self.about {
            About::Pin => GET_PIN,
            About::Number(_) => GET_CONFERENCE,
            About::NewPin(..) => SET_PIN,
            About::Code => GET_CODE,
        }
    }

    /// What he keyed is complete.
    pub(super) fn complete(&self) -> Keyed {
        let keyed = self.keyed.clone();
        Keyed::Ask(match &self.about {
            About::Pin => Query::Pin(keyed),
            About::Number(_) => Query::Dynamic(keyed),
            About::Code => Query::Code(keyed),
            About::NewPin(_, number) => match keyed.to_pin() {
                None if !keyed.is_empty() => return Keyed::Wrong,
                pin => Query::Create { number: number.clone(), pin },
            },
        })
    }

    /// One attempt less. Tells the words before the question that he hears again, or his last ones with the result.
    pub(super) fn was_wrong(&mut self) -> Result<Sound, (Sound, CallResult)> {
        self.keyed = Digits::default();
        self.attempts_left -= 1;
        match (self.attempts_left, &self.about) {
            (0, About::Number(_)) => Err((NO_ROOM, CallResult::NoRoom)),
            (0, _) => Err((TOO_MANY_PINS, CallResult::BadPin)),
            (_, About::Number(_)) => Ok(NO_ROOM),
            (_, About::Code) => Ok(INVALID_CODE),
            (_, About::Pin | About::NewPin(..)) => Ok(INVALID_PIN),
        }
    }
}

/// How a caller is told that there is nothing for him.
pub fn refusal(result: CallResult) -> Sound {
    match result {
        CallResult::NoRoom => NO_ROOM,
        CallResult::NotOpen => NOT_OPEN,
        CallResult::Over | CallResult::Ended => OVER,
        CallResult::Disabled => SWITCHED_OFF,
        CallResult::LockedOut | CallResult::BadPin => TOO_MANY_PINS,
        CallResult::Full => FULL,
        CallResult::Locked => LOCKED,
        CallResult::Hangup
        | CallResult::Kicked
        | CallResult::Dtmf
        | CallResult::Timeout
        | CallResult::Failed
        | CallResult::Rejected
        | CallResult::Declined => WENT_WRONG,
    }
}
