//! A room on several workers sounds like a room on one.

use crate::common::{Engine, NARROW, clip, largest_step};
use conclave::engine::{Capacity, LegId, Target};

/// Two engines with six legs in one room: on one worker, and on three. Both are settled.
fn whole_and_split() -> (Engine, Vec<LegId>, Engine, Vec<LegId>) {
    let [(whole, legs), (split, others)] = [1, 3].map(|workers| {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let legs = (0..6).map(|n| engine.seated(n % workers, NARROW, room)).collect();
        engine.control.play(Target::Room(room), clip(77, 1000), 1).unwrap();
        engine.settle();
        (engine, legs)
    });
    (whole, legs, split, others)
}

#[test]
fn all_hear_the_same_as_in_a_whole_room() {
    let (mut whole, legs, mut split, others) = whole_and_split();
    for tick in 0..60i16 {
        let mut says = [vec![], vec![]];
        for n in 0..6 {
            // They come and go, loud enough together that the limiter has to work.
            if (tick / (n + 2)) % 2 == 0 {
                let level = 100 + 800 * (n + 1) * (tick % 7);
                says[0].push((legs[n as usize], level));
                says[1].push((others[n as usize], level));
            }
        }
        whole.say(&says[0]);
        split.say(&says[1]);
        for (leg, other) in legs.iter().zip(&others) {
            assert_eq!(whole.hear(*leg), split.hear(*other), "tick {tick}");
        }
    }
    assert_eq!(whole.played(), [1]);
    assert_eq!(split.played(), [1]);
    assert_eq!(split.missed(), 0);
}

#[test]
fn the_peers_to_wake_are_those_who_share_a_room() {
    let (_, _, mut split, _) = whole_and_split();
    split.begin();
    split.workers[0].mix();
    assert_eq!(split.workers[0].peers(), 0b110);
    assert!(split.workers[0].waits_for_peers());
    split.workers[1].mix();
    assert!(split.workers[0].waits_for_peers());
    split.workers[2].mix();
    assert!(!split.workers[0].waits_for_peers());
}

#[test]
fn a_peer_that_does_not_come_is_silence_without_a_step() {
    let mut engine = Engine::new(2);
    let room = engine.control.add_room().unwrap();
    let here = engine.seated(0, NARROW, room);
    let there = engine.seated(1, NARROW, room);
    engine.settle();
    let mut heard = Vec::new();
    for tick in 0..12 {
        let hangs = (4..7).contains(&tick);
        engine.tick += 1;
        let number = engine.tick;
        for worker in &mut engine.workers[usize::from(hangs)..] {
            worker.begin_tick(number);
        }
        if hangs {
            engine.workers[0].begin_tick(number);
        } else {
            engine.workers[1].feed_linear(there, &[16_000; 160], None);
            engine.workers[1].mix();
        }
        engine.workers[0].mix();
        assert_eq!(engine.workers[0].waits_for_peers(), hangs);
        engine.workers[0].finish();
        engine.workers[1].finish();
        heard.extend(engine.hear(here));
    }
    assert_eq!(heard[4 * 160 - 1], 16_000);
    assert_eq!(heard[5 * 160], 0);
    assert_eq!(*heard.last().unwrap(), 16_000);
    assert!(largest_step(&heard[1..]) <= 16_000 / 40 + 1);
    assert_eq!(engine.control.stats()[0].partials_missed.get(), 3);
}

#[test]
fn sums_of_former_ticks_are_dropped() {
    let mut engine = Engine::new(2);
    let room = engine.control.add_room().unwrap();
    let here = engine.seated(0, NARROW, room);
    let there = engine.seated(1, NARROW, room);
    engine.settle();
    engine.begin();
    engine.workers[1].feed_linear(there, &[1000; 160], None);
    engine.workers[1].mix();
    // Worker 0 sleeps through this tick, so its next one must not hear it.
    engine.say(&[(there, 0)]);
    assert_eq!(engine.level(here), 0);
    assert_eq!(engine.control.stats()[0].partials_dropped.get(), 1);
}

#[test]
fn a_worker_that_stays_away_costs_nobody_anything() {
    let mut engine = Engine::with(Capacity { workers: 2, split_rooms: 1, ..Capacity::default() });
    let room = engine.control.add_room().unwrap();
    let here = engine.seated(0, NARROW, room);
    let also = engine.seated(0, NARROW, room);
    engine.seated(1, NARROW, room);
    engine.settle();
    for tick in 100..200 {
        engine.workers[0].begin_tick(tick);
        engine.workers[0].feed_linear(here, &[1000; 160], None);
        engine.workers[0].mix();
        engine.workers[0].finish();
        assert_eq!(engine.level(also), 1000);
    }
    assert!(engine.control.stats()[0].partials_dropped.get() > 90);
    engine.tick = 300;
    engine.say(&[(here, 1000)]);
    assert_eq!(engine.level(also), 1000);
}

#[test]
fn a_room_is_whole_again_when_one_worker_has_all_its_legs() {
    let mut engine = Engine::new(2);
    let room = engine.control.add_room().unwrap();
    let stays = engine.seated(0, NARROW, room);
    let goes = engine.seated(1, NARROW, room);
    engine.settle();
    engine.control.remove_leg(goes);
    engine.say(&[(stays, 1000)]);
    assert_eq!(engine.workers.iter().map(|w| w.peers()).max(), Some(0));

    // The first leg's worker has gone from the room, too: it moves to where its next leg is.
    engine.control.remove_leg(stays);
    engine.seated(1, NARROW, room);
    engine.seated(1, NARROW, room);
    engine.say(&[]);
    assert_eq!(engine.workers.iter().map(|w| w.peers()).max(), Some(0));
}
