//! What only a call's own thread does with its channel, because it may wait. No lock is held there.

use super::channel::{Channel, text};
use super::log::c_string;
use super::sys;
use crate::room::DialplanPlace;
use crate::service::line::without_port;

impl Channel {
    /// Whether it is answered.
    pub fn is_up(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::cv_is_up(self.raw()) != 0 }
    }

    /// Answers, without waiting for media.
    pub fn answer(self) -> bool {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::cv_answer(self.raw()) == 0 }
    }

    /// Has early media flow.
    pub fn progress(self) {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::cv_progress(self.raw()) }
    }

    /// Sends a key to the telephone, as long as a finger would hold it.
    pub fn send_digit(self, digit: char) {
        if let '0'..='9' | '*' | '#' | 'A'..='D' = digit {
            // SAFETY: see the type; no lock is held.
            unsafe { sys::cv_send_digit(self.raw(), digit as std::ffi::c_char, DIGIT_MS) }
            std::thread::sleep(DIGIT_PAUSE);
        }
    }

    /// The network address that the call's signalling comes from, without port; empty if it is not known.
    pub fn address(self) -> String {
        let mut address = [0; 128];
        // SAFETY: see the type; no lock is held; the length is the buffer's.
        unsafe { sys::cv_address(self.raw(), address.as_mut_ptr(), address.len()) };
        without_port(&text(&address))
    }

    /// A channel variable; empty if there is none.
    pub fn variable(self, name: &std::ffi::CStr) -> String {
        let mut value = [0; 128];
        // SAFETY: see the type; the length is the buffer's.
        unsafe { sys::cv_variable(self.raw(), name.as_ptr(), value.as_mut_ptr(), value.len()) };
        text(&value)
    }

    /// Runs the dial plan from a place until it has no further step; false if the call did not come back from there.
    pub fn run_dialplan(self, place: &DialplanPlace) -> bool {
        let (context, extension) = (c_string(&place.context), c_string(&place.extension));
        let priority = i32::try_from(place.priority).unwrap_or(1);
        // SAFETY: see the type; no lock is held; the strings live over the call.
        match unsafe { sys::cv_run_dialplan(self.raw(), context.as_ptr(), extension.as_ptr(), priority) } {
            0 => true,
            2 => {
                log::warn!(
                    "there is no {},{},{} in the dial plan; the key that leads there does nothing",
                    place.context,
                    place.extension,
                    place.priority
                );
                true
            }
            _ => false,
        }
    }

    /// Has the dial plan go on there when the application returns.
    pub fn go_to(self, place: &DialplanPlace) {
        let (context, extension) = (c_string(&place.context), c_string(&place.extension));
        let priority = i32::try_from(place.priority).unwrap_or(1);
        // SAFETY: see the type; no lock is held; the strings live over the call.
        unsafe { sys::cv_goto(self.raw(), context.as_ptr(), extension.as_ptr(), priority) }
    }

    /// Has whoever reads the channel see that it is hung up.
    pub fn hang_up_softly(self) {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::cv_hang_up_softly(self.raw()) }
    }
}

const DIGIT_MS: i32 = 120;
const DIGIT_PAUSE: std::time::Duration = std::time::Duration::from_millis(80);
