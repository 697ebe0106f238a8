//! What administrators ask for in words, and what there is to say.

use std::ffi::c_char;

use super::arguments::{copy_text, put, room_for, text};
use super::lifecycle::Conclave;
use super::{ConclaveResult, boundary, with};
use crate::service::{Command, CommandError, VERBS};

/// Does what an administrator asks for, in the words of every console, such as "show rooms", "kick ROOM MEMBER", "mute
/// ROOM MEMBER", "lock ROOM", "record ROOM start", "invite ROOM NUMBER"; conclave_help() has them all. MEMBER is the
/// number in the room, the `channel` of the call, or "all"; "kick ROOM all" ends the conference in that room.
/// conclave_message() has the answer in any case, for the administrator.
///
/// CONCLAVE_RESULT_BAD_ARGUMENT: no such command. CONCLAVE_RESULT_NO_ROOM, CONCLAVE_RESULT_NO_MEMBER,
/// CONCLAVE_RESULT_DECLINED: nothing was done.
///
/// # Safety
/// `words` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_command(conclave: *mut Conclave, words: *const c_char) -> ConclaveResult {
    with(conclave, |instance| {
        instance.check_running()?;
        // SAFETY: as promised by the caller.
        let words = unsafe { text(words) }?;
        let command: Command = match words.parse() {
            Ok(command) => command,
            Err(error) => return instance.refuse(ConclaveResult::BadArgument, error),
        };
        let answer = instance.handle().ask(command);
        instance.step();
        match answer.try_recv() {
            Ok(Ok(done)) => {
                instance.message = done;
                Ok(())
            }
            Ok(Err(error)) => {
                let result = match error {
                    CommandError::NoRoom(_) | CommandError::NoConference(_) => ConclaveResult::NoRoom,
                    CommandError::NoMember(..) => ConclaveResult::NoMember,
                    CommandError::Nothing(_) | CommandError::Declined(_) => ConclaveResult::Declined,
                    CommandError::Stopped => ConclaveResult::Stopped,
                };
                instance.refuse(result, error)
            }
            Err(_) => Err(ConclaveResult::Failed),
        }
    })
}

/// Copies how the command with this place in the list is written and what it does, as UTF-8 with a NUL at the end:
/// "kick ROOM MEMBER|all", a tab, and a sentence. CONCLAVE_RESULT_BAD_ARGUMENT: there are fewer; CONCLAVE_RESULT_TOO_SMALL:
/// it was cut.
///
/// Any thread.
///
/// # Safety
/// `buffer` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_help(place: usize, buffer: *mut c_char, size: usize) -> ConclaveResult {
    boundary(|| {
        // SAFETY: as promised by the caller.
        let buffer = unsafe { room_for(buffer, size) }?;
        let verb = VERBS.get(place).ok_or(ConclaveResult::BadArgument)?;
        let line = format!("{}\t{}", verb.usage(), verb.help);
        if copy_text(&line, buffer) { Ok(()) } else { Err(ConclaveResult::TooSmall) }
    })
}

/// Copies what the last function that had something to say did say, as UTF-8 with a NUL at the end, into `buffer`, which
/// has room for `size` bytes: the answer to a command, the problems of the settings (a line each), or what is wrong with
/// an argument. `*length`, unless `length` is NULL, gets the bytes of all of it without the NUL.
///
/// CONCLAVE_RESULT_TOO_SMALL: it was cut, between two letters.
///
/// # Safety
/// `buffer` points to `size` bytes, `length` to a place for a number, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_message(
    conclave: *const Conclave,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        let buffer = unsafe { room_for(buffer, size) }?;
        if !length.is_null() {
            // SAFETY: as promised by the caller.
            unsafe { put(length, instance.message.len()) }?;
        }
        if copy_text(&instance.message, buffer) { Ok(()) } else { Err(ConclaveResult::TooSmall) }
    })
}
