//! Streams of music: decoded once somewhere else and popped once a tick by each worker, or a clip played over and over;
//! shared by all who hear it.

use std::sync::Arc;

use rtrb::{Consumer, RingBuffer};

use super::coding::SharedCoding;
use super::feed::MusicFeed;
use super::outlet::{Shared, silence};
use super::stats::WorkerStats;
use super::types::{Codec, Coded, Output};
use crate::audio::{Clip, Decay, Ramp, Resampler, SampleRate, sums};

/// Makes a stream for so many workers: one feed, and a stream for each worker.
pub(super) fn music_ring(generation: u32, rate: SampleRate, workers: usize) -> (MusicFeed, Vec<MusicStream>) {
    let (producers, streams) = (0..workers)
        .map(|_| {
            let (producer, consumer) = RingBuffer::new(rate.samples_in_ms(RING_MS));
            (producer, MusicStream::fed(generation, rate, consumer))
        })
        .unzip();
    (MusicFeed::new(rate, producers), streams)
}

/// A stream as one worker has it.
pub(super) struct MusicStream {
    pub generation: u32,
    source: Source,
    /// The tick at the stream's own rate.
    total: Box<[i32]>,
    tick: u64,
    outlets: [Option<Box<MusicOutlet>>; SampleRate::ALL.len()],
}

/// Where music comes from.
enum Source {
    Feed {
        ring: Consumer<i16>,
        popped: Box<[i16]>,
        /// Whether the last tick came.
        sounds: bool,
    },
    Loop {
        clip: Arc<Clip>,
        /// Where this tick begins.
        position: usize,
        /// The tick of the stream that `total` is.
        filled: u64,
    },
}

impl MusicStream {
    fn fed(generation: u32, rate: SampleRate, ring: Consumer<i16>) -> MusicStream {
        let popped = vec![0; rate.samples_per_tick()].into();
        MusicStream::new(generation, rate, Source::Feed { ring, popped, sounds: false })
    }

    /// A stream that plays a clip over and over.
    pub fn looped(generation: u32, clip: Arc<Clip>) -> MusicStream {
        MusicStream::new(generation, clip.rate, Source::Loop { clip, position: 0, filled: 0 })
    }

    fn new(generation: u32, rate: SampleRate, source: Source) -> MusicStream {
        let total = vec![0; rate.samples_per_tick()].into();
        let mut stream = MusicStream { generation, source, total, tick: 0, outlets: Default::default() };
        stream.outlets[rate.index()] = Some(Box::new(MusicOutlet::new(rate, rate)));
        stream
    }

    /// Whether a feed has to be taken out at each tick.
    pub fn is_fed(&self) -> bool {
        matches!(self.source, Source::Feed { .. })
    }

    /// Takes out one tick, heard by somebody or not, so that all workers stay at the same place.
    pub fn begin(&mut self, stats: &WorkerStats) {
        self.tick += 1;
        match &mut self.source {
            Source::Feed { ring, popped, sounds } => {
                let came = ring.pop_entire_slice(popped).is_ok();
                match (came, *sounds) {
                    (true, true) => sums::widen(popped, &mut self.total),
                    (true, false) => {
                        sums::widen(popped, &mut self.total);
                        let mut fade = Ramp::new(0.0);
                        fade.set(1.0);
                        fade.apply(&mut self.total);
                    }
                    (false, true) => {
                        stats.music_underruns.count();
                        let mut left = Decay::default();
                        left.add(self.total.last().copied().unwrap_or(0));
                        self.total.fill(0);
                        left.apply(&mut self.total);
                    }
                    (false, false) => self.total.fill(0),
                }
                *sounds = came;
            }
            // The samples are fetched when somebody hears them.
            Source::Loop { clip, position, .. } if self.tick > 1 => {
                *position = (*position + self.total.len()) % clip.samples.len().max(1);
            }
            Source::Loop { .. } => {}
        }
        for outlet in self.outlets.iter_mut().flatten() {
            outlet.shared.begin();
        }
    }

    /// Makes the tick of a loop, unless it is there already.
    fn fill(&mut self) {
        let Source::Loop { clip, position, filled } = &mut self.source else {
            return;
        };
        if *filled == self.tick || clip.samples.is_empty() {
            return;
        }
        *filled = self.tick;
        let (before, after) = clip.samples.split_at(*position);
        let samples = after.iter().chain(before).cycle();
        for (t, s) in self.total.iter_mut().zip(samples) {
            *t = i32::from(*s);
        }
    }

    /// Makes the stream heard at another rate, unless it is already; gives back what was not needed.
    pub fn add_outlet(&mut self, outlet: Option<Box<MusicOutlet>>) -> Option<Box<MusicOutlet>> {
        let outlet = outlet?;
        let place = &mut self.outlets[outlet.rate.index()];
        if place.is_some() {
            return Some(outlet);
        }
        *place = Some(outlet);
        None
    }

