//! The codecs that callers speak: G.711 in both laws, and 16 kHz linear for wide band.

/// How a caller's samples travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Codec {
    /// G.711 µ-law, 8 kHz.
    Pcmu,
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// Linear 16-bit at 16 kHz (Asterisk's `slin16`).
    L16,
}

impl Codec {
    /// Samples a second.
    pub fn rate(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma => 8_000,
            Self::L16 => 16_000,
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
        }
    }

    /// The payload type that a caller offers it under.
    pub(crate) fn payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::Pcma => 8,
            Self::L16 => 118,
        }
    }

    pub(crate) fn encode(self, samples: &[i16], payload: &mut Vec<u8>) {
        match self {
            Self::Pcmu => payload.extend(samples.iter().map(|&sample| encode_ulaw(sample))),
            Self::Pcma => payload.extend(samples.iter().map(|&sample| encode_alaw(sample))),
            Self::L16 => payload.extend(samples.iter().flat_map(|sample| sample.to_be_bytes())),
        }
    }

    pub(crate) fn decode(self, payload: &[u8], samples: &mut Vec<i16>) {
        match self {
            Self::Pcmu => samples.extend(payload.iter().map(|&byte| decode_ulaw(byte))),
            Self::Pcma => samples.extend(payload.iter().map(|&byte| decode_alaw(byte))),
            Self::L16 => samples.extend(payload.as_chunks::<2>().0.iter().map(|&pair| i16::from_be_bytes(pair))),
        }
    }
}

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
    fn values_of_the_standard() {
        assert_eq!((decode_ulaw(0xFF), decode_ulaw(0x80), decode_ulaw(0x00)), (0, 32_124, -32_124));
        assert_eq!((decode_alaw(0xD5), decode_alaw(0xAA), decode_alaw(0x2A)), (8, 32_256, -32_256));
        assert_eq!((encode_ulaw(i16::MIN), encode_ulaw(i16::MAX)), (0x00, 0x80));
        assert_eq!((encode_alaw(i16::MIN), encode_alaw(i16::MAX)), (0x2A, 0xAA));
    }
}
