//! Doorways, schedules, early calls and guessers, from the arrival of a call into a room or back.

use crate::sim::{Sim, TEN};
use conclave::room::{CallResult, Caller, Conference, Doorway, DoorwayKind, GuardSettings, Schedule};
use conclave::service::{Arrival, CallId, Settings};
use std::{sync::Arc, time::Duration};

fn conference(number: &str) -> Conference {
    Conference::new(number.parse().unwrap())
}

/// A dynamic number 700, an access number 900, local rooms, a room with a PIN, and one that opens in five minutes.
fn settings() -> Settings {
    let mut settings = Settings::default();
    let kinds = [
        ("700", DoorwayKind::Dynamic { opener_leads: true }),
        ("900", DoorwayKind::Access),
        ("local", DoorwayKind::Local),
    ];
    for (number, kind) in kinds {
        let template = Arc::new(conference(number));
        let doorway = Doorway { number: number.parse().unwrap(), kind, template };
        settings.doorways.insert(doorway.number.clone(), Arc::new(doorway));
    }
    let schedule = Schedule { opens: Some(TEN + Duration::from_secs(300)), ..Schedule::default() };
    for conference in [
        Conference { pin: "4711".parse().ok(), ..conference("8000") },
        Conference { code: "1111".parse().ok(), leader_code: "2222".parse().ok(), ..conference("8001") },
        Conference { schedule, ..conference("8002") },
    ] {
        settings.conferences.insert(conference.number.clone(), Arc::new(conference));
    }
    settings
}

fn sim() -> Sim {
    Sim::with(settings())
}

/// Somebody with this number calls.
fn arrive_as(sim: &mut Sim, room: &str, number: &str) -> CallId {
    let arrival = sim.arrival(room, "", number);
    sim.try_arrival(Arrival { caller: Caller { name: String::new(), number: number.into() }, ..arrival }).unwrap()
}

#[test]
fn a_dynamic_conference_is_opened_joined_and_gone() {
    let mut sim = sim();
    let ada = sim.arrive("700", "", "ada");
    sim.key(ada, "1234#55#");
    assert!(sim.sounds().starts_with(&["conf-getconfno", "conclave-set-pin"].map(String::from)));
    // She still hears that she opened it; it is held all the same.
    let bob = sim.arrive("700", "", "bob");
    sim.key(bob, "1234#55#");
    sim.seconds(30);
    assert_eq!(sim.inside("700-1234").len(), 2);
    sim.hang_up(ada);
    sim.hang_up(bob);
    // Its PIN is gone with it: she sets none.
    let eve = sim.arrive("700", "", "eve");
    sim.key(eve, "1234##");
    sim.seconds(30);
    assert!(sim.is_inside("700-1234", eve));
}

#[test]
fn of_two_who_open_the_same_number_at_once_one_does() {
    let mut sim = sim();
    let [ada, bob] = ["ada", "bob"].map(|name| sim.arrive("700", "", name));
    for key in "1234#".chars() {
        sim.key(ada, &key.to_string());
        sim.key(bob, &key.to_string());
    }
    for call in [ada, bob] {
        sim.key(call, "55#");
    }
    // Bob is asked for the PIN that Ada has set.
    assert_eq!(sim.sounds().last().unwrap(), "conf-getpin");
    sim.key(bob, "55#");
    sim.seconds(30);
    assert_eq!(sim.inside("700-1234").len(), 2);
}

#[test]
fn an_opener_who_hangs_up_before_she_is_in_leaves_nothing() {
    let mut sim = sim();
    let ada = sim.arrive("700", "", "ada");
    sim.key(ada, "1234#55#");
    sim.hang_up(ada);
    let bob = sim.arrive("700", "", "bob");
    sim.key(bob, "1234##");
    sim.seconds(30);
    assert!(sim.is_inside("700-1234", bob), "he sets no PIN, and is not asked for hers");
}

#[test]
fn a_code_leads_to_its_conference() {
    let mut sim = sim();
    for (name, code) in [("ada", "2222#"), ("bob", "1111#")] {
        let call = sim.arrive("900", "", name);
        sim.key(call, code);
    }
    sim.tick(1);
    assert_eq!(sim.inside("8001"), ["ada", "bob"]);
}

#[test]
fn a_local_room_is_its_extensions() {
    let mut sim = sim();
    let stranger = arrive_as(&mut sim, "local-201", "202");
    sim.seconds(2);
    assert_eq!(sim.result(stranger), Some(CallResult::NoRoom));
    arrive_as(&mut sim, "local-201", "201");
    sim.tick(1);
    arrive_as(&mut sim, "local-201", "202");
    sim.tick(1);
    assert_eq!(sim.inside("local-201"), ["201", "202"]);
}

#[test]
fn a_conference_opens_by_the_clock_also_when_that_is_set() {
    let mut sim = sim();
    let early = sim.arrive("8002", "", "ada");
    sim.seconds(2);
    assert_eq!(sim.result(early), Some(CallResult::NotOpen));
    sim.unix += Duration::from_secs(300);
    sim.join("8002", "bob");
}

#[test]
fn each_wrong_code_is_told_later_and_too_many_lock_out() {
    let mut settings = settings();
    settings.guard = GuardSettings { lockout_caller: 4, ..GuardSettings::default() };
    let mut sim = Sim::with(settings.clone());
    let guesser = |sim: &mut Sim| {
        let arrival = sim.arrival("8000", "", "eve");
        sim.try_arrival(Arrival { address: "192.0.2.7".into(), ..arrival }).unwrap()
    };
    let first = guesser(&mut sim);
    sim.key(first, "1#");
    sim.sounds();
    sim.tick(20);
    assert_eq!(sim.sounds(), [""; 0]);
    sim.tick(10);
    assert_eq!(sim.sounds(), ["conf-invalidpin"]);
    // After one second, and after two; half a second of words follows.
    sim.key(first, "1#1#");
    sim.tick(165);
    assert_eq!(sim.result(first), None);
    sim.tick(20);
    assert_eq!(sim.result(first), Some(CallResult::BadPin));
    let second = guesser(&mut sim);
    sim.key(second, "1#");
    sim.seconds(5);
    sim.key(second, "4711#");
    sim.seconds(12);
    assert_eq!(sim.result(second), Some(CallResult::LockedOut), "it was the right one");
    let other = sim.arrive("8000", "", "ada");
    sim.key(other, "4711#");
    assert!(sim.is_inside("8000", other));
}
