//! A room as its manual tells it: who is in, who is seated, who is heard. Nothing of what is played.

use conclave::room::{
    By, CallResult, Conference, Deafs, EndWithLeader, Manner, MemberId, Mix, Mutes, Order, Role, Volume, WaitForLeader,
    Waits,
};
use std::{sync::Arc, time::Duration};

#[derive(Debug)]
pub struct Person {
    pub id: u64,
    pub role: Role,
    pub manner: Arc<Manner>,
    pub mutes: Mutes,
    pub deafs: Deafs,
    pub listen: Volume,
    pub talk: Volume,
    pub levelled: bool,
    pub denoised: bool,
    admitted: bool,
    hand: Option<u32>,
    session: Option<Duration>,
    leader_gone: Option<Duration>,
}

impl Person {
    fn leads(&self) -> bool {
        self.role == Role::Leader
    }

    pub fn hand_is_up(&self) -> bool {
        self.hand.is_some()
    }

    pub fn may_talk(&self) -> bool {
        self.role != Role::Listener && self.mutes == Mutes::default()
    }

    /// Whether he can, and lift it.
    pub fn can_mute_himself(&self) -> bool {
        self.role != Role::Listener && !self.mutes.imposed && (self.leads() || !self.mutes.all)
    }
}

#[derive(Debug)]
pub struct Model {
    conference: Conference,
    pub people: Vec<Person>,
    pub locked: bool,
    pub over: bool,
    pub mix: Mix,
    mute_all: Option<bool>,
    opened: bool,
    was_led: bool,
    hands: u32,
    opens: Option<Duration>,
    closes: Option<Duration>,
    lasts_until: Option<Duration>,
    now: Duration,
}

impl Model {
    pub fn new(conference: Conference, now: Duration, opens: Option<Duration>, closes: Option<Duration>) -> Self {
        Self {
            conference,
            people: Vec::new(),
            locked: false,
            over: false,
            mix: Mix::default(),
            mute_all: None,
            opened: false,
            was_led: false,
            hands: 0,
            opens,
            closes,
            lasts_until: None,
            now,
        }
    }

    /// Time passes, and what was due in between happens.
    pub fn pass(&mut self, until: Duration) {
        while let Some((at, what)) = self.next_due().filter(|(at, _)| *at <= until) {
            self.now = self.now.max(at);
            match what {
                Due::Opening => self.opens = self.opens.filter(|opens| *opens > at),
                Due::End => self.clear(),
                Due::Session(_, id) | Due::LeaderGone(_, id) => self.remove(id),
            }
            self.settle();
        }
        self.now = self.now.max(until);
    }

    fn next_due(&self) -> Option<(Duration, Due)> {
        let end = self.ends_at().filter(|_| self.opened && !self.over);
        let room = self.opens.map(|at| (at, Due::Opening)).into_iter().chain(end.map(|at| (at, Due::End)));
        let people = self.people.iter().enumerate().flat_map(|(place, person)| {
            let session = person.session.map(|at| (at, Due::Session(place, person.id)));
            session.into_iter().chain(person.leader_gone.map(|at| (at, Due::LeaderGone(place, person.id))))
        });
        room.chain(people).min()
    }

    fn ends_at(&self) -> Option<Duration> {
        self.closes.into_iter().chain(self.lasts_until).min()
    }

    fn settle(&mut self) {
        self.was_led |= self.is_led() && self.opens.is_none();
    }

    fn is_led(&self) -> bool {
        self.people.iter().any(Person::leads)
    }

    fn place(&self, id: MemberId) -> Option<usize> {
        self.people.iter().position(|person| person.id == id.0)
    }

    pub fn waits(&self, person: &Person) -> Option<Waits> {
        if self.opens.is_some() {
            return Some(Waits::Early);
        } else if person.leads() {
            return None;
        } else if self.conference.lobby && !person.admitted {
            return Some(Waits::Lobby);
        }
        let waits = match person.manner.wait_for_leader {
            WaitForLeader::No => false,
            WaitForLeader::Once => !self.was_led,
            WaitForLeader::Always => !self.is_led(),
        };
        waits.then_some(Waits::Leader)
    }

