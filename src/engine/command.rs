//! What travels between the two halves.

use std::sync::Arc;

use super::ids::{LegId, MusicId, RoomId};
use super::leg::{Edge, LegAudio};
use super::music::{MusicOutlet, MusicStream};
use super::player::Playing;
use super::room::{Outlet, Room};
use super::types::Codec;
use crate::audio::Clip;

/// From the control half to a worker, applied in order at the start of a tick.
pub(super) enum Command {
    AddLeg { leg: LegId, codec: Codec, audio: Box<LegAudio> },
    RemoveLeg { leg: LegId },
    AttachRoom { slot: u16, room: Box<Room> },
    DetachRoom { room: RoomId },
    SetPeers { room: RoomId, peers: u64 },
    Retune { room: RoomId, retune: Box<Retune> },
    Seat { leg: LegId, room: RoomId, seating: Box<Seating> },
    Unseat { leg: LegId },
    SetTalk { leg: LegId, gain: f32 },
    SetListen { leg: LegId, gain: f32 },
    PlayToLeg { leg: LegId, playing: Playing },
    PlayToRoom { room: RoomId, playing: Playing },
    StopLeg { leg: LegId },
    StopRoom { room: RoomId },
    AddMusic { slot: u16, stream: Box<MusicStream> },
    RemoveMusic { music: MusicId },
    SetMusic { leg: LegId, music: Option<MusicId>, outlet: Option<Box<MusicOutlet>> },
}

/// What a leg may need to sit in a room of another rate.
pub(super) struct Seating {
    pub edge: Option<Box<Edge>>,
    pub outlet: Option<Box<Outlet>>,
}

/// A room at its new rate, and all that has to change with it.
pub(super) struct Retune {
    pub room: Box<Room>,
    pub edges: Vec<(LegId, Option<Box<Edge>>)>,
    pub clips: Vec<(u64, Arc<Clip>)>,
}

/// From a worker to the control half.
pub(super) enum Report {
    Talking {
        leg: LegId,
        on: bool,
    },
    /// A clip is done with; by its serial number, which names it whoever it was played to.
    Played {
        playing: Playing,
    },
    /// Memory to drop.
    Done(Garbage),
}

/// Memory that the audio side is done with, whatever it was.
pub(super) type Garbage = Box<dyn Send>;
