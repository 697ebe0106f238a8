//! Members whose keys run the dial plan.

use super::{CallResult, DialplanPlace, Output, Room, Then, door::Farewell};

impl Room {
    /// Lends a member's call to the dial plan. He waits until he is [back](super::Input::Back).
    pub(super) fn run_dialplan(&mut self, at: usize, place: DialplanPlace) {
        let member = self.members[at].id;
        self.go_away(at);
        self.outputs.push_back(Output::RunDialplan { member, place });
    }

    /// He leaves, and his call goes on elsewhere.
    pub(super) fn leave_to(&mut self, at: usize, place: DialplanPlace) {
        let then = Then::Goto(place);
        self.release_with(at, Farewell { sounds: Vec::new(), result: CallResult::Dtmf, then, told: true });
    }
}
