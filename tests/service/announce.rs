//! What is announced to a room is heard by each in his own language, and leaves nothing behind.

use std::sync::Arc;

use crate::sim::Sim;
use conclave::audio::SampleRate;
use conclave::room::{MemberId, Order, Sound};

const CONF: &str = "[1]\ntype = room\narrivals = no\nonly_person = no";

fn news() -> Order {
    Order::Play(None, vec![Sound::File(Arc::from("news"))])
}

fn read(sim: &Sim) -> Vec<(String, String)> {
    let mut read = sim.languages();
    read.sort();
    read
}

fn sound(name: &str, language: &str) -> (String, String) {
    (name.into(), language.into())
}

#[test]
fn each_language_is_read_once_and_all_hear_theirs() {
    let mut sim = Sim::new(CONF);
    let calls = ["de", "fr", "de"].map(|language| sim.join_in("1", language, language));
    sim.seconds(2);
    read(&sim);
    assert!(sim.order("1", news()).is_ok());
    assert_eq!(read(&sim), [sound("news", "de"), sound("news", "fr")]);
    assert_eq!(sim.heard(&[], &calls, 10), [true; 3]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[], &calls, 10), [false; 3]);
    assert_eq!(sim.sounds_under_way(), 0);
}

#[test]
fn the_next_waits_for_the_longest_language() {
    let mut sim = Sim::new(CONF);
    sim.set_length("news@fr", 2000);
    let calls = ["de", "fr"].map(|language| sim.join_in("1", language, language));
    sim.seconds(2);
    assert!(sim.order("1", news()).is_ok());
    assert!(sim.order("1", Order::Play(None, vec![Sound::File(Arc::from("more"))])).is_ok());
    sim.sounds();
    sim.tick(75);
    assert_eq!(sim.sounds(), [""; 0]);
    assert_eq!(sim.heard(&[], &calls, 5), [false, true], "one has heard it, the other not yet");
    sim.tick(50);
    assert_eq!(sim.sounds().len(), 2);
}

#[test]
fn who_joins_or_waits_meanwhile_holds_nothing_up() {
    let mut sim = Sim::new(CONF);
    sim.set_length("news@fr", 5000);
    let french = sim.join_in("1", "a", "fr");
    sim.join_in("1", "b", "de");
    sim.seconds(2);
    assert!(sim.order("1", news()).is_ok());
    let late = sim.join_in("1", "c", "it");
    assert!(sim.is_inside("1", late));
    sim.seconds(1);
    assert_eq!(sim.heard(&[], &[late], 5), [false], "he came after it had begun");
    sim.hang_up(french);
    sim.sounds();
    assert!(sim.order("1", Order::Play(None, vec![Sound::File(Arc::from("more"))])).is_ok());
    assert_eq!(sim.sounds(), ["more", "more"], "the only one who still heard it is gone");
}

#[test]
fn who_is_deaf_hears_nothing_of_it() {
    let mut sim = Sim::new(CONF);
    let calls = ["de", "fr"].map(|language| sim.join_in("1", language, language));
    let picture = sim.picture();
    let member = picture.rooms["1"].members[1].call;
    assert!(sim.order("1", Order::Deafen(conclave::room::MemberId(member.0), true)).is_ok());
    sim.seconds(3);
    assert!(sim.order("1", news()).is_ok());
    assert_eq!(sim.heard(&[], &calls, 10), [true, false]);
}

#[test]
fn a_room_that_ends_in_the_middle_of_it_leaves_nothing_behind() {
    for languages in [["de", "de"], ["de", "fr"]] {
        for before_it_is_read in [true, false] {
            let mut sim = Sim::new(CONF);
            let calls = languages.map(|language| sim.join_in("1", language, language));
            sim.seconds(2);
            for _ in 0..20 {
                assert!(sim.order("1", news()).is_ok());
            }
            if !before_it_is_read {
                sim.tick(3);
            }
            assert!(sim.sounds_under_way() > 0);
            for call in calls {
                sim.hang_up(call);
            }
            sim.tick(2);
            assert!(sim.picture().rooms.is_empty());
            assert_eq!(sim.sounds_under_way(), 0, "{languages:?}");
        }
    }
}

#[test]
fn names_and_many_sounds_are_heard_to_their_end() {
    let mut sim = Sim::new(CONF);
    let call = sim.join_in("1", "a", "de");
    sim.join_in("1", "b", "de");
    sim.seconds(2);
    let many = (0..60).map(|n| Sound::File(Arc::from(format!("part-{n}")))).collect();
    (0..60).for_each(|n| sim.set_length(&format!("part-{n}"), 20));
    assert!(sim.order("1", Order::Play(None, many)).is_ok());
    assert_eq!(sim.heard(&[], &[call], 50), [true]);
    assert_eq!(sim.heard(&[], &[call], 5), [true], "sixty of 20 ms");
    sim.tick(20);
    assert_eq!(sim.heard(&[], &[call], 5), [false]);
}

#[test]
fn a_conference_has_prompts_of_its_own() {
    let mut sim = Sim::new("[1]\ntype = room\nsound_only_person = our/lonely");
    sim.join_in("1", "a", "de");
    assert_eq!(sim.sounds(), ["our/lonely"]);
}

#[test]
fn it_is_read_at_the_rate_of_those_who_hear_it() {
    use SampleRate::{Hz8000, Hz16000, Hz48000};
    let mut sim = Sim::new(CONF);
    let mut first = None;
    let mut news_for = |rates: &[SampleRate]| {
        for rate in rates {
            let call = sim.join_at("1", "ada", *rate);
            first.get_or_insert(call);
        }
        sim.seconds(2);
        sim.sound_rates();
        assert!(sim.order("1", news()).is_ok());
        sim.seconds(2);
        sim.sound_rates()
    };
    // The room's rate is the best that two of them can use.
    assert_eq!(news_for(&[Hz8000, Hz48000]), [Hz8000]);
    assert_eq!(news_for(&[Hz16000]), [Hz16000]);
    assert_eq!(news_for(&[Hz48000]), [Hz48000]);
    // A sound for one of them is read for his ears.
    let first = MemberId(first.expect("they have joined").0);
    assert!(sim.order("1", Order::Play(Some(first), vec![Sound::File(Arc::from("more"))])).is_ok());
    assert_eq!(sim.sound_rates(), [Hz8000]);
}

#[test]
fn a_tone_is_the_same_in_every_language() {
    let mut sim = Sim::new("[1]\ntype = room\narrivals = tones\nhear_own_arrival = no\nonly_person = no");
    for language in ["de", "fr", "es"] {
        sim.join_in("1", language, language);
        sim.seconds(2);
    }
    // Whoever comes hears his own words meanwhile; the others' languages make no difference.
    let tones: Vec<_> = read(&sim).into_iter().filter(|(name, _)| name == "conclave-join").collect();
    assert_eq!(tones, [sound("conclave-join", "de")]);
    assert_eq!(sim.sounds_under_way(), 0);
}
