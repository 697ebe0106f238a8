//! Who hears whom, and who was told what.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use conclave_rig::pbx::workspace;
use conclave_rig::{Caller, Pbx, Sound, listen, wav};

use super::{LEVEL, prompt_match, wait_prompt, wait_until};

/// Callers with a tone of each one's own.
pub type Voices<'a> = [(&'a Caller, f64)];

/// Lets each say his tone.
pub fn speak(voices: &Voices<'_>) {
    for (caller, hertz) in voices {
        caller.say(Sound::tone(*hertz, LEVEL));
    }
}

/// Lets all say nothing, and waits until it is heard that they do not.
pub fn fall_silent(voices: &Voices<'_>) {
    let tones: Vec<f64> = voices.iter().map(|(_, own)| *own).collect();
    for (caller, _) in voices {
        caller.say(Sound::Silence);
    }
    for (caller, _) in voices {
        wait_hears_just(caller, &tones, &[]);
    }
}

/// Waits until a caller has heard all of these prompts since a moment.
pub fn wait_told(pbx: &Pbx, caller: &Caller, since: Instant, names: &[&str]) {
    for name in names {
        wait_prompt(pbx, caller, since, name);
    }
}

/// Asserts that a caller has not heard a prompt since a moment.
pub fn assert_not_told(pbx: &Pbx, caller: &Caller, since: Instant, name: &str) {
    let found = prompt_match(pbx, &caller.heard_since(since), name);
    assert!(found < 0.75, "{} heard {name} (correlation {found:.2})", caller.name());
}

/// Waits until a caller hears just these of several tones, each as loud as it was said.
pub fn wait_hears_just(caller: &Caller, tones: &[f64], these: &[f64]) {
    let mut levels = Vec::new();
    let right = wait_until(|| {
        let heard = caller.heard_last(Duration::from_millis(500));
        levels = listen::tones_heard(&heard, caller.rate(), tones);
        tones.iter().zip(&levels).all(|(tone, level)| match these.contains(tone) {
            true => (level - LEVEL).abs() < 2.0,
            false => *level < -45.0,
        })
    });
    let heard: Vec<_> = tones.iter().zip(&levels).map(|(hertz, level)| format!("{hertz} Hz at {level:.1}")).collect();
    assert!(right, "{} hears {}, not just {these:?} Hz", caller.name(), heard.join(", "));
}

/// Waits until everybody hears the others' tones, and of several tones no other.
pub fn wait_all_hear_each_other(voices: &Voices<'_>, tones: &[f64]) {
    for (caller, own) in voices {
        let others: Vec<f64> = voices.iter().map(|(_, hertz)| *hertz).filter(|hertz| hertz != own).collect();
        wait_hears_just(caller, tones, &others);
    }
}

/// A folder that holds nothing but `tone.wav`: two seconds of a tone that can follow itself without a seam.
pub fn tone_folder(hertz: u32) -> PathBuf {
    let folder = workspace().join(format!("target/live/tone-{hertz}"));
    let file = folder.join("tone.wav");
    if !file.is_file() {
        let peak = 32_767.0 * 10_f64.powf(LEVEL / 20.0);
        let step = std::f64::consts::TAU * f64::from(hertz) / 8_000.0;
        let samples: Vec<i16> = (0..16_000).map(|at| (peak * (step * f64::from(at)).sin()) as i16).collect();
        fs::create_dir_all(&folder).unwrap();
        // Another story may be making it too, in this process or another.
        let thread = std::thread::current().id();
        let own = workspace().join(format!("target/live/tone-{hertz}-{}-{thread:?}", std::process::id()));
        wav::write(&own, 8_000, &samples).unwrap();
        fs::rename(own, file).unwrap();
    }
    folder
}
