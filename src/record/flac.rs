//! FLAC files.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use flac_codec::decode::FlacStreamReader;
use flac_codec::encode::{FlacStreamWriter, Options};

use super::encoder::Encoder;
use super::error::RecordError;
use super::file::Store;
use crate::audio::SampleRate;

/// A FLAC file of one channel of 16 bits, in frames of one size.
///
/// Its head says how many samples there are as of the last write; a frame more, or half of one, is passed over.
pub(super) struct Flac {
    rate: SampleRate,
    writer: FlacStreamWriter<Shared>,
    written: Shared,
    /// Samples that do not make a frame yet.
    waiting: Vec<i32>,
    /// Samples in frames.
    framed: u64,
}

impl Flac {
    pub fn begin(rate: SampleRate) -> (Box<dyn Encoder>, Vec<u8>) {
        (Box::new(Flac::new(rate)), head(rate, 0))
    }

    /// Goes on behind the samples that the head counts. Those of an incomplete last frame are taken back.
    pub fn resume(store: &mut Store) -> Result<Box<dyn Encoder>, RecordError> {
        let mut found = [0; HEAD];
        if store.read(0, &mut found)? != HEAD {
            return Err(RecordError::NotOurs);
        }
        let samples = u64::from(found[21] & 0xf) << 32
            | u64::from(u32::from_be_bytes([found[22], found[23], found[24], found[25]]));
        let is_ours = |rate: &SampleRate| head(*rate, samples)[..] == found;
        let rate = SampleRate::ALL.into_iter().find(is_ours).ok_or(RecordError::NotOurs)?;
        let mut flac = Flac::new(rate);
        let (frames, rest) = (samples / FRAME as u64, samples % FRAME as u64);
        flac.count_frames(frames)?;
        let end = match frames.checked_sub(1) {
            Some(last) => find_frame(store, rate, last)?.ok_or(RecordError::NotOurs)?.0,
            None => HEAD as u64,
        };
        if rest > 0 {
            let (_, last) = find_frame(store, rate, frames)?.ok_or(RecordError::NotOurs)?;
            flac.waiting.extend(last.get(..rest as usize).ok_or(RecordError::NotOurs)?);
        }
        // Half a frame, or one that is not counted, may be behind that.
        store.cut(end)?;
        Ok(Box::new(flac))
    }

    fn new(rate: SampleRate) -> Flac {
        let written = Shared::default();
        let writer = FlacStreamWriter::new(written.clone(), Options::default());
        Flac { rate, writer, written, waiting: Vec::with_capacity(FRAME), framed: 0 }
    }

    /// Frames are numbered, and the writer numbers them as they pass.
    fn count_frames(&mut self, frames: u64) -> Result<(), RecordError> {
        for _ in 0..frames {
            self.writer.write(self.rate.hz(), 1, 16, &[0; 16]).map_err(encoding)?;
            self.written.0.borrow_mut().clear();
        }
        self.framed = frames * FRAME as u64;
        Ok(())
    }

    fn write_frame(&mut self, samples: usize, bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        self.writer.write(self.rate.hz(), 1, 16, &self.waiting[..samples]).map_err(encoding)?;
        bytes.append(&mut self.written.0.borrow_mut());
        self.waiting.drain(..samples);
        self.framed += samples as u64;
        Ok(())
    }
}

impl Encoder for Flac {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn encode(&mut self, samples: &[i16], bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        self.waiting.extend(samples.iter().map(|sample| i32::from(*sample)));
        while self.waiting.len() >= FRAME {
            self.write_frame(FRAME, bytes)?;
        }
        Ok(())
    }

    fn finish(&mut self, bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        match self.waiting.len() {
            0 => Ok(()),
            rest => self.write_frame(rest, bytes),
        }
    }

    fn start(&self, _end_of_file: u64) -> Option<Vec<u8>> {
        Some(head(self.rate, self.framed))
    }
}

/// What the writer writes to; its other end is the encoder's.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The mark and the STREAMINFO block of a file with so many samples. Sizes of frames and the checksum are "unknown".
fn head(rate: SampleRate, samples: u64) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD);
    head.extend(b"fLaC");
    // The last block of metadata, of type 0, 34 bytes long.
    head.extend([0x80, 0, 0, 34]);
    head.extend((FRAME as u16).to_be_bytes());
    head.extend((FRAME as u16).to_be_bytes());
    head.extend([0; 6]);
    // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of samples.
    let packed = u64::from(rate.hz()) << 44 | 15 << 36 | samples & ((1 << 36) - 1);
    head.extend(packed.to_be_bytes());
    head.extend([0; 16]);
    head
}

