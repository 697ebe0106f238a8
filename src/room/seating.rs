//! Who is in the mix and who waits.

use super::{
    Chair, Notice, Output, Phrase, Role, Room, Sound, WaitForLeader, Waits,
    desk::Subject,
    member::{Hears, Member},
    sound::{ADMITTED, BEGINS, EARLY, IN_LOBBY, KNOCK, LEADER_HAS_LEFT, ONLY_PERSON, WAIT_FOR_LEADER},
    timer::Timer,
};

impl Room {
    /// Seats who need not wait any longer, and takes from the mix who has to wait again.
    pub(super) fn settle_seats(&mut self) {
        let led = self.is_led();
        self.was_led |= led && !self.is_early();
        let (mut began, mut halted, mut knocks) = (false, false, false);
        let mut to_seat = Vec::new();
        for at in 0..self.members.len() {
            let waits = self.must_wait(&self.members[at], led);
            let member = &mut self.members[at];
            let before = std::mem::replace(&mut member.waits, waits);
            match waits {
                None if !member.seated => {
                    began |= matches!(before, Some(Waits::Early | Waits::Leader));
                    to_seat.push((at, before));
                }
                Some(why) if before != waits => {
                    halted |= member.seated && why == Waits::Leader;
                    knocks |= why == Waits::Lobby;
                    self.keep_waiting(at, why);
                }
                _ => {}
            }
        }
        if knocks {
            let words = match self.in_lobby() {
                1 => KNOCK,
                many => Sound::Phrase(Phrase::Waiting(many)),
            };
            self.tell_leaders(&[words], None);
        }
        if halted {
            self.outputs.push_back(Output::Notice(Notice::Halted));
        }
        if began {
            self.outputs.push_back(Output::Notice(Notice::Began));
            self.begin(true);
        }
        for (at, waited) in to_seat {
            self.seat(at, began);
            if self.members[at].greeted {
                self.greet_waiter(at, waited);
            }
        }
        if self.seats > 1 && !self.begun {
            self.begin(false);
        }
    }

    /// Whether the conference has not opened yet.
    pub(super) fn is_early(&self) -> bool {
        self.opens.is_some_and(|opens| self.now < opens)
    }

    /// Whether a leader is here.
    pub(super) fn is_led(&self) -> bool {
        self.members.iter().any(Member::leads)
    }

    /// How many wait to be admitted.
    pub(super) fn in_lobby(&self) -> u32 {
        self.members.iter().filter(|member| member.in_lobby()).count() as u32
    }

    fn must_wait(&self, member: &Member, led: bool) -> Option<Waits> {
        let waits_for_leader = || match member.manner.wait_for_leader {
            WaitForLeader::No => false,
            WaitForLeader::Once => !self.was_led,
            WaitForLeader::Always => !led,
        };
        if member.away {
            Some(Waits::Away)
        } else if self.is_early() {
            Some(Waits::Early)
        } else if self.conference.lobby && !member.admitted {
            Some(Waits::Lobby)
        } else if !member.leads() && waits_for_leader() {
            Some(Waits::Leader)
        } else {
            None
        }
    }

    /// A member waits from now on, or for something else than before.
    fn keep_waiting(&mut self, at: usize, why: Waits) {
        let was_seated = self.members[at].seated;
        if was_seated {
            self.unseat(at);
        }
        let member = &self.members[at];
        // Who has to go unless a leader comes back is told so in time; a newcomer is greeted later.
        if member.greeted && why != Waits::Away && !member.timers.runs(Timer::LeaderGone) {
            let left = was_seated && why == Waits::Leader;
            let words = left.then_some(LEADER_HAS_LEFT).into_iter().chain(waiting_words(why)).collect();
            self.play_while_waiting(at, words);
        }
        if why == Waits::Lobby {
            self.outputs.push_back(Output::Notice(Notice::InLobby { member: self.members[at].id }));
        }
    }

