//! Telephones behind bad networks: what is mixed up, lost or late between them and Asterisk is not heard in the room.

use std::thread::sleep;
use std::time::Duration;

use crate::common::{OPEN, call, wait_members, wait_tone, with_conclave};
use conclave_rig::network::Stalls;
use conclave_rig::{Caller, Network, Pbx, Sound, listen};

/// What a listener with a good network hears of a tone that a telephone sends through `network`, once it is known.
fn heard_through(pbx: &Pbx, network: Network) -> Vec<i16> {
    let talker = Caller::new("talker").network(network).call(pbx, "8000").unwrap();
    talker.wait_answer().unwrap();
    let listener = call(pbx, "listener", "8000");
    wait_members(pbx, "8000", 2);
    sleep(Duration::from_secs(4));
    talker.say(Sound::tone(TONE, -12.0));
    wait_tone(&listener, TONE, -12.0);
    sleep(Duration::from_secs(10));
    let heard = listener.heard_last(Duration::from_secs(6));
    for caller in [talker, listener] {
        caller.hang_up().unwrap();
    }
    pbx.wait_calls(0, crate::common::PATIENCE).unwrap();
    heard
}

/// How far the tone stands out of all else in dB, in the median of pieces of two packets: where packets are in the wrong
/// order or missing it does not in most. A stumble of the machine does not count, nor that a delay is made shorter by a
/// sample in every fourth packet.
fn purity(heard: &[i16]) -> f64 {
    let omega = 2.0 * std::f64::consts::PI * TONE / 8000.0;
    let mut pieces: Vec<f64> = heard
        .chunks_exact(320)
        .map(|piece| {
            let (mut re, mut im, mut all) = (0.0, 0.0, 0.0);
            for (i, sample) in piece.iter().enumerate() {
                let (sample, angle) = (f64::from(*sample), omega * i as f64);
                re += sample * angle.cos();
                im += sample * angle.sin();
                all += sample * sample;
            }
            let tone = 2.0 * (re * re + im * im) / piece.len() as f64;
            10.0 * (tone / (all - tone).max(1.0)).log10()
        })
        .collect();
    pieces.sort_by(f64::total_cmp);
    pieces[pieces.len() / 2]
}

#[test]
fn what_arrives_in_any_order_is_heard_in_its_own() {
    let pbx = with_conclave("network-order", OPEN).start().unwrap();
    let heard = heard_through(&pbx, Network { jitter: Duration::from_millis(40), ..Network::default() });
    let purity = purity(&heard);
    assert!(purity > 25.0, "the tone is only {purity:.1} dB above the rest");
}

#[test]
fn losses_and_stalls_leave_no_gaps() {
    let pbx = with_conclave("network-loss", OPEN).start().unwrap();
    let stalls = Some(Stalls { every: Duration::from_secs(3), lasting: Duration::from_millis(150) });
    let heard = heard_through(&pbx, Network { loss: 0.02, stalls, ..Network::default() });
    let silence = listen::longest_silence(&heard, 8000, -25.0);
    assert!(silence < Duration::from_millis(30), "{silence:?} of silence");
}

/// Not a whole number of waves in a packet, or the order of packets would be no matter.
const TONE: f64 = 437.0;
