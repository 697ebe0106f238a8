//! Side talk.

use super::{By, Declined, MemberId, Room};

impl Room {
    pub(super) fn whisper(&mut self, by: By, _member: MemberId, _to: Option<MemberId>) {
        self.decline(by, Declined::NotAllowed);
    }

    pub(super) fn pair(&mut self, by: By, _one: MemberId, _other: MemberId) {
        self.decline(by, Declined::NotAllowed);
    }

    pub(super) fn unpair(&mut self, by: By, _member: MemberId) {
        self.decline(by, Declined::NotAllowed);
    }

    /// A member is no longer in the mix; he may be out of the room.
    pub(super) fn forget_aside(&mut self, _member: MemberId) {}
}
