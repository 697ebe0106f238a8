//! Legs in forms that the engine does not know by itself: encoded once for all who hear the same.

use std::f64::consts::TAU;

use crate::common::Engine;
use conclave::audio::{Clip, Decibels, SampleRate};
use conclave::codec;
use conclave::engine::{self, Capacity, Coded, Coders, Decoder, Encoder, LegId, Target};
use conclave_rig::{Codec, listen};

const GSM: Coded = Coded { format: 0, rate: SampleRate::Hz8000, stereo: false };

/// One codec with a state that takes long to forget, one with little, and one with frames that stand for themselves.
fn forms() -> Vec<Coded> {
    let forms = [codec::G722, GSM];
    #[cfg(feature = "opus")]
    let forms = [forms[0], forms[1], codec::opus::Wishes::default().coded()];
    forms.to_vec()
}

/// What the rig's telephones code with, where we have nothing of our own.
struct Telephones;

fn codec_of(coded: Coded) -> Codec {
    match coded.rate {
        SampleRate::Hz8000 => Codec::Gsm,
        SampleRate::Hz16000 => Codec::G722,
        _ => Codec::Opus,
    }
}

impl Coders for Telephones {
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn Decoder>> {
        Some(if codec::is_own(coded) { codec::decoder(coded)? } else { Box::new(Decodes(Codec::Gsm.decoder())) })
    }

    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn Encoder>> {
        Some(if codec::is_own(coded) { codec::encoder(coded)? } else { Box::new(Encodes(Codec::Gsm.encoder())) })
    }
}

struct Decodes(conclave_rig::codec::Decoder);
struct Encodes(conclave_rig::codec::Encoder);

impl Decoder for Decodes {
    fn decode(&mut self, payload: &[u8], samples: &mut [i16]) -> usize {
        let mut decoded = Vec::new();
        self.0.decode(payload, &mut decoded);
        samples[..decoded.len()].copy_from_slice(&decoded);
        decoded.len()
    }
}

impl Encoder for Encodes {
    fn encode(&mut self, samples: &[i16], payload: &mut [u8]) -> usize {
        let mut encoded = Vec::new();
        self.0.encode(samples, &mut encoded);
        payload[..encoded.len()].copy_from_slice(&encoded);
        encoded.len()
    }
}

/// A telephone that decodes what a leg is sent, and what it has heard.
struct Listener {
    leg: LegId,
    decoder: conclave_rig::codec::Decoder,
    heard: Vec<i16>,
}

impl Listener {
    fn new(leg: LegId, coded: Coded) -> Listener {
        Listener { leg, decoder: codec_of(coded).decoder(), heard: Vec::new() }
    }

    fn hear(&mut self, engine: &mut Engine) {
        let payload = engine.payload(self.leg);
        self.decoder.decode(&payload, &mut self.heard);
    }
}

/// Something like a voice: many harmonics that swell and glide.
fn voice(rate: SampleRate, tick: usize) -> Vec<i16> {
    let length = rate.samples_per_tick();
    (tick * length..(tick + 1) * length)
        .map(|at| {
            let time = at as f64 / f64::from(rate.hz());
            let phase = TAU * (140.0 * time + 2.0 * (TAU * time * 1.3).sin());
            let sum: f64 = (1..12).map(|n| (phase * f64::from(n)).sin() / f64::from(n)).sum();
            (4_000.0 * sum * (0.6 + 0.4 * (TAU * 2.7 * time).sin())) as i16
        })
        .collect()
}

/// The same with the pause in it that a change of encoders waits for.
fn voice_with_a_pause(rate: SampleRate, tick: usize) -> Vec<i16> {
    if (100..110).contains(&tick) { vec![0; rate.samples_per_tick()] } else { voice(rate, tick) }
}

fn engine() -> Engine {
    let mut engine = Engine::new(1);
    engine.control.set_coders(Box::new(Telephones));
    engine
}

fn encodes(engine: &Engine) -> u64 {
    engine.control.stats().iter().map(|stats| stats.encodes.get()).sum()
}

/// One tick in which `talker` says something.
fn talk(engine: &mut Engine, talker: LegId, said: &[i16]) {
    engine.begin();
    engine.workers[0].feed_linear(talker, said, None);
    engine.finish();
}

