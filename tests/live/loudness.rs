//! Who whispers and who shouts are heard alike, noise behind a voice goes, and the console knows who speaks.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{PATIENCE, call, complaints, wait_console, wait_members, with_conclave};
use conclave_rig::{Caller, Pbx, Sound};

const CONF: &str = "\
[8000]
type = room
level = yes
quiet = yes
[8001]
type = room
quiet = yes
[8002]
type = room
quiet = yes
comfort_noise = -50
";

/// Words as Debian's prompts have them, at this level in dBFS while they sound.
fn words(pbx: &Pbx, dbfs: f64) -> Vec<i16> {
    let prompts = ["confbridge-rest-list-vol-in", "vm-forward-multiple", "conf-adminmenu-18"];
    let recorded = prompts.map(|name| pbx.prompt(name).unwrap().recorded().to_vec());
    let all: Vec<i16> = recorded.concat();
    let gain = 10f64.powf((dbfs - talk_level(&all)) / 20.0);
    all.iter().map(|s| (f64::from(*s) * gain).clamp(-32_768.0, 32_767.0) as i16).collect()
}

/// The level of those 20 ms that are within 16 dB of the loudest: of the talk without its pauses.
fn talk_level(samples: &[i16]) -> f64 {
    let mut powers: Vec<f64> = samples.chunks_exact(160).map(power).collect();
    powers.sort_by(f64::total_cmp);
    // Of the loudest, not the very loudest: one tick that clips says nothing.
    let least = powers[powers.len() * 19 / 20] / 40.0;
    let talk: Vec<f64> = powers.into_iter().filter(|power| *power > least).collect();
    10.0 * (talk.iter().sum::<f64>() / talk.len() as f64).log10()
}

/// The level of the softest fifth of what was heard: of the noise in the gaps between words.
fn gap_level(samples: &[i16]) -> f64 {
    let mut powers: Vec<f64> = samples.chunks_exact(160).map(power).collect();
    powers.sort_by(f64::total_cmp);
    let softest = &powers[..powers.len() / 5];
    10.0 * (softest.iter().sum::<f64>() / softest.len() as f64).max(1e-10).log10()
}

/// Against full scale.
fn power(samples: &[i16]) -> f64 {
    samples.iter().map(|s| (f64::from(*s) / 32_768.0).powi(2)).sum::<f64>() / samples.len() as f64
}

/// What a listener hears of the last seconds of a talker who says this over and over.
fn hear(talker: &Caller, listener: &Caller, says: &[i16], seconds: u64) -> Vec<i16> {
    talker.say(Sound::samples(8_000, says).looped());
    sleep(Duration::from_secs(seconds));
    let heard = listener.heard_last(Duration::from_secs(6));
    talker.say(Sound::Silence);
    sleep(Duration::from_secs(1));
    heard
}

#[test]
fn a_whisper_and_a_shout_are_levelled_and_the_console_tells_who_spoke() {
    let pbx = with_conclave("loudness-level", CONF).start().unwrap();
    let mut events = pbx.events().unwrap();
    let callers = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8000"));
    wait_members(&pbx, "8000", 3);
    let [alice, bob, carol] = &callers;
    sleep(Duration::from_secs(1));
    let (whisper, shout) = (words(&pbx, -45.0), words(&pbx, -10.0));
    assert!((talk_level(&whisper) + 45.0).abs() < 1.0 && (talk_level(&shout) + 10.0).abs() < 2.0);
    let whispered = talk_level(&hear(alice, carol, &whisper, 13));
    let shouted = talk_level(&hear(bob, carol, &shout, 10));
    assert!((whispered - shouted).abs() < 4.0, "{whispered:.1} and {shouted:.1} dBFS");

    // As they came, once it is switched off.
    let said = pbx.cli("conclave level 8000 all off").unwrap();
    assert!(said.contains("3 members of room 8000"), "{said}");
    let shouted = talk_level(&hear(bob, carol, &shout, 7));
    assert!((shouted + 10.0).abs() < 2.5, "{shouted:.1} dBFS");
    let whispered = talk_level(&hear(alice, carol, &whisper, 7));
    assert!((whispered + 45.0).abs() < 2.5, "{whispered:.1} dBFS");

    let shown = wait_console(&pbx, "conclave show room 8000", "Spoke last");
    assert!(shown.contains("Spoke last, the latest first: 1, 2"), "{shown}");
    let mut speakers = Vec::new();
    for _ in 0..3 {
        let event = events.wait("Speaker", PATIENCE, |_| true).unwrap();
        speakers.push(event.get("Member").unwrap_or_default().to_owned());
    }
    assert_eq!(speakers, ["1", "2", "1"]);
    assert_eq!(complaints(&pbx), Vec::<String>::new());
}

#[test]
fn noise_behind_a_voice_goes() {
    let pbx = with_conclave("loudness-denoise", CONF).start().unwrap();
    let callers = ["alice", "bob"].map(|name| call(&pbx, name, "8001"));
    wait_members(&pbx, "8001", 2);
    let [alice, bob] = &callers;
    sleep(Duration::from_secs(1));
    let mut seed = 1u32;
    let noisy: Vec<i16> = words(&pbx, -23.0)
        .into_iter()
        .map(|sample| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // -40 dBFS.
            sample.saturating_add(((f64::from(seed >> 8) / f64::from(1 << 23) - 1.0) * 567.0) as i16)
        })
        .collect();
    let before = hear(alice, bob, &noisy, 8);
    let said = pbx.cli("conclave denoise 8001 1 on").unwrap();
    assert!(said.contains("Member 1 of room 8001"), "{said}");
    let after = hear(alice, bob, &noisy, 8);
    let (noise, talk) = (gap_level(&before) - gap_level(&after), talk_level(&before) - talk_level(&after));
    assert!(noise > 12.0, "{noise:.1} dB less noise in the gaps");
    assert!(talk.abs() < 2.0, "the voice is {talk:.1} dB softer");
    let shown = pbx.cli("conclave show room 8001").unwrap();
    assert!(shown.contains("denoised"), "{shown}");
    assert_eq!(complaints(&pbx), Vec::<String>::new());
}

#[test]
fn comfort_noise_does_not_pump_and_hum_is_no_talk() {
    let pbx = with_conclave("loudness-noise", CONF).start().unwrap();
    let callers = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8002"));
    wait_members(&pbx, "8002", 3);
    let [alice, bob, carol] = &callers;
    // A hum of -45 dBFS on a line, and words of another.
    alice.say(Sound::tone(100.0, -42.0));
    sleep(Duration::from_secs(5));
    let shown = pbx.cli("conclave show room 8002").unwrap();
    assert!(!shown.contains("talking"), "{shown}");
    let since = Instant::now();
    for _ in 0..3 {
        bob.say(Sound::samples(8_000, &words(&pbx, -23.0)[..24_000]));
        bob.wait_said(PATIENCE).unwrap();
        bob.say(Sound::Silence);
        sleep(Duration::from_secs(2));
    }
    let heard = carol.heard_since(since);
    // Wherever nobody talks there is the noise, no more and no less.
    let soft: Vec<f64> = heard.chunks_exact(800).map(|piece| 10.0 * power(piece).max(1e-10).log10()).collect();
    let lowest = soft.iter().copied().fold(0.0, f64::min);
    assert!((-54.0..-46.0).contains(&lowest), "{lowest:.1} dBFS at the softest");
    assert_eq!(complaints(&pbx), Vec::<String>::new());
}
