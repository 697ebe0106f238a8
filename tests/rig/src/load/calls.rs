//! One call of the load: its SIP, its place in the 20 ms, what it sends and counts.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use super::keyed::{Heard, Keying};
use super::report::Lateness;
use crate::codec::{decode_ulaw, encode_ulaw};
use crate::rtp::Packet;
use crate::sip::{Agent, Media};

pub(super) struct Call {
    pub(super) agent: Agent,
    pub(super) room: usize,
    /// Which of the room's talkers he is, if he is one.
    pub(super) talker: Option<usize>,
    /// Which of the sockets serves him.
    pub(super) socket: usize,
    pub(super) heard: Option<Heard>,
    pub(super) count: Count,
    speech: Arc<[i16]>,
    at: usize,
    sequence: u16,
    timestamp: u32,
    source: u32,
    stream: Option<Stream>,
}

/// What is counted for a call.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) lost: u64,
    pub(super) late: u64,
}

/// What comes in from one source.
struct Stream {
    source: u32,
    sequence: u16,
    timestamp: u32,
    /// When the sample of `timestamp` is due: as early as the earliest packet so far was.
    due: Duration,
}

impl Call {
    pub(super) fn new(agent: Agent, number: usize, rooms: usize, talkers: usize, sockets: usize) -> Self {
        let source = (number as u32 + 1).wrapping_mul(2_654_435_761);
        Self {
            agent,
            room: number % rooms,
            talker: Some(number / rooms).filter(|&at| at < talkers),
            socket: number % sockets,
            heard: None,
            count: Count::default(),
            speech: Arc::new([]),
            at: 0,
            sequence: source as u16,
            timestamp: source.rotate_left(16),
            source,
            stream: None,
        }
    }

    pub(super) fn speaks(&mut self, speech: Arc<[i16]>, from: usize) {
        self.at = from;
        self.speech = speech;
    }

    /// Where the next frame goes, once the call is up.
    pub(super) fn destination(&self) -> Option<(SocketAddrV4, u8)> {
        match self.agent.media {
            Some(Media { to: SocketAddr::V4(to), payload_type, sends: true, .. }) if self.agent.up => {
                Some((to, payload_type))
            }
            _ => None,
        }
    }

    /// Makes the frame that leaves at `at`; gives the moment at which a tone begins in it.
    pub(super) fn frame(
        &mut self,
        payload_type: u8,
        keying: &mut Keying,
        at: Duration,
        header: &mut [u8; 12],
        payload: &mut [u8; SAMPLES],
    ) -> Option<Duration> {
        let (marker, sequence, timestamp, source) =
            (self.sequence == self.source as u16, self.sequence, self.timestamp, self.source);
        *header = Packet { payload_type, marker, sequence, timestamp, source, payload: &[] }.header();
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(SAMPLES as u32);
        self.count.sent += 1;
        let Some(talker) = self.talker else {
            payload.fill(SILENCE);
            return None;
        };
        let mut samples = [0; SAMPLES];
        if !self.speech.is_empty() {
            for sample in &mut samples {
                *sample = self.speech[self.at % self.speech.len()];
                self.at += 1;
            }
        }
        let onset = keying.write(talker, at, &mut samples);
        for (byte, sample) in payload.iter_mut().zip(samples) {
            *byte = encode_ulaw(sample);
        }
        onset
    }

    /// Lets the time of a frame pass without one.
    pub(super) fn skip(&mut self) {
        self.timestamp = self.timestamp.wrapping_add(SAMPLES as u32);
    }

    pub(super) fn hear(&mut self, packet: &Packet<'_>, at: Duration, lateness: &mut Lateness) {
        self.count.received += 1;
        match &mut self.stream {
            Some(stream) if stream.source == packet.source => {
                let step = packet.sequence.wrapping_sub(stream.sequence);
                if step == 0 || step > 0x8000 {
                    // Overtaken: it was counted as lost when the one after it came.
                    self.count.lost = self.count.lost.saturating_sub(1);
                    return;
                }
                self.count.lost += u64::from(step - 1);
                let samples = packet.timestamp.wrapping_sub(stream.timestamp);
                let due = stream.due + Duration::from_micros(u64::from(samples) * 125);
                (stream.sequence, stream.timestamp) = (packet.sequence, packet.timestamp);
                // A time stamp that leaps begins anew, and so does a clock that is found to be early.
                if samples > 8_000 || at < due {
                    stream.due = at;
                } else {
                    stream.due = due;
                    lateness.note(at - due);
                    self.count.late += u64::from(at - due > LATE);
                }
            }
            _ => {
                let (source, sequence, timestamp) = (packet.source, packet.sequence, packet.timestamp);
                self.stream = Some(Stream { source, sequence, timestamp, due: at });
            }
        }
        if let Some(heard) = &mut self.heard
            && packet.payload.len() == SAMPLES
        {
            heard.samples.extend(packet.payload.iter().map(|&byte| decode_ulaw(byte)));
            heard.arrivals.push(at);
        }
    }

    /// Counts from here on.
    pub(super) fn reset(&mut self) {
        self.stream = None;
        self.count = Count { sent: 0, ..Count::default() };
        if let Some(heard) = &mut self.heard {
            *heard = Heard::default();
        }
    }
}

pub(super) const SAMPLES: usize = 160;
const SILENCE: u8 = 0xFF;
const LATE: Duration = Duration::from_millis(20);
