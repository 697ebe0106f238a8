//! Invitations.

use super::{By, Declined, InviteId, InviteProgress, MemberId, Room};

impl Room {
    pub(super) fn invite(&mut self, by: By, _number: String) {
        self.decline(by, Declined::NotAllowed);
    }

    pub(super) fn cancel_invite(&mut self, by: By) {
        self.decline(by, Declined::NotAllowed);
    }

    /// How an invitation goes.
    pub(super) fn invited(&mut self, _invite: InviteId, _progress: InviteProgress) {}

    /// Who was invited is a member now.
    pub(super) fn invited_joined(&mut self, _member: MemberId, _invite: InviteId) {}

    /// The room is over.
    pub(super) fn hang_up_invitations(&mut self) {}
}
