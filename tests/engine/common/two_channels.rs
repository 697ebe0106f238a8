//! A made-up form of two channels, at any rate.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::sync::{Arc, Mutex};

use conclave::audio::SampleRate;
use conclave::engine::{Codec, Coded, Coders, Decoder, Encoder};

/// The form: a packet is a level that is said for a tick, or names the stream that was encoded.
pub fn stereo(rate: SampleRate) -> Codec {
    Codec::Coded(Coded { format: 77, rate, stereo: true })
}

/// What was encoded last, by stream.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<Vec<Stream>>>);

#[derive(Clone, Default)]
pub struct Stream {
    pub samples: Vec<i16>,
    /// How many ticks were encoded.
    pub ticks: usize,
}

impl Streams {
    /// What both ears hear in the stream that a packet names, left and right.
    pub fn hear(&self, payload: &[u8]) -> (Vec<i16>, Vec<i16>) {
        let Ok(name) = payload.try_into().map(u32::from_ne_bytes) else { return (vec![0], vec![0]) };
        let streams = self.0.lock().unwrap();
        streams[name as usize].samples.chunks_exact(2).map(|both| (both[0], both[1])).unzip()
    }

    /// Ticks that were encoded in all streams.
    pub fn encoded(&self) -> usize {
        self.0.lock().unwrap().iter().map(|stream| stream.ticks).sum()
    }
}

struct Levels(usize);

impl Decoder for Levels {
    fn decode(&mut self, payload: &[u8], samples: &mut [i16]) -> usize {
        let count = self.0.min(samples.len());
        samples[..count].fill(payload.try_into().map_or(0, i16::from_ne_bytes));
        count
    }
}

struct Named(u32, Streams);

impl Encoder for Named {
    fn encode(&mut self, samples: &[i16], payload: &mut [u8]) -> usize {
        let stream = &mut self.1.0.lock().unwrap()[self.0 as usize];
        samples.clone_into(&mut stream.samples);
        stream.ticks += 1;
        payload[..4].copy_from_slice(&self.0.to_ne_bytes());
        4
    }
}

impl Coders for Streams {
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn Decoder>> {
        Some(Box::new(Levels(coded.rate.samples_per_tick())))
    }

    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn Encoder>> {
        let mut streams = self.0.lock().unwrap();
        // No tick makes it longer, so no tick allocates.
        streams.push(Stream { samples: Vec::with_capacity(2 * coded.rate.samples_per_tick()), ticks: 0 });
        Some(Box::new(Named(streams.len() as u32 - 1, self.clone())))
    }
}
