//! What a tick of a room costs, all of it: feeding, mixing, and taking out what each leg hears.
//!
//! Criterion's throughput is legs in a second, so a tick's time by its legs is the cost of a leg and tick.

use std::hint::black_box;

use conclave::audio::{SampleRate, g711};
use conclave::engine::{Capacity, Codec, LegId, Worker, new};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// A room of legs on one worker.
struct Room {
    worker: Worker,
    legs: Vec<(LegId, Codec)>,
    tick: u64,
}

impl Room {
    /// A room of so many legs, in these codecs by turns.
    fn of(count: usize, codecs: &[Codec]) -> Room {
        let (mut control, mut workers) = new(Capacity { legs: count, ..Capacity::default() });
        let room = control.add_room().unwrap();
        let mut worker = workers.remove(0);
        let codecs = codecs.iter().copied().cycle().take(count);
        let legs: Vec<_> = codecs.map(|codec| (control.add_leg(0, codec).unwrap(), codec)).collect();
        for (n, (leg, _)) in legs.iter().enumerate() {
            control.seat(*leg, room);
            worker.begin_tick(n as u64);
            control.collect();
        }
        worker.mix();
        Room { worker, legs, tick: count as u64 }
    }

    /// A tick in which the first legs talk and the others send something else.
    fn tick(&mut self, talkers: usize, speech: &[Signal; 2], others: &[Signal; 2]) {
        self.tick += 1;
        self.worker.begin_tick(self.tick);
        for (n, (leg, codec)) in self.legs.iter().enumerate() {
            // Each says the opposite of his neighbour, so that sums stay small however many talk.
            let signal = &(if n < talkers { speech } else { others })[n % 2];
            signal.feed(&mut self.worker, *leg, *codec);
        }
        self.worker.mix();
        self.worker.finish();
        for (leg, _) in &self.legs {
            black_box(self.worker.output(*leg));
        }
    }
}

/// One tick of a tone, in every form.
struct Signal {
    ulaw: Vec<u8>,
    alaw: Vec<u8>,
    linear: Vec<Vec<i16>>,
}

impl Signal {
    fn of(amplitude: f32) -> Signal {
        let at = |rate: SampleRate| -> Vec<i16> {
            let step = 2400.0 / rate.hz() as f32;
            (0..rate.samples_per_tick()).map(|i| ((i as f32 * step).sin() * amplitude) as i16).collect()
        };
        let narrow = at(SampleRate::Hz8000);
        Signal {
            ulaw: narrow.iter().map(|s| g711::linear_to_ulaw(*s)).collect(),
            alaw: narrow.iter().map(|s| g711::linear_to_alaw(*s)).collect(),
            linear: SampleRate::ALL.into_iter().map(at).collect(),
        }
    }

    fn feed(&self, worker: &mut Worker, leg: LegId, codec: Codec) {
        match codec {
            Codec::Pcmu => worker.feed(leg, &self.ulaw, None),
            Codec::Pcma => worker.feed(leg, &self.alaw, None),
            Codec::Linear(rate) => {
                let at = SampleRate::ALL.iter().position(|each| *each == rate).unwrap_or_default();
                worker.feed_linear(leg, &self.linear[at], None);
            }
            Codec::Coded(_) => unreachable!("no such leg is made here"),
        }
    }
}

/// Everything at its default.
fn rooms(criterion: &mut Criterion) {
    let both = |amplitude| [Signal::of(amplitude), Signal::of(-amplitude)];
    let speech = both(3000.0);
    let signals = [
        ("3 talk, others quiet", 3, both(20.0)),
        // Too loud to be dismissed undecoded, too soft to be talk.
        ("3 talk, others hissing", 3, both(75.0)),
        ("all talk", 0, both(2000.0)),
        // More at once than fits: the limiter is always at work.
        ("all shout", 0, [Signal::of(8000.0), Signal::of(8000.0)]),
    ];
    let forms = [
        ("u-law", vec![Codec::Pcmu]),
        ("A-law", vec![Codec::Pcma]),
        ("16 kHz", vec![Codec::Linear(SampleRate::Hz16000)]),
        ("48 kHz", vec![Codec::Linear(SampleRate::Hz48000)]),
        ("u-law and 16 kHz", vec![Codec::Linear(SampleRate::Hz16000), Codec::Pcmu]),
    ];
    for (form, codecs) in &forms {
        let mut group = criterion.benchmark_group(*form);
        for (name, talkers, others) in &signals {
            for count in [100, 1000] {
                let mut room = Room::of(count, codecs);
                group.throughput(Throughput::Elements(count as u64));
                group.bench_function(BenchmarkId::new(*name, count), |bencher| {
                    bencher.iter(|| room.tick(*talkers, &speech, others));
                });
            }
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = rooms
}
criterion_main!(benches);
