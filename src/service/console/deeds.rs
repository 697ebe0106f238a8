//! What an administrator asked for is done.

use std::fmt::Write;
use std::time::Duration;

use super::show::{clock, show};
use super::{Command, CommandError, Deed, Forgiven, Members, Show};
use crate::room::guard::LockedOut;
use crate::room::{Declined, Guarded, MemberId, Order, RecordOrder, RoomNumber, Sound};
use crate::service::{CallId, Host, Service};

impl<H: Host> Service<H> {
    pub(in crate::service) fn command(&mut self, now: Duration, command: Command) -> Result<String, CommandError> {
        match command {
            Command::Show(Show::Lockouts) => Ok(self.lockouts(now)),
            Command::Show(what) => show(&what, &self.publisher.picture().look(), self.engine.stats()),
            Command::In(number, deed) => InRoom { service: self, now, number }.known()?.deed(deed),
            Command::Order(number, order) => {
                let done = format!("Done in room {number}.");
                InRoom { service: self, now, number }.known()?.one(order, done)
            }
            Command::Forgive(whom) => self.forgive(now, whom),
            // Asked of the page, which answers later.
            Command::WebLink(_) => Err(CommandError::Stopped),
        }
    }

    fn lockouts(&mut self, now: Duration) -> String {
        let locked_out = self.lookup.guard().locked_out(now);
        let mut out = format!("{:<40} {}\n", "Locked out", "For");
        for LockedOut { what, until } in &locked_out {
            let _ = writeln!(out, "{:<40} {}", what.to_string(), clock(until.saturating_sub(now)));
        }
        let _ = write!(out, "{} locked out; 'conclave forgive WHO' lifts it", locked_out.len());
        out
    }

