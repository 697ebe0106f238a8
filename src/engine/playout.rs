//! A leg's playout buffer: what came at its own pace, handed out a tick at a time.
//!
//! Audio stays in the form it came in until it is known that it will be heard; most of a conference is silence, and
//! silence is recognised without decoding it.

use super::fifo::Fifo;
use super::stats::WorkerStats;
use super::types::{Codec, Decoder};
use crate::audio::{Gate, TICKS_PER_SECOND, g711, is_quiet};

/// What a tick of a leg consists of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Pulled {
    /// Nothing came.
    Nothing,
    /// Something came that is too quiet to be talk. [`Playout::samples`] does not have it.
    Quiet,
    /// [`Playout::samples`] has it.
    Sound,
}

pub(super) struct Playout {
    store: Store,
    tick: usize,
    samples: Box<[i16]>,
    /// The last tick that came before the loss that is being concealed; else scratch memory.
    before_loss: Box<[i16]>,
    /// Ticks since something came.
    lost: usize,
    trim: Trim,
    decoder: Option<Box<dyn Decoder>>,
    decoded: Box<[i16]>,
}

impl Playout {
    pub fn new(codec: Codec, decoder: Option<Box<dyn Decoder>>) -> Playout {
        let tick = codec.rate().samples_per_tick();
        Playout {
            store: Store::new(codec, CAPACITY_TICKS * tick),
            tick,
            samples: vec![0; tick].into(),
            before_loss: vec![0; tick].into(),
            lost: 0,
            trim: Trim::default(),
            decoded: decoder.as_ref().map_or_else(Box::default, |_| vec![0; MOST_TICKS_AT_ONCE * tick].into()),
            decoder,
        }
    }

    /// Takes in a payload; false if that is not what this leg sends.
    pub fn feed(&mut self, payload: &[u8], stats: &WorkerStats) -> bool {
        if let (Some(decoder), Store::Linear(fifo)) = (&mut self.decoder, &mut self.store) {
            let count = decoder.decode(payload, &mut self.decoded).min(self.decoded.len());
            count_overrun(fifo.push(&self.decoded[..count]), stats);
            return !payload.is_empty();
        }
        let newest = newest(payload, MOST_TICKS_AT_ONCE * self.tick);
        let (Store::Ulaw(fifo) | Store::Alaw(fifo)) = &mut self.store else {
            return false;
        };
        count_overrun(payload.len() - newest.len() + fifo.push(newest), stats);
        !payload.is_empty()
    }

    /// Takes in linear samples; false if that is not what this leg sends.
    pub fn feed_linear(&mut self, samples: &[i16], stats: &WorkerStats) -> bool {
        let newest = newest(samples, MOST_TICKS_AT_ONCE * self.tick);
        let (Store::Linear(fifo), None) = (&mut self.store, &self.decoder) else {
            return false;
        };
        count_overrun(samples.len() - newest.len() + fifo.push(newest), stats);
        !samples.is_empty()
    }

    /// Takes one tick out. `open` says that the leg is being heard: then a loss is concealed, and nothing is too quiet.
    pub fn pull(&mut self, open: bool, stats: &WorkerStats) -> Pulled {
        if self.store.len() < self.tick {
            return self.conceal(open, stats);
        }
        let lost = std::mem::take(&mut self.lost);
        if !self.shorten(stats) {
            if !open && self.store.front_is_quiet(self.tick) {
                self.store.skip(self.tick);
                self.trim.note(self.store.len(), self.tick);
                return Pulled::Quiet;
            }
            self.store.decode_front(&mut self.samples);
            self.store.skip(self.tick);
        }
        self.trim.note(self.store.len(), self.tick);
        if open && (1..=CONCEALED_TICKS).contains(&lost) {
            self.rejoin(lost);
        }
        Pulled::Sound
    }

    /// The tick that was pulled last, if it was [`Pulled::Sound`].
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// Forgets everything that came.
    pub fn clear(&mut self) {
        self.store.clear();
        self.trim = Trim::default();
        self.lost = 0;
    }

    /// Makes up a tick: the last one, to and fro so that it has no seam, fading away.
    fn conceal(&mut self, open: bool, stats: &WorkerStats) -> Pulled {
        self.trim.note(0, self.tick);
        self.lost += 1;
        if self.lost > FORGET_TICKS {
            self.store.clear();
        }
        if !open || self.lost > CONCEALED_TICKS {
            return Pulled::Nothing;
        }
        if self.lost == 1 {
            self.before_loss.copy_from_slice(&self.samples);
        }
        stats.concealed.count();
        let (from, to) = (fade_after(self.lost - 1), fade_after(self.lost));
        let step = (to - from) / self.tick as f32;
        for (i, s) in self.samples.iter_mut().enumerate() {
            let repeated = repeat(&self.before_loss, self.lost, i);
            *s = (f32::from(repeated) * (from + step * (i + 1) as f32)).round() as i16;
        }
        Pulled::Sound
    }

