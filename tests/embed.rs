//! `examples/embed.c` holds a conference from WAV files, under AddressSanitizer.

mod c_host;

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

use conclave_rig::wav;

#[test]
fn everybody_hears_all_others_and_not_himself() {
    let (folder, _) = conference("embed");
    for (listener, _) in CALLERS {
        let (rate, heard) = wav::read(folder.join("heard").join(file(listener))).expect("what he heard is there");
        assert_eq!(rate, RATE);
        // All spoke until the end but for the leaving: the second before the last one.
        let end = heard.len() - RATE as usize;
        let second = &heard[end - RATE as usize..end];
        for (speaker, hertz) in CALLERS {
            let level = level(second, hertz);
            if speaker == listener {
                assert!(level < PEAK / 1000.0, "{listener} hears himself: {level}");
            } else {
                assert!((level / PEAK - 1.0).abs() < 0.05, "{listener} hears {speaker} at {level} instead of {PEAK}");
            }
        }
    }
}

#[test]
fn the_one_who_mistypes_his_pin_comes_in_later_and_all_leave() {
    let (_, said) = conference("embed_pin");
    let steps = [
        "Prompt: conf-getpin",
        "ada keyed a wrong PIN and is not in",
        "Prompt: conf-invalidpin",
        "Room 8000: 3 members",
        "1 bob, participant",
        "2 eve, participant",
        "3 ada, participant",
        "ada is back with us: DTMF",
        "bob hung up",
        "eve hung up",
    ];
    let mut rest = &said[..];
    for step in steps {
        let (_, after) = rest.split_once(step).unwrap_or_else(|| panic!("'{step}' is missing, or too early:\n{said}"));
        rest = after;
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = c_host::folder("embed_usage");
    let program = c_host::compile("examples/embed.c", &folder);
    wav::write(folder.join("good.wav"), RATE, &tone(400.0)).expect("the file can be written");
    wav::write(folder.join("wide.wav"), 16_000, &tone(400.0)).expect("the file can be written");
    fs::write(folder.join("text.wav"), "no sound").expect("the file can be written");
    fs::create_dir(folder.join("heard")).expect("the folder can be made");

    refused(&program, 2, &[], "usage: embed");
    refused(&program, 2, &["-o", "heard", "good.wav"], "usage: embed");
    refused(&program, 2, &["-x", "heard", "good.wav", "good.wav"], "usage: embed");
    refused(&program, 1, &["-o", "heard", "good.wav", "none.wav"], "none.wav: No such file");
    refused(&program, 1, &["-o", "heard", "good.wav", "text.wav"], "text.wav: is no WAV file");
    refused(&program, 1, &["-o", "heard", "good.wav", "wide.wav"], "wide.wav: is not mono, 8 kHz, 16 bit");
    refused(&program, 1, &["-o", "nowhere", "good.wav", "good.wav"], "nowhere/good.wav: No such file");
}

/// The callers' conference in a folder of this name, and what was said of it.
fn conference(name: &str) -> (PathBuf, String) {
    let folder = c_host::folder(name);
    let program = c_host::compile("examples/embed.c", &folder);
    fs::create_dir(folder.join("heard")).expect("the folder can be made");
    for (name, hertz) in CALLERS {
        wav::write(folder.join(file(name)), RATE, &tone(hertz)).expect("the file can be written");
    }
    let files = CALLERS.map(|(name, _)| file(name));
    let output = c_host::run(&program, &["-o", "heard", &files[0], &files[1], &files[2]]);
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complained}");
    (folder, said.into_owned())
}

fn refused(program: &Path, code: i32, arguments: &[&str], words: &str) {
    let output = c_host::run(program, arguments);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {complained}");
    assert!(complained.contains(words), "{arguments:?}: {complained}");
}

fn file(name: &str) -> String {
    format!("{name}.wav")
}

/// Four seconds.
fn tone(hertz: f64) -> Vec<i16> {
    (0..4 * RATE).map(|n| (PEAK * (TAU * hertz * f64::from(n) / f64::from(RATE)).sin()).round() as i16).collect()
}

/// The amplitude of one frequency (Goertzel); whole periods of it have to fit.
fn level(samples: &[i16], hertz: f64) -> f64 {
    let twice = 2.0 * (TAU * hertz / f64::from(RATE)).cos();
    let (last, before) = samples.iter().fold((0.0, 0.0), |(a, b), &sample| (f64::from(sample) + twice * a - b, a));
    2.0 * (last * last + before * before - twice * last * before).max(0.0).sqrt() / samples.len() as f64
}

const CALLERS: [(&str, f64); 3] = [("ada", 440.0), ("bob", 700.0), ("eve", 1100.0)];
const RATE: u32 = 8000;
const PEAK: f64 = 4000.0;
