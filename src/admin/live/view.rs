//! Rooms and members as JSON.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::room::{Mix, RecordingState, RoomNumber, Waits};
use crate::service::{MemberPicture, RoomPicture};

/// A room in progress, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::admin) struct Summary<'a> {
    /// The number that callers dial.
    number: &'a str,
    /// What people call it; empty: nothing but its number.
    name: &'a str,
    /// The conference of the directory that is held in it, if it is none of `conclave.conf`.
    conference: Option<i64>,
    /// How many are in, those who wait too.
    members: usize,
    /// How many of them wait.
    waiting: usize,
    /// Only leaders come in.
    locked: bool,
    /// Everybody was muted.
    muted: bool,
    /// What its recording does: `announced`, `on` or `paused`; null: there is none.
    recording: Option<&'static str>,
    /// Whether it belongs to the account that asks.
    mine: bool,
}

/// A room in progress.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::admin) struct Room<'a> {
    /// The number that callers dial.
    number: &'a str,
    /// What people call it; empty: nothing but its number.
    name: &'a str,
    /// The conference of the directory that is held in it, if it is none of `conclave.conf`.
    conference: Option<i64>,
    /// Only leaders come in.
    locked: bool,
    /// Everybody was muted.
    muted: bool,
    /// What its recording does: `announced`, `on` or `paused`; null: there is none.
    recording: Option<&'static str>,
    /// The numbers that are being called into it.
    calling: &'a [String],
    mix: RoomMix,
    /// The rate at which it is mixed, in Hz.
    rate: u32,
    /// The most members, if limited.
    max_members: Option<u32>,
    /// When it opened.
    began: Timestamp,
    /// In so many seconds it ends for all; null: not by itself.
    ends_in: Option<u64>,
    /// Who is in, in the order they came. In an event left out when none of them changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = true, nullable = false)]
    members: Option<Vec<Member<'a>>>,
    /// The numbers of those who spoke, the one who speaks or spoke last first.
    speakers: &'a [u32],
}

/// How the voices of a room are put together.
#[derive(Debug, Serialize, ToSchema)]
struct RoomMix {
    /// So many who talk at once are heard, the loudest; 0: all.
    most_talkers: u32,
    /// A steady noise under everything, in dB against full scale; null: none.
    comfort_noise: Option<i8>,
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::admin) struct Member<'a> {
    /// His number in the room, from 1 in the order they came; never used twice while it is open.
    number: u32,
    /// His name, as his telephone or the PBX tells it; may be empty.
    name: &'a str,
    /// His number; may be empty.
    caller: &'a str,
    /// The PBX's name of his call.
    channel: &'a str,
    /// `leader`, `participant` or `listener`.
    role: &'static str,
    /// He cannot be heard.
    muted: bool,
    /// Who muted him: `self`, `start` (he came in muted), `admin`, `all` (everybody was), `recording` (he has not been
    /// told yet that there is one).
    muted_by: Vec<&'static str>,
    /// Why he waits instead of being in the mix: `away` (in the dial plan), `early`, `lobby`, `leader`; null: he does not.
    waits: Option<&'static str>,
    /// He hears nothing of the room.
    deaf: bool,
    /// His hand is up.
    hand: bool,
    /// He talks and is heard.
    talking: bool,
    /// How loud he talks, in dB against full scale; null: he does not, or it is not known.
    level: Option<i8>,
    /// He is brought to the loudness of all.
    levelled: bool,
    /// The noise behind him is taken away.
    denoised: bool,
    /// His telephone has the conference on hold.
    held: bool,
    /// How long he has been in.
    seconds: u64,
    /// How loud he is for the others, in dB; 0: as he comes.
    talk_volume: i8,
    /// How loud the others are for him, in dB.
    listen_volume: i8,
}

impl<'a> Summary<'a> {
    pub(in crate::admin) fn new(number: &'a RoomNumber, room: &'a RoomPicture, mine: bool) -> Summary<'a> {
        Summary {
            number: number.as_str(),
            name: &room.name,
            conference: room.conference.map(|(id, _)| id.0),
            members: room.members.len(),
            waiting: room.members.iter().filter(|member| member.waits.is_some()).count(),
            locked: room.locked,
            muted: room.muted,
            recording: recording(room.recording),
            mine,
        }
    }
}

impl<'a> Room<'a> {
    /// As it was at `taken_at` of the service's clock.
    pub(in crate::admin) fn new(number: &'a RoomNumber, room: &'a RoomPicture, taken_at: Duration) -> Room<'a> {
        let members = room.members.iter().map(|member| Member::new(member, taken_at)).collect();
        Room { members: Some(members), ..Room::alone(number, room, taken_at) }
    }

    /// Without its members.
    pub(super) fn alone(number: &'a RoomNumber, room: &'a RoomPicture, taken_at: Duration) -> Room<'a> {
        Room {
            number: number.as_str(),
            name: &room.name,
            conference: room.conference.map(|(id, _)| id.0),
            locked: room.locked,
            muted: room.muted,
            recording: recording(room.recording),
            calling: &room.calling,
            mix: {
                let Mix { most_talkers, comfort_noise } = room.mix;
                RoomMix { most_talkers, comfort_noise }
            },
            rate: room.rate.hz(),
            max_members: room.max_members,
            began: moment(room.opened),
            ends_in: room.ends_at.map(|end| end.saturating_sub(taken_at).as_secs()),
            members: None,
            speakers: &room.speakers,
        }
    }
}

impl<'a> Member<'a> {
    pub(super) fn new(member: &'a MemberPicture, taken_at: Duration) -> Member<'a> {
        let mutes = member.mutes;
        let by = [
            (mutes.own, "self"),
            (mutes.at_start, "start"),
            (mutes.imposed, "admin"),
            (mutes.all, "all"),
            (mutes.warned, "recording"),
        ];
        Member {
            number: member.number,
            name: &member.caller.name,
            caller: &member.caller.number,
            channel: &member.channel,
            role: member.role.as_str(),
            muted: mutes.any(),
            muted_by: by.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect(),
            waits: member.waits.map(waits),
            deaf: member.deaf,
            hand: member.hand,
            talking: member.talking,
            level: member.level,
            levelled: member.levelled,
            denoised: member.denoised,
            held: member.held,
            seconds: taken_at.saturating_sub(member.joined_at).as_secs(),
            talk_volume: member.talk_volume.decibels(),
            listen_volume: member.listen_volume.decibels(),
        }
    }
}

fn recording(state: RecordingState) -> Option<&'static str> {
    match state {
        RecordingState::Off => None,
        RecordingState::Announced => Some("announced"),
        RecordingState::On => Some("on"),
        RecordingState::Paused => Some("paused"),
    }
}

fn waits(why: Waits) -> &'static str {
    match why {
        Waits::Away => "away",
        Waits::Early => "early",
        Waits::Lobby => "lobby",
        Waits::Leader => "leader",
    }
}

/// Of a time since 1970, in whole seconds.
fn moment(unix: Duration) -> Timestamp {
    i64::try_from(unix.as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}
