//! Events of the manager interface (AMI): `Conclave` and what happened, such as `ConclaveJoined`.
//!
//! Asterisk's event queue has locks, and hooks of others run under them, so a thread of our own hands the events in.

use std::ffi::CString;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, unbounded};

use super::log::c_string;
use super::{guard, sys};
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

/// Starts the thread; it ends when the sender is dropped.
pub fn spawn() -> (Sender<Event>, JoinHandle<()>) {
    let (sender, events) = unbounded::<Event>();
    let thread = thread::Builder::new()
        .name("conclave-events".into())
        .spawn(move || {
            for event in events {
                // SAFETY: both strings live over the call.
                guard("an event", (), || unsafe { sys::cv_event(event.name.as_ptr(), event.fields.as_ptr()) });
            }
        })
        .expect("a thread can be made");
    (sender, thread)
}
