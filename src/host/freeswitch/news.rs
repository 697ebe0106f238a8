//! What FreeSWITCH's events tell of calls that we [make](super::dial): that one rings, and why it was not reached.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Handle, sys};
use crate::host::dialling::NORMAL_CLEARING;
use crate::host::{c_string, guard, text};
use crate::room::{InviteId, InviteProgress};

/// Hears from now on what FreeSWITCH tells of calls.
pub fn register() {
    let (all, nothing) = (std::ptr::null(), std::ptr::null_mut());
    let told: [(u32, unsafe extern "C" fn(*mut sys::switch_event_t)); 2] =
        [(sys::SWITCH_EVENT_CHANNEL_PROGRESS, rings), (sys::SWITCH_EVENT_CHANNEL_HANGUP, ends)];
    for (event, tell) in told {
        // SAFETY: the functions are there until they are taken back.
        unsafe { sys::switch_event_bind(NAME.as_ptr(), event as i32, all, Some(tell), nothing) };
    }
}

/// The opposite. Nobody is in here afterwards.
pub fn unregister() {
    // SAFETY: as above.
    unsafe {
        sys::switch_event_unbind_callback(Some(rings));
        sys::switch_event_unbind_callback(Some(ends));
    }
}

/// What FreeSWITCH's events tell of a call that we make, until this is dropped.
pub(super) struct News {
    invite: InviteId,
    told: Arc<Told>,
}

struct Told {
    handle: Handle,
    rings: AtomicBool,
    /// Why the far end of a loopback could not reach whom it called; 0 if it did, or called nobody.
    cause: AtomicI32,
}

impl News {
    pub(super) fn of(invite: InviteId, handle: Handle) -> News {
        let told = Arc::new(Told { handle, rings: AtomicBool::new(false), cause: AtomicI32::new(0) });
        awaited().insert(invite, told.clone());
        News { invite, told }
    }

    /// Whether it has rung.
    pub(super) fn rings(&self) -> bool {
        self.told.rings.load(Ordering::Acquire)
    }

    /// A cause, or a better one: a dial plan that goes on after a call of its own has failed ends as if nothing had been.
    pub(super) fn or_better(&self, cause: i32) -> i32 {
        if !matches!(cause, 0 | NORMAL_CLEARING) {
            return cause;
        }
        // Events come through a queue.
        let until = Instant::now() + EVENTS_TAKE;
        loop {
            match self.told.cause.load(Ordering::Acquire) {
                0 if Instant::now() < until => thread::sleep(LOOK),
                0 => return cause,
                better => return better,
            }
        }
    }
}

impl Drop for News {
    fn drop(&mut self) {
        awaited().remove(&self.invite);
    }
}

/// Some call rings. Held: the list of who listens to events, for reading. On FreeSWITCH's own thread, as the next.
unsafe extern "C" fn rings(event: *mut sys::switch_event_t) {
    guard("an event", (), || {
        // SAFETY: FreeSWITCH's own event, good until we return.
        let Some((invite, told)) = (unsafe { about(event) }) else { return };
        if !told.rings.swap(true, Ordering::AcqRel) {
            told.handle.invited(invite, InviteProgress::Ringing);
        }
    });
}

/// Some call ends.
unsafe extern "C" fn ends(event: *mut sys::switch_event_t) {
    guard("an event", (), || {
        // SAFETY: as above; what is read of it is copied.
        unsafe {
            let Some((_, told)) = about(event) else { return };
            for word in DISPOSITIONS.map(|name| sys::switch_event_get_header_idx(event, name.as_ptr(), -1)) {
                if !word.is_null()
                    && let cause = q850(sys::switch_channel_str2cause(word))
                    && !matches!(cause, 0 | NORMAL_CLEARING | SUCCESS)
                {
                    told.cause.store(cause, Ordering::Release);
                }
            }
        }
    });
}

/// The call of ours that an event is about.
///
/// # Safety
/// The event is good.
unsafe fn about(event: *mut sys::switch_event_t) -> Option<(InviteId, Arc<Told>)> {
    if awaited().is_empty() {
        return None;
    }
    let name = c_string(&format!("variable_{INVITE}"));
    // SAFETY: the caller's, and what stands in it lives as long.
    let invite = unsafe { text(sys::switch_event_get_header_idx(event, name.as_ptr(), -1)) };
    let invite = invite.parse().map(InviteId).ok()?;
    let told = awaited().get(&invite).cloned()?;
    Some((invite, told))
}

/// FreeSWITCH's causes are those of Q.850 and some more.
pub(super) fn q850(cause: i32) -> i32 {
    match u32::try_from(cause).unwrap_or(0) {
        sys::SWITCH_CAUSE_BUSY_EVERYWHERE => 17,
        sys::SWITCH_CAUSE_ALLOTTED_TIMEOUT | sys::SWITCH_CAUSE_PROGRESS_TIMEOUT => 19,
        sys::SWITCH_CAUSE_USER_NOT_REGISTERED => 20,
        sys::SWITCH_CAUSE_DECLINE => 21,
        // Of a call that ended without any.
        sys::SWITCH_CAUSE_ORIGINATOR_CANCEL => 0,
        _ => cause,
    }
}

static AWAITED: Mutex<BTreeMap<InviteId, Arc<Told>>> = Mutex::new(BTreeMap::new());

fn awaited() -> MutexGuard<'static, BTreeMap<InviteId, Arc<Told>>> {
    AWAITED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who listens, in FreeSWITCH's words.
const NAME: &CStr = c"conclave";

/// The variable that says which invitation a call is.
pub(super) const INVITE: &str = "conclave_invite";

/// The variables in which a call knows how one that it made ended: that and when it was called, the latter of more weight.
const DISPOSITIONS: [&CStr; 2] = [c"variable_bridge_hangup_cause", c"variable_originate_disposition"];

/// FreeSWITCH's word for a call that came about.
const SUCCESS: i32 = sys::SWITCH_CAUSE_SUCCESS as i32;

/// How often it is looked whether an event has come.
const LOOK: Duration = Duration::from_millis(10);

/// So long an event may be under way.
const EVENTS_TAKE: Duration = Duration::from_millis(200);
