//! `conclave.conf`, read by Asterisk and understood by [`Settings`].

use std::ffi::{CStr, c_void};

use super::sys;
use crate::host::config::{Folders, usual_folders};
use crate::host::text;
use crate::service::settings::{Line, Problem, Settings};

/// Why there are no settings.
pub enum ConfigError {
    /// There is no file.
    Missing,
    /// Asterisk could not read it; it has said why.
    Unreadable,
    /// It is the same as when it was last read.
    Unchanged,
}

/// Reads the file. `only_changed`: do not bother if it is as it was.
pub fn load(only_changed: bool) -> Result<(Settings, Vec<Problem>), ConfigError> {
    let lines = lines(FILE, only_changed)?;
    let (mut settings, problems) = Settings::read(lines.iter().map(Owned::line));
    // SAFETY: these strings are set before any module is loaded, and stay.
    let [recordings, logs, databases] =
        unsafe { [sys::cv_spool_dir(), sys::cv_log_dir(), sys::cv_var_dir()].map(|folder| text(folder)) };
    usual_folders(&mut settings, &Folders { recordings: &recordings, logs: &logs, databases: &databases });
    Ok((settings, problems))
}

/// The lines of a file of Asterisk's, with what it includes.
pub(super) fn lines(file: &CStr, only_changed: bool) -> Result<Vec<Owned>, ConfigError> {
    let mut config = std::ptr::null_mut();
    // SAFETY: a string that lives during the call, and a pointer to be set.
    match unsafe { sys::cv_config_load(file.as_ptr(), only_changed.into(), &mut config) } {
        0 => {}
        1 => return Err(ConfigError::Missing),
        3 => return Err(ConfigError::Unchanged),
        _ => return Err(ConfigError::Unreadable),
    }
    let mut lines: Vec<Owned> = Vec::new();
    // SAFETY: the configuration was just read and is freed once; `lines` outlives the walk.
    unsafe {
        sys::cv_config_walk(config, Some(collect), (&raw mut lines).cast());
        sys::cv_config_free(config);
    }
    Ok(lines)
}

/// A line, or the head of a section.
pub(super) struct Owned {
    pub(super) category: String,
    /// Name and value; `None`: it is the head.
    pub(super) setting: Option<(String, String)>,
    file: String,
    line: u32,
}

impl Owned {
    fn line(&self) -> Line<'_> {
        Line {
            category: &self.category,
            setting: self.setting.as_ref().map(|(name, value)| (name.as_str(), value.as_str())),
            file: &self.file,
            line: self.line,
        }
    }
}

unsafe extern "C" fn collect(to: *mut c_void, setting: *const sys::cv_setting) {
    // SAFETY: `to` is load()'s vector; the setting and its strings live during this call.
    unsafe {
        let setting = &*setting;
        let named = !setting.name.is_null();
        (*to.cast::<Vec<Owned>>()).push(Owned {
            category: text(setting.category),
            setting: named.then(|| (text(setting.name), text(setting.value))),
            // Asterisk names only the files that are included.
            file: Some(text(setting.file)).filter(|file| !file.is_empty()).unwrap_or_else(|| text(FILE.as_ptr())),
            line: setting.line as u32,
        });
    }
}

const FILE: &CStr = c"conclave.conf";
