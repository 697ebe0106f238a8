//! Sentences with a number in them.

use std::time::Duration;

/// A sentence that every language puts together in its own way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Phrase {
    /// A number, said alone.
    Number(u32),
    /// Each of these keys by its name: `0` to `9`, `*`, `#`.
    Digits(String),
    /// So many people have joined the conference; at least two.
    HaveJoined(u32),
    /// So many people have left the conference; at least two.
    HaveLeft(u32),
    /// So many others are in the conference; at least one.
    OthersPresent(u32),
    /// So many are in the conference.
    Present(u32),
    /// So many wait to be admitted; at least one.
    Waiting(u32),
    /// The conference ends in so long.
    EndsIn(Duration),
    /// Your time in this conference ends in so long.
    YourTimeEndsIn(Duration),
    /// The conference was extended by so long.
    ExtendedBy(Duration),
    /// You have opened the conference of this number.
    Opened(String),
}
