//! A channel while it is ours.

use std::ffi::{CStr, c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::formats::{self, Format};
use super::sys;
use crate::engine::{Codec, Stamp};
use crate::host::line::{Descriptor, HEADROOM, Line, MOST_DESCRIPTORS, Outgoing, Packet, Prepared, Read, Ready};
use crate::host::{c_string, guard};
use crate::room::{CallResult, DialplanPlace, Role, RoomNumber};

/// A channel of Asterisk's, which the PBX thread that runs it lends us.
///
/// The PBX thread holds a reference for as long as it is inside [`super::app`], and stays there
/// until the media thread that serves the channel has let go of it: so the pointer is good
/// wherever one of those two has it. The same is true of the thread that made a call ([`super::dial`]), which owns it.
#[derive(Clone, Copy)]
pub struct Channel(*mut sys::ast_channel);

// SAFETY: Asterisk's channel functions lock; which thread may call them when is the rule above.
unsafe impl Send for Channel {}
// SAFETY: as above.
unsafe impl Sync for Channel {}

/// What Asterisk knows of a caller.
pub struct CallerId {
    /// The channel's name.
    pub channel: String,
    /// The name, if any.
    pub name: String,
    /// The number, if any.
    pub number: String,
    /// The language, if any.
    pub language: String,
}

/// What a channel spoke when it was prepared; only compared.
#[derive(Clone, Copy)]
pub struct Speech {
    native: *const c_void,
    codec: u32,
}

// SAFETY: the pointer is never followed, and what it points to is kept for as long as the channel is prepared.
unsafe impl Send for Speech {}

impl Channel {
    /// # Safety
    /// `channel` is what Asterisk gave to the application that calls this.
    pub unsafe fn new(channel: *mut sys::ast_channel) -> Channel {
        Channel(channel)
    }

    /// Who calls.
    pub fn caller(self) -> CallerId {
        let mut caller = sys::cv_caller { channel: [0; 128], name: [0; 128], number: [0; 128], language: [0; 64] };
        // SAFETY: see the type; the structure is the shim's own.
        unsafe { sys::cv_caller(self.0, &mut caller) };
        CallerId {
            channel: text(&caller.channel),
            name: text(&caller.name),
            number: text(&caller.number),
            language: text(&caller.language),
        }
    }

    /// The extension that is being executed.
    pub fn extension(self) -> String {
        let mut extension = [0; 80];
        // SAFETY: see the type; the length is the buffer's.
        unsafe { sys::cv_extension(self.0, extension.as_mut_ptr(), extension.len()) };
        text(&extension)
    }

    /// The channel as the shim names it.
    pub fn raw(self) -> *mut sys::ast_channel {
        self.0
    }

    /// Sets a channel variable.
    pub fn set_variable(self, name: &str, value: &str) {
        let (name, value) = (c_string(name), c_string(value));
        // SAFETY: see the type; both strings live over the call.
        unsafe { sys::cv_set_variable(self.0, name.as_ptr(), value.as_ptr()) }
    }

    /// Writes an event of ours into the log of channel events. On the channel's own thread; no lock held.
    fn note(self, event: &str, extra: &str) {
        let (event, extra) = (c_string(event), c_string(extra));
        // SAFETY: see the type; both strings live over the call.
        unsafe { sys::cv_cel(self.0, event.as_ptr(), extra.as_ptr()) }
    }

    /// Sets a variable of the call's record. On the channel's own thread; no lock held.
    fn set_record(self, name: &str, value: &str) {
        let (name, value) = (c_string(name), c_string(value));
        // SAFETY: see the type; both strings live over the call.
        unsafe { sys::cv_cdr(self.0, name.as_ptr(), value.as_ptr()) }
    }

    /// Whether the PBX wants the channel to end or to go elsewhere.
    pub fn is_hung_up(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::cv_hung_up(self.0) != 0 }
    }

    /// Lets masquerades of the channel be noticed, until the result is dropped.
    fn watch(self, moved: Arc<AtomicBool>) -> Option<Watch> {
        let call = Arc::into_raw(moved).cast_mut().cast::<c_void>();
        // SAFETY: see the type; the reference goes to the datastore, which gives it back
        // through conclave_asterisk_forget().
        if unsafe { sys::cv_watch(self.0, call) } != 0 {
            // SAFETY: the datastore did not take it.
            drop(unsafe { Arc::from_raw(call.cast::<AtomicBool>()) });
            return None;
        }
        Some(Watch { channel: self, call })
    }
}

