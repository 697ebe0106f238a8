//! What a caller sends: a frame of the sound, or a piece of a digit, each 20 ms.

use std::collections::VecDeque;

use crate::codec::{Codec, Encoder};
use crate::listen;
use crate::network::{Network, Pauses};
use crate::rtp::Packet;
use crate::sip::Media;
use crate::sound::{Player, Sound};

pub(super) struct Mouth {
    player: Player,
    /// What was said so far, for a test to compare with.
    pub(super) said: Vec<i16>,
    digits: VecDeque<(u8, Pace)>,
    pressed: Option<Pressed>,
    sequence: u16,
    timestamp: u32,
    source: u32,
    started: bool,
    encoder: Option<(Codec, Encoder)>,
    /// Samples since it was last loud.
    quiet: u64,
}

/// How fast keys are pressed, in frames.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    down: u32,
    /// A pause, so that two equal digits stay two.
    up: u32,
    /// Packets at the end that say the same, as any of them may be lost.
    ends: u32,
}

impl Pace {
    /// As people press them.
    pub(super) const USUAL: Self = Self { down: 8, up: 4, ends: 3 };
    /// Ten a second, as telephones send what they have in their memory.
    pub(super) const FAST: Self = Self { down: 3, up: 2, ends: 1 };
}

/// A digit on its way.
struct Pressed {
    event: u8,
    pace: Pace,
    began: u32,
    frames: u32,
}

impl Mouth {
    pub(super) fn new(rate: u32, source: u32) -> Self {
        Self {
            player: Player::new(Sound::Silence, rate),
            said: Vec::new(),
            digits: VecDeque::new(),
            pressed: None,
            // In the lower half, as telephones that may encrypt begin (RFC 3711, 3.3.1). Asterisk's jitter buffer delivers
            // nothing of many streams while they are in the upper half.
            sequence: source as u16 >> 2,
            timestamp: source.wrapping_mul(977),
            source,
            started: false,
            encoder: None,
            quiet: 0,
        }
    }

    pub(super) fn say(&mut self, sound: Sound, rate: u32) {
        self.player = Player::new(sound, rate);
    }

    pub(super) fn press(&mut self, digits: &str, pace: Pace) {
        self.digits.extend(digits.bytes().filter_map(event).map(|event| (event, pace)));
    }

    /// Whether the sound and all digits are out.
    pub(super) fn is_done(&self) -> bool {
        self.player.is_done() && self.digits_are_out()
    }

    pub(super) fn digits_are_out(&self) -> bool {
        self.digits.is_empty() && self.pressed.is_none()
    }

    /// Makes the next packet, empty if there is nothing to be sent.
    pub(super) fn frame(&mut self, media: &Media, network: &Network, packet: &mut Vec<u8>) {
        packet.clear();
        let rate = media.codec.rate();
        let length = (network.packet.as_millis() * u128::from(rate) / 1_000) as usize;
        if self.pressed.is_none()
            && let (Some((event, pace)), Some(_)) = (self.digits.pop_front(), media.events)
        {
            self.pressed = Some(Pressed { event, pace, began: self.timestamp, frames: 0 });
        }
        match (&mut self.pressed, media.events) {
            (Some(pressed), Some(events)) if pressed.frames < pressed.pace.down => {
                pressed.frames += 1;
                let first_end = pressed.pace.down - pressed.pace.ends + 1;
                let end = pressed.frames >= first_end;
                let clock = media.codec.clock() / 1_000 * network.packet.as_millis() as u32;
                let duration = pressed.frames.min(first_end) * clock;
                let volume = 10 | if end { 0x80 } else { 0 };
                let [.., high, low] = duration.to_be_bytes();
                let payload = [pressed.event, volume, high, low];
                let (marker, timestamp) = (pressed.frames == 1, pressed.began);
                self.write(events, marker, timestamp, packet);
                packet.extend_from_slice(&payload);
                self.said.resize(self.said.len() + length, 0);
            }
            _ => {
                let mut samples = [0; MOST_SAMPLES];
                let samples = &mut samples[..length];
                match &mut self.pressed {
                    Some(pressed) => {
                        pressed.frames += 1;
                        if pressed.frames >= pressed.pace.down + pressed.pace.up {
                            self.pressed = None;
                        }
                    }
                    None => self.player.fill(samples),
                }
                self.said.extend_from_slice(samples);
                match self.pause(samples, rate, network.pauses) {
                    Pause::None { ends } => {
                        self.write(media.payload_type, ends || !self.started, self.timestamp, packet);
                        self.started = true;
                        let (_, encoder) = match &mut self.encoder {
                            Some(encoder) if encoder.0 == media.codec => encoder,
                            other => other.insert((media.codec, media.codec.encoder())),
                        };
                        encoder.encode(samples, packet);
                    }
                    Pause::Noise => {
                        self.write(COMFORT_NOISE, false, self.timestamp, packet);
                        packet.push(NOISE_LEVEL);
                    }
                    Pause::Nothing => {}
                }
            }
        }
        self.timestamp = self.timestamp.wrapping_add(media.codec.clock() / 1_000 * network.packet.as_millis() as u32);
    }

    /// What is to be sent in place of samples, if they are part of a pause.
    fn pause(&mut self, samples: &[i16], rate: u32, pauses: Pauses) -> Pause {
        let before = self.quiet;
        self.quiet = if listen::level(samples) > QUIET { 0 } else { self.quiet + samples.len() as u64 };
        let is_pause = |quiet| quiet > u64::from(rate / 5);
        if pauses == Pauses::Sent || !is_pause(self.quiet) {
            return Pause::None { ends: pauses != Pauses::Sent && is_pause(before) };
        }
        let (half, now) = (u64::from(rate / 2), self.quiet - u64::from(rate / 5));
        let is_time = !is_pause(before) || now / half != (now - samples.len() as u64) / half;
        if pauses == Pauses::ComfortNoise && is_time { Pause::Noise } else { Pause::Nothing }
    }

    fn write(&mut self, payload_type: u8, marker: bool, timestamp: u32, packet: &mut Vec<u8>) {
        let (sequence, source) = (self.sequence, self.source);
        let header = Packet { payload_type, marker, sequence, timestamp, source, payload: &[] }.header();
        packet.extend_from_slice(&header);
        self.sequence = self.sequence.wrapping_add(1);
    }
}

/// Whether there is something to send.
enum Pause {
    /// The samples; perhaps a pause ends with them.
    None {
        ends: bool,
    },
    /// A packet of comfort noise.
    Noise,
    Nothing,
}

fn event(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'*' => Some(10),
        b'#' => Some(11),
        b'A'..=b'D' => Some(digit - b'A' + 12),
        _ => None,
    }
}

/// The digit of an event, the other way round.
pub(super) fn digit(event: u8) -> Option<char> {
    "0123456789*#ABCD".chars().nth(usize::from(event))
}

/// 60 ms at 48 kHz.
const MOST_SAMPLES: usize = 2_880;
/// RFC 3551, table 4.
const COMFORT_NOISE: u8 = 13;
/// In dB below full scale (RFC 3389, paragraph 3.1).
const NOISE_LEVEL: u8 = 65;
/// What nobody says is below this, in dB of a sine of full scale.
const QUIET: f64 = -50.0;
