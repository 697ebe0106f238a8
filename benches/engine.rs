//! What a tick of a room costs, all of it: feeding, mixing, and taking out what each leg hears.
//!
//! Criterion's throughput is legs in a second, so a tick's time by its legs is the cost of a leg and tick.

use std::hint::black_box;

use conclave::audio::g711;
use conclave::engine::{Capacity, Codec, LegId, Worker, new};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// A room of µ-law legs on one worker.
struct Room {
    worker: Worker,
    legs: Vec<LegId>,
    tick: u64,
}

impl Room {
    fn of(count: usize) -> Room {
        let (mut control, mut workers) = new(Capacity { legs: count, ..Capacity::default() });
        let room = control.add_room().unwrap();
        let legs: Vec<_> = (0..count).map(|_| control.add_leg(0, Codec::Pcmu).unwrap()).collect();
        let mut worker = workers.remove(0);
        for (n, leg) in legs.iter().enumerate() {
            control.seat(*leg, room);
            worker.begin_tick(n as u64);
            control.collect();
        }
        worker.mix();
        Room { worker, legs, tick: count as u64 }
    }

    /// A tick in which the first legs talk and the others send line noise.
    fn tick(&mut self, talkers: usize, speech: &[u8], noise: &[u8]) {
        self.tick += 1;
        self.worker.begin_tick(self.tick);
        for (n, leg) in self.legs.iter().enumerate() {
            self.worker.feed(*leg, if n < talkers { speech } else { noise }, None);
        }
        self.worker.mix();
        self.worker.finish();
        for leg in &self.legs {
            black_box(self.worker.output(*leg));
        }
    }
}

fn payload(amplitude: f32) -> Vec<u8> {
    let sample = |i| ((i as f32 * 0.3).sin() * amplitude) as i16;
    (0..160).map(|i| g711::linear_to_ulaw(sample(i))).collect()
}

fn rooms(criterion: &mut Criterion) {
    let (speech, quiet, hiss) = (payload(3000.0), payload(20.0), payload(75.0));
    let mut group = criterion.benchmark_group("tick");
    let cases = [
        (10, 3, "quiet", &quiet),
        (100, 3, "quiet", &quiet),
        (1000, 3, "quiet", &quiet),
        // Too loud to be dismissed undecoded, too soft to be talk.
        (100, 3, "hissing", &hiss),
        (100, 100, "quiet", &quiet),
    ];
    for (count, talkers, others, noise) in cases {
        let mut room = Room::of(count);
        group.throughput(Throughput::Elements(count as u64));
        let name = BenchmarkId::new(format!("{talkers} talk, others {others}"), count);
        group.bench_function(name, |bencher| {
            bencher.iter(|| room.tick(talkers, &speech, noise));
        });
    }
    group.finish();
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
