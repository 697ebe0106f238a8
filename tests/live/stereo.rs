//! Who calls with two channels hears each of the others at a place of his own.

use crate::common::{LEVEL, OPEN, assert_nothing_is_left, call, say_tones, wait_members, wait_until, with_conclave};
use conclave_rig::{Caller, Codec, Pbx, listen};

const TONES: [f64; 3] = [440.0, 620.0, 910.0];

/// What a place half of the way to one side does to a talker's level in the ear on that side, and in the other.
const NEAR: f64 = LEVEL + 3.5;
const FAR: f64 = LEVEL - 6.0;
/// Less than this of a tone is none.
const NOTHING: f64 = -50.0;

#[test]
fn each_talker_has_his_place_for_who_hears_two_channels_and_none_for_the_others() {
    let pbx = with_conclave("stereo-places", OPEN).start().unwrap();
    let ear = stereo(&pbx, "ear", "8000");
    wait_members(&pbx, "8000", 1);
    let right = call(&pbx, "right", "8000");
    wait_members(&pbx, "8000", 2);
    let left = call(&pbx, "left", "8000");
    wait_members(&pbx, "8000", 3);
    say_tones(&[&ear, &right, &left], &TONES);
    wait_ears(&ear, [NOTHING, FAR, NEAR], [NOTHING, NEAR, FAR]);
    // Both ears together, and whoever has but one, hear all of them alike, and nobody himself.
    for (at, caller) in [&ear, &right, &left].into_iter().enumerate() {
        wait_levels(caller, TONES.map(|tone| if tone == TONES[at] { NOTHING } else { LEVEL }));
    }
    // One is silent, and hears what all silent ones share; nobody moves.
    ear.say(conclave_rig::Sound::Silence);
    wait_ears(&ear, [NOTHING, FAR, NEAR], [NOTHING, NEAR, FAR]);
    wait_levels(&right, [NOTHING, NOTHING, LEVEL]);
    drop((ear, right, left));
    assert_nothing_is_left(&pbx);
}

#[test]
fn two_who_hear_two_channels_hear_each_other_and_never_themselves() {
    let pbx = with_conclave("stereo-two", OPEN).start().unwrap();
    let one = stereo(&pbx, "one", "8000");
    wait_members(&pbx, "8000", 1);
    let two = stereo(&pbx, "two", "8000");
    wait_members(&pbx, "8000", 2);
    say_tones(&[&one, &two], &TONES[..2]);
    wait_ears(&one, [NOTHING, FAR, NOTHING], [NOTHING, NEAR, NOTHING]);
    wait_ears(&two, [LEVEL, NOTHING, NOTHING], [LEVEL, NOTHING, NOTHING]);
    drop((one, two));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_room_can_do_without() {
    let pbx = with_conclave("stereo-off", "[8000]\ntype = room\nstereo = no\n").start().unwrap();
    let ear = stereo(&pbx, "ear", "8000");
    wait_members(&pbx, "8000", 1);
    let other = call(&pbx, "other", "8000");
    wait_members(&pbx, "8000", 2);
    say_tones(&[&ear, &other], &TONES[..2]);
    wait_ears(&ear, [NOTHING, LEVEL, NOTHING], [NOTHING, LEVEL, NOTHING]);
    drop((ear, other));
    assert_nothing_is_left(&pbx);
}

/// Calls with a telephone that asks for two channels.
fn stereo(pbx: &Pbx, name: &str, number: &str) -> Caller {
    let caller = Caller::new(name).codec(Codec::OpusStereo).call(pbx, number).unwrap();
    caller.wait_answer().unwrap();
    assert_eq!(caller.codec(), Codec::OpusStereo);
    caller
}

/// Waits until a caller hears the tones at these levels in his left and in his right ear.
fn wait_ears(caller: &Caller, left: [f64; 3], right: [f64; 3]) {
    let mut seen = Vec::new();
    let is_so = wait_until(|| {
        let sides = caller.heard_sides();
        let lately = &sides[sides.len().saturating_sub(caller.rate() as usize / 2)..];
        seen = [0, 1]
            .map(|side| {
                let heard: Vec<i16> = lately.iter().map(|sample| sample[side]).collect();
                listen::tones_heard(&heard, caller.rate(), &TONES)
            })
            .into();
        are_so(&seen[0], &left) && are_so(&seen[1], &right)
    });
    assert!(is_so, "{} hears {:.1?}, not {left:?} and {right:?}", caller.name(), seen);
}

/// Waits until a caller hears the tones at these levels, in both ears together if he has two.
fn wait_levels(caller: &Caller, levels: [f64; 3]) {
    let mut seen = Vec::new();
    let is_so = wait_until(|| {
        let heard = caller.heard_last(std::time::Duration::from_millis(500));
        seen = listen::tones_heard(&heard, caller.rate(), &TONES);
        are_so(&seen, &levels)
    });
    assert!(is_so, "{} hears {seen:.1?}, not {levels:?}", caller.name());
}

fn are_so(seen: &[f64], wanted: &[f64]) -> bool {
    let is_so = |(seen, wanted): (&f64, &f64)| {
        if *wanted == NOTHING { *seen < NOTHING } else { (seen - wanted).abs() < 1.0 }
    };
    seen.iter().zip(wanted).all(is_so)
}
