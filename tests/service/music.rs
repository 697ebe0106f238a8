//! Music plays for those who are alone, once for each class.

use crate::sim::{Asked, Sim};
use conclave::audio::SampleRate;

const CONF: &str = "[1]\ntype = room\nmusic = jazz\n[2]\ntype = room\nmusic = jazz\n[3]\ntype = room\nmusic = folk\n\
                    [4]\ntype = room";

fn start(class: &str) -> Asked {
    Asked::StartMusic(class.into())
}

fn stop(class: &str) -> Asked {
    Asked::StopMusic(class.into())
}

/// What was asked for music since the last time.
fn music(sim: &Sim) -> Vec<Asked> {
    let asked = sim.asked().into_iter();
    asked.filter(|asked| matches!(asked, Asked::StartMusic(_) | Asked::StopMusic(_))).collect()
}

#[test]
fn it_starts_after_the_words_and_stops_for_the_second_member() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    assert_eq!(music(&sim), []);
    sim.seconds(1);
    assert_eq!(music(&sim), [start("jazz")]);
    let second = sim.join("1", "bob");
    assert_eq!(music(&sim), [stop("jazz")]);
    sim.seconds(1);
    sim.hang_up(second);
    sim.seconds(1);
    assert_eq!(music(&sim), [start("jazz")]);
}

#[test]
fn a_class_plays_once_for_all_who_hear_it() {
    let mut sim = Sim::new(CONF);
    let first = sim.join("1", "ada");
    let second = sim.join("2", "bob");
    let third = sim.join("3", "eve");
    sim.seconds(1);
    let mut started = music(&sim);
    started.sort_by_key(|asked| format!("{asked:?}"));
    assert_eq!(started, [start("folk"), start("jazz")]);
    sim.hang_up(first);
    assert_eq!(music(&sim), []);
    sim.hang_up(second);
    assert_eq!(music(&sim), [stop("jazz")]);
    sim.hang_up(third);
    assert_eq!(music(&sim), [stop("folk")]);
}

#[test]
fn a_prompt_interrupts_it() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("1", "ada");
    sim.seconds(1);
    assert_eq!(music(&sim), [start("jazz")]);
    sim.key(call, "*");
    assert_eq!(music(&sim), [stop("jazz")]);
    sim.seconds(1);
    assert_eq!(music(&sim), [start("jazz")]);
}

#[test]
fn a_kick_and_a_stop_end_it() {
    let mut sim = Sim::new(CONF);
    sim.join("1", "ada");
    sim.join("3", "bob");
    sim.seconds(1);
    music(&sim);
    assert!(sim.command("kick 1 all").is_ok());
    assert_eq!(music(&sim), [stop("jazz")]);
    sim.stop();
    assert_eq!(music(&sim), [stop("folk")]);
}

#[test]
fn without_a_class_there_is_none() {
    let mut sim = Sim::new(CONF);
    sim.join("4", "ada");
    sim.seconds(3);
    assert_eq!(music(&sim), []);
}

#[test]
fn more_classes_than_the_engine_holds_are_silent_and_take_no_harm() {
    let conf: String = (1..=20).map(|n| format!("[{n}]\ntype = room\nmusic = class{n}\n")).collect();
    let mut sim = Sim::new(&conf);
    let calls: Vec<_> = (1..=20).map(|n| sim.join(&n.to_string(), "ada")).collect();
    sim.seconds(2);
    assert_eq!(music(&sim).len(), 16);
    for call in calls {
        sim.hang_up(call);
    }
    assert_eq!(music(&sim).len(), 16);
}

#[test]
fn a_class_plays_at_the_best_rate_that_somebody_who_hears_it_can_use() {
    const RATES: [SampleRate; 3] = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000];
    let mut sim = Sim::new(CONF);
    let narrow = sim.join_at("1", "ada", RATES[0]);
    sim.seconds(1);
    assert_eq!((music(&sim), sim.music_rates()), (vec![start("jazz")], vec![RATES[0]]));
    // It goes on at a better rate for who can hear that, and for who cannot it stays.
    let full = sim.join_at("2", "bob", RATES[2]);
    sim.seconds(1);
    assert_eq!((music(&sim), sim.music_rates()), (vec![start("jazz")], vec![RATES[0], RATES[2]]));
    sim.hang_up(narrow);
    sim.join_at("1", "eve", RATES[1]);
    sim.seconds(1);
    assert_eq!(music(&sim), []);
    // Others are not to notice that he goes.
    sim.hang_up(full);
    sim.seconds(1);
    assert_eq!(music(&sim), []);
    // Another class is another matter.
    sim.join_at("3", "joe", RATES[0]);
    sim.seconds(1);
    assert_eq!((music(&sim), sim.music_rates()), (vec![start("folk")], vec![RATES[0], RATES[2], RATES[0]]));
}