    /// Makes the stream heard in one more coded form, unless it is already; gives back what was not needed.
    pub fn add_coding(&mut self, coding: Box<SharedCoding>) -> Option<Box<SharedCoding>> {
        match self.outlets[coding.coded.rate.index()].as_deref_mut() {
            Some(outlet) => outlet.shared.add_coding(coding),
            None => Some(coding),
        }
    }

    pub fn remove_coding(&mut self, coded: Coded) -> Option<Box<SharedCoding>> {
        self.outlets[coded.rate.index()].as_deref_mut()?.shared.remove_coding(coded)
    }

    /// The stream in a coded form.
    pub fn coding(&self, coded: Coded) -> Option<&SharedCoding> {
        self.outlets[coded.rate.index()].as_deref()?.shared.coding(coded)
    }

    /// The tick at a rate.
    pub fn total_at(&mut self, rate: SampleRate) -> Option<&[i32]> {
        self.fill();
        let outlet = self.outlets[rate.index()].as_deref_mut()?;
        Some(outlet.total(&self.total, self.tick))
    }

    /// The tick in the form of a codec, ready to send.
    pub fn shared(&mut self, codec: Codec, stats: &WorkerStats) -> Output<'_> {
        self.fill();
        match self.outlets[codec.rate().index()].as_deref_mut() {
            Some(outlet) => {
                outlet.total(&self.total, self.tick);
                let MusicOutlet { shared, resampled, .. } = outlet;
                let total = resampled.as_ref().map_or(&self.total[..], |r| &r.total);
                shared.output(codec, total, stats)
            }
            None => silence(codec),
        }
    }

    /// The last sample of the shared tick at this rate.
    pub fn last(&self, rate: SampleRate) -> i32 {
        let outlet = self.outlets[rate.index()].as_deref();
        outlet.map_or(0, |o| o.shared.last())
    }
}

/// A stream of music at one rate, resampled only in ticks in which somebody hears it.
pub(super) struct MusicOutlet {
    rate: SampleRate,
    shared: Shared,
    resampled: Option<Resampled>,
}

struct Resampled {
    resampler: Resampler,
    total: Box<[i32]>,
    /// The tick of the stream that `total` is.
    tick: u64,
}

impl MusicOutlet {
    pub fn new(rate: SampleRate, music_rate: SampleRate) -> MusicOutlet {
        MusicOutlet {
            rate,
            shared: Shared::new(rate),
            resampled: (rate != music_rate).then(|| Resampled {
                resampler: Resampler::new(music_rate, rate),
                total: vec![0; rate.samples_per_tick()].into(),
                tick: 0,
            }),
        }
    }

    fn total<'a>(&'a mut self, stream: &'a [i32], tick: u64) -> &'a [i32] {
        let Some(resampled) = &mut self.resampled else {
            return stream;
        };
        if resampled.tick != tick {
            if resampled.tick + 1 != tick {
                resampled.resampler.reset();
            }
            resampled.resampler.process(stream, &mut resampled.total);
            resampled.tick = tick;
        }
        &resampled.total
    }
}

/// The music that one leg hears, fading from one stream to the next through silence.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MusicEar {
    current: Option<u16>,
    wanted: Option<u16>,
    /// In steps, so that both ends are exact.
    level: u8,
}

impl MusicEar {
    pub fn want(&mut self, music: Option<u16>) {
        self.wanted = music;
    }

    /// Forgets a stream that is gone.
    pub fn lose(&mut self, music: u16) {
        if self.current == Some(music) {
            self.current = None;
            self.level = 0;
        }
        if self.wanted == Some(music) {
            self.wanted = None;
        }
    }

    /// The stream heard now.
    pub fn current(&self) -> Option<u16> {
        self.current
    }

    /// The stream, if it is heard in full and stays.
    pub fn steady(&self) -> Option<u16> {
        if self.level == FADE_STEPS && self.wanted == self.current { self.current } else { None }
    }

    /// Whether there is no music and none is to come.
    pub fn is_silent(&self) -> bool {
        self.current.is_none() && self.wanted.is_none()
    }

    /// Moves to the next stream if the current one has faded; to be asked before [`fade`](Self::fade).
    pub fn advance(&mut self) -> Option<u16> {
        if self.level == 0 {
            self.current = self.wanted;
        }
        self.current
    }

    /// The gain over the next tick.
    pub fn fade(&mut self) -> Ramp {
        let mut ramp = Ramp::new(f32::from(self.level) / f32::from(FADE_STEPS));
        self.level =
            if self.wanted == self.current { (self.level + 1).min(FADE_STEPS) } else { self.level.saturating_sub(1) };
        ramp.set(f32::from(self.level) / f32::from(FADE_STEPS));
        if self.level == 0 {
            self.current = None;
        }
        ramp
    }
}

/// Ticks in which music fades in or out: 100 ms.
const FADE_STEPS: u8 = 5;

/// How much decoded music waits for the workers.
const RING_MS: usize = 500;
