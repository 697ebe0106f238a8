//! What is looked up for a caller, and what comes of the answers.

use super::{
    Entry, Lookup, Output, Stage, Verdict,
    question::{About, Keyed, Question, refusal},
};
use crate::room::{
    Answering, Arrivals, CallResult, Conference, DoorwayKind, Found, Manner, Opens, Options, Phrase, Query, Role,
    Sound,
    sound::TOO_MANY_PINS,
    timer::{LOOKUP_LIMIT, Timer},
};
use std::sync::Arc;

impl Entry {
    pub(super) fn ask(&mut self, lookup: Lookup, query: Query) {
        self.stage = Stage::LookedUp(lookup);
        self.timers.set(Timer::Lookup, self.now + LOOKUP_LIMIT);
        self.outputs.push_back(Output::Ask(query));
    }

    pub(super) fn found(&mut self, found: Found) {
        let lookup = match std::mem::replace(&mut self.stage, Stage::Gone) {
            Stage::LookedUp(lookup) => lookup,
            other => {
                // An answer that comes too late, or was never asked for.
                self.stage = other;
                return;
            }
        };
        self.timers.stop(Timer::Lookup);
        match (lookup, found) {
            (_, Found::Refused(result)) => self.turn_away(refusal(result), result),
            (Lookup::Manner(role), Found::Manner(manner)) => self.treat(role, &manner),
            (Lookup::Number, Found::Conference(conference)) => self.at_conference(&conference),
            (Lookup::Number, Found::Right(_, opens)) => self.admit(self.role(opens)),
            (Lookup::Number, Found::Doorway(doorway)) => match doorway.kind {
                DoorwayKind::Dynamic { .. } => self.put(About::Number(doorway)),
                DoorwayKind::Access => self.put(About::Code),
                // Whoever answers knows who calls, and what he comes to.
                DoorwayKind::Local => self.turn_away(refusal(CallResult::NoRoom), CallResult::NoRoom),
            },
            (Lookup::Keyed(question), found) => self.found_by_key(question, found),
            _ => self.turn_away(refusal(CallResult::Failed), CallResult::Failed),
        }
    }

    fn found_by_key(&mut self, question: Question, found: Found) {
        match (&question.about, found) {
            (About::Pin | About::Code, Found::Right(_, opens)) => self.admit(self.role(opens)),
            (_, Found::Wrong(wait)) => self.wrong(question, wait),
            (_, Found::LockedOut(wait)) => {
                self.judge(Verdict::TurnedAway(TOO_MANY_PINS, CallResult::LockedOut), wait);
            }
            (About::Number(_) | About::NewPin(..), Found::Conference(conference)) => self.at_conference(&conference),
            (About::Number(doorway), Found::Free) => {
                let about = About::NewPin(doorway.clone(), question.keyed.clone());
                if self.options.no_pin { self.open_without_pin(about) } else { self.put(about) }
            }
            (About::NewPin(doorway, number), Found::Opened(_)) => {
                let leads = matches!(doorway.kind, DoorwayKind::Dynamic { opener_leads: true });
                let role = if leads { Role::Leader } else { self.role(Opens::AsAnybody) };
                let number = number.as_str().unwrap_or_default().to_owned();
                self.ahead.clear();
                self.stage = Stage::Opens(role);
                self.play(vec![Sound::Phrase(Phrase::Opened(number))]);
            }
            _ => self.turn_away(refusal(CallResult::Failed), CallResult::Failed),
        }
    }

    fn open_without_pin(&mut self, about: About) {
        let question = Question::new(about, self.settings.pin_attempts);
        if let Keyed::Ask(query) = question.complete() {
            self.ask(Lookup::Keyed(question), query);
        }
    }

    /// He stands before a conference.
    fn at_conference(&mut self, conference: &Conference) {
        if self.options.leader || self.options.no_pin || !conference.asks() {
            self.admit(self.role(Opens::AsAnybody));
        } else {
            self.put(About::Pin);
        }
    }

    fn role(&self, opens: Opens) -> Role {
        match (opens, self.options) {
            (Opens::AsLeader, _) | (_, Options { leader: true, .. }) => Role::Leader,
            (_, Options { listen_only: true, .. }) => Role::Listener,
            _ => Role::Participant,
        }
    }

    /// He has shown all that he had to.
    pub(super) fn admit(&mut self, role: Role) {
        self.ask(Lookup::Manner(role), Query::Manner(role));
    }

    fn treat(&mut self, role: Role, manner: &Arc<Manner>) {
        if manner.answer == Answering::AtOnce {
            self.answer_call();
        }
        let may_ask = self.answered || manner.answer != Answering::Never;
        match manner.arrivals {
            Arrivals::Names { review } if !manner.quiet && may_ask => self.ask_name(role, review),
            _ => self.join(role),
        }
    }
}
