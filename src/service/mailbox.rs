//! Where a call's own thread waits while the call is ours, and finds what only that thread may do.
//!
//! For hosts that have a thread for each call: that thread calls what may wait, such as answering, sending a digit or
//! running the dial plan, and nobody else does. As [`super::answer`], it leaves nothing behind in the thread, and never
//! allocates where something is put in.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Outcome;
use crate::room::{CallResult, DialplanPlace, Role, RoomNumber};

/// What the call's thread is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// Answer the call.
    Answer,
    /// Send this key to its telephone.
    Digit(char),
    /// Run the dial plan from here, then bring the call back.
    Run(DialplanPlace),
    /// It has become a member of this room, in this role: to be noted in the PBX's own records.
    Joined(RoomNumber, Role),
    /// Find out anew in which form the call is served best, and bring it back.
    Renew,
}

/// How it ended for us.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending {
    /// The service gave it back.
    Released(Outcome),
    /// It is hung up, or the PBX wants it elsewhere.
    Gone,
    /// Serving it failed inside Conclave, or nobody serves it any more.
    Failed,
    /// We called it, and it ended before it was answered. With Q.850's cause, or 0 if only the channel knows it.
    Unanswered(i32),
}

impl Ending {
    /// The word for it.
    pub fn result(&self) -> CallResult {
        match self {
            Ending::Released(outcome) => outcome.result,
            Ending::Gone | Ending::Unanswered(_) => CallResult::Hangup,
            Ending::Failed => CallResult::Failed,
        }
    }
}

/// What [`Mailbox::next`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Do this, then look again.
    Task(Task),
    /// It is over.
    End(Ending),
    /// The time came first.
    Late,
}

/// See the module's text. The thread itself has one end; whoever may give it work has the same.
pub struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
    answered: AtomicBool,
}

struct State {
    tasks: VecDeque<Task>,
    ending: Option<Ending>,
}

impl Mailbox {
    /// An empty one.
    pub fn new() -> Arc<Mailbox> {
        let state = State { tasks: VecDeque::with_capacity(MOST_TASKS), ending: None };
        Arc::new(Mailbox { state: Mutex::new(state), changed: Condvar::new(), answered: AtomicBool::new(false) })
    }

    /// For whoever serves the call from now on.
    pub fn claim(self: &Arc<Mailbox>) -> Claim {
        Claim(Some(self.clone()))
    }

    /// Gives the thread something to do; what finds no room is lost, as keys are on a line that does not keep up.
    pub fn put(&self, task: Task) -> bool {
        let mut state = self.lock();
        let fits = state.tasks.len() < MOST_TASKS && state.ending.is_none();
        if fits {
            state.tasks.push_back(task);
            self.changed.notify_one();
        }
        fits
    }

    /// Tells the thread that the call is not ours any more; the first ending counts.
    pub fn end(&self, ending: Ending) {
        let mut state = self.lock();
        if state.ending.is_none() {
            if !matches!(ending, Ending::Released(_)) {
                state.tasks.clear();
            }
            state.ending = Some(ending);
            self.changed.notify_one();
        }
    }

    /// The call, which we made, was answered.
    pub fn set_answered(&self) {
        self.answered.store(true, Ordering::Release);
    }

    /// Whether it was.
    pub fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Acquire)
    }

    /// Waits for what is to be done next, at most until a moment.
    pub fn next(&self, until: Option<Instant>) -> Next {
        let mut state = self.lock();
        loop {
            if let Some(task) = state.tasks.pop_front() {
                return Next::Task(task);
            }
            if let Some(ending) = state.ending.take() {
                return Next::End(ending);
            }
            let Some(until) = until else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Late;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by whoever serves the call. Dropped without a word, it tells the call's thread that nobody does.
pub struct Claim(Option<Arc<Mailbox>>);

impl Claim {
    /// The mailbox.
    pub fn mailbox(&self) -> Option<&Arc<Mailbox>> {
        self.0.as_ref()
    }

    /// Serves it no longer, because it is over.
    pub fn end(mut self, ending: Ending) {
        if let Some(mailbox) = self.0.take() {
            mailbox.end(ending);
        }
    }

    /// Serves it no longer, because it comes back in another form.
    pub fn renew(mut self) {
        if let Some(mailbox) = self.0.take()
            && !mailbox.put(Task::Renew)
        {
            mailbox.end(Ending::Failed);
        }
    }

    /// Serves it no longer, because it goes through the dial plan from here and comes back.
    pub fn lend(mut self, place: DialplanPlace) {
        if let Some(mailbox) = self.0.take()
            && !mailbox.put(Task::Run(place))
        {
            mailbox.end(Ending::Failed);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(mailbox) = &self.0 {
            mailbox.end(Ending::Failed);
        }
    }
}

/// More than a call has to do at once.
const MOST_TASKS: usize = 32;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn kicked() -> Ending {
        Ending::Released(Outcome { result: CallResult::Kicked, goto: None })
    }

    #[test]
    fn tasks_come_in_order_and_before_the_end() {
        let mailbox = Mailbox::new();
        let claim = mailbox.claim();
        assert!(mailbox.put(Task::Answer) && mailbox.put(Task::Digit('5')));
        claim.end(kicked());
        assert!(!mailbox.put(Task::Digit('6')));
        assert_eq!(mailbox.next(None), Next::Task(Task::Answer));
        assert_eq!(mailbox.next(None), Next::Task(Task::Digit('5')));
        assert_eq!(mailbox.next(None), Next::End(kicked()));
    }

    #[test]
    fn a_call_that_is_gone_has_nothing_to_do() {
        let mailbox = Mailbox::new();
        mailbox.put(Task::Digit('5'));
        mailbox.end(Ending::Gone);
        mailbox.end(Ending::Failed);
        assert_eq!(mailbox.next(None), Next::End(Ending::Gone));
    }

    #[test]
    fn who_waits_learns_that_nobody_serves_the_call() {
        let mailbox = Mailbox::new();
        let claim = mailbox.claim();
        let waiting = std::thread::spawn({
            let mailbox = mailbox.clone();
            move || mailbox.next(None)
        });
        drop(claim);
        assert_eq!(waiting.join().unwrap(), Next::End(Ending::Failed));
    }

    #[test]
    fn who_waits_until_a_moment_waits_no_longer() {
        let until = Some(Instant::now() + Duration::from_millis(1));
        assert_eq!(Mailbox::new().next(until), Next::Late);
    }

    #[test]
    fn a_lent_call_is_claimed_anew() {
        let mailbox = Mailbox::new();
        let place = DialplanPlace { context: "ctx".into(), extension: "s".into(), priority: 1 };
        mailbox.claim().lend(place.clone());
        assert_eq!(mailbox.next(None), Next::Task(Task::Run(place)));
        mailbox.claim().end(Ending::Gone);
        assert_eq!(mailbox.next(None), Next::End(Ending::Gone));
    }
}