/// What gives a channel its own formats back.
pub struct Restore {
    channel: Channel,
    before: sys::cv_before,
    _watch: Watch,
}

impl Drop for Restore {
    fn drop(&mut self) {
        // SAFETY: see [`Channel`]; dropped on the PBX thread.
        unsafe { sys::cv_restore(self.channel.0, &mut self.before) }
    }
}

impl Line for Channel {
    const HOST: &'static str = "Asterisk";

    type Format = Format;
    type Speech = Speech;
    type Restore = Restore;

    fn best(self) -> Option<(Codec, Format)> {
        formats::best(self)
    }

    fn prepare(self, form: Option<(Codec, Format)>, moved: &Arc<AtomicBool>) -> Option<Prepared<Channel>> {
        let (codec, format) = form.or_else(|| self.best())?;
        let mut before = sys::cv_before {
            read_format: std::ptr::null_mut(),
            write_format: std::ptr::null_mut(),
            end_dtmf_only: 0,
            native: std::ptr::null_mut(),
            codec: 0,
        };
        let watch = self.watch(moved.clone())?;
        // SAFETY: see the type; no lock is held on a PBX thread.
        if unsafe { sys::cv_prepare(self.0, format.raw(), &mut before) } != 0 {
            return None;
        }
        let speech = Speech { native: before.native, codec: before.codec };
        Some(Prepared { codec, format, speech, _restore: Restore { channel: self, before, _watch: watch } })
    }

