//! Our Opus is understood by others, and heeds what they ask for.

#![cfg(feature = "opus")]

use std::f64::consts::TAU;

use conclave::audio::SampleRate;
use conclave::codec::{self, opus::Wishes};
use conclave::engine::Coded;
use conclave_rig::{Codec, listen};

/// A voice, then noise, then silence, then a tone at full scale.
fn test_signal(rate: SampleRate) -> Vec<i16> {
    let hz = f64::from(rate.hz());
    let mut noise = 1_u32;
    (0..rate.samples_in_ms(4_000))
        .map(|at| {
            let time = at as f64 / hz;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = match time as usize {
                0 => (1..12).map(|n| (TAU * 150.0 * f64::from(n) * time).sin()).sum::<f64>() * 2_000.0,
                1 => f64::from(noise >> 16) - 32_768.0,
                2 => 0.0,
                _ => 32_767.0 * (TAU * 1_000.0 * time).sin(),
            };
            value.clamp(-32_768.0, 32_767.0) as i16
        })
        .collect()
}

/// A tone through our encoder and somebody else's decoder.
fn tone_through(coded: Coded, hertz: f64) -> (Vec<i16>, usize) {
    let mut encoder = codec::encoder(coded).unwrap();
    let mut decoder = if coded.stereo { Codec::OpusStereo.decoder() } else { Codec::Opus.decoder() };
    let tick = coded.rate.samples_per_tick();
    let (mut heard, mut bytes) = (Vec::new(), 0);
    for n in 0..100 {
        let sine = |at: usize| (8_000.0 * (TAU * hertz * at as f64 / f64::from(coded.rate.hz())).sin()) as i16;
        let mut samples: Vec<_> = (n * tick..(n + 1) * tick).map(sine).collect();
        if coded.stereo {
            samples = samples.iter().flat_map(|s| [*s, 0]).collect();
        }
        let mut payload = [0; 1400];
        let length = encoder.encode(&samples, &mut payload);
        decoder.decode(&payload[..length], &mut heard);
        bytes += length;
    }
    (heard, bytes)
}

#[test]
fn opus_is_heard_as_it_was_said_at_all_rates() {
    for plays in [8_000, 12_000, 16_000, 24_000, 48_000] {
        let wishes = Wishes { plays, records: plays, ..Wishes::default() };
        let (heard, _) = tone_through(wishes.coded(), 700.0);
        let level = listen::tone_level(&heard[48_000..], 48_000, 700.0);
        assert!((level - 20.0 * (8_000_f64 / 32_767.0).log10()).abs() < 1.0, "{plays}: {level}");
    }
}

#[test]
fn two_channels_stay_two() {
    let (heard, _) = tone_through(Wishes { stereo: true, ..Wishes::default() }.coded(), 700.0);
    let side = |side: usize| heard[96_000..].iter().skip(side).step_by(2).copied().collect::<Vec<_>>();
    let [left, right] = [0, 1].map(|n| listen::tone_level(&side(n), 48_000, 700.0));
    assert!(left > -14.0 && right < -35.0, "{left} {right}");
}

#[test]
fn a_limit_of_the_bit_rate_is_kept() {
    let bytes = |most_bits| tone_through(Wishes { most_bits, ..Wishes::default() }.coded(), 700.0).1;
    // Of two seconds.
    assert!(bytes(Some(12_000)) < 3_300, "{}", bytes(Some(12_000)));
    assert!(bytes(None) > 2 * bytes(Some(12_000)));
    assert_eq!(Wishes::default().coded(), Wishes { most_bits: Some(510_000), ..Wishes::default() }.coded());
}

#[test]
fn silence_is_not_sent_to_who_says_so() {
    let mut encoder = codec::encoder(Wishes { spares: true, ..Wishes::default() }.coded()).unwrap();
    let mut payload = [0; 1400];
    let lengths: Vec<_> = (0..100).map(|_| encoder.encode(&[0; 960], &mut payload)).collect();
    assert!(lengths[50..].iter().filter(|length| **length > 0).count() <= 4, "{lengths:?}");
}

#[test]
fn a_lost_packet_is_made_up_from_the_next_one() {
    let coded = Wishes { corrects: true, plays: 16_000, records: 16_000, ..Wishes::default() }.coded();
    let mut encoder = codec::encoder(coded).unwrap();
    // What libopus takes for speech.
    let swell = |at: usize| 0.5 + 0.5 * (TAU * 3.0 * at as f64 / 16_000.0).sin();
    let tone = test_signal(SampleRate::Hz16000)[..16_000].to_vec();
    let signal: Vec<_> = tone.iter().enumerate().map(|(at, s)| (f64::from(*s) * swell(at)) as i16).collect();
    let payloads: Vec<_> = signal
        .chunks(320)
        .take(50)
        .map(|tick| {
            let mut payload = [0; 1400];
            let length = encoder.encode(tick, &mut payload);
            payload[..length].to_vec()
        })
        .collect();
    // Every tenth is lost. How much the result differs from what comes of all of them, with the next packet's help
    // and without.
    let decode = |lose: bool, helps: bool| {
        let mut decoder = codec::decoder(coded).unwrap();
        let mut heard = Vec::new();
        for (n, payload) in payloads.iter().enumerate() {
            let mut tick = [0; 320];
            if lose && n % 10 == 9 {
                let next = payloads.get(n + 1).map(Vec::as_slice).filter(|_| helps);
                assert!(decoder.conceal(next, &mut tick));
            } else {
                assert_eq!(decoder.decode(payload, &mut tick), 320);
            }
            heard.extend(tick);
        }
        heard
    };
    let whole = decode(false, false);
    let error = |heard: Vec<i16>| {
        let squares = heard.iter().zip(&whole).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
        squares.sum::<f64>()
    };
    let (with, without) = (error(decode(true, true)), error(decode(true, false)));
    assert!(with < without * 0.9, "{with:.0} {without:.0}");
}
