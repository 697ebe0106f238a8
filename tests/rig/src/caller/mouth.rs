//! What a caller sends: a frame of the sound, or a piece of a digit, each 20 ms.

use std::collections::VecDeque;

use crate::codec::{Codec, Encoder};
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
            sequence: source as u16,
            timestamp: source.wrapping_mul(977),
            source,
            started: false,
            encoder: None,
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

    /// Makes the next packet.
    pub(super) fn frame(&mut self, media: &Media, packet: &mut Vec<u8>) {
        let length = media.codec.frame();
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
                let duration = pressed.frames.min(first_end) * media.codec.clock() / 50;
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
                self.write(media.payload_type, !self.started, self.timestamp, packet);
                self.started = true;
                let (_, encoder) = match &mut self.encoder {
                    Some(encoder) if encoder.0 == media.codec => encoder,
                    other => other.insert((media.codec, media.codec.encoder())),
                };
                encoder.encode(samples, packet);
            }
        }
        self.timestamp = self.timestamp.wrapping_add(media.codec.clock() / 50);
    }

    fn write(&mut self, payload_type: u8, marker: bool, timestamp: u32, packet: &mut Vec<u8>) {
        let (sequence, source) = (self.sequence, self.source);
        let header = Packet { payload_type, marker, sequence, timestamp, source, payload: &[] }.header();
        packet.clear();
        packet.extend_from_slice(&header);
        self.sequence = self.sequence.wrapping_add(1);
    }
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

const MOST_SAMPLES: usize = 960;
