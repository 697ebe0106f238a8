//! The halves on threads of their own, as in a PBX.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::common::{NARROW, clip};
use conclave::engine::{Capacity, Event, Output, Target, new};

#[test]
fn workers_and_control_run_side_by_side() {
    let (mut control, workers) = new(Capacity { workers: 2, ..Capacity::default() });
    let room = control.add_room().unwrap();
    let legs = [0, 1, 0, 1].map(|worker| control.add_leg(worker, NARROW).unwrap());
    for leg in legs {
        control.seat(leg, room);
    }
    let stop = AtomicBool::new(false);
    let heard = [0, 1].map(|_| AtomicU64::new(0));
    let clock = AtomicU64::new(0);
    let mut events = Vec::new();
    std::thread::scope(|scope| {
        for (index, mut worker) in workers.into_iter().enumerate() {
            let (stop, heard, clock) = (&stop, &heard[index], &clock);
            let (talker, listener) = (legs[index], legs[index + 2]);
            scope.spawn(move || {
                let mut last = 0;
                while !stop.load(Ordering::Relaxed) {
                    let tick = clock.load(Ordering::Relaxed);
                    if tick == last {
                        std::thread::yield_now();
                        continue;
                    }
                    last = tick;
                    worker.begin_tick(tick);
                    worker.feed_linear(talker, &[1000 << index; 160], None);
                    worker.mix();
                    let deadline = Instant::now() + Duration::from_millis(5);
                    while worker.waits_for_peers() && Instant::now() < deadline {
                        std::thread::yield_now();
                    }
                    worker.finish();
                    if let Output::Linear(samples) = worker.output(listener)
                        && samples.iter().all(|s| *s == 3000)
                    {
                        heard.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        for n in 0..400 {
            clock.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(1));
            let guest = control.add_leg(n % 2, NARROW).unwrap();
            control.seat(guest, room);
            control.play(Target::Leg(guest), clip(9, 160), n as u64).unwrap();
            events.extend(std::iter::from_fn(|| control.poll_event()));
            control.remove_leg(guest);
        }
        stop.store(true, Ordering::Relaxed);
    });
    events.extend(std::iter::from_fn(|| control.poll_event()));
    for (index, heard) in heard.iter().enumerate() {
        let heard = heard.load(Ordering::Relaxed);
        // In how many ticks the two threads meet is the machine's to say.
        assert!(heard > 0, "listener {index} never heard both talkers");
        let on = Event::Talking { leg: legs[index], on: true };
        assert!(events.contains(&on));
    }
    let played = events.iter().filter(|event| matches!(event, Event::Played { .. }));
    assert_eq!(played.count(), 400);
}