/// The loudest 5 ms of what was heard and not said, from the second second on, against the mean of what was said, in dB.
fn errors(heard: &[i16], said: &[i16], rate: SampleRate) -> f64 {
    let from = rate.samples_in_ms(1_000);
    let power = |samples: &[f64]| samples.iter().map(|s| s * s).sum::<f64>() / samples.len() as f64;
    let error = |delay: usize| {
        let pairs = heard[from + delay..].iter().zip(&said[from..]);
        pairs.map(|(heard, said)| f64::from(*heard) - f64::from(*said)).collect::<Vec<_>>()
    };
    // Codecs delay.
    let delays = 0..rate.samples_in_ms(20);
    let likeness = |delay: &usize| {
        let pairs = heard[from + delay..].iter().zip(&said[from..]).step_by(7);
        pairs.take(5_000).map(|(heard, said)| i64::from(*heard) * i64::from(*said)).sum::<i64>()
    };
    let best = error(delays.max_by_key(likeness).unwrap());
    let loudest = best.chunks_exact(rate.samples_in_ms(5)).map(power).fold(0.0, f64::max);
    let mean = power(&said.iter().map(|s| f64::from(*s)).collect::<Vec<_>>());
    10.0 * (loudest / mean).log10()
}

#[test]
fn changing_between_the_shared_and_an_own_stream_is_not_heard() {
    for coded in forms() {
        let mut engine = engine();
        let room = engine.control.add_room().unwrap();
        let talker = engine.seated(0, engine::Codec::Linear(coded.rate), room);
        // The second so that the room has their rate.
        let legs = [0; 2].map(|_| engine.seated(0, engine::Codec::Coded(coded), room));
        let mut listeners = legs.map(|leg| Listener::new(leg, coded));
        let (mut said, mut heard_alone, mut shares, mut changes) = (Vec::new(), Vec::new(), true, Vec::new());
        let beep = Clip::tone(coded.rate, 600.0, 200, Decibels(-20.0));
        for tick in 0..400 {
            if tick > 50 && tick % 50 == 10 {
                engine.control.play(Target::Leg(legs[1]), beep.clone().into(), 1).unwrap();
                engine.events();
                heard_alone.resize(said.len(), 0);
                heard_alone.extend_from_slice(&beep.samples);
            }
            let before = encodes(&engine);
            // A pause each second.
            let voice = if tick % 50 < 35 { voice(coded.rate, tick) } else { vec![0; coded.rate.samples_per_tick()] };
            talk(&mut engine, talker, &voice);
            listeners.iter_mut().for_each(|listener| listener.hear(&mut engine));
            said.extend(voice);
            let now = encodes(&engine) - before == 1;
            if tick > 50 && now != shares {
                changes.push(tick);
            }
            shares = now;
        }
        heard_alone.resize(said.len(), 0);
        let [always, changing] = listeners;
        let always = errors(&always.heard, &said, coded.rate);
        said.iter_mut().zip(&heard_alone).for_each(|(said, alone)| *said += alone);
        let changing = errors(&changing.heard, &said, coded.rate);
        println!("{coded:?}: at worst {always:.1} dB always shared, {changing:.1} dB changing; {changes:?}");
        assert!(changes.len() >= 8, "{coded:?}: he does not change between the streams");
        assert!(changing < always + 2.0, "{coded:?}: a change is heard");
    }
}

#[test]
fn many_who_hear_the_same_cost_one_encoding() {
    for coded in forms() {
        let mut engine = Engine::with(Capacity { legs: 32, ..Default::default() });
        engine.control.set_coders(Box::new(Telephones));
        let room = engine.control.add_room().unwrap();
        let talker = engine.seated(0, engine::Codec::Linear(coded.rate), room);
        let legs: Vec<_> = (0..20).map(|_| engine.seated(0, engine::Codec::Coded(coded), room)).collect();
        for tick in 0..150 {
            let before = encodes(&engine);
            talk(&mut engine, talker, &voice_with_a_pause(coded.rate, tick));
            let payloads: Vec<_> = legs.iter().map(|leg| engine.payload(*leg)).collect();
            if tick > 120 {
                assert_eq!(encodes(&engine) - before, 1, "{coded:?}, tick {tick}");
                assert!(payloads.iter().all(|payload| !payload.is_empty() && *payload == payloads[0]));
            }
        }
    }
}

