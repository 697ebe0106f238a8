//! An engine with legs that hear two channels.

use conclave::engine::{LegId, Output};

use super::Engine;
use super::two_channels::Streams;

/// An engine that knows the form.
pub struct StereoEngine {
    pub engine: Engine,
    pub streams: Streams,
}

impl StereoEngine {
    pub fn new(mut engine: Engine) -> StereoEngine {
        let streams = Streams::default();
        engine.control.set_coders(Box::new(streams.clone()));
        StereoEngine { engine, streams }
    }

    /// A tick in which each of these legs sends a constant.
    pub fn say(&mut self, levels: &[(LegId, i16)]) {
        self.engine.begin();
        for &(leg, level) in levels {
            let worker = &mut self.engine.workers[leg.worker()];
            match worker.output(leg) {
                Output::Linear(samples) => {
                    let length = samples.len();
                    worker.feed_linear(leg, &vec![level; length], None);
                }
                Output::Payload(_) => {
                    worker.feed(leg, &level.to_ne_bytes(), None);
                }
                Output::None => {}
            }
        }
        self.engine.finish();
    }

    pub fn silent_ticks(&mut self, count: usize) {
        for _ in 0..count {
            self.say(&[]);
        }
    }

    /// What both ears hear in this tick, left and right.
    pub fn hear(&mut self, leg: LegId) -> (Vec<i16>, Vec<i16>) {
        let Output::Payload(payload) = self.engine.workers[leg.worker()].output(leg) else { panic!("no payload") };
        self.streams.hear(payload)
    }

    /// The same of a tick in which each ear hears one value.
    pub fn levels(&mut self, leg: LegId) -> (i16, i16) {
        let (left, right) = self.hear(leg);
        for ear in [&left, &right] {
            assert!(ear.iter().all(|s| *s == ear[0]), "not constant: {ear:?}");
        }
        (left[0], right[0])
    }
}
