//! G.722: 7 kHz of audio in 64 kbit/s, in its mode 1, the only one that telephones speak (RFC 3551, 4.5.2).
//!
//! Names of variables and blocks are those of ITU-T Recommendation G.722. Two samples of 16 kHz make a byte: the lower
//! half of the band six bits of it, the upper half two, each coded by what a predictor does not foresee. What encoder and
//! decoder remember is the same, so that a copy of an encoder goes on where it was.

use std::any::Any;

use crate::engine;

/// Encodes one stream.
#[derive(Clone)]
pub struct Encoder {
    low: Band,
    high: Band,
    /// What the filter that splits the band (5.2.1) still needs.
    past: Past,
}

/// Decodes one stream.
#[derive(Clone)]
pub struct Decoder {
    low: Band,
    high: Band,
    /// What the filter that joins the two halves (5.2.2) still needs.
    past: Past,
}

impl Encoder {
    /// One at the beginning of a stream.
    pub fn new() -> Encoder {
        Encoder { low: Band::new(LOWEST_DET_LOW), high: Band::new(LOWEST_DET_HIGH), past: [[0; 2]; 12] }
    }

    fn encode_pair(&mut self, pair: [i16; 2]) -> u8 {
        self.past.rotate_left(1);
        self.past[11] = pair.map(i32::from);
        let (even, odd) = filter(&self.past);
        let ilow = self.encode_low((even + odd) >> 14);
        let ihigh = self.encode_high((even - odd) >> 14);
        ihigh << 6 | ilow
    }

    fn encode_low(&mut self, xl: i32) -> u8 {
        let (el, det) = (saturate(xl - self.low.s), self.low.det);
        // QUANTL
        let size = if el >= 0 { el } else { -(el + 1) };
        let mil = Q6[1..].iter().take_while(|limit| size >= (**limit * det) >> 12).count() as u8 + 1;
        let il = match (el < 0, mil) {
            (true, 1) => 63,
            (true, 2) => 62,
            (true, mil) => 34 - mil,
            (false, mil) => 62 - mil,
        };
        self.low.adapt_low(il);
        il
    }

    fn encode_high(&mut self, xh: i32) -> u8 {
        let (eh, det) = (saturate(xh - self.high.s), self.high.det);
        // QUANTH
        let size = if eh >= 0 { eh } else { -(eh + 1) };
        let is_large = size >= (564 * det) >> 12;
        let ih = if is_large { 0 } else { 1 } | if eh < 0 { 0 } else { 2 };
        self.high.adapt_high(ih);
        ih
    }
}

impl Default for Encoder {
    fn default() -> Encoder {
        Encoder::new()
    }
}

impl engine::Encoder for Encoder {
    fn encode(&mut self, samples: &[i16], payload: &mut [u8]) -> usize {
        let pairs = samples.as_chunks().0;
        for (byte, pair) in payload.iter_mut().zip(pairs) {
            *byte = self.encode_pair(*pair);
        }
        pairs.len().min(payload.len())
    }

    fn follow(&mut self, other: &dyn engine::Encoder) -> bool {
        let Some(other) = other.as_any().and_then(<dyn Any>::downcast_ref::<Encoder>) else {
            return false;
        };
        self.clone_from(other);
        true
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    /// Both predictors go on for long where they are; what only one of two encoders went through is heard as a crackle.
    fn forgives(&self) -> bool {
        false
    }
}

impl Decoder {
    /// One at the beginning of a stream.
    pub fn new() -> Decoder {
        Decoder { low: Band::new(LOWEST_DET_LOW), high: Band::new(LOWEST_DET_HIGH), past: [[0; 2]; 12] }
    }

