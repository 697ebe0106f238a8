//! The end of a stream of music that its decoder holds.

use rtrb::Producer;

use crate::audio::{Resampler, SampleRate};

/// The end of a stream of music that its decoder writes to, from any one thread, which may allocate memory meanwhile.
///
/// Keep it filled: half a second fits, and what is missing is silence.
pub struct MusicFeed {
    rate: SampleRate,
    workers: Vec<Producer<i16>>,
    /// For a source of another rate.
    adapter: Option<Box<Adapter>>,
}

impl MusicFeed {
    pub(super) fn new(rate: SampleRate, workers: Vec<Producer<i16>>) -> MusicFeed {
        MusicFeed { rate, workers, adapter: None }
    }

    /// The rate of the stream: the best that one of its listeners can use.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// How many samples can be written now.
    pub fn room(&self) -> usize {
        self.workers.iter().map(Producer::slots).min().unwrap_or(0)
    }

    /// Writes as much as there is room for; returns how many samples that was.
    pub fn write(&mut self, samples: &[i16]) -> usize {
        let count = self.room().min(samples.len());
        for worker in &mut self.workers {
            // Cannot fail: only this side fills the rings, and all had room for this.
            let _ = worker.push_entire_slice(&samples[..count]);
        }
        count
    }

    /// Writes samples of any rate; what there is no room for is lost. A source may change its rate from piece to piece.
    pub fn write_at(&mut self, rate: SampleRate, samples: &[i16]) {
        if self.adapter.as_ref().is_some_and(|adapter| adapter.from != rate)
            && let Some(mut former) = self.adapter.take()
        {
            former.end(|tick| _ = self.write(tick));
        }
        if rate == self.rate {
            self.write(samples);
            return;
        }
        let mut adapter = self.adapter.take().unwrap_or_else(|| Box::new(Adapter::new(rate, self.rate)));
        adapter.take(samples, |tick| _ = self.write(tick));
        self.adapter = Some(adapter);
    }

    /// Whether the stream was removed and nobody will ever read it again.
    pub fn is_abandoned(&self) -> bool {
        self.workers.iter().all(Producer::is_abandoned)
    }
}

/// Brings a source of another rate to the stream's, a tick at a time.
struct Adapter {
    from: SampleRate,
    resampler: Resampler,
    /// A tick of the source, as far as it has come.
    waiting: Vec<i32>,
    resampled: Box<[i32]>,
    tick: Vec<i16>,
}

impl Adapter {
    fn new(from: SampleRate, to: SampleRate) -> Adapter {
        Adapter {
            from,
            resampler: Resampler::new(from, to),
            waiting: Vec::with_capacity(from.samples_per_tick()),
            resampled: vec![0; to.samples_per_tick()].into(),
            tick: Vec::with_capacity(to.samples_per_tick()),
        }
    }

    fn take(&mut self, samples: &[i16], mut write: impl FnMut(&[i16])) {
        for sample in samples {
            self.waiting.push(i32::from(*sample));
            if self.waiting.len() == self.from.samples_per_tick() {
                self.resample();
                write(&self.tick);
            }
        }
    }

    /// What has been taken in and not come out yet.
    fn end(&mut self, mut write: impl FnMut(&[i16])) {
        let held = self.resampler.delay() + self.waiting.len() * self.resampled.len() / self.from.samples_per_tick();
        for left in [held, held.saturating_sub(self.resampled.len())] {
            self.waiting.resize(self.from.samples_per_tick(), 0);
            self.resample();
            write(&self.tick[..left.min(self.tick.len())]);
        }
    }

    fn resample(&mut self) {
        self.resampler.process(&self.waiting, &mut self.resampled);
        self.waiting.clear();
        self.tick.clear();
        let narrowed = self.resampled.iter().map(|s| (*s).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16);
        self.tick.extend(narrowed);
    }
}

#[cfg(test)]
mod tests {
    use rtrb::RingBuffer;

    use super::*;

    #[test]
    fn a_source_of_another_rate_loses_nothing_when_its_rate_changes() {
        let (producer, mut heard) = RingBuffer::new(4000);
        let mut feed = MusicFeed::new(SampleRate::Hz16000, vec![producer]);
        // Pieces that are no whole ticks: 100 ms at 8 kHz, then 20 ms at the stream's own rate.
        for _ in 0..10 {
            feed.write_at(SampleRate::Hz8000, &[1000; 80]);
        }
        feed.write_at(SampleRate::Hz16000, &[1000; 320]);
        let heard: Vec<i16> = heard.read_chunk(heard.slots()).unwrap().into_iter().collect();
        assert_eq!(heard.len(), 160 + 1600 + 320, "10 ms late, and all of it");
        // Away from where it begins and where the filter sees its end, it is what it was.
        let (begun, own) = (&heard[330..1580], &heard[1760..]);
        assert!(begun.iter().all(|s| (s - 1000).abs() <= 1), "{begun:?}");
        assert!(own.iter().all(|s| *s == 1000));
    }
}
