//! What passes between the engine and its users.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use super::ids::{LegId, RoomId};
use crate::audio::{Decibels, SampleRate};

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
    /// Rooms of 16 kHz that any two workers can share at once; twice as many of 8 kHz, a third of 48 kHz, and half as
    /// many in which somebody listens in stereo.
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
    /// Any other form: coded and decoded by what the host's [`Coders`] make.
    Coded(Coded),
}

impl Codec {
    /// The rate of the audio in this form.
    pub fn rate(self) -> SampleRate {
        match self {
            Codec::Pcmu | Codec::Pcma => SampleRate::Hz8000,
            Codec::Linear(rate) | Codec::Coded(Coded { rate, .. }) => rate,
        }
    }

    /// Whether who listens in this form hears two channels.
    pub fn is_stereo(self) -> bool {
        matches!(self, Codec::Coded(Coded { stereo: true, .. }))
    }
}

/// A form that the engine does not know by itself.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Coded {
    /// The host's name for it; what has the same name can share one encoding.
    pub format: u16,
    /// The rate of the audio in it.
    pub rate: SampleRate,
    /// Whether who listens in this form hears two channels. What is said in it is mono for us.
    pub stereo: bool,
}

/// Makes what codes and decodes the forms that the engine does not know by itself. Used by the control half.
pub trait Coders: Send {
    /// A decoder for one leg; none if the host has lost the means since it offered the form.
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn Decoder>>;
    /// An encoder for one stream.
    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn Encoder>>;
}

/// Decodes what one leg sends, packet by packet in their order. Called by a worker: must not wait.
pub trait Decoder: Send {
    /// Decodes a packet to mono samples; how many. What finds no room is dropped.
    fn decode(&mut self, payload: &[u8], samples: &mut [i16]) -> usize;
    /// Makes up what a lost packet had, as far as `samples` reach; `next` is the packet after it, if that has come.
    /// False: it cannot.
    fn conceal(&mut self, _next: Option<&[u8]>, _samples: &mut [i16]) -> bool {
        false
    }
}

/// Encodes one stream, tick by tick. Called by a worker: must not wait.
pub trait Encoder: Send {
    /// Encodes a tick, two samples at a time left and right if the form is stereo; how many bytes. 0: nothing has to
    /// be sent for this tick.
    fn encode(&mut self, samples: &[i16], payload: &mut [u8]) -> usize;
    /// Takes over the memory of another encoder of the same form, so that it goes on exactly where that one is. False: it
    /// cannot, and is given what the other was given last instead.
    fn follow(&mut self, _other: &dyn Encoder) -> bool {
        false
    }
    /// For [`follow`](Self::follow): what the other one is.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
    /// Whether a decoder takes it without a sound when the payloads of this encoder are followed by those of another that
    /// was given the same lately. If not, such changes wait for a quiet moment.
    fn forgives(&self) -> bool {
        true
    }
}

/// The longest payload of a packet, in bytes: what fits an Ethernet frame.
pub const MOST_PAYLOAD: usize = 1400;

/// What is known of a packet besides its payload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// RFC 3550's sequence number.
    pub sequence: u16,
    /// Its first sample's time by the sender's clock, counted 8000 a second whatever the rate; goes round.
    pub time: u32,
    /// When it came, on the clock on which tick `n` begins at `n` times 20 ms; if that is known better than by the tick.
    pub arrived: Option<Duration>,
}

/// What is done to what a leg says before others hear it. By default nothing.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Voice {
    /// Whispering and shouting are brought to one loudness.
    pub level: bool,
    /// Noise is taken away. Its talk comes 10 to 14 ms later.
    pub denoise: bool,
}

/// How a room sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoomSound {
    /// So many who talk at once are heard, the loudest; 0, or more than 16: all.
    pub most_talkers: u8,
    /// A steady noise under everything, as loud as this below full scale (root mean square).
    pub comfort_noise: Option<Decibels>,
}

/// What a leg would have of its host after a packet, to play what follows better. A wish: it works without.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Heed {
    /// The next packet should come with [`Stamp::arrived`].
    pub arrival: bool,
    /// This packet was late: what waits behind it should be read in this tick, too.
    pub promptly: bool,
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
    /// How loud somebody talks, five times a second while he does; left out when there is much else to tell.
    Level {
        /// Who.
        leg: LegId,
        /// The root mean square of what he sent, in dBFS.
        dbfs: i8,
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
    /// 160 bytes for a leg in [`Codec::Pcmu`] or [`Codec::Pcma`]; what the encoder made for one in [`Codec::Coded`], which
    /// may be nothing.
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
