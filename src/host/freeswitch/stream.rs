//! What goes out to a session, cut into its packets, and the time of what comes in.

use std::time::Duration;

/// Ticks of sound on their way into packets of another length, and the time that each packet is sent with.
///
/// FreeSWITCH sends the time that it is given, or counts packets if the profile has it rewrite times. It is given one
/// because what is not said, such as Opus's silence, takes time as well.
pub struct Outlet {
    packet: usize,
    tick: u32,
    pending: [u8; MOST_PENDING],
    length: usize,
    /// The next packet's time.
    time: u32,
    /// When more is due.
    due: Option<Duration>,
}

impl Outlet {
    /// For packets of `packet` bytes, each a unit of RTP's clock, or of a tick each if that is 0; at most
    /// [`MOST_PACKET`]. `tick`: a tick in units of RTP's clock. `time`: the first packet's.
    pub fn new(packet: usize, tick: u32, time: u32) -> Outlet {
        Outlet { packet: packet.min(MOST_PACKET), tick, pending: [0; MOST_PENDING], length: 0, time, due: None }
    }

    /// Takes a tick of sound that is to be heard `now`, and sends what is whole: each packet with its time, never 0,
    /// which FreeSWITCH takes for none.
    pub fn put(&mut self, sound: &mut [u8], now: Duration, mut send: impl FnMut(&mut [u8], u32)) {
        let late = now.saturating_sub(self.due.unwrap_or(now));
        if late >= PAUSE {
            // What was left out has its time.
            let ticks = (late.as_micros() + TICK.as_micros() / 2) / TICK.as_micros();
            self.time = self.time.wrapping_add((ticks as u32).wrapping_mul(self.tick)).wrapping_add(self.length as u32);
            self.length = 0;
            self.due = None;
        }
        self.due = Some(self.due.unwrap_or(now) + TICK);
        if self.packet == 0 {
            let time = self.time;
            self.time = time.wrapping_add(self.tick);
            return send(sound, time.max(1));
        }
        let fits = sound.len().min(MOST_PENDING - self.length);
        self.pending[self.length..self.length + fits].copy_from_slice(&sound[..fits]);
        self.length += fits;
        let mut sent = 0;
        while self.length - sent >= self.packet {
            send(&mut self.pending[sent..sent + self.packet], self.time.max(1));
            self.time = self.time.wrapping_add(self.packet as u32);
            sent += self.packet;
        }
        self.pending.copy_within(sent..self.length, 0);
        self.length -= sent;
    }
}

/// The time of packets, counted 8000 a second whatever the rate of their clock, also where that goes round.
#[derive(Default)]
pub struct Clock {
    rate: u32,
    last: u32,
    units: i64,
}

impl Clock {
    /// For a clock of `rate` Hz.
    pub fn new(rate: u32) -> Clock {
        Clock { rate: rate.max(1), last: 0, units: 0 }
    }

    /// A packet's time.
    pub fn read(&mut self, time: u32) -> u32 {
        self.units += i64::from(time.wrapping_sub(self.last).cast_signed());
        self.last = time;
        (self.units * 8000).div_euclid(i64::from(self.rate)) as u32
    }
}

/// The longest packet, in bytes: 120 ms of G.711 or G.722, which is FreeSWITCH's longest.
const MOST_PACKET: usize = 960;

/// One byte less than a packet, and a tick.
const MOST_PENDING: usize = MOST_PACKET + 160;

const TICK: Duration = Duration::from_millis(20);

/// A worker that is late catches up with ticks to this number (MOST_TICKS_BEHIND); what is missing longer was not said.
const PAUSE: Duration = Duration::from_millis(120);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ticks: u32) -> Duration {
        Duration::from_secs(5) + TICK * ticks
    }

    /// Puts numbered bytes in, a tick at a time; the packets and their times.
    fn sent(packet: usize, puts: &[(Duration, usize)]) -> Vec<(Vec<u8>, u32)> {
        let (mut outlet, mut sent, mut byte) = (Outlet::new(packet, 160, 1000), Vec::new(), 0u8);
        for &(now, length) in puts {
            let mut tick: Vec<u8> = std::iter::repeat_with(|| {
                byte = byte.wrapping_add(1);
                byte
            })
            .take(length)
            .collect();
            outlet.put(&mut tick, now, |packet, time| sent.push((packet.to_vec(), time)));
        }
        sent
    }

    #[test]
    fn packets_of_any_length_carry_all_bytes_in_order() {
        for packet in [0, 80, 160, 240, 320, 480] {
            let puts: Vec<_> = (0..24).map(|tick| (at(tick), 160)).collect();
            let packets = sent(packet, &puts);
            let whole: Vec<u8> = packets.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
            assert_eq!(whole.len(), 24 * 160, "{packet}");
            assert!(whole.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)), "{packet}");
            let mut time = 1000;
            for (bytes, at) in &packets {
                assert_eq!(*at, time, "{packet}");
                time += bytes.len() as u32;
            }
        }
    }

    #[test]
    fn a_pause_has_its_time_and_lateness_has_none() {
        let times = |puts: &[(Duration, usize)]| sent(0, puts).into_iter().map(|(_, time)| time).collect::<Vec<_>>();
        let late = Duration::from_millis(95);
        assert_eq!(times(&[(at(0), 160), (at(1) + late, 160), (at(1) + late, 160)]), [1000, 1160, 1320]);
        assert_eq!(times(&[(at(0), 160), (at(21), 160), (at(22), 160)]), [1000, 1000 + 21 * 160, 1000 + 22 * 160]);
    }

    #[test]
    fn a_clock_goes_round_without_a_jump() {
        let mut clock = Clock::new(48_000);
        let first = clock.read(u32::MAX - 959);
        assert_eq!(clock.read(0).wrapping_sub(first), 160);
        assert_eq!(clock.read(960).wrapping_sub(first), 320);
        assert_eq!(clock.read(0).wrapping_sub(first), 160);
    }
}
