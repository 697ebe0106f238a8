//! Events of the manager interface (AMI): `Conclave` and what happened, such as `ConclaveJoined`.
//!
//! Asterisk's event queue has locks, and hooks of others run under them, so a thread of our own hands the events in. What
//! waits for it is bounded: when others hold those locks for long, events are dropped and counted, and calls go on.

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::sys;
use crate::host::{c_string, guard};
use crate::service::Happening;

/// One event, ready to be sent.
pub struct Event {
    name: CString,
    fields: CString,
}

impl Event {
    /// What to tell of it.
    pub fn new(happening: &Happening) -> Event {
        Event { name: c_string(&format!("Conclave{}", happening.name)), fields: c_string(&happening.lines()) }
    }
}

/// The way to the thread.
pub struct Events {
    queue: Sender<Event>,
    dropped: Arc<AtomicU64>,
}

impl Events {
    /// Hands an event over; if too many wait, it is dropped and counted.
    pub fn send(&self, event: Event) {
        if self.queue.try_send(event).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Starts the thread; it ends when the way to it is dropped.
pub fn spawn() -> (Events, JoinHandle<()>) {
    let (queue, events) = bounded(MOST_WAITING);
    let dropped = Arc::new(AtomicU64::new(0));
    let lost = dropped.clone();
    let thread = thread::Builder::new()
        .name("conclave-events".into())
        .spawn(move || serve(&events, &lost))
        .expect("a thread can be made");
    (Events { queue, dropped }, thread)
}

fn serve(events: &Receiver<Event>, dropped: &AtomicU64) {
    for event in events {
        // SAFETY: both strings live over the call.
        guard("an event", (), || unsafe { sys::cv_event(event.name.as_ptr(), event.fields.as_ptr()) });
        // The one that held all up is out, so this can be told.
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            log::warn!("{lost} events of the manager interface were dropped: Asterisk did not take them in time");
        }
    }
}

/// As many as a few hundred rooms have in a minute.
const MOST_WAITING: usize = 16_384;
