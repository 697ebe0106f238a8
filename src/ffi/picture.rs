//! Who is in, for whoever only looks; and the counters.

use std::ffi::c_char;

use super::arguments::{array, check_size, put, text};
use super::lifecycle::Conclave;
use super::{ConclaveResult, with};
use crate::room::Role;

/// A room in progress. Texts are UTF-8.
#[repr(C)]
pub struct ConclaveRoom {
    /// sizeof(struct conclave_room); set it before the call.
    pub size: usize,
    /// Its number.
    pub number: [c_char; 65],
    /// Only leaders come in.
    pub locked: bool,
    /// The most members at a time, 0 if there is no limit.
    pub max_members: u32,
    /// How many are in.
    pub members: u32,
}

/// What a member may do. A number keeps its meaning for ever.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConclaveRole {
    /// May join a locked or full room, lock it, and remove others.
    Leader = 0,
    /// May talk and listen.
    Participant = 1,
    /// May listen.
    Listener = 2,
}

/// A member of a room. Texts are UTF-8; one that is too long is cut.
#[repr(C)]
pub struct ConclaveMember {
    /// sizeof(struct conclave_member); set it before the call.
    pub size: usize,
    /// His call.
    pub call: u64,
    /// How long he has been in, in milliseconds.
    pub here_for_ms: u64,
    /// His number in the room, from 1 in the order they came; never used twice while the room is open.
    pub number: u32,
    /// What he may do.
    pub role: ConclaveRole,
    /// He talks and is heard.
    pub talking: bool,
    /// He has the conference on hold.
    pub held: bool,
    /// He muted himself.
    pub muted_by_himself: bool,
    /// He came in muted by an option and has not changed it.
    pub muted_at_start: bool,
    /// An administrator muted him.
    pub muted_by_admin: bool,
    /// The host's name of his call.
    pub channel: [c_char; 128],
    /// His name.
    pub caller_name: [c_char; 128],
    /// His telephone number.
    pub caller_number: [c_char; 64],
}

/// What happened since the conference was created.
#[repr(C)]
pub struct ConclaveStats {
    /// sizeof(struct conclave_stats); set it before the call.
    pub size: usize,
    /// Ticks mixed.
    pub ticks: u64,
    /// Calls that are Conclave's now.
    pub calls: u64,
    /// Ticks of a talking call that were made up because nothing had been fed.
    pub concealed: u64,
    /// Ticks dropped from what a call had fed to shorten its delay.
    pub trimmed: u64,
    /// Samples dropped because a call was fed more than fits.
    pub overrun: u64,
    /// Feeds ignored.
    pub ignored: u64,
    /// Ticks of music that were not there in time.
    pub music_underruns: u64,
}

/// Puts the room that is at place `index`, from 0 in the order of their numbers, into `*room`.
///
/// CONCLAVE_RESULT_NO_ROOM: there are no more than `index`.
///
/// # Safety
/// `room` points to such a struct whose `size` is set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_get_room(
    conclave: *const Conclave,
    index: usize,
    room: *mut ConclaveRoom,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        unsafe { check_size(room) }?;
        let picture = instance.handle().picture();
        let (number, found) = picture.rooms.iter().nth(index).ok_or(ConclaveResult::NoRoom)?;
        let found = ConclaveRoom {
            size: size_of::<ConclaveRoom>(),
            number: array(number.as_str()),
            locked: found.locked,
            max_members: found.max_members.unwrap_or(0),
            members: found.members.len() as u32,
        };
        // SAFETY: as promised by the caller.
        unsafe { put(room, found) }
    })
}

/// Puts the member that is at place `index`, from 0 in the order they came, of a room into `*member`.
///
/// CONCLAVE_RESULT_NO_ROOM: no such room is in progress. CONCLAVE_RESULT_NO_MEMBER: there are no more than `index`.
///
/// # Safety
/// `room` is a C string; `member` points to such a struct whose `size` is set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_get_member(
    conclave: *const Conclave,
    room: *const c_char,
    index: usize,
    member: *mut ConclaveMember,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        let room = unsafe {
            check_size(member)?;
            text(room)?
        };
        let picture = instance.handle().picture();
        let found = picture.rooms.get(&*room).ok_or(ConclaveResult::NoRoom)?;
        let found = found.members.get(index).ok_or(ConclaveResult::NoMember)?;
        let found = ConclaveMember {
            size: size_of::<ConclaveMember>(),
            call: found.call.0,
            here_for_ms: instance.now().saturating_sub(found.joined_at).as_millis() as u64,
            number: found.number,
            role: found.role.into(),
            talking: found.talking,
            held: found.held,
            muted_by_himself: found.mutes.own,
            muted_at_start: found.mutes.at_start,
            muted_by_admin: found.mutes.imposed,
            channel: array(&found.channel),
            caller_name: array(&found.caller.name),
            caller_number: array(&found.caller.number),
        };
        // SAFETY: as promised by the caller.
        unsafe { put(member, found) }
    })
}

/// Puts the counters into `*stats`.
///
/// # Safety
/// `stats` points to such a struct whose `size` is set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_get_stats(conclave: *const Conclave, stats: *mut ConclaveStats) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        unsafe { check_size(stats) }?;
        let worker = &instance.handle().stats()[0];
        let found = ConclaveStats {
            size: size_of::<ConclaveStats>(),
            ticks: worker.ticks.get(),
            calls: worker.calls.get(),
            concealed: worker.concealed.get(),
            trimmed: worker.trimmed.get(),
            overrun: worker.overrun.get(),
            ignored: worker.ignored.get(),
            music_underruns: worker.music_underruns.get(),
        };
        // SAFETY: as promised by the caller.
        unsafe { put(stats, found) }
    })
}

impl From<Role> for ConclaveRole {
    fn from(role: Role) -> ConclaveRole {
        match role {
            Role::Leader => ConclaveRole::Leader,
            Role::Participant => ConclaveRole::Participant,
            Role::Listener => ConclaveRole::Listener,
        }
    }
}
