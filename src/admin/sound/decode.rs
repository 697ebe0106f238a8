//! From a file in memory to samples.

use std::io::Cursor;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::SoundError;
use super::loudness::level;
use super::resample::Resampler;

/// A file as samples at 16 kHz, of a sensible loudness. Takes as long as it takes: not for a thread that others wait for.
///
/// # Errors
///
/// If it is no audio, or more than is taken.
pub(in crate::admin) fn convert(file: &Bytes, longest: Duration, loud: f32) -> Result<Vec<i16>, SoundError> {
    let mut taker = Taker { until: Instant::now() + SLOWEST, longest, resampler: None, samples: Vec::new() };
    if is_opus(file) {
        opus(file, &mut taker)?
    } else {
        anything_else(file, &mut taker)?
    }
    taker.finish(loud)
}

/// Takes what was decoded, as long as it is not too much.
struct Taker {
    until: Instant,
    longest: Duration,
    resampler: Option<(u32, Resampler)>,
    samples: Vec<i16>,
}

impl Taker {
    /// Samples of several channels one after the other.
    fn take(&mut self, rate: u32, channels: usize, samples: &[f32]) -> Result<(), SoundError> {
        if !RATES.contains(&rate) || channels == 0 {
            return Err(SoundError::NoAudio);
        }
        if Instant::now() >= self.until {
            return Err(SoundError::TooSlow);
        }
        // A file that changes its rate in the middle goes on at the other one.
        let resampler = match &mut self.resampler {
            Some((known, resampler)) if *known == rate => resampler,
            slot => {
                if let Some((_, before)) = slot {
                    before.finish(&mut self.samples);
                }
                &mut slot.insert((rate, Resampler::new(rate, WANTED))).1
            }
        };
        let mono = samples.chunks_exact(channels).map(|frame| {
            let mean = frame.iter().sum::<f32>() / channels as f32;
            if mean.is_finite() { mean } else { 0.0 }
        });
        resampler.push(mono, &mut self.samples);
        let most = self.longest.as_secs() as usize * WANTED as usize;
        if self.samples.len() > most { Err(SoundError::TooLong(self.longest)) } else { Ok(()) }
    }

    fn finish(mut self, loud: f32) -> Result<Vec<i16>, SoundError> {
        if let Some((_, resampler)) = &mut self.resampler {
            resampler.finish(&mut self.samples);
        }
        if self.samples.len() < SHORTEST {
            return Err(SoundError::Empty);
        }
        // Coded in pairs.
        self.samples.truncate(self.samples.len() / 2 * 2);
        level(&mut self.samples, loud);
        Ok(self.samples)
    }
}

fn anything_else(file: &Bytes, taker: &mut Taker) -> Result<(), SoundError> {
    let source = MediaSourceStream::new(Box::new(Cursor::new(file.clone())), Default::default());
    let probed = symphonia::default::get_probe().probe(
        &Hint::new(),
        source,
        FormatOptions::default(),
        MetadataOptions::default(),
    );
    let mut format = probed.map_err(|_| SoundError::NoAudio)?;
    let track = format.default_track(TrackType::Audio).ok_or(SoundError::NoAudio)?;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let parameters = parameters.ok_or(SoundError::NoAudio)?;
    // What says of itself that it is too long need not be decoded; what says less is found out.
    if let (Some(frames), Some(rate)) = (track.num_frames, parameters.sample_rate)
        && frames / u64::from(rate.max(1)) > taker.longest.as_secs()
    {
        return Err(SoundError::TooLong(taker.longest));
    }
    let made = symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default());
    let (mut decoder, track) = (made.map_err(|_| SoundError::NoAudio)?, track.id);
    let (mut samples, mut decoded) = (Vec::new(), false);
    loop {
        if Instant::now() >= taker.until {
            return Err(SoundError::TooSlow);
        }
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            // What breaks off is kept as far as it goes.
            Ok(None) | Err(Error::IoError(_)) => break,
            Err(_) if decoded => break,
            Err(_) => return Err(SoundError::NoAudio),
        };
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(audio) => {
                decoded |= audio.frames() > 0;
                let spec = audio.spec();
                let (rate, channels) = (spec.rate(), spec.channels().count());
                audio.copy_to_vec_interleaved(&mut samples);
                taker.take(rate, channels, &samples)?;
            }
            // A packet that is damaged; the next one may not be.
            Err(Error::DecodeError(_)) => {}
            Err(_) if decoded => break,
            Err(_) => return Err(SoundError::NoAudio),
        }
    }
    if decoded { Ok(()) } else { Err(SoundError::NoAudio) }
}

fn is_opus(file: &[u8]) -> bool {
    file.starts_with(b"OggS") && file[..file.len().min(128)].windows(8).any(|eight| eight == b"OpusHead")
}

