//! ITU-T G.711, both laws.
//!
//! Both are floats of eight bits: a sign, three bits of exponent and four of mantissa. So a 32 bit float's own bits do
//! most of the work, without tables and without branches; the tests have the tables, made as in the reference code of
//! ITU-T G.191. There, as here, a negative sample is complemented for encoding, not negated.

use super::simd::every_level;

/// The µ-law byte for silence.
pub const ULAW_SILENCE: u8 = 0xff;

/// The A-law byte for silence.
pub const ALAW_SILENCE: u8 = 0xd5;

/// Decodes one µ-law byte.
#[inline(always)]
pub fn ulaw_to_linear(byte: u8) -> i16 {
    let code = !byte;
    let magnitude = expand(code & 0x7f, 7) - ULAW_BIAS;
    signed(magnitude, code & 0x80 != 0)
}

/// Decodes one A-law byte.
#[inline(always)]
pub fn alaw_to_linear(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let low = (i32::from(code & 0x7f) << 4) + 8;
    let magnitude = if low < 1 << 9 { low } else { expand(code & 0x7f, 7) };
    signed(magnitude, code & 0x80 == 0)
}

/// Encodes one sample in µ-law.
#[inline(always)]
pub fn linear_to_ulaw(sample: i16) -> u8 {
    let sign = sample >> 15;
    let biased = ((sample ^ sign) >> 2) + 33;
    !(compress(biased.min(0x1fff), 5) | sign as u8 & 0x80)
}

/// Encodes one sample in A-law.
#[inline(always)]
pub fn linear_to_alaw(sample: i16) -> u8 {
    let sign = sample >> 15;
    let magnitude = (sample ^ sign) >> 4;
    // The lowest segment is as fine as the second.
    let code = if magnitude < 32 { magnitude as u8 } else { compress(magnitude, 3) };
    (code | !(sign as u8) & 0x80) ^ 0x55
}

every_level! {
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
}

/// Whether no µ-law byte stands for more than ±32, which is below every threshold of a [`Gate`](super::Gate); without decoding any.
pub fn ulaw_is_quiet(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |max, b| max.max(!b & 0x7f)) <= 4
}

/// Whether no A-law byte stands for more than ±32; without decoding any.
pub fn alaw_is_quiet(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |max, b| max.max((b ^ 0x55) & 0x7f)) <= 1
}

/// The value in the middle of what a code stands for; exponent 0 begins at 2 to the power of `lowest`.
#[inline(always)]
fn expand(code: u8, lowest: u32) -> i32 {
    let middle = f32::from_bits(((127 + lowest) << 23) + (u32::from(code) << 19) + (1 << 18));
    // The sum's unit is 1, so its lower bits are the integer.
    (middle + UNITS).to_bits() as i32 - UNITS.to_bits() as i32
}

/// The exponent, `lowest` for 0, and the four bits that follow the leading one of a value of at least 2 to the power of
/// `lowest`.
#[inline(always)]
fn compress(value: i16, lowest: i32) -> u8 {
    let bits = f32::from(value).to_bits() as i32;
    ((bits >> 19) - ((127 + lowest) << 4)) as u8
}

#[inline(always)]
fn signed(magnitude: i32, negative: bool) -> i16 {
    (if negative { -magnitude } else { magnitude }) as i16
}

const ULAW_BIAS: i32 = 0x84;

/// From here to its double, floats are integers.
const UNITS: f32 = (1 << 23) as f32;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::simd::levels;
    use super::*;

    proptest! {
        #[test]
        fn every_level_is_as_the_tables(bytes in vec(any::<u8>(), 0..200), samples in vec(any::<i16>(), 0..200)) {
            for level in levels() {
                let (mut ulaw, mut alaw) = (vec![0; bytes.len()], vec![0; bytes.len()]);
                on::decode_ulaw(level, &bytes, &mut ulaw);
                on::decode_alaw(level, &bytes, &mut alaw);
                for n in 0..bytes.len() {
                    prop_assert_eq!(ulaw[n], ULAW_DECODE[usize::from(bytes[n])]);
                    prop_assert_eq!(alaw[n], ALAW_DECODE[usize::from(bytes[n])]);
                }
                let (mut ulaw, mut alaw) = (vec![0; samples.len()], vec![0; samples.len()]);
                on::encode_ulaw(level, &samples, &mut ulaw);
                on::encode_alaw(level, &samples, &mut alaw);
                for n in 0..samples.len() {
                    prop_assert_eq!(ulaw[n], ULAW_ENCODE[usize::from(samples[n] as u16 >> 2)]);
                    prop_assert_eq!(alaw[n], ALAW_ENCODE[usize::from(samples[n] as u16 >> 4)]);
                }
            }
        }
    }

    #[test]
    fn one_by_one_is_as_the_tables() {
        for byte in 0..=255u8 {
            assert_eq!(ulaw_to_linear(byte), ULAW_DECODE[usize::from(byte)]);
            assert_eq!(alaw_to_linear(byte), ALAW_DECODE[usize::from(byte)]);
        }
        for sample in i16::MIN..=i16::MAX {
            assert_eq!(linear_to_ulaw(sample), ULAW_ENCODE[usize::from(sample as u16 >> 2)]);
            assert_eq!(linear_to_alaw(sample), ALAW_ENCODE[usize::from(sample as u16 >> 4)]);
        }
    }

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
}
