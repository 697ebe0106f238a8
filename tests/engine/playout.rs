//! What comes late, early, twice or never.

use crate::common::{Engine, NARROW, largest_step};
use conclave::engine::LegId;

#[test]
fn a_lost_packet_is_made_up_and_counted() {
    let (mut engine, _, legs) = Engine::room_of(2);
    let mut heard = Vec::new();
    for tick in 0..8 {
        let packet = [(legs[0], 9000)];
        engine.say(if tick == 3 { &[] } else { &packet });
        heard.extend(engine.hear(legs[1]));
    }
    // Carried on, fading.
    let made_up = &heard[3 * 160..4 * 160];
    assert!(made_up[0] > 8000 && (6000..8500).contains(&made_up[159]) && made_up.windows(2).all(|w| w[1] <= w[0]));
    assert_eq!(*heard.last().unwrap(), 9000);
    assert!(largest_step(&heard[1..]) <= 9000 / 40);
    assert_eq!(engine.control.stats()[0].concealed.get(), 1);
}

#[test]
fn a_caller_who_ceases_to_send_fades_to_silence() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for _ in 0..4 {
        engine.say(&[(legs[0], 9000)]);
    }
    let mut heard = Vec::new();
    for _ in 0..30 {
        engine.say(&[]);
        heard.extend(engine.hear(legs[1]));
    }
    assert!(largest_step(&heard) <= 9000 / 40);
    assert!(heard[7 * 160..].iter().all(|s| *s == 0));
    assert_eq!(engine.control.stats()[0].concealed.get(), 6);
}

#[test]
fn silence_is_not_made_up() {
    let (mut engine, ..) = Engine::room_of(2);
    engine.silent_ticks(100);
    assert_eq!(engine.control.stats()[0].concealed.get(), 0);
}

#[test]
fn packets_of_other_lengths_are_heard_whole() {
    for packet in [80, 240, 320, 480] {
        let (mut engine, _, legs) = Engine::room_of(2);
        let mut expected: i16 = 100;
        let mut next: i16 = 100;
        let mut pending = 0;
        for _ in 0..60 {
            engine.begin();
            pending += 160;
            while pending > 0 {
                let samples: Vec<i16> = (next..).take(packet).collect();
                engine.workers[0].feed_linear(legs[0], &samples, None);
                next += packet as i16;
                pending -= packet as i64;
            }
            engine.finish();
            for s in engine.hear(legs[1]) {
                assert_eq!(s, expected, "packets of {packet}");
                expected += 1;
            }
        }
    }
}

#[test]
fn standing_delay_is_cut_while_he_pauses() {
    let (mut engine, _, legs) = Engine::room_of(2);
    say_twice(&mut engine, legs[0]);
    for tick in 0..240 {
        engine.say(&[(legs[0], if (30..=220).contains(&tick) { 0 } else { 1000 })]);
    }
    assert!(engine.control.stats()[0].trimmed.get() > 0);
    engine.say(&[(legs[0], 3000)]);
    assert_eq!(engine.level(legs[1]), 3000, "no delay is left");
}

#[test]
fn a_burst_never_waits_longer_than_the_buffer() {
    let (mut engine, _, legs) = Engine::room_of(2);
    for _ in 0..100 {
        engine.workers[0].feed_linear(legs[0], &[1000; 480], None);
    }
    let mut ticks = 0;
    loop {
        engine.say(&[]);
        if engine.control.stats()[0].concealed.get() > 0 {
            break;
        }
        ticks += 1;
    }
    assert_eq!(ticks, 15, "300 ms");
    assert_eq!(engine.control.stats()[0].overrun.get(), 48_000 - 2400);
}

#[test]
fn misuse_is_ignored_and_counted() {
    let (mut engine, _, legs) = Engine::room_of(2);
    engine.workers[0].feed(legs[0], &[0; 160], None);
    engine.workers[0].feed_linear(legs[0], &[], None);
    engine.workers[0].feed_linear(LegId::from_u64(0), &[1; 160], None);
    engine.workers[0].feed_linear(LegId::from_u64(u64::MAX), &[1; 160], None);
    assert_eq!(engine.control.stats()[0].ignored.get(), 4);
    engine.workers[0].mix();
    engine.workers[0].finish();
    engine.workers[0].finish();
    let ticks = engine.control.stats()[0].ticks.get();
    engine.begin();
    engine.finish();
    engine.workers[0].mix();
    assert_eq!(engine.control.stats()[0].ticks.get(), ticks + 1);
    let unseated = engine.control.add_leg(0, NARROW).unwrap();
    engine.say(&[(unseated, 1000), (legs[0], 1)]);
    assert_eq!(engine.control.stats()[0].ignored.get(), 4);
}

fn say_twice(engine: &mut Engine, leg: LegId) {
    engine.begin();
    engine.workers[0].feed_linear(leg, &[1000; 320], None);
    engine.finish();
}
