//! The way of events to the host.
//!
//! A host's event queue has locks, and others may hold them, so a thread of our own hands the events in. What waits for it
//! is bounded: when others hold those locks for long, events are dropped and counted, and calls go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::guard;

/// The way to the thread.
pub struct Events<E> {
    queue: Sender<E>,
    dropped: Arc<AtomicU64>,
}

impl<E> Clone for Events<E> {
    fn clone(&self) -> Events<E> {
        Events { queue: self.queue.clone(), dropped: self.dropped.clone() }
    }
}

impl<E> Events<E> {
    /// Hands an event over; if too many wait, it is dropped and counted.
    pub fn send(&self, event: E) {
        if self.queue.try_send(event).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
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
    let (queue, events): (Sender<E>, Receiver<E>) = bounded(MOST_WAITING);
    let dropped = Arc::new(AtomicU64::new(0));
    let lost = dropped.clone();
    let serve = move || {
        for event in events {
            guard("an event", (), || hand_in(&event));
            // The one that held all up is out, so this can be told.
            let lost = lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                log::warn!("{lost} {what} were dropped: {host} did not take them in time");
            }
        }
    };
    let thread = thread::Builder::new().name("conclave-events".into()).spawn(serve).expect("a thread can be made");
    (Events { queue, dropped }, thread)
}

/// As many as a few hundred rooms have in a minute.
const MOST_WAITING: usize = 16_384;