    fn decode_byte(&mut self, byte: u8) -> [i16; 2] {
        let (il, ih) = (byte & 63, byte >> 6);
        let rl = (self.low.s + ((self.low.det * QM6[usize::from(il)]) >> 15)).clamp(-16_384, 16_383);
        self.low.adapt_low(il);
        let s = self.high.s;
        let rh = (s + self.high.adapt_high(ih)).clamp(-16_384, 16_383);
        self.past.rotate_left(1);
        self.past[11] = [rl + rh, rl - rh];
        let (even, odd) = filter(&self.past);
        [even, odd].map(|sum| saturate(sum >> 11) as i16)
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

impl engine::Decoder for Decoder {
    fn decode(&mut self, payload: &[u8], samples: &mut [i16]) -> usize {
        let pairs = samples.as_chunks_mut().0;
        let count = payload.len().min(pairs.len());
        for (pair, byte) in pairs.iter_mut().zip(payload) {
            *pair = self.decode_byte(*byte);
        }
        2 * count
    }
}

/// Pairs of samples, the newest last.
type Past = [[i32; 2]; 12];

/// The 24 taps of the filter over its past: the sums of the later and of the earlier one of each pair.
fn filter(past: &Past) -> (i32, i32) {
    let earlier = past.iter().zip(QMF).map(|(pair, tap)| pair[0] * tap).sum();
    let later = past.iter().zip(QMF.iter().rev()).map(|(pair, tap)| pair[1] * tap).sum();
    (later, earlier)
}

/// Half of the band: its predictor (3.6) and its quantizer's scale (3.5).
#[derive(Clone)]
struct Band {
    /// The prediction, and the part of it that comes from the zeros.
    s: i32,
    sz: i32,
    /// The quantizer's scale, as its logarithm and as itself.
    nb: i32,
    det: i32,
    /// The newest first: what was reconstructed, the same without the poles, and what was not foreseen.
    r: [i32; 2],
    p: [i32; 2],
    d: [i32; 6],
    /// The poles and zeros.
    a: [i32; 2],
    b: [i32; 6],
}

impl Band {
    fn new(det: i32) -> Band {
        Band { s: 0, sz: 0, nb: 0, det, r: [0; 2], p: [0; 2], d: [0; 6], a: [0; 2], b: [0; 6] }
    }

    /// INVQAL, LOGSCL, SCALEL and the predictor.
    fn adapt_low(&mut self, il: u8) {
        let ril = usize::from(il >> 2);
        let d = (self.det * QM4[ril]) >> 15;
        self.nb = (((self.nb * 127) >> 7) + WL[ril]).clamp(0, 18_432);
        self.det = scale(self.nb, 8);
        self.predict(d);
    }

    /// INVQAH, LOGSCH, SCALEH and the predictor; what was not foreseen.
    fn adapt_high(&mut self, ih: u8) -> i32 {
        let is_large = ih & 1 == 0;
        let size = if is_large { 7_408 } else { 1_616 };
        let d = (self.det * if ih & 2 == 0 { -size } else { size }) >> 15;
        self.nb = (((self.nb * 127) >> 7) + if is_large { 798 } else { -214 }).clamp(0, 22_528);
        self.det = scale(self.nb, 10);
        self.predict(d);
        d
    }

    fn predict(&mut self, d: i32) {
        // RECONS, PARREC
        let r = saturate(self.s + d);
        let p = saturate(self.sz + d);
        let same = |x: i32, y: i32| (x < 0) == (y < 0);
        // UPPOL2
        let wd = saturate(self.a[0] << 2);
        let wd = if same(p, self.p[0]) { (-wd).min(32_767) } else { wd };
        let wd = (if same(p, self.p[1]) { 128 } else { -128 }) + (wd >> 7) + ((self.a[1] * 32_512) >> 15);
        let a1 = wd.clamp(-12_288, 12_288);
        // UPPOL1
        let wd = (if same(p, self.p[0]) { 192 } else { -192 }) + ((self.a[0] * 32_640) >> 15);
        let most = saturate(15_360 - a1);
        self.a = [saturate(wd).clamp(-most, most), a1];
        // UPZERO
        let step = if d == 0 { 0 } else { 128 };
        for (b, old) in self.b.iter_mut().zip(self.d) {
            *b = saturate(if same(old, d) { step } else { -step } + ((*b * 32_640) >> 15));
        }
        // DELAYA
        self.r = [r, self.r[0]];
        self.p = [p, self.p[0]];
        self.d.rotate_right(1);
        self.d[0] = d;
        // FILTEP, FILTEZ, PREDIC
        let weigh = |(c, x): (&i32, &i32)| (c * saturate(2 * x)) >> 15;
        let sp = saturate(self.a.iter().zip(&self.r).map(weigh).sum());
        self.sz = saturate(self.b.iter().zip(&self.d).map(weigh).sum());
        self.s = saturate(sp + self.sz);
    }
}

/// SCALEL and SCALEH: out of the logarithmic domain.
fn scale(nb: i32, shift: i32) -> i32 {
    let (mantissa, shift) = (ILB[((nb >> 6) & 31) as usize], shift - (nb >> 11));
    (if shift < 0 { mantissa << -shift } else { mantissa >> shift }) << 2
}

fn saturate(value: i32) -> i32 {
    value.clamp(-32_768, 32_767)
}

const LOWEST_DET_LOW: i32 = 32;
const LOWEST_DET_HIGH: i32 = 8;

/// The coefficients of both filters (table 4); they are symmetric.
const QMF: [i32; 12] = [3, -11, 12, 32, -210, 951, 3_876, -805, 362, -156, 53, -11];

/// The limits of the quantizer of the lower band (table 14).
const Q6: [i32; 30] = [
    0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1_023, 1_121, 1_219,
    1_339, 1_458, 1_612, 1_765, 1_980, 2_195, 2_557, 2_919,
];

/// How the scale of the lower band follows the code word's upper four bits (tables 17 and 18).
const WL: [i32; 16] = [-60, 3_042, 1_198, 538, 334, 172, 58, -30, 3_042, 1_198, 538, 334, 172, 58, -30, -60];

/// Powers of two between 1 and 2, in 1/2048 (table 13).
const ILB: [i32; 32] = [
    2_048, 2_093, 2_139, 2_186, 2_233, 2_282, 2_332, 2_383, 2_435, 2_489, 2_543, 2_599, 2_656, 2_714, 2_774, 2_834,
    2_896, 2_960, 3_025, 3_091, 3_158, 3_228, 3_298, 3_371, 3_444, 3_520, 3_597, 3_676, 3_756, 3_838, 3_922, 4_008,
];

/// What the upper four bits of a code word of the lower band mean (table 15).
const QM4: [i32; 16] =
    [0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200, 20_456, 12_896, 8_968, 6_288, 4_240, 2_584, 1_200, 0];

/// What all six bits mean (table 15).
const QM6: [i32; 64] = [
    -136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192, -10_232, -9_360,
    -8_576, -7_856, -7_192, -6_576, -6_000, -5_456, -4_944, -4_464, -4_008, -3_576, -3_168, -2_776, -2_400, -2_032,
    -1_688, -1_360, -1_040, -728, 24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576,
    7_856, 7_192, 6_576, 6_000, 5_456, 4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040,
    728, 432, 136, -432, -136,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Decoder as _, Encoder as _};

    /// Swelling noise over a tone, with silence and full scale in it.
    fn signal() -> Vec<i16> {
        let mut noise = 1_u32;
        let sample = |at: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(noise >> 16) - 32_768.0;
            let tone = 20_000.0 * (at as f64 * 0.31).sin();
            let swell = [0.0, 0.01, 0.3, 1.5][at / 4_000 % 4];
            ((noise * 0.5 + tone) * swell).clamp(-32_768.0, 32_767.0) as i16
        };
        (0..64_000).map(sample).collect()
    }

