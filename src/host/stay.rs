//! A call's stay with us, on its own thread: it arrives, is served by others, and is given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Handle;
use super::line::{Line, Prepared};
use super::worker::Served;
use crate::engine::Codec;
use crate::room::{CallResult, DialplanPlace, Role, RoomNumber};
use crate::service::mailbox::{Ending, Mailbox, Next, Task};
use crate::service::{Arrival, CallEvent, CallId};

/// A call that is about to come to us, or is with us.
pub struct Stay<L: Line> {
    line: L,
    name: Arc<str>,
    codec: Codec,
    format: L::Format,
    handle: Handle<L>,
    mailbox: Arc<Mailbox>,
    /// Set when it has other descriptors.
    moved: Arc<AtomicBool>,
    /// Set when the call is to be served in another form.
    renews: Arc<AtomicBool>,
    /// Whether we made this call.
    dialled: bool,
    /// Until when it may ring, if we made it and it is not answered.
    rings_until: Option<Instant>,
    /// It is answered, and has no sound yet: whoever waits for the answer would say the first words to nobody.
    answers: bool,
    /// None while its own thread has it.
    ours: Option<Prepared<L>>,
    /// The room that it is a member of, in which role, and since when.
    inside: Option<(RoomNumber, Role, Instant)>,
}

/// How a stay ended.
pub struct Ended {
    /// Its end.
    pub ending: Ending,
    /// Its name towards the service, if it was let in.
    pub call: Option<CallId>,
    /// We made the call, and it rang for too long.
    pub rang_out: bool,
}

impl<L: Line> Stay<L> {
    /// Makes the call ours. `None`: it cannot be; that is in the log.
    pub fn begin(line: L, name: &str, handle: Handle<L>) -> Option<Stay<L>> {
        let moved = Arc::new(AtomicBool::new(false));
        let Some(ours) = line.prepare(None, &moved) else {
            log::error!("{name}: {} has no translator between its codec and linear audio", L::HOST);
            return None;
        };
        Some(Stay {
            line,
            name: name.into(),
            codec: ours.codec,
            format: ours.format.clone(),
            handle,
            mailbox: Mailbox::new(),
            moved,
            renews: Arc::default(),
            dialled: false,
            rings_until: None,
            answers: false,
            ours: Some(ours),
            inside: None,
        })
    }

    /// The same for a call that we made and that may ring until a moment; `None`: it is answered.
    pub fn begin_dialled(line: L, name: &str, handle: Handle<L>, rings_until: Option<Instant>) -> Option<Stay<L>> {
        let mut stay = Stay::begin(line, name, handle)?;
        stay.dialled = true;
        stay.rings_until = rings_until;
        if rings_until.is_none() {
            stay.mailbox.set_answered();
        }
        Some(stay)
    }

    /// What the call hands in and takes.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// Brings the call to the service and stays until it is given back.
    pub fn run(mut self, arrival: Arrival) -> Ended {
        let ended = self.stay(arrival);
        self.leave(ended.ending.result());
        ended
    }

    fn stay(&mut self, arrival: Arrival) -> Ended {
        // Whoever calls and is not answered at once hears us only after "session progress".
        let mut progress_at = (!arrival.answered && !self.dialled).then(|| Instant::now() + PROGRESS_AFTER);
        let call = match self.handle.arrive(arrival, self.served()).recv() {
            Ok(Ok(placed)) => placed.call,
            Ok(Err(result)) => {
                let outcome = crate::service::Outcome { result, goto: None };
                return Ended { ending: Ending::Released(outcome), call: None, rang_out: false };
            }
            Err(_) => return Ended { ending: Ending::Failed, call: None, rang_out: false },
        };
        let mut rang_out = false;
        loop {
            let rings_until = self.rings_until.filter(|_| !rang_out && !self.mailbox.is_answered());
            let until = progress_at.or(rings_until);
            let Some(next) = self.wait(until) else { continue };
            match next {
                Next::Task(Task::Answer) => {
                    progress_at = None;
                    if self.line.answer() {
                        if L::is_silent(&self.format) {
                            // Whoever serves it sees that it has sound now, and has it renewed.
                            self.answers = true;
                            continue;
                        }
                        self.report(call, CallEvent::Answered);
                        // Only now all is known that the telephone asked for.
                        let best = self.line.best();
                        if best.is_some_and(|(codec, _)| codec != self.codec) {
                            self.renews.store(true, Ordering::Release);
                        }
                    }
                }
                Next::Task(Task::Digit(digit)) => self.line.send_digit(digit),
                Next::Task(Task::Run(place)) => {
                    if let Err(ending) = self.away(call, &place) {
                        return Ended { ending, call: Some(call), rang_out };
                    }
                }
                Next::Task(Task::Joined(room, role)) => {
                    // From one room to another.
                    self.leave(CallResult::Kicked);
                    self.line.joined(&room, role);
                    self.inside = Some((room, role, Instant::now()));
                }
                Next::Task(Task::Renew) => {
                    if let Err(ending) = self.renew(call) {
                        return Ended { ending, call: Some(call), rang_out };
                    }
                }
                Next::End(ending) => return Ended { ending, call: Some(call), rang_out },
                Next::Late if progress_at.take().is_some() => self.line.progress(),
                Next::Late if !self.mailbox.is_answered() => {
                    // Whoever serves it reads that it is hung up, and gives it back.
                    rang_out = true;
                    self.line.hang_up_softly();
                }
                Next::Late => {}
            }
        }
    }

