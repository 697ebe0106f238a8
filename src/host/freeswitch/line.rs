//! A session as those see it who serve it.
//!
//! Which of FreeSWITCH's locks are taken where, all of them by FreeSWITCH itself:
//!
//! | | locks |
//! |---|---|
//! | [`read`](Line::read) | that of the codec for reading, released while the endpoint reads; in `sofia` that of its flags, in RTP those of its flags and of ICE |
//! | [`write`](Line::write) | that of the codec for writing, held while the endpoint writes |
//! | [`notice`](Line::notice) | those of the channel's flags, its state and its digits, each for a moment |
//!
//! FreeSWITCH only tries the codecs' locks first, and comes back without a packet if one is taken, which a change of
//! codec does for some 20 ms. Where it would sleep, which is while the call is held or has no media, it is not asked.

use std::ffi::CStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::formats::{self, Format, Speech};
use super::rtp::{Rtp, Taken};
use super::session::{Serving, Session};
use super::stream::{Clock, Outlet};
use super::sys;
use super::translation::Translation;
use crate::engine::{Codec, Stamp};
use crate::host::c_string;
use crate::host::epoll::now;
use crate::host::line::{Descriptor, Line, MOST_DESCRIPTORS, Outgoing, Packet, Prepared, Read, Ready};
use crate::room::{CallResult, DialplanPlace, Role, RoomNumber};

impl Line for Session {
    const HOST: &'static str = "FreeSWITCH";
    const POLLS: bool = true;
    const CHORES: Option<Duration> = Some(Duration::from_millis(100));

    type Format = Format;
    type Speech = Option<Speech>;
    type Restore = Restore;

    fn best(self) -> Option<(Codec, Format)> {
        Some(formats::best(self))
    }

    /// What others have asked of the session's own thread is done first.
    fn prepare(self, form: Option<(Codec, Format)>, _moved: &Arc<AtomicBool>) -> Option<Prepared<Session>> {
        self.follow_orders();
        let speech = self.speech_with_media();
        let (codec, format) = match (form, speech) {
            (Some((codec, _)), Some(speech)) => {
                (codec, speech.wire(codec, &self.wishes()).unwrap_or(Format::Translated))
            }
            (Some((codec, _)), None) => (codec, Format::None),
            (None, _) => formats::best(self),
        };
        let rtp = self.rtp().filter(|_| format != Format::None);
        // SAFETY: on the own thread, which has the session.
        let serving = unsafe { self.serving() };
        let translation = match (format, speech) {
            (Format::Translated, Some(speech)) => Some(Translation::begin(self, serving, codec, speech)?),
            _ => None,
        };
        let (packet, tick) = match (format, speech) {
            (Format::Wire { packet, tick }, _) => (packet, tick),
            (_, speech) => (0, speech.map_or(0, |speech| speech.write().samples_per_second / 50)),
        };
        let taken = rtp.map(Rtp::take);
        serving.speech = speech;
        serving.outlet = Outlet::new(packet, tick, rtp.map_or(0, Rtp::time));
        serving.last = None;
        serving.clock = Clock::new(speech.map_or(8000, |speech| speech.read().samples_per_second));
        let inner = self.inner();
        inner.fd.store(rtp.and_then(Rtp::descriptor).unwrap_or(-1), Ordering::Relaxed);
        inner.patience.begin(self);
        inner.has_media.store(format != Format::None, Ordering::Release);
        let _restore = Restore { _translation: translation, _taken: taken };
        Some(Prepared { codec, format, speech, _restore })
    }

    fn answer(self) -> bool {
        // SAFETY: see the type; no lock is held.
        let status = unsafe {
            sys::switch_channel_perform_answer(self.channel(), FILE.as_ptr(), c"answer".as_ptr(), line!() as i32)
        };
        status == sys::SWITCH_STATUS_SUCCESS as i32
    }

    fn progress(self) {
        // SAFETY: see the type; no lock is held.
        unsafe {
            sys::switch_channel_perform_pre_answer(self.channel(), FILE.as_ptr(), c"progress".as_ptr(), line!() as i32)
        };
    }

