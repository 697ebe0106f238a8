//! Whole buffers on simulated networks, in simulated time.

use std::f64::consts::TAU;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::audio::g711;

/// A sender, a network and a buffer. The sender's clock runs at its own speed.
struct Call {
    playout: Playout,
    stats: WorkerStats,
    /// Packets on their way: when they arrive in ms, sequence, time, payload.
    flying: Vec<(f64, u16, u32, Vec<u8>)>,
    tick: u64,
    heard: Vec<i16>,
    pulled: Vec<Pulled>,
    /// Whether the gate is open.
    open: bool,
    /// Whether the host knows the time of arrival.
    exact: bool,
}

impl Call {
    fn new() -> Call {
        Call {
            playout: Playout::new(Codec::Pcmu, None),
            stats: WorkerStats::default(),
            flying: Vec::new(),
            tick: 0,
            heard: Vec::new(),
            pulled: Vec::new(),
            open: true,
            exact: true,
        }
    }

    fn send(&mut self, arrives: f64, sequence: u16, time: u32, payload: Vec<u8>) {
        self.flying.push((arrives, sequence, time, payload));
    }

    /// Sends packet `n` of a signal; `ms` is its length, `sent` when it leaves.
    fn say(&mut self, n: u64, ms: usize, arrives: f64, signal: &impl Fn(f64) -> f64) {
        let first = n as usize * ms * 8;
        let payload = (first..first + ms * 8).map(|i| g711::linear_to_ulaw(signal(i as f64) as i16)).collect();
        self.send(arrives, n as u16, (first as u32).wrapping_add(123_456), payload);
    }

    /// One tick; what has arrived by then is fed in order of arrival.
    fn run(&mut self) {
        self.run_late(0.0);
    }

    /// One tick that comes so many milliseconds late.
    fn run_late(&mut self, late: f64) {
        self.tick += 1;
        let now = self.tick as f64 * 20.0 + late;
        self.flying.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count = self.flying.iter().take_while(|packet| packet.0 <= now).count();
        for (arrived, sequence, time, payload) in self.flying.drain(..count) {
            let arrived = self.exact.then(|| Duration::from_nanos((arrived * 1e6) as u64));
            let stamp = Stamp { sequence, time, arrived };
            assert!(self.playout.feed(&payload, Some(stamp), self.tick, &self.stats).is_some());
        }
        let pulled = self.playout.pull(self.open, &self.stats);
        self.pulled.push(pulled);
        if pulled == Pulled::Sound {
            self.heard.extend_from_slice(self.playout.samples());
        } else {
            self.heard.extend_from_slice(&[0; 160]);
        }
    }

    fn run_until(&mut self, ms: f64) {
        while self.tick as f64 * 20.0 < ms {
            self.run();
        }
    }

    fn concealed(&self) -> u64 {
        self.stats.concealed.get()
    }
}

/// Numbers between 0 and 1 that look like chance.
fn chance(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15);
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The same of a packet or a tick, in a run.
fn chance_of(n: u64, run: f64) -> f64 {
    let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ run.to_bits().wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 31).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ mixed >> 29) >> 11) as f64 / (1u64 << 53) as f64
}

fn tone(hz: f64) -> impl Fn(f64) -> f64 {
    move |i| 8000.0 * (TAU * hz * i / 8000.0).sin()
}

fn largest_step(samples: &[i16]) -> i32 {
    samples.windows(2).map(|w| (i32::from(w[1]) - i32::from(w[0])).abs()).max().unwrap_or(0)
}

/// The largest step of a tone of 8000, through µ-law.
fn own_step(hz: f64) -> i32 {
    (8000.0 * 2.0 * (TAU * hz / 16_000.0).sin()) as i32 + 300
}

#[test]
fn a_calm_network_adds_no_delay_and_changes_nothing() {
    for packet in [10, 20, 30, 40, 60] {
        let mut call = Call::new();
        for n in 0..(12_000 / packet as u64) {
            call.say(n, packet, (n + 1) as f64 * packet as f64 + 7.0, &tone(300.0));
        }
        call.run_until(11_000.0);
        let shift = if packet % 20 == 0 { 0.0 } else { 10.0 };
        let delay = call.playout.delay_ms();
        assert!(delay <= shift, "{packet}: {delay}");
        let settled = &call.heard[5 * 8000..];
        assert!(largest_step(settled) <= own_step(300.0));
        if packet % 20 == 0 {
            assert_eq!(
                (call.concealed(), call.stats.trimmed.get(), call.stats.lengthened.get()),
                (0, 0, 0),
                "{packet}"
            );
        }
        assert!(call.concealed() <= 2, "{packet}: {}", call.concealed());
    }
}