    fn leave(&mut self, result: CallResult) {
        if let Some((room, role, since)) = self.inside.take() {
            self.line.left(&room, role, since.elapsed().as_secs(), result);
        }
    }

    /// Waits for what is to be done next, at most until a moment; `None`: the chores were done.
    fn wait(&self, until: Option<Instant>) -> Option<Next> {
        let Some(every) = L::CHORES else { return Some(self.mailbox.next(until)) };
        let chores_at = Instant::now() + every;
        if until.is_some_and(|until| until <= chores_at) {
            return Some(self.mailbox.next(until));
        }
        match self.mailbox.next(Some(chores_at)) {
            Next::Late => {
                self.line.chores();
                None
            }
            next => Some(next),
        }
    }

    /// In the dial plan, and back. Gone from there: the service is told here, because nobody serves the call.
    fn away(&mut self, call: CallId, place: &DialplanPlace) -> Result<(), Ending> {
        self.ours = None;
        if !self.line.run_dialplan(place) {
            self.report(call, CallEvent::Gone);
            return Err(Ending::Gone);
        }
        self.prepare(call, Some((self.codec, self.format.clone())))?;
        self.handle.returned(call, self.served());
        Ok(())
    }

    /// Finds out what the call speaks now, and has it served so.
    fn renew(&mut self, call: CallId) -> Result<(), Ending> {
        self.ours = None;
        self.renews.store(false, Ordering::Release);
        self.prepare(call, None)?;
        self.handle.renewed(call, self.codec, self.served());
        if !L::is_silent(&self.format) && std::mem::take(&mut self.answers) {
            self.report(call, CallEvent::Answered);
        }
        Ok(())
    }

    fn prepare(&mut self, call: CallId, form: Option<(Codec, L::Format)>) -> Result<(), Ending> {
        let Some(ours) = self.line.prepare(form, &self.moved) else {
            log::error!("{}: {} has no translator for the codec that it speaks now", self.name, L::HOST);
            self.report(call, CallEvent::Failed);
            return Err(Ending::Failed);
        };
        (self.codec, self.format) = (ours.codec, ours.format.clone());
        self.ours = Some(ours);
        Ok(())
    }

    fn served(&self) -> Served<L> {
        Served {
            line: self.line,
            name: self.name.clone(),
            codec: self.codec,
            format: self.format.clone(),
            speech: self.ours.as_ref().map(|ours| ours.speech),
            moved: self.moved.clone(),
            renews: self.renews.clone(),
            dialled: self.dialled,
            claim: self.mailbox.claim(),
        }
    }

    fn report(&self, call: CallId, event: CallEvent) {
        report(&self.handle, call, event);
    }
}

/// Reports from a thread that may wait.
pub fn report<L: Line>(handle: &Handle<L>, call: CallId, event: CallEvent) {
    while !handle.report(call, event) {
        std::thread::sleep(Duration::from_millis(5));
    }
    handle.wake();
}

/// So long a call that came unanswered may wait for the word that it is answered at once.
const PROGRESS_AFTER: Duration = Duration::from_millis(100);