    fn send_digit(self, digit: char) {
        if let '0'..='9' | '*' | '#' | 'A'..='D' = digit {
            let by_rtp = self.variable(c"dtmf_type") == "rfc2833";
            // By RTP it is counted in units of the codec's clock, else in eighths of milliseconds.
            let clock = Speech::of(self).filter(|_| by_rtp).map_or(8000, |speech| speech.write().samples_per_second);
            let digit = sys::switch_dtmf_t {
                digit: digit as std::ffi::c_char,
                duration: DIGIT_MS * clock / 1000,
                flags: 0,
                source: sys::SWITCH_DTMF_APP as i32,
            };
            // SAFETY: see the type; no lock is held; the digit is copied.
            unsafe { sys::switch_core_session_send_dtmf(self.raw(), &digit) };
            if let Some(speech) = Speech::of(self).filter(|_| by_rtp) {
                self.inner().digit.1.store(now().as_micros() as u64, Ordering::Relaxed);
                let reads = DIGIT_MS.div_ceil(2 * packet_ms(speech));
                self.inner().digit.0.store(reads, Ordering::Release);
            }
            thread::sleep(Duration::from_millis(u64::from(DIGIT_MS)) + DIGIT_PAUSE);
        }
    }

    fn joined(self, room: &RoomNumber, role: Role) {
        self.set_variable(c"conclave_room", room.as_str());
        self.set_variable(c"conclave_role", role.as_str());
    }

    fn left(self, _: &RoomNumber, _: Role, seconds: u64, _: CallResult) {
        self.set_variable(c"conclave_seconds", &seconds.to_string());
    }

    fn run_dialplan(self, place: &DialplanPlace) -> bool {
        let (context, extension) = (c_string(&place.context), c_string(&place.extension));
        // SAFETY: see the type; no lock is held; the strings live over the call.
        let status = unsafe {
            sys::switch_core_session_execute_exten(
                self.raw(),
                extension.as_ptr(),
                std::ptr::null(),
                if place.context.is_empty() { std::ptr::null() } else { context.as_ptr() },
            )
        };
        let returns = self.is_ready();
        if returns && status != sys::SWITCH_STATUS_SUCCESS as i32 {
            let (extension, context) = (&place.extension, &place.context);
            log::warn!("there is no {extension} in the dial plan's {context}; the key that leads there does nothing");
        }
        returns
    }

    fn hang_up_softly(self) {
        self.hang_up(sys::SWITCH_CAUSE_NO_ANSWER);
    }