/// Opus in Ogg, RFC 7845.
#[cfg(feature = "opus")]
fn opus(file: &Bytes, taker: &mut Taker) -> Result<(), SoundError> {
    use ogg::PacketReader;
    use opus::{Channels, Decoder};

    let no_audio = |_| SoundError::NoAudio;
    let mut reader = PacketReader::new(Cursor::new(file.clone()));
    let head = reader.read_packet().map_err(|_| SoundError::NoAudio)?.ok_or(SoundError::NoAudio)?;
    let [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', _, channels, low, high, ..] = head.data[..] else {
        return Err(SoundError::NoAudio);
    };
    let channels = match channels {
        1 => Channels::Mono,
        2 => Channels::Stereo,
        _ => return Err(SoundError::NoAudio),
    };
    let count = channels as usize;
    let mut decoder = Decoder::new(OPUS_RATE, channels).map_err(no_audio)?;
    // What the encoder put before the beginning.
    let mut early = usize::from(u16::from_le_bytes([low, high])) * count;
    let mut samples = vec![0.0; OPUS_RATE as usize * 120 / 1000 * count];
    let (mut decoded, mut is_tags) = (false, true);
    loop {
        let packet = match reader.read_packet() {
            Ok(Some(packet)) if packet.stream_serial() == head.stream_serial() => packet,
            Ok(Some(_)) => continue,
            Ok(None) | Err(_) => break,
        };
        if std::mem::take(&mut is_tags) {
            continue;
        }
        if let Ok(frames) = decoder.decode_float(&packet.data, &mut samples, false) {
            decoded |= frames > 0;
            let skipped = early.min(frames * count);
            early -= skipped;
            taker.take(OPUS_RATE, count, &samples[skipped..frames * count])?;
        } else if Instant::now() >= taker.until {
            return Err(SoundError::TooSlow);
        }
    }
    if decoded { Ok(()) } else { Err(SoundError::NoAudio) }
}

#[cfg(not(feature = "opus"))]
fn opus(_: &Bytes, _: &mut Taker) -> Result<(), SoundError> {
    Err(SoundError::NoAudio)
}

/// The rate that is kept.
const WANTED: u32 = 16_000;

/// Rates that sound has.
const RATES: std::ops::RangeInclusive<u32> = 4000..=384_000;

/// A twentieth of a second; less is nothing that anybody hears.
const SHORTEST: usize = WANTED as usize / 20;

/// So long it may take.
const SLOWEST: Duration = Duration::from_secs(60);

#[cfg(feature = "opus")]
const OPUS_RATE: u32 = 48_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_file_of_hours_is_left_when_it_is_too_long() {
        // It does not say how long it is.
        let file = Bytes::from(silence(20_000));
        assert!(file.len() < 50_000, "{}", file.len());
        let longest = Duration::from_secs(20);
        assert_eq!(convert(&file, longest, 0.0), Err(SoundError::TooLong(longest)));
        let seconds = convert(&file.slice(..70), longest, 0.0).unwrap().len() / 16_000;
        assert!((8..17).contains(&seconds), "{seconds}");
    }

    /// So many seconds of silence at 8 kHz as FLAC, by what RFC 9639 says: constant subframes.
    fn silence(seconds: usize) -> Vec<u8> {
        const BLOCK: usize = 65_535;
        let mut file = b"fLaC\x80\0\0\x22".to_vec();
        file.extend([0xff, 0xff, 0xff, 0xff]);
        file.extend([0; 6]);
        // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of samples.
        let head: u64 = 8000 << 44 | 15 << 36;
        file.extend(head.to_be_bytes());
        file.extend([0; 16]);
        for number in 0..(seconds * 8000 / BLOCK) as u32 {
            let mut frame = vec![0xff, 0xf8, 0b0111_0100, 0b0000_1000];
            let coded = char::from_u32(number).expect("below the surrogates").to_string();
            frame.extend(coded.as_bytes());
            frame.extend((BLOCK as u16 - 1).to_be_bytes());
            frame.push(crc(&frame, 8, 0x07) as u8);
            frame.extend([0, 0, 0]);
            let sum = crc(&frame, 16, 0x8005);
            frame.extend(sum.to_be_bytes());
            file.extend(frame);
        }
        file
    }

    fn crc(bytes: &[u8], width: u32, polynomial: u16) -> u16 {
        let mut sum: u32 = 0;
        for byte in bytes {
            sum ^= u32::from(*byte) << (width - 8);
            for _ in 0..8 {
                let over = sum >> (width - 1) & 1 == 1;
                sum = (sum << 1) & ((1 << width) - 1);
                sum ^= if over { u32::from(polynomial) } else { 0 };
            }
        }
        sum as u16
    }
}
