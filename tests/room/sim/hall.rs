//! The driver's side of a `Room`.

mod obeying;

use super::KEY;
use conclave::room::{
    By, Caller, Conference, Input, InviteId, InviteProgress, Manner, MemberId, Options, Order, Output, RecordOrder,
    Role, Room, Sound,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// A room and everybody who calls it.
pub struct Hall {
    pub room: Room,
    pub now: Duration,
    /// Set to false for a driver that never reports the end of a sound.
    pub reports_played: bool,
    pub ended: bool,
    opened: bool,
    inside: BTreeSet<MemberId>,
    seated: BTreeSet<MemberId>,
    away: BTreeSet<MemberId>,
    unanswered: Option<MemberId>,
    plays: BTreeMap<MemberId, (Duration, Vec<Sound>)>,
    /// Whose sounds ended just now.
    just_ended: Option<MemberId>,
    plays_to_all: Option<(Duration, Vec<Sound>, BTreeSet<MemberId>)>,
    music: BTreeSet<MemberId>,
    may_talk: BTreeMap<MemberId, bool>,
    deaf: BTreeSet<MemberId>,
    voices: BTreeMap<MemberId, (bool, bool)>,
    talks: BTreeSet<MemberId>,
    answered: BTreeSet<MemberId>,
    recorder: Option<RecordOrder>,
    /// Who has heard to its end that this recording is made.
    knows_recorded: BTreeSet<MemberId>,
    /// Calls that were ordered and have not come to an end.
    calls: BTreeSet<InviteId>,
    whispers: BTreeMap<MemberId, MemberId>,
    pairs: BTreeMap<MemberId, MemberId>,
    wake: Option<Duration>,
    lines: Vec<String>,
}

impl Hall {
    pub fn new(conference: Conference) -> Self {
        Self::scheduled(conference, None, None)
    }

    /// The times are from now, which is 100 s.
    pub fn scheduled(conference: Conference, opens: Option<f64>, ends: Option<f64>) -> Self {
        let now = super::seconds(100.0);
        let from_now = |at: Option<f64>| at.map(|at| now + super::seconds(at));
        Self {
            room: Room::new(now, Arc::new(conference), from_now(opens), from_now(ends)),
            now,
            reports_played: true,
            ended: false,
            opened: false,
            inside: BTreeSet::new(),
            seated: BTreeSet::new(),
            away: BTreeSet::new(),
            unanswered: None,
            plays: BTreeMap::new(),
            just_ended: None,
            plays_to_all: None,
            music: BTreeSet::new(),
            may_talk: BTreeMap::new(),
            deaf: BTreeSet::new(),
            voices: BTreeMap::new(),
            talks: BTreeSet::new(),
            answered: BTreeSet::new(),
            recorder: None,
            knows_recorded: BTreeSet::new(),
            calls: BTreeSet::new(),
            whispers: BTreeMap::new(),
            pairs: BTreeMap::new(),
            wake: None,
            lines: Vec::new(),
        }
    }

    /// With these inside, known by their places from 1 on, all quiet.
    pub fn with(conference: Conference, roles: &[Role]) -> Self {
        let mut hall = Self::new(conference);
        for (id, role) in (1..).zip(roles) {
            hall.join(id, *role, "q");
        }
        hall.take();
        hall
    }

    pub fn join(&mut self, id: u64, role: Role, options: &str) {
        let manner = Options::parse(options).unwrap().over(self.room.conference().manner(role));
        self.join_as(id, role, manner, None);
    }

    /// The call that was ordered last, of those that are under way.
    pub fn newest_call(&self) -> Option<InviteId> {
        self.calls.last().copied()
    }

    pub fn join_as(&mut self, id: u64, role: Role, manner: Arc<Manner>, invite: Option<InviteId>) {
        let member = MemberId(id);
        let caller = Caller { name: format!("Caller {id}"), number: format!("555{id:04}") };
        assert_eq!(self.unanswered, None);
        self.unanswered = Some(member);
        if let Some(invite) = invite {
            self.calls.remove(&invite);
        }
        self.input(Input::Join { member, caller, role, manner, invite });
        assert_eq!(self.unanswered, None, "a Join without an answer");
    }

    /// Who was called comes in, if he is expected, or late.
    pub fn join_invited(&mut self, id: u64, invite: u64) {
        let invite = InviteId(invite);
        let manner = Options::parse("q").unwrap().over(self.room.conference().manner(Role::Participant));
        self.join_as(id, Role::Participant, manner, Some(invite));
    }

    /// How a call goes.
    pub fn invited(&mut self, invite: u64, progress: InviteProgress) {
        let invite = InviteId(invite);
        if !matches!(progress, InviteProgress::Ringing | InviteProgress::Heard | InviteProgress::Answered) {
            self.calls.remove(&invite);
        }
        self.input(Input::Invited { invite, progress });
    }

    /// His call comes back from the dial plan.
    pub fn back(&mut self, id: u64) {
        let member = MemberId(id);
        self.input(Input::Back { member });
    }

    /// The newest sounds of this member end early, or could not be played.
    pub fn played(&mut self, id: u64) {
        self.ends_playing(MemberId(id));
    }

    fn ends_playing(&mut self, member: MemberId) {
        if let Some((_, sounds)) = self.plays.remove(&member)
            && tells_of_recording(&sounds)
        {
            self.knows_recorded.insert(member);
        }
        self.just_ended = Some(member);
        self.input(Input::Played { member });
        self.just_ended = None;
    }

    /// What plays to the room ends early, or could not be played.
    pub fn room_played(&mut self) {
        if let Some((_, sounds, listeners)) = self.plays_to_all.take()
            && tells_of_recording(&sounds)
        {
            self.knows_recorded.extend(listeners);
        }
        self.input(Input::RoomPlayed);
    }

    /// What was ordered by `Record` fails, if anything was.
    pub fn recording_failed(&mut self) {
        if self.recorder.take().is_some() {
            self.knows_recorded.clear();
        }
        self.input(Input::RecordingFailed);
    }

    pub fn participant(&mut self, id: u64) {
        self.join(id, Role::Participant, "");
    }

    pub fn leader(&mut self, id: u64) {
        self.join(id, Role::Leader, "");
    }

    pub fn leave(&mut self, id: u64) {
        let member = MemberId(id);
        self.input(Input::Leave { member });
    }

    pub fn talking(&mut self, id: u64, on: bool) {
        let member = MemberId(id);
        self.input(Input::Talking { member, on });
    }

    pub fn kick(&mut self, id: u64) {
        let member = MemberId(id);
        self.order(Order::Kick(member));
    }

    pub fn mute(&mut self, id: u64) {
        let member = MemberId(id);
        self.order(Order::Mute(member, true));
    }

    pub fn unmute(&mut self, id: u64) {
        let member = MemberId(id);
        self.order(Order::Mute(member, false));
    }

    /// The console asks for this.
    pub fn order(&mut self, order: Order) {
        self.input(Input::Order { by: By::Console, order });
    }

    /// A member asks for this.
    pub fn asks(&mut self, id: u64, order: Order) {
        self.input(Input::Order { by: By::Member(MemberId(id)), order });
    }

    pub fn keys(&mut self, id: u64, keys: &str) {
        let member = MemberId(id);
        for digit in keys.chars() {
            self.wait(KEY);
            self.input(Input::Digit { member, digit });
        }
    }

    pub fn input(&mut self, input: Input) {
        if let Input::Back { member } = input {
            self.away.remove(&member);
        }
        self.room.handle(self.now, input);
        self.drain();
        self.check();
    }

    /// Lets time pass; sounds end and alarms ring when they should.
    pub fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let one = self.plays.iter().map(|(id, (at, _))| (*at, Some(*id))).min();
            let all = self.plays_to_all.iter().map(|(at, ..)| (*at, None)).next();
            let ends = one.into_iter().chain(all).min().filter(|_| self.reports_played);
            let next = ends.map(|(at, _)| at).into_iter().chain(self.wake).min();
            let Some(next) = next.filter(|next| *next <= until) else {
                break;
            };
            self.now = self.now.max(next);
            match ends.filter(|(at, _)| *at == next) {
                Some((_, Some(member))) => self.ends_playing(member),
                Some((_, None)) => self.room_played(),
                None => {
                    self.input(Input::Wake);
                    let rings_again = self.wake.is_some_and(|wake| wake <= self.now);
                    assert!(!rings_again, "it wants to be woken in the past");
                }
            }
        }
        self.now = until;
    }

    /// What came out since the last look.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    /// Nothing has come out since the last look.
    pub fn is_quiet(&mut self) -> bool {
        self.take().is_empty()
    }

    pub fn seated(&self) -> &BTreeSet<MemberId> {
        &self.seated
    }

    /// All who were welcomed and not released.
    pub fn inside(&self) -> &BTreeSet<MemberId> {
        &self.inside
    }

    /// Whether others hear this member now.
    pub fn is_heard(&self, id: u64) -> bool {
        let id = MemberId(id);
        self.seated.contains(&id) && self.may_talk[&id]
    }

    /// Whether this member hears the others now.
    pub fn hears(&self, id: u64) -> bool {
        let id = MemberId(id);
        self.seated.contains(&id) && !self.deaf.contains(&id)
    }

    pub fn hears_music(&self, id: u64) -> bool {
        self.music.contains(&MemberId(id))
    }

    /// When the machine wants to be woken.
    pub fn wake(&self) -> Option<Duration> {
        self.wake
    }

    fn drain(&mut self) {
        loop {
            let output = self.room.poll();
            match output {
                Output::WakeAt(at) => {
                    assert!(!self.ended, "an alarm after the end");
                    self.wake = Some(at);
                    return;
                }
                Output::Idle => {
                    self.wake = None;
                    return;
                }
                output => {
                    let line = self.obey(output);
                    self.lines.extend(Some(line).filter(|line| !line.is_empty()));
                    self.check_music();
                }
            }
        }
    }

    /// At no moment does anybody hear music and somebody else at once.
    fn check_music(&self) {
        for member in &self.music {
            let plays = self.reports_played && self.plays.contains_key(member);
            assert!(!plays, "{member} hears music and a prompt");
            assert!(!self.away.contains(member), "{member} hears music in the dial plan");
            if self.seated.contains(member) {
                assert!(self.seated.len() == 1, "{member} hears music while he is not alone");
                let announced = self.reports_played && self.plays_to_all.is_some();
                assert!(!announced, "{member} hears music and an announcement");
            }
        }
    }

    /// The picture agrees with what was said.
    fn check(&self) {
        let shown: BTreeSet<_> = self.room.members().map(|member| member.id()).collect();
        assert_eq!(shown, self.inside);
        for member in self.room.members() {
            let id = member.id();
            let seated = self.seated.contains(&id);
            assert_eq!(member.seated(), seated);
            assert_eq!(member.waits().is_none(), seated, "{id} waits for something or is seated");
            assert_eq!(member.hears_music(), self.music.contains(&id));
            assert_eq!(member.may_talk(), self.may_talk[&id]);
            assert_eq!(member.deafs().any(), self.deaf.contains(&id));
            assert_eq!(member.talking(), self.talks.contains(&id));
            if self.reports_played {
                let alone = self.seated.len() == 1 && self.plays_to_all.is_none();
                let free = !self.plays.contains_key(&id) && !self.away.contains(&id);
                let music = member.manner().music.is_some() && free && (!seated || alone);
                assert_eq!(self.music.contains(&id), music, "music for {id}");
            }
            let recorded = self.recorder == Some(RecordOrder::Start) && seated && member.may_talk();
            assert!(
                !recorded || self.knows_recorded.contains(&id) || !self.reports_played,
                "{id} is recorded unawares"
            );
        }
        assert_eq!(self.ended, self.room.is_over());
        assert_eq!(self.calls.len(), self.room.invitations());
        for member in &self.inside {
            assert_eq!(self.room.whispers_to(*member), self.whispers.get(member).copied());
            let pair = self.pairs.iter().find(|(one, other)| *one == member || *other == member);
            let partner = pair.map(|(one, other)| if one == member { *other } else { *one });
            assert_eq!(self.room.paired_with(*member), partner);
        }
    }
}

fn tells_of_recording(sounds: &[Sound]) -> bool {
    sounds.contains(&Sound::Prompt("conclave-recording"))
}