    /// Messages from the endpoint, such as a changed offer or the other end's hang-up; and the end of a call from which
    /// nothing comes any more.
    fn chores(self) {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::switch_ivr_parse_all_messages(self.raw()) };
        if self.inner().fd.load(Ordering::Relaxed) >= 0 {
            self.lose_patience();
        }
    }

    fn is_silent(format: &Format) -> bool {
        *format == Format::None
    }

    fn descriptors(self, buffer: &mut [Descriptor; MOST_DESCRIPTORS]) -> Option<usize> {
        let inner = self.inner();
        let rtp = if inner.has_media.load(Ordering::Acquire) { self.rtp() } else { None };
        let fd = rtp.and_then(|rtp| {
            rtp.keep();
            rtp.descriptor()
        });
        inner.fd.store(fd.unwrap_or(-1), Ordering::Relaxed);
        buffer[0] = Descriptor { fd: fd.unwrap_or(-1), position: 0 };
        Some(usize::from(fd.is_some()))
    }

    /// An endpoint without FreeSWITCH's RTP waits for its next packet; and ICE for what comes after its own packets.
    fn may_wait(self, descriptors: &[Descriptor]) -> bool {
        self.inner().has_media.load(Ordering::Acquire) && (descriptors.is_empty() || self.has(sys::CF_ICE))
    }

    fn notice(self) -> Read<'static> {
        let inner = self.inner();
        if !self.is_ready() {
            return Read::Gone;
        }
        if !inner.is_answered.load(Ordering::Relaxed) && self.has(sys::CF_ANSWERED) {
            inner.is_answered.store(true, Ordering::Relaxed);
            return Read::Answered;
        }
        if let Some(digit) = self.digit() {
            return Read::Digit(digit);
        }
        let is_held = self.is_held_now();
        if inner.is_held.swap(is_held, Ordering::Relaxed) != is_held {
            if !is_held && let Some(rtp) = self.rtp() {
                // It is older than the hold.
                rtp.throw_waiting();
            }
            inner.patience.note_packet();
            return Read::Hold(is_held);
        }
        self.send_on();
        if !inner.has_media.load(Ordering::Acquire) {
            return if self.speech_with_media().is_some() { Read::Changed } else { Read::Nothing };
        }
        if !inner.turns.fetch_add(1, Ordering::Relaxed).is_multiple_of(TURNS_TO_ORDERS) {
            return Read::Nothing;
        }
        match (self.has_orders(), inner.is_blocked.load(Ordering::Relaxed)) {
            (true, false) => return Read::Changed,
            (false, true) => inner.is_blocked.store(false, Ordering::Relaxed),
            _ => {}
        }
        Read::Nothing
    }

    fn read<T>(
        self,
        ready: Ready,
        (codec, format): (Codec, &Format),
        speech: Option<Option<Speech>>,
        look: impl FnOnce(Read<'_>) -> T,
    ) -> T {
        let inner = self.inner();
        let fd = inner.fd.load(Ordering::Relaxed);
        if !ready.polled && inner.patience.is_limited() {
            inner.patience.note_packet();
        }
        if *format == Format::None || inner.digit.0.load(Ordering::Acquire) > 0 {
            return look(Read::Nothing);
        }
        // A hold since the last look of `notice` counts as well: FreeSWITCH would sleep a packet's time with each read.
        if inner.is_held.load(Ordering::Relaxed) || self.is_held_now() {
            if fd < 0 {
                // Who reads it waits for it.
                thread::sleep(TICK);
            }
            return look(Read::Nothing);
        }
        if speech.is_some_and(|was| Speech::of(self) != was) {
            return look(Read::Changed);
        }
        let mut frame = std::ptr::null_mut();
        let flags = if fd < 0 { sys::SWITCH_IO_FLAG_NONE } else { sys::SWITCH_IO_FLAG_NOBLOCK };
        // SAFETY: see the type. What is read lives until the next is read.
        let frame = unsafe {
            let status = sys::switch_core_session_read_frame(self.raw(), &mut frame, flags, 0);
            frame.as_ref().filter(|_| status == sys::SWITCH_STATUS_SUCCESS as i32)
        };
        let Some(frame) = frame else { return look(Read::Nothing) };
        if frame.m != 0
            && let Some(rtp) = self.rtp()
        {
            rtp.keep_waiting();
        }
        // SAFETY: whoever reads has the session.
        let serving = unsafe { self.serving() };
        look(found(frame, codec, *format, serving, fd))
    }

    /// Whoever writes waits for nobody: see the module's text.
    fn is_free(self) -> bool {
        true
    }

    fn write(self, format: &Format, sound: &mut Outgoing) -> bool {
        let payload = sound.payload_mut();
        if *format == Format::None || payload.is_empty() {
            return true;
        }
        // SAFETY: whoever writes has the session.
        let serving = unsafe { self.serving() };
        let codec = match format {
            Format::Translated => &raw mut serving.codecs[1],
            // A change of codec is noticed a little later.
            _ if Speech::of(self) != serving.speech => return true,
            // SAFETY: see the type.
            _ => unsafe { sys::switch_core_session_get_write_codec(self.raw()) },
        };
        let mut sent = sys::SWITCH_STATUS_SUCCESS as i32;
        serving.outlet.put(payload, now(), |packet, time| {
            // SAFETY: zeroes are an empty frame. The codec is good: ours, or the session's, which stays where it is.
            sent = unsafe {
                let mut frame: sys::switch_frame_t = std::mem::zeroed();
                frame.codec = codec;
                frame.data = packet.as_mut_ptr().cast();
                (frame.datalen, frame.buflen) = (packet.len() as u32, packet.len() as u32);
                frame.channels = 1;
                frame.timestamp = time;
                sys::switch_core_session_write_frame(self.raw(), &mut frame, sys::SWITCH_IO_FLAG_NONE, 0)
            };
        });
        sent == sys::SWITCH_STATUS_SUCCESS as i32 || self.is_ready()
    }
}

impl Session {
    pub(super) fn hang_up(self, cause: u32) {
        let name = c"hang_up".as_ptr();
        // SAFETY: see the type; on the own thread; no lock is held.
        unsafe {
            sys::switch_channel_perform_hangup(self.channel(), FILE.as_ptr(), name, line!() as i32, cause as i32)
        };
    }

