//! The way of events to the host.
//!
//! A host's event queue has locks, and others may hold them, so a thread of our own hands the events in. What waits for it
//! is bounded: when others hold those locks for long, events are dropped and counted, and calls go on.
//!
//! Something is put in also on the host's own threads, so the queue leaves nothing behind in a thread, as a channel of
//! crossbeam's would (see [`foreign`](super::foreign)).

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::guard;

/// The way to the thread.
pub struct Events<E>(Arc<Way<E>>);

/// All that lead there; the thread ends with them.
struct Way<E>(Arc<Queue<E>>);

struct Queue<E> {
    state: Mutex<State<E>>,
    changed: Condvar,
}

struct State<E> {
    waiting: VecDeque<E>,
    dropped: u64,
    ended: bool,
}

impl<E> Clone for Events<E> {
    fn clone(&self) -> Events<E> {
        Events(self.0.clone())
    }
}

impl<E> Events<E> {
    /// Hands an event over; if too many wait, it is dropped and counted.
    pub fn send(&self, event: E) {
        let queue = &self.0.0;
        let mut state = queue.lock();
        if state.waiting.len() < MOST_WAITING {
            state.waiting.push_back(event);
            queue.changed.notify_one();
        } else {
            state.dropped += 1;
        }
    }
}

impl<E> Drop for Way<E> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_one();
    }
}

impl<E> Queue<E> {
    fn lock(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next event; none after the end. And how many were dropped since the last.
    fn next(&self) -> Option<(E, u64)> {
        let mut state = self.lock();
        loop {
            if let Some(event) = state.waiting.pop_front() {
                return Some((event, std::mem::take(&mut state.dropped)));
            }
            if state.ended {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Starts the thread, which calls `hand_in` with each event; it ends when the way to it is dropped.
/// `what` and `host`: for the line in the log when some were dropped.
pub fn spawn<E: Send + 'static>(
    what: &'static str,
    host: &'static str,
    hand_in: fn(&E),
) -> (Events<E>, JoinHandle<()>) {
    let state = State { waiting: VecDeque::new(), dropped: 0, ended: false };
    let queue = Arc::new(Queue { state: Mutex::new(state), changed: Condvar::new() });
    let events = Events(Arc::new(Way(queue.clone())));
    let serve = move || {
        while let Some((event, lost)) = queue.next() {
            guard("an event", (), || hand_in(&event));
            // The one that held all up is out, so this can be told.
            if lost > 0 {
                log::warn!("{lost} {what} were dropped: {host} did not take them in time");
            }
        }
    };
    let thread = thread::Builder::new().name("conclave-events".into()).spawn(serve).expect("a thread can be made");
    (events, thread)
}

/// As many as a few hundred rooms have in a minute.
const MOST_WAITING: usize = 16_384;