/// A minute of packets that come `phase` ms after the tick, by which they were sent; the delays that a listener notices
/// from the third second on, in ms from sending to hearing, and the largest step in what he hears.
fn a_minute(phase: f64, jitter: impl Fn(u64) -> f64, late: impl Fn(u64) -> f64) -> (Vec<f64>, i32, Call) {
    let (mut call, mut delays) = (Call::new(), Vec::new());
    for n in 0..3000 {
        call.say(n, 20, n as f64 * 20.0 + phase + jitter(n), &tone(300.0));
        call.run_late(late(n));
        if n >= 150 {
            delays.push(call.playout.delay_ms() + call.playout.timeline_offset() as f64 / 8.0);
        }
    }
    let step = largest_step(&call.heard[3 * 8000..]);
    (delays, step, call)
}

#[test]
fn late_ticks_change_nothing_at_any_phase() {
    for phase in (1..200).step_by(6).map(|phase| f64::from(phase) / 10.0) {
        for first in [0.0, 15.0] {
            let random = |n| chance_of(n, phase);
            let late = |n| {
                if n < 3 {
                    first
                } else if random(n) < 0.03 {
                    15.0 * random(n + 7777)
                } else {
                    0.0
                }
            };
            let (delays, step, call) = a_minute(phase, |_| 0.0, late);
            // The least at which each packet is there, and one tick where a clock alone would make them miss it.
            let needed = if phase > 19.0 { 40.0 } else { 20.0 };
            assert!(delays.iter().all(|delay| (delay - needed).abs() <= 1.0), "{phase}: {:?}", delays.last());
            assert!(step <= own_step(300.0), "{phase}: {step}");
            assert!(call.concealed() <= 2, "{phase}: {}", call.concealed());
        }
    }
}

#[test]
fn who_sends_close_to_a_tick_is_changed_once_at_most() {
    for phase in (120..=220).step_by(3).map(|phase| f64::from(phase) / 10.0) {
        // Now and then as late as a busy machine makes a packet, else by what a clock does.
        let random = |n| chance_of(n, phase);
        let jitter = |n| if random(n) < 0.004 { 3.0 } else { 0.3 * random(n + 5555) };
        let (delays, step, call) = a_minute(phase, jitter, |_| 0.0);
        assert!(delays.is_sorted(), "{phase}: it goes up and down");
        let [first, last] = [delays[0], delays[delays.len() - 1]];
        assert!(last - first <= 21.0 && last <= 41.0, "{phase}: {first} to {last}");
        assert!(call.concealed() <= 3, "{phase}: {}", call.concealed());
        assert!(step <= own_step(300.0) * 5 / 4, "{phase}: {step}");
    }
}

#[test]
fn jitter_of_40_ms_that_reorders_costs_nothing_once_it_is_known() {
    let mut call = Call::new();
    let mut random = chance(1);
    for n in 0..3000 {
        call.say(n, 20, (n + 1) as f64 * 20.0 + 3.0 + 40.0 * random(), &tone(300.0));
    }
    call.run_until(5000.0);
    let before = call.concealed();
    assert!(before < 12, "{before}");
    call.run_until(59_000.0);
    assert_eq!(call.concealed() - before, 0);
    assert!(call.stats.reordered.get() > 200);
    assert!(call.playout.delay_ms() <= 60.0, "{}", call.playout.delay_ms());
    assert!(largest_step(&call.heard[5 * 8000..]) <= own_step(300.0));
}

#[test]
fn duplicates_are_no_matter() {
    let mut call = Call::new();
    for n in 0..500 {
        for copy in 0..3 {
            call.say(n, 20, (n + 1) as f64 * 20.0 + 3.0 + 11.0 * f64::from(copy), &tone(300.0));
        }
    }
    call.run_until(9900.0);
    assert_eq!((call.concealed(), call.stats.reordered.get()), (0, 0));
    assert!(largest_step(&call.heard[160..]) <= own_step(300.0));
}

#[test]
fn a_single_loss_is_bridged_and_does_not_change_the_delay() {
    let mut call = Call::new();
    for n in (0..500).filter(|n| n % 60 != 25) {
        call.say(n, 20, (n + 1) as f64 * 20.0 + 3.0, &tone(200.0));
    }
    call.run_until(9900.0);
    assert_eq!(call.concealed(), 8);
    assert_eq!(call.playout.delay_ms(), 0.0);
    assert_eq!((call.stats.trimmed.get(), call.stats.lengthened.get()), (0, 0));
    assert!(largest_step(&call.heard[160..]) <= 2 * own_step(200.0));
}

