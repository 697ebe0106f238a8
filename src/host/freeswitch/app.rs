//! `conclave` in the dial plan.

use std::ffi::c_char;

use super::session::Session;
use super::sys;
use crate::host::guard;

/// On the session's own thread; no lock held. The thread stays here until the call is handed back.
pub unsafe extern "C" fn run(session: *mut sys::switch_core_session_t, _data: *const c_char) {
    guard("a call", (), || {
        // SAFETY: FreeSWITCH's own session, good until we return.
        let _session = unsafe { Session::new(session) };
    });
}
