//! Side rooms: a coach whispers to one, and the room hears nothing of it.

use crate::common::{Engine, NARROW, WIDE, clip, largest_step};
use conclave::engine::{Capacity, Codec, Full, LegId, RoomId, Target};

/// Three legs in a room and a side room: the first whispers to the second. All on one worker, or each on its own.
fn coached(workers: usize, codec: Codec) -> (Engine, RoomId, RoomId, [LegId; 3]) {
    let mut engine = Engine::new(workers);
    let room = engine.control.add_room().unwrap();
    let legs = [0, 1, 2].map(|n| engine.seated(n % workers, codec, room));
    let side = engine.control.add_side_room(room).unwrap();
    engine.control.speak_aside(legs[0], Some(side));
    engine.control.overhear(legs[1], Some(side));
    engine.settle();
    (engine, room, side, legs)
}

#[test]
fn a_whisper_reaches_one_and_the_whisperer_hears_his_room() {
    for (workers, codec) in [(1, NARROW), (3, NARROW), (1, WIDE), (3, WIDE)] {
        let (mut engine, _, _, legs) = coached(workers, codec);
        for _ in 0..2 {
            engine.say(&[(legs[0], 1000), (legs[1], 200), (legs[2], 3000)]);
        }
        assert_eq!(legs.map(|leg| engine.level(leg)), [3200, 4000, 200], "{workers} {codec:?}");
        assert_eq!(engine.missed(), 0);
    }
}

#[test]
fn who_speaks_aside_and_overhears_does_not_hear_himself() {
    for workers in [1, 3] {
        let (mut engine, _, side, legs) = coached(workers, NARROW);
        engine.control.overhear(legs[0], Some(side));
        engine.control.speak_aside(legs[1], Some(side));
        engine.settle();
        engine.settle();
        engine.say(&[(legs[0], 1000), (legs[1], 200), (legs[2], 3000)]);
        assert_eq!(legs.map(|leg| engine.level(leg)), [3200, 4000, 0]);
    }
}

#[test]
fn each_has_an_ear_for_one_side_room_and_a_mouth_for_one() {
    let (mut engine, room, first, legs) = coached(1, NARROW);
    let second = engine.control.add_side_room(room).unwrap();
    engine.control.overhear(legs[2], Some(second));
    engine.settle();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(legs.map(|leg| engine.level(leg)), [0, 1000, 0]);
    engine.control.speak_aside(legs[0], Some(second));
    engine.say(&[(legs[0], 1000)]);
    engine.say(&[(legs[0], 1000)]);
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(legs.map(|leg| engine.level(leg)), [0, 0, 1000]);
    engine.control.overhear(legs[1], Some(second));
    engine.control.overhear(legs[2], Some(first));
    for _ in 0..3 {
        engine.say(&[(legs[0], 1000)]);
    }
    assert_eq!(legs.map(|leg| engine.level(leg)), [0, 1000, 0]);
}

#[test]
fn no_change_is_heard_as_a_click() {
    for workers in [1, 3] {
        let (mut engine, _, side, legs) = coached(workers, NARROW);
        let mut heard = [vec![], vec![], vec![]];
        for tick in 0..60 {
            match tick {
                5 => engine.control.speak_aside(legs[0], None),
                15 => engine.control.speak_aside(legs[0], Some(side)),
                25 => engine.control.overhear(legs[1], None),
                35 => engine.control.overhear(legs[1], Some(side)),
                45 => engine.control.unseat(legs[0]),
                _ => {}
            }
            engine.say(&[(legs[0], 16_000), (legs[2], 400)]);
            for (heard, leg) in heard.iter_mut().zip(legs) {
                heard.extend(engine.hear(leg));
            }
        }
        let at = |who: usize, tick: usize| heard[who][tick * 160 + 159];
        assert_eq!([at(0, 4), at(1, 4), at(2, 4)], [400, 16_400, 0]);
        assert_eq!([at(0, 14), at(1, 14), at(2, 14)], [400, 16_400, 16_000]);
        assert_eq!([at(0, 24), at(1, 24), at(2, 24)], [400, 16_400, 0]);
        assert_eq!([at(0, 34), at(1, 34), at(2, 34)], [400, 400, 0]);
        assert_eq!([at(0, 44), at(1, 44), at(2, 44)], [400, 16_400, 0]);
        assert_eq!([at(0, 59), at(1, 59), at(2, 59)], [0, 400, 0]);
        for (who, heard) in heard.iter().enumerate() {
            // A cut-off voice decays in a quarter of a tick.
            assert!(largest_step(&heard[160..]) <= 16_400 / 40 + 1, "{who}: {}", largest_step(&heard[160..]));
        }
    }
}