    /// Sends the next piece of a digit when its time has come. Without its timer FreeSWITCH sends two with each packet that
    /// it is asked for, and gives no packet meanwhile.
    fn send_on(self) {
        let (reads, next) = &self.inner().digit;
        let left = reads.load(Ordering::Acquire);
        if left == 0 || (now().as_micros() as u64) < next.load(Ordering::Relaxed) || self.is_held_now() {
            return;
        }
        let mut frame = std::ptr::null_mut();
        // SAFETY: see the type; what comes is not looked at.
        unsafe { sys::switch_core_session_read_frame(self.raw(), &mut frame, sys::SWITCH_IO_FLAG_NOBLOCK, 0) };
        let pieces = Speech::of(self).map_or(40, |speech| 2 * packet_ms(speech));
        next.fetch_add(u64::from(pieces) * 1000, Ordering::Relaxed);
        reads.store(left - 1, Ordering::Release);
    }

    /// A digit that its telephone, or somebody in its place, has sent.
    fn digit(self) -> Option<char> {
        // SAFETY: see the type; the digit is written into a local.
        unsafe {
            if sys::switch_channel_has_dtmf(self.channel()) == 0 {
                return None;
            }
            let mut digit: sys::switch_dtmf_t = std::mem::zeroed();
            let status = sys::switch_channel_dequeue_dtmf(self.channel(), &mut digit);
            (status == sys::SWITCH_STATUS_SUCCESS as i32).then_some(char::from(digit.digit as u8))
        }
    }
}

/// What a frame is to us.
fn found<'a>(frame: &'a sys::switch_frame_t, codec: Codec, format: Format, serving: &mut Serving, fd: i32) -> Read<'a> {
    if frame.codec.is_null() || frame.data.is_null() || frame.datalen == 0 || frame.flags & sys::SFF_PROXY_PACKET != 0 {
        return Read::Nothing;
    }
    // Also in the middle of a digit.
    if frame.flags & sys::SFF_CNG != 0 {
        return Read::Silence;
    }
    // SAFETY: a frame's codec is good as long as the frame.
    let implementation = unsafe { (*frame.codec).implementation };
    if format != Format::Translated && serving.speech.is_none_or(|speech| !std::ptr::eq(speech.read(), implementation))
    {
        return Read::Nothing;
    }
    let mut stamp = (frame.timestamp != 0).then(|| {
        let time = serving.clock.read(frame.timestamp);
        Stamp { sequence: frame.seq, time, arrived: None }
    });
    if let (Format::Translated, Some(now)) = (format, stamp) {
        // What FreeSWITCH has put together out of several packets has the number and the time of the last.
        let last = serving.last.replace(now);
        let samples = duration(frame.datalen, codec);
        let follows = |last: Stamp| {
            let packets = u32::from(now.sequence.wrapping_sub(last.sequence));
            now.time.wrapping_sub(last.time) == packets.wrapping_mul(samples)
        };
        stamp = stamp.filter(|_| last.is_some_and(follows));
    }
    let packet = Packet { fd, stamp };
    let (data, bytes) = (frame.data, frame.datalen as usize);
    // SAFETY: a frame's data is as long as it says, and lives until the next is read.
    unsafe {
        match codec {
            Codec::Linear(_) if data.cast::<i16>().is_aligned() => {
                Read::Linear(std::slice::from_raw_parts(data.cast(), bytes / 2), packet)
            }
            Codec::Linear(_) => Read::Nothing,
            _ => Read::Payload(std::slice::from_raw_parts(data.cast(), bytes), packet),
        }
    }
}

/// How long so many bytes are, in eighths of milliseconds; a byte each in G.711 and G.722.
fn duration(bytes: u32, codec: Codec) -> u32 {
    if let Codec::Linear(rate) = codec { 4000 * bytes / rate.hz() } else { bytes }
}

/// What gives a session its own way of reading back. The order is that of the end.
pub struct Restore {
    _translation: Option<Translation>,
    _taken: Option<Taken>,
}

fn packet_ms(speech: Speech) -> u32 {
    u32::try_from(speech.write().microseconds_per_packet / 1000).unwrap_or(0).max(10)
}

const FILE: &CStr = c"conclave";

const TICK: Duration = Duration::from_millis(20);

/// Orders may wait for a few ticks: looking for them takes four locks.
const TURNS_TO_ORDERS: u32 = 4;

const DIGIT_MS: u32 = 120;
const DIGIT_PAUSE: Duration = Duration::from_millis(80);
