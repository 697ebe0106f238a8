//! Events: `CUSTOM` with a subclass for each thing that can happen, such as `conclave::joined` and
//! `conclave::hand_raised`, and its particulars as headers.

use std::ffi::{CStr, CString};
use std::thread::JoinHandle;

use super::{log, module, sys};
use crate::host::c_string;
use crate::host::events::{self, Events};
use crate::service::Happening;
use crate::service::events::EVENTS;

/// What the thread is to do.
pub enum Task {
    /// Tell this.
    Tell(Event),
    /// Read `conclave.conf` again: FreeSWITCH has read its files.
    ReadAgain,
}

/// One event, ready to be sent.
pub struct Event {
    subclass: CString,
    headers: Vec<(CString, CString)>,
}

impl Event {
    /// What to tell of it.
    pub fn new(happening: &Happening) -> Event {
        let mut headers: Vec<_> =
            happening.fields.iter().map(|(name, value)| (c_string(name), c_string(value))).collect();
        // So that whoever filters events by the call finds ours too.
        let channel = happening.fields.iter().find(|(name, _)| *name == "Channel");
        headers.extend(channel.map(|(_, uuid)| (c"Unique-ID".into(), c_string(uuid))));
        Event { subclass: subclass(happening.name), headers }
    }

    /// On our own thread; no lock held. FreeSWITCH puts it into its queue of events, and waits while that is full.
    fn send(&self) {
        if log::is_closed() {
            return;
        }
        let mut event = std::ptr::null_mut();
        // SAFETY: all strings live over the calls, which copy them; the event is FreeSWITCH's once it is fired.
        unsafe {
            let made = sys::switch_event_create_subclass_detailed(
                FILE.as_ptr(),
                OWNER.as_ptr(),
                line!() as i32,
                &mut event,
                sys::SWITCH_EVENT_CUSTOM as i32,
                self.subclass.as_ptr(),
            );
            if made != sys::SWITCH_STATUS_SUCCESS as i32 {
                return;
            }
            for (name, value) in &self.headers {
                let bottom = sys::SWITCH_STACK_BOTTOM as i32;
                sys::switch_event_add_header_string(event, bottom, name.as_ptr(), value.as_ptr());
            }
            let nothing = std::ptr::null_mut();
            sys::switch_event_fire_detailed(FILE.as_ptr(), OWNER.as_ptr(), line!() as i32, &mut event, nothing);
        }
    }
}

/// Starts the thread that hands events in; it ends when the way to it is dropped.
pub fn spawn() -> (Events<Task>, JoinHandle<()>) {
    events::spawn("events", "FreeSWITCH", |task| match task {
        Task::Tell(event) => event.send(),
        Task::ReadAgain => module::read_again(),
    })
}

/// Makes the names of our events known.
pub fn register() {
    for event in EVENTS {
        // SAFETY: both strings live over the call, which copies them.
        let reserved =
            unsafe { sys::switch_event_reserve_subclass_detailed(OWNER.as_ptr(), subclass(event.name).as_ptr()) };
        if reserved != sys::SWITCH_STATUS_SUCCESS as i32 {
            ::log::warn!("another module has reserved the events {}", subclass(event.name).to_string_lossy());
        }
    }
    // SAFETY: the function is there until it is taken back.
    unsafe {
        let (all, nothing) = (std::ptr::null(), std::ptr::null_mut());
        sys::switch_event_bind(OWNER.as_ptr(), sys::SWITCH_EVENT_RELOADXML as i32, all, Some(reloaded), nothing);
    }
}

/// Takes that back. Waits until no thread is in [`reloaded`].
pub fn unregister() {
    // SAFETY: as above.
    unsafe {
        sys::switch_event_unbind_callback(Some(reloaded));
        for event in EVENTS {
            sys::switch_event_free_subclass_detailed(OWNER.as_ptr(), subclass(event.name).as_ptr());
        }
    }
}

/// FreeSWITCH has read its XML again. On one of its threads; held: the list of who listens to events, for reading. To read
/// our part may mean to ask another machine for it, so this thread does not.
unsafe extern "C" fn reloaded(_: *mut sys::switch_event_t) {
    crate::host::guard("reloading", (), || module::tell_events(Task::ReadAgain));
}

/// `conclave::hand_raised` for `HandRaised`.
fn subclass(name: &str) -> CString {
    let mut words = String::from("conclave::");
    for (place, letter) in name.char_indices() {
        if place > 0 && letter.is_ascii_uppercase() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    c_string(&words)
}

/// Who sends and owns our events.
const OWNER: &CStr = c"mod_conclave";

const FILE: &CStr = c"events.rs";
