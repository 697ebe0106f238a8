//! What an administrator asked for is done.

use std::time::Duration;

use super::{Command, CommandError, Deed, Forgiven, Members};
use crate::room::{Declined, MemberId, Order, RecordOrder, RoomNumber, Sound};
use crate::service::{CallId, Host, Service};

impl<H: Host> Service<H> {
    pub(in crate::service) fn command(&mut self, now: Duration, command: Command) -> Result<String, CommandError> {
        match command {
            Command::Show(_) => Ok(self.lockouts(now)),
            Command::In(number, deed) => {
                if !self.rooms.contains_key(&number) {
                    return Err(CommandError::NoRoom(number));
                }
                self.deed(now, number, deed)
            }
            Command::Forgive(whom) => self.forgive(now, whom),
        }
    }

    fn deed(&mut self, now: Duration, number: RoomNumber, deed: Deed) -> Result<String, CommandError> {
        let mut room = InRoom { service: self, now, number };
        let number = room.number.clone();
        match deed {
            Deed::Kick(Members::All) | Deed::End => room.one(Order::End, format!("Room {number} was ended.")),
            Deed::Kick(members) => room.each(members, "was kicked", Order::Kick),
            Deed::Mute { members: Members::All, leaders, on } => {
                let whom = if leaders { "everybody" } else { "everybody but leaders" };
                let done = if on { "is muted, also who comes later" } else { "is unmuted" };
                room.one(Order::MuteAll { on, leaders }, format!("In room {number} {whom} {done}."))
            }
            Deed::Mute { members, on, .. } => {
                room.each(members, if on { "muted" } else { "unmuted" }, |member| Order::Mute(member, on))
            }
            Deed::Deafen(members, on) => {
                room.each(members, if on { "deafened" } else { "hears again" }, |member| Order::Deafen(member, on))
            }
            Deed::TalkVolume(members, volume) => {
                let done = format!("is heard at {:+} dB", volume.decibels());
                room.each(members, &done, |member| Order::TalkVolume(member, volume))
            }
            Deed::ListenVolume(members, volume) => {
                let done = format!("hears the others at {:+} dB", volume.decibels());
                room.each(members, &done, |member| Order::ListenVolume(member, volume))
            }
            Deed::Lock(true) => room.one(Order::Lock(true), format!("Room {number} is locked: only leaders come in.")),
            Deed::Lock(false) => room.one(Order::Lock(false), format!("Room {number} is open.")),
            Deed::Admit(Members::All) => {
                room.one(Order::Admit(None), format!("All who waited to be admitted are in room {number}."))
            }
            Deed::Admit(members) => room.each(members, "admitted", |member| Order::Admit(Some(member))),
            Deed::Reject(members) => room.each(members, "turned away", Order::Reject),
            Deed::Floor(None) => {
                room.one(Order::GiveFloor(None), format!("Who raised his hand first may talk in room {number}."))
            }
            Deed::Floor(Some(name)) => {
                room.each(Members::One(name), "may talk", |member| Order::GiveFloor(Some(member)))
            }
            Deed::Hand(members, up) => {
                let done = if up { "has his hand up" } else { "has his hand down" };
                room.each(members, done, |member| Order::Hand(member, up))
            }
            Deed::Extend => room.one(Order::Extend, format!("Room {number} lasts longer.")),
            Deed::Record(order) => {
                let done = match order {
                    RecordOrder::Start => "is recorded as soon as those inside have been told",
                    RecordOrder::Stop => "is no longer recorded",
                    RecordOrder::Pause => "is not recorded until the recording is resumed",
                    RecordOrder::Resume => "is recorded again",
                };
                room.one(Order::Record(order), format!("Room {number} {done}."))
            }
            Deed::Invite(whom) => {
                room.one(Order::Invite(whom.clone()), format!("{whom} is called into room {number}."))
            }
            Deed::CancelInvite => {
                room.one(Order::CancelInvite, format!("The last invitation of room {number} was given up."))
            }
            Deed::Play(files, member) => room.sound(member, files.into_iter().map(Sound::File).collect()),
            Deed::Say(phrase, member) => room.sound(member, vec![Sound::Phrase(phrase)]),
            Deed::Whisper(who, Some(to)) => {
                let order = Order::Whisper(room.member(&who)?, Some(room.member(&to)?));
                room.one(order, format!("Only member {to} of room {number} hears member {who}."))
            }
            Deed::Whisper(who, None) => {
                let order = Order::Whisper(room.member(&who)?, None);
                room.one(order, format!("Everybody in room {number} hears member {who}."))
            }
            Deed::Pair(one, other) => {
                let order = Order::Pair(room.member(&one)?, room.member(&other)?);
                room.one(order, format!("Members {one} and {other} of room {number} hear only each other."))
            }
            Deed::Unpair(name) => room.each(Members::One(name), "is in the common room again", Order::Unpair),
            Deed::Move(members, to) => room.send(members, to),
        }
    }