    fn answer(self) -> bool {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::cv_answer(self.0) == 0 }
    }

    fn progress(self) {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::cv_progress(self.0) }
    }

    fn send_digit(self, digit: char) {
        if let '0'..='9' | '*' | '#' | 'A'..='D' = digit {
            // SAFETY: see the type; no lock is held.
            unsafe { sys::cv_send_digit(self.0, digit as c_char, DIGIT_MS) }
            std::thread::sleep(DIGIT_PAUSE);
        }
    }

    fn joined(self, room: &RoomNumber, role: Role) {
        self.note("CONCLAVE_JOIN", &format!(r#"{{"conference":"{room}","role":"{role}"}}"#));
        self.set_record("conference", room.as_str());
        self.set_record("conference_role", role.as_str());
    }

    fn left(self, room: &RoomNumber, role: Role, seconds: u64, result: CallResult) {
        let extra = format!(r#"{{"conference":"{room}","role":"{role}","seconds":{seconds},"result":"{result}"}}"#);
        self.note("CONCLAVE_LEAVE", &extra);
        self.set_record("conference_seconds", &seconds.to_string());
        self.set_record("conference_result", result.as_str());
    }

    fn run_dialplan(self, place: &DialplanPlace) -> bool {
        let (context, extension) = (c_string(&place.context), c_string(&place.extension));
        let priority = i32::try_from(place.priority).unwrap_or(1);
        // SAFETY: see the type; no lock is held; the strings live over the call.
        match unsafe { sys::cv_run_dialplan(self.0, context.as_ptr(), extension.as_ptr(), priority) } {
            0 => true,
            2 => {
                log::warn!(
                    "there is no {},{},{} in the dial plan; the key that leads there does nothing",
                    place.context,
                    place.extension,
                    place.priority
                );
                true
            }
            _ => false,
        }
    }

    fn hang_up_softly(self) {
        // SAFETY: see the type; no lock is held.
        unsafe { sys::cv_hang_up_softly(self.0) }
    }

    fn descriptors(self, buffer: &mut [Descriptor; MOST_DESCRIPTORS]) -> Option<usize> {
        let mut found = [sys::cv_fd { fd: -1, position: 0 }; MOST_DESCRIPTORS];
        // SAFETY: see the type; the length is the buffer's.
        let count = unsafe { sys::cv_fds(self.0, found.as_mut_ptr(), found.len() as i32) };
        let found = found.get(..usize::try_from(count).ok()?)?;
        for (to, found) in buffer.iter_mut().zip(found) {
            *to = Descriptor { fd: found.fd, position: found.position };
        }
        Some(found.len())
    }

    /// What goes through a stream, such as TCP, may wait for the other end.
    fn may_wait(self, descriptors: &[Descriptor]) -> bool {
        // SAFETY: asks the kernel about a number.
        descriptors.iter().any(|descriptor| unsafe { sys::cv_is_stream(descriptor.fd) != 0 })
    }

    /// A channel tells all through its descriptors.
    fn notice(self) -> Read<'static> {
        Read::Nothing
    }

    fn read<T>(
        self,
        ready: Ready,
        (codec, format): (Codec, &Format),
        speech: Option<Speech>,
        look: impl FnOnce(Read<'_>) -> T,
    ) -> T {
        let speech = speech.unwrap_or(Speech { native: std::ptr::null(), codec: 0 });
        let mut found = sys::cv_read {
            kind: 0,
            digit: 0,
            cause: 0,
            data: std::ptr::null(),
            bytes: 0,
            fd: -1,
            stamped: 0,
            sequence: 0,
            time: 0,
            frame: std::ptr::null_mut(),
        };
        // SAFETY: see the type.
        unsafe {
            let (position, urgent) = (ready.position, ready.urgent.into());
            sys::cv_read(self.0, position, urgent, format.raw(), speech.native, speech.codec, &mut found);
        }
        // Also when `look` panics.
        let _frame = Frame(found.frame);
        let time = found.time.wrapping_mul(8);
        let stamp = (found.stamped != 0).then_some(Stamp { sequence: found.sequence, time, arrived: None });
        let packet = Packet { fd: found.fd, stamp };
        look(match found.kind as u32 {
            sys::CV_GONE => Read::Gone,
            sys::CV_BUSY => Read::Busy,
            sys::CV_VOICE => {
                let bytes = found.bytes as usize;
                // SAFETY: the frame lives until `_frame` drops, which is after `look`; its data
                // is `bytes` long, and samples of linear frames are aligned by Asterisk.
                unsafe {
                    match codec {
                        Codec::Linear(_) if found.data.cast::<i16>().is_aligned() => {
                            Read::Linear(std::slice::from_raw_parts(found.data.cast(), bytes / 2), packet)
                        }
                        Codec::Linear(_) => Read::Nothing,
                        _ => Read::Payload(std::slice::from_raw_parts(found.data.cast(), bytes), packet),
                    }
                }
            }
            sys::CV_SILENCE => Read::Silence,
            sys::CV_DIGIT => Read::Digit(char::from(found.digit as u8)),
            sys::CV_HOLD => Read::Hold(true),
            sys::CV_UNHOLD => Read::Hold(false),
            sys::CV_ANSWERED => Read::Answered,
            sys::CV_REFUSED => Read::Refused(found.cause),
            sys::CV_CHANGED => Read::Changed,
            _ => Read::Nothing,
        })
    }

    fn is_free(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::cv_is_free(self.0) != 0 }
    }

    fn write(self, format: &Format, sound: &mut Outgoing) -> bool {
        let payload = sound.payload_mut();
        if payload.is_empty() {
            return !self.is_hung_up();
        }
        // SAFETY: see the type; the data stands CV_HEADROOM bytes into the buffer, as the shim asks.
        unsafe { sys::cv_write(self.0, format.raw(), payload.as_mut_ptr().cast(), payload.len() as i32) == 0 }
    }
}

/// See [`Channel::watch`].
pub struct Watch {
    channel: Channel,
    call: *mut c_void,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: see [`Channel`]; only compares the pointer, which may be stale.
        unsafe { sys::cv_unwatch(self.channel.0, self.call) }
    }
}

struct Frame(*mut sys::ast_frame);

impl Drop for Frame {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the frame came from cv_read() and is freed once.
            unsafe { sys::cv_free(self.0) }
        }
    }
}

/// Asterisk found out that our channel has new guts. Held: both channels' locks.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_masqueraded(call: *mut c_void) {
    guard("a masquerade", (), || {
        // SAFETY: the datastore holds a reference to the flag.
        unsafe { &*call.cast::<AtomicBool>() }.store(true, Ordering::Release);
    });
}

/// The datastore's reference comes back. Held: the channel's lock, or none.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_forget(call: *mut c_void) {
    // SAFETY: it is the one reference that Channel::watch() gave to the datastore.
    guard("a channel's end", (), || drop(unsafe { Arc::from_raw(call.cast::<AtomicBool>()) }));
}

/// What a buffer of C's holds.
pub fn text(buffer: &[c_char]) -> String {
    // SAFETY: c_char and u8 have the same layout.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.as_ptr().cast::<u8>(), buffer.len()) };
    CStr::from_bytes_until_nul(bytes).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}

const _: () = assert!(HEADROOM == sys::CV_HEADROOM as usize);

const DIGIT_MS: i32 = 120;
const DIGIT_PAUSE: std::time::Duration = std::time::Duration::from_millis(80);