    fn forgive(&mut self, now: Duration, whom: Forgiven) -> Result<String, CommandError> {
        let guard = self.lookup.guard();
        let is_meant = |what: &str| match &whom {
            Forgiven::All => true,
            Forgiven::One(words) => what == words || what.split_once(' ').is_some_and(|(_, name)| name == words),
        };
        let lifted: Vec<Guarded> = guard
            .locked_out(now)
            .into_iter()
            .map(|locked_out| locked_out.what)
            .filter(|what| is_meant(&what.to_string()) && guard.lift(now, what))
            .collect();
        match (&*lifted, whom) {
            ([], Forgiven::One(words)) => Err(CommandError::Nothing(format!(
                "'{words}' is not locked out; 'conclave show lockouts' lists who is"
            ))),
            ([], Forgiven::All) => Ok("Nobody was locked out.".into()),
            (lifted, _) => {
                let names: Vec<String> = lifted.iter().map(ToString::to_string).collect();
                Ok(format!("No longer locked out: {}.", names.join(", ")))
            }
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
    fn known(self) -> Result<Self, CommandError> {
        if self.service.rooms.contains_key(&self.number) { Ok(self) } else { Err(CommandError::NoRoom(self.number)) }
    }

    fn deed(&mut self, deed: Deed) -> Result<String, CommandError> {
        let number = self.number.clone();
        match deed {
            Deed::Kick(Members::All) | Deed::End => self.one(Order::End, format!("Room {number} was ended.")),
            Deed::Kick(members) => self.each(members, "was kicked", Order::Kick),
            Deed::Mute { members: Members::All, leaders, on } => {
                let whom = if leaders { "everybody" } else { "everybody but leaders" };
                let done = if on { "is muted, also who comes later" } else { "is unmuted" };
                self.one(Order::MuteAll { on, leaders }, format!("In room {number} {whom} {done}."))
            }
            Deed::Mute { members, on, .. } => {
                self.each(members, if on { "muted" } else { "unmuted" }, |member| Order::Mute(member, on))
            }
            Deed::Deafen(members, on) => {
                self.each(members, if on { "deafened" } else { "can hear" }, |member| Order::Deafen(member, on))
            }
            Deed::TalkVolume(members, volume) => {
                let done = format!("set to {:+} dB for the others", volume.decibels());
                self.each(members, &done, |member| Order::TalkVolume(member, volume))
            }
            Deed::ListenVolume(members, volume) => {
                let done = format!("set to hear the others at {:+} dB", volume.decibels());
                self.each(members, &done, |member| Order::ListenVolume(member, volume))
            }
            Deed::Level(members, on) => {
                let done = if on { "brought to the loudness of all" } else { "as loud as they come" };
                self.each(members, done, |member| Order::Level(member, on))
            }
            Deed::Denoise(members, on) => {
                let done = if on { "heard without the noise behind them" } else { "heard as they come" };
                self.each(members, done, |member| Order::Denoise(member, on))
            }
            Deed::MostTalkers(0) => {
                self.one(Order::MostTalkers(0), format!("In room {number} all who talk at once are heard."))
            }
            Deed::MostTalkers(most) => self.one(
                Order::MostTalkers(most),
                format!("In room {number} at most {most} who talk at once are heard, the loudest."),
            ),
            Deed::ComfortNoise(Some(level)) => {
                self.one(Order::ComfortNoise(Some(level)), format!("Room {number} has comfort noise of {level} dB."))
            }
            Deed::ComfortNoise(None) => {
                self.one(Order::ComfortNoise(None), format!("Room {number} has no comfort noise."))
            }
            Deed::Lock(true) => self.one(Order::Lock(true), format!("Room {number} is locked: only leaders come in.")),
            Deed::Lock(false) => self.one(Order::Lock(false), format!("Room {number} is open.")),
            Deed::Admit(Members::All) => {
                self.one(Order::Admit(None), format!("All who waited to be admitted are in room {number}."))
            }
            Deed::Admit(members) => self.each(members, "admitted", |member| Order::Admit(Some(member))),
            Deed::Reject(members) => self.each(members, "turned away", Order::Reject),
            Deed::Floor(None) => {
                self.one(Order::GiveFloor(None), format!("Who raised his hand first may talk in room {number}."))
            }
            Deed::Floor(Some(name)) => {
                self.each(Members::One(name), "may talk", |member| Order::GiveFloor(Some(member)))
            }
            Deed::Hand(members, up) => {
                let done = if up { "with a raised hand" } else { "with a lowered hand" };
                self.each(members, done, |member| Order::Hand(member, up))
            }
            Deed::Extend => self.one(Order::Extend, format!("Room {number} lasts longer.")),
            Deed::Record(order) => {
                let done = match order {
                    RecordOrder::Start => "is recorded as soon as those inside have been told",
                    RecordOrder::Stop => "is no longer recorded",
                    RecordOrder::Pause => "is not recorded until the recording is resumed",
                    RecordOrder::Resume => "is recorded again",
                };
                self.one(Order::Record(order), format!("Room {number} {done}."))
            }
            Deed::Invite(whom) => {
                self.one(Order::Invite(whom.clone()), format!("{whom} is called into room {number}."))
            }
            Deed::CancelInvite => {
                self.one(Order::CancelInvite, format!("The last invitation of room {number} was given up."))
            }
            Deed::Play(files, member) => self.sound(member, files.into_iter().map(Sound::File).collect()),
            Deed::Say(phrase, member) => self.sound(member, vec![Sound::Phrase(phrase)]),
            Deed::Whisper(who, Some(to)) => {
                let order = Order::Whisper(self.member(&who)?, Some(self.member(&to)?));
                self.one(order, format!("Only member {to} of room {number} hears member {who}."))
            }
            Deed::Whisper(who, None) => {
                let order = Order::Whisper(self.member(&who)?, None);
                self.one(order, format!("Everybody in room {number} hears member {who}."))
            }
            Deed::Pair(one, other) => {
                let order = Order::Pair(self.member(&one)?, self.member(&other)?);
                self.one(order, format!("Members {one} and {other} of room {number} hear only each other."))
            }
            Deed::Unpair(name) => self.each(Members::One(name), "back in the common mix", Order::Unpair),
            Deed::Move(members, to) => self.send(members, &to),
        }
    }

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
        self.each_call(members, done, |room, id| room.order(order(MemberId(id.0))))
    }

    fn each_call(
        &mut self,
        members: Members,
        done: &str,
        mut act: impl FnMut(&mut Self, CallId) -> Result<(), Declined>,
    ) -> Result<String, CommandError> {
        let number = self.number.clone();
        if let Members::One(name) = members {
            let id = CallId(self.member(&name)?.0);
            let answer = act(self, id).map_err(CommandError::Declined);
            return answer.map(|()| format!("Member {name} of room {number} {done}."));
        }
        let all: Vec<CallId> = self.service.members_by_number(&number).into_values().collect();
        let answers: Vec<_> = all.into_iter().map(|id| act(self, id)).collect();
        let count = answers.iter().filter(|answer| answer.is_ok()).count();
        match answers.into_iter().find_map(Result::err) {
            Some(why) if count == 0 => Err(CommandError::Declined(why)),
            _ => Ok(format!("{count} members of room {number} {done}.")),
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

    fn send(&mut self, members: Members, to: &RoomNumber) -> Result<String, CommandError> {
        if !self.service.can_move_to(self.now, to) {
            return Err(CommandError::NoConference(to.clone()));
        }
        self.each_call(members, &format!("sent to room {to}"), |room, id| {
            room.service.move_call(room.now, &room.number, id, to)
        })
    }

    fn member(&self, name: &str) -> Result<MemberId, CommandError> {
        let all = self.service.members_by_number(&self.number);
        let by_number = name.parse().ok().and_then(|place: u32| all.get(&place).copied());
        let found = by_number.or_else(|| all.into_values().find(|id| *self.service.calls[id].channel == *name));
        found.map(|id| MemberId(id.0)).ok_or_else(|| CommandError::NoMember(self.number.clone(), name.to_owned()))
    }
}
