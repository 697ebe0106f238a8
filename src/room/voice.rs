//! Who may talk, and who does.

use super::{
    Member, Mutes, Notice, Output, Room,
    sound::{MUTED, UNMUTED},
};

impl Room {
    pub(super) fn talking(&mut self, at: usize, voice: bool) {
        self.change(at, |member| member.voice = voice);
    }

    pub(super) fn console_mute(&mut self, at: usize, mute: bool) {
        let could_talk = self.members[at].may_talk();
        let mutes = self.members[at].mutes;
        self.set_mutes(at, Mutes { console: mute, at_start: mutes.at_start && mute, ..mutes });
        match (could_talk, self.members[at].may_talk()) {
            (true, false) => self.play(at, MUTED),
            (false, true) => self.play(at, UNMUTED),
            _ => {}
        }
    }

    pub(super) fn set_mutes(&mut self, at: usize, mutes: Mutes) {
        let member = &self.members[at];
        if member.mutes == mutes {
            return;
        }
        let (id, could_talk) = (member.id, member.may_talk());
        self.change(at, |member| member.mutes = mutes);
        let allowed = self.members[at].may_talk();
        if allowed != could_talk {
            self.outputs.push_back(Output::TalkingAllowed { member: id, allowed });
        }
        self.outputs.push_back(Output::Notice(Notice::Muted { member: id }));
    }

    /// Changes a member, and tells if that changed whether he is heard talking.
    pub(super) fn change(&mut self, at: usize, how: impl FnOnce(&mut Member)) {
        let member = &mut self.members[at];
        let before = member.talking();
        how(member);
        let on = member.talking();
        if on != before {
            self.outputs.push_back(Output::Notice(Notice::Talking { member: member.id, on }));
        }
    }
}
