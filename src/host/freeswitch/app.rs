//! `conclave` in the dial plan.

use std::ffi::{CStr, c_char};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::session::Session;
use super::{dial, module, sys};
use crate::host::asked::Asked;
use crate::host::stay::Stay;
use crate::host::{guard, text};
use crate::service::Arrival;
use crate::service::mailbox::Ending;

/// On the session's own thread; no lock held but the reading ones that keep the application. The thread stays here until
/// the call is handed back; then the dial plan goes on with what follows, unless the call is hung up or was transferred.
pub unsafe extern "C" fn run(session: *mut sys::switch_core_session_t, data: *const c_char) {
    let _inside = Inside::new();
    guard("a call", (), || {
        // SAFETY: FreeSWITCH's own session and argument, good until we return.
        let (session, data) = unsafe { (Session::new(session), text(data)) };
        let ending = match dial::arrived(session) {
            Some(called) => called.stay(session),
            None => stay(session, &data),
        };
        session.set_variable(RESULT, ending.result().as_str());
        if let Ending::Released(outcome) = ending
            && let Some(place) = outcome.goto
            && session.is_ready()
        {
            session.go_to(&place);
        }
    });
}

/// How many threads of FreeSWITCH's are in here.
pub fn inside() -> usize {
    INSIDE.load(Ordering::Acquire)
}

fn stay(session: Session, data: &str) -> Ending {
    let asked = match Asked::read(data, || session.variable(c"destination_number")) {
        Ok(asked) => asked,
        Err(error) => {
            log::error!("conclave({data}): {error}");
            return Ending::Failed;
        }
    };
    let Some(handle) = module::handle() else { return Ending::Failed };
    let name = session.uuid();
    if session.variable(INVITED_BY) == asked.number.as_str() {
        log::warn!("{name}: room {} has invited itself; that call is not let in", asked.number);
        return Ending::Failed;
    }
    let answered = session.is_up();
    if !session.is_ready() {
        return Ending::Gone;
    }
    let Some(stay) = Stay::begin(session, &name, handle) else { return Ending::Failed };
    let arrival = Arrival {
        answered,
        address: session.address(),
        channel: name,
        caller: session.caller(),
        language: session.language(),
        ..asked.arrival(stay.codec())
    };
    stay.run(arrival).ending
}

/// Counts a thread as long as it is in here.
struct Inside;

impl Inside {
    fn new() -> Inside {
        INSIDE.fetch_add(1, Ordering::AcqRel);
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.fetch_sub(1, Ordering::AcqRel);
    }
}

static INSIDE: AtomicUsize = AtomicUsize::new(0);

/// The variable that tells which room invited a call; it travels with the call through the dial plan.
pub const INVITED_BY: &CStr = c"conclave_invited_by";

/// The variable that tells the dial plan how it ended.
const RESULT: &CStr = c"conclave_result";
