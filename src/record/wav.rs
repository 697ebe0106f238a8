//! WAV files, which may grow beyond what their 32 bit sizes can say.

use super::encoder::Encoder;
use super::error::RecordError;
use super::file::Store;
use crate::audio::SampleRate;

/// A WAV file of one channel of 16 bits.
///
/// Its head says how long it is as of the last write, so it is whole at any moment. It leaves room to turn into RF64
/// (EBU Tech 3306) when it needs 64 bit sizes; until then any program can play it.
pub(super) struct Wav {
    rate: SampleRate,
}

impl Wav {
    pub fn begin(rate: SampleRate) -> (Box<dyn Encoder>, Vec<u8>) {
        (Box::new(Wav { rate }), head(rate, 0))
    }

    /// Goes on behind the last whole sample.
    pub fn resume(store: &mut Store) -> Result<Box<dyn Encoder>, RecordError> {
        let mut found = [0; HEAD];
        if store.read(0, &mut found)? != HEAD {
            return Err(RecordError::NotOurs);
        }
        // Only the sizes may differ from what would be written now.
        let is_ours = |rate: &SampleRate| {
            [0, u64::MAX >> 2].into_iter().any(|data| {
                let head = head(*rate, data);
                let is_size = |place| match data {
                    0 => matches!(place, 4..8 | 76..80),
                    _ => matches!(place, 20..44),
                };
                (0..HEAD).all(|place| head[place] == found[place] || is_size(place))
            })
        };
        let rate = SampleRate::ALL.into_iter().find(is_ours).ok_or(RecordError::NotOurs)?;
        let data = store.end() - HEAD as u64;
        store.cut(HEAD as u64 + data / 2 * 2)?;
        Ok(Box::new(Wav { rate }))
    }
}

impl Encoder for Wav {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn encode(&mut self, samples: &[i16], bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        Ok(())
    }

    fn finish(&mut self, _bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        Ok(())
    }

    fn start(&self, end_of_file: u64) -> Option<Vec<u8>> {
        Some(head(self.rate, end_of_file.saturating_sub(HEAD as u64)))
    }
}

/// The head of a file with so many bytes of samples.
fn head(rate: SampleRate, data: u64) -> Vec<u8> {
    let riff = data.saturating_add(HEAD as u64 - 8);
    let mut head = Vec::with_capacity(HEAD);
    match (u32::try_from(riff), u32::try_from(data)) {
        (Ok(riff), Ok(data)) => {
            head.extend(b"RIFF");
            head.extend(riff.to_le_bytes());
            head.extend(b"WAVE");
            put_form(&mut head, rate);
            head.extend(b"JUNK");
            head.extend(WIDE_SIZES.to_le_bytes());
            head.extend([0; WIDE_SIZES as usize]);
            head.extend(b"data");
            head.extend(data.to_le_bytes());
        }
        _ => {
            head.extend(b"RF64");
            head.extend(u32::MAX.to_le_bytes());
            head.extend(b"WAVEds64");
            head.extend(WIDE_SIZES.to_le_bytes());
            for size in [riff, data, data / 2] {
                head.extend(size.to_le_bytes());
            }
            head.extend([0; 4]);
            put_form(&mut head, rate);
            head.extend(b"data");
            head.extend(u32::MAX.to_le_bytes());
        }
    }
    head
}

fn put_form(head: &mut Vec<u8>, rate: SampleRate) {
    head.extend(b"fmt ");
    head.extend(16u32.to_le_bytes());
    // Linear samples, one channel.
    head.extend(1u16.to_le_bytes());
    head.extend(1u16.to_le_bytes());
    head.extend(rate.hz().to_le_bytes());
    head.extend((2 * rate.hz()).to_le_bytes());
    head.extend(2u16.to_le_bytes());
    head.extend(16u16.to_le_bytes());
}

/// Bytes before the first sample.
const HEAD: usize = 80;

/// Bytes in the chunk for 64 bit sizes.
const WIDE_SIZES: u32 = 28;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_head_is_riff_and_a_large_one_rf64_of_the_same_length() {
        let small = head(SampleRate::Hz16000, 1000);
        assert_eq!(small.len(), HEAD);
        assert_eq!(&small[..4], b"RIFF");
        assert_eq!(small[4..8], 1072u32.to_le_bytes());
        assert_eq!(&small[12..16], b"fmt ");
        assert_eq!(&small[72..76], b"data");
        assert_eq!(small[76..], 1000u32.to_le_bytes());
        assert_eq!(&head(SampleRate::Hz8000, u64::from(u32::MAX) - 72)[..4], b"RIFF");
        let large = head(SampleRate::Hz16000, u64::from(u32::MAX) - 71);
        assert_eq!(large.len(), HEAD);
        assert_eq!(&large[..4], b"RF64");
        assert_eq!(large[20..28], (1u64 << 32).to_le_bytes());
        assert_eq!(large[28..36], ((1u64 << 32) - 72).to_le_bytes());
        assert_eq!(large[36..44], ((1u64 << 31) - 36).to_le_bytes());
        assert_eq!(&large[48..52], b"fmt ");
        assert_eq!(&large[72..76], b"data");
    }
}
