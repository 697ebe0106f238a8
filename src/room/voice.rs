//! Who may talk, who does, and who hears the others.

use super::{
    Deafs, Declined, Member, Mix, Mutes, Notice, Output, Role, Room, Sound,
    desk::Subject,
    sound::{ALL_MUTED, ALL_UNMUTED, DEAFENED, LISTEN_ONLY, MUTED, UNDEAFENED, UNMUTED},
};

impl Room {
    pub(super) fn talking(&mut self, at: usize, voice: bool) {
        self.change(at, |member| member.voice = voice);
    }

    /// A leader or the console mutes him, or lifts every mute that is not his own.
    pub(super) fn impose_mute(&mut self, at: usize, on: bool) {
        let could_talk = self.members[at].may_talk();
        let mutes = self.members[at].mutes;
        let imposed = Mutes { imposed: on, at_start: mutes.at_start && on, all: mutes.all && on, ..mutes };
        self.set_mutes(at, imposed);
        match (could_talk, self.members[at].may_talk()) {
            (true, false) => self.play(at, MUTED),
            (false, true) => self.play(at, UNMUTED),
            _ => {}
        }
    }

    /// The words that tell him what he is now.
    pub(super) fn toggle_own_mute(&mut self, at: usize) -> Sound {
        let Mutes { own, at_start, all, .. } = self.members[at].mutes;
        let lifts = own || at_start || (all && self.members[at].leads());
        self.own_mute(at, !lifts)
    }

    /// He mutes himself, or lifts what he may lift. The words tell him what he is now.
    pub(super) fn own_mute(&mut self, at: usize, on: bool) -> Sound {
        let member = &self.members[at];
        if member.role == Role::Listener {
            return LISTEN_ONLY;
        }
        let mut mutes = member.mutes;
        // What he sets under somebody else's mute would surprise him when that is lifted.
        if mutes.imposed || (mutes.all && !member.leads()) {
            return MUTED;
        }
        mutes.own = on;
        mutes.at_start &= on;
        mutes.all &= on;
        self.set_mutes(at, mutes);
        if on { MUTED } else { UNMUTED }
    }

    /// Mutes everybody, also who comes later, or lifts that.
    pub(super) fn mute_all(&mut self, on: bool, leaders: bool) -> Result<(), Declined> {
        let before = std::mem::replace(&mut self.mute_all, on.then_some(leaders));
        let mut changed = before.is_some() != on;
        if changed {
            self.outputs.push_back(Output::Notice(Notice::MutedAll(on)));
        }
        for at in 0..self.members.len() {
            let mutes = self.members[at].mutes;
            let all = self.mute_all_covers(self.members[at].role);
            changed |= mutes.all != all;
            self.set_mutes(at, Mutes { all, ..mutes });
        }
        if !changed {
            return Err(Declined::Already);
        }
        self.desk.say(Subject::Words, vec![if on { ALL_MUTED } else { ALL_UNMUTED }]);
        Ok(())
    }

    pub(super) fn mute_all_covers(&self, role: Role) -> bool {
        self.mute_all.is_some_and(|leaders| leaders || role != Role::Leader)
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

    /// What is done to what he says; `None`: as it is.
    pub(super) fn set_voice(&mut self, at: usize, level: Option<bool>, denoise: Option<bool>) -> Result<(), Declined> {
        let member = &mut self.members[at];
        let wanted = (level.unwrap_or(member.levelled), denoise.unwrap_or(member.denoised));
        if wanted == (member.levelled, member.denoised) {
            return Err(Declined::Already);
        }
        (member.levelled, member.denoised) = wanted;
        self.say_voice(at);
        Ok(())
    }

    pub(super) fn say_voice(&mut self, at: usize) {
        let Member { id: member, levelled: level, denoised: denoise, .. } = self.members[at];
        self.outputs.push_back(Output::Voice { member, level, denoise });
    }

    /// How the voices are put together.
    pub(super) fn set_mix(&mut self, mix: Mix) -> Result<(), Declined> {
        if std::mem::replace(&mut self.mix, mix) == mix {
            return Err(Declined::Already);
        }
        self.outputs.push_back(Output::Mix(mix));
        Ok(())
    }

    /// A leader or the console deafens him, or lifts what is not his own.
    pub(super) fn impose_deaf(&mut self, at: usize, on: bool) {
        let was_deaf = self.members[at].deafs.any();
        let deafs = self.members[at].deafs;
        self.set_deafs(at, Deafs { imposed: on, at_start: deafs.at_start && on, ..deafs });
        let is_deaf = self.members[at].deafs.any();
        if is_deaf != was_deaf {
            self.play(at, if is_deaf { DEAFENED } else { UNDEAFENED });
        }
    }

    /// The words that tell him what he is now.
    pub(super) fn toggle_own_deaf(&mut self, at: usize) -> Sound {
        let Deafs { own, at_start, .. } = self.members[at].deafs;
        self.own_deaf(at, !(own || at_start))
    }

    /// The same as [`own_mute`](Self::own_mute) for hearing.
    pub(super) fn own_deaf(&mut self, at: usize, on: bool) -> Sound {
        let deafs = self.members[at].deafs;
        if deafs.imposed {
            return DEAFENED;
        }
        self.set_deafs(at, Deafs { own: on, at_start: deafs.at_start && on, ..deafs });
        if on { DEAFENED } else { UNDEAFENED }
    }

    fn set_deafs(&mut self, at: usize, deafs: Deafs) {
        let member = &mut self.members[at];
        let before = std::mem::replace(&mut member.deafs, deafs);
        if before.any() != deafs.any() {
            self.outputs.push_back(Output::HearingAllowed { member: member.id, allowed: !deafs.any() });
        }
        if before != deafs {
            self.outputs.push_back(Output::Notice(Notice::Deafened { member: member.id }));
        }
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
