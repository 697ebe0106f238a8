//! In which form a session hands in its sound and takes ours.
//!
//! A session's sound is taken as it comes off the wire where we know the codec ourselves: so each packet keeps its number
//! and its time, and what many hear is encoded once for all of them. What we do not know, or cannot cut into packets of
//! the length that was agreed on, FreeSWITCH decodes and encodes, for each session by itself.

use std::ffi::CStr;

use super::session::Session;
use super::sys;
use crate::audio::SampleRate;
use crate::codec;
use crate::engine::Codec;
use crate::host::line::MOST_BYTES;

/// How a session hands in its sound and takes ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Not at all: it has no media yet.
    None,
    /// As the wire has it, in packets of `packet` bytes, or of a tick each if that is 0. `tick`: a tick in the units of
    /// RTP's clock.
    Wire {
        /// Bytes.
        packet: usize,
        /// Units.
        tick: u32,
    },
    /// In a codec of FreeSWITCH's that FreeSWITCH translates to and from.
    Translated,
}

/// What a session speaks, compared by address: FreeSWITCH has one description of each codec with each length of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speech {
    read: *const sys::switch_codec_implementation_t,
    write: *const sys::switch_codec_implementation_t,
}

// SAFETY: the descriptions do not change, and live as long as the module that brings the codec.
unsafe impl Send for Speech {}

impl Speech {
    /// What it speaks now; `None`: nothing yet. Takes no lock: what changes just now is seen as it was or will be.
    pub fn of(session: Session) -> Option<Speech> {
        // SAFETY: see [`Session`]; a session's codecs are part of it and stay where they are.
        unsafe {
            let read = sys::switch_core_session_get_read_codec(session.raw());
            let write = sys::switch_core_session_get_write_codec(session.raw());
            let speech = Speech { read: read.as_ref()?.implementation, write: write.as_ref()?.implementation };
            (!speech.read.is_null() && !speech.write.is_null()).then_some(speech)
        }
    }

    /// Packets as they come in.
    pub fn read(&self) -> &sys::switch_codec_implementation_t {
        // SAFETY: see the type; never null.
        unsafe { &*self.read }
    }

    /// Packets as they go out.
    pub fn write(&self) -> &sys::switch_codec_implementation_t {
        // SAFETY: as above.
        unsafe { &*self.write }
    }

    /// Whether the wire speaks this codec, and how its packets are made then.
    pub fn wire(&self, codec: Codec, wishes: &CStr) -> Option<Format> {
        let (speaks, format) = self.own(wishes)?;
        (speaks == codec).then_some(format)
    }

    /// The codec, if it is one of ours. `wishes`: what the telephone asks of whoever speaks it.
    fn own(&self, wishes: &CStr) -> Option<(Codec, Format)> {
        let write = self.write();
        if self.read().iananame.is_null() || write.iananame.is_null() {
            return None;
        }
        // SAFETY: the names are constants of the codec's module.
        let (reads, writes) = unsafe { (CStr::from_ptr(self.read().iananame), CStr::from_ptr(write.iananame)) };
        let name = writes.to_str().ok()?.to_ascii_uppercase();
        let clock = write.samples_per_second;
        if !reads.to_bytes().eq_ignore_ascii_case(writes.to_bytes()) || self.read().samples_per_second != clock {
            return None;
        }
        let ms = u32::try_from(write.microseconds_per_packet).ok()? / 1000;
        // All of them have one byte for each unit of RTP's clock.
        let even = Format::Wire { packet: if ms == TICK_MS { 0 } else { (ms * 8) as usize }, tick: TICK_MS * 8 };
        let fits = clock == 8000 && ms > 0 && (ms * 8) as usize <= MOST_BYTES && write.number_of_channels == 1;
        match name.as_str() {
            "PCMU" if fits => Some((Codec::Pcmu, even)),
            "PCMA" if fits => Some((Codec::Pcma, even)),
            "G722" if fits => Some((Codec::Coded(codec::G722), even)),
            // Longer ones are only asked for, and FreeSWITCH's clock allows for shorter ones only.
            #[cfg(feature = "opus")]
            "OPUS" if clock == 48_000 && ms >= TICK_MS => {
                let wishes = opus_wishes(&wishes.to_string_lossy());
                Some((Codec::Coded(wishes.coded()), Format::Wire { packet: 0, tick: TICK_MS * 48 }))
            }
            _ => None,
        }
    }
}

/// The form in which a session is served best.
pub fn best(session: Session) -> (Codec, Format) {
    let Some(speech) = session.speech_with_media() else { return (Codec::Pcmu, Format::None) };
    if let Some(own) = speech.own(&session.wishes()) {
        return own;
    }
    let rate = speech.read().actual_samples_per_second.max(speech.write().actual_samples_per_second);
    (Codec::Linear(mixer_rate(rate)), Format::Translated)
}

/// The highest rate that both the codec and the mixer know.
fn mixer_rate(hz: u32) -> SampleRate {
    SampleRate::ALL.into_iter().filter(|rate| rate.hz() <= hz).max().unwrap_or_default()
}

/// What FreeSWITCH calls a codec that it is to translate to: its name and the rate to ask for.
pub fn name(codec: Codec) -> Option<(&'static CStr, u32)> {
    match codec {
        Codec::Pcmu => Some((c"PCMU", 8000)),
        Codec::Pcma => Some((c"PCMA", 8000)),
        Codec::Linear(rate) => Some((c"L16", rate.hz())),
        Codec::Coded(coded) if coded == codec::G722 => Some((c"G722", 8000)),
        #[cfg(feature = "opus")]
        Codec::Coded(coded) if codec::is_own(coded) => Some((c"opus", 48_000)),
        Codec::Coded(_) => None,
    }
}

/// What a line such as `useinbandfec=1; maxaveragebitrate=30000` asks for (RFC 7587, 6.1); what it does not say, or says
/// wrong, is as without it.
#[cfg(feature = "opus")]
fn opus_wishes(line: &str) -> codec::opus::Wishes {
    let mut wishes = codec::opus::Wishes::default();
    for (name, value) in line.split(';').filter_map(|part| part.split_once('=')) {
        let Ok(value) = value.trim().parse::<u32>() else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "stereo" => wishes.stereo = value == 1,
            "maxplaybackrate" => wishes.plays = value,
            "sprop-maxcapturerate" => wishes.records = value,
            "maxaveragebitrate" => wishes.most_bits = Some(value).filter(|bits| *bits > 0),
            "useinbandfec" => wishes.corrects = value == 1,
            "usedtx" => wishes.spares = value == 1,
            "cbr" => wishes.constant = value == 1,
            _ => {}
        }
    }
    wishes
}

const TICK_MS: u32 = 20;

#[cfg(all(test, feature = "opus"))]
mod tests {
    use super::*;

    #[test]
    fn what_a_telephone_asks_for_in_opus() {
        let wishes = opus_wishes("maxplaybackrate=16000; stereo=1;useinbandfec=1; MaxAverageBitrate=24000;ptime=20");
        assert!(wishes.stereo && wishes.corrects && !wishes.spares && !wishes.constant);
        assert_eq!((wishes.plays, wishes.records, wishes.most_bits), (16_000, 48_000, Some(24_000)));
        assert_eq!(opus_wishes(""), codec::opus::Wishes::default());
        assert_eq!(opus_wishes("stereo=x;maxaveragebitrate=0;usedtx"), codec::opus::Wishes::default());
    }
}
