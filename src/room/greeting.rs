//! What is said to whoever joins, and to the others about him.

use super::{
    MemberId, Phrase, Role, Room, Sound,
    desk::Told,
    seating::waiting_words,
    sound::{MUTED, ONLY_PERSON, ROLL_CALL},
};

impl Room {
    /// Seats a newcomer if he need not wait, and greets him.
    pub(super) fn seat_newcomer(&mut self, at: usize) {
        self.settle_seats();
        let words = self.greeting(at);
        let member = &mut self.members[at];
        member.greeted = true;
        if !words.is_empty() {
            self.desk.spare(member.id);
        }
        self.speak_next();
        if self.members[at].seated {
            self.play_after_begin(at, words);
        } else {
            self.play_while_waiting(at, words);
        }
    }

    fn greeting(&self, at: usize) -> Vec<Sound> {
        let member = &self.members[at];
        let mut words = Vec::new();
        if !member.manner.quiet {
            words.extend(self.conference.name_sound.clone().map(Sound::File));
            words.extend(member.manner.announcement.clone().map(Sound::File));
        }
        match member.waits {
            Some(why) => words.extend(waiting_words(why)),
            None if member.manner.quiet => {}
            None if self.seats > 1 => {
                let counted = member.manner.count_at_join;
                words.extend(counted.then(|| Sound::Phrase(Phrase::OthersPresent(self.seats as u32 - 1))));
            }
            None => words.extend(member.manner.only_person.then_some(ONLY_PERSON)),
        }
        let muted = member.mutes.at_start || member.mutes.all;
        if !member.manner.quiet && muted && member.role != Role::Listener {
            words.push(MUTED);
        }
        if member.seated && member.leads() && self.in_lobby() > 0 {
            words.push(Sound::Phrase(Phrase::Waiting(self.in_lobby())));
        }
        words
    }

    /// He is seated for the first time: the others shall hear of it.
    pub(super) fn introduce(&mut self, at: usize) {
        let member = &self.members[at];
        if member.manner.quiet {
            return;
        }
        self.desk.joined.extend(Told::of(member));
        self.desk.count |= member.manner.count_to_all.is_some_and(|most| self.seats > most as usize);
    }

    /// How many others are here, as the one there hears it.
    pub(super) fn count_words(&self, at: usize) -> Vec<Sound> {
        let others = self.seats - usize::from(self.members[at].seated);
        if others == 0 { vec![ONLY_PERSON] } else { vec![Sound::Phrase(Phrase::OthersPresent(others as u32))] }
    }

    /// The names of all who are seated, first come first.
    pub fn roll_call(&self) -> Vec<Sound> {
        let seated = self.members.iter().filter(|member| member.seated);
        [ROLL_CALL].into_iter().chain(seated.map(|member| Sound::Name(member.id))).collect()
    }

    /// Every leader who is seated hears this, but not this member.
    pub(super) fn tell_leaders(&mut self, sounds: &[Sound], but: Option<MemberId>) {
        for at in 0..self.members.len() {
            let member = &self.members[at];
            if member.leads() && member.seated && Some(member.id) != but {
                self.play_all(at, sounds.to_vec());
            }
        }
    }
}
