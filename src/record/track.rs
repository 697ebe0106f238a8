//! One recording: from a tap to a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Job;
use super::encoder::{self, Encoder};
use super::error::RecordError;
use super::file::Store;
use super::steady::Steady;
use crate::audio::SampleRate;
use crate::engine::Tap;

pub(super) struct Track {
    tap: Tap,
    path: PathBuf,
    store: Store,
    encoder: Box<dyn Encoder>,
    steady: Steady,
    paused: bool,
    /// The tick that comes next, once there was one.
    next_tick: Option<u64>,
    /// Samples that this recording has added to the file.
    samples: u64,
    /// The samples of one tick, samples to be encoded, and bytes to be written.
    tick: Vec<i16>,
    pending: Vec<i16>,
    bytes: Vec<u8>,
}

impl Track {
    /// Makes or opens the file. `is_taken` tells whether another recording writes to a file already.
    pub fn open(job: Job, is_taken: impl Fn(&Path) -> bool) -> Result<Track, RecordError> {
        let Job { path, format, rate, tap, append, paused } = job;
        let mut is_new = false;
        let former = if append && !is_taken(&path) { Store::reopen(&path)? } else { None };
        let (store, path, encoder, bytes) = match former {
            Some(mut store) => {
                let (encoder, bytes) = match store.end() {
                    0 => encoder::begin(format, rate)?,
                    _ => encoder::resume(format, rate, &mut store)?,
                };
                (store, path, encoder, bytes)
            }
            None => {
                let (encoder, bytes) = encoder::begin(format, rate)?;
                let (store, path) = Store::create(&path)?;
                is_new = true;
                (store, path, encoder, bytes)
            }
        };
        let steady = Steady::new(encoder.rate());
        let mut track = Track {
            tap,
            path,
            store,
            encoder,
            steady,
            paused,
            next_tick: None,
            samples: 0,
            tick: Vec::new(),
            pending: Vec::new(),
            bytes,
        };
        if let Err(error) = track.write() {
            if is_new {
                // A file without even a head helps nobody.
                let _ = fs::remove_file(&track.path);
            }
            return Err(error);
        }
        Ok(track)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long what was recorded is.
    pub fn length(&self) -> Duration {
        encoder::duration(self.samples, self.encoder.rate())
    }

    /// Leaves out what comes from now on, or takes it in again. What has come before is dealt with as it was.
    pub fn set_paused(&mut self, paused: bool) -> Result<(), RecordError> {
        self.take_in()?;
        if self.paused != paused {
            self.paused = paused;
            self.next_tick = None;
            self.steady.cut(&mut self.pending);
        }
        Ok(())
    }

    /// Writes what has come; false if no more will come.
    pub fn take_in(&mut self) -> Result<bool, RecordError> {
        let mut tick = std::mem::take(&mut self.tick);
        while let Some(chunk) = self.tap.read() {
            let (number, rate) = (chunk.tick, chunk.rate);
            if self.paused || self.next_tick.is_some_and(|next| number < next) {
                continue;
            }
            tick.clear();
            tick.extend(chunk.samples);
            let gap = self.next_tick.map_or(0, |next| number - next);
            self.next_tick = Some(number.saturating_add(1));
            // Anything longer is not a gap but another clock.
            for _ in 0..if gap <= LONGEST_GAP { gap } else { 0 } {
                self.add(rate, &[])?;
            }
            self.add(rate, &tick)?;
        }
        self.tick = tick;
        self.write()?;
        Ok(!self.tap.is_over())
    }

    /// Takes in what has come, and completes the file.
    pub fn finish(mut self) -> Result<Duration, RecordError> {
        self.take_in()?;
        self.steady.cut(&mut self.pending);
        self.write()?;
        self.encoder.finish(&mut self.bytes)?;
        self.write()?;
        Ok(self.length())
    }

    fn add(&mut self, rate: SampleRate, samples: &[i16]) -> Result<(), RecordError> {
        self.steady.add(rate, samples, &mut self.pending);
        if self.pending.len() >= MOST_PENDING { self.write() } else { Ok(()) }
    }

    /// Data first, then the start that counts it.
    fn write(&mut self) -> Result<(), RecordError> {
        self.encoder.encode(&self.pending, &mut self.bytes)?;
        self.samples += self.pending.len() as u64;
        self.pending.clear();
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.store.append(&self.bytes)?;
        self.bytes.clear();
        match self.encoder.start(self.store.end()) {
            Some(start) => self.store.rewrite_start(&start),
            None => Ok(()),
        }
    }
}

/// An hour of ticks.
const LONGEST_GAP: u64 = 180_000;

/// A few seconds.
const MOST_PENDING: usize = 1 << 18;
