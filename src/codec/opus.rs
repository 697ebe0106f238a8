//! Opus (RFC 6716), as telephones speak it in RTP (RFC 7587).

use opus::{Application, Bandwidth, Bitrate, Channels};

use super::OPUS;
use crate::audio::SampleRate;
use crate::engine::{self, Coded};

/// What a telephone asks of those who speak Opus to it: the parameters of its `fmtp` line (RFC 7587, 6.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Wishes {
    /// `stereo`: it has use for two channels.
    pub stereo: bool,
    /// `maxplaybackrate`: the highest rate that it plays, in Hz.
    pub plays: u32,
    /// `sprop-maxcapturerate`: the highest rate that it records at, in Hz.
    pub records: u32,
    /// `maxaveragebitrate`, in bit/s, if there is a limit.
    pub most_bits: Option<u32>,
    /// `useinbandfec`: it can make use of what is sent for a packet that may get lost.
    pub corrects: bool,
    /// `usedtx`: it likes it best if nothing is sent in silence.
    pub spares: bool,
    /// `cbr`: all packets are to be of one length.
    pub constant: bool,
}

impl Default for Wishes {
    fn default() -> Wishes {
        Wishes {
            stereo: false,
            plays: 48_000,
            records: 48_000,
            most_bits: None,
            corrects: false,
            spares: false,
            constant: false,
        }
    }
}

impl Wishes {
    /// The form of audio for such a telephone. What makes no difference is the same form, so that it is encoded once.
    pub fn coded(self) -> Coded {
        let rate = match self.plays.max(self.records) {
            0..=8_000 => SampleRate::Hz8000,
            8_001..=16_000 => SampleRate::Hz16000,
            16_001..=24_000 => SampleRate::Hz24000,
            _ => SampleRate::Hz48000,
        };
        let band = match self.plays {
            0..=8_000 => 0,
            8_001..=12_000 => 1,
            12_001..=16_000 => 2,
            16_001..=24_000 => 3,
            _ => 4,
        };
        let limit = self.most_bits.filter(|bits| *bits < wanted_bits(rate, self.stereo, self.corrects) as u32);
        let step = limit.map_or(0, |bits| bits.saturating_sub(LIMITS_FROM) / LIMIT_STEP + 1).min(31);
        let flags = [self.corrects, self.spares, self.constant];
        let flags = flags.iter().enumerate().map(|(bit, set)| u16::from(*set) << bit).sum::<u16>();
        Coded { format: OPUS | flags | band << 3 | (step as u16) << 6, rate, stereo: self.stereo }
    }
}

/// Encodes one stream.
pub struct Encoder(opus::Encoder);

impl Encoder {
    /// None if libopus has no memory for it.
    pub(super) fn new(coded: Coded) -> Option<Encoder> {
        let bit = |place: u16| coded.format & 1 << place != 0;
        let limit = match i32::from(coded.format >> 6 & 31) {
            0 => i32::MAX,
            step => (step - 1) * LIMIT_STEP as i32 + LIMITS_FROM as i32,
        };
        let band = match coded.format >> 3 & 7 {
            0 => Bandwidth::Narrowband,
            1 => Bandwidth::Mediumband,
            2 => Bandwidth::Wideband,
            3 => Bandwidth::Superwideband,
            _ => Bandwidth::Fullband,
        };
        let channels = if coded.stereo { Channels::Stereo } else { Channels::Mono };
        let mut encoder = opus::Encoder::new(coded.rate.hz(), channels, Application::Voip).ok()?;
        let bits = wanted_bits(coded.rate, coded.stereo, bit(0)).min(limit);
        encoder.set_bitrate(Bitrate::Bits(bits)).ok()?;
        encoder.set_complexity(COMPLEXITY).ok()?;
        encoder.set_max_bandwidth(band).ok()?;
        encoder.set_inband_fec(bit(0)).ok()?;
        encoder.set_packet_loss_perc(if bit(0) { LOSS_PERCENT } else { 0 }).ok()?;
        encoder.set_dtx(bit(1)).ok()?;
        encoder.set_vbr(!bit(2)).ok()?;
        Some(Encoder(encoder))
    }
}

impl engine::Encoder for Encoder {
    fn encode(&mut self, samples: &[i16], payload: &mut [u8]) -> usize {
        match self.0.encode(samples, payload) {
            // Silence that need not be sent, as opus.h has it.
            Ok(..=2) | Err(_) => 0,
            Ok(length) => length,
        }
    }
}

/// Decodes one stream to one channel.
pub struct Decoder(opus::Decoder);

impl Decoder {
    /// None if libopus has no memory for it.
    pub(super) fn new(coded: Coded) -> Option<Decoder> {
        opus::Decoder::new(coded.rate.hz(), Channels::Mono).ok().map(Decoder)
    }
}

impl engine::Decoder for Decoder {
    fn decode(&mut self, payload: &[u8], samples: &mut [i16]) -> usize {
        if payload.is_empty() { 0 } else { self.0.decode(payload, samples, false).unwrap_or(0) }
    }

    fn conceal(&mut self, next: Option<&[u8]>, samples: &mut [i16]) -> bool {
        let made = match next.filter(|next| !next.is_empty()) {
            // What it says of the packet before it; libopus makes that up if it says nothing.
            Some(next) => self.0.decode(next, samples, true),
            None => self.0.decode(&[], samples, false),
        };
        made.is_ok()
    }
}

/// With room for what repairs a loss: libopus leaves it out if it had to take the bits for it from the speech.
fn wanted_bits(rate: SampleRate, stereo: bool, corrects: bool) -> i32 {
    let bits = bits_per_second(rate, stereo);
    if corrects { bits * 5 / 4 } else { bits }
}

/// At which speech is as good as it gets for all but trained ears.
pub fn bits_per_second(rate: SampleRate, stereo: bool) -> i32 {
    let mono = match rate {
        SampleRate::Hz8000 => 16_000,
        SampleRate::Hz16000 => 24_000,
        SampleRate::Hz24000 => 32_000,
        SampleRate::Hz32000 | SampleRate::Hz48000 => 40_000,
    };
    if stereo { mono * 8 / 5 } else { mono }
}

/// Half the work of the most thorough, for a difference that is hardly heard.
pub const COMPLEXITY: i32 = 5;

/// How much the encoder is told gets lost, where packets carry something for those before them.
const LOSS_PERCENT: i32 = 5;

/// Limits of the bit rate, in bit/s: the first one, which is the lowest that there is, and the steps from one to the next.
const LIMITS_FROM: u32 = 6_000;
const LIMIT_STEP: u32 = 2_000;
