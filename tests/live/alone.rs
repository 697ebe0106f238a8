//! Alone in a room: the announcement and the music, which stop when somebody comes and return when he leaves.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{
    JOINED, LEFT, SILENT, assert_nothing_is_left, call, notes, wait_members, wait_notes, wait_prompt, wait_silent,
    wait_until, with_conclave,
};
use conclave_rig::{Caller, listen};

#[test]
fn one_who_is_alone_hears_music_until_somebody_comes() {
    let pbx = with_conclave("alone-music", ROOMS).start().unwrap();
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8000");
    wait_prompt(&pbx, &alice, began, "conf-onlyperson");
    assert_hears_music(&alice);

    let bob_came = Instant::now();
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    wait_silent(&alice);
    // He hears his own tone, and never the other's music.
    wait_notes(&bob, bob_came, &JOINED);
    wait_silent(&bob);
    sleep(Duration::from_secs(2));
    let end = alice.heard_last(Duration::from_secs(1));
    assert!(listen::level(&end) < SILENT, "the music came back with two in the room");

    let bob_left = Instant::now();
    bob.hang_up().unwrap();
    wait_members(&pbx, "8000", 1);
    assert_hears_music(&alice);
    let found = crate::common::prompt_match(&pbx, &alice.heard_since(bob_left), "conf-onlyperson");
    assert!(found < 0.75, "alice was told again that she is alone");
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_is_inside_hears_others_come_and_go() {
    let pbx = with_conclave("alone-tones", ROOMS).start().unwrap();
    let alice = call(&pbx, "alice", "8001");
    let bob = call(&pbx, "bob", "8001");
    wait_members(&pbx, "8001", 2);
    for caller in [&alice, &bob] {
        sleep(Duration::from_millis(500));
        wait_silent(caller);
    }
    let carol_came = Instant::now();
    let carol = call(&pbx, "carol", "8001");
    for caller in [&alice, &bob, &carol] {
        wait_notes(caller, carol_came, &JOINED);
    }
    wait_silent(&alice);
    let carol_left = Instant::now();
    carol.hang_up().unwrap();
    for caller in [&alice, &bob] {
        wait_notes(caller, carol_left, &LEFT);
    }
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn without_a_class_of_music_there_is_silence() {
    let pbx = with_conclave("alone-silent", ROOMS).start().unwrap();
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8001");
    wait_prompt(&pbx, &alice, began, "conf-onlyperson");
    wait_silent(&alice);
    let silent_from = Instant::now();
    sleep(Duration::from_secs(3));
    let heard = alice.heard_since(silent_from);
    assert!(listen::level(&heard) < SILENT && heard.len() > 16_000, "alice hears {:.1} dBFS", listen::level(&heard));
    assert_eq!(notes(&heard), [0; 0]);
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

/// Hears something loud that goes on for three seconds.
fn assert_hears_music(caller: &Caller) {
    let last = || caller.heard_last(Duration::from_secs(3));
    let plays = || listen::level(&last()) > -50.0 && listen::longest_silence(&last(), 8_000, -65.0).as_secs_f64() < 1.0;
    assert!(wait_until(plays), "{} hears {:.1} dBFS of music", caller.name(), listen::level(&last()));
}

/// Two workers, of which one has no calls: it must not hold up the music of the other.
const ROOMS: &str = "[general]\nworkers = 2\n[8000]\ntype = room\nmusic = default\n[8001]\ntype = room\n";
