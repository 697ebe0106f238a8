//! Talk beside the conference: one who is heard by one only, and two who hear only each other.

use super::{Declined, MemberId, Output, Room};

/// Who talks beside the conference now.
#[derive(Debug, Default)]
pub(super) struct Asides {
    /// The first is heard by the second only.
    whispers: Vec<(MemberId, MemberId)>,
    /// Two who hear only each other.
    pairs: Vec<(MemberId, MemberId)>,
}

impl Room {
    /// Who alone hears this member, if he whispers.
    pub fn whispers_to(&self, member: MemberId) -> Option<MemberId> {
        self.asides.whispers.iter().find(|(from, _)| *from == member).map(|(_, to)| *to)
    }

    /// With whom this member is paired.
    pub fn paired_with(&self, member: MemberId) -> Option<MemberId> {
        let (one, other) = *self.asides.pairs.iter().find(|(one, other)| *one == member || *other == member)?;
        Some(if one == member { other } else { one })
    }

    /// [`Order::Whisper`](super::Order::Whisper).
    pub(super) fn whisper(&mut self, from: MemberId, to: Option<MemberId>) -> Result<(), Declined> {
        let Some(to) = to else {
            self.member(from).ok_or(Declined::NoMember)?;
            return if self.end_whisper(from) { Ok(()) } else { Err(Declined::Nothing) };
        };
        self.two_seated(from, to)?;
        if self.paired_with(from).or(self.paired_with(to)).is_some() {
            return Err(Declined::NotAllowed);
        }
        if self.whispers_to(from) == Some(to) {
            return Err(Declined::Already);
        }
        self.asides.whispers.retain(|(of, _)| *of != from);
        self.asides.whispers.push((from, to));
        self.outputs.push_back(Output::Whisper { member: from, to: Some(to) });
        Ok(())
    }

    /// [`Order::Pair`](super::Order::Pair): whatever either had beside the conference before ends.
    pub(super) fn pair(&mut self, one: MemberId, other: MemberId) -> Result<(), Declined> {
        self.two_seated(one, other)?;
        if self.paired_with(one) == Some(other) {
            return Err(Declined::Already);
        }
        self.forget_aside(one);
        self.forget_aside(other);
        self.asides.pairs.push((one, other));
        self.outputs.push_back(Output::Pair(one, other));
        Ok(())
    }

    /// [`Order::Unpair`](super::Order::Unpair).
    pub(super) fn unpair(&mut self, member: MemberId) -> Result<(), Declined> {
        self.member(member).ok_or(Declined::NoMember)?;
        if self.end_pair(member) { Ok(()) } else { Err(Declined::Nothing) }
    }

    /// Ends all that this member has beside the conference: he is about to leave the mix, or gets something else.
    pub(super) fn forget_aside(&mut self, member: MemberId) {
        self.end_pair(member);
        self.end_whisper(member);
        while let Some((from, _)) = self.asides.whispers.iter().find(|(_, to)| *to == member).copied() {
            // What he says was meant for one; he is muted before all hear it.
            self.with(from, |room, at| {
                let words = room.own_mute(at, true);
                room.play(at, words);
            });
            self.end_whisper(from);
        }
    }

    fn end_whisper(&mut self, from: MemberId) -> bool {
        let at = self.asides.whispers.iter().position(|(of, _)| *of == from);
        if let Some(at) = at {
            self.asides.whispers.remove(at);
            self.outputs.push_back(Output::Whisper { member: from, to: None });
        }
        at.is_some()
    }

    fn end_pair(&mut self, member: MemberId) -> bool {
        let at = self.asides.pairs.iter().position(|(one, other)| *one == member || *other == member);
        if let Some(at) = at {
            let (one, other) = self.asides.pairs.remove(at);
            self.outputs.push_back(Output::Unpair(one, other));
        }
        at.is_some()
    }

    fn two_seated(&self, one: MemberId, other: MemberId) -> Result<(), Declined> {
        let (first, second) = self.member(one).zip(self.member(other)).ok_or(Declined::NoMember)?;
        if one == other || !first.seated() || !second.seated() { Err(Declined::NotAllowed) } else { Ok(()) }
    }
}
