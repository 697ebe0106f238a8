//! What passes between the engine and its users.

use std::fmt;

use super::ids::{LegId, RoomId};
use crate::audio::SampleRate;

/// How much the engine can hold. Fixed when it is made; beyond it the answer is [`Full`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Capacity {
    /// Media workers, at most 64.
    pub workers: usize,
    /// Legs on each worker, at most 65 536.
    pub legs: usize,
    /// Rooms, side rooms among them, at most 65 536.
    pub rooms: usize,
    /// Streams of music, fed or looped.
    pub music: usize,
    /// Clips that can wait or play at once in each queue: a leg's own, its announcements, and a room's.
    pub clips: usize,
    /// Taps on legs and rooms, at most 65 536.
    pub taps: usize,
    /// Rooms of 16 kHz that any two workers can share at once; twice as many of 8 kHz, a third of 48 kHz.
    pub split_rooms: usize,
    /// Commands on their way to a worker before they wait in the control half.
    pub commands: usize,
    /// Reports on their way back from a worker before they wait there.
    pub reports: usize,
}

impl Default for Capacity {
    fn default() -> Capacity {
        Capacity {
            workers: 1,
            legs: 1000,
            rooms: 1000,
            music: 16,
            clips: 32,
            taps: 2048,
            split_rooms: 32,
            commands: 4096,
            reports: 4096,
        }
    }
}

/// The form in which a host hands in a leg's audio and takes it out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Codec {
    /// G.711 µ-law, 8 kHz.
    Pcmu,
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// 16 bit linear samples in the machine's byte order.
    Linear(SampleRate),
}

impl Codec {
    /// The rate of the audio in this form.
    pub fn rate(self) -> SampleRate {
        match self {
            Codec::Pcmu | Codec::Pcma => SampleRate::Hz8000,
            Codec::Linear(rate) => rate,
        }
    }
}

/// Whom a clip is played to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Target {
    /// One leg.
    Leg(LegId),
    /// One leg, in a queue beside that of [`Target::Leg`]: what is announced to its room in its own language. Both
    /// queues may sound at once.
    Announce(LegId),
    /// Everybody seated in the room.
    Room(RoomId),
}

/// What the audio side tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Event {
    /// A seated leg began or ceased to talk. Of several changes in quick succession only the last may be told.
    Talking {
        /// Who.
        leg: LegId,
        /// Began, or ceased.
        on: bool,
    },
    /// A clip came to its end, was stopped, or went with its leg or room. Told exactly once for each clip.
    Played {
        /// The token given with the clip.
        token: u64,
    },
}

/// One tick of audio for the host to send.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Output<'a> {
    /// 160 bytes for a leg in [`Codec::Pcmu`] or [`Codec::Pcma`].
    Payload(&'a [u8]),
    /// [`samples_per_tick`](SampleRate::samples_per_tick) samples for a leg in [`Codec::Linear`].
    Linear(&'a [i16]),
    /// This worker has no such leg.
    None,
}

/// The engine holds as many of these as it was made for, or there is no such thing to add to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no place left in the audio engine; raise its capacity and restart")
    }
}

impl std::error::Error for Full {}
