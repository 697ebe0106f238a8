//! The rooms as they are, for whoever only looks: console, page, metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{CallId, Host, Service, Settings};
use crate::audio::SampleRate;
#[cfg(feature = "directory")]
use crate::directory::{AccountId, ConferenceId};
use crate::room::{Caller, Mix, Mutes, RecordingState, Role, RoomNumber, Volume, Waits};

/// All rooms in progress, by number.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The rooms.
    pub rooms: BTreeMap<RoomNumber, Arc<RoomPicture>>,
    /// The settings that rooms open with now.
    pub settings: Arc<Settings>,
    /// The time of the service's clock when this was true. While rooms are open it is at most a second old, so that
    /// `taken_at - joined_at` is how long a member has been here.
    pub taken_at: Duration,
}

/// One room.
#[derive(Clone, Debug)]
pub struct RoomPicture {
    /// The conference of the directory that is held in it, and whose it is; `None`: a room of the settings.
    #[cfg(feature = "directory")]
    pub conference: Option<(ConferenceId, AccountId)>,
    /// What people call it; empty: nothing but its number.
    pub name: String,
    /// When it opened, since 1970-01-01 00:00 UTC.
    pub opened: Duration,
    /// When it ends for all, by the service's clock; `None`: not by itself.
    pub ends_at: Option<Duration>,
    /// Only leaders come in.
    pub locked: bool,
    /// Everybody was muted.
    pub muted: bool,
    /// What its recording does.
    pub recording: RecordingState,
    /// The numbers that are being called into it.
    pub calling: Vec<String>,
    /// How its voices are put together.
    pub mix: Mix,
    /// The rate at which it is mixed.
    pub rate: SampleRate,
    /// The most members, if limited.
    pub max_members: Option<u32>,
    /// Who is in, in the order they came.
    pub members: Vec<MemberPicture>,
    /// The numbers of those who spoke, the one who speaks or spoke last first.
    pub speakers: Vec<u32>,
}

/// One member.
#[derive(Clone, Debug)]
pub struct MemberPicture {
    /// His number in the room, from 1 in the order they came; never used twice while it is open.
    pub number: u32,
    /// His call.
    pub call: CallId,
    /// The host's name of his call.
    pub channel: Arc<str>,
    /// His name and number.
    pub caller: Caller,
    /// What he may do.
    pub role: Role,
    /// Who muted him.
    pub mutes: Mutes,
    /// Why he waits instead of being in the mix; `None`: he does not.
    pub waits: Option<Waits>,
    /// He hears nothing of the room.
    pub deaf: bool,
    /// His hand is up.
    pub hand: bool,
    /// He talks and is heard.
    pub talking: bool,
    /// How loud he talks, in dBFS (0 is full scale), told five times a second; `None`: he does not, or it is not known.
    pub level: Option<i8>,
    /// He is brought to the loudness of all.
    pub levelled: bool,
    /// The noise behind him is taken away.
    pub denoised: bool,
    /// His telephone has us on hold.
    pub held: bool,
    /// How loud he is for the others.
    pub talk_volume: Volume,
    /// How loud the others are for him.
    pub listen_volume: Volume,
    /// When he joined, by the service's clock.
    pub joined_at: Duration,
}

/// The picture that others see. Behind a lock that is held for one copy of a pointer; `arc-swap` would leave a
/// thread-local value in each of the host's threads that look, and with it the library could not be unloaded.
#[derive(Default)]
pub(super) struct Shown(Mutex<Arc<Picture>>);

impl Shown {
    pub(super) fn look(&self) -> Arc<Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, picture: Arc<Picture>) {
        // The one before is dropped after the lock.
        let _before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), picture);
    }
}

/// Keeps the picture that others see.
#[derive(Default)]
pub(super) struct Publisher {
    picture: Arc<Shown>,
    latest: Picture,
    changed: bool,
    /// The rooms that look otherwise than before, or are over.
    rooms: Vec<RoomNumber>,
}

impl Publisher {
    pub(super) fn picture(&self) -> Arc<Shown> {
        self.picture.clone()
    }

    pub(super) fn closed(&mut self, number: &RoomNumber) {
        self.latest.rooms.remove(number);
        self.rooms.push(number.clone());
        self.changed = true;
    }
}

impl<H: Host> Service<H> {
    /// Draws the rooms that changed.
    pub(super) fn publish(&mut self, now: Duration) {
        let Self { host, rooms, calls, publisher, settings, invites, engine, .. } = self;
        if !Arc::ptr_eq(&publisher.latest.settings, settings) {
            publisher.latest.settings = settings.clone();
            publisher.changed = true;
        }
        for (number, open) in rooms.iter_mut().filter(|(_, open)| open.changed) {
            open.changed = false;
            let members = open.room.members().filter_map(|member| {
                let id = CallId(member.id().0);
                let call = calls.get(&id)?;
                Some(MemberPicture {
                    number: member.place(),
                    call: id,
                    channel: call.channel.clone(),
                    caller: member.caller().clone(),
                    role: member.role(),
                    mutes: member.mutes(),
                    waits: member.waits(),
                    deaf: member.deafs().any(),
                    hand: member.hand_is_up(),
                    talking: member.talking() && !call.held,
                    level: open.speakers.level(id).filter(|_| member.talking() && !call.held),
                    levelled: member.levelled(),
                    denoised: member.denoised(),
                    held: call.held,
                    talk_volume: member.talk_volume(),
                    listen_volume: member.listen_volume(),
                    joined_at: member.joined_at(),
                })
            });
            let mut members: Vec<_> = members.collect();
            members.sort_by_key(|member| member.number);
            let number_of = |id: &CallId| members.iter().find(|member| member.call == *id).map(|member| member.number);
            let speakers = open.speakers.order().iter().filter_map(number_of).collect();
            let max_members = open.room.conference().max_members;
            let calling = open.invites.iter().filter_map(|invite| invites.get(invite)?.calling().map(str::to_owned));
            let picture = RoomPicture {
                #[cfg(feature = "directory")]
                conference: open.origin.as_ref().map(|origin| (origin.conference, origin.account)),
                name: open.origin.as_ref().map(|origin| origin.called().to_owned()).unwrap_or_default(),
                opened: open.opened,
                ends_at: open.room.ends_at(),
                locked: open.room.is_locked(),
                muted: open.room.is_muted(),
                recording: open.room.recording(),
                calling: calling.collect(),
                mix: open.room.mix(),
                rate: engine.room_rate(open.id),
                max_members,
                members,
                speakers,
            };
            publisher.latest.rooms.insert(number.clone(), Arc::new(picture));
            publisher.rooms.push(number.clone());
            publisher.changed = true;
        }
        let stale = !rooms.is_empty() && now.saturating_sub(publisher.latest.taken_at) >= LONGEST_UNCHANGED;
        if std::mem::take(&mut publisher.changed) || stale {
            publisher.latest.taken_at = now;
            publisher.picture.show(Arc::new(publisher.latest.clone()));
        }
        for number in publisher.rooms.drain(..) {
            host.changed(&number, publisher.latest.rooms.get(&number).map(|room| &**room));
        }
    }
}

/// How old a picture of open rooms may get when nothing changes in them.
const LONGEST_UNCHANGED: Duration = Duration::from_secs(1);
