//! A codec that FreeSWITCH translates to and from, because we do not know the one that a session speaks.

use std::ffi::CStr;

use super::formats::{self, Speech};
use super::session::{Serving, Session};
use super::sys;
use crate::engine::Codec;

/// FreeSWITCH translates. Ends it when it is dropped, on the session's own thread.
pub struct Translation {
    session: Session,
    codecs: *mut [sys::switch_codec_t; 2],
    made: usize,
}

impl Translation {
    /// Reads a frame of a packet's length, and takes ticks.
    pub fn begin(session: Session, serving: &mut Serving, codec: Codec, speech: Speech) -> Option<Translation> {
        let (name, rate) = formats::name(codec)?;
        let mut translation = Translation { session, codecs: &raw mut serving.codecs, made: 0 };
        for ms in [speech.read().microseconds_per_packet / 1000, TICK_MS] {
            // SAFETY: the places are good until the session ends, and nobody else looks at them.
            let codec = unsafe { &mut (*translation.codecs)[translation.made] };
            if !begin_codec(codec, name, rate, ms) && !begin_codec(codec, name, rate, TICK_MS) {
                return None;
            }
            translation.made += 1;
        }
        // SAFETY: see [`Session`]; the codec stays until the translation ends.
        let set = unsafe { sys::switch_core_session_set_read_codec(session.raw(), &raw mut (*translation.codecs)[0]) };
        (set == sys::SWITCH_STATUS_SUCCESS as i32).then_some(translation)
    }
}

impl Drop for Translation {
    fn drop(&mut self) {
        // SAFETY: see [`Session`]; on the own thread, which has it. The codecs are taken off the session before they end.
        unsafe {
            if self.made == 2 {
                sys::switch_core_session_set_read_codec(self.session.raw(), std::ptr::null_mut());
            }
            for place in 0..self.made {
                sys::switch_core_codec_destroy(&raw mut (*self.codecs)[place]);
            }
        }
    }
}

fn begin_codec(codec: &mut sys::switch_codec_t, name: &CStr, rate: u32, ms: i32) -> bool {
    let flags = sys::SWITCH_CODEC_FLAG_ENCODE | sys::SWITCH_CODEC_FLAG_DECODE;
    let (null, pool) = (std::ptr::null(), std::ptr::null_mut());
    // SAFETY: the place is good until the session ends; the codec's memory comes from a pool of its own.
    let made = unsafe {
        sys::switch_core_codec_init_with_bitrate(
            codec,
            name.as_ptr(),
            null,
            null,
            rate,
            ms,
            1,
            0,
            flags,
            std::ptr::null(),
            pool,
        )
    };
    made == sys::SWITCH_STATUS_SUCCESS as i32
}

const TICK_MS: i32 = 20;
