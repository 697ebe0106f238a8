//! What others do is not heard as a click by who listens: coming, going, mutes, announcements.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::click::{loudest_edge, usual_edge};
use crate::common::{
    LEVEL, assert_nothing_is_left, call, member_line, wait_members, wait_silent, wait_tone, wait_until, with_conclave,
};
use conclave_rig::pbx::workspace;
use conclave_rig::{Caller, Codec, Pbx, Sound, wav};

const ALICE: f64 = 410.0;
const BOB: f64 = 620.0;
/// The announcement's.
const NEWS: f64 = 530.0;

#[test]
fn nothing_that_others_do_clicks_in_a_steady_tone() {
    let pbx = start("clicks-tone");
    let (alice, carol) = (wide(&pbx, "alice"), wide(&pbx, "carol"));
    let (bob, dave) = (call(&pbx, "bob", "8000"), call(&pbx, "dave", "8000"));
    wait_members(&pbx, "8000", 4);
    [&carol, &dave].into_iter().for_each(wait_silent);
    alice.say(Sound::tone(ALICE, LEVEL));
    bob.say(Sound::tone(BOB, LEVEL));
    let listeners = [&alice, &carol, &dave];
    for listener in &listeners[1..] {
        wait_tone(listener, ALICE, LEVEL);
        wait_tone(listener, BOB, LEVEL);
    }
    let console = |command: String| drop(pbx.cli(&format!("conclave {command}")).unwrap());
    let usual = || {
        sleep(REFERENCE);
        listeners.map(|caller| usual_edge(&caller.heard_last(REFERENCE), caller.rate()))
    };
    let steady = usual();
    // A tone more is louder, and so is the noise that G.711 adds to it.
    console(format!("play 8000 {}", news("long", 2 * REFERENCE)));
    listeners.iter().for_each(|listener| wait_tone(listener, NEWS, LEVEL));
    let with_news = usual();
    sleep(REFERENCE);
    let number = number_of(&pbx, "bob");
    let news = news("news", Duration::from_millis(500));

    let deeds: [(&str, &dyn Fn()); 6] = [
        ("somebody comes and goes", &|| {
            let eve = call(&pbx, "eve", "8000");
            wait_members(&pbx, "8000", 5);
            eve.hang_up().unwrap();
            wait_members(&pbx, "8000", 4);
        }),
        ("a talker is muted", &|| console(format!("mute 8000 {number}"))),
        ("a talker is unmuted", &|| console(format!("unmute 8000 {number}"))),
        ("a talker is made quieter and as loud as before", &|| {
            console(format!("volume 8000 {number} talk -6"));
            sleep(Duration::from_millis(200));
            console(format!("volume 8000 {number} talk 0"));
        }),
        ("an announcement begins and ends", &|| console(format!("play 8000 {news}"))),
        ("announcements follow each other", &|| console(format!("play 8000 {news}&{news}"))),
    ];
    for (deed, act) in deeds {
        // What a busy machine does to one of them is no matter; what is heard of most is.
        let mut edges = [const { Vec::new() }; 3];
        let steady = if deed.contains("announcement") { with_news } else { steady };
        for _ in 0..3 {
            let began = Instant::now();
            act();
            sleep(Duration::from_millis(1200));
            for (edges, (caller, steady)) in edges.iter_mut().zip(listeners.into_iter().zip(steady)) {
                edges.push(loudest_edge(&caller.heard_since(began), caller.rate()) - steady);
            }
            if deed.ends_with(" muted") {
                console(format!("unmute 8000 {number}"));
                sleep(Duration::from_millis(500));
            }
            if deed.ends_with("unmuted") {
                console(format!("mute 8000 {number}"));
                sleep(Duration::from_millis(500));
            }
        }
        console(format!("unmute 8000 {number}"));
        sleep(Duration::from_millis(300));
        for (edges, caller) in edges.iter_mut().zip(listeners) {
            edges.sort_by(f64::total_cmp);
            eprintln!("{deed}, heard by {}: {:+.1} dB, at most {:+.1}", caller.name(), edges[1], edges[2]);
            assert!(edges[1] < 3.0, "{} hears a click when {deed}: {edges:.1?} dB above what is steady", caller.name());
        }
    }
    drop((alice, bob, carol, dave));
    assert_nothing_is_left(&pbx);
}