    /// The conference begins, because those who waited for it are seated, or because two are here.
    fn begin(&mut self, somebody_waited: bool) {
        self.begun = true;
        let own = self.conference.begin_sound.clone().map(Sound::File);
        if let Some(sound) = own.or(somebody_waited.then_some(BEGINS)) {
            self.desk.say(Subject::Begin, vec![sound]);
        }
    }

    fn seat(&mut self, at: usize, begins: bool) {
        self.no_longer_alone();
        let warn = self.must_warn() && !self.members[at].knows_recorded;
        let mut mutes = self.members[at].mutes;
        mutes.warned = warn || self.members[at].hears == Hears::Warning;
        self.set_mutes(at, mutes);
        // Why he waited is of no use any more, neither what plays of it nor what was to.
        if self.members[at].hears == Hears::Waiting {
            self.stop_playing(at);
        }
        self.members[at].later.clear();
        self.set_music(at, false);
        self.give_chair(at);
        let member = self.members[at].id;
        self.outputs.push_back(Output::Seat { member });
        self.seats += 1;
        self.change(at, |member| member.seated = true);
        self.answer(at);
        if warn {
            self.warn_of_recording(at);
        }
        if !std::mem::replace(&mut self.members[at].introduced, true) && !begins {
            self.introduce(at);
        }
    }

    fn give_chair(&mut self, at: usize) {
        let free = Chair::free(self.members.iter().filter_map(|member| member.chair));
        let member = &mut self.members[at];
        if member.role != Role::Listener {
            member.chair.get_or_insert(free);
        }
    }

    /// What he hears who is seated after he waited for this.
    fn greet_waiter(&mut self, at: usize, waited: Option<Waits>) {
        let mut words = Vec::from_iter((waited == Some(Waits::Lobby)).then_some(ADMITTED));
        if self.members[at].leads() && self.in_lobby() > 0 {
            words.push(Sound::Phrase(Phrase::Waiting(self.in_lobby())));
        }
        if self.desk.begins() && self.seats == 1 && self.members[at].manner.only_person {
            words.push(ONLY_PERSON);
        }
        self.play_after_begin(at, words);
    }

    pub(super) fn unseat(&mut self, at: usize) {
        self.seats -= 1;
        self.change(at, |member| member.seated = false);
        let member = &self.members[at];
        let (id, hears) = (member.id, member.hears);
        if hears == Hears::OnlyPerson {
            self.stop_playing(at);
        }
        self.forget_aside(id);
        self.outputs.push_back(Output::Unseat { member: id });
    }

    /// Has calls answered that were to be when there is somebody to talk to.
    fn answer(&mut self, at: usize) {
        let whom = match self.seats {
            0 | 1 => return,
            2 => 0..self.members.len(),
            _ => at..at + 1,
        };
        for member in &mut self.members[whom] {
            if member.seated && !std::mem::replace(&mut member.answered, true) {
                self.outputs.push_back(Output::Answer { member: member.id });
            }
        }
    }

    /// A member's call goes to the dial plan for a while. Whoever calls this says [`Output::RunDialplan`] next.
    pub(super) fn go_away(&mut self, at: usize) {
        let member = &mut self.members[at];
        member.away = true;
        member.waits = Some(Waits::Away);
        if member.hears == Hears::Warning {
            // He has not heard it to its end.
            member.knows_recorded = false;
        }
        if member.seated {
            self.unseat(at);
        }
        self.forget_keys(at);
        self.cut_off(at);
        self.set_music(at, false);
    }

    /// He is back.
    pub(super) fn come_back(&mut self, at: usize) {
        self.members[at].away = false;
    }
}

/// What tells him why he waits.
pub(super) fn waiting_words(why: Waits) -> Option<Sound> {
    match why {
        Waits::Away => None,
        Waits::Early => Some(EARLY),
        Waits::Lobby => Some(IN_LOBBY),
        Waits::Leader => Some(WAIT_FOR_LEADER),
    }
}
