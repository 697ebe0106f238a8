//! In which form a channel hands in its sound and takes ours, and what codes the forms that the engine does not know.
//!
//! A channel's sound is taken as it comes off the wire, before Asterisk translates it: so each packet keeps its number
//! and its time, and what many hear is encoded once for all of them. Asterisk's translators code what we cannot code by
//! ourselves; what does not fit our ticks is taken linear, translated by Asterisk for each channel.

use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use super::channel::{Channel, text};
use super::sys;
use crate::audio::SampleRate;
use crate::codec;
use crate::engine::{self, Codec, Coded, MOST_PAYLOAD};

/// A format of Asterisk's.
#[derive(Debug)]
pub struct Format(NonNull<sys::ast_format>);

// SAFETY: formats do not change once they are made, and their references are counted atomically.
unsafe impl Send for Format {}
// SAFETY: as above.
unsafe impl Sync for Format {}

impl Format {
    /// # Safety
    /// The pointer is good, and its reference becomes ours.
    unsafe fn take(format: *mut sys::ast_format) -> Option<Format> {
        NonNull::new(format).map(Format)
    }

    fn plain(codec: u32, rate: SampleRate) -> Option<Format> {
        // SAFETY: the shim gives us a reference.
        unsafe { Format::take(sys::cv_format_plain(codec as i32, rate.hz() as i32)) }
    }

    /// Linear at a rate.
    fn linear(rate: SampleRate) -> Option<Format> {
        Format::plain(sys::CV_LINEAR, rate)
    }

    /// The format as the shim names it.
    pub fn raw(&self) -> *mut sys::ast_format {
        self.0.as_ptr()
    }

    fn is_same(&self, other: &Format) -> bool {
        // SAFETY: both are good.
        unsafe { sys::cv_format_same(self.raw(), other.raw()) != 0 }
    }

    fn leads_to(&self, other: &Format) -> bool {
        // SAFETY: both are good.
        unsafe { sys::cv_has_path(other.raw(), self.raw()) != 0 }
    }
}

impl Clone for Format {
    fn clone(&self) -> Format {
        // SAFETY: ours is counted, so it is good.
        unsafe { sys::cv_format_hold(self.raw()) };
        Format(self.0)
    }
}

impl Drop for Format {
    fn drop(&mut self) {
        // SAFETY: gives back the reference that is ours.
        unsafe { sys::cv_format_drop(self.raw()) }
    }
}

/// The form in which a channel is served best.
pub fn best(channel: Channel) -> Option<(Codec, Format)> {
    let mut wire = sys::cv_wire {
        format: std::ptr::null_mut(),
        codec: [0; 32],
        rate: 0,
        frame_ms: 0,
        linear: 0,
        opus: sys::cv_opus { stereo: 0, plays: 0, records: 0, most_bits: 0, corrects: 0, spares: 0, constant: 0 },
    };
    // SAFETY: see [`Channel`]; the structure is the shim's own, and the format in it becomes ours.
    let format = unsafe {
        sys::cv_wire(channel.raw(), &mut wire);
        Format::take(wire.format)?
    };
    let rate = mixer_rate(wire.rate);
    let codec = match text(&wire.codec).as_str() {
        "ulaw" => return Some((Codec::Pcmu, Format::plain(sys::CV_PCMU, rate)?)),
        "alaw" => return Some((Codec::Pcma, Format::plain(sys::CV_PCMA, rate)?)),
        "g722" => Some(codec::G722),
        #[cfg(feature = "opus")]
        "opus" => Some(wishes(&wire.opus).coded()),
        _ if wire.linear == 0 && TICK_MS % wire.frame_ms.max(1) == 0 => translated(&format, rate),
        _ => None,
    };
    match codec {
        Some(coded) => Some((Codec::Coded(coded), format)),
        None => Some((Codec::Linear(rate), Format::linear(rate)?)),
    }
}

#[cfg(feature = "opus")]
fn wishes(opus: &sys::cv_opus) -> codec::opus::Wishes {
    codec::opus::Wishes {
        stereo: opus.stereo != 0,
        plays: u32::try_from(opus.plays).unwrap_or(48_000),
        records: u32::try_from(opus.records).unwrap_or(48_000),
        most_bits: u32::try_from(opus.most_bits).ok().filter(|bits| *bits > 0),
        corrects: opus.corrects != 0,
        spares: opus.spares != 0,
        constant: opus.constant != 0,
    }
}

/// The highest rate that both the codec and the mixer know.
fn mixer_rate(hz: i32) -> SampleRate {
    let fits = |rate: &SampleRate| i64::from(rate.hz()) <= i64::from(hz);
    SampleRate::ALL.into_iter().filter(fits).max().unwrap_or_default()
}

