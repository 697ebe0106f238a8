//! What travels between the two halves.

use std::sync::Arc;

use super::coding::SharedCoding;
use super::edge::Edge;
use super::ids::{LegId, MusicId, RoomId, TapId};
use super::leg::LegAudio;
use super::music::{MusicOutlet, MusicStream};
use super::place::Place;
use super::player::Playing;
use super::room::{Outlet, Room};
use super::spread::{Spread, SpreadOutlet};
use super::tap::TapEnd;
use super::types::{Codec, Coded, RoomSound};
use super::voice::VoiceWork;
use crate::audio::Clip;

/// From the control half to a worker, applied in order at the start of a tick.
pub(super) enum Command {
    AddLeg {
        leg: LegId,
        codec: Codec,
        audio: Box<LegAudio>,
    },
    RemoveLeg {
        leg: LegId,
    },
    /// The leg is in another form, and in no room.
    SetCodec {
        leg: LegId,
        fitting: Box<Fitting>,
    },
    AttachRoom {
        slot: u16,
        room: Box<Room>,
    },
    DetachRoom {
        room: RoomId,
    },
    SetPeers {
        room: RoomId,
        peers: u64,
    },
    Retune {
        retune: Box<Retune>,
    },
    Seat {
        leg: LegId,
        room: RoomId,
        seating: Box<Seating>,
    },
    Unseat {
        leg: LegId,
    },
    /// Where the talkers of a room are is heard from now on, or no more.
    SetSpread {
        room: RoomId,
        spread: Option<Box<Spread>>,
    },
    /// It is heard at another rate, too.
    AddSpreadOutlet {
        room: RoomId,
        outlet: Box<SpreadOutlet>,
    },
    SetPlace {
        leg: LegId,
        place: Place,
    },
    HearPlaces {
        leg: LegId,
        yes: bool,
    },
    SetTalk {
        leg: LegId,
        gain: f32,
    },
    SetListen {
        leg: LegId,
        gain: f32,
    },
    SetHearing {
        leg: LegId,
        allowed: bool,
    },
    SetVoice {
        leg: LegId,
        work: Option<Box<VoiceWork>>,
    },
    SetRoomSound {
        room: RoomId,
        sound: RoomSound,
    },
    SpeakAside {
        leg: LegId,
        side: Option<RoomId>,
    },
    Overhear {
        leg: LegId,
        side: Option<RoomId>,
        outlet: Option<Box<Outlet>>,
    },
    PlayToLeg {
        leg: LegId,
        queue: Queue,
        playing: Playing,
    },
    PlayToRoom {
        room: RoomId,
        playing: Playing,
    },
    StopLeg {
        leg: LegId,
        queue: Queue,
    },
    StopRoom {
        room: RoomId,
    },
    AddMusic {
        slot: u16,
        stream: Box<MusicStream>,
    },
    RemoveMusic {
        music: MusicId,
    },
    SetMusic {
        leg: LegId,
        music: Option<MusicId>,
        outlet: Option<Box<MusicOutlet>>,
        coding: Option<Box<SharedCoding>>,
    },
    /// Nobody on the worker hears the room in this form any more.
    Uncode {
        room: RoomId,
        coded: Coded,
    },
    UncodeMusic {
        music: MusicId,
        coded: Coded,
    },
    /// Takes the place of one with the same name.
    AddTap {
        end: Box<TapEnd>,
    },
    RemoveTap {
        tap: TapId,
    },
}

/// Which of a leg's two queues of clips.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Queue {
    Own,
    Announcements,
}

/// What a leg needs for another form.
pub(super) struct Fitting {
    pub codec: Codec,
    pub audio: Box<LegAudio>,
    /// What plays to it, at its new rate.
    pub clips: Vec<(u64, Arc<Clip>)>,
}

/// What a leg may need to sit in a room of another rate, and what its form may need there.
pub(super) struct Seating {
    pub edge: Option<Box<Edge>>,
    pub outlet: Option<Box<Outlet>>,
    pub coding: Option<Box<SharedCoding>>,
}

/// A room and its side rooms at their new rate, and all that has to change with them.
pub(super) struct Retune {
    /// As many of them as the worker has.
    pub rooms: Vec<Retuned>,
    /// What its legs need now.
    pub edges: Vec<(LegId, Option<Box<Edge>>)>,
}

/// One room at its new rate.
pub(super) struct Retuned {
    pub id: RoomId,
    pub room: Box<Room>,
    pub clips: Vec<(u64, Arc<Clip>)>,
}

/// From a worker to the control half.
pub(super) enum Report {
    Talking {
        leg: LegId,
        on: bool,
    },
    Level {
        leg: LegId,
        dbfs: i8,
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