/// Where a frame ends and what is in it, if it is whole and near the end of the file.
fn find_frame(store: &Store, rate: SampleRate, number: u64) -> Result<Option<(u64, Vec<i32>)>, RecordError> {
    let from = store.end().saturating_sub(NEAR_END).max(HEAD as u64);
    let mut tail = vec![0; store.end().saturating_sub(from) as usize];
    store.read(from, &mut tail)?;
    let number = coded(number);
    for place in (0..tail.len()).rev() {
        let mut rest = &tail[place..];
        if !is_header(rest, rate, &number) {
            continue;
        }
        let samples = FlacStreamReader::new(&mut rest).read().ok().map(|frame| frame.samples.to_vec());
        let end = store.end() - rest.len() as u64;
        return Ok(samples.map(|samples| (end, samples)));
    }
    Ok(None)
}

/// Whether the header of the frame with this number begins here, whole and unharmed.
fn is_header(bytes: &[u8], rate: SampleRate, number: &[u8]) -> bool {
    let rate = match rate {
        SampleRate::Hz8000 => 4,
        SampleRate::Hz16000 => 5,
        SampleRate::Hz24000 => 7,
        SampleRate::Hz32000 => 8,
        SampleRate::Hz48000 => 10,
    };
    let Some(&[0xff, 0xf8, size_and_rate, 0x08]) = bytes.first_chunk() else {
        return false;
    };
    let size = match size_and_rate >> 4 {
        6 => 1,
        7 => 2,
        _ => 0,
    };
    let end = 4 + number.len() + size;
    let checked = bytes.get(..end).zip(bytes.get(end));
    size_and_rate & 0xf == rate
        && bytes[4..].starts_with(number)
        && checked.is_some_and(|(header, sum)| crc8(header) == *sum)
}

fn crc8(bytes: &[u8]) -> u8 {
    bytes
        .iter()
        .fold(0, |sum, byte| (0..8).fold(sum ^ byte, |sum, _| if sum & 0x80 == 0 { sum << 1 } else { sum << 1 ^ 0x07 }))
}

/// A frame's number as its header has it: like a character in UTF-8, but up to 36 bits.
fn coded(number: u64) -> Vec<u8> {
    if number < 0x80 {
        return vec![number as u8];
    }
    let more = (1..6u32).find(|more| number < 1 << (5 * more + 6)).unwrap_or(6);
    let first = (0xff00u32 >> (more + 1)) as u8 | (number >> (6 * more)) as u8;
    let rest = (0..more).rev().map(|n| 0x80 | (number >> (6 * n)) as u8 & 0x3f);
    std::iter::once(first).chain(rest).collect()
}

fn encoding(error: flac_codec::Error) -> RecordError {
    RecordError::Encode(error.to_string())
}

/// Samples in a frame: half a second at 8 kHz, and the size at which FLAC is at its best.
const FRAME: usize = 4096;

/// The mark, the header of STREAMINFO and the block.
const HEAD: usize = 42;

/// A frame that is not counted yet is at most so far from the end.
const NEAR_END: u64 = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_coded_like_characters() {
        for number in [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xffff, 0x1_0000, 0x10_ffff] {
            let character = char::from_u32(number).unwrap();
            assert_eq!(coded(number.into()), character.to_string().as_bytes());
        }
        assert_eq!(coded((1 << 36) - 1), [0xfe, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf]);
    }

    #[test]
    fn the_header_of_every_frame_is_recognised() {
        for rate in SampleRate::ALL {
            let mut flac = Flac::new(rate);
            flac.count_frames(127).unwrap();
            for (number, samples) in [(127, FRAME), (128, 1000), (129, 100), (130, 16)] {
                let mut bytes = Vec::new();
                flac.waiting = (0..samples as i32).map(|i| i * 7 % 1000).collect();
                flac.write_frame(samples, &mut bytes).unwrap();
                assert!(is_header(&bytes, rate, &coded(number)), "{rate:?} {number}: {:?}", &bytes[..9]);
                assert!(!is_header(&bytes, rate, &coded(number + 1)));
                bytes[3] ^= 1;
                assert!(!is_header(&bytes, rate, &coded(number)));
            }
        }
    }
}