#[test]
fn many_losses_ask_for_a_little_more_than_a_tick_to_bridge_them() {
    let mut call = Call::new();
    for n in (0..1700).filter(|n| *n > 800 || n % 15 != 7) {
        call.say(n, 20, (n + 1) as f64 * 20.0 + 3.0, &tone(200.0));
    }
    call.run_until(8000.0);
    assert!((22.0..=24.0).contains(&call.playout.delay_ms()), "{}", call.playout.delay_ms());
    assert!(largest_step(&call.heard[6 * 8000..]) <= own_step(200.0));
    call.run_until(33_000.0);
    assert!(call.playout.delay_ms() <= 2.0, "{}", call.playout.delay_ms());
}

#[test]
fn one_stall_loses_nothing_and_its_delay_goes_within_ten_seconds() {
    let mut call = Call::new();
    for n in 0..1500 {
        let sent = (n + 1) as f64 * 20.0 + 3.0;
        let arrives = if (5000.0..5150.0).contains(&sent) { 5150.0 } else { sent };
        call.say(n, 20, arrives, &tone(200.0));
    }
    call.run_until(5200.0);
    assert_eq!(call.stats.late.get(), 0);
    assert!(call.playout.delay_ms() == 140.0, "{}", call.playout.delay_ms());
    call.run_until(15_000.0);
    assert!(call.playout.delay_ms() <= 2.0, "{}", call.playout.delay_ms());
    assert!(largest_step(&call.heard[160..]) <= 2 * own_step(200.0));
}

#[test]
fn stalls_that_recur_are_provided_for_in_part_and_forgotten() {
    let mut call = Call::new();
    for n in 0..3000 {
        let sent = (n + 1) as f64 * 20.0 + 3.0;
        let phase = sent % 3000.0;
        let stalled = sent < 30_000.0 && (1000.0..1150.0).contains(&phase);
        call.say(n, 20, if stalled { sent - phase + 1150.0 } else { sent }, &tone(200.0));
    }
    call.run_until(6000.0);
    let before = call.concealed();
    call.run_until(30_000.0);
    // Of the 140 ms by which the first packet of each of eight stalls is late, 35 are made up.
    assert_eq!(call.concealed() - before, 8 * 2);
    let delay = call.playout.delay_ms();
    assert!((104.0..=106.0).contains(&delay), "{delay}");
    call.run_until(50_000.0);
    assert!(call.playout.delay_ms() <= 2.0, "{}", call.playout.delay_ms());
}

/// An hour of a sender whose clock is off by so many parts in a million, with jitter.
fn an_hour(ppm: f64, exact: bool, seconds: f64) -> (f64, f64, i32, u64) {
    let mut call = Call::new();
    call.exact = exact;
    let mut random = chance(7);
    let (mut n, mut low, mut high, mut step) = (0, f64::MAX, f64::MIN, 0);
    let rate = 1.0 + ppm * 1e-6;
    let hz = 400.0;
    while (call.tick as f64) * 0.02 < seconds {
        while (n as f64) * 20.0 / rate < (call.tick + 2) as f64 * 20.0 {
            call.say(n, 20, (n + 1) as f64 * 20.0 / rate + 11.0 + random(), &tone(hz));
            n += 1;
        }
        call.run();
        if call.heard.len() > 8000 {
            step = step.max(largest_step(&call.heard[call.heard.len() - 161..]));
            call.heard.drain(..4000);
        }
        if (call.tick as f64) * 0.02 > 20.0 {
            // When the sample that was heard last was spoken, by our clock.
            let spoken = (call.playout.play as f64 - call.playout.timeline_offset() as f64) / 8.0 / rate;
            let delay = (call.tick + 1) as f64 * 20.0 - spoken;
            (low, high) = (low.min(delay), high.max(delay));
        }
    }
    (low, high, step, call.concealed())
}

#[test]
fn an_hour_of_drift_changes_the_delay_by_less_than_5_ms_and_never_clicks() {
    for ppm in [200.0, -200.0] {
        let (low, high, step, concealed) = an_hour(ppm, true, 3600.0);
        println!("{ppm}: {low} to {high}, step {step}, concealed {concealed}");
        assert!(high - low < 5.0, "{ppm}: {low} to {high}");
        assert!(step <= own_step(400.0), "{ppm}: {step}");
        assert_eq!(concealed, 0, "{ppm}");
        assert!(high < 20.0 + 12.0 + 20.0 + 5.0, "{ppm}: {high}");
    }
}

#[test]
fn drift_without_times_of_arrival_is_followed_by_whole_steps_without_clicks() {
    for ppm in [200.0, -200.0] {
        let (low, high, step, concealed) = an_hour(ppm, false, 900.0);
        println!("{ppm}: {low} to {high}, step {step}, concealed {concealed}");
        assert!(high - low < 45.0, "{ppm}: {low} to {high}");
        assert!(step <= 2 * own_step(400.0), "{ppm}: {step}");
        assert!(concealed < 30, "{ppm}: {concealed}");
    }
}

