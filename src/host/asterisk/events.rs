//! Events of the manager interface (AMI): `Conclave` and what happened, such as `ConclaveJoined`; and states for lamps.

use std::ffi::{CString, c_int};
use std::thread::JoinHandle;

use super::sys;
use crate::host::c_string;
use crate::host::events::{self, Events};
use crate::service::Happening;

/// Something to be told, ready to be sent.
pub enum Event {
    /// An event of the manager interface: its name and its fields.
    Manager(CString, CString),
    /// A room has another state for lamps.
    Lamp(CString, sys::cv_lamp),
}

impl Event {
    /// What to tell of it.
    pub fn new(happening: &Happening) -> Event {
        Event::Manager(c_string(&format!("Conclave{}", happening.name)), c_string(&happening.lines()))
    }
}

/// Starts the thread that hands events in; it ends when the way to it is dropped.
pub fn spawn() -> (Events<Event>, JoinHandle<()>) {
    // SAFETY: all strings live over the call.
    let hand_in = |event: &Event| unsafe {
        match event {
            Event::Manager(name, fields) => sys::cv_event(name.as_ptr(), fields.as_ptr()),
            Event::Lamp(room, state) => sys::cv_device_state(room.as_ptr(), *state as c_int),
        }
    };
    events::spawn("events of the manager interface", "Asterisk", hand_in)
}
