//! What the dial plan and lamps are told of rooms: `CONCLAVE_INFO()`, and the states of devices `conclave:ROOM`.

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int};

use super::{module, sys};
use crate::host::guard;
use crate::room::{RecordingState, Role, RoomNumber};
use crate::service::RoomPicture;

/// `CONCLAVE_INFO(what,room)`, on any thread that reads it. The values of a room that is not in progress are 0.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_info(data: *const c_char, out: *mut c_char, size: usize) -> c_int {
    guard("CONCLAVE_INFO()", WRONG, || {
        // SAFETY: null or Asterisk's own C string, good until we return.
        let data = unsafe { crate::host::text(data) };
        let value = match answer(&data) {
            Ok(value) => value,
            Err(wrong) => {
                log::warn!("CONCLAVE_INFO({data}): {wrong}");
                return WRONG;
            }
        };
        let value = CString::new(value.to_string()).unwrap_or_default();
        let bytes = value.as_bytes_with_nul();
        if bytes.len() > size {
            return WRONG;
        }
        // SAFETY: `out` has room for `size` bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
        0
    })
}

fn answer(data: &str) -> Result<u64, String> {
    let (what, number) = data.split_once(',').ok_or("write it as CONCLAVE_INFO(what,room)")?;
    let (what, number) = (what.trim().to_lowercase(), number.trim());
    let Some((_, read)) = VALUES.iter().find(|(name, _)| *name == what) else {
        let all: Vec<&str> = VALUES.iter().map(|(name, _)| *name).collect();
        return Err(format!("'{what}' is none of {}", all.join(", ")));
    };
    let number = RoomNumber::parse(number).map_err(|error| error.to_string())?;
    let picture = module::handle().map(|handle| handle.picture());
    Ok(picture.and_then(|picture| picture.rooms.get(&number).map(|room| read(room))).unwrap_or(0))
}

pub(super) fn leaders(room: &RoomPicture) -> u64 {
    room.members.iter().filter(|member| member.role == Role::Leader).count() as u64
}

fn waiting(room: &RoomPicture) -> u64 {
    room.members.iter().filter(|member| member.waits.is_some()).count() as u64
}

type Value = (&'static str, fn(&RoomPicture) -> u64);

/// What can be asked for.
const VALUES: &[Value] = &[
    ("members", |room| room.members.len() as u64),
    ("leaders", leaders),
    ("waiting", waiting),
    ("locked", |room| room.locked.into()),
    ("muted", |room| room.muted.into()),
    ("recording", |room| (room.recording != RecordingState::Off).into()),
    ("max", |room| room.max_members.unwrap_or(0).into()),
];

/// The state of a device. Held: the list of providers, for reading; the picture's lock is held for one copy of a pointer.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_device_state(room: *const c_char) -> c_int {
    guard("the state of a room", sys::CV_LAMP_INVALID, || {
        // SAFETY: Asterisk's own C string, good until we return.
        let number = unsafe { CStr::from_ptr(room) }.to_string_lossy();
        let Ok(number) = RoomNumber::parse(number.trim()) else { return sys::CV_LAMP_INVALID };
        let Some(handle) = module::handle() else { return sys::CV_LAMP_INVALID };
        let picture = handle.picture();
        match picture.rooms.get(&number) {
            Some(room) => state(room),
            None if picture.settings.may_open(&number) => sys::CV_LAMP_IDLE,
            None => sys::CV_LAMP_INVALID,
        }
    }) as c_int
}

/// How a lamp shows a room: steadily if somebody is in it, in another way if nobody else would be let in, and blinking if
/// somebody waits.
fn state(room: &RoomPicture) -> sys::cv_lamp {
    let members = room.members.len() as u64;
    let waiting = waiting(room);
    let is_full = room.max_members.is_some_and(|most| members >= most.into());
    match (members, members - waiting) {
        (0, _) => sys::CV_LAMP_IDLE,
        (_, 0) => sys::CV_LAMP_RINGS,
        _ if waiting > 0 => sys::CV_LAMP_RINGS_USED,
        _ if room.locked || is_full => sys::CV_LAMP_BUSY,
        _ => sys::CV_LAMP_USED,
    }
}

/// The states that were told last, so that each is told once.
#[derive(Default)]
pub struct Lamps(HashMap<RoomNumber, sys::cv_lamp>);

impl Lamps {
    /// A room looks otherwise than before: its new state, if it has one. `None`: the room is over.
    pub fn changed(&mut self, number: &RoomNumber, room: Option<&RoomPicture>) -> Option<(CString, sys::cv_lamp)> {
        let now = room.map_or(sys::CV_LAMP_IDLE, state);
        let before = match room {
            Some(_) => self.0.insert(number.clone(), now),
            None => self.0.remove(number),
        };
        (before != Some(now)).then(|| (crate::host::c_string(number.as_str()), now))
    }
}

const WRONG: c_int = -1;
