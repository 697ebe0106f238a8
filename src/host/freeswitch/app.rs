//! `conclave` in the dial plan.

use std::ffi::{CStr, c_char};

use super::session::Session;
use super::{module, sys};
use crate::host::guard;
use crate::host::stay::Stay;
use crate::room::RoomNumber;
use crate::service::Arrival;

/// On the session's own thread; no lock held. The thread stays here until the call is handed back.
pub unsafe extern "C" fn run(session: *mut sys::switch_core_session_t, data: *const c_char) {
    guard("a call", (), || {
        // SAFETY: FreeSWITCH's own session, good until we return.
        let (session, data) = unsafe {
            let data = if data.is_null() { c"" } else { CStr::from_ptr(data) };
            (Session::new(session), data.to_string_lossy())
        };
        let Ok(number) = RoomNumber::parse(data.split(',').next().unwrap_or("")) else { return };
        let Some(handle) = module::handle() else { return };
        let Some(stay) = Stay::begin(session, "a session", handle) else { return };
        let answered = session.has(sys::CF_ANSWERED);
        let arrival = Arrival { answered, channel: "a session".into(), ..Arrival::new(number, stay.codec()) };
        let ended = stay.run(arrival);
        log::info!("{:?}", ended.ending.result());
    });
}
