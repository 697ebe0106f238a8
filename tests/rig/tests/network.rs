//! What a caller says through a network comes out of Echo() as the network left it.

use std::time::Duration;

use conclave_rig::network::Pauses;
use conclave_rig::{Caller, Network, Pbx, Sound};

const DIALPLAN: &str = "exten => 600,1,Answer()\n same => n,Echo()\n";
const MS: Duration = Duration::from_millis(1);

#[test]
fn packets_leave_when_they_should_and_the_lost_never() {
    let asterisk = Pbx::asterisk("network").dialplan(DIALPLAN).start().unwrap();
    let network = Network { jitter: 40 * MS, loss: 0.1, packet: 10 * MS, clock: 200.0, ..Network::default() };
    let alice = Caller::new("alice").network(network).call(&asterisk, "600").unwrap();
    alice.wait_answer().unwrap();
    alice.say(Sound::tone(440.0, -20.0));
    std::thread::sleep(Duration::from_secs(3));
    alice.hang_up().unwrap();
    std::thread::sleep(300 * MS);

    let sent = alice.sent();
    assert!(sent.len() > 250, "{}", sent.len());
    let first = sent[0].due;
    assert_eq!(alice.said_from(), Some(first));
    let lost = sent.iter().filter(|packet| packet.leaves.is_none()).count();
    assert!((10..60).contains(&lost), "{lost} of {}", sent.len());
    let mut lateness = Vec::new();
    for (number, packet) in sent.iter().enumerate() {
        let due = network.interval() * number as u32;
        assert!((packet.due - first).abs_diff(due) < MS / 100, "{number}");
        assert_eq!(packet.leaves.is_some(), packet.left.is_some(), "{number}");
        lateness.extend(packet.left.zip(packet.leaves).map(|(left, leaves)| left - leaves));
    }
    lateness.sort_unstable();
    assert!(lateness[lateness.len() / 2] < 2 * MS, "{:?}", lateness[lateness.len() / 2]);
    // The call is over before what was made ahead of it has come back.
    assert!(alice.reception().frames.abs_diff(sent.len() - lost) < 30, "{:?} of {}", alice.reception(), sent.len());
}

#[test]
fn a_telephone_may_send_nothing_in_pauses() {
    let asterisk = Pbx::asterisk("network-pauses").dialplan(DIALPLAN).start().unwrap();
    for (pauses, expected) in [(Pauses::Sent, 150), (Pauses::Nothing, 61), (Pauses::ComfortNoise, 65)] {
        let alice = Caller::new("alice").network(Network { pauses, ..Network::default() }).call(&asterisk, "600");
        let alice = alice.unwrap();
        alice.wait_answer().unwrap();
        std::thread::sleep(Duration::from_millis(500));
        let before = alice.sent().len();
        // A second of tone, of which the pause after it hears nothing for 200 ms.
        let mut samples = vec![8_000; 8_000];
        samples.resize(24_000, 0);
        alice.say(Sound::samples(8_000, samples));
        alice.wait_said(Duration::from_secs(10)).unwrap();
        let count = alice.sent().len() - before;
        assert!(count.abs_diff(expected) <= 3, "{pauses:?}: {count} packets");
    }
}
