//! Events of the manager interface (AMI): `Conclave` and what happened, such as `ConclaveJoined`.
//!
//! Asterisk's event queue has locks, and hooks of others run under them, so a thread of our own hands the events in.

use std::ffi::CString;
use std::fmt::Write;
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
        let mut fields = String::new();
        for (name, value) in &happening.fields {
            // What a caller's telephone says of itself may hold anything, and a line's end would begin a field.
            let value = value.replace(|c: char| c.is_control(), " ");
            let _ = write!(fields, "{name}: {value}\r\n");
        }
        Event { name: c_string(&format!("Conclave{}", happening.name)), fields: c_string(&fields) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_line() {
        let fields = vec![("Room", "8000".to_owned()), ("Name", "Al\r\nPrivilege: all\0x".to_owned())];
        let event = Event::new(&Happening { name: "Joined", fields });
        assert_eq!(event.name.as_c_str(), c"ConclaveJoined");
        assert_eq!(event.fields.as_c_str(), c"Room: 8000\r\nName: Al  Privilege: all x\r\n");
    }
}
