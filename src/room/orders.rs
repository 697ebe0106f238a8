//! What members and administrators ask for.

use super::{
    By, CallResult, Declined, Member, MemberId, Mix, Order, Output, Room, Sound,
    acting::Knob,
    desk::Subject,
    door::Farewell,
    io::Then,
    sound::{
        ALL_ADMITTED, CANNOT_EXTEND, INVITING, KICKED, LOCKED_NOW, NO_FURTHER, NO_SUCH_KEY, NOBODY_TO_REMOVE,
        NOBODY_WAITS, NOT_ALLOWED, REJECTED, REMOVED_LAST, UNLOCKED_NOW,
    },
    state::Life,
};

impl Room {
    /// Does what was asked for, or says why not: to a member in words, to the console by [`Output::Declined`].
    pub(super) fn order(&mut self, by: By, order: Order) {
        if self.life == Life::Over {
            return;
        }
        let words = refusal_words(&order);
        match (self.carry_out(by, order), by, words) {
            (Ok(()), _, _) => {}
            (Err(Declined::Nobody | Declined::Nothing), By::Member(id), Some(words)) => {
                self.with(id, |room, at| room.play(at, words));
            }
            (Err(why), _, _) => self.decline(by, why),
        }
    }

    pub(super) fn decline(&mut self, by: By, why: Declined) {
        match by {
            By::Console => self.outputs.push_back(Output::Declined(why)),
            By::Member(id) => {
                let sound = match why {
                    Declined::NoMember | Declined::Nobody => NO_SUCH_KEY,
                    Declined::NotLeader | Declined::NotAllowed => NOT_ALLOWED,
                    Declined::Already | Declined::Nothing => NO_FURTHER,
                    // Only invitations are.
                    Declined::Busy => INVITING,
                };
                self.with(id, |room, at| room.play(at, sound));
            }
        }
    }

    fn carry_out(&mut self, by: By, order: Order) -> Result<(), Declined> {
        if for_leaders(by, &order) && !self.leads(by) {
            return Err(Declined::NotLeader);
        }
        match order {
            Order::Kick(id) => self.release(self.find(id)?, Some(KICKED), CallResult::Kicked),
            Order::KickLast => {
                let last = self.members.iter().rposition(|member| !member.leads()).ok_or(Declined::Nobody)?;
                self.release(last, Some(KICKED), CallResult::Kicked);
                self.confirm(by, REMOVED_LAST);
            }
            Order::Mute(id, on) if by == By::Member(id) => {
                let at = self.find(id)?;
                let words = self.own_mute(at, on);
                self.play(at, words);
            }
            Order::Mute(id, on) => self.impose_mute(self.find(id)?, on),
            Order::MuteAll { on, leaders } => self.mute_all(on, leaders)?,
            Order::Deafen(id, on) if by == By::Member(id) => {
                let at = self.find(id)?;
                let words = self.own_deaf(at, on);
                self.play(at, words);
            }
            Order::Deafen(id, on) => self.impose_deaf(self.find(id)?, on),
            Order::TalkVolume(id, volume) => self.set_volume(self.find(id)?, Knob::Talk, volume),
            Order::ListenVolume(id, volume) => self.set_volume(self.find(id)?, Knob::Listen, volume),
            Order::Level(id, on) => self.set_voice(self.find(id)?, Some(on), None)?,
            Order::Denoise(id, on) => self.set_voice(self.find(id)?, None, Some(on))?,
            Order::MostTalkers(most_talkers) => self.set_mix(Mix { most_talkers, ..self.mix })?,
            Order::ComfortNoise(comfort_noise) => self.set_mix(Mix { comfort_noise, ..self.mix })?,
            Order::Lock(on) => {
                self.lock(on);
                self.confirm(by, if on { LOCKED_NOW } else { UNLOCKED_NOW });
            }
            Order::Admit(whom) => {
                self.admit(whom)?;
                if whom.is_none() {
                    self.confirm(by, ALL_ADMITTED);
                }
            }
            Order::Reject(id) => self.reject(self.find(id)?)?,
            Order::GiveFloor(whom) => self.give_floor(whom)?,
            Order::Hand(id, up) => self.hand(by, self.find(id)?, up)?,
            Order::Extend => self.extend()?,
            Order::Record(order) => self.record(order)?,
            Order::Play(whom, sounds) => self.play_to(whom, sounds)?,
            Order::Move(id) => {
                let at = self.find(id)?;
                let result = CallResult::Kicked;
                self.release_with(at, Farewell { sounds: Vec::new(), result, then: Then::ToRoom, told: true });
            }
            Order::End => self.end(),
            Order::Invite(number) => self.invite(by, &number)?,
            Order::CancelInvite => self.cancel_invite(by)?,
            Order::Whisper(member, to) => self.whisper(member, to)?,
            Order::Pair(one, other) => self.pair(one, other)?,
            Order::Unpair(member) => self.unpair(member)?,
        }
        Ok(())
    }

