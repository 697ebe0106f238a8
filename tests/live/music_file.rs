//! Music from a conference's own file, for who is alone and for who waits.

use std::time::{Duration, Instant};

use crate::common::judge::{speak, tone_folder, wait_all_hear_each_other, wait_hears_just};
use crate::common::{
    DIALPLAN, PATIENCE, assert_nothing_is_left, call, own_complaints, wait_console, wait_members, wait_prompt,
    wait_silent, wait_until, with_conclave,
};
use conclave_rig::{Pbx, listen};

#[test]
fn who_is_alone_hears_the_file_over_and_over_until_somebody_comes() {
    let pbx = start("music-file-alone");
    let alice = call(&pbx, "alice", "8000");
    wait_hears_just(&alice, &TONES, &[MUSIC]);
    // It is two seconds long.
    let playing = Instant::now();
    let long = || listen::tone_level(&alice.heard_last(Duration::from_secs(5)), 8_000, MUSIC) > -25.0;
    assert!(wait_until(|| playing.elapsed() > Duration::from_secs(5) && long()), "the file is not played again");
    assert!(listen::longest_silence(&alice.heard_last(Duration::from_secs(5)), 8_000, -50.0).as_millis() < 200);

    let came = Instant::now();
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    wait_silent(&alice);
    assert_fades(&alice.heard_since(came));
    let voices = [(&alice, ALICE), (&bob, BOB)];
    speak(&voices);
    wait_all_hear_each_other(&voices, &TONES);
    bob.hang_up().unwrap();
    wait_hears_just(&alice, &TONES, &[MUSIC]);
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_waits_for_a_leader_hears_the_file() {
    let pbx = start("music-file-waits");
    let began = Instant::now();
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8001"));
    for caller in [&alice, &bob] {
        wait_prompt(&pbx, caller, began, "conf-waitforleader");
        wait_hears_just(caller, &TONES, &[MUSIC]);
    }
    let carol = call(&pbx, "carol", "9001");
    wait_members(&pbx, "8001", 3);
    let voices = [(&alice, ALICE), (&bob, BOB), (&carol, CAROL)];
    speak(&voices);
    wait_all_hear_each_other(&voices, &TONES);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_file_that_is_no_sound_is_one_warning_and_the_call_goes_on() {
    let pbx = start("music-file-bad");
    let of_ours = || own_complaints(&pbx);
    let mut first = Vec::new();
    for _ in 0..2 {
        let alice = call(&pbx, "alice", "8002");
        wait_members(&pbx, "8002", 1);
        assert!(wait_until(|| of_ours().len() == 1), "{:#?}", pbx.complaints());
        // In its place there is the PBX's usual music.
        wait_hears_just(&alice, &TONES, &[USUAL]);
        let bob = call(&pbx, "bob", "8002");
        wait_members(&pbx, "8002", 2);
        let voices = [(&alice, ALICE), (&bob, BOB)];
        speak(&voices);
        wait_all_hear_each_other(&voices, &TONES);
        drop((alice, bob));
        pbx.wait_calls(0, PATIENCE).unwrap();
        wait_console(&pbx, "conclave show rooms", "0 rooms in progress");
        // The PBX has words of its own for it, and has no reason to say them again.
        if first.is_empty() {
            first = pbx.complaints();
        }
        assert_eq!(pbx.complaints(), first);
    }
    assert!(of_ours().iter().all(|line| line.contains("music file") && line.contains("no-sound")), "{:#?}", of_ours());
}

/// The music ends in these samples, and fades rather than being cut.
fn assert_fades(heard: &[i16]) {
    let last = heard.iter().rposition(|sample| sample.abs() > 30).expect("there was music");
    let end = &heard[last.saturating_sub(400)..(last + 80).min(heard.len())];
    let clicks = listen::clicks(end, 8_000);
    assert_eq!(clicks, [0; 0], "the music ends with a click");
    let cut = i32::from(heard[last]).abs();
    assert!(cut < 400, "the music was cut off at a sample of {cut}");
}

fn start(name: &str) -> Pbx {
    let usual = format!("[default]\nmode=files\ndirectory={}\n", tone_folder(USUAL as u32).display());
    let tone = tone_folder(MUSIC as u32).join("tone");
    let bad = tone_folder(MUSIC as u32).with_file_name("no-sound.wav");
    std::fs::write(&bad, "this is no sound").unwrap();
    let conf = format!(
        "[base](!)\ntype = room\narrivals = nothing\nonly_person = no\n\
         [8000](base)\nmusic_file = {tone}\n\
         [8001](base)\nmusic_file = {tone}\nwait_for_leader = yes\n\
         [8002](base)\nmusic_file = {bad}\n",
        tone = tone.display(),
        bad = bad.with_extension("").display(),
    );
    with_conclave(name, &conf)
        .dialplan(&format!("{DIALPLAN}exten => _9XXX,1,Conclave(8${{EXTEN:1}},L)\n"))
        .file("musiconhold.conf", &usual)
        .start()
        .unwrap()
}

const ALICE: f64 = 440.0;
const BOB: f64 = 620.0;
const CAROL: f64 = 910.0;
/// What the file has.
const MUSIC: f64 = 1490.0;
/// What the PBX's class of music has.
const USUAL: f64 = 1810.0;
const TONES: [f64; 5] = [ALICE, BOB, CAROL, MUSIC, USUAL];
