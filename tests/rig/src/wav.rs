//! WAV files: 16-bit samples, one channel, in and out.

use std::fs;
use std::path::Path;

use crate::error::Trouble;

/// Reads a file of 16-bit samples in one channel; gives its rate and its samples.
pub fn read(path: impl AsRef<Path>) -> Result<(u32, Vec<i16>), Trouble> {
    let path = path.as_ref();
    let bytes = fs::read(path).map_err(Trouble::system(format!("reading {}", path.display())))?;
    parse(&bytes).ok_or_else(|| Trouble::Unusable(format!("{} is no WAV file of 16-bit mono samples", path.display())))
}

/// Writes samples in one channel.
pub fn write(path: impl AsRef<Path>, rate: u32, samples: &[i16]) -> Result<(), Trouble> {
    let path = path.as_ref();
    let length = samples.len() as u32 * 2;
    let mut bytes = Vec::with_capacity(HEADER + samples.len() * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(length + HEADER as u32 - 8).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16_u32.to_le_bytes());
    bytes.extend_from_slice(&PCM.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&rate.to_le_bytes());
    bytes.extend_from_slice(&(rate * 2).to_le_bytes());
    bytes.extend_from_slice(&2_u16.to_le_bytes());
    bytes.extend_from_slice(&16_u16.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    if let Some(folder) = path.parent() {
        let _ = fs::create_dir_all(folder);
    }
    fs::write(path, bytes).map_err(Trouble::system(format!("writing {}", path.display())))
}

fn parse(bytes: &[u8]) -> Option<(u32, Vec<i16>)> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WAVE" {
        return None;
    }
    let mut rate = None;
    let mut rest = &bytes[12..];
    while let Some((head, body)) = rest.split_at_checked(8) {
        let length = u32::from_le_bytes(head[4..].try_into().ok()?) as usize;
        // A writer that was cut off leaves a length that is longer than the file.
        let chunk = &body[..length.min(body.len())];
        match &head[..4] {
            b"fmt " => {
                let word = |at: usize| Some(u16::from_le_bytes(chunk.get(at..at + 2)?.try_into().ok()?));
                if word(0)? != PCM || word(2)? != 1 || word(14)? != 16 {
                    return None;
                }
                rate = Some(u32::from_le_bytes(chunk.get(4..8)?.try_into().ok()?));
            }
            b"data" => {
                let pairs = chunk.as_chunks::<2>().0;
                return Some((rate?, pairs.iter().map(|&pair| i16::from_le_bytes(pair)).collect()));
            }
            _ => {}
        }
        rest = body.get(length + length % 2..)?;
    }
    None
}

const HEADER: usize = 44;
const PCM: u16 = 1;
