//! How functions and calls end, in numbers that never change.

use std::ffi::{CStr, c_char};

use crate::room::CallResult;

/// What a function answers. A number keeps its meaning for ever; new ones are added at the end.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConclaveResult {
    /// Done.
    Ok = 0,
    /// Something failed inside Conclave; the log tells what. The conference goes on as well as it can.
    Failed = 1,
    /// A pointer is NULL that may not be.
    NullArgument = 2,
    /// This conference was freed, or never created.
    NoConclave = 3,
    /// The conference is in use: by another thread, or by the function that called back.
    Busy = 4,
    /// The conference was stopped.
    Stopped = 5,
    /// This call was handed back or hung up, or never arrived.
    NoCall = 6,
    /// An argument makes no sense; conclave_message() tells which and what would.
    BadArgument = 7,
    /// A struct's `size` is smaller than the struct.
    WrongSize = 8,
    /// The buffer is too small; it holds as much as fits.
    TooSmall = 9,
    /// The call has another codec: G.711 goes by conclave_feed() and conclave_take(), linear audio by
    /// conclave_feed_samples() and conclave_take_samples().
    WrongCodec = 10,
    /// There are as many calls as the conference was created for.
    Full = 11,
    /// The settings apply except for those that are wrong; conclave_message() tells which.
    Problems = 12,
    /// The settings would let nobody in, so the ones before stay; conclave_message() tells what is wrong.
    Useless = 13,
    /// No such room is in progress.
    NoRoom = 14,
    /// No such member is in the room.
    NoMember = 15,
    /// The room did not carry it out; conclave_message() tells why.
    Declined = 16,
}

impl ConclaveResult {
    const ALL: [(ConclaveResult, &CStr); 17] = [
        (ConclaveResult::Ok, c"done"),
        (ConclaveResult::Failed, c"failed inside Conclave; see the log"),
        (ConclaveResult::NullArgument, c"a pointer is NULL that may not be"),
        (ConclaveResult::NoConclave, c"this conference was freed, or never created"),
        (ConclaveResult::Busy, c"the conference is in use by another thread or by the function that called back"),
        (ConclaveResult::Stopped, c"the conference was stopped"),
        (ConclaveResult::NoCall, c"this call was handed back or hung up, or never arrived"),
        (ConclaveResult::BadArgument, c"an argument makes no sense"),
        (ConclaveResult::WrongSize, c"a struct's size is not set, or smaller than the struct"),
        (ConclaveResult::TooSmall, c"the buffer is too small"),
        (ConclaveResult::WrongCodec, c"the call has another codec"),
        (ConclaveResult::Full, c"there are as many calls as the conference was created for"),
        (ConclaveResult::Problems, c"some settings are wrong; the others apply"),
        (ConclaveResult::Useless, c"the settings would let nobody in; those before stay"),
        (ConclaveResult::NoRoom, c"no such room is in progress"),
        (ConclaveResult::NoMember, c"no such member is in the room"),
        (ConclaveResult::Declined, c"the room did not carry it out"),
    ];
}

/// The result in words, without a full stop; "unknown result" for a number that is none. Never NULL, never to be freed.
///
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_result_text(result: u32) -> *const c_char {
    let known = ConclaveResult::ALL.iter().find(|(known, _)| *known as u32 == result);
    known.map_or(c"unknown result", |(_, text)| *text).as_ptr()
}

/// Why a call was handed back. A number keeps its meaning for ever; new ones are added at the end.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConclaveEnd {
    /// The caller hung up.
    Hangup = 0,
    /// Somebody removed him.
    Kicked = 1,
    /// He left by a key.
    Dtmf = 2,
    /// His time was over.
    Timeout = 3,
    /// The room had its maximum of members.
    Full = 4,
    /// The room was locked.
    Locked = 5,
    /// He gave no right PIN.
    BadPin = 6,
    /// There is no such room.
    NoRoom = 7,
    /// The conference was ended for all.
    Ended = 8,
    /// Something failed inside Conclave, or it was stopped.
    Failed = 9,
    /// The conference has not opened yet.
    NotOpen = 10,
    /// Its time is over.
    Over = 11,
    /// It is switched off.
    Disabled = 12,
    /// Too many codes were tried.
    LockedOut = 13,
    /// A leader turned him away.
    Rejected = 14,
    /// An invited party did not confirm.
    Declined = 15,
}

impl From<CallResult> for ConclaveEnd {
    fn from(result: CallResult) -> ConclaveEnd {
        match result {
            CallResult::Hangup => ConclaveEnd::Hangup,
            CallResult::Kicked => ConclaveEnd::Kicked,
            CallResult::Dtmf => ConclaveEnd::Dtmf,
            CallResult::Timeout => ConclaveEnd::Timeout,
            CallResult::Full => ConclaveEnd::Full,
            CallResult::Locked => ConclaveEnd::Locked,
            CallResult::BadPin => ConclaveEnd::BadPin,
            CallResult::NoRoom => ConclaveEnd::NoRoom,
            CallResult::Ended => ConclaveEnd::Ended,
            CallResult::Failed => ConclaveEnd::Failed,
            CallResult::NotOpen => ConclaveEnd::NotOpen,
            CallResult::Over => ConclaveEnd::Over,
            CallResult::Disabled => ConclaveEnd::Disabled,
            CallResult::LockedOut => ConclaveEnd::LockedOut,
            CallResult::Rejected => ConclaveEnd::Rejected,
            CallResult::Declined => ConclaveEnd::Declined,
        }
    }
}

/// The end as the word that Asterisk's dial plan finds in CONCLAVE_RESULT: "HANGUP", "KICKED", "DTMF", "TIMEOUT",
/// "FULL", "LOCKED", "BADPIN", "NOROOM", "ENDED", "FAILED", "NOTOPEN", "OVER", "DISABLED", "LOCKEDOUT", "REJECTED",
/// "DECLINED"; "UNKNOWN" for a number that is none. Never NULL, never to be freed.
///
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_end_word(end: u32) -> *const c_char {
    const WORDS: [&CStr; 16] = [
        c"HANGUP",
        c"KICKED",
        c"DTMF",
        c"TIMEOUT",
        c"FULL",
        c"LOCKED",
        c"BADPIN",
        c"NOROOM",
        c"ENDED",
        c"FAILED",
        c"NOTOPEN",
        c"OVER",
        c"DISABLED",
        c"LOCKEDOUT",
        c"REJECTED",
        c"DECLINED",
    ];
    WORDS.get(end as usize).unwrap_or(&c"UNKNOWN").as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_has_words_in_its_place() {
        for (number, (result, text)) in ConclaveResult::ALL.iter().enumerate() {
            assert_eq!(*result as usize, number);
            assert!(!text.is_empty());
        }
    }

    #[test]
    fn ends_have_the_words_of_the_dial_plan() {
        use CallResult::{BadPin, Dtmf, Ended, Failed, Full, Hangup, Kicked, Locked, NoRoom, Timeout};
        use CallResult::{Declined, Disabled, LockedOut, NotOpen, Over, Rejected};
        let first = [Hangup, Kicked, Dtmf, Timeout, Full, Locked, BadPin, NoRoom, Ended, Failed];
        for result in first.into_iter().chain([NotOpen, Over, Disabled, LockedOut, Rejected, Declined]) {
            let word = conclave_end_word(ConclaveEnd::from(result) as u32);
            // SAFETY: the words are static.
            assert_eq!(unsafe { CStr::from_ptr(word) }.to_str(), Ok(result.as_str()));
        }
    }
}