/// What is said at 16 kHz reaches who hears it at 16 kHz sample for sample, whatever others do meanwhile.
#[test]
fn speech_passes_untouched_while_others_come_and_go() {
    let pbx = start("clicks-speech");
    let (alice, carol) = (wide(&pbx, "alice"), wide(&pbx, "carol"));
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 3);
    wait_silent(&carol);
    alice.say(voice().looped());
    sleep(Duration::from_secs(1));
    // What her call is delayed by settles first, which stretches what she says a little.
    let mut steady = 1.0;
    let settled = wait_until(|| {
        let from = Instant::now();
        sleep(Duration::from_secs(1));
        steady = changed(&carol.heard_since(from), &alice.said());
        steady < 0.05
    });
    assert!(settled, "{:.1} % of what alice said was changed though nothing happened", steady * 100.0);
    // It also does when a busy machine stumbles; what others do would be heard every time.
    let mut busy = 1.0;
    let untouched = (0..10).any(|_| {
        let from = Instant::now();
        for _ in 0..2 {
            let eve = call(&pbx, "eve", "8000");
            wait_members(&pbx, "8000", 4);
            pbx.cli("conclave mute 8000 3").unwrap();
            eve.hang_up().unwrap();
            wait_members(&pbx, "8000", 3);
            pbx.cli("conclave unmute 8000 3").unwrap();
            sleep(Duration::from_millis(500));
        }
        busy = changed(&carol.heard_since(from), &alice.said());
        busy < 0.05
    });
    assert!(untouched, "{:.1} % of what alice said was changed when others came and went", busy * 100.0);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

/// Of the packets that were heard, the part of which no like was said.
fn changed(heard: &[i16], said: &[i16]) -> f64 {
    const PACKET: usize = 320;
    const KEY: usize = 8;
    let mut places = std::collections::HashMap::<&[i16], Vec<usize>>::new();
    for (at, key) in said.windows(KEY).enumerate() {
        places.entry(key).or_default().push(at);
    }
    let packets: Vec<_> = heard.chunks_exact(PACKET).filter(|packet| packet.iter().any(|s| *s != 0)).collect();
    assert!(packets.len() > 40, "carol heard {} packets of speech", packets.len());
    let was_said = |packet: &[i16]| {
        let found = places.get(&packet[..KEY]).into_iter().flatten();
        found.into_iter().any(|at| said.get(*at..at + PACKET) == Some(packet))
    };
    packets.iter().filter(|packet| !was_said(packet)).count() as f64 / packets.len() as f64
}

/// Like speech in loudness, pitch and band, and without pauses, in which the line would be closed: pulses and a little
/// noise through a resonance that wanders.
fn voice() -> Sound {
    let (mut state, mut phase, mut one, mut two) = (1u32, 0.0, 0.0, 0.0);
    let samples: Vec<i16> = (0..16_000 * 4)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from((state >> 16) as i16) / 32_768.0;
            let time = f64::from(at) / 16_000.0;
            let turn = std::f64::consts::TAU * (700.0 + 300.0 * (5.0 * time).sin()) / 16_000.0;
            phase += (115.0 + 15.0 * (3.0 * time).sin()) / 16_000.0;
            let pulse = if phase >= 1.0 { 2.0 } else { 0.0 };
            phase = phase.fract();
            let next = pulse + 0.03 * noise + 1.9 * turn.cos() * one - 0.9025 * two;
            (two, one) = (one, next);
            (next * (1_500.0 + 700.0 * (17.0 * time).sin())).clamp(-20_000.0, 20_000.0) as i16
        })
        .collect();
    Sound::samples(16_000, samples)
}

/// An announcement that begins and ends as a careful speaker's does: without a click of its own.
fn news(name: &str, duration: Duration) -> String {
    let folder = workspace().join("target/live/clicks-news");
    std::fs::create_dir_all(&folder).unwrap();
    for (ending, rate) in [("wav", 8_000u32), ("wav16", 16_000)] {
        let length = rate * duration.as_millis() as u32 / 1000;
        let samples: Vec<i16> = (0..length)
            .map(|at| {
                let fade = (f64::from(at.min(length - 1 - at)) / f64::from(rate / 50)).min(1.0);
                let fade = 0.5 - 0.5 * (std::f64::consts::PI * fade).cos();
                let sine = (std::f64::consts::TAU * NEWS * f64::from(at) / f64::from(rate)).sin();
                (32_767.0 * 10_f64.powf(LEVEL / 20.0) * fade * sine) as i16
            })
            .collect();
        wav::write(folder.join(format!("{name}.{ending}")), rate, &samples).unwrap();
    }
    folder.join(name).display().to_string()
}

/// The number that a member has in the room.
fn number_of(pbx: &Pbx, name: &str) -> String {
    member_line(pbx, "8000", name).split_whitespace().next().expect("he is there").to_owned()
}

/// Calls the room with a telephone of 16 kHz.
fn wide(pbx: &Pbx, name: &str) -> Caller {
    let caller = Caller::new(name).codec(Codec::L16).call(pbx, "8000").unwrap();
    caller.wait_answer().unwrap();
    caller
}

fn start(name: &str) -> Pbx {
    let conf = "[8000]\ntype = room\narrivals = nothing\nonly_person = no\n";
    with_conclave(name, conf).start().unwrap()
}

/// So long nothing happens, to know what a line sounds like then.
const REFERENCE: Duration = Duration::from_secs(2);
