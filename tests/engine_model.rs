//! Any sequence of operations gives what a model of ten lines gives: the sum of the others.

mod engine_common;

use conclave::engine::{Capacity, LegId, RoomId, Tap};
use engine_common::{Engine, NARROW};
use proptest::prelude::*;

const LEGS: usize = 8;
const ROOMS: usize = 3;
/// Side rooms of each room.
const SIDES: usize = 2;

#[derive(Clone, Debug)]
enum Op {
    Add(usize),
    Remove(usize),
    Seat(usize, usize),
    Unseat(usize),
    Mute(usize, bool),
    Deafen(usize, bool),
    SpeakAside(usize, Option<usize>),
    Overhear(usize, Option<usize>),
    EndSide(usize, usize),
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
        2 => (leg.clone(), any::<bool>()).prop_map(|(leg, allowed)| Op::Mute(leg, allowed)),
        1 => (leg.clone(), any::<bool>()).prop_map(|(leg, allowed)| Op::Deafen(leg, allowed)),
        2 => (leg.clone(), prop::option::of(0..SIDES)).prop_map(|(leg, side)| Op::SpeakAside(leg, side)),
        2 => (leg, prop::option::of(0..SIDES)).prop_map(|(leg, side)| Op::Overhear(leg, side)),
        1 => (0..ROOMS, 0..SIDES).prop_map(|(room, side)| Op::EndSide(room, side)),
        1 => (0..ROOMS).prop_map(Op::EndRoom),
        4 => (any::<u8>(), 1..4u8).prop_map(|(who, ticks)| Op::Talk(who, ticks)),
    ]
}

/// What each leg sends: any sum of some of them names who they are. Louder than what a gate takes for a line's noise,
/// for it never ends.
fn voice(leg: usize) -> i16 {
    660 + (29 << leg)
}

#[derive(Clone, Copy)]
struct ModelLeg {
    id: LegId,
    room: Option<usize>,
    allowed: bool,
    hearing: bool,
    aside: Option<usize>,
    overheard: Option<usize>,
}

impl ModelLeg {
    fn stand(&mut self) {
        (self.room, self.aside, self.overheard) = (None, None, None);
    }

    fn hears(&self, other: &ModelLeg) -> bool {
        let speaks_where_i_listen = other.aside.is_none() || other.aside == self.overheard;
        self.hearing && other.allowed && self.room.is_some() && other.room == self.room && speaks_where_i_listen
    }
}

struct ModelRoom {
    id: RoomId,
    sides: [RoomId; SIDES],
    tap: Tap,
}

impl ModelRoom {
    fn new(engine: &mut Engine) -> ModelRoom {
        let id = engine.control.add_room().unwrap();
        let sides = [(); SIDES].map(|()| engine.control.add_side_room(id).unwrap());
        let (_, tap) = engine.control.tap_room(id).unwrap();
        ModelRoom { id, sides, tap }
    }
}

struct Model {
    engine: Engine,
    legs: [Option<ModelLeg>; LEGS],
    rooms: [ModelRoom; ROOMS],
}

impl Model {
    fn new(workers: usize, commands: usize) -> Model {
        let rooms = ROOMS * (1 + SIDES);
        let mut engine =
            Engine::with(Capacity { workers, legs: LEGS, rooms, commands, reports: 4, ..Capacity::default() });
        let rooms = [(); ROOMS].map(|()| ModelRoom::new(&mut engine));
        Model { engine, legs: [None; LEGS], rooms }
    }

    fn apply(&mut self, op: Op) {
        let control = &mut self.engine.control;
        match op {
            Op::Add(n) => {
                if self.legs[n].is_none() {
                    let worker = n % self.engine.workers.len();
                    let id = control.add_leg(worker, NARROW).unwrap();
                    self.legs[n] =
                        Some(ModelLeg { id, room: None, allowed: true, hearing: true, aside: None, overheard: None });
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
                    control.seat(leg.id, self.rooms[room].id);
                    if leg.room != Some(room) {
                        leg.stand();
                    }
                    leg.room = Some(room);
                }
            }
            Op::Unseat(n) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.unseat(leg.id);
                    leg.stand();
                }
            }
            Op::Mute(n, allowed) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.set_talking_allowed(leg.id, allowed);
                    leg.allowed = allowed;
                }
            }
            Op::Deafen(n, allowed) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.set_hearing_allowed(leg.id, allowed);
                    leg.hearing = allowed;
                }
            }
            Op::SpeakAside(n, side) => {
                if let Some(leg) = &mut self.legs[n] {
                    // Who sits nowhere is ignored.
                    let room = leg.room.unwrap_or(0);
                    control.speak_aside(leg.id, side.map(|side| self.rooms[room].sides[side]));
                    leg.aside = leg.room.and(side);
                }
            }
            Op::Overhear(n, side) => {
                if let Some(leg) = &mut self.legs[n] {
                    let room = leg.room.unwrap_or(0);
                    control.overhear(leg.id, side.map(|side| self.rooms[room].sides[side]));
                    leg.overheard = leg.room.and(side);
                }
            }
            Op::EndSide(room, side) => {
                let ModelRoom { id, sides, .. } = &mut self.rooms[room];
                control.remove_room(sides[side]);
                sides[side] = control.add_side_room(*id).unwrap();
                for leg in self.legs.iter_mut().flatten().filter(|leg| leg.room == Some(room)) {
                    leg.aside = leg.aside.filter(|other| *other != side);
                    leg.overheard = leg.overheard.filter(|other| *other != side);
                }
            }
            Op::EndRoom(room) => {
                control.remove_room(self.rooms[room].id);
                self.rooms[room] = ModelRoom::new(&mut self.engine);
                for leg in self.legs.iter_mut().flatten().filter(|leg| leg.room == Some(room)) {
                    leg.stand();
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
        for _ in 0..80 {
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
                let heard: i16 =
                    others.filter(|other| self.legs[*other].is_some_and(|o| leg.hears(&o))).map(voice).sum();
                assert_eq!(self.engine.level(leg.id), heard, "leg {n}");
            }
            for (n, room) in self.rooms.iter_mut().enumerate() {
                let listener = ModelLeg {
                    id: LegId::from_u64(0),
                    room: Some(n),
                    allowed: true,
                    hearing: true,
                    aside: None,
                    overheard: None,
                };
                let heard = (0..LEGS).filter(|o| talks(*o) && self.legs[*o].is_some_and(|o| listener.hears(&o)));
                let heard: i16 = heard.map(voice).sum();
                let mut taken = None;
                while let Some(chunk) = room.tap.read() {
                    taken = Some((chunk.tick, chunk.samples.first().copied().unwrap_or(0)));
                }
                assert_eq!(taken, Some((self.engine.tick, heard)), "tap of room {n}");
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
                    0 => worker.feed(leg, &vec![what; length], None),
                    1 => worker.feed_linear(leg, &vec![i16::from(what) * 128; length], None),
                    2 => worker.mix(),
                    3 => worker.begin_tick(number),
                    _ => worker.finish(),
                }
                worker.output(leg);
            }
        }
    }
}
