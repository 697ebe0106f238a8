//! ITU-T G.711, both laws, by table.
//!
//! The tables follow the reference code of ITU-T G.191: a negative sample is complemented, not negated, so a plain
//! shift of the 16 bit sample is the index.

/// The µ-law byte for silence.
pub const ULAW_SILENCE: u8 = 0xff;

/// The A-law byte for silence.
pub const ALAW_SILENCE: u8 = 0xd5;

/// Decodes one µ-law byte.
pub fn ulaw_to_linear(byte: u8) -> i16 {
    ULAW_DECODE[byte as usize]
}

/// Decodes one A-law byte.
pub fn alaw_to_linear(byte: u8) -> i16 {
    ALAW_DECODE[byte as usize]
}

/// Encodes one sample in µ-law.
pub fn linear_to_ulaw(sample: i16) -> u8 {
    ULAW_ENCODE[(sample as u16 >> 2) as usize]
}

/// Encodes one sample in A-law.
pub fn linear_to_alaw(sample: i16) -> u8 {
    ALAW_ENCODE[(sample as u16 >> 4) as usize]
}

/// Decodes µ-law as far as both slices reach.
pub fn decode_ulaw(bytes: &[u8], samples: &mut [i16]) {
    for (s, b) in samples.iter_mut().zip(bytes) {
        *s = ulaw_to_linear(*b);
    }
}

/// Decodes A-law as far as both slices reach.
pub fn decode_alaw(bytes: &[u8], samples: &mut [i16]) {
    for (s, b) in samples.iter_mut().zip(bytes) {
        *s = alaw_to_linear(*b);
    }
}

/// Encodes µ-law as far as both slices reach.
pub fn encode_ulaw(samples: &[i16], bytes: &mut [u8]) {
    for (b, s) in bytes.iter_mut().zip(samples) {
        *b = linear_to_ulaw(*s);
    }
}

/// Encodes A-law as far as both slices reach.
pub fn encode_alaw(samples: &[i16], bytes: &mut [u8]) {
    for (b, s) in bytes.iter_mut().zip(samples) {
        *b = linear_to_alaw(*s);
    }
}

/// Whether no µ-law byte stands for more than ±32, which is below every threshold of a [`Gate`](super::Gate); without decoding any.
pub fn ulaw_is_quiet(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |max, b| max.max(!b & 0x7f)) <= 4
}

/// Whether no A-law byte stands for more than ±32; without decoding any.
pub fn alaw_is_quiet(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |max, b| max.max((b ^ 0x55) & 0x7f)) <= 1
}

static ULAW_DECODE: [i16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let code = !(byte as u8);
        let magnitude = (((((code & 0x0f) as i32) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
        table[byte] = if code & 0x80 != 0 { -magnitude } else { magnitude } as i16;
        byte += 1;
    }
    table
};

static ALAW_DECODE: [i16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let code = byte as u8 ^ 0x55;
        let segment = (code >> 4) & 7;
        let low = (((code & 0x0f) as i32) << 4) + 8;
        let magnitude = if segment == 0 { low } else { (low + 0x100) << (segment - 1) };
        table[byte] = if code & 0x80 != 0 { magnitude } else { -magnitude } as i16;
        byte += 1;
    }
    table
};

static ULAW_ENCODE: [u8; 1 << 14] = {
    let mut table = [0; 1 << 14];
    let mut index = 0;
    while index < 1 << 14 {
        let negative = index >= 1 << 13;
        let plain = if negative { (1 << 14) - 1 - index } else { index };
        let biased = if plain + 33 > 0x1fff { 0x1fff } else { plain + 33 };
        let segment = (biased as u32).ilog2() - 5;
        let code = (segment << 4) as u8 | ((biased >> (segment + 1)) & 0x0f) as u8;
        table[index] = if negative { !code & 0x7f } else { !code };
        index += 1;
    }
    table
};

static ALAW_ENCODE: [u8; 1 << 12] = {
    let mut table = [0; 1 << 12];
    let mut index = 0;
    while index < 1 << 12 {
        let negative = index >= 1 << 11;
        let plain = if negative { (1 << 12) - 1 - index } else { index };
        let code = if plain < 32 {
            plain as u8
        } else {
            let segment = (plain as u32).ilog2() - 3;
            (segment << 4) as u8 | ((plain >> (segment - 1)) & 0x0f) as u8
        };
        table[index] = if negative { code } else { code | 0x80 } ^ 0x55;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_recommendation() {
        assert_eq!(ulaw_to_linear(0x00), -32124);
        assert_eq!(ulaw_to_linear(0x80), 32124);
        assert_eq!(ulaw_to_linear(ULAW_SILENCE), 0);
        assert_eq!(alaw_to_linear(0x2a), -32256);
        assert_eq!(alaw_to_linear(0xaa), 32256);
        assert_eq!(alaw_to_linear(ALAW_SILENCE), 8);
        assert_eq!(linear_to_ulaw(0), ULAW_SILENCE);
        assert_eq!(linear_to_alaw(0), ALAW_SILENCE);
        assert_eq!(linear_to_ulaw(i16::MAX), 0x80);
        assert_eq!(linear_to_ulaw(i16::MIN), 0x00);
        assert_eq!(linear_to_alaw(i16::MAX), 0xaa);
        assert_eq!(linear_to_alaw(i16::MIN), 0x2a);
    }

    #[test]
    fn every_byte_survives_decoding_and_encoding() {
        for byte in 0..=255u8 {
            assert_eq!(linear_to_alaw(alaw_to_linear(byte)), byte);
            // µ-law has two zeros; the negative one becomes the positive one.
            let expected = if byte == 0x7f { 0xff } else { byte };
            assert_eq!(linear_to_ulaw(ulaw_to_linear(byte)), expected);
        }
    }

    #[test]
    fn encoding_picks_a_near_value() {
        for sample in i16::MIN..=i16::MAX {
            let allowed = (i32::from(sample).abs() >> 4) + 16;
            let sample = i32::from(sample).clamp(-32124, 32124);
            let ulaw = i32::from(ulaw_to_linear(linear_to_ulaw(sample as i16)));
            let alaw = i32::from(alaw_to_linear(linear_to_alaw(sample as i16)));
            assert!((ulaw - sample).abs() <= allowed, "{sample} {ulaw}");
            assert!((alaw - sample).abs() <= allowed, "{sample} {alaw}");
        }
    }

    #[test]
    fn quiet_means_no_more_than_32() {
        for byte in 0..=255u8 {
            assert_eq!(ulaw_is_quiet(&[byte]), ulaw_to_linear(byte).abs() <= 32);
            assert_eq!(alaw_is_quiet(&[byte]), alaw_to_linear(byte).abs() <= 32);
        }
    }
}
