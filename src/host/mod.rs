//! The PBXs that can load us: one folder each, behind a feature of its own name.
//!
//! A host turns its frames, digits, hang-ups, sounds and settings into ours and back. It
//! decides nothing. What hosts have in common stands here: a call's own thread waits in its mailbox ([`stay`]) while a
//! media worker ([`worker`]) serves the call through [`line::Line`], or a thread of its own does ([`slow`]) because it
//! makes whoever serves it wait.

#![allow(unsafe_code)]
#![cfg_attr(
    not(all(feature = "asterisk", feature = "freeswitch")),
    allow(dead_code, reason = "not every host has everything that a host can have")
)]

mod asked;
#[cfg(feature = "asterisk")]
pub mod asterisk;
mod config;
mod dialling;
#[cfg(feature = "directory")]
mod directory;
mod epoll;
mod events;
mod foreign;
#[cfg(feature = "freeswitch")]
pub mod freeswitch;
mod line;
#[cfg(feature = "admin")]
mod page;
mod running;
mod slow;
mod stay;
mod worker;

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The way to the service, with what a worker serves a call with.
type Handle<L> = crate::service::Handle<worker::Served<L>>;

/// Every entry from C: a panic ends here, with a line in the log and `otherwise` as the answer.
fn guard<T>(what: &str, otherwise: T, enter: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(enter)).unwrap_or_else(|_| {
        ::log::error!("{what} failed inside Conclave; see the line before");
        otherwise
    })
}

/// A C string; what stands behind a NUL is lost.
fn c_string(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or("")).unwrap_or_default()
}

/// What a C string says; nothing if it is null.
///
/// # Safety
/// `string` is null or a C string that lives during the call.
unsafe fn text(string: *const c_char) -> String {
    if string.is_null() {
        return String::new();
    }
    // SAFETY: as above.
    unsafe { CStr::from_ptr(string) }.to_string_lossy().into_owned()
}