    /// Crossfades from the made-up signal into what came after a loss of so many ticks.
    fn rejoin(&mut self, lost: usize) {
        let length = self.tick / REJOIN_PART_OF_TICK;
        let level = fade_after(lost);
        for (i, s) in self.samples.iter_mut().take(length).enumerate() {
            let fresh = (i + 1) as f32 / length as f32;
            let repeated = f32::from(repeat(&self.before_loss, lost + 1, i)) * level;
            *s = (f32::from(*s) * fresh + repeated * (1.0 - fresh)).round() as i16;
        }
    }

    /// Drops a tick if the buffer has been too full for long; true if [`samples`](Self::samples) thereby has the next.
    fn shorten(&mut self, stats: &WorkerStats) -> bool {
        if self.trim.due == 0 || self.store.len() < 2 * self.tick {
            return false;
        }
        let quiet = self.store.front_is_quiet(self.tick);
        if !quiet && !self.trim.is_overdue() {
            return false;
        }
        stats.trimmed.count();
        self.trim = Trim { due: self.trim.due - 1, ..Trim::default() };
        if quiet {
            self.store.skip(self.tick);
            return false;
        }
        self.store.decode_front(&mut self.before_loss);
        self.store.skip(self.tick);
        self.store.decode_front(&mut self.samples);
        self.store.skip(self.tick);
        let tick = self.tick as i32;
        for ((i, new), old) in (1..=tick).zip(&mut self.samples).zip(&self.before_loss) {
            *new = ((i32::from(*new) * i + i32::from(*old) * (tick - i)) / tick) as i16;
        }
        true
    }
}

/// The audio in the form it came in.
enum Store {
    Ulaw(Fifo<u8>),
    Alaw(Fifo<u8>),
    Linear(Fifo<i16>),
}

impl Store {
    fn new(codec: Codec, capacity: usize) -> Store {
        match codec {
            Codec::Pcmu => Store::Ulaw(Fifo::new(capacity)),
            Codec::Pcma => Store::Alaw(Fifo::new(capacity)),
            Codec::Linear(_) | Codec::Coded(_) => Store::Linear(Fifo::new(capacity)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Store::Ulaw(fifo) | Store::Alaw(fifo) => fifo.len(),
            Store::Linear(fifo) => fifo.len(),
        }
    }

    fn front_is_quiet(&self, n: usize) -> bool {
        match self {
            Store::Ulaw(fifo) => g711::ulaw_is_quiet(fifo.front(n)),
            Store::Alaw(fifo) => g711::alaw_is_quiet(fifo.front(n)),
            Store::Linear(fifo) => is_quiet(fifo.front(n), Gate::THRESHOLD),
        }
    }

    fn decode_front(&self, samples: &mut [i16]) {
        match self {
            Store::Ulaw(fifo) => g711::decode_ulaw(fifo.front(samples.len()), samples),
            Store::Alaw(fifo) => g711::decode_alaw(fifo.front(samples.len()), samples),
            Store::Linear(fifo) => {
                let front = fifo.front(samples.len());
                samples[..front.len()].copy_from_slice(front);
            }
        }
    }

    fn skip(&mut self, n: usize) {
        match self {
            Store::Ulaw(fifo) | Store::Alaw(fifo) => fifo.skip(n),
            Store::Linear(fifo) => fifo.skip(n),
        }
    }

    fn clear(&mut self) {
        match self {
            Store::Ulaw(fifo) | Store::Alaw(fifo) => fifo.clear(),
            Store::Linear(fifo) => fifo.clear(),
        }
    }
}

/// Watches how full the buffer stays, to find delay that no jitter needs.
struct Trim {
    smallest: usize,
    ticks: usize,
    /// Ticks of delay to be dropped.
    due: usize,
}

impl Trim {
    /// Takes in what a tick left in the buffer.
    fn note(&mut self, left: usize, tick: usize) {
        self.smallest = self.smallest.min(left);
        self.ticks += 1;
        let spare = self.smallest / tick;
        // A little is worth watching for long; what a stall has piled up goes soon.
        let much = spare > LITTLE_SPARE && self.ticks.is_multiple_of(PILED_UP_TICKS);
        if much || self.ticks == TRIM_TICKS {
            let due = if much { spare - LITTLE_SPARE } else { spare.min(1) };
            *self = Trim { due, ..Trim::default() };
        }
    }

