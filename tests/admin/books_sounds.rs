//! Names and music that people upload over the API.

use std::path::Path;
use std::time::{Duration, Instant};

use conclave::directory::AccountRole;
use serde_json::json;

use crate::common::{Answer, Client, PATIENCE, World};

const TONES: [(&str, &[u8]); 8] = [
    ("WAV", include_bytes!("audio/tone.wav")),
    ("MP3", include_bytes!("audio/tone.mp3")),
    ("FLAC", include_bytes!("audio/tone.flac")),
    ("AIFF", include_bytes!("audio/tone.aiff")),
    ("M4A", include_bytes!("audio/tone.m4a")),
    ("AAC", include_bytes!("audio/tone.aac")),
    ("Ogg Vorbis", include_bytes!("audio/tone-vorbis.ogg")),
    ("Ogg Opus", include_bytes!("audio/tone-opus.ogg")),
];

fn meeting(who: &Client) -> String {
    let made = who.post("/conferences", json!({"kind": "meeting", "name": "Board"})).json(201);
    format!("/conferences/{}", made["id"])
}

fn put(who: &Client, path: &str, file: &[u8]) -> Answer {
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = who.send("PUT", path, Some("application/octet-stream"), file);
        // Another test's sound is being read.
        if answer.status != 429 || Instant::now() > until {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Rate and samples of a plain WAV file.
fn samples(wav: &[u8]) -> (u32, Vec<i16>) {
    assert_eq!((&wav[..4], &wav[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    let rate = u32::from_le_bytes(wav[24..28].try_into().unwrap());
    (rate, wav[44..].as_chunks().0.iter().map(|two| i16::from_le_bytes(*two)).collect())
}

/// How many waves there are in a second, and how loud they are in dB.
fn heard((rate, samples): &(u32, Vec<i16>)) -> (f64, f64) {
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    let ups = middle.windows(2).filter(|two| two[0] < 0 && two[1] >= 0).count();
    let power = middle.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum::<f64>() / middle.len() as f64;
    (ups as f64 * f64::from(*rate) / middle.len() as f64, 10.0 * power.log10())
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .map_or(0, |entries| entries.filter(|entry| entry.as_ref().unwrap().path().is_file()).count())
}

#[test]
fn every_common_format_is_the_same_tone_afterwards() {
    let world = World::new("formats");
    let ada = world.account("ada", AccountRole::Owner);
    let board = meeting(&ada);
    let path = format!("{board}/sounds/name");
    for (format, file) in TONES {
        let taken = put(&ada, &path, file).json(200);
        let seconds = taken["seconds"].as_f64().unwrap();
        assert!((0.45..0.6).contains(&seconds), "{format}: {seconds}");
        let wav = ada.get(&path);
        assert_eq!((wav.status, wav.header("content-type")), (200, Some("audio/wav")), "{format}");
        let sound = samples(&wav.body);
        let (hertz, decibels) = heard(&sound);
        assert!(sound.0 == 16_000 && (990.0..1010.0).contains(&hertz), "{format}: {hertz} Hz");
        assert!((-21.5..-18.5).contains(&decibels), "{format}: {decibels} dB");
    }
    assert_eq!(ada.get(&board).json(200)["name_sound"], true);
    assert_eq!(ada.get(&board).json(200)["music_sound"], false);
}

#[test]
fn it_comes_into_the_folder_of_the_pbx_and_goes_again() {
    let world = World::new("folder");
    let ada = world.account("ada", AccountRole::Owner);
    let board = meeting(&ada);
    let path = format!("{board}/sounds/music");
    assert_eq!(ada.get(&path).refused(404).0, "missing");
    assert_eq!(ada.delete(&path).refused(404).0, "missing");
    put(&ada, &path, TONES[1].1).json(200);
    let folder = &world.pbx.sounds;
    let until = Instant::now() + PATIENCE;
    let wait = |what: &str, is_so: &dyn Fn() -> bool| {
        while !is_so() {
            assert!(Instant::now() < until, "in vain: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait("both rates", &|| count(folder) == 2 && count(&folder.join("16000")) == 1);
    let file = |ending: &str| {
        let mut paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|found| found == ending)).unwrap()
    };
    for (ending, rate) in [("wav", 8000), ("wav16", 16_000)] {
        let sound = samples(&std::fs::read(file(ending)).unwrap());
        let (hertz, decibels) = heard(&sound);
        assert!(sound.0 == rate && (990.0..1010.0).contains(&hertz), "{ending}: {hertz} Hz");
        assert!((-27.5..-24.5).contains(&decibels), "{ending}: {decibels} dB");
    }
    // The room of the conference plays it by its name there.
    let stem = file("wav").with_extension("").to_str().unwrap().to_owned();
    let id = conclave::directory::ConferenceId(board.rsplit('/').next().unwrap().parse().unwrap());
    let settings = world.desk(move |desk| Ok(desk.reach(id)?.unwrap().room_settings(desk.now())));
    assert!(settings.contains(&("music_file".into(), stem)), "{settings:?}");
    // A change of something else keeps it, a copy has it too, and when both are without it the files go.
    let version = ada.get(&board).json(200)["version"].clone();
    let kept = ada.put(&board, json!({"kind": "meeting", "version": version})).json(200);
    assert_eq!(kept["music_sound"], true);
    let copied = ada.send("POST", &format!("{board}/copy"), None, b"").json(201);
    assert_eq!(copied["music_sound"], true);
    assert_eq!(ada.delete(&path).status, 204);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(count(folder), 2);
    assert_eq!(ada.delete(&format!("/conferences/{}/sounds/music", copied["id"])).status, 204);
    wait("nothing", &|| count(folder) == 0);
    assert_eq!(ada.get(&board).json(200)["music_sound"], false);
}

#[test]
fn what_is_no_audio_is_refused_with_words_and_leaves_nothing() {
    let world = World::new("no-audio");
    let ada = world.account("ada", AccountRole::Owner);
    let board = meeting(&ada);
    let path = format!("{board}/sounds/name");
    let wav = TONES[0].1;
    let mut claims = wav[..60].to_vec();
    claims[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    claims[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    let zip = [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], &[0xff; 40]].concat();
    let flac = &TONES[2].1[..40];
    let mut mp4 = b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom\xff\xff\xff\xffmoov".to_vec();
    mp4.extend([0xff; 64]);
    let text = "This is a letter. ".repeat(1000);
    let opus = [&TONES[7].1[..60], &[7; 500]].concat();
    for (what, file) in [
        ("nothing", &b""[..]),
        ("a text", text.as_bytes()),
        ("a script", b"#!/bin/sh\nrm -rf /\n"),
        ("an archive", &zip),
        ("a head without music", &wav[..44]),
        ("a head that claims 4 GB", &claims),
        ("a broken FLAC", flac),
        ("a broken MP4", &mp4),
        ("a broken Opus", &opus),
        ("zeros", &[0; 100_000]),
        ("ones", &[0xff; 100_000]),
    ] {
        let answer = put(&ada, &path, file);
        assert_eq!(answer.refused(422).1, ["body"], "{what}");
        assert!(answer.text().contains("udio") || answer.text().contains("no sound"), "{what}: {}", answer.text());
    }
    assert_eq!(ada.get(&board).json(200)["version"], 1);
    assert_eq!(count(&world.pbx.sounds), 0);
    assert!(world.desk(|desk| desk.sounds_in_use()).is_empty());
    let large = vec![0; (20 << 20) + 1];
    assert_eq!(put(&ada, &path, &large).refused(413).0, "too_large");
    let text = ada.send("PUT", &path, Some("text/html"), wav);
    assert_eq!(text.refused(415).0, "wrong_type");
}

#[test]
fn what_lasts_too_long_is_refused_before_it_is_decoded() {
    let world = World::new("bomb");
    let ada = world.account("ada", AccountRole::Owner);
    let path = format!("{}/sounds/name", meeting(&ada));
    // 8 kHz of one byte a sample: 41 minutes in 19 MB.
    let mut wav = b"RIFF\0\0\x40\x01WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data".to_vec();
    wav.extend((19u32 << 20).to_le_bytes());
    wav.resize(44 + (19 << 20), 0x90);
    let answer = put(&ada, &path, &wav);
    assert_eq!(answer.refused(422).1, ["body"]);
    assert!(answer.text().contains("longer than 10 minutes"), "{}", answer.text());
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let world = World::new("tricks");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let bob = world.account("bob", AccountRole::Owner);
    let board = meeting(&ada);
    for which in ["..", "%2e%2e", "name%2f..%2f..", "Name", "name.wav", "%00"] {
        let answer = put(&ada, &format!("{board}/sounds/{which}"), TONES[0].1);
        assert!([404, 405].contains(&answer.status), "{which}: {}", answer.status);
    }
    // Files of the PBX are named by the provider only, and uploads by nobody who has not uploaded them.
    let import = |who: &Client, column: &str, file: &str| {
        let text = format!("name,{column}\nTrick,{file}\n");
        who.send("POST", "/conferences/import?format=csv", Some("text/csv"), text.as_bytes())
    };
    let mailbox = "/var/spool/asterisk/voicemail/default/201/INBOX/msg0000";
    assert_eq!(import(&ada, "name_file", mailbox).refused(422).1, ["line 2, name_file"]);
    assert_eq!(import(&ada, "music_file", "upload:../../etc/passwd").refused(422).1, ["line 2, music_file"]);
    assert_eq!(
        import(&provider, "name_file", &format!("upload:{}", "0".repeat(32))).refused(422).1,
        ["line 2, name_file"]
    );
    assert_eq!(import(&provider, "name_file", mailbox).json(200)["created"], 1);
    // What is another's is not there.
    let path = format!("{board}/sounds/name");
    for answer in [bob.get(&path), put(&bob, &path, TONES[0].1), bob.delete(&path)] {
        assert_eq!(answer.refused(404).0, "missing");
    }
    let eve = world.account("eve", AccountRole::Operator);
    for answer in [eve.get(&path), put(&eve, &path, TONES[0].1), eve.delete(&path)] {
        assert_eq!(answer.refused(403).0, "forbidden");
    }
}
