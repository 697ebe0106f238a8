//! The log of each conference to its own host.
//!
//! The `log` crate knows one logger for all; but whatever a conference has to say is said on the thread that is in a
//! function of ours, so the thread knows to whom.

use std::cell::Cell;
use std::panic;
use std::sync::Once;

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::arguments::c_string;
use super::host::{Callbacks, ConclaveLevel};
use crate::logging::is_ours;

thread_local! {
    /// Whose conference this thread is in.
    static HEARER: Cell<Option<Callbacks>> = const { Cell::new(None) };
}

/// Until this is dropped, what this thread has to say goes to that host.
pub(super) fn speak_for(callbacks: Callbacks) -> Speaking {
    install();
    Speaking { before: HEARER.replace(Some(callbacks)) }
}

/// See [`speak_for`].
pub(super) struct Speaking {
    before: Option<Callbacks>,
}

impl Drop for Speaking {
    fn drop(&mut self) {
        HEARER.set(self.before.take());
    }
}

struct HostLog;

impl Log for HostLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata) && metadata.level() <= Level::Debug
    }

    fn log(&self, record: &Record<'_>) {
        let Some(callbacks) = HEARER.get() else { return };
        let table = callbacks.table();
        let Some(log) = table.log.filter(|_| self.enabled(record.metadata())) else { return };
        let level = match record.level() {
            Level::Error => ConclaveLevel::Error,
            Level::Warn => ConclaveLevel::Warning,
            Level::Info => ConclaveLevel::Notice,
            Level::Debug | Level::Trace => ConclaveLevel::Debug,
        };
        let line = c_string(&record.args().to_string());
        // SAFETY: the host's own function with its own `user`; the line lives during the call.
        unsafe { log(table.user, level, line.as_ptr()) }
    }

    fn flush(&self) {}
}

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else's logger stays: then this library is part of a Rust program.
        if log::set_logger(&HostLog).is_ok() {
            log::set_max_level(LevelFilter::Debug);
        }
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |what| match HEARER.get() {
            Some(_) => log::error!("{what}"),
            None => before(what),
        }));
    });
}
