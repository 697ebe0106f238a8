//! Unpacks the sounds of `sounds/` into files that a PBX plays.
//!
//! `conclave-sounds FROM TO`: each `FROM/LANGUAGE/NAME.flac` becomes `TO/LANGUAGE/NAME.wav` (8 kHz), `.wav16` (16 kHz)
//! and `.sln48` (48 kHz, without a header). What is there already and newer stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use flac_codec::decode::{FlacSampleReader, Metadata};
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: conclave-sounds FROM TO");
        return ExitCode::from(2);
    };
    match unpack_all(&from, &to) {
        Ok((all, new)) => {
            println!("{all} sounds in {}, {new} of them new", to.display());
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("conclave-sounds: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// How many sounds there are, and how many of them were unpacked now.
fn unpack_all(from: &Path, to: &Path) -> Result<(usize, usize), String> {
    let (mut all, mut new) = (0, 0);
    for folder in list(from)?.into_iter().filter(|path| path.is_dir()) {
        let language = folder.file_name().unwrap_or_default();
        let place = to.join(language);
        for packed in list(&folder)?.iter().filter(|path| path.extension().is_some_and(|e| e == "flac")) {
            all += 1;
            if unpack(packed, &place).map_err(|trouble| format!("{}: {trouble}", packed.display()))? {
                new += 1;
            }
        }
    }
    if all == 0 { Err(format!("no sounds in {}", from.display())) } else { Ok((all, new)) }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|trouble| format!("{}: {trouble}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// `false` if it was unpacked before.
fn unpack(packed: &Path, place: &Path) -> Result<bool, String> {
    let name = packed.file_stem().unwrap_or_default();
    let made = RATES.map(|(_, ending)| place.join(name).with_added_extension(ending));
    let age = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    let packed_at = age(packed).map_err(text)?;
    if made.iter().all(|path| age(path).is_ok_and(|made_at| made_at > packed_at)) {
        return Ok(false);
    }
    let mut reader = FlacSampleReader::open(packed).map_err(text)?;
    if (reader.channel_count(), reader.bits_per_sample()) != (1, 16) {
        return Err("is not mono with 16 bits".into());
    }
    let rate = reader.sample_rate();
    let mut samples = Vec::new();
    reader.read_to_end(&mut samples).map_err(text)?;
    fs::create_dir_all(place).map_err(text)?;
    for ((hz, ending), path) in RATES.iter().zip(&made) {
        let samples: Vec<u8> = resample(&samples, rate, *hz)?.into_iter().flat_map(i16::to_le_bytes).collect();
        let bytes = if ending.starts_with("wav") { with_header(samples, *hz) } else { samples };
        write_whole(path, &bytes).map_err(text)?;
    }
    Ok(true)
}

fn resample(samples: &[i32], from: u32, to: u32) -> Result<Vec<i16>, String> {
    // A hundredth of a second is a whole number of samples at every rate.
    let (step_in, step_out) = (from as usize / 100, to as usize / 100);
    let mut fft = Fft::<f32>::new(from as usize, to as usize, step_in, 1, FixedSync::Both).map_err(text)?;
    let delay = fft.output_delay();
    let wanted = samples.len() * to as usize / from as usize;
    let mut made = Vec::with_capacity(delay + wanted + step_out);
    let mut input: Vec<f32> = samples.iter().map(|sample| *sample as f32).collect();
    while made.len() < delay + wanted {
        let at = made.len() / step_out * step_in;
        input.resize(input.len().max(at + step_in), 0.0);
        let mut output = vec![0.0; step_out];
        let from = SequentialSlice::new(&input[at..at + step_in], 1, step_in).map_err(text)?;
        let mut into = SequentialSlice::new_mut(&mut output[..], 1, step_out).map_err(text)?;
        fft.process_into_buffer(&from, &mut into, None).map_err(text)?;
        made.extend(output.iter().map(|sample| sample.round() as i16));
    }
    Ok(made[delay..delay + wanted].to_vec())
}

/// A WAV file of mono, 16 bits.
fn with_header(samples: Vec<u8>, hz: u32) -> Vec<u8> {
    let length = samples.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    for short in [1u16, 1] {
        bytes.extend(short.to_le_bytes());
    }
    for long in [hz, hz * 2] {
        bytes.extend(long.to_le_bytes());
    }
    for short in [2u16, 16] {
        bytes.extend(short.to_le_bytes());
    }
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}

/// Nobody ever sees half a file.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_added_extension("new");
    fs::write(&new, bytes)?;
    fs::rename(&new, path)
}

fn text(trouble: impl ToString) -> String {
    trouble.to_string()
}

const RATES: [(u32, &str); 3] = [(8_000, "wav"), (16_000, "wav16"), (48_000, "sln48")];
