//! The codecs that callers speak, and what encodes and decodes them.

use audio_codec::g722::{G722Decoder, G722Encoder};
use audio_codec::{Decoder as _, Encoder as _};
use opus::{Application, Channels};

use crate::sys::Gsm;

/// How a caller's samples travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Codec {
    /// G.711 µ-law, 8 kHz.
    Pcmu,
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// Linear 16-bit at 16 kHz (Asterisk's `slin16`).
    L16,
    /// G.722 at 64 kbit/s, 16 kHz.
    G722,
    /// GSM 06.10 full rate, 8 kHz.
    Gsm,
    /// Opus, 48 kHz. The other end is asked for one channel.
    Opus,
    /// Opus, 48 kHz. The other end is asked for two channels; what is said has one.
    OpusStereo,
}

impl Codec {
    /// All of them. Of those with the same name in SDP the first is found in a description.
    pub(crate) const ALL: [Self; 7] =
        [Self::Pcmu, Self::Pcma, Self::L16, Self::G722, Self::Gsm, Self::Opus, Self::OpusStereo];

    /// Samples a second.
    pub fn rate(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma | Self::Gsm => 8_000,
            Self::L16 | Self::G722 => 16_000,
            Self::Opus | Self::OpusStereo => 48_000,
        }
    }

    /// What RTP's time stamps count a second. RFC 3551 has 8000 for G.722, by an old mistake.
    pub fn clock(self) -> u32 {
        match self {
            Self::G722 => 8_000,
            other => other.rate(),
        }
    }

    /// Samples in a frame of 20 ms.
    pub fn frame(self) -> usize {
        self.rate() as usize / 50
    }

    /// The name in SDP.
    pub(crate) fn encoding(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU/8000",
            Self::Pcma => "PCMA/8000",
            Self::L16 => "L16/16000",
            Self::G722 => "G722/8000",
            Self::Gsm => "GSM/8000",
            Self::Opus | Self::OpusStereo => "opus/48000/2",
        }
    }

    /// What is said of it in SDP besides its name.
    pub(crate) fn parameters(self) -> Option<&'static str> {
        match self {
            Self::Opus => Some("useinbandfec=1"),
            Self::OpusStereo => Some("useinbandfec=1; stereo=1; sprop-stereo=0"),
            _ => None,
        }
    }

    /// The payload type that a caller offers it under.
    pub(crate) fn payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::Pcma => 8,
            Self::L16 => 118,
            Self::G722 => 9,
            Self::Gsm => 3,
            Self::Opus | Self::OpusStereo => 107,
        }
    }

    /// What encodes one stream in it.
    ///
    /// # Panics
    /// Where libgsm is missing, for GSM.
    pub fn encoder(self) -> Encoder {
        Encoder(match self {
            Self::Pcmu => Encodes::Pcmu,
            Self::Pcma => Encodes::Pcma,
            Self::L16 => Encodes::L16,
            Self::G722 => Encodes::G722(Box::new(G722Encoder::new())),
            Self::Gsm => Encodes::Gsm(gsm()),
            Self::Opus | Self::OpusStereo => {
                let mut encoder =
                    opus::Encoder::new(48_000, Channels::Mono, Application::Voip).expect("libopus makes one");
                // With what a receiver needs to make up for a lost packet.
                let _ = encoder.set_inband_fec(true).and_then(|()| encoder.set_packet_loss_perc(5));
                let _ = encoder.set_bitrate(opus::Bitrate::Bits(40_000)).and_then(|()| encoder.set_complexity(5));
                Encodes::Opus(encoder)
            }
        })
    }

    /// What decodes one stream in it.
    ///
    /// # Panics
    /// Where libgsm is missing, for GSM.
    pub fn decoder(self) -> Decoder {
        let opus = |channels| opus::Decoder::new(48_000, channels).expect("libopus makes one");
        Decoder(match self {
            Self::Pcmu => Decodes::Pcmu,
            Self::Pcma => Decodes::Pcma,
            Self::L16 => Decodes::L16,
            Self::G722 => Decodes::G722(Box::new(G722Decoder::new())),
            Self::Gsm => Decodes::Gsm(gsm()),
            Self::Opus => Decodes::Opus(opus(Channels::Mono)),
            Self::OpusStereo => Decodes::OpusStereo(opus(Channels::Stereo)),
        })
    }
}

