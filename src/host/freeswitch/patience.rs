//! Ends a call from which nothing has come for as long as FreeSWITCH was told to wait: a telephone without power.
//!
//! FreeSWITCH counts what is missing while a session is read by its clock, which is not so while a session is ours
//! ([`super::rtp`]). So it is counted here, by the same settings: the variables `media_timeout` and `media_hold_timeout` (in
//! milliseconds; each also with `_audio` behind it, which goes first), or else `rtp_timeout_sec` and
//! `rtp_hold_timeout_sec` (in seconds), which a SIP profile may have as well. While one of both has put the other on hold,
//! ten times as long is waited, if nothing else is set. Any packet counts, whatever it carries.
//!
//! First what `execute_on_media_timeout` says is run, and if that has not sent the call elsewhere it is hung up. (FreeSWITCH
//! hangs up in any case if the limit is `media_timeout`, and never, but runs it with each packet that is missing, if it is
//! `rtp_timeout_sec`.)

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use super::session::Session;
use super::sys;
use crate::host::epoll::now;

/// How long nothing may come, and when something has come last, in milliseconds. Written by the session's own thread,
/// the moment also by whoever serves it.
#[derive(Default)]
pub struct Patience {
    talking: AtomicU32,
    held: AtomicU32,
    heard_at: AtomicU64,
    is_lost: AtomicBool,
}

impl Patience {
    /// Takes in the settings; on the session's own thread. What has not come until now does not count.
    pub fn begin(&self, session: Session) {
        let (seconds, seconds_held) = session.rtp_timeouts();
        let ms = |names: &[&CStr]| names.iter().find_map(|name| session.variable(name).trim().parse::<u32>().ok());
        let by_seconds = |name, known: u32| ms(&[name]).unwrap_or(known).saturating_mul(1000);
        let (talking, held) = match ms(&[c"media_timeout_audio", c"media_timeout"]).filter(|ms| *ms > 0) {
            Some(talking) => (talking, ms(&[c"media_hold_timeout_audio", c"media_hold_timeout"]).unwrap_or(0)),
            None => (by_seconds(c"rtp_timeout_sec", seconds), by_seconds(c"rtp_hold_timeout_sec", seconds_held)),
        };
        let held = if held == 0 { talking.saturating_mul(HELD) } else { held };
        self.note_packet();
        self.held.store(held, Ordering::Relaxed);
        self.talking.store(talking, Ordering::Relaxed);
    }

    /// Something has come.
    pub fn note_packet(&self) {
        self.heard_at.store(now().as_millis() as u64, Ordering::Relaxed);
    }

    /// Whether its end waits for its own thread to have the session.
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// Whether anything is to be noted at all.
    pub fn is_limited(&self) -> bool {
        self.talking.load(Ordering::Relaxed) > 0
    }

    /// Whether nothing has come for too long.
    pub fn is_over(&self, held: bool) -> bool {
        let most = if held { &self.held } else { &self.talking }.load(Ordering::Relaxed);
        self.is_limited() && now().as_millis() as u64 > self.heard_at.load(Ordering::Relaxed) + u64::from(most)
    }
}

impl Session {
    /// Ends it if nothing has come for too long; on its own thread, which need not have the session: if something is to be
    /// run, its end is an [order](Session::has_orders).
    pub fn lose_patience(self) {
        let patience = &self.inner().patience;
        if !patience.is_over(self.is_held_now()) || !self.is_ready() {
            return;
        }
        match self.variable(RUNS_FIRST).is_empty() {
            true => self.hang_up(sys::SWITCH_CAUSE_MEDIA_TIMEOUT),
            false => patience.is_lost.store(true, Ordering::Relaxed),
        }
    }

    /// Does what is to be done before it ends, and ends it, if it is lost.
    pub fn end_if_lost(self) {
        if !self.inner().patience.is_lost.swap(false, Ordering::Relaxed) {
            return;
        }
        // SAFETY: see the type; on the own thread, which has the session; no lock is held.
        unsafe { sys::switch_channel_execute_on(self.channel(), RUNS_FIRST.as_ptr()) };
        if self.is_ready() {
            self.hang_up(sys::SWITCH_CAUSE_MEDIA_TIMEOUT);
        }
    }

    /// What its endpoint was configured with, in seconds; 0: nothing.
    fn rtp_timeouts(self) -> (u32, u32) {
        // SAFETY: see the type; on the own thread. What is found is part of the session, and numbers are read from it.
        unsafe {
            let media = sys::switch_core_session_get_media_handle(self.raw());
            if media.is_null() {
                return (0, 0);
            }
            let known = sys::switch_core_media_get_mparams(media).as_ref();
            known.map_or((0, 0), |known| (known.rtp_timeout_sec, known.rtp_hold_timeout_sec))
        }
    }
}

/// FreeSWITCH waits so many times as long while a call is held: check_media_timeout_params() in switch_core_media.c.
const HELD: u32 = 10;

/// The variable that says what is to be run.
const RUNS_FIRST: &CStr = c"execute_on_media_timeout";
