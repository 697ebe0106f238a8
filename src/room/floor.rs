//! Hands that are raised, and who is given the floor.

use super::{
    By, Declined, MemberId, Mutes, Notice, Output, Role, Room,
    sound::{FLOOR, HAND_DOWN, HAND_RAISED, HAND_UP},
};

impl Room {
    /// Raises or lowers a hand; leaders hear of a raised one.
    pub(super) fn hand(&mut self, by: By, at: usize, up: bool) -> Result<(), Declined> {
        let member = &mut self.members[at];
        if member.role == Role::Listener {
            return Err(Declined::NotAllowed);
        }
        if member.hand.is_some() == up {
            return Err(Declined::Already);
        }
        let id = member.id;
        member.hand = up.then_some(self.next_hand);
        self.next_hand += 1;
        self.outputs.push_back(Output::Notice(Notice::Hand { member: id, up }));
        if by == By::Member(id) {
            self.play(at, if up { HAND_UP } else { HAND_DOWN });
        }
        if up {
            self.tell_leaders(&[HAND_RAISED], Some(id));
        }
        Ok(())
    }

    pub(super) fn give_floor(&mut self, whom: Option<MemberId>) -> Result<(), Declined> {
        let at = match whom {
            Some(id) => self.at(id).ok_or(Declined::NoMember)?,
            None => self.first_hand().ok_or(Declined::Nobody)?,
        };
        if self.members[at].role == Role::Listener {
            return Err(Declined::NotAllowed);
        }
        if self.members[at].hand.take().is_some() {
            let member = self.members[at].id;
            self.outputs.push_back(Output::Notice(Notice::Hand { member, up: false }));
        }
        let mutes = self.members[at].mutes;
        self.set_mutes(at, Mutes { at_start: false, imposed: false, all: false, ..mutes });
        self.play(at, FLOOR);
        Ok(())
    }

    /// Who raised his hand before the others.
    fn first_hand(&self) -> Option<usize> {
        let raised = self.members.iter().enumerate().filter_map(|(at, member)| Some((member.hand?, at)));
        raised.min().map(|(_, at)| at)
    }
}
