//! The `log` crate onto Asterisk's logger.

use std::panic;

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::sys;
use crate::host::c_string;
use crate::logging::is_ours;

struct AsteriskLog;

impl Log for AsteriskLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // SAFETY: reads one integer.
        is_ours(metadata) && (metadata.level() <= Level::Info || unsafe { sys::cv_debug_level() } > 0)
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let level = match record.level() {
            Level::Error => sys::CV_ERROR,
            Level::Warn => sys::CV_WARNING,
            Level::Info => sys::CV_NOTICE,
            Level::Debug | Level::Trace => sys::CV_DEBUG,
        };
        let file = c_string(record.file().unwrap_or(""));
        let function = c_string(record.module_path().unwrap_or(""));
        let message = c_string(&record.args().to_string());
        let line = record.line().unwrap_or(0) as i32;
        // SAFETY: the three strings live until after the call, which copies them.
        unsafe { sys::cv_log(level as i32, file.as_ptr(), line, function.as_ptr(), message.as_ptr()) }
    }

    fn flush(&self) {}
}

/// Sends our log, and the text of every panic, to Asterisk's.
pub fn install() {
    // Set already when Asterisk loads the module again after an unload that left it in place.
    if log::set_logger(&AsteriskLog).is_ok() {
        log::set_max_level(LevelFilter::Debug);
        // In one line: where Asterisk's log goes, lines are counted.
        panic::set_hook(Box::new(|panic| log::error!("{}", panic.to_string().replace('\n', " "))));
    }
}
