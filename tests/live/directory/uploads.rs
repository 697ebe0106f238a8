//! Sounds that an owner uploaded, as callers hear them.

use std::f64::consts::TAU;

use super::api::Api;
use super::*;
use crate::common::host::tone;
use crate::common::judge::wait_all_hear_each_other;
use crate::common::{assert_nothing_is_left, say_tones, wait_members, wait_until};

#[test]
fn the_uploaded_music_is_heard_by_who_is_alone_until_somebody_comes() {
    let office = Office::open("directory-uploads", "web = 127.0.0.1:0\n");
    let ada = office.account("ada", None);
    let room = office.conference(meeting(ada, "8100"));
    let codes = room.codes.unwrap();
    let api = Api::of_provider(&office.pbx, &office.directory);
    let path = format!("/conferences/{}/sounds/music", room.id.0);
    let (status, answer) = api.send("PUT", &path, "audio/wav", b"not a sound at all, whatever it says");
    assert_eq!(status, 422, "{answer}");
    let (status, answer) = api.send("PUT", &path, "audio/wav", &wav(MUSIC));
    assert!((200..300).contains(&status), "{status}: {answer}");

    let pbx = &office.pbx;
    let alice = call_and_key(pbx, "alice", "8100", "conf-getpin", &keys(&codes.participant));
    wait_members(pbx, "8100", 1);
    let level = || tone(&alice, MUSIC);
    assert!(wait_until(|| level() > -35.0), "the uploaded music is at {:.1} dB", level());
    let bob = call_and_key(pbx, "bob", "8100", "conf-getpin", &keys(&codes.leader));
    wait_members(pbx, "8100", 2);
    say_tones(&[&alice, &bob], &TONES[..2]);
    wait_all_hear_each_other(&[(&alice, TONES[0]), (&bob, TONES[1])], &TONES);
    drop((alice, bob));
    assert_nothing_is_left(pbx);
}

/// Ten seconds of a tone, in stereo at 44.1 kHz.
fn wav(hertz: f64) -> Vec<u8> {
    let samples = (0..441_000).map(|at| (8_000.0 * (TAU * hertz * f64::from(at) / 44_100.0).sin()) as i16);
    let data: Vec<u8> = samples.flat_map(|sample| [sample, sample]).flat_map(i16::to_le_bytes).collect();
    let length = data.len() as u32;
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(length + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    for (value, bytes) in [(16, 4), (1, 2), (2, 2), (44_100, 4), (176_400, 4), (4, 2), (16, 2u32)] {
        file.extend_from_slice(&u32::to_le_bytes(value)[..bytes as usize]);
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&data);
    file
}

const TONES: [f64; 3] = [440.0, 620.0, MUSIC];
const MUSIC: f64 = 1490.0;
