//! One answer, from one thread to another that waits for it.
//!
//! A host's own thread may wait here: it leaves nothing behind in that thread. A channel would leave a thread-local
//! value with a destructor there, and a library that a living thread still has to call cannot be unloaded.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Makes an answer's two ends.
pub fn answer<T>() -> (Reply<T>, Answer<T>) {
    let shared = Arc::new(Shared { state: Mutex::new(State::Open), changed: Condvar::new() });
    (Reply(shared.clone()), Answer(shared))
}

/// Where the answer is given; dropped without one, it tells the other end that none will come.
pub struct Reply<T>(Arc<Shared<T>>);

/// Where it is waited for.
pub struct Answer<T>(Arc<Shared<T>>);

/// There is no answer: not yet, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Open,
    Given(T),
    Over,
}

impl<T> Reply<T> {
    /// Gives the answer; the first counts. Never allocates; waits only for the other end to look.
    pub fn give(&self, value: T) {
        let mut state = self.0.lock();
        if matches!(*state, State::Open) {
            *state = State::Given(value);
            self.0.changed.notify_one();
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if matches!(*state, State::Open) {
            *state = State::Over;
            self.0.changed.notify_one();
        }
    }
}

impl<T> Answer<T> {
    /// Waits for the answer.
    pub fn recv(&self) -> Result<T, NoAnswer> {
        let state = self.0.lock();
        let waits = |state: &mut State<T>| matches!(state, State::Open);
        let mut state = self.0.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        state.take()
    }

    /// The answer, if it is there.
    pub fn try_recv(&self) -> Result<T, NoAnswer> {
        self.0.lock().take()
    }
}

impl<T> State<T> {
    fn take(&mut self) -> Result<T, NoAnswer> {
        match std::mem::replace(self, State::Over) {
            State::Given(value) => Ok(value),
            State::Open => {
                *self = State::Open;
                Err(NoAnswer)
            }
            State::Over => Err(NoAnswer),
        }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_once() {
        let (reply, wait) = answer();
        assert_eq!(wait.try_recv(), Err(NoAnswer));
        reply.give(1);
        reply.give(2);
        assert_eq!(wait.recv(), Ok(1));
        assert_eq!(wait.recv(), Err(NoAnswer));
    }

    #[test]
    fn who_waits_learns_that_none_will_come() {
        let (reply, wait) = answer::<u32>();
        let waiting = std::thread::spawn(move || wait.recv());
        drop(reply);
        assert_eq!(waiting.join().unwrap(), Err(NoAnswer));
    }
}