/// Encodes one stream, frame by frame.
pub struct Encoder(Encodes);

enum Encodes {
    Pcmu,
    Pcma,
    L16,
    G722(Box<G722Encoder>),
    Gsm(Gsm),
    Opus(opus::Encoder),
}

impl Encoder {
    /// Appends a frame of 20 ms to a payload.
    pub fn encode(&mut self, samples: &[i16], payload: &mut Vec<u8>) {
        match &mut self.0 {
            Encodes::Pcmu => payload.extend(samples.iter().map(|&sample| encode_ulaw(sample))),
            Encodes::Pcma => payload.extend(samples.iter().map(|&sample| encode_alaw(sample))),
            Encodes::L16 => payload.extend(samples.iter().flat_map(|sample| sample.to_be_bytes())),
            Encodes::G722(encoder) => append(payload, samples.len(), |room| encoder.encode_into(samples, room).ok()),
            Encodes::Gsm(gsm) => samples.as_chunks().0.iter().for_each(|frame| payload.extend(gsm.encode(frame))),
            Encodes::Opus(encoder) => append(payload, MOST_BYTES, |room| encoder.encode(samples, room).ok()),
        }
    }
}

/// Decodes one stream, packet by packet.
pub struct Decoder(Decodes);

enum Decodes {
    Pcmu,
    Pcma,
    L16,
    G722(Box<G722Decoder>),
    Gsm(Gsm),
    Opus(opus::Decoder),
    OpusStereo(opus::Decoder),
}

impl Decoder {
    /// Whether [`decode`](Self::decode) gives two samples at a time, left and right.
    pub fn is_stereo(&self) -> bool {
        matches!(self.0, Decodes::OpusStereo(_))
    }

    /// Appends what a payload has to samples.
    pub fn decode(&mut self, payload: &[u8], samples: &mut Vec<i16>) {
        match &mut self.0 {
            Decodes::Pcmu => samples.extend(payload.iter().map(|&byte| decode_ulaw(byte))),
            Decodes::Pcma => samples.extend(payload.iter().map(|&byte| decode_alaw(byte))),
            Decodes::L16 => samples.extend(payload.as_chunks::<2>().0.iter().map(|&pair| i16::from_be_bytes(pair))),
            Decodes::G722(decoder) => {
                append(samples, 2 * payload.len(), |room| decoder.decode_into(payload, room).ok());
            }
            Decodes::Gsm(gsm) => payload.as_chunks().0.iter().for_each(|frame| samples.extend(gsm.decode(frame))),
            Decodes::Opus(decoder) => append(samples, MOST_SAMPLES, |room| decoder.decode(payload, room, false).ok()),
            Decodes::OpusStereo(decoder) => append(samples, 2 * MOST_SAMPLES, |room| {
                decoder.decode(payload, room, false).ok().map(|count| 2 * count)
            }),
        }
    }
}

/// Lets something write at most so many behind what there is; nothing stays of what failed.
fn append<T: Default + Clone>(to: &mut Vec<T>, most: usize, write: impl FnOnce(&mut [T]) -> Option<usize>) {
    let before = to.len();
    to.resize(before + most, T::default());
    let written = write(&mut to[before..]).unwrap_or(0);
    to.truncate(before + written);
}

fn gsm() -> Gsm {
    Gsm::new().expect("libgsm.so.1 (Debian: libgsm1) makes one")
}

/// What fits an Ethernet frame.
const MOST_BYTES: usize = 1_400;

