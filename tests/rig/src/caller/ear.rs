//! What a caller receives, laid out on a time line.

use std::time::{Duration, Instant};

use super::mouth::digit;
use crate::codec::{Codec, Decoder};
use crate::rtp::Packet;
use crate::sip::Media;

/// One packet of audio as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// When.
    pub at: Instant,
    /// Its number.
    pub sequence: u16,
    /// Its time in samples.
    pub timestamp: u32,
    /// Its payload type.
    pub payload_type: u8,
    /// Whether it says that a stretch of talk begins.
    pub marker: bool,
    /// Where its first sample stands in what was heard.
    pub position: usize,
    /// Packets that are missing right before it.
    pub lost_before: u16,
}

#[derive(Default)]
pub(super) struct Ear {
    /// Of two channels, the mean.
    pub(super) samples: Vec<i16>,
    /// Left and right, if the codec has them.
    pub(super) sides: Vec<[i16; 2]>,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) digits: String,
    rate: u32,
    first_at: Option<Instant>,
    anchor: Option<Anchor>,
    last_event: Option<u32>,
    decoder: Option<(Codec, Decoder)>,
}

/// Where on the time line the packets of one source belong.
struct Anchor {
    source: u32,
    timestamp: u32,
    position: usize,
    sequence: u16,
}

impl Ear {
    pub(super) fn hear(&mut self, packet: &Packet<'_>, media: &Media, known: &[Codec], at: Instant) {
        if Some(packet.payload_type) == media.events {
            let is_new = self.last_event != Some(packet.timestamp);
            self.last_event = Some(packet.timestamp);
            if let Some(digit) = packet.payload.first().copied().and_then(digit).filter(|_| is_new) {
                self.digits.push(digit);
            }
            return;
        }
        let by_number = known.iter().find(|codec| codec.payload_type() == packet.payload_type);
        let codec = if packet.payload_type == media.payload_type { Some(&media.codec) } else { by_number };
        let Some(codec) = codec else { return };
        self.rate = codec.rate();
        let first_at = *self.first_at.get_or_insert(at);
        let by_clock = (at - first_at).as_micros() as usize * self.rate as usize / 1_000_000;

        let lost_before = match &self.anchor {
            Some(anchor) if anchor.source == packet.source => {
                let step = packet.sequence.wrapping_sub(anchor.sequence);
                // A step back is a packet that was overtaken, not a loss of sixty thousand.
                if step == 0 || step > 0x8000 { 0 } else { step - 1 }
            }
            _ => 0,
        };
        let position = match &self.anchor {
            Some(anchor) if anchor.source == packet.source => {
                let step = packet.timestamp.wrapping_sub(anchor.timestamp) as i32;
                anchor.position.checked_add_signed(step as isize * (codec.rate() / codec.clock()) as isize)
            }
            _ => None,
        };
        // A new source, or a time stamp that leaps: what counts is when it was heard.
        let tolerance = self.rate as usize / 2;
        let position = position.filter(|&position| position.abs_diff(by_clock) < tolerance).unwrap_or(by_clock);

        let (_, decoder) = match &mut self.decoder {
            Some(decoder) if decoder.0 == *codec => decoder,
            other => other.insert((*codec, codec.decoder())),
        };
        let mut decoded = Vec::with_capacity(codec.frame());
        decoder.decode(packet.payload, &mut decoded);
        if decoder.is_stereo() {
            let pairs = decoded.as_chunks::<2>().0;
            if self.sides.len() < position + pairs.len() {
                self.sides.resize(position + pairs.len(), [0; 2]);
            }
            self.sides[position..position + pairs.len()].copy_from_slice(pairs);
            decoded = pairs.iter().map(|[left, right]| ((i32::from(*left) + i32::from(*right)) / 2) as i16).collect();
        }
        let end = position + decoded.len();
        if self.samples.len() < end {
            self.samples.resize(end, 0);
        }
        self.samples[position..end].copy_from_slice(&decoded);
        let (source, timestamp, sequence) = (packet.source, packet.timestamp, packet.sequence);
        self.anchor = Some(Anchor { source, timestamp, position, sequence });
        let (payload_type, marker) = (packet.payload_type, packet.marker);
        self.arrivals.push(Arrival { at, sequence, timestamp, payload_type, marker, position, lost_before });
    }

    /// What was heard from a moment on. When nothing has come for a while, the silence since then is part of it.
    pub(super) fn since(&self, moment: Instant, now: Instant) -> Vec<i16> {
        let Some(first_at) = self.first_at else {
            return Vec::new();
        };
        let place =
            |at: Instant| at.saturating_duration_since(first_at).as_micros() as usize * self.rate as usize / 1_000_000;
        let mut heard = self.samples.get(place(moment)..).unwrap_or_default().to_vec();
        let last_at = self.arrivals.last().map_or(first_at, |arrival| arrival.at);
        if now.saturating_duration_since(last_at) > Duration::from_millis(100) {
            heard.resize(place(now) - place(moment).min(place(now)), 0);
        }
        heard
    }

    pub(super) fn first_at(&self) -> Option<Instant> {
        self.first_at
    }
}
