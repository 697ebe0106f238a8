//! Any sequence of operations gives what a model of ten lines gives: the sum of the others, each in his place for those
//! who hear two channels.

use crate::common::stereo::StereoEngine;
use crate::common::two_channels::stereo;
use crate::common::{Engine, NARROW};
use conclave::audio::SampleRate;
use conclave::engine::{Capacity, LegId, Place, RoomId, Tap};
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
    /// Sits so many percent to the right.
    Place(usize, i8),
    HearPlaces(usize, bool),
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
        2 => (leg.clone(), prop::option::of(0..SIDES)).prop_map(|(leg, side)| Op::Overhear(leg, side)),
        2 => (leg.clone(), -100..101i8).prop_map(|(leg, percent)| Op::Place(leg, percent)),
        1 => (leg, any::<bool>()).prop_map(|(leg, heard)| Op::HearPlaces(leg, heard)),
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
    is_stereo: bool,
    /// In 64ths of the way to the right.
    place: i16,
    places_heard: bool,
}

impl ModelLeg {
    fn new(id: LegId, is_stereo: bool) -> ModelLeg {
        ModelLeg {
            id,
            room: None,
            allowed: true,
            hearing: true,
            aside: None,
            overheard: None,
            is_stereo,
            place: 0,
            places_heard: true,
        }
    }

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
    engine: StereoEngine,
    /// The legs (bits) that hear two channels.
    stereo: u8,
    legs: [Option<ModelLeg>; LEGS],
    rooms: [ModelRoom; ROOMS],
}

impl Model {
    fn new(workers: usize, commands: usize, stereo: u8) -> Model {
        let rooms = ROOMS * (1 + SIDES);
        let mut engine =
            Engine::with(Capacity { workers, legs: LEGS, rooms, commands, reports: 4, ..Capacity::default() });
        let rooms = [(); ROOMS].map(|()| ModelRoom::new(&mut engine));
        Model { engine: StereoEngine::new(engine), stereo, legs: [None; LEGS], rooms }
    }

    fn apply(&mut self, op: Op) {
        let Engine { control, workers, .. } = &mut self.engine.engine;
        match op {
            Op::Add(n) => {
                if self.legs[n].is_none() {
                    let is_stereo = self.stereo & (1 << n) != 0;
                    let codec = if is_stereo { stereo(SampleRate::Hz8000) } else { NARROW };
                    let id = control.add_leg(n % workers.len(), codec).unwrap();
                    self.legs[n] = Some(ModelLeg::new(id, is_stereo));
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
            Op::Place(n, percent) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.set_place(leg.id, Place::from_percent(percent));
                    leg.place = i16::from(percent) * 64 / 100;
                }
            }
            Op::HearPlaces(n, heard) => {
                if let Some(leg) = &mut self.legs[n] {
                    control.set_places_heard(leg.id, heard);
                    leg.places_heard = heard;
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
                self.rooms[room] = ModelRoom::new(&mut self.engine.engine);
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
        // As many as it takes for every command to pass the small rings, for everybody to sit where he is to, and for
        // ramps to be over.
        for tick in 0..160 {
            self.engine.engine.control.collect();
            self.engine.say(if tick < 80 { &[] } else { &says });
            for room in &mut self.rooms {
                room.tap.read();
            }
        }
        let missed = self.engine.engine.missed();
        for _ in 0..ticks {
            self.engine.say(&says);
            assert_eq!(self.engine.engine.missed(), missed);
            for n in 0..LEGS {
                let Some(leg) = self.legs[n] else {
                    continue;
                };
                let others = (0..LEGS).filter(|other| *other != n && talks(*other));
                let others = others.filter_map(|other| Some((voice(other), self.legs[other]?)));
                let others: Vec<_> = others.filter(|(_, other)| leg.hears(other)).collect();
                let middle: i16 = others.iter().map(|(voice, _)| *voice).sum();
                if !leg.is_stereo {
                    assert_eq!(self.engine.engine.level(leg.id), middle, "leg {n}");
                    continue;
                }
                let lean = |(voice, other): &(i16, ModelLeg)| {
                    let exact = f64::from(*voice) * f64::from(other.place) / 64.0;
                    (exact + 0.5).floor() as i16
                };
                let spread: i16 = if leg.places_heard { others.iter().map(lean).sum() } else { 0 };
                assert_eq!(self.engine.levels(leg.id), (middle - spread, middle + spread), "leg {n}");
            }
            for (n, room) in self.rooms.iter_mut().enumerate() {
                let listener = ModelLeg { room: Some(n), ..ModelLeg::new(LegId::from_u64(0), false) };
                let heard = (0..LEGS).filter(|o| talks(*o) && self.legs[*o].is_some_and(|o| listener.hears(&o)));
                let heard: i16 = heard.map(voice).sum();
                let mut taken = None;
                while let Some(chunk) = room.tap.read() {
                    taken = Some((chunk.tick, chunk.samples.first().copied().unwrap_or(0)));
                }
                assert_eq!(taken, Some((self.engine.engine.tick, heard)), "tap of room {n}");
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
        stereo in prop_oneof![Just(0u8), any::<u8>()],
    ) {
        let mut model = Model::new(workers, commands, stereo);
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
        let mut model = Model::new(workers, 64, 0b1010);
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
            for worker in &mut model.engine.engine.workers {
                match what % 5 {
                    0 => _ = worker.feed(leg, &vec![what; length], None),
                    1 => _ = worker.feed_linear(leg, &vec![i16::from(what) * 128; length], None),
                    2 => worker.mix(),
                    3 => worker.begin_tick(number),
                    _ => worker.finish(),
                }
                worker.output(leg);
            }
        }
    }
}