/// 120 ms, the longest packet of Opus.
const MOST_SAMPLES: usize = 5_760;

/// One sample in G.711 µ-law.
pub fn encode_ulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = (i32::from(sample).abs() + ULAW_BIAS).min(32_767);
    let segment = magnitude.ilog2() - 7;
    let step = (magnitude >> (segment + 3)) & 0x0F;
    !(sign | (segment as u8) << 4 | step as u8)
}

/// One sample out of G.711 µ-law.
pub fn decode_ulaw(byte: u8) -> i16 {
    let byte = !byte;
    let segment = (byte >> 4) & 7;
    let step = i32::from(byte & 0x0F);
    let magnitude = ((2 * step + 33) << (segment + 2)) - ULAW_BIAS;
    (if byte & 0x80 == 0 { magnitude } else { -magnitude }) as i16
}

/// One sample in G.711 A-law.
pub fn encode_alaw(sample: i16) -> u8 {
    let (sign, magnitude) = if sample >= 0 { (0x80, i32::from(sample)) } else { (0, -i32::from(sample) - 1) };
    let magnitude = magnitude >> 3;
    let code = match magnitude {
        0..32 => magnitude >> 1,
        _ => {
            let segment = magnitude.ilog2() as i32 - 4;
            (segment << 4) | ((magnitude >> segment) & 0x0F)
        }
    };
    (sign | code as u8) ^ 0x55
}

/// One sample out of G.711 A-law.
pub fn decode_alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let segment = i32::from((byte >> 4) & 7);
    let step = i32::from(byte & 0x0F);
    let magnitude = match segment {
        0 => (step << 4) + 8,
        _ => ((step << 4) + 0x108) << (segment - 1),
    };
    (if byte & 0x80 != 0 { magnitude } else { -magnitude }) as i16
}

const ULAW_BIAS: i32 = 0x84;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_word_survives_the_round_trip() {
        for byte in 0..=255_u8 {
            assert_eq!(encode_alaw(decode_alaw(byte)), byte);
            // µ-law has two zeros; the negative one comes back as the positive one.
            let expected = if byte == 0x7F { 0xFF } else { byte };
            assert_eq!(encode_ulaw(decode_ulaw(byte)), expected);
        }
    }

    #[test]
    fn a_tone_survives_each_codec_as_loud_as_it_was() {
        for codec in Codec::ALL {
            let (mut encoder, mut decoder) = (codec.encoder(), codec.decoder());
            let step = std::f64::consts::TAU * 440.0 / f64::from(codec.rate());
            let mut heard = Vec::new();
            for frame in 0..50 {
                let at = frame * codec.frame();
                let samples: Vec<_> =
                    (at..at + codec.frame()).map(|at| (3_276.7 * (step * at as f64).sin()) as i16).collect();
                let mut payload = Vec::new();
                encoder.encode(&samples, &mut payload);
                decoder.decode(&payload, &mut heard);
            }
            let heard: Vec<_> = if decoder.is_stereo() { heard.iter().step_by(2).copied().collect() } else { heard };
            assert_eq!(heard.len(), 50 * codec.frame(), "{codec:?}");
            let level = crate::listen::tone_level(&heard[heard.len() / 2..], codec.rate(), 440.0);
            assert!((level + 20.0).abs() < 1.0, "{codec:?}: {level:.1} dBFS");
        }
    }

    #[test]
    fn values_of_the_standard() {
        assert_eq!((decode_ulaw(0xFF), decode_ulaw(0x80), decode_ulaw(0x00)), (0, 32_124, -32_124));
        assert_eq!((decode_alaw(0xD5), decode_alaw(0xAA), decode_alaw(0x2A)), (8, 32_256, -32_256));
        assert_eq!((encode_ulaw(i16::MIN), encode_ulaw(i16::MAX)), (0x00, 0x80));
        assert_eq!((encode_alaw(i16::MIN), encode_alaw(i16::MAX)), (0x2A, 0xAA));
    }
}
