//! Numbers as FreeSWITCH's `say` says them, in the languages that we have no words for.
//!
//! `switch_ivr_say_string()` tells which files say a number, on no session. Of the languages that FreeSWITCH 1.11 comes
//! with, those modules can: English, Hebrew, Polish, Russian, Swedish, and the Spanish of Argentina. The others play on a
//! session by themselves, and are not asked. Which module says a language is told by the configuration:
//! `<language name="sv" say-module="sv" sound-prefix="...">`.
//!
//! On the thread that reads sounds; the lock on the configuration is held for reading.

use std::ffi::CStr;
use std::ptr;

use super::sounds::{configured, place_in, with_dialect};
use super::sys;
use crate::host::{c_string, text};
use crate::prompts::{Saying, words};

/// The files that say a number, each by its whole path; `None`: FreeSWITCH does not say it.
pub fn files(number: &str, saying: Saying, language: &str) -> Option<Vec<String>> {
    let languages = with_dialect(language);
    if languages.iter().any(|language| words::has_rules(language)) {
        return None;
    }
    let language = languages.into_iter().find(|language| configured(language, |_| Some(())).is_some())?;
    let said = said(number, saying, &language)?;
    let parts = said.strip_prefix("file_string://").unwrap_or(&said).split('!').filter(|part| !part.is_empty());
    let path = |part: &str| {
        let name = part.strip_suffix(ENDING).unwrap_or(part);
        if part.contains("://") { Some(part.to_owned()) } else { place_in(name, &language) }
    };
    parts.map(path).collect::<Option<Vec<_>>>().filter(|paths| !paths.is_empty())
}

fn said(number: &str, saying: Saying, language: &str) -> Option<String> {
    let (number, language) = (c_string(number), c_string(language));
    let method = match saying {
        Saying::Number => c"pronounced",
        Saying::Digits => c"iterated",
    };
    let mut said = ptr::null_mut();
    // SAFETY: without a session it looks at none; the strings live over the call. What it tells is ours, and freed here.
    unsafe {
        let status = sys::switch_ivr_say_string(
            ptr::null_mut(),
            language.as_ptr(),
            EXTENSION.as_ptr(),
            number.as_ptr(),
            ptr::null(),
            c"number".as_ptr(),
            method.as_ptr(),
            c"neuter".as_ptr(),
            &mut said,
        );
        if said.is_null() {
            return None;
        }
        let files = text(said);
        libc::free(said.cast());
        (status == sys::SWITCH_STATUS_SUCCESS as i32 && !files.is_empty()).then_some(files)
    }
}

/// Files are asked for with this ending, and found with any.
const EXTENSION: &CStr = c"wav";
const ENDING: &str = ".wav";
