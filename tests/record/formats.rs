//! Each kind of file has what was said, as other programs read it.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::common::{FORMATS, Studio, level, played, tone};
use conclave::audio::SampleRate;
use conclave::record::Format;

#[test]
fn linear_kinds_keep_every_sample() {
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        for format in [Format::Wav, Format::Flac] {
            let mut studio = Studio::new("linear", rate);
            let path = studio.record(1, format, rate, false);
            let said = tone(rate, rate.samples_in_ms(1300));
            studio.say(&said);
            assert_eq!(studio.stop(1), Duration::from_millis(1300));
            let (found, heard) = played(&path);
            assert_eq!(found, rate.hz(), "{format:?}");
            assert!(heard == said, "{rate:?} {format:?}: {} of {}", heard.len(), said.len());
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o137, 0);
        }
    }
}

#[test]
fn opus_has_the_same_length_and_level() {
    for rate in SampleRate::ALL {
        let mut studio = Studio::new("opus", rate);
        let path = studio.record(1, Format::Opus, rate, false);
        studio.say(&tone(rate, rate.samples_in_ms(1900)));
        assert_eq!(studio.stop(1), Duration::from_millis(1900));
        let (found, heard) = played(&path);
        let expected = if rate == SampleRate::Hz32000 { 48_000 } else { rate.hz() };
        assert_eq!(found, expected);
        assert_eq!(heard.len() as u32, expected * 19 / 10);
        let heard = level(&heard[heard.len() / 4..]);
        assert!((heard - 11_314.0).abs() < 600.0, "{rate:?}: {heard}");
    }
}

#[test]
fn a_tap_of_any_rate_fills_a_file_of_any_rate() {
    for (tap, file) in [(SampleRate::Hz8000, SampleRate::Hz16000), (SampleRate::Hz48000, SampleRate::Hz8000)] {
        for format in FORMATS {
            let mut studio = Studio::new("rates", tap);
            let path = studio.record(1, format, file, false);
            studio.say(&tone(tap, tap.samples_in_ms(1000)));
            assert_eq!(studio.stop(1), Duration::from_secs(1));
            let (found, heard) = played(&path);
            assert_eq!((found, heard.len()), (file.hz(), file.hz() as usize));
            let heard = level(&heard[heard.len() / 4..]);
            assert!((heard - 11_314.0).abs() < 600.0, "{tap:?} {file:?} {format:?}: {heard}");
        }
    }
}

#[test]
fn nothing_is_a_file_without_samples() {
    for format in FORMATS {
        let mut studio = Studio::new("nothing", SampleRate::Hz16000);
        let path = studio.record(1, format, SampleRate::Hz16000, false);
        assert_eq!(studio.stop(1), Duration::ZERO);
        if format != Format::Opus {
            assert_eq!(played(&path), (16_000, vec![]));
        }
        assert!(path.metadata().unwrap().len() < 1000);
    }
}

#[test]
fn dropping_the_recorder_completes_all_files() {
    let rate = SampleRate::Hz16000;
    let mut studio = Studio::new("dropped", rate);
    let paths: Vec<_> = (1..).zip(FORMATS).map(|(id, format)| studio.record(id, format, rate, false)).collect();
    let said = tone(rate, rate.samples_in_ms(500));
    studio.say(&said);
    studio.recorder = None;
    for (id, path) in (1..).zip(paths) {
        assert_eq!(studio.ended(id), Duration::from_millis(500));
        assert_eq!(played(&path).1.len(), said.len());
    }
}
