//! Music from a file is read once for all who hear it, played over and over, and forgotten with the last of them.

use crate::sim::{Asked, Sim};

const CONF: &str = "[1]\ntype = room\nonly_person = no\nmusic_file = custom/waiting\n\
                    [2]\ntype = room\nonly_person = no\nmusic_file = custom/waiting\narrivals = no";

#[test]
fn it_is_read_once_and_played_over_and_over() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let bob = sim.join("2", "bob");
    assert_eq!(sim.languages(), [("custom/waiting".to_owned(), String::new())]);
    for _ in 0..5 {
        assert_eq!(sim.heard(&[], &[ada, bob], 30), [true, true], "it lasts half a second");
    }
    assert!(!sim.asked().iter().any(|asked| matches!(asked, Asked::StartMusic(_))));
    assert_eq!(sim.sounds_under_way(), 0);
}

#[test]
fn it_stops_for_the_second_member_and_is_read_again_for_who_is_alone_later() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("2", "ada");
    let bob = sim.join("2", "bob");
    sim.seconds(2);
    assert_eq!(sim.heard(&[], &[ada, bob], 30), [false, false]);
    sim.sounds();
    sim.hang_up(bob);
    assert_eq!(sim.sounds(), ["custom/waiting"], "it may have been replaced");
    sim.seconds(1);
    assert_eq!(sim.heard(&[], &[ada], 30), [true]);
}

#[test]
fn a_file_that_cannot_be_read_is_the_default_class() {
    let mut sim = Sim::new(CONF);
    sim.lose_sounds();
    let ada = sim.join("1", "ada");
    sim.join("2", "bob");
    sim.tick(2);
    let music = |sim: &Sim| -> Vec<Asked> {
        let asked = sim.asked().into_iter();
        asked.filter(|asked| matches!(asked, Asked::StartMusic(_) | Asked::StopMusic(_))).collect()
    };
    assert_eq!(music(&sim), [Asked::StartMusic("default".into())]);
    sim.sounds();
    sim.hang_up(ada);
    sim.join("1", "cleo");
    sim.tick(1);
    assert_eq!(sim.sounds(), Vec::<String>::new(), "the host says again that it cannot read it");
    assert_eq!(music(&sim), []);
}

#[test]
fn rooms_that_come_and_go_do_not_fill_the_engine() {
    let mut sim = Sim::new(CONF);
    // The engine holds sixteen streams.
    for _ in 0..40 {
        let ada = sim.join("1", "ada");
        sim.hang_up(ada);
    }
    let ada = sim.join("1", "ada");
    sim.seconds(1);
    assert_eq!(sim.heard(&[], &[ada], 30), [true]);
}
