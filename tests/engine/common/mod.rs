//! An engine whose workers are driven by hand, one tick at a time.

#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod stereo;
pub mod two_channels;

use std::sync::Arc;

use conclave::audio::{Clip, SampleRate};
use conclave::engine::{Capacity, Codec, Control, Event, LegId, Output, RoomId, Worker, new};

pub const NARROW: Codec = Codec::Linear(SampleRate::Hz8000);
pub const WIDE: Codec = Codec::Linear(SampleRate::Hz16000);

pub struct Engine {
    pub control: Control,
    pub workers: Vec<Worker>,
    pub tick: u64,
}

impl Engine {
    pub fn new(workers: usize) -> Engine {
        Engine::with(Capacity { workers, legs: 16, rooms: 4, music: 2, clips: 4, ..Capacity::default() })
    }

    pub fn with(capacity: Capacity) -> Engine {
        let (control, workers) = new(capacity);
        Engine { control, workers, tick: 0 }
    }

    /// A room with so many legs of 8 kHz linear audio on the first worker, all settled.
    pub fn room_of(legs: usize) -> (Engine, RoomId, Vec<LegId>) {
        let mut engine = Engine::new(1);
        let room = engine.control.add_room().unwrap();
        let legs = (0..legs).map(|_| engine.seated(0, NARROW, room)).collect();
        engine.settle();
        (engine, room, legs)
    }

    pub fn seated(&mut self, worker: usize, codec: Codec, room: RoomId) -> LegId {
        let leg = self.control.add_leg(worker, codec).unwrap();
        self.control.seat(leg, room);
        leg
    }

    /// A tick in which each of these legs sends a constant.
    pub fn say(&mut self, levels: &[(LegId, i16)]) {
        self.begin();
        for (leg, level) in levels {
            let worker = &mut self.workers[leg.worker()];
            let length = match worker.output(*leg) {
                Output::Linear(samples) => samples.len(),
                Output::Payload(_) => panic!("only linear legs say constants"),
                Output::None => continue,
            };
            worker.feed_linear(*leg, &vec![*level; length], None);
        }
        self.finish();
    }

    pub fn begin(&mut self) {
        self.tick += 1;
        for worker in &mut self.workers {
            worker.begin_tick(self.tick);
        }
    }

    pub fn finish(&mut self) {
        for worker in &mut self.workers {
            worker.mix();
        }
        for worker in &mut self.workers {
            worker.waits_for_peers();
            worker.finish();
        }
    }

    /// Partial sums that were waited for in vain, on all workers.
    pub fn missed(&self) -> u64 {
        let stats = self.control.stats().iter();
        stats.map(|stats| stats.partials_missed.get()).sum()
    }

    pub fn silent_ticks(&mut self, count: usize) {
        for _ in 0..count {
            self.say(&[]);
        }
    }

    /// Lets changes take effect that take a tick.
    pub fn settle(&mut self) {
        self.silent_ticks(2);
    }

    pub fn hear(&mut self, leg: LegId) -> Vec<i16> {
        match self.workers[leg.worker()].output(leg) {
            Output::Linear(samples) => samples.to_vec(),
            other => panic!("not linear: {other:?}"),
        }
    }

    pub fn payload(&mut self, leg: LegId) -> Vec<u8> {
        match self.workers[leg.worker()].output(leg) {
            Output::Payload(bytes) => bytes.to_vec(),
            other => panic!("not a payload: {other:?}"),
        }
    }

    /// What a leg hears, which has to be one value all through the tick.
    pub fn level(&mut self, leg: LegId) -> i16 {
        let heard = self.hear(leg);
        assert!(heard.iter().all(|s| *s == heard[0]), "not constant: {heard:?}");
        heard[0]
    }

    /// All events but levels.
    pub fn events(&mut self) -> Vec<Event> {
        let all = std::iter::from_fn(|| self.control.poll_event());
        all.filter(|event| !matches!(event, Event::Level { .. })).collect()
    }

    /// The tokens of the clips that ended.
    pub fn played(&mut self) -> Vec<u64> {
        let events = self.events().into_iter();
        events
            .filter_map(|event| match event {
                Event::Played { token } => Some(token),
                _ => None,
            })
            .collect()
    }
}

/// A clip at 8 kHz of one value.
pub fn clip(level: i16, samples: usize) -> Arc<Clip> {
    Arc::new(Clip { rate: SampleRate::Hz8000, samples: vec![level; samples].into() })
}

/// The largest step from one sample to the next.
pub fn largest_step(samples: &[i16]) -> i32 {
    let steps = samples.windows(2).map(|w| (i32::from(w[1]) - i32::from(w[0])).abs());
    steps.max().unwrap_or(0)
}
