//! What a tick of a room costs, all of it: feeding, mixing, and taking out what each leg hears.
//!
//! Prints nanoseconds for each leg and tick, and fails if they are over what the mixer is meant to take. All cases take
//! turns, many times over, and of each the least time counts: on a machine that does other things besides, it is the one
//! that tells something about the mixer.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use conclave::audio::{SampleRate, g711};
use conclave::engine::{Capacity, Codec, LegId, Worker, new};

fn main() -> ExitCode {
    let mut cases = cases();
    for _ in 0..ROUNDS {
        cases.iter_mut().for_each(Case::run);
    }
    let width = cases.iter().map(|case| case.signals.chars().count()).max().unwrap_or(0);
    let mut over = false;
    let mut forms = "";
    for case in &cases {
        if forms != case.forms {
            forms = case.forms;
            println!("\n{forms}, ns for each leg and tick");
        }
        let each = case.least.as_nanos() as f64 / case.room.legs.len() as f64;
        let is_over = case.bound.is_some_and(|bound| each > bound);
        over |= is_over;
        let warning = if is_over { "  TOO MUCH" } else { "" };
        println!("  {:width$}  {each:>8.0}{warning}", case.signals);
    }
    if over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn cases() -> Vec<Case> {
    let tone = |loudness| [Signal::of(loudness), Signal::of(-loudness)];
    // What the others of a room send, how many are in it, and how many of those talk.
    let signals = [
        ("997 of 1000 listen", 1000, 3, tone(20.0)),
        ("97 of 100 listen", 100, 3, tone(20.0)),
        // Too loud to be dismissed undecoded, too soft to be talk.
        ("97 of 100 hiss", 100, 3, tone(75.0)),
        ("100 of 100 talk", 100, 100, tone(2000.0)),
        // More at once than fits: the limiter is always at work.
        ("100 of 100 shout", 100, 0, [Signal::of(8000.0), Signal::of(8000.0)]),
    ];
    let linear = Codec::Linear;
    let forms = [
        ("µ-law", vec![Codec::Pcmu]),
        ("A-law", vec![Codec::Pcma]),
        ("16 kHz", vec![linear(SampleRate::Hz16000)]),
        ("48 kHz", vec![linear(SampleRate::Hz48000)]),
        ("µ-law and 16 kHz", vec![Codec::Pcmu, linear(SampleRate::Hz16000)]),
    ];
    let mut cases = Vec::new();
    for (forms, codecs) in forms {
        for (name, count, talkers, others) in &signals {
            let bound = match (codecs[0].rate(), codecs.len()) {
                (SampleRate::Hz8000, 1) if name.contains("listen") => Some(MOST_LISTENING),
                (SampleRate::Hz8000, 1) => Some(MOST_TALKING),
                _ => None,
            };
            let room = Room::of(*count, &codecs);
            let (talk, others, least) = (tone(3000.0), others.clone(), Duration::MAX);
            cases.push(Case { forms, signals: name, bound, room, talkers: *talkers, talk, others, least });
        }
    }
    cases
}

/// A room and what is said in it.
struct Case {
    forms: &'static str,
    signals: &'static str,
    /// Nanoseconds for each leg and tick.
    bound: Option<f64>,
    room: Room,
    talkers: usize,
    talk: [Signal; 2],
    others: [Signal; 2],
    least: Duration,
}

impl Case {
    fn run(&mut self) {
        let began = Instant::now();
        let mut ticks = 0;
        while ticks < LEAST_TICKS || began.elapsed() < ROUND {
            let before = Instant::now();
            self.room.tick(self.talkers, &self.talk, &self.others);
            self.least = self.least.min(before.elapsed());
            ticks += 1;
        }
    }
}

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

    /// A tick in which the first legs talk and the others send something else. Each sends the opposite of his neighbour,
    /// if that is what the signals are, so that sums stay small however many talk.
    fn tick(&mut self, talkers: usize, talk: &[Signal; 2], others: &[Signal; 2]) {
        self.tick += 1;
        self.worker.begin_tick(self.tick);
        for (n, (leg, codec)) in self.legs.iter().enumerate() {
            let signals = if n < talkers { talk } else { others };
            signals[n / 2 % 2].feed(&mut self.worker, *leg, *codec);
        }
        self.worker.mix();
        self.worker.finish();
        for (leg, _) in &self.legs {
            black_box(self.worker.output(*leg));
        }
    }
}

/// One tick of a tone, in every form.
#[derive(Clone)]
struct Signal {
    ulaw: Vec<u8>,
    alaw: Vec<u8>,
    linear: [Vec<i16>; SampleRate::ALL.len()],
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
            linear: SampleRate::ALL.map(at),
        }
    }

    fn feed(&self, worker: &mut Worker, leg: LegId, codec: Codec) {
        match codec {
            Codec::Pcmu => worker.feed(leg, &self.ulaw, None),
            Codec::Pcma => worker.feed(leg, &self.alaw, None),
            Codec::Linear(rate) => {
                let at = SampleRate::ALL.iter().position(|each| *each == rate);
                worker.feed_linear(leg, &self.linear[at.unwrap_or_default()], None);
            }
            Codec::Coded(_) => unreachable!("no such leg is made here"),
        }
    }
}

/// What a leg may take that only listens, in nanoseconds, at 8 kHz and with everything off.
const MOST_LISTENING: f64 = 150.0;

/// The same for one that talks.
const MOST_TALKING: f64 = 1000.0;

const ROUNDS: usize = 40;
const ROUND: Duration = Duration::from_millis(5);
const LEAST_TICKS: usize = 5;
