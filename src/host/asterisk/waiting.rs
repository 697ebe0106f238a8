//! What only a call's own thread does with its channel, because it may wait. No lock is held there.

use super::channel::{Channel, text};
use super::sys;
use crate::host::c_string;
use crate::room::DialplanPlace;
use crate::service::line::without_port;

impl Channel {
    /// Whether it is answered.
    pub fn is_up(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::cv_is_up(self.raw()) != 0 }
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

    /// Has the dial plan go on there when the application returns.
    pub fn go_to(self, place: &DialplanPlace) {
        let (context, extension) = (c_string(&place.context), c_string(&place.extension));
        let priority = i32::try_from(place.priority).unwrap_or(1);
        // SAFETY: see the type; no lock is held; the strings live over the call.
        unsafe { sys::cv_goto(self.raw(), context.as_ptr(), extension.as_ptr(), priority) }
    }
}