    /// Tells a member that what he asked for is done.
    fn confirm(&mut self, by: By, words: Sound) {
        if let By::Member(id) = by {
            self.with(id, |room, at| room.play(at, words));
        }
    }

    pub(super) fn find(&self, id: MemberId) -> Result<usize, Declined> {
        self.at(id).ok_or(Declined::NoMember)
    }

    pub(super) fn leads(&self, by: By) -> bool {
        match by {
            By::Console => true,
            By::Member(id) => self.member(id).is_some_and(Member::leads),
        }
    }

    pub(super) fn lock(&mut self, locked: bool) {
        if self.locked != locked && self.life != Life::Over {
            self.locked = locked;
            self.outputs.push_back(Output::Notice(if locked {
                super::Notice::Locked
            } else {
                super::Notice::Unlocked
            }));
        }
    }

    /// Whoever is admitted is seated as soon as nothing else keeps him waiting.
    fn admit(&mut self, whom: Option<MemberId>) -> Result<(), Declined> {
        match whom {
            Some(id) => {
                let at = self.find(id)?;
                if !self.waits_to_be_admitted(at) {
                    return Err(Declined::Already);
                }
                self.members[at].admitted = true;
            }
            None => {
                let mut nobody = true;
                for at in 0..self.members.len() {
                    if self.waits_to_be_admitted(at) {
                        self.members[at].admitted = true;
                        nobody = false;
                    }
                }
                if nobody {
                    return Err(Declined::Nobody);
                }
            }
        }
        Ok(())
    }

    fn reject(&mut self, at: usize) -> Result<(), Declined> {
        if !self.waits_to_be_admitted(at) {
            return Err(Declined::Already);
        }
        self.release(at, Some(REJECTED), CallResult::Rejected);
        Ok(())
    }

    fn waits_to_be_admitted(&self, at: usize) -> bool {
        self.conference.lobby && !self.members[at].admitted
    }

    fn play_to(&mut self, whom: Option<MemberId>, sounds: Vec<Sound>) -> Result<(), Declined> {
        if sounds.is_empty() {
            return Err(Declined::Nothing);
        }
        match whom {
            Some(id) => self.play_all(self.find(id)?, sounds),
            None if self.seats == 0 => return Err(Declined::Nobody),
            None => self.desk.say(Subject::Words, sounds),
        }
        Ok(())
    }
}

/// What a member hears if there is nobody, or nothing, to whom it could be done.
fn refusal_words(order: &Order) -> Option<Sound> {
    match order {
        Order::KickLast => Some(NOBODY_TO_REMOVE),
        Order::Admit(_) => Some(NOBODY_WAITS),
        Order::Extend => Some(CANNOT_EXTEND),
        _ => None,
    }
}

/// Whether only leaders and the console may ask for this. What concerns a member alone he may do himself, and who may
/// invite is the conference's business.
fn for_leaders(by: By, order: &Order) -> bool {
    match order {
        Order::Mute(id, _)
        | Order::Deafen(id, _)
        | Order::TalkVolume(id, _)
        | Order::ListenVolume(id, _)
        | Order::Hand(id, _) => by != By::Member(*id),
        Order::Invite(_) | Order::CancelInvite => false,
        _ => true,
    }
}
