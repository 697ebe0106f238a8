//! What only a call's own thread does with its session, because it may wait. No lock is held there.

use std::ffi::{CStr, CString};

use super::session::Session;
use super::sys;
use crate::host::{c_string, text};
use crate::room::DialplanPlace;
use crate::service::line::without_port;

impl Session {
    /// Its name among all calls, as FreeSWITCH's commands want it: a UUID.
    pub fn uuid(self) -> String {
        // SAFETY: see the type; the string lives as long as the session.
        unsafe { text(sys::switch_core_session_get_uuid(self.raw())) }
    }

    /// Whether it is answered.
    pub fn is_up(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::switch_channel_test_flag(self.channel(), sys::CF_ANSWERED as i32) != 0 }
    }

    /// Whether it is neither hung up nor wanted elsewhere.
    pub fn is_ready(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::switch_channel_test_ready(self.channel(), 1, 0) != 0 }
    }

    /// A variable of the call, one of its particulars, or a global variable, as in the dial plan; empty if there is none.
    pub fn variable(self, name: &CStr) -> String {
        // SAFETY: see the type; what comes back is the session's own copy.
        unsafe { text(sys::switch_channel_get_variable_dup(self.channel(), name.as_ptr(), 1, -1)) }
    }

    /// Sets a variable of the call.
    pub fn set_variable(self, name: &CStr, value: &str) {
        let value = c_string(value);
        // SAFETY: see the type; both strings are copied.
        unsafe { sys::switch_channel_set_variable_var_check(self.channel(), name.as_ptr(), value.as_ptr(), 0) };
    }

    /// The network address that the call's signalling comes from, without port; empty if it is not known.
    pub fn address(self) -> String {
        let known = [c"network_addr", c"sip_network_ip"].map(|name| without_port(&self.variable(name)));
        known.into_iter().find(|address| !address.is_empty()).unwrap_or_default()
    }

    /// The language that its announcements are in; empty if none is set.
    pub fn language(self) -> String {
        let known = [c"language", c"default_language"].map(|name| self.variable(name));
        known.into_iter().find(|language| !language.is_empty()).unwrap_or_default()
    }

    /// Has the dial plan go on there when the application returns.
    pub fn go_to(self, place: &DialplanPlace) {
        let [context, extension]: [CString; 2] = [&place.context, &place.extension].map(|word| c_string(word));
        // SAFETY: see the type; no lock is held; the strings are copied; the dial plan stays the kind that it is.
        unsafe {
            let dialplan = std::ptr::null();
            sys::switch_ivr_session_transfer(self.raw(), extension.as_ptr(), dialplan, context.as_ptr());
        }
    }
}
