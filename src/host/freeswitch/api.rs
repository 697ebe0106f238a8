//! The API command `conclave`: FreeSWITCH's words to ours, and back. What there is to type is the service's business.
//!
//! As FreeSWITCH's own commands, a refusal begins with `-ERR` and what cannot be understood with `-USAGE`.

use std::ffi::{CStr, CString, c_char};

use super::{module, sys};
use crate::host::{c_string, guard, text};
use crate::service::{Command, VERBS, Verb, WordsError};

/// A command; no lock held but the reading one that keeps the command. On any thread of FreeSWITCH's.
pub unsafe extern "C" fn run(
    words: *const c_char,
    _session: *mut sys::switch_core_session_t,
    stream: *mut sys::switch_stream_handle_t,
) -> sys::switch_status_t {
    guard("a command", (), || {
        // SAFETY: FreeSWITCH's own words and stream, good until we return; the format takes one string.
        unsafe {
            let said = c_string(&answer(&text(words)));
            if let Some(write) = (*stream).write_function {
                write(stream, c"%s".as_ptr(), said.as_ptr());
            }
        }
    });
    sys::SWITCH_STATUS_SUCCESS as i32
}

fn answer(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    match words[..] {
        [] | ["help"] => return help(),
        ["help", ref of @ ..] => {
            let asked = of.join(" ");
            let found: String = VERBS.iter().filter(|verb| verb.name.starts_with(&asked)).map(usage).collect();
            return if found.is_empty() { help() } else { found };
        }
        ["reload"] => {
            return match module::reload() {
                Ok(done) => format!("{done}\n"),
                Err(why) => format!("-ERR {why}\n"),
            };
        }
        _ => {}
    }
    match words.join(" ").parse::<Command>() {
        Ok(command) => match module::handle().map(|handle| handle.command(command)) {
            Some(Ok(done)) => format!("{done}\n"),
            Some(Err(error)) => format!("-ERR {error}.\n"),
            None => "-ERR Conclave is not running.\n".into(),
        },
        Err(WordsError::WordCount(name)) => VERBS
            .iter()
            .find(|verb| verb.name == name)
            .map(|verb| format!("-USAGE: {}", usage(verb)))
            .unwrap_or_default(),
        Err(error) => format!("-ERR {error}.\n"),
    }
}

fn help() -> String {
    let more = format!("conclave {RELOAD}\n    Reads conclave.conf again, as reloadxml does\n");
    VERBS.iter().map(usage).chain([more]).collect()
}

fn usage(verb: &Verb) -> String {
    format!("conclave {}\n    {}\n", verb.usage(), verb.help)
}

/// Has FreeSWITCH ask us what can be typed after `conclave`.
pub fn register() {
    let places = " ".to_owned() + &COMPLETE.to_string_lossy();
    // Nine words can follow.
    let line = c_string(&format!("add conclave{}", places.repeat(9)));
    // SAFETY: constant strings, copied; the function is there until it is taken back.
    unsafe {
        sys::switch_console_add_complete_func(COMPLETE.as_ptr(), Some(complete));
        sys::switch_console_set_complete(line.as_ptr());
    }
}

/// Takes that back. Waits until no thread is in [`complete`].
pub fn unregister() {
    // SAFETY: constant strings.
    unsafe {
        sys::switch_console_set_complete(c"del conclave".as_ptr());
        sys::switch_console_del_complete_func(COMPLETE.as_ptr());
    }
}

/// What can stand at the end of a line. Held: the table of such functions.
unsafe extern "C" fn complete(
    line: *const c_char,
    _word: *const c_char,
    matches: *mut *mut sys::switch_console_callback_match_t,
) -> sys::switch_status_t {
    guard("a completion", sys::SWITCH_STATUS_FALSE as i32, || {
        // SAFETY: FreeSWITCH's own line, good until we return.
        let line = unsafe { text(line) };
        let mut found = std::ptr::null_mut();
        for word in candidates(&line) {
            // SAFETY: the word is copied; the list begins with none.
            unsafe { sys::switch_console_push_match(&mut found, word.as_ptr()) };
        }
        if found.is_null() {
            return sys::SWITCH_STATUS_FALSE as i32;
        }
        // SAFETY: a place for a pointer.
        unsafe { *matches = found };
        sys::SWITCH_STATUS_SUCCESS as i32
    })
}

fn candidates(line: &str) -> Vec<CString> {
    let mut before: Vec<&str> = line.split_whitespace().skip(1).collect();
    let begun = if line.ends_with(char::is_whitespace) { "" } else { before.pop().unwrap_or_default() };
    let mut all: Vec<String> = Vec::new();
    for verb in VERBS {
        let names: Vec<&str> = verb.name.split(' ').collect();
        if before.len() < names.len() {
            if names.starts_with(&before) {
                all.push(names[before.len()].to_owned());
            }
        } else if before.starts_with(&names)
            && let Some(handle) = module::handle()
        {
            all.extend(verb.complete(&before[names.len()..], &handle.picture()));
        }
    }
    if before.is_empty() {
        all.extend([RELOAD, "help"].map(str::to_owned));
    }
    all.dedup();
    all.into_iter().filter(|word| word.starts_with(begun)).map(|word| c_string(&word)).collect()
}

const RELOAD: &str = "reload";

const COMPLETE: &CStr = c"::conclave::words";