    /// Whether somebody came and the end has not come.
    pub fn is_open(&self) -> bool {
        self.opened && !self.over
    }

    /// Nothing if he is let in, else how he is refused.
    pub fn join(&mut self, id: u64, role: Role, manner: &Arc<Manner>, invited: bool) -> Option<CallResult> {
        let leads = role == Role::Leader;
        let full = self.conference.max_members.is_some_and(|most| self.people.len() >= most as usize);
        let refusal = if self.over {
            Some(CallResult::Ended)
        } else if self.place(MemberId(id)).is_some() {
            Some(CallResult::Failed)
        } else if self.closes.is_some_and(|closes| closes <= self.now) {
            Some(CallResult::Over)
        } else if self.locked && !leads && !invited {
            Some(CallResult::Locked)
        } else if full && !leads {
            Some(CallResult::Full)
        } else {
            None
        };
        if refusal.is_some() {
            self.over |= self.people.is_empty();
            return refusal;
        }
        if !self.opened {
            self.opened = true;
            let begins = self.opens.unwrap_or(self.now);
            self.lasts_until = self.conference.max_duration.map(|longest| begins + longest);
        }
        let all = self.mute_all.is_some_and(|leaders| leaders || !leads);
        self.people.push(Person {
            id,
            role,
            mutes: Mutes { at_start: manner.start_muted, all, ..Mutes::default() },
            deafs: Deafs { at_start: manner.start_deaf, ..Deafs::default() },
            listen: Volume::default(),
            talk: Volume::default(),
            levelled: manner.level,
            denoised: manner.denoise,
            admitted: invited,
            hand: None,
            session: manner.session_time.map(|longest| self.now + longest),
            leader_gone: None,
            manner: manner.clone(),
        });
        if leads {
            self.people.iter_mut().for_each(|person| person.leader_gone = None);
        }
        self.settle();
        None
    }

    pub fn clear(&mut self) {
        self.people.clear();
        self.over = true;
    }

    pub fn remove(&mut self, id: u64) {
        let Some(at) = self.place(MemberId(id)) else { return };
        let person = self.people.remove(at);
        self.over |= self.people.is_empty();
        if person.leads() && self.opens.is_none() {
            self.leader_left();
        }
        self.settle();
    }

    fn leader_left(&mut self) {
        let led = self.is_led();
        let due = self.now + self.conference.leader_grace;
        for person in &mut self.people {
            let goes = match person.manner.end_with_leader {
                EndWithLeader::No => false,
                EndWithLeader::Last => !led,
                EndWithLeader::Any => true,
            };
            if goes && person.leader_gone.is_none() {
                person.leader_gone = Some(due);
            }
        }
        if self.conference.leader_grace.is_zero() {
            self.people.retain(|person| person.leader_gone.is_none());
            self.over |= self.people.is_empty();
            if led && !self.is_led() {
                self.leader_left();
            }
        }
    }

    /// Whether it is carried out. For recording and playing that is not known here.
    pub fn order(&mut self, by: By, order: &Order) -> bool {
        let own = |id: &MemberId| by == By::Member(*id);
        let leads = match by {
            By::Console => true,
            By::Member(id) => self.place(id).is_some_and(|at| self.people[at].leads()),
        };
        let for_all = match order {
            Order::Mute(id, _) | Order::Deafen(id, _) | Order::Hand(id, _) => own(id),
            Order::TalkVolume(id, _) | Order::ListenVolume(id, _) => own(id),
            _ => false,
        };
        if self.over || !leads && !for_all || matches!(by, By::Member(id) if self.place(id).is_none()) {
            return false;
        }
        self.carry_out(by, order).is_some()
    }

