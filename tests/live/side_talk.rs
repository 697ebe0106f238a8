//! Talk beside the conference: one who is heard by one only, and two who hear only each other.

use std::time::Instant;

use crate::common::judge::{fall_silent, speak, wait_all_hear_each_other, wait_hears_just};
use crate::common::{
    OPEN, assert_nothing_is_left, call, wait_console, wait_members, wait_prompt, wait_silent, with_conclave,
};
use conclave_rig::Pbx;

#[test]
fn beside_a_room_of_one_worker() {
    let pbx = with_conclave("side-one", OPEN).dialplan(DIALPLAN).start().unwrap();
    whispers_and_pairs(pbx);
}

#[test]
fn beside_a_room_that_two_workers_share() {
    let conf = format!("{OPEN}workers = 2\n");
    let pbx = with_conclave("side-two", &conf).dialplan(DIALPLAN).env("CONCLAVE_SPLIT_AT", "2").start().unwrap();
    whispers_and_pairs(pbx);
}

fn whispers_and_pairs(pbx: Pbx) {
    let callers = ["alice", "bob", "carol", "dave"].map(|name| {
        let caller = call(&pbx, name, "8000");
        wait_console(&pbx, "conclave show room 8000", &format!(" {name} "));
        caller
    });
    let [alice, bob, carol, dave] = &callers;
    let voices = [(alice, ALICE), (bob, BOB), (carol, CAROL), (dave, DAVE)];
    speak(&voices);
    wait_all_hear_each_other(&voices, &TONES);

    // Alice coaches Bob: he hears her and the others, and the others hear all but her.
    pbx.cli("conclave whisper 8000 1 2").unwrap();
    wait_hears_just(carol, &TONES, &[BOB, DAVE]);
    wait_hears_just(dave, &TONES, &[BOB, CAROL]);
    wait_hears_just(bob, &TONES, &[ALICE, CAROL, DAVE]);
    wait_hears_just(alice, &TONES, &[BOB, CAROL, DAVE]);
    pbx.cli("conclave whisper 8000 1 off").unwrap();
    wait_all_hear_each_other(&voices, &TONES);

    // Alice and Dave break out.
    pbx.cli("conclave pair 8000 1 4").unwrap();
    wait_all_hear_each_other(&[voices[0], voices[3]], &TONES);
    wait_all_hear_each_other(&[voices[1], voices[2]], &TONES);
    pbx.cli("conclave unpair 8000 4").unwrap();
    wait_all_hear_each_other(&voices, &TONES);

    // When the one who alone heard her goes, she is not heard by all of a sudden.
    pbx.cli("conclave whisper 8000 1 2").unwrap();
    wait_hears_just(carol, &TONES, &[BOB, DAVE]);
    fall_silent(&voices);
    wait_silent(alice);
    let left = Instant::now();
    bob.hang_up().unwrap();
    wait_members(&pbx, "8000", 3);
    wait_prompt(&pbx, alice, left, "conf-muted");
    speak(&voices[..1]);
    speak(&voices[3..]);
    wait_hears_just(carol, &TONES, &[DAVE]);
    alice.press("*1").unwrap();
    wait_hears_just(carol, &TONES, &[ALICE, DAVE]);
    drop(callers);
    assert_nothing_is_left(&pbx);
}

const DIALPLAN: &str = "exten => _8XXX,1,Conclave(${EXTEN},q)\n";

const ALICE: f64 = 440.0;
const BOB: f64 = 620.0;
const CAROL: f64 = 910.0;
const DAVE: f64 = 1170.0;
const TONES: [f64; 4] = [ALICE, BOB, CAROL, DAVE];
