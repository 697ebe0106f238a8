//! A session while it is ours: what its own thread and whoever serves it know of it. Served it is in [`super::line`].

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};

use super::formats::Speech;
use super::patience::Patience;
use super::rtp::Rtp;
use super::stream::{Clock, Outlet};
use super::sys;
use crate::engine::Stamp;

/// A session of FreeSWITCH's, which the thread that runs it lends us.
///
/// The session's own thread stays inside [`super::app`] until whoever serves the session has let go of it, and a session
/// is not destroyed while its thread is inside an application: so the pointer is good wherever one of those two has it.
#[derive(Clone, Copy)]
pub struct Session(NonNull<Inner>);

/// In the session's own memory, which is freed with the session; nothing in it needs to be dropped.
pub struct Inner {
    session: *mut sys::switch_core_session_t,
    channel: *mut sys::switch_channel_t,
    /// The descriptor of its RTP; negative: it has none.
    pub fd: AtomicI32,
    /// It had media when it was prepared.
    pub has_media: AtomicBool,
    /// The telephone has put us on hold, or FreeSWITCH it.
    pub is_held: AtomicBool,
    /// It was seen to be answered.
    pub is_answered: AtomicBool,
    /// Its own thread has found that it may not yet do what others have asked of it.
    pub is_blocked: AtomicBool,
    /// How often it is to be read for a digit that is on its way to the telephone, and when the next time, in
    /// microseconds.
    pub digit: (AtomicU32, AtomicU64),
    /// How long nothing may come from it.
    pub patience: Patience,
    /// Ticks in which it was looked after.
    pub turns: AtomicU32,
    serving: UnsafeCell<Serving>,
}

/// For whoever has the session.
pub struct Serving {
    /// What the wire spoke when the session was prepared.
    pub speech: Option<Speech>,
    /// What goes out.
    pub outlet: Outlet,
    /// The time of what comes in.
    pub clock: Clock,
    /// The last packet's.
    pub last: Option<Stamp>,
    /// What FreeSWITCH translates to and from: as it is read, and as it is written.
    pub codecs: [sys::switch_codec_t; 2],
}

// SAFETY: FreeSWITCH's session functions lock; which thread may call them, and touch what is not atomic, is the rule above.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

impl Session {
    /// # Safety
    /// `session` is what FreeSWITCH gave to the application that calls this, or is held by a read lock.
    pub unsafe fn new(session: *mut sys::switch_core_session_t) -> Session {
        // SAFETY: the session is good; its memory is aligned for anything that C has, and no call for it fails: FreeSWITCH
        // aborts instead.
        unsafe {
            let memory = sys::switch_core_perform_session_alloc(
                session,
                size_of::<Inner>(),
                c"conclave".as_ptr(),
                c"session".as_ptr(),
                0,
            );
            let inner = NonNull::new_unchecked(memory.cast::<Inner>());
            inner.write(Inner {
                session,
                channel: sys::switch_core_session_get_channel(session),
                fd: AtomicI32::new(-1),
                has_media: AtomicBool::new(false),
                is_held: AtomicBool::new(false),
                is_answered: AtomicBool::new(false),
                is_blocked: AtomicBool::new(false),
                digit: Default::default(),
                patience: Patience::default(),
                turns: AtomicU32::new(0),
                serving: UnsafeCell::new(Serving {
                    speech: None,
                    outlet: Outlet::new(0, 0, 0),
                    clock: Clock::new(8000),
                    last: None,
                    codecs: std::mem::zeroed(),
                }),
            });
            Session(inner)
        }
    }

    /// The session as FreeSWITCH names it.
    pub fn raw(self) -> *mut sys::switch_core_session_t {
        self.inner().session
    }

    /// What is known of it.
    pub fn inner(&self) -> &Inner {
        // SAFETY: see the type.
        unsafe { self.0.as_ref() }
    }

    /// Its channel as FreeSWITCH names it.
    pub fn channel(self) -> *mut sys::switch_channel_t {
        self.inner().channel
    }

    /// What only one at a time has.
    ///
    /// # Safety
    /// Nobody but the caller has the session, and he has no other.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn serving(&self) -> &mut Serving {
        // SAFETY: the caller's.
        unsafe { &mut *self.inner().serving.get() }
    }

    /// Whether its channel has a flag.
    pub fn has(self, flag: u32) -> bool {
        // SAFETY: see the type.
        unsafe { sys::switch_channel_test_flag(self.channel(), flag as i32) != 0 }
    }

    /// What it speaks, if sound flows, or could.
    pub fn speech_with_media(self) -> Option<Speech> {
        // SAFETY: see the type.
        let flows = unsafe { sys::switch_channel_test_ready(self.channel(), 0, 1) != 0 };
        let flows = flows && (self.rtp().is_none() || self.has(sys::CF_AUDIO));
        if flows { Speech::of(self) } else { None }
    }

    /// What the telephone asks of whoever speaks its codec: the codec's `fmtp`.
    pub fn wishes(self) -> CString {
        // SAFETY: see the type; on the own thread, which is the one that changes the codec.
        unsafe {
            let codec = sys::switch_core_session_get_write_codec(self.raw());
            match codec.as_ref().map(|codec| codec.fmtp_in) {
                Some(line) if !line.is_null() => CStr::from_ptr(line).to_owned(),
                _ => CString::default(),
            }
        }
    }

    /// Its RTP, if its endpoint uses FreeSWITCH's.
    pub fn rtp(self) -> Option<Rtp> {
        // SAFETY: see the type.
        unsafe { Rtp::of(self.channel()) }
    }

    /// Whether FreeSWITCH would sleep instead of reading it.
    pub fn is_held_now(self) -> bool {
        self.has(sys::CF_HOLD) || self.has(sys::CF_LEG_HOLDING)
    }

    /// What others have asked of the session's own thread, such as `uuid_broadcast`, or the silence of its telephone has.
    pub fn has_orders(self) -> bool {
        // SAFETY: see the type.
        self.inner().patience.is_lost() || unsafe { sys::switch_core_session_private_event_count(self.raw()) > 0 }
    }

    /// Does it. May last as long as what is asked for.
    pub fn follow_orders(self) {
        // SAFETY: see the type; on the own thread, and nobody else has the session.
        unsafe {
            if self.has(sys::CF_PROXY_MODE) {
                // It came out of a call whose sound goes past FreeSWITCH.
                sys::switch_ivr_media(sys::switch_core_session_get_uuid(self.raw()), sys::SMF_NONE);
            }
            sys::switch_ivr_parse_all_events(self.raw());
        }
        self.end_if_lost();
        let blocked = self.is_ready() && self.has_orders();
        self.inner().is_blocked.store(blocked, Ordering::Relaxed);
    }
}
