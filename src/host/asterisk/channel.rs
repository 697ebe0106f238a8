//! A channel while it is ours.

use std::ffi::{CStr, c_char, c_void};
use std::ops::Deref;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::formats::{self, Format};
use super::log::c_string;
use super::{guard, sys};
use crate::engine::{Codec, Stamp};

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

/// Which of a channel's descriptors has something to be read.
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    /// Its place in the channel.
    pub position: i32,
    /// It is urgent: see `cv_read()`.
    pub urgent: bool,
}

/// What is known of a packet besides what it carries.
#[derive(Clone, Copy, Debug)]
pub struct Packet {
    /// The descriptor that it came through.
    pub fd: RawFd,
    /// The sender's, unless somebody between him and us has lost it.
    pub stamp: Option<Stamp>,
}

/// What [`Channel::read`] found.
pub enum Read<'a> {
    /// Hung up, redirected, or turned into a zombie by a masquerade: give it back.
    Gone,
    /// Somebody holds the channel's lock; try again later.
    Busy,
    /// Nothing for us.
    Nothing,
    /// Payload bytes.
    Payload(&'a [u8], Packet),
    /// Linear samples.
    Linear(&'a [i16], Packet),
    /// The telephone sends nothing until its caller talks again.
    Silence,
    /// A digit's end.
    Digit(char),
    /// The telephone put us on hold, or took us back.
    Hold(bool),
    /// A call that we made was answered.
    Answered,
    /// A call that we made is busy, or cannot be made: Q.850's cause.
    Refused(i32),
    /// It speaks another codec now.
    Changed,
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

    /// Sets the formats to what the engine takes, until the result is dropped. `form`: it has to be this one, because
    /// the call's leg is made for it.
    pub fn prepare(self, form: Option<(Codec, Format)>) -> Option<Prepared> {
        let (codec, format) = form.or_else(|| formats::best(self))?;
        let mut before = sys::cv_before {
            read_format: std::ptr::null_mut(),
            write_format: std::ptr::null_mut(),
            end_dtmf_only: 0,
            native: std::ptr::null_mut(),
            codec: 0,
        };
        // SAFETY: see the type; no lock is held on a PBX thread.
        if unsafe { sys::cv_prepare(self.0, format.raw(), &mut before) } != 0 {
            return None;
        }
        Some(Prepared { channel: self, codec, format, before })
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

    /// Whether the PBX wants the channel to end or to go elsewhere.
    pub fn is_hung_up(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::cv_hung_up(self.0) != 0 }
    }

    /// Whether nobody holds the channel's lock just now.
    pub fn is_free(self) -> bool {
        // SAFETY: see the type.
        unsafe { sys::cv_is_free(self.0) != 0 }
    }

    /// The open descriptors and their places in the channel; `None` while somebody holds its lock. Never waits.
    pub fn descriptors(self, buffer: &mut [sys::cv_fd]) -> Option<&[sys::cv_fd]> {
        // SAFETY: see the type; the length is the buffer's.
        let found = unsafe { sys::cv_fds(self.0, buffer.as_mut_ptr(), buffer.len() as i32) };
        buffer.get(..usize::try_from(found).ok()?)
    }

    /// Reads what made a descriptor ready, and shows it to `look`.
    /// `speech`: notices if that is no longer what the channel speaks.
    pub fn read<T>(
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

    /// Writes one tick of sound; false if the channel is hung up. May wait, if the channel's transport does.
    /// A codec that has nothing to say in silence says nothing.
    pub fn write(self, format: &Format, sound: &mut Outgoing) -> bool {
        if sound.bytes == 0 {
            return !self.is_hung_up();
        }
        // SAFETY: see the type; the data stands CV_HEADROOM bytes into the buffer, as the shim asks.
        unsafe {
            let data = sound.buffer.0.as_mut_ptr().add(HEADROOM);
            sys::cv_write(self.0, format.raw(), data.cast(), sound.bytes as i32) == 0
        }
    }

    /// Lets masquerades of the channel be noticed, until the result is dropped.
    pub fn watch(self, masqueraded: Arc<AtomicBool>) -> Option<Watch> {
        let call = Arc::into_raw(masqueraded).cast_mut().cast::<c_void>();
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

/// One tick of sound on its way out, with room for a packet's header before it.
pub struct Outgoing {
    buffer: Aligned,
    bytes: usize,
}

#[repr(align(8))]
struct Aligned([u8; HEADROOM + MOST_BYTES]);

impl Outgoing {
    /// Empty.
    pub fn new() -> Outgoing {
        Outgoing { buffer: Aligned([0; HEADROOM + MOST_BYTES]), bytes: 0 }
    }

    /// Takes a payload; what is too long for a tick is cut.
    pub fn set_payload(&mut self, payload: &[u8]) {
        self.bytes = payload.len().min(MOST_BYTES);
        self.buffer.0[HEADROOM..HEADROOM + self.bytes].copy_from_slice(&payload[..self.bytes]);
    }

    /// Takes linear samples, in the machine's order.
    pub fn set_linear(&mut self, samples: &[i16]) {
        let samples = &samples[..samples.len().min(MOST_BYTES / 2)];
        self.bytes = samples.len() * 2;
        let room = &mut self.buffer.0[HEADROOM..HEADROOM + self.bytes];
        for (bytes, sample) in room.chunks_exact_mut(2).zip(samples) {
            bytes.copy_from_slice(&sample.to_ne_bytes());
        }
    }

    /// The payload's bytes.
    pub fn payload(&self) -> &[u8] {
        &self.buffer.0[HEADROOM..HEADROOM + self.bytes]
    }
}

/// A channel with our formats; dropping it gives it its own back.
pub struct Prepared {
    channel: Channel,
    /// What the channel hands in and takes.
    pub codec: Codec,
    /// The same as Asterisk names it.
    pub format: Format,
    before: sys::cv_before,
}

impl Prepared {
    /// What the channel speaks.
    pub fn speech(&self) -> Speech {
        Speech { native: self.before.native, codec: self.before.codec }
    }
}

impl Deref for Prepared {
    type Target = Channel;

    fn deref(&self) -> &Channel {
        &self.channel
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // SAFETY: see [`Channel`]; dropped on the PBX thread.
        unsafe { sys::cv_restore(self.channel.0, &mut self.before) }
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

/// Whether a channel's sound goes through a stream, such as TCP: then reading and writing may wait for the other end.
pub fn is_stream(descriptors: &[sys::cv_fd]) -> bool {
    // SAFETY: asks the kernel about a number.
    descriptors.iter().any(|descriptor| unsafe { sys::cv_is_stream(descriptor.fd) != 0 })
}

/// What a buffer of C's holds.
pub fn text(buffer: &[c_char]) -> String {
    // SAFETY: c_char and u8 have the same layout.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.as_ptr().cast::<u8>(), buffer.len()) };
    CStr::from_bytes_until_nul(bytes).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A channel has twelve places at most, unless it has video, which we do not look at.
pub const MOST_DESCRIPTORS: usize = 16;

const HEADROOM: usize = sys::CV_HEADROOM as usize;

/// One tick of linear samples at 48 kHz; a coded one is shorter.
const MOST_BYTES: usize = 1920;
