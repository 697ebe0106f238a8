//! Events of the manager interface (AMI): `Conclave` and what happened, such as `ConclaveJoined`.

use std::ffi::CString;
use std::thread::JoinHandle;

use super::sys;
use crate::host::c_string;
use crate::host::events::{self, Events};
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

/// Starts the thread that hands events in; it ends when the way to it is dropped.
pub fn spawn() -> (Events<Event>, JoinHandle<()>) {
    // SAFETY: both strings live over the call.
    let hand_in = |event: &Event| unsafe { sys::cv_event(event.name.as_ptr(), event.fields.as_ptr()) };
    events::spawn("events of the manager interface", "Asterisk", hand_in)
}
