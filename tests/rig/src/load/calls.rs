//! One call of the load: its SIP, its place in the 20 ms, what it sends and counts.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use super::keyed::{Heard, Keying};
use super::report::Lateness;
use crate::codec::{Codec, Decoder, Encoder};
use crate::rtp::Packet;
use crate::sip::{Agent, Media};

pub(super) struct Call {
    pub(super) agent: Agent,
    pub(super) room: usize,
    /// Which of the room's talkers he is, if he is one.
    pub(super) talker: Option<usize>,
    /// Which of the sockets serves him.
    pub(super) socket: usize,
    heard: Option<Ear>,
    pub(super) count: Count,
    codec: Codec,
    encoder: Option<Encoder>,
    /// At the codec's rate.
    speech: Arc<[i16]>,
    at: usize,
    /// What he sends in turn who has nothing to say.
    quiet: Arc<[Vec<u8>]>,
    sequence: u16,
    timestamp: u32,
    source: u32,
    stream: Option<Stream>,
}

/// Who listens for the tone.
struct Ear {
    heard: Heard,
    decoder: Decoder,
    samples: Vec<i16>,
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
    pub(super) fn new(
        agent: Agent,
        number: usize,
        (rooms, talkers): (usize, usize),
        sockets: usize,
        (codec, quiet): (Codec, Arc<[Vec<u8>]>),
    ) -> Self {
        let source = (number as u32 + 1).wrapping_mul(2_654_435_761);
        Self {
            agent,
            room: number % rooms,
            talker: Some(number / rooms).filter(|&at| at < talkers),
            socket: number % sockets,
            heard: None,
            count: Count::default(),
            codec,
            encoder: None,
            speech: Arc::new([]),
            // Each with another of the quiet frames.
            at: number,
            quiet,
            sequence: source as u16,
            timestamp: source.rotate_left(16),
            source,
            stream: None,
        }
    }

    /// Lets a talker say this, at the codec's rate.
    pub(super) fn speaks(&mut self, speech: Arc<[i16]>, from: usize) {
        self.at = from;
        self.speech = speech;
        self.encoder = Some(self.codec.encoder());
    }

    /// Lets him listen for the tone.
    pub(super) fn listens(&mut self) {
        let (heard, decoder) = (Heard::default(), self.codec.decoder());
        self.heard = Some(Ear { heard, decoder, samples: Vec::new() });
    }

    pub(super) fn heard(&self) -> Option<&Heard> {
        self.heard.as_ref().map(|ear| &ear.heard)
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
        payload: &mut Vec<u8>,
    ) -> Option<Duration> {
        let (marker, sequence, timestamp, source) =
            (self.sequence == self.source as u16, self.sequence, self.timestamp, self.source);
        *header = Packet { payload_type, marker, sequence, timestamp, source, payload: &[] }.header();
        self.sequence = self.sequence.wrapping_add(1);
        self.skip();
        self.count.sent += 1;
        payload.clear();
        let (Some(talker), Some(encoder)) = (self.talker, &mut self.encoder) else {
            payload.extend_from_slice(&self.quiet[self.at % self.quiet.len()]);
            self.at += 1;
            return None;
        };
        let mut samples = [0; MOST_SAMPLES];
        let samples = &mut samples[..self.codec.frame()];
        if !self.speech.is_empty() {
            for sample in samples.iter_mut() {
                *sample = self.speech[self.at % self.speech.len()];
                self.at += 1;
            }
        }
        let onset = keying.write(talker, at, samples);
        encoder.encode(samples, payload);
        onset
    }

    /// Lets the time of a frame pass without one.
    pub(super) fn skip(&mut self) {
        self.timestamp = self.timestamp.wrapping_add(self.codec.clock() / 50);
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
                let (samples, clock) = (packet.timestamp.wrapping_sub(stream.timestamp), self.codec.clock());
                let due = stream.due + Duration::from_micros(u64::from(samples) * 1_000_000 / u64::from(clock));
                (stream.sequence, stream.timestamp) = (packet.sequence, packet.timestamp);
                // A time stamp that leaps begins anew, and so does a clock that is found to be early.
                if samples > clock || at < due {
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
        if let Some(Ear { heard, decoder, samples }) = &mut self.heard {
            samples.clear();
            decoder.decode(packet.payload, samples);
            let step = self.codec.frame() / SAMPLES * (1 + usize::from(decoder.is_stereo()));
            if samples.len() == step * SAMPLES {
                // One of several will do: the tone stays at its place, and what is folded over it is soft.
                heard.samples.extend(samples.iter().step_by(step));
                heard.arrivals.push(at);
            }
        }
    }

    /// Counts from here on.
    pub(super) fn reset(&mut self) {
        self.stream = None;
        self.count = Count { sent: 0, ..Count::default() };
        if let Some(ear) = &mut self.heard {
            ear.heard = Heard::default();
        }
    }
}

/// What the tone is looked for in, at 8 kHz.
const SAMPLES: usize = 160;
/// A frame at 48 kHz.
const MOST_SAMPLES: usize = 960;
const LATE: Duration = Duration::from_millis(20);