#[test]
fn a_sender_who_pauses_says_so_by_sequence_or_comfort_noise() {
    for announced in [false, true] {
        let mut call = Call::new();
        for n in 0..200u64 {
            // Half a second of talk, then half a second of nothing; sequence goes on, or one packet of CN lies between.
            let (spurt, in_spurt) = (n / 25, n % 25);
            let at = spurt * 50 + in_spurt;
            let first = at as usize * 160;
            let payload = (first..first + 160).map(|i| g711::linear_to_ulaw(tone(300.0)(i as f64) as i16)).collect();
            let sequence = n + if announced { spurt } else { 0 };
            call.send((at + 1) as f64 * 20.0 + 3.0, sequence as u16, first as u32, payload);
        }
        for tick in 0..400 {
            call.run();
            if announced && tick % 50 == 25 {
                call.playout.feed_silence();
            }
        }
        let concealed = call.concealed();
        assert!(concealed <= if announced { 0 } else { 8 * 6 }, "{concealed}");
        let spurts = call.pulled.split(|pulled| *pulled == Pulled::Nothing).filter(|spurt| !spurt.is_empty());
        assert_eq!(spurts.count(), 8);
        // Every onset is whole: what was sent at the start of a spurt is what is heard, in full.
        for spurt in 1..8 {
            let start = (spurt * 50 + 1) * 160;
            let expected: Vec<i16> = (spurt * 8000..spurt * 8000 + 80)
                .map(|i| g711::ulaw_to_linear(g711::linear_to_ulaw(tone(300.0)(i as f64) as i16)))
                .collect();
            assert_eq!(&call.heard[start..start + 80], &expected[..], "{spurt}");
        }
    }
}

#[test]
fn a_sender_that_starts_anew_is_heard_at_once() {
    let mut call = Call::new();
    for n in 0..100u64 {
        call.say(n, 20, (n + 1) as f64 * 20.0 + 3.0, &tone(300.0));
    }
    for n in 100..300u64 {
        let payload = vec![g711::linear_to_ulaw(5000); 160];
        let time = (n as u32 * 160).wrapping_add(3_000_000_000);
        call.send((n + 1) as f64 * 20.0 + 3.0, n as u16 ^ 0x5555, time, payload);
    }
    // The same sequence numbers would be all over the place: let them run on.
    for (i, packet) in call.flying.iter_mut().enumerate().skip(100) {
        packet.1 = 50_000 + i as u16;
    }
    call.run_until(5900.0);
    assert_eq!(call.concealed(), 0);
    assert_eq!(call.playout.delay_ms(), 0.0);
}

#[test]
fn quiet_legs_change_their_delay_unheard() {
    let mut call = Call::new();
    call.open = false;
    let mut random = chance(3);
    for n in 0..1500 {
        let jitter = if n < 500 { 60.0 * random() } else { 0.0 };
        call.say(n, 20, (n + 1) as f64 * 20.0 + 3.0 + jitter, &|_| 0.0);
    }
    call.run_until(10_000.0);
    assert!(call.playout.delay_ms() >= 20.0);
    call.run_until(24_000.0);
    assert!(call.playout.delay_ms() <= 0.0);
    assert!(call.pulled.iter().all(|pulled| *pulled != Pulled::Sound));
}

proptest! {
    /// Whatever comes, a buffer neither panics nor hoards.
    #[test]
    fn anything_may_come(
        packets in proptest::collection::vec((any::<u16>(), any::<u32>(), 0usize..1200, 0u8..5, any::<bool>()), 1..120)
    ) {
        let stats = WorkerStats::default();
        let mut playout = Playout::new(Codec::Pcma, None);
        let mut tick = 0;
        for (sequence, time, length, ticks, stamped) in packets {
            let near = sequence % 3 > 0;
            let time = if near { tick as u32 * 160 + time % 2000 } else { time };
            let stamp = stamped.then_some(Stamp { sequence, time, arrived: Some(Duration::from_millis(u64::from(time))) });
            playout.feed(&vec![0x55; length], stamp, tick, &stats);
            if sequence % 50 == 0 {
                playout.clear();
            } else if sequence % 50 == 1 {
                playout.feed_silence();
            }
            for _ in 0..ticks {
                playout.pull(sequence % 2 == 0, &stats);
                tick += 1;
            }
            prop_assert!(playout.store.reach(playout.play) - playout.play <= 4096);
        }
    }
}
