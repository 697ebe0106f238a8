//! What must not happen on a host's own threads, done on one of ours.
//!
//! A thread-local value with a destructor keeps the library that made it mapped for as long as the thread lives:
//! Asterisk's `module unload` says "could not be completely unloaded" then, FreeSWITCH's `unload` says nothing, and after
//! a new load the library may vanish under its own threads when the old one ends. Rust leaves such values where a thread
//! is started, where a thread asks for its own handle (as every channel does that waits, and every channel that has
//! somebody waiting at its other end), and in several crates. FreeSWITCH's threads, which live longest, crash as they end
//! if it is gone then. So on the host's threads we start none, wait only in [`crate::service::answer`], send only to who
//! does not wait in a channel, and lock only with `std`.
//!
//! A host's threads may have little stack: FreeSWITCH's, and those that take its default, have 240 KB. Settings are read
//! here, because a parser may want more.

use std::ffi::c_void;
use std::io;

/// Runs this on a thread of its own and waits for it.
pub fn run<T: Send, F: FnOnce() -> io::Result<T> + Send>(act: F) -> io::Result<T> {
    let mut order = Order { act: Some(act), result: None };
    let mut thread = 0;
    // SAFETY: the attributes are made before they are used and then given up, and the thread has `order` for itself until
    // it is joined, which is before this returns.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        libc::pthread_attr_init(&mut attributes);
        libc::pthread_attr_setstacksize(&mut attributes, STACK);
        let number = libc::pthread_create(&mut thread, &attributes, begin::<T, F>, (&raw mut order).cast());
        libc::pthread_attr_destroy(&mut attributes);
        if number != 0 {
            return Err(io::Error::from_raw_os_error(number));
        }
        libc::pthread_join(thread, std::ptr::null_mut());
    }
    order.result.unwrap_or_else(|| Err(io::Error::other("it failed inside Conclave")))
}

struct Order<T, F> {
    act: Option<F>,
    result: Option<io::Result<T>>,
}

extern "C" fn begin<T, F: FnOnce() -> io::Result<T>>(order: *mut c_void) -> *mut c_void {
    super::guard("starting", (), || {
        // SAFETY: run() waits, and looks at it only afterwards.
        let order = unsafe { &mut *order.cast::<Order<T, F>>() };
        order.result = order.act.take().map(|act| act());
    });
    std::ptr::null_mut()
}

/// As Rust's own threads have.
const STACK: usize = 2 << 20;