#[test]
fn it_works_across_rates_and_is_retuned_with_its_room() {
    for workers in [1, 2] {
        let mut engine = Engine::new(workers);
        let room = engine.control.add_room().unwrap();
        let legs = [0, 1, 0].map(|n| engine.seated(n % workers, NARROW, room));
        let side = engine.control.add_side_room(room).unwrap();
        engine.control.speak_aside(legs[0], Some(side));
        engine.control.overhear(legs[1], Some(side));
        engine.control.overhear(legs[0], Some(side));
        engine.settle();
        let guests = [0, 1].map(|n| engine.seated(n % workers, WIDE, room));
        engine.control.overhear(guests[1], Some(side));
        for _ in 0..6 {
            engine.say(&[(legs[0], 1000), (legs[2], 500), (guests[0], 70)]);
        }
        let mut near = |leg, level: i16| {
            let heard = engine.hear(leg);
            assert!(heard.iter().all(|s| (s - level).abs() <= 3), "not {level}: {heard:?}");
        };
        near(legs[0], 570);
        near(legs[1], 1570);
        near(legs[2], 70);
        near(guests[0], 500);
        near(guests[1], 1570);
        // Out of one resampled room into the other, and nothing comes back to the talker.
        engine.control.speak_aside(legs[0], None);
        for tick in 0..10 {
            engine.say(&[(legs[0], 1000)]);
            let back = engine.hear(legs[0]);
            assert!(tick < 8 || back.iter().all(|s| s.abs() <= 3), "tick {tick}: {back:?}");
        }
        assert!(engine.hear(guests[0]).iter().all(|s| (s - 1000).abs() <= 3));
        engine.control.remove_leg(guests[0]);
        engine.control.speak_aside(legs[0], Some(side));
        for _ in 0..8 {
            engine.say(&[(legs[0], 1000)]);
        }
        assert_eq!([legs[0], legs[1], legs[2]].map(|leg| engine.level(leg)), [0, 1000, 0]);
        assert_eq!(engine.missed(), 0);
    }
}

#[test]
fn muting_and_deafening_reach_the_side_room() {
    let (mut engine, _, _, legs) = coached(1, NARROW);
    engine.control.set_talking_allowed(legs[0], false);
    engine.settle();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 0);
    engine.control.set_talking_allowed(legs[0], true);
    engine.control.set_hearing_allowed(legs[1], false);
    engine.settle();
    engine.say(&[(legs[0], 1000)]);
    assert_eq!(engine.level(legs[1]), 0);
}

#[test]
fn a_side_room_plays_clips_to_those_who_overhear_it() {
    let (mut engine, _, side, legs) = coached(3, NARROW);
    engine.control.play(Target::Room(side), clip(70, 160), 1).unwrap();
    engine.say(&[]);
    assert_eq!(legs.map(|leg| engine.level(leg)), [0, 70, 0]);
    assert_eq!(engine.played(), [1]);
}

#[test]
fn leaving_the_room_ends_it() {
    for workers in [1, 3] {
        let (mut engine, room, side, legs) = coached(workers, NARROW);
        for leg in [legs[0], legs[1]] {
            engine.control.unseat(leg);
            engine.control.seat(leg, room);
        }
        engine.settle();
        engine.say(&[(legs[0], 1000)]);
        assert_eq!(legs.map(|leg| engine.level(leg)), [0, 1000, 1000]);
        engine.control.overhear(legs[2], Some(side));
        for _ in 0..3 {
            engine.say(&[(legs[0], 1000)]);
        }
        assert_eq!(engine.level(legs[2]), 1000, "nobody is in the side room");
    }
}

#[test]
fn a_side_room_that_is_removed_gives_everybody_back_to_the_room() {
    for workers in [1, 3] {
        let (mut engine, room, side, legs) = coached(workers, NARROW);
        engine.say(&[(legs[0], 1000)]);
        engine.control.remove_room(side);
        engine.settle();
        engine.say(&[(legs[0], 1000)]);
        engine.say(&[(legs[0], 1000)]);
        assert_eq!(legs.map(|leg| engine.level(leg)), [0, 1000, 1000]);
        engine.control.speak_aside(legs[0], Some(side));
        engine.say(&[(legs[0], 1000)]);
        assert_eq!(engine.level(legs[2]), 1000);

        let side = engine.control.add_side_room(room).unwrap();
        engine.control.overhear(legs[1], Some(side));
        engine.settle();
        engine.control.remove_room(room);
        engine.settle();
        assert_eq!(engine.control.play(Target::Room(side), clip(1, 1), 1), Err(Full));
        for (worker, stats) in engine.workers.iter().zip(engine.control.stats()) {
            assert!(!worker.has_work());
            assert_eq!(stats.commands_refused.get(), 0);
        }
    }
}

#[test]
fn what_makes_no_sense_is_ignored() {
    let mut engine = Engine::with(Capacity { rooms: 3, ..Capacity::default() });
    let room = engine.control.add_room().unwrap();
    let side = engine.control.add_side_room(room).unwrap();
    assert_eq!(engine.control.add_side_room(side), Err(Full), "of a side room");
    let other = engine.control.add_room().unwrap();
    assert_eq!(engine.control.add_side_room(room), Err(Full), "no place");
    let legs = [room, room, other].map(|room| engine.seated(0, NARROW, room));
    let alone = engine.control.add_leg(0, NARROW).unwrap();
    engine.control.overhear(legs[1], Some(side));
    engine.control.speak_aside(legs[0], Some(side));
    // Of another room, of no room, and no side room at all.
    engine.control.overhear(legs[2], Some(side));
    engine.control.overhear(alone, Some(side));
    engine.control.speak_aside(legs[1], Some(other));
    engine.control.seat(alone, side);
    engine.settle();
    engine.say(&[(legs[0], 1000), (legs[1], 100), (alone, 500)]);
    assert_eq!(legs.map(|leg| engine.level(leg)), [100, 1000, 0]);
    assert_eq!(engine.level(alone), 0);
    engine.control.remove_room(room);
    assert_eq!(engine.control.add_side_room(room), Err(Full), "of a room that is gone");
    assert!(engine.control.add_room().is_ok());
    assert!(engine.control.add_room().is_ok());
}
