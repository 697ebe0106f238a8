//! The way from a telephone to the other end: what it loses, delays and mixes up, and how the telephone itself packs.
//!
//! Everything comes from the seed and the packet's number, not from what happens to run at the time: two calls over the
//! same [`Network`] lose the same packets and delay the others by the same times.
//!
//! ```
//! use std::time::Duration;
//! use conclave_rig::Network;
//!
//! let network = Network { jitter: Duration::from_millis(40), loss: 0.02, ..Network::default() };
//! assert!((0..1_000).filter(|&packet| network.leaves(packet, Duration::ZERO).is_none()).count() > 5);
//! ```

mod post;

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How a telephone packs what it says, and what becomes of the packets on their way. The default has neither faults nor
/// delay: packets of 20 ms, each sent when it is due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Network {
    /// What all chance here comes from.
    pub seed: u64,
    /// What each packet needs at least.
    pub delay: Duration,
    /// What each packet needs besides: anything up to this, evenly, whatever its neighbours need. More than a packet's
    /// time, and packets overtake each other.
    pub jitter: Duration,
    /// The part of the packets that never arrives, from 0 to 1; each by itself.
    pub loss: f64,
    /// A path that stops now and then.
    pub stalls: Option<Stalls>,
    /// Of so many packets, two neighbours change places: the first leaves right after the second. 0 for never.
    pub swaps: u64,
    /// The sound in one packet.
    pub packet: Duration,
    /// How much faster than true the telephone's clock runs, in millionths; negative if it is slow.
    pub clock: f64,
    /// What the telephone sends while its owner is silent.
    pub pauses: Pauses,
}

/// A path that stops and then delivers at once what has come meanwhile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stalls {
    /// From the end of one to the end of the next, beginning with the first packet.
    pub every: Duration,
    /// How long each lasts.
    pub lasting: Duration,
}

/// What a telephone sends while its owner is silent. Silent is what lies below -50 dB of full scale, from the fifth of a
/// second on; nobody's first syllable is lost, and none of the last.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Pauses {
    /// The silence, as all else.
    #[default]
    Sent,
    /// Nothing; the first packet afterwards has the marker.
    Nothing,
    /// Comfort noise of RFC 3389: a packet at the beginning and every half second.
    ComfortNoise,
}

/// A packet that a telephone has given to its network.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// When the telephone sent it: when the last of its samples has been said, by the telephone's own clock.
    pub due: Instant,
    /// When it should leave the network; `None` if it is lost there.
    pub leaves: Option<Instant>,
    /// When it left, by and by.
    pub left: Option<Instant>,
    /// Its number.
    pub sequence: u16,
    /// Its time in samples.
    pub timestamp: u32,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            seed: 1,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            loss: 0.0,
            stalls: None,
            swaps: 0,
            packet: Duration::from_millis(20),
            clock: 0.0,
            pauses: Pauses::Sent,
        }
    }
}

impl Network {
    /// When the packet of this number leaves the network that is `due` so long after the first; `None` if it is lost.
    pub fn leaves(&self, packet: u64, due: Duration) -> Option<Duration> {
        if self.chance(packet, 0) < self.loss {
            return None;
        }
        let mut leaves = due + self.delay + self.jitter.mul_f64(self.chance(packet, 1));
        if self.swaps > 1 && packet % self.swaps == self.swaps - 2 {
            leaves += self.interval() + OVERTAKEN;
        }
        match self.stalls {
            Some(Stalls { every, lasting }) if !every.is_zero() => {
                let into = Duration::from_nanos((leaves.as_nanos() % every.as_nanos()) as u64);
                Some(if into + lasting >= every { leaves + (every - into) } else { leaves })
            }
            _ => Some(leaves),
        }
    }

    /// The true time from one packet to the next.
    pub fn interval(&self) -> Duration {
        self.packet.div_f64(1.0 + self.clock / 1e6)
    }

