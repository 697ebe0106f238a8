//! Small things with text that more than one layer does, each in one way.

/// The meaning of a word in such a table.
pub(crate) fn meaning<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}

/// The word for this in such a table; empty if it is not in it.
#[cfg(feature = "directory")]
pub(crate) fn word<T: Copy + PartialEq>(table: &[(&'static str, T)], wanted: T) -> &'static str {
    table.iter().find(|(_, meaning)| *meaning == wanted).map_or("", |(word, _)| word)
}

/// Whether it is one line of at most so many letters.
#[cfg(feature = "directory")]
pub(crate) fn is_line(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// These bytes in hexadecimal digits, two for each.
#[cfg(feature = "directory")]
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a spreadsheet would take it for a formula.
pub(crate) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