    #[test]
    fn it_is_the_same_to_the_bit_as_anothers() {
        // The encoder of the rig's telephones begins with four times the scales that the Recommendation has.
        let [low, high] = [LOWEST_DET_LOW, LOWEST_DET_HIGH].map(|det| Band::new(4 * det));
        let mut encoder = Encoder { low, high, ..Encoder::new() };
        let mut decoder = Decoder::new();
        let (mut theirs, mut they_hear) = (conclave_rig::Codec::G722.encoder(), conclave_rig::Codec::G722.decoder());
        for tick in signal().chunks(320) {
            let (mut ours, mut said) = ([0; 160], Vec::new());
            assert_eq!(encoder.encode(tick, &mut ours), 160);
            theirs.encode(tick, &mut said);
            assert_eq!(ours[..], said);
            let (mut heard, mut wanted) = ([0; 320], Vec::new());
            assert_eq!(decoder.decode(&ours, &mut heard), 320);
            they_hear.decode(&ours, &mut wanted);
            assert_eq!(heard[..], wanted);
        }
        // Whatever comes in is decoded, and as they do.
        for tick in signal().chunks(320) {
            let bytes: Vec<_> = tick.iter().step_by(2).map(|s| (*s >> 4) as u8).collect();
            let (mut heard, mut wanted) = ([0; 320], Vec::new());
            decoder.decode(&bytes, &mut heard);
            they_hear.decode(&bytes, &mut wanted);
            assert_eq!(heard[..], wanted);
        }
    }

    #[test]
    fn an_encoder_goes_on_exactly_where_another_is() {
        let (mut one, mut other) = (Encoder::new(), Encoder::new());
        let mut bytes = [[0; 160]; 2];
        let signal = signal();
        for tick in signal.chunks(320).take(70) {
            one.encode(tick, &mut bytes[0]);
        }
        assert!(other.follow(&one));
        for tick in signal.chunks(320).skip(70) {
            one.encode(tick, &mut bytes[0]);
            other.encode(tick, &mut bytes[1]);
            assert_eq!(bytes[0], bytes[1]);
        }
    }
}
