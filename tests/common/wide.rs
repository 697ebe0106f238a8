//! Sounds at two rates, of which the better one has a tone more.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use conclave_rig::pbx::workspace;
use conclave_rig::wav;

use super::LEVEL;

/// In every file.
pub const LOW: f64 = 1_490.0;
/// In its place after a while.
pub const LATER: f64 = 1_810.0;
/// Only where there is wide band.
pub const HIGH: f64 = 5_010.0;

/// A folder with one sound, `tone`, at 8 and at 16 kHz, as each PBX looks for both: [`LOW`] at the beginning, then
/// [`LATER`], for a minute in all or, without a beginning, for four seconds.
pub fn wide_folder(name: &str, beginning: Duration) -> PathBuf {
    let folder = workspace().join(format!("target/live/sources-{name}"));
    // Asterisk tells rates by the ending, FreeSWITCH by the folder.
    for (rate, places) in [(8_000, ["tone.wav", "8000/tone.wav"]), (16_000, ["tone.wav16", "16000/tone.wav"])] {
        let length = if beginning.is_zero() { 4 } else { 60 };
        let sample = |at: u32| {
            let time = f64::from(at) / f64::from(rate);
            let low = if time < beginning.as_secs_f64() { LOW } else { LATER };
            let sine = |hertz: f64| 32_767.0 * 10_f64.powf(LEVEL / 20.0) * (std::f64::consts::TAU * hertz * time).sin();
            (sine(low) + if rate > 8_000 { sine(HIGH) } else { 0.0 }) as i16
        };
        let samples: Vec<i16> = (0..length * rate).map(sample).collect();
        for place in places {
            let file = folder.join(place);
            fs::create_dir_all(file.parent().expect("a file is in a folder")).unwrap();
            wav::write(file, rate, &samples).unwrap();
        }
    }
    folder
}