    /// Whether waiting for a quiet tick has taken too long.
    fn is_overdue(&self) -> bool {
        self.due > 1 || self.ticks == TRIM_TICKS - 1
    }
}

impl Default for Trim {
    fn default() -> Trim {
        Trim { smallest: usize::MAX, ticks: 0, due: 0 }
    }
}

fn newest<T>(items: &[T], most: usize) -> &[T] {
    &items[items.len().saturating_sub(most)..]
}

fn count_overrun(samples: usize, stats: &WorkerStats) {
    if samples > 0 {
        stats.overrun.add(samples as u64);
    }
}

/// The level of the made-up signal after so many ticks.
fn fade_after(lost: usize) -> f32 {
    1.0 - lost.min(CONCEALED_TICKS) as f32 / CONCEALED_TICKS as f32
}

/// Sample `i` of the `nth` repetition: backwards first, so that it begins with the sample that was heard last.
fn repeat(tick: &[i16], nth: usize, i: usize) -> i16 {
    if nth % 2 == 1 { tick[tick.len() - 1 - i] } else { tick[i] }
}

/// 200 ms: more delay than that is worse than a gap.
const CAPACITY_TICKS: usize = 10;

/// 60 ms: the longest packet time that is in use.
const MOST_TICKS_AT_ONCE: usize = 3;

/// After 60 ms a made-up signal is heard as such.
const CONCEALED_TICKS: usize = 3;

/// An odd rest that stayed this long belongs to a talk spurt that is over.
const FORGET_TICKS: usize = 10;

/// A quarter of a tick, 5 ms, to change from the made-up signal to the real one.
const REJOIN_PART_OF_TICK: usize = 4;

/// Two seconds.
const TRIM_TICKS: usize = 2 * TICKS_PER_SECOND;

/// Half a second.
const PILED_UP_TICKS: usize = TICKS_PER_SECOND / 2;

/// Ticks that the buffer may hold for long before that counts as piled up.
const LITTLE_SPARE: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::SampleRate;

    fn linear() -> (Playout, WorkerStats) {
        (Playout::new(Codec::Linear(SampleRate::Hz8000), None), WorkerStats::default())
    }

    #[test]
    fn odd_packet_times_come_out_in_ticks_without_loss() {
        let (mut playout, stats) = linear();
        let mut expected = 0i16;
        for n in 0..40i16 {
            let packet: Vec<i16> = (0..240).map(|i| 100 + n * 240 + i).collect();
            playout.feed_linear(&packet, &stats);
            while playout.store.len() >= 160 {
                assert_eq!(playout.pull(true, &stats), Pulled::Sound);
                for s in playout.samples() {
                    assert_eq!(*s, 100 + expected);
                    expected += 1;
                }
            }
        }
        assert_eq!(expected, 9600);
    }

    #[test]
    fn a_loss_fades_out_and_the_return_has_no_step() {
        let (mut playout, stats) = linear();
        playout.feed_linear(&[3000; 160], &stats);
        playout.pull(true, &stats);
        let mut heard = vec![3000];
        for _ in 0..2 {
            assert_eq!(playout.pull(true, &stats), Pulled::Sound);
            heard.extend_from_slice(playout.samples());
        }
        assert_eq!(heard[160], 2000);
        assert_eq!(heard[320], 1000);
        playout.feed_linear(&[3000; 160], &stats);
        playout.pull(true, &stats);
        heard.extend_from_slice(playout.samples());
        assert_eq!(heard[480], 3000);
        assert!(heard.windows(2).all(|w| (w[0] - w[1]).abs() <= 51));
        assert_eq!(stats.concealed.get(), 2);
        for _ in 0..3 {
            playout.pull(true, &stats);
        }
        assert_eq!(playout.samples()[159], 0);
        assert_eq!(playout.pull(true, &stats), Pulled::Nothing);
        assert_eq!(stats.concealed.get(), 5);
    }

    #[test]
    fn standing_delay_is_cut_in_silence() {
        let (mut playout, stats) = linear();
        playout.feed_linear(&[0; 320], &stats);
        for _ in 0..101 {
            playout.feed_linear(&[0; 160], &stats);
            playout.pull(false, &stats);
        }
        assert_eq!(stats.trimmed.get(), 1);
        assert_eq!(playout.store.len(), 160);
    }

    #[test]
    fn what_a_stall_has_piled_up_goes_within_a_second() {
        let (mut playout, stats) = linear();
        for _ in 0..9 {
            playout.feed_linear(&[500; 160], &stats);
        }
        for _ in 0..50 {
            playout.feed_linear(&[500; 160], &stats);
            playout.pull(true, &stats);
            assert!(playout.samples().iter().all(|s| *s == 500));
        }
        assert!(playout.store.len() <= 3 * 160, "{}", playout.store.len());
    }

    #[test]
    fn standing_delay_is_cut_in_endless_talk_by_a_crossfade() {
        let (mut playout, stats) = linear();
        playout.feed_linear(&[500; 320], &stats);
        for n in 0..300 {
            playout.feed_linear(&[500; 160], &stats);
            playout.pull(true, &stats);
            assert!(playout.samples().iter().all(|s| *s == 500), "tick {n}");
        }
        assert_eq!(stats.trimmed.get(), 1);
    }

    #[test]
    fn a_wrong_or_empty_form_is_refused_and_a_long_one_clipped() {
        let (mut playout, stats) = linear();
        assert!(!playout.feed(&[0; 160], &stats));
        assert!(!playout.feed_linear(&[], &stats));
        assert!(playout.feed_linear(&[1; 1000], &stats));
        assert_eq!(playout.store.len(), 480);
        assert_eq!(stats.overrun.get(), 520);
        for _ in 0..4 {
            playout.feed_linear(&[1; 480], &stats);
        }
        assert_eq!(playout.store.len(), 1600);
    }
}
