//! A conference from its creation until it is freed, and its clock.

use std::ffi::{CStr, c_char};

use parking_lot::Mutex;

use super::arguments::{check_size, put};
use super::host::{Callbacks, ConclaveHost};
use super::instance::Instance;
use super::{ConclaveResult, Outcome, boundary, enter, logger, registry};

/// Everything that conferences in one program need: rooms, calls and settings. Made by conclave_create(), ended by
/// conclave_free().
///
/// Any thread may use it, one at a time: a second one gets CONCLAVE_RESULT_BUSY and never waits. So does a function of
/// the host that is called back and calls in turn, except `released`. It starts no thread and reads no clock or file.
pub struct Conclave {
    _private: (),
}

/// The version of the library that is loaded, such as "0.1.0". Never NULL, never to be freed.
///
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    const C_VERSION: &CStr = match CStr::from_bytes_with_nul(VERSION.as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version has no NUL in it"),
    };
    C_VERSION.as_ptr()
}

/// Creates a conference for at most `max_calls` calls at a time (at most 65535; 0: 1000) and puts it into `*conclave`.
/// It has no settings yet, so that every caller is told that his room does not exist: see conclave_set(). The table is
/// copied; `user` and what is behind it must live until conclave_free() has returned.
///
/// CONCLAVE_RESULT_WRONG_SIZE: `size` of the table is not set. CONCLAVE_RESULT_BAD_ARGUMENT: too many calls.
///
/// Any thread.
///
/// # Safety
/// `host` points to a table whose functions keep to its text; `conclave` to a place for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_create(
    host: *const ConclaveHost,
    max_calls: usize,
    conclave: *mut *mut Conclave,
) -> ConclaveResult {
    boundary(|| {
        if conclave.is_null() {
            return Err(ConclaveResult::NullArgument);
        }
        // SAFETY: as promised by the caller.
        unsafe { check_size(host) }?;
        if max_calls > MOST_CALLS {
            return Err(ConclaveResult::BadArgument);
        }
        // SAFETY: check_size() has seen that there is a table.
        let callbacks = Callbacks::new(unsafe { *host });
        let _speaking = logger::speak_for(callbacks);
        let calls = if max_calls == 0 { USUAL_CALLS } else { max_calls };
        let name = registry::add(Instance::new(callbacks, calls));
        // SAFETY: as promised by the caller.
        unsafe { put(conclave, name) }.inspect_err(|_| drop(registry::remove(name)))
    })
}

/// One tick: 20 ms of the host's time are over. The rooms do what is due, what was fed is mixed, and what each call
/// hears can be taken; then the calls that ended are handed back by `released`. The host calls this every 20 ms, or as
/// fast as it likes if its audio comes from files: time is counted by these ticks and nothing else.
///
/// CONCLAVE_RESULT_STOPPED: after conclave_stop().
#[unsafe(no_mangle)]
pub extern "C" fn conclave_tick(conclave: *mut Conclave) -> ConclaveResult {
    boundary(|| {
        let shared = registry::find(conclave)?;
        enter(&shared, Instance::tick)?;
        hand_back(&shared)
    })
}

/// Hands every call back by `released` with CONCLAVE_END_FAILED and ends all rooms. Nothing can be begun afterwards;
/// what is left to do is conclave_free(). A second time does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_stop(conclave: *mut Conclave) -> ConclaveResult {
    boundary(|| {
        let shared = registry::find(conclave)?;
        enter(&shared, |instance| {
            instance.stop();
            Ok(())
        })?;
        hand_back(&shared)
    })
}

/// Does what conclave_stop() does, then frees everything. The pointer is good for nothing afterwards, and every
/// function that is given it answers CONCLAVE_RESULT_NO_CONCLAVE, already in `released`.
///
/// CONCLAVE_RESULT_BUSY: in use, so not freed.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_free(conclave: *mut Conclave) -> ConclaveResult {
    boundary(|| {
        let shared = registry::find(conclave)?;
        enter(&shared, |instance| {
            instance.stop();
            registry::remove(conclave).map(drop)
        })?;
        hand_back(&shared)
    })
}

/// Tells the host which calls are its own again, with nothing locked, so that it may do what it likes.
fn hand_back(shared: &Mutex<Instance>) -> Outcome {
    loop {
        let (callbacks, back) = enter(shared, |instance| Ok((instance.callbacks(), instance.next_handed_back())))?;
        let Some(back) = back else { return Ok(()) };
        let table = callbacks.table();
        if let Some(released) = table.released {
            // SAFETY: the host's own function with its own pointers.
            unsafe { released(table.user, back.call.0, back.user.0, back.result.into()) }
        }
    }
}

/// What the engine can tell apart, less one for a round number in `u16`.
const MOST_CALLS: usize = 65_535;
const USUAL_CALLS: usize = 1000;
