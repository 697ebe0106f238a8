//! Opus in Ogg (RFC 7845).

use std::hash::{BuildHasher, RandomState};

use ogg::writing::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels};

use super::encoder::Encoder;
use super::error::RecordError;
use super::file::Store;
use crate::audio::SampleRate;
use crate::codec::opus::{COMPLEXITY, bits_per_second};

/// An Ogg file with one channel of Opus, a page a second.
///
/// A file that is continued has one stream after the other, as Ogg allows; players play them as one.
pub(super) struct OggOpus {
    rate: SampleRate,
    encoder: opus::Encoder,
    pages: PacketWriter<'static, Vec<u8>>,
    serial: u32,
    /// Samples that do not make a packet yet.
    waiting: Vec<i16>,
    /// Samples taken in.
    samples: u64,
    /// The last packet: only its successor shows that it does not end the stream.
    last: Option<Vec<u8>>,
    /// Packets made.
    packets: u64,
    /// What a decoder has to leave out at the start, in samples of 48 kHz.
    skipped: u64,
    packet: Vec<u8>,
}

impl OggOpus {
    pub fn begin(rate: SampleRate) -> Result<(Box<dyn Encoder>, Vec<u8>), RecordError> {
        // Opus has no 32 kHz; it is the bit rate that decides what is heard.
        let rate = if rate == SampleRate::Hz32000 { SampleRate::Hz48000 } else { rate };
        let mut encoder = opus::Encoder::new(rate.hz(), Channels::Mono, Application::Audio).map_err(encoding)?;
        encoder.set_bitrate(Bitrate::Bits(bits_per_second(rate, false))).map_err(encoding)?;
        encoder.set_complexity(COMPLEXITY).map_err(encoding)?;
        let lookahead = encoder.get_lookahead().map_err(encoding)?;
        let skipped = u64::from(lookahead.unsigned_abs() * (48_000 / rate.hz()));
        let mut opus = OggOpus {
            rate,
            encoder,
            pages: PacketWriter::new(Vec::new()),
            // Any number will do that no other stream of the file has.
            serial: RandomState::new().hash_one(()) as u32,
            waiting: Vec::with_capacity(rate.samples_per_tick()),
            samples: 0,
            last: None,
            packets: 0,
            skipped,
            packet: vec![0; MOST_BYTES],
        };
        for header in [opus.identification(), comments()] {
            opus.put_packet(header, PacketWriteEndInfo::EndPage, 0)?;
        }
        let bytes = std::mem::take(opus.pages.inner_mut());
        Ok((Box::new(opus), bytes))
    }

    /// Goes on behind the last whole page. A stream that has come to nothing but its headers is taken back: players
    /// stumble over it.
    pub fn resume(rate: SampleRate, store: &mut Store) -> Result<(Box<dyn Encoder>, Vec<u8>), RecordError> {
        let mut found = [0; 36];
        store.read(0, &mut found)?;
        if !found.starts_with(b"OggS") || !found.ends_with(b"OpusHead") {
            return Err(RecordError::NotOurs);
        }
        let mut end = store.end();
        let end = loop {
            match last_page(store, end)? {
                Some(page) if page.number < HEADERS => end = page.place,
                Some(page) => break page.end,
                None => break end,
            }
        };
        store.cut(end)?;
        OggOpus::begin(rate)
    }

    fn identification(&self) -> Vec<u8> {
        let mut header = b"OpusHead".to_vec();
        // The version, and one channel.
        header.extend([1, 1]);
        header.extend((self.skipped as u16).to_le_bytes());
        header.extend(self.rate.hz().to_le_bytes());
        // No gain, and the plain order of channels.
        header.extend([0, 0, 0]);
        header
    }

    fn put_packet(&mut self, packet: Vec<u8>, end: PacketWriteEndInfo, position: u64) -> Result<(), RecordError> {
        self.pages.write_packet(packet, self.serial, end, position).map_err(RecordError::writing)
    }

    /// Makes a packet of the first tick that waits.
    fn make_packet(&mut self) -> Result<(), RecordError> {
        let tick = self.rate.samples_per_tick();
        let length = self.encoder.encode(&self.waiting[..tick], &mut self.packet).map_err(encoding)?;
        self.waiting.drain(..tick);
        let packet = self.packet[..length].to_vec();
        if let Some(last) = self.last.replace(packet) {
            // The first by itself: without one, players take the file for broken.
            let ends_page = self.packets == 1 || self.packets.is_multiple_of(PACKETS_PER_PAGE);
            let end = if ends_page { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
            self.put_packet(last, end, self.packets * PACKET_AT_48_KHZ)?;
        }
        self.packets += 1;
        Ok(())
    }
}

impl Encoder for OggOpus {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn encode(&mut self, samples: &[i16], bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        self.samples += samples.len() as u64;
        self.waiting.extend(samples);
        while self.waiting.len() >= self.rate.samples_per_tick() {
            self.make_packet()?;
        }
        bytes.append(self.pages.inner_mut());
        Ok(())
    }

    fn finish(&mut self, bytes: &mut Vec<u8>) -> Result<(), RecordError> {
        // The end says which sample is the last, so what is filled up here is not heard.
        let end = self.skipped + self.samples * u64::from(48_000 / self.rate.hz());
        while self.packets == 0 || self.packets * PACKET_AT_48_KHZ < end {
            self.waiting.resize(self.rate.samples_per_tick(), 0);
            self.make_packet()?;
        }
        if let Some(last) = self.last.take() {
            self.put_packet(last, PacketWriteEndInfo::EndStream, end)?;
        }
        bytes.append(self.pages.inner_mut());
        Ok(())
    }
}

/// A page of Ogg in a file.
struct Page {
    place: u64,
    end: u64,
    /// In its stream.
    number: u32,
}

/// The last whole page that ends at or before a place.
fn last_page(store: &Store, end: u64) -> Result<Option<Page>, RecordError> {
    let from = end.saturating_sub(2 * MOST_BYTES_OF_PAGE);
    let mut bytes = vec![0; (end - from) as usize];
    store.read(from, &mut bytes)?;
    for place in (0..bytes.len()).rev().filter(|place| bytes[*place..].starts_with(b"OggS")) {
        let page = &bytes[place..];
        let Some((head, lengths)) = page.split_first_chunk::<27>() else {
            continue;
        };
        let count = usize::from(head[26]);
        let Some(lengths) = lengths.get(..count) else {
            continue;
        };
        let length = 27 + count + lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
        if length <= page.len() {
            let number = u32::from_le_bytes([head[18], head[19], head[20], head[21]]);
            let place = from + place as u64;
            return Ok(Some(Page { place, end: place + length as u64, number }));
        }
    }
    Ok(None)
}

fn comments() -> Vec<u8> {
    let vendor = opus::version();
    let mut header = b"OpusTags".to_vec();
    header.extend((vendor.len() as u32).to_le_bytes());
    header.extend(vendor.as_bytes());
    header.extend([0; 4]);
    header
}

fn encoding(error: opus::Error) -> RecordError {
    RecordError::Encode(error.to_string())
}

/// A packet is a tick.
const PACKET_AT_48_KHZ: u64 = 960;

/// Pages before the first with sound.
const HEADERS: u32 = 2;

const MOST_BYTES_OF_PAGE: u64 = 65_307;

/// A page a second: what is lost at worst.
const PACKETS_PER_PAGE: u64 = 50;

/// What the Opus specification recommends to have room for.
const MOST_BYTES: usize = 4000;