/// The form for a format that Asterisk translates for us, a tick at a time and packet by packet.
fn translated(format: &Format, rate: SampleRate) -> Option<Coded> {
    let linear = Format::linear(rate)?;
    if !format.leads_to(&linear) || !linear.leads_to(format) {
        return None;
    }
    let mut formats = FORMATS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = formats.iter().position(|known| known.is_same(format));
    let name = match known {
        Some(name) => name,
        None if formats.len() < MOST_FORMATS && makes_ticks(format, &linear, rate) => {
            formats.push(format.clone());
            formats.len() - 1
        }
        None => return None,
    };
    Some(Coded { format: name as u16, rate, stereo: false })
}

/// Whether each tick becomes a packet at once, and each packet a tick.
fn makes_ticks(format: &Format, linear: &Format, rate: SampleRate) -> bool {
    let Some(mut encoder) = Translator::new(linear, format) else { return false };
    let Some(mut decoder) = Translator::new(format, linear) else { return false };
    let tick = rate.samples_per_tick();
    let (silence, mut packet, mut samples) = (vec![0; 2 * tick], [0; MOST_PAYLOAD], vec![0; 8 * tick]);
    (0..3).all(|_| {
        let length = encoder.translate(&silence, &mut packet);
        length > 0 && decoder.translate(&packet[..length], &mut samples) == 2 * tick
    })
}

/// Formats that were met, by their names in [`Coded`]. They stay: a codec comes in few of them.
static FORMATS: Mutex<Vec<Format>> = Mutex::new(Vec::new());

/// Lets go of them, once no call is there and no worker.
pub fn forget() {
    FORMATS.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Makes our own coders and Asterisk's. On the service's thread, where building a path waits for whoever loads a codec.
pub struct AsteriskCoders;

impl engine::Coders for AsteriskCoders {
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn engine::Decoder>> {
        if codec::is_own(coded) {
            return codec::decoder(coded);
        }
        let translator = Translator::new(&met(coded)?, &Format::linear(coded.rate)?)?;
        Some(Box::new(translator))
    }

    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn engine::Encoder>> {
        if codec::is_own(coded) {
            return codec::encoder(coded);
        }
        let translator = Translator::new(&Format::linear(coded.rate)?, &met(coded)?)?;
        Some(Box::new(translator))
    }
}

fn met(coded: Coded) -> Option<Format> {
    FORMATS.lock().unwrap_or_else(PoisonError::into_inner).get(usize::from(coded.format)).cloned()
}

/// One stream on its way through Asterisk's translators.
struct Translator {
    path: NonNull<sys::ast_trans_pvt>,
    from: Format,
    /// Whether what it encodes depends for long on what it went through.
    remembers: bool,
}

// SAFETY: a path belongs to whoever has it, and is bound to no thread.
unsafe impl Send for Translator {}

impl Translator {
    fn new(from: &Format, to: &Format) -> Option<Translator> {
        // SAFETY: both are good.
        let path = NonNull::new(unsafe { sys::cv_path(to.raw(), from.raw()) })?;
        // SAFETY: the format is good.
        let remembers = unsafe { sys::cv_format_remembers(to.raw()) != 0 };
        Some(Translator { path, from: from.clone(), remembers })
    }

    /// What fits of it, in bytes; samples are in the machine's order.
    fn translate(&mut self, data: &[u8], out: &mut [u8]) -> usize {
        // SAFETY: the path and the format are ours; lengths are those of the slices, and nothing is kept.
        let made = unsafe {
            sys::cv_translate(
                self.path.as_ptr(),
                self.from.raw(),
                data.as_ptr().cast(),
                data.len() as i32,
                out.as_mut_ptr().cast(),
                out.len() as i32,
            )
        };
        usize::try_from(made).unwrap_or(0).min(out.len())
    }
}

impl engine::Encoder for Translator {
    fn encode(&mut self, samples: &[i16], payload: &mut [u8]) -> usize {
        // SAFETY: samples are plain bytes.
        let bytes = unsafe { samples.align_to::<u8>().1 };
        self.translate(bytes, payload)
    }

    fn forgives(&self) -> bool {
        !self.remembers
    }
}

impl engine::Decoder for Translator {
    fn decode(&mut self, payload: &[u8], samples: &mut [i16]) -> usize {
        if payload.is_empty() {
            return 0;
        }
        // SAFETY: any bytes are samples.
        let bytes = unsafe { samples.align_to_mut::<u8>().1 };
        self.translate(payload, bytes) / 2
    }
}

impl Drop for Translator {
    fn drop(&mut self) {
        // SAFETY: built by cv_path(), freed once.
        unsafe { sys::cv_path_free(self.path.as_ptr()) }
    }
}

const TICK_MS: i32 = 20;

/// So many attributes of codecs are remembered; calls with others are served linear.
const MOST_FORMATS: usize = 256;
