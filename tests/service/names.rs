//! Names are recorded from what callers say, and heard by the others in their place.

use crate::sim::Sim;
use conclave::room::Order;

const CONF: &str = "[1]\ntype = room\narrivals = names\nonly_person = no\n[2]\ntype = room\narrivals = review\n\
                    only_person = no";

/// A caller who says his name for so many ticks and then nothing.
fn say_name(sim: &mut Sim, channel: &str, ticks: usize) -> conclave::service::CallId {
    let call = sim.arrive("1", "p", channel);
    // The question and the tone.
    sim.seconds(2);
    sim.talk(&[call], ticks);
    call
}

#[test]
fn who_has_said_his_name_and_falls_silent_is_in() {
    let mut sim = Sim::new(CONF);
    let call = say_name(&mut sim, "ada", 50);
    sim.tick(90);
    assert!(!sim.is_inside("1", call), "he may have more to say");
    sim.tick(20);
    assert!(sim.is_inside("1", call));
}

#[test]
fn the_others_hear_it() {
    let mut sim = Sim::new(CONF);
    let ada = say_name(&mut sim, "ada", 50);
    sim.seconds(3);
    sim.sounds();
    let bob = say_name(&mut sim, "bob", 100);
    sim.tick(85);
    assert_eq!(sim.heard(&[], &[ada], 10), [false]);
    sim.tick(15);
    assert!(sim.is_inside("1", bob));
    assert!(!sim.sounds().contains(&"conclave-a-participant".to_owned()), "it is a clip, not a file");
    // Two seconds of his voice and half a second of "has joined".
    assert_eq!(sim.heard(&[], &[ada], 20), [true]);
    sim.tick(75);
    assert_eq!(sim.heard(&[], &[ada], 10), [true]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[], &[ada], 10), [false]);
}

#[test]
fn it_is_known_when_he_has_left() {
    let mut sim = Sim::new(CONF);
    let ada = say_name(&mut sim, "ada", 50);
    sim.seconds(3);
    let bob = say_name(&mut sim, "bob", 100);
    sim.seconds(8);
    assert!(sim.is_inside("1", bob));
    sim.hang_up(bob);
    sim.tick(75);
    assert_eq!(sim.heard(&[], &[ada], 10), [true], "longer than any sound from a file");
    assert!(!sim.sounds().contains(&"conclave-a-participant".to_owned()));
    sim.seconds(3);
    assert_eq!(sim.sounds_under_way(), 0);
}

#[test]
fn who_says_nothing_is_a_participant() {
    let mut sim = Sim::new(CONF);
    say_name(&mut sim, "ada", 50);
    sim.seconds(3);
    let bob = say_name(&mut sim, "bob", 0);
    sim.seconds(60);
    assert!(sim.is_inside("1", bob));
    assert!(sim.sounds().contains(&"conclave-a-participant".to_owned()));
}

#[test]
fn a_roll_call_plays_the_names_of_all() {
    let mut sim = Sim::new(CONF);
    let ada = say_name(&mut sim, "ada", 100);
    sim.seconds(6);
    assert!(sim.is_inside("1", ada));
    sim.sounds();
    sim.key(ada, "*95");
    sim.seconds(1);
    let leader = sim.arrive("1", "L", "eve");
    sim.seconds(2);
    sim.talk(&[leader], 100);
    sim.seconds(9);
    sim.sounds();
    sim.key(leader, "*95");
    assert_eq!(sim.heard(&[], &[leader], 10), [true]);
    sim.tick(180);
    assert_eq!(sim.heard(&[], &[leader], 10), [true], "two names of two seconds each");
}

#[test]
fn who_hangs_up_while_he_says_his_name_leaves_nothing_behind() {
    let mut sim = Sim::new(CONF);
    // The engine holds two thousand taps.
    for _ in 0..2100 {
        let call = sim.arrive("1", "p", "ada");
        sim.tick(60);
        sim.talk(&[call], 1);
        sim.hang_up(call);
    }
    let call = say_name(&mut sim, "ada", 50);
    sim.seconds(3);
    assert!(sim.is_inside("1", call));
    assert!(sim.order("1", Order::End).is_ok());
    sim.seconds(2);
    assert_eq!(sim.sounds_under_way(), 0);
}