#[test]
fn silence_is_encoded_no_more_and_stays_silent() {
    for coded in forms() {
        let mut engine = engine();
        let room = engine.control.add_room().unwrap();
        let talker = engine.seated(0, engine::Codec::Linear(coded.rate), room);
        let legs = [0; 2].map(|_| engine.seated(0, engine::Codec::Coded(coded), room));
        let alone = engine.control.add_leg(0, engine::Codec::Coded(coded)).unwrap();
        let mut listeners = [legs[0], legs[1], alone].map(|leg| Listener::new(leg, coded));
        let mut tick = |engine: &mut Engine, said: &[i16]| {
            talk(engine, talker, said);
            listeners.iter_mut().for_each(|listener| listener.hear(engine));
            listeners.each_ref().map(|listener| listener.heard.len())
        };
        for n in 0..50 {
            tick(&mut engine, &voice(coded.rate, n));
        }
        for _ in 0..100 {
            tick(&mut engine, &[]);
        }
        let before = encodes(&engine);
        let mut from = [0; 3];
        for _ in 0..500 {
            from = tick(&mut engine, &[]);
        }
        assert_eq!(encodes(&engine), before, "{coded:?}");
        // And then somebody talks again.
        for n in 0..20 {
            tick(&mut engine, &voice(coded.rate, n));
        }
        for (listener, from) in listeners.iter().zip(from) {
            let silence = &listener.heard[from - 200 * coded.rate.samples_per_tick()..from];
            let loudest = silence.iter().map(|s| s.unsigned_abs()).max().unwrap();
            // The least that there is in some codecs; -66 dBFS.
            assert!(loudest <= 16, "{coded:?}: {loudest}");
        }
        let said: Vec<_> = (0..20).flat_map(|n| voice(coded.rate, n)).collect();
        let level = |samples: &[i16]| listen::level(samples);
        let heard = level(&listeners[0].heard[from[0]..]);
        assert!((heard - level(&said)).abs() < 2.0, "{coded:?}: {heard:.1} dBFS");
    }
}

#[test]
fn music_is_encoded_once_for_all_who_hear_it() {
    let mut engine = engine();
    let legs: Vec<_> = (0..6).map(|_| engine.control.add_leg(0, engine::Codec::Coded(codec::G722)).unwrap()).collect();
    let tone = Clip::tone(SampleRate::Hz16000, 400.0, 1_000, Decibels(-12.0));
    let music = engine.control.add_music_clip(tone.into()).unwrap();
    let tick = |engine: &mut Engine| {
        let before = encodes(engine);
        engine.silent_ticks(1);
        legs.iter().for_each(|leg| drop(engine.payload(*leg)));
        encodes(engine) - before
    };
    for leg in &legs {
        engine.control.set_music(*leg, Some(music));
    }
    // Nothing in it is quiet, so none of their encoders gives way for a long time, and then all do.
    let costs: Vec<_> = (0..1_550).map(|_| tick(&mut engine)).collect();
    assert!(costs[100..1_490].iter().all(|cost| *cost > 1), "{costs:?}");
    assert!(costs[1_520..].iter().all(|cost| *cost == 1), "{costs:?}");
    engine.control.set_music(legs[0], None);
    let costs: Vec<_> = (0..120).map(|_| tick(&mut engine)).collect();
    assert!(costs[80..].iter().all(|cost| *cost == 1), "{costs:?}");
    engine.control.remove_music(music);
    let costs: Vec<_> = (0..120).map(|_| tick(&mut engine)).collect();
    assert!(costs[100..].iter().all(|cost| *cost == 0), "{costs:?}");
}

#[test]
fn each_form_and_rate_has_its_own_encoding_in_a_mixed_room() {
    let mut engine = engine();
    let room = engine.control.add_room().unwrap();
    let talker = engine.seated(0, engine::Codec::Linear(SampleRate::Hz48000), room);
    let legs: Vec<_> = forms()
        .iter()
        .flat_map(|coded| [*coded; 2])
        .map(|coded| (engine.seated(0, engine::Codec::Coded(coded), room), coded))
        .collect();
    let mut listeners: Vec<_> = legs.iter().map(|(leg, coded)| Listener::new(*leg, *coded)).collect();
    let mut costs = Vec::new();
    for n in 0..150 {
        let before = encodes(&engine);
        talk(&mut engine, talker, &voice_with_a_pause(SampleRate::Hz48000, n));
        listeners.iter_mut().for_each(|listener| listener.hear(&mut engine));
        costs.push(encodes(&engine) - before);
    }
    assert!(costs[120..].iter().all(|cost| *cost == 3), "{costs:?}");
    let said: Vec<_> = (50..100).flat_map(|n| voice(SampleRate::Hz48000, n)).collect();
    for (listener, (_, coded)) in listeners.iter().zip(&legs) {
        let from = 50 * coded.rate.samples_per_tick();
        let (heard, said) = (listen::level(&listener.heard[from..]), listen::level(&said));
        assert!((heard - said).abs() < 1.5, "{coded:?}: {heard:.1} instead of {said:.1} dBFS");
    }
    // Those who leave leave no encoder behind, and those who stay notice nothing.
    for (leg, _) in &legs[2..] {
        engine.control.remove_leg(*leg);
    }
    for n in 150..170 {
        let before = encodes(&engine);
        talk(&mut engine, talker, &voice(SampleRate::Hz48000, n));
        legs[..2].iter().for_each(|(leg, _)| drop(engine.payload(*leg)));
        assert!(n == 150 || encodes(&engine) - before <= 3);
    }
}
