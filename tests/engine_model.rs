//! Any sequence of operations gives what a model of five lines gives: the sum of the others.

mod engine_common;

use conclave::engine::{Capacity, LegId, RoomId};
use engine_common::{Engine, NARROW};
use proptest::prelude::*;

const LEGS: usize = 8;
const ROOMS: usize = 3;

#[derive(Clone, Debug)]
enum Op {
    Add(usize),
    Remove(usize),
    Seat(usize, usize),
    Unseat(usize),
    Mute(usize, bool),
    EndRoom(usize),
    /// So many ticks with these legs (bits) talking.
    Talk(u8, u8),
}

fn op() -> impl Strategy<Value = Op> {
    let leg = 0..LEGS;
    prop_oneof![
        2 => leg.clone().prop_map(Op::Add),
        1 => leg.clone().prop_map(Op::Remove),
        4 => (leg.clone(), 0..ROOMS).prop_map(|(leg, room)| Op::Seat(leg, room)),
        1 => leg.clone().prop_map(Op::Unseat),
        2 => (leg, any::<bool>()).prop_map(|(leg, allowed)| Op::Mute(leg, allowed)),
        1 => (0..ROOMS).prop_map(Op::EndRoom),
        4 => (any::<u8>(), 1..4u8).prop_map(|(who, ticks)| Op::Talk(who, ticks)),
    ]
}

/// What each leg sends: any sum of some of them names who they are.
fn voice(leg: usize) -> i16 {
    100 << leg
}

#[derive(Clone, Copy)]
struct ModelLeg {
    id: LegId,
    room: Option<usize>,
    allowed: bool,
}

struct Model {
    engine: Engine,
    legs: [Option<ModelLeg>; LEGS],
    rooms: [RoomId; ROOMS],
}

impl Model {
    fn new(workers: usize, commands: usize) -> Model {
        let mut engine =
            Engine::with(Capacity { workers, legs: LEGS, rooms: ROOMS, commands, reports: 4, ..Capacity::default() });
        let rooms = [(); ROOMS].map(|()| engine.control.add_room().unwrap());
        Model { engine, legs: [None; LEGS], rooms }
    }

    fn apply(&mut self, op: Op) {
        let control = &mut self.engine.control;
        match op {
            Op::Add(n) => {
                if self.legs[n].is_none() {
                    let worker = n % self.engine.workers.len();
                    self.legs[n] =
                        Some(ModelLeg { id: control.add_leg(worker, NARROW).unwrap(), room: None, allowed: true });
                }
            }
            Op::Remove(n) => {
                if let Some(leg) = self.legs[n].take() {
                    control.remove_leg(leg.id);
                    control.remove_leg(leg.id);
                }
            }
            Op::Seat(n, room) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.seat(leg.id, self.rooms[room]);
                    leg.room = Some(room);
                }
            }
            Op::Unseat(n) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.unseat(leg.id);
                    leg.room = None;
                }
            }
            Op::Mute(n, allowed) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.set_talking_allowed(leg.id, allowed);
                    leg.allowed = allowed;
                }
            }
            Op::EndRoom(room) => {
                control.remove_room(self.rooms[room]);
                self.rooms[room] = control.add_room().unwrap();
                for leg in self.legs.iter_mut().flatten().filter(|leg| leg.room == Some(room)) {
                    leg.room = None;
                }
            }
            Op::Talk(who, ticks) => self.talk(who, ticks),
        }
    }

    fn talk(&mut self, who: u8, ticks: u8) {
        let talks = |n: usize| who & (1 << n) != 0;
        let says: Vec<_> =
            (0..LEGS).filter_map(|n| Some((self.legs[n]?.id, if talks(n) { voice(n) } else { 0 }))).collect();
        // As many as it takes for every command to pass the small rings, and for ramps to be over.
        for _ in 0..40 {
            self.engine.control.collect();
            self.engine.say(&says);
        }
        let missed = self.engine.missed();
        for _ in 0..ticks {
            self.engine.say(&says);
            assert_eq!(self.engine.missed(), missed);
            for n in 0..LEGS {
                let Some(leg) = self.legs[n] else {
                    continue;
                };
                let others = (0..LEGS).filter(|other| *other != n && talks(*other));
                let heard: i16 = others
                    .filter(|other| {
                        let other = self.legs[*other];
                        other.is_some_and(|o| o.allowed && o.room.is_some() && o.room == leg.room)
                    })
                    .map(voice)
                    .sum();
                assert_eq!(self.engine.level(leg.id), heard, "leg {n}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_hears_the_sum_of_the_others(
        ops in prop::collection::vec(op(), 1..60),
        workers in 1..4usize,
        commands in 4..64usize,
    ) {
        let mut model = Model::new(workers, commands);
        for n in 0..LEGS {
            model.apply(Op::Add(n));
        }
        for op in ops {
            model.apply(op);
        }
        model.apply(Op::Talk(0xff, 1));
    }

    /// Nothing that a host hands in makes the audio half panic or come out of step.
    #[test]
    fn any_feed_is_survived(
        feeds in prop::collection::vec((any::<u64>(), 0..2000usize, any::<u8>()), 1..100),
        workers in 1..3usize,
    ) {
        let mut model = Model::new(workers, 64);
        for n in 0..LEGS {
            model.apply(Op::Add(n));
            model.apply(Op::Seat(n, 0));
        }
        for (number, length, what) in feeds {
            let leg = if what % 2 == 0 {
                LegId::from_u64(number)
            } else {
                model.legs[number as usize % LEGS].unwrap().id
            };
            for worker in &mut model.engine.workers {
                match what % 5 {
                    0 => worker.feed(leg, &vec![what; length]),
                    1 => worker.feed_linear(leg, &vec![i16::from(what) * 128; length]),
                    2 => worker.mix(),
                    3 => worker.begin_tick(number),
                    _ => worker.finish(),
                }
                worker.output(leg);
            }
        }
    }
}
