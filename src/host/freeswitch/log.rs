//! The `log` crate onto FreeSWITCH's logger.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::sys;
use crate::host::c_string;
use crate::logging::is_ours;

struct FreeSwitchLog;

impl Log for FreeSwitchLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata) && !is_closed()
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let level = match record.level() {
            Level::Error => sys::SWITCH_LOG_ERROR,
            Level::Warn => sys::SWITCH_LOG_WARNING,
            Level::Info => sys::SWITCH_LOG_NOTICE,
            Level::Debug | Level::Trace => sys::SWITCH_LOG_DEBUG,
        };
        // FreeSWITCH shows of a file only what follows the last '/', and several of ours are called mod.rs.
        let place = c_string(record.module_path().unwrap_or("conclave"));
        let message = c_string(&record.args().to_string());
        let line = record.line().unwrap_or(0) as i32;
        // SAFETY: the strings live until after the call, which copies them; the format takes one string.
        unsafe {
            sys::switch_log_printf(
                sys::SWITCH_CHANNEL_ID_LOG as i32,
                place.as_ptr(),
                place.as_ptr(),
                line,
                std::ptr::null(),
                level as i32,
                c"%s\n".as_ptr(),
                message.as_ptr(),
            );
        }
    }

    fn flush(&self) {}
}

/// Sends our log, and the text of every panic, to FreeSWITCH's.
pub fn install() {
    // Set already when FreeSWITCH loads the module again after an unload that left it in place.
    if log::set_logger(&FreeSwitchLog).is_ok() {
        log::set_max_level(LevelFilter::Debug);
        panic::set_hook(Box::new(|panic| log::error!("{}", panic.to_string().replace('\n', " "))));
    }
}

/// FreeSWITCH's logger and its events are about to end before those of our threads that stay.
pub fn close() {
    CLOSED.store(true, Ordering::Release);
}

/// Whether that was said.
pub fn is_closed() -> bool {
    CLOSED.load(Ordering::Acquire)
}

static CLOSED: AtomicBool = AtomicBool::new(false);