    fn lockouts(&self, _now: Duration) -> String {
        String::new()
    }

    fn forgive(&mut self, _now: Duration, whom: Forgiven) -> Result<String, CommandError> {
        match whom {
            Forgiven::All => Ok("Nobody is locked out.".into()),
            Forgiven::One(who) => Err(CommandError::Nothing(format!("'{who}' is not locked out"))),
        }
    }
}

/// A room in progress, in which something is to be done.
struct InRoom<'s, H: Host> {
    service: &'s mut Service<H>,
    now: Duration,
    number: RoomNumber,
}

impl<H: Host> InRoom<'_, H> {
    fn order(&mut self, order: Order) -> Result<(), Declined> {
        self.service.order(self.now, &self.number, order)
    }

    fn one(&mut self, order: Order, done: String) -> Result<String, CommandError> {
        self.order(order).map(|()| done).map_err(CommandError::Declined)
    }

    /// Does it for each; of all, those for whom it could be done are counted.
    fn each(
        &mut self,
        members: Members,
        done: &str,
        order: impl Fn(MemberId) -> Order,
    ) -> Result<String, CommandError> {
        let number = self.number.clone();
        match members {
            Members::One(name) => {
                let member = self.member(&name)?;
                self.one(order(member), format!("Member {name} of room {number} {done}."))
            }
            Members::All => {
                let all = self.all();
                let outcomes: Vec<_> = all.into_iter().map(|id| self.order(order(MemberId(id.0)))).collect();
                let count = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
                match outcomes.into_iter().find_map(Result::err) {
                    Some(why) if count == 0 => Err(CommandError::Declined(why)),
                    _ => Ok(format!("{count} members of room {number} {done}.")),
                }
            }
        }
    }

    fn sound(&mut self, member: Option<String>, sounds: Vec<Sound>) -> Result<String, CommandError> {
        let number = self.number.clone();
        match member {
            None => self.one(Order::Play(None, sounds), format!("It is played to room {number}.")),
            Some(name) => {
                let order = Order::Play(Some(self.member(&name)?), sounds);
                self.one(order, format!("It is played to member {name} of room {number}."))
            }
        }
    }

    fn send(&mut self, members: Members, to: RoomNumber) -> Result<String, CommandError> {
        let known = self.service.rooms.contains_key(&to) || self.service.settings.conferences.contains_key(&to);
        if to == self.number || !known {
            let what = if known { "is the room where they are" } else { "is not set up, and not in progress" };
            return Err(CommandError::Nothing(format!("room {to} {what}; name another one")));
        }
        let going = match &members {
            Members::All => self.all(),
            Members::One(name) => vec![CallId(self.member(name)?.0)],
        };
        self.service.moves.extend(going.iter().map(|id| (*id, to.clone())));
        let outcome = self.each(members, &format!("goes to room {to}"), Order::Move);
        for id in going {
            self.service.moves.remove(&id);
        }
        outcome
    }

    fn all(&self) -> Vec<CallId> {
        self.service.members_by_number(&self.number).into_values().collect()
    }

    fn member(&self, name: &str) -> Result<MemberId, CommandError> {
        let all = self.service.members_by_number(&self.number);
        let by_number = name.parse().ok().and_then(|place: u32| all.get(&place).copied());
        let found = by_number.or_else(|| all.into_values().find(|id| *self.service.calls[id].channel == *name));
        found.map(|id| MemberId(id.0)).ok_or_else(|| CommandError::NoMember(self.number.clone(), name.to_owned()))
    }
}
