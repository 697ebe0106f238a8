//! A recorded name is cut, levelled and faded.

mod voice {
    pub fn speech(ms: usize, level: f32) -> Vec<i16> {
        // Syllables of a voice, with the pauses between them.
        (0..ms * 8)
            .map(|i| {
                let syllable = if i / 8 % 250 < 200 { 1.0 } else { 0.0 };
                let time = i as f32 / 8000.0 * std::f32::consts::TAU;
                ((time * 150.0).sin() * syllable * level * 32_768.0 * 2f32.sqrt()) as i16
            })
            .collect()
    }
}

use conclave::audio::SampleRate;
use conclave::record::trim;
use voice::speech;

const RATE: SampleRate = SampleRate::Hz8000;

fn between(before_ms: usize, speech: &[i16], after_ms: usize) -> Vec<i16> {
    let mut samples = vec![5; before_ms * 8];
    samples.extend(speech);
    samples.extend(vec![-5; after_ms * 8]);
    samples
}

fn decibels(samples: &[i16]) -> f32 {
    let sum: f64 = samples.iter().map(|s| (f64::from(*s) / 32_768.0).powi(2)).sum();
    (10.0 * (sum / samples.len() as f64).log10()) as f32
}

#[test]
fn silence_is_cut_off_at_both_ends_and_kept_within() {
    let clip = trim(&between(1000, &speech(1200, 0.08), 700), RATE).unwrap();
    assert_eq!(clip.rate, RATE);
    // The last 50 ms of the speech are a pause; some is kept before and after.
    let ms = clip.samples.len() / 8;
    assert!((1200..1400).contains(&ms), "{ms}");
    assert_eq!(clip.samples[0], 0);
    assert_eq!(*clip.samples.last().unwrap(), 0);
    assert!(clip.samples.windows(2).all(|w| (i32::from(w[0]) - i32::from(w[1])).abs() < 2500));
}

#[test]
fn the_level_is_that_of_the_prompts() {
    for level in [0.01, 0.03, 0.079, 0.3] {
        let clip = trim(&between(300, &speech(900, level), 300), RATE).unwrap();
        let spoken: Vec<i16> = clip.samples.chunks(80).filter(|b| decibels(b) > -40.0).flatten().copied().collect();
        assert!((decibels(&spoken) + 22.0).abs() < 1.5, "{level}: {}", decibels(&spoken));
    }
    // At most 20 dB more.
    let clip = trim(&between(300, &speech(900, 0.004), 300), RATE).unwrap();
    let spoken: Vec<i16> = clip.samples.chunks(80).filter(|b| decibels(b) > -40.0).flatten().copied().collect();
    assert!((decibels(&spoken) + 28.0).abs() < 1.5, "{}", decibels(&spoken));
}

#[test]
fn a_loud_word_is_not_clipped() {
    let mut samples = between(300, &speech(900, 0.01), 300);
    samples[400 * 8..410 * 8].fill(20_000);
    let clip = trim(&samples, RATE).unwrap();
    assert!(clip.samples.iter().filter(|s| **s == i16::MAX).count() < 30);
}

#[test]
fn hardly_any_speech_is_none() {
    let mut click = vec![0; 16_000];
    click[8000..8160].fill(20_000);
    let cases = [vec![], vec![0; 16_000], vec![60; 16_000], click, between(500, &speech(200, 0.1), 500)];
    for (n, samples) in cases.iter().enumerate() {
        assert_eq!(trim(samples, RATE), None, "case {n}");
    }
    assert!(trim(&between(500, &speech(400, 0.1), 500), RATE).is_some());
}

#[test]
fn a_click_before_the_name_is_not_its_beginning() {
    let mut samples = between(1000, &speech(700, 0.1), 300);
    samples[800..900].fill(9000);
    let clip = trim(&samples, RATE).unwrap();
    assert!(clip.samples.len() < 900 * 8, "{}", clip.samples.len() / 8);
}

#[test]
fn speech_from_edge_to_edge_is_faded_in_and_out() {
    let clip = trim(&speech(400, 0.1), RATE).unwrap();
    assert_eq!(clip.samples.len(), 3200);
    assert_eq!(clip.samples[0], 0);
}
