//! The RTP of a session while it is ours: read when something has come, not by FreeSWITCH's clock.
//!
//! FreeSWITCH reads a session once for each of its packets' lengths and waits for its timer in between, which makes a
//! thread for each session. Without the timer, which it also leaves out between two bridged sessions if
//! `rtp_notimer_during_bridge` says so, it looks whether something has come, and if it may not wait it comes back at once:
//! `rtp_common_read()` in `switch_rtp.c`.

use std::os::fd::RawFd;
use std::ptr::NonNull;

use super::sys;

/// A session's RTP, while its own thread is inside an application: FreeSWITCH keeps it to the session's end.
#[derive(Clone, Copy)]
pub struct Rtp(NonNull<sys::switch_rtp_t>);

impl Rtp {
    /// That of a channel's sound; `None`: it has none, or not yet. Takes the lock of what modules store with channels.
    ///
    /// # Safety
    /// The channel's session is there.
    pub unsafe fn of(channel: *mut sys::switch_channel_t) -> Option<Rtp> {
        // SAFETY: the caller's; the name is FreeSWITCH's own for it, and what is stored lives as long as the session.
        let found = unsafe { sys::switch_channel_get_private(channel, c"__rtcp_audio_rtp_session".as_ptr()) };
        let rtp = Rtp(NonNull::new(found.cast())?);
        // SAFETY: as above.
        (unsafe { sys::switch_rtp_ready(rtp.0.as_ptr()) } != 0).then_some(rtp)
    }

    /// Has it come back at once when nothing is there, and show packets as they come; what it was before. Takes the lock
    /// of its flags.
    pub fn take(self) -> Taken {
        let timer = i32::from(self.has(sys::SWITCH_RTP_FLAG_USE_TIMER));
        // SAFETY: see the type.
        unsafe {
            sys::switch_rtp_clear_flag(self.0.as_ptr(), sys::SWITCH_RTP_FLAG_USE_TIMER as i32);
            // Ours knows better what each of its packets is worth. It counts how often it was said.
            sys::switch_rtp_pause_jitter_buffer(self.0.as_ptr(), 1);
        }
        Taken { rtp: self, timer: timer != 0 }
    }

    /// Has it use no timer, if somebody has given it one again.
    pub fn keep(self) {
        if self.has(sys::SWITCH_RTP_FLAG_USE_TIMER) {
            // SAFETY: see the type.
            unsafe { sys::switch_rtp_clear_flag(self.0.as_ptr(), sys::SWITCH_RTP_FLAG_USE_TIMER as i32) }
        }
    }

    /// Has it keep what waits to be read: it would throw that away after a packet that begins to talk.
    pub fn keep_waiting(self) {
        if self.has(sys::SWITCH_RTP_FLAG_FLUSH) {
            // SAFETY: see the type.
            unsafe { sys::switch_rtp_clear_flag(self.0.as_ptr(), sys::SWITCH_RTP_FLAG_FLUSH as i32) }
        }
    }

    /// Has it throw away what waits, with the next that is read.
    pub fn throw_waiting(self) {
        // SAFETY: see the type.
        unsafe { sys::rtp_flush_read_buffer(self.0.as_ptr(), sys::SWITCH_RTP_FLUSH_ONCE as i32) }
    }

    /// The descriptor that its packets come through.
    pub fn descriptor(self) -> Option<RawFd> {
        let mut fd = -1;
        // SAFETY: see the type; asks a socket for its number, which is written into a local.
        unsafe {
            let socket = sys::switch_rtp_get_rtp_socket(self.0.as_ptr());
            if socket.is_null() || sys::switch_os_sock_get(&mut fd, socket) != sys::SWITCH_STATUS_SUCCESS as i32 {
                return None;
            }
        }
        (fd >= 0).then_some(fd)
    }

    /// The time that FreeSWITCH would send a packet with now: what it counts from the session's begin. 0 without timer.
    pub fn time(self) -> u32 {
        // SAFETY: see the type; nobody reads by this timer while the session is ours, and only the own thread asks.
        unsafe {
            let timer = sys::switch_rtp_get_media_timer(self.0.as_ptr());
            if timer.is_null() || sys::switch_core_timer_sync(timer) != sys::SWITCH_STATUS_SUCCESS as i32 {
                return 0;
            }
            (*timer).samplecount
        }
    }

    fn has(self, flag: u32) -> bool {
        // SAFETY: see the type; reads a number.
        unsafe { sys::switch_rtp_test_flag(self.0.as_ptr(), flag as i32) != 0 }
    }
}

/// Gives it back as it was when it is dropped, on the session's own thread.
pub struct Taken {
    rtp: Rtp,
    timer: bool,
}

impl Drop for Taken {
    fn drop(&mut self) {
        // SAFETY: see [`Rtp`].
        unsafe {
            sys::switch_rtp_pause_jitter_buffer(self.rtp.0.as_ptr(), 0);
            if self.timer {
                sys::switch_rtp_set_flag(self.rtp.0.as_ptr(), sys::SWITCH_RTP_FLAG_USE_TIMER as i32);
            }
        }
    }
}