    fn carry_out(&mut self, by: By, order: &Order) -> Option<()> {
        match order {
            Order::Kick(id) | Order::Move(id) => {
                self.place(*id)?;
                self.remove(id.0);
            }
            Order::KickLast => self.remove(self.people.iter().rfind(|person| !person.leads())?.id),
            Order::End => self.clear(),
            Order::Lock(on) => self.locked = *on,
            Order::Mute(id, on) => {
                let at = self.place(*id)?;
                let person = &mut self.people[at];
                let before = person.mutes;
                if by != By::Member(*id) {
                    person.mutes =
                        Mutes { imposed: *on, at_start: before.at_start && *on, all: before.all && *on, ..before };
                } else if person.can_mute_himself() {
                    person.mutes =
                        Mutes { own: *on, at_start: before.at_start && *on, all: before.all && *on, ..before };
                }
            }
            Order::Deafen(id, on) => {
                let at = self.place(*id)?;
                let deafs = &mut self.people[at].deafs;
                let at_start = deafs.at_start && *on;
                if by != By::Member(*id) {
                    *deafs = Deafs { imposed: *on, at_start, ..*deafs };
                } else if !deafs.imposed {
                    *deafs = Deafs { own: *on, at_start, ..*deafs };
                }
            }
            Order::MuteAll { on, leaders } => {
                let before: Vec<_> = self.people.iter().map(|person| person.mutes.all).collect();
                let was = self.mute_all.is_some();
                self.mute_all = on.then_some(*leaders);
                for person in &mut self.people {
                    person.mutes.all = *on && (*leaders || !person.leads());
                }
                let after: Vec<_> = self.people.iter().map(|person| person.mutes.all).collect();
                (before != after || was != *on).then_some(())?;
            }
            Order::TalkVolume(id, volume) => {
                let at = self.place(*id)?;
                self.people[at].talk = *volume;
            }
            Order::ListenVolume(id, volume) => {
                let at = self.place(*id)?;
                self.people[at].listen = *volume;
            }
            Order::Level(id, on) => {
                let at = self.place(*id)?;
                (std::mem::replace(&mut self.people[at].levelled, *on) != *on).then_some(())?;
            }
            Order::Denoise(id, on) => {
                let at = self.place(*id)?;
                (std::mem::replace(&mut self.people[at].denoised, *on) != *on).then_some(())?;
            }
            Order::MostTalkers(most_talkers) => {
                let mix = Mix { most_talkers: *most_talkers, ..self.mix };
                (std::mem::replace(&mut self.mix, mix) != mix).then_some(())?;
            }
            Order::ComfortNoise(comfort_noise) => {
                let mix = Mix { comfort_noise: *comfort_noise, ..self.mix };
                (std::mem::replace(&mut self.mix, mix) != mix).then_some(())?;
            }
            Order::Hand(id, up) => {
                let at = self.place(*id)?;
                let person = &mut self.people[at];
                (person.role != Role::Listener && person.hand_is_up() != *up).then_some(())?;
                person.hand = up.then_some(self.hands);
                self.hands += 1;
            }
            Order::GiveFloor(whom) => {
                let raised = |person: &&mut Person| whom.map_or(person.hand.is_some(), |id| person.id == id.0);
                let person = self.people.iter_mut().filter(raised).min_by_key(|person| person.hand)?;
                (person.role != Role::Listener).then_some(())?;
                person.hand = None;
                person.mutes = Mutes { own: person.mutes.own, ..Mutes::default() };
            }
            Order::Admit(whom) => {
                let lobby = self.conference.lobby;
                let waits = |person: &&mut Person| {
                    lobby && !person.admitted && !person.leads() && whom.is_none_or(|id| person.id == id.0)
                };
                let admitted = self.people.iter_mut().filter(waits).map(|person| person.admitted = true).count();
                (admitted > 0).then_some(())?;
            }
            Order::Reject(id) => {
                let at = self.place(*id)?;
                let person = &self.people[at];
                (self.conference.lobby && !person.admitted && !person.leads()).then_some(())?;
                self.remove(id.0);
            }
            Order::Extend => {
                (self.opened && self.ends_at().is_some()).then_some(())?;
                for end in self.closes.iter_mut().chain(&mut self.lasts_until) {
                    *end += self.conference.extend_by;
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// Ordered as they take effect at the same moment.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Opening,
    End,
    Session(usize, u64),
    LeaderGone(usize, u64),
}
