//! The console commands: Asterisk's words to ours, and back. What there is to type is the service's business.

use std::ffi::{CStr, CString, c_char, c_int};
use std::sync::LazyLock;

use super::{module, sys};
use crate::host::guard;
use crate::service::{Command, VERBS, WordsError};

/// A command as Asterisk wants it. The strings live as long as the library.
struct Entry {
    words: CString,
    usage: CString,
    summary: CString,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let text = |text: String| CString::new(text).unwrap_or_default();
    VERBS
        .iter()
        .map(|verb| Entry {
            words: text(format!("conclave {}", verb.name)),
            usage: text(format!("Usage: conclave {}\n       {}.\n", verb.usage(), verb.help)),
            summary: text(verb.help.split([':', ';', ',']).next().unwrap_or_default().to_owned()),
        })
        .collect()
});

/// How many commands there are.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_commands() -> c_int {
    VERBS.len() as c_int
}

/// What a command is called, how it is used, and what it does in a few words.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_describe(
    command: c_int,
    words: *mut *const c_char,
    usage: *mut *const c_char,
    summary: *mut *const c_char,
) {
    guard("a command's description", (), || {
        let Some(entry) = ENTRIES.get(command as usize) else { return };
        for (to, text) in [(words, &entry.words), (usage, &entry.usage), (summary, &entry.summary)] {
            // SAFETY: three places for pointers.
            unsafe { to.write(text.as_ptr()) };
        }
    });
}

/// A console command; no lock held. 0: done; 1: show the usage.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_cli(command: c_int, fd: c_int, argc: c_int, argv: *const *const c_char) -> c_int {
    guard("a console command", 0, || {
        let Some(verb) = VERBS.get(command as usize) else { return 1 };
        // SAFETY: Asterisk's own words, good until we return.
        let words = unsafe { words(argc, argv) };
        let text = match format!("{} {}", verb.name, words.join(" ")).parse::<Command>() {
            Ok(command) => match module::handle().map(|handle| handle.command(command)) {
                Some(Ok(done)) => format!("{done}\n"),
                Some(Err(error)) => format!("Not done: {error}.\n"),
                None => "Conclave is not running.\n".into(),
            },
            Err(WordsError::WordCount(_)) => return 1,
            Err(error) => format!("Not done: {error}.\n"),
        };
        let text = CString::new(text).unwrap_or_default();
        // SAFETY: prints a C string.
        unsafe { sys::cv_print(fd, text.as_ptr()) };
        0
    })
}

/// Tab completion; no lock held. 1: the n-th word is in `out`.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_complete(
    command: c_int,
    position: c_int,
    word: *const c_char,
    n: c_int,
    argv: *const *const c_char,
    argc: c_int,
    out: *mut c_char,
    size: usize,
) -> c_int {
    guard("a completion", 0, || {
        // SAFETY: Asterisk's own words, good until we return.
        let (words, word) = unsafe { (words(argc, argv), CStr::from_ptr(word).to_string_lossy()) };
        let (Some(verb), Some(handle)) = (VERBS.get(command as usize), module::handle()) else { return 0 };
        let before: Vec<&str> = words.iter().map(String::as_str).take(position.max(0) as usize).collect();
        let candidates = verb.complete(&before, &handle.picture());
        let Some(found) = candidates.into_iter().filter(|name| name.starts_with(&*word)).nth(n.max(0) as usize) else {
            return 0;
        };
        let Ok(found) = CString::new(found) else { return 0 };
        let bytes = found.as_bytes_with_nul();
        if bytes.len() > size {
            return 0;
        }
        // SAFETY: `out` has room for `size` bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
        1
    })
}

/// # Safety
/// `argv` has `argc` C strings, or null for words not typed yet.
unsafe fn words(argc: c_int, argv: *const *const c_char) -> Vec<String> {
    let mut words = Vec::new();
    for index in 0..argc.max(0) as usize {
        // SAFETY: as above.
        let word = unsafe { *argv.add(index) };
        if word.is_null() {
            break;
        }
        // SAFETY: as above.
        words.push(unsafe { CStr::from_ptr(word) }.to_string_lossy().into_owned());
    }
    words
}