    /// A number from 0 up to 1 that belongs to a packet (SplitMix64).
    fn chance(&self, packet: u64, what: u64) -> f64 {
        let mut state = self.seed.wrapping_add((2 * packet + what + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((state ^ (state >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The network of one telephone in use.
pub(crate) struct Way {
    pub(crate) network: Network,
    packets: u64,
    began: Option<Instant>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Way {
    pub(crate) fn new(network: Network) -> Self {
        Self { network, packets: 0, began: None, sent: Arc::default() }
    }

    /// Notes that the telephone has something, or nothing, to say in a packet that is due then.
    pub(crate) fn begin(&mut self, due: Instant) {
        self.began.get_or_insert(due);
    }

    /// Takes a packet (its bytes begin with the RTP header) that the telephone sends when it is due.
    pub(crate) fn send(&mut self, due: Instant, bytes: &[u8], socket: &Arc<UdpSocket>, to: SocketAddr) {
        let began = *self.began.get_or_insert(due);
        let leaves = self.network.leaves(self.packets, due.saturating_duration_since(began)).map(|time| began + time);
        self.packets += 1;
        let sequence = u16::from_be_bytes([bytes[2], bytes[3]]);
        let timestamp = u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(Sent { due, leaves, left: None, sequence, timestamp });
            sent.len() - 1
        };
        if let Some(leaves) = leaves {
            let (socket, sent) = (socket.clone(), self.sent.clone());
            post::take(post::Parcel { leaves, bytes: bytes.into(), socket, to, sent, number });
        }
    }

    /// When the first packet was due: the end of the first samples that were said.
    pub(crate) fn began(&self) -> Option<Instant> {
        self.began
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

/// How long before they are due packets are made: a telephone's own thread has its turn only now and then, and may be late.
pub(crate) const AHEAD: Duration = Duration::from_millis(160);

/// By how much a packet comes behind the one that takes its place.
const OVERTAKEN: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn all(network: Network, packets: u64) -> Vec<Option<Duration>> {
        (0..packets).map(|packet| network.leaves(packet, 20 * MS * packet as u32)).collect()
    }

    #[test]
    fn a_good_network_does_nothing() {
        let expected: Vec<_> = (0..100).map(|packet| Some(20 * MS * packet)).collect();
        assert_eq!(all(Network::default(), 100), expected);
    }

    #[test]
    fn the_seed_decides_and_nothing_else() {
        let network = Network { jitter: 40 * MS, loss: 0.1, seed: 7, ..Network::default() };
        assert_eq!(all(network, 500), all(network, 500));
        assert_ne!(all(network, 500), all(Network { seed: 8, ..network }, 500));
    }

    #[test]
    fn loss_and_jitter_are_what_they_say() {
        let network = Network { jitter: 40 * MS, loss: 0.05, delay: 10 * MS, ..Network::default() };
        let waits: Vec<_> =
            all(network, 20_000).iter().zip(0..).filter_map(|(leaves, at)| Some((*leaves)? - 20 * MS * at)).collect();
        assert!((18_850..19_150).contains(&waits.len()), "{}", waits.len());
        let mean = waits.iter().sum::<Duration>() / waits.len() as u32;
        assert!((29 * MS..31 * MS).contains(&mean), "{mean:?}");
        assert!(waits.iter().all(|wait| (10 * MS..50 * MS).contains(wait)));
        assert!(waits.iter().any(|wait| *wait < 11 * MS) && waits.iter().any(|wait| *wait > 49 * MS));
    }

    #[test]
    fn a_stall_delivers_at_its_end() {
        let stalls = Some(Stalls { every: 3_000 * MS, lasting: 150 * MS });
        let leaves = all(Network { stalls, ..Network::default() }, 300);
        let late = |packets: std::ops::Range<usize>, at: u32| leaves[packets].iter().all(|time| *time == Some(at * MS));
        assert_eq!(leaves[142], Some(2_840 * MS));
        assert!(late(143..151, 3_000) && late(293..300, 6_000));
        assert_eq!(leaves[151], Some(3_020 * MS));
    }

    #[test]
    fn neighbours_change_places() {
        let leaves = all(Network { swaps: 10, ..Network::default() }, 30);
        let mut order: Vec<_> = (0..30).collect();
        order.sort_by_key(|&packet| leaves[packet]);
        assert_eq!(order[..12], [0, 1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11]);
    }

    #[test]
    fn a_fast_clock_sends_sooner() {
        let network = Network { clock: 200.0, ..Network::default() };
        assert_eq!((network.interval() * 50_000).as_millis(), 999_800);
    }
}
