//! Who answers what an entry asks: from the settings, the rooms in progress, what the directory lists, and the guard that
//! counts wrong codes.
//!
//! Nothing here waits: where the directory has to be asked, it is asked first, and the query answered when it has said
//! what it [lists](Listed). What an administrator wrote into the settings comes before what it lists.

use std::sync::Arc;
use std::time::Duration;

use super::Settings;
use crate::room::guard::{Attempt, LockedOut};
use crate::room::{
    CallResult, Caller, Conference, Digits, Doorway, DoorwayKind, Found, Guard, GuardSettings, Guarded, Opens, Options,
    Pin, Query, RoomNumber,
};

/// Answers queries.
#[derive(Debug)]
pub struct Lookup {
    guard: Guard,
    locked_out: Vec<LockedOut>,
}

/// Who asks.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// What his dial plan line names.
    pub dialled: &'a RoomNumber,
    /// What was found for him so far.
    pub conference: Option<&'a Arc<Conference>>,
    /// The options of his call.
    pub options: Options,
    /// His name and number.
    pub caller: &'a Caller,
    /// The network address that he calls from; empty if not known.
    pub address: &'a str,
    /// The host's name of his call.
    pub channel: &'a str,
}

/// What is known at this moment.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The service's time.
    pub now: Duration,
    /// The time since 1970-01-01 00:00 UTC, for schedules.
    pub unix: Duration,
    /// What administrators set.
    pub settings: &'a Settings,
    /// The conference that is held under this number, if one is: a room in progress keeps its own, whatever the settings
    /// say by now. A conference that somebody opened behind a doorway is held as long as anybody stands at its door.
    pub held: &'a dyn Fn(&str) -> Option<Arc<Conference>>,
    /// What the directory says now of what is asked.
    pub listed: &'a Listed,
}

/// What the directory has at a number, or for a code. Who comes to a conference of its meets it as it is listed now, not
/// as it was when its room opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Nothing, or it need not be asked.
    Nothing,
    /// A conference.
    Conference(Arc<Conference>),
    /// A number behind which there are several.
    Doorway(Arc<Doorway>),
    /// The conference whose code was keyed.
    Code(Arc<Conference>, Opens),
    /// It cannot be reached, or what it has cannot be understood.
    Unknown,
}

impl Lookup {
    /// One that has not seen any wrong code.
    pub fn new(settings: GuardSettings) -> Lookup {
        Lookup { guard: Guard::new(settings), locked_out: Vec::new() }
    }

    /// Who counts the wrong codes.
    pub fn guard(&mut self) -> &mut Guard {
        &mut self.guard
    }

    /// What was locked out since this was last called.
    pub fn take_locked_out(&mut self) -> Vec<LockedOut> {
        std::mem::take(&mut self.locked_out)
    }

    /// Answers a query.
    pub fn answer(&mut self, known: Known<'_>, asker: Asker<'_>, query: Query) -> Found {
        let found = match query {
            Query::Number => known.number(asker),
            Query::Pin(keyed) => self.pin(known, asker, &keyed),
            Query::Dynamic(keyed) => known.dynamic(asker, &keyed),
            Query::Create { number, pin } => known.create(asker, &number, pin),
            Query::Code(keyed) => self.code(known, asker, &keyed),
            Query::Manner(role) => {
                let conference = asker.conference.ok_or(CallResult::Failed);
                conference.map(|conference| Found::Manner(asker.options.over(conference.manner(role))))
            }
        };
        found.unwrap_or_else(Found::Refused)
    }

    fn pin(&mut self, known: Known<'_>, asker: Asker<'_>, keyed: &Digits) -> Result<Found, CallResult> {
        known.reach()?;
        let conference = asker.conference.and_then(|found| known.current(found)).ok_or(CallResult::NoRoom)?;
        let number = &conference.number;
        let attempt = Attempt {
            caller: self.caller(asker),
            room: Some(number.clone()),
            number: (asker.dialled != number).then(|| asker.dialled.clone()),
        };
        let look = || {
            known.admit(&conference)?;
            Ok(conference.judge(keyed).map(|opens| (conference.clone(), opens)))
        };
        self.judge(known.now, asker, keyed, &attempt, look)
    }

    fn code(&mut self, known: Known<'_>, asker: Asker<'_>, keyed: &Digits) -> Result<Found, CallResult> {
        let attempt = Attempt { caller: self.caller(asker), room: None, number: Some(asker.dialled.clone()) };
        let look = || {
            let found = known.by_code(keyed)?;
            found.iter().try_for_each(|(conference, _)| known.admit(conference))?;
            Ok(found)
        };
        self.judge(known.now, asker, keyed, &attempt, look)
    }

    /// Looks at a code, if it may be looked at.
    fn judge(
        &mut self,
        now: Duration,
        asker: Asker<'_>,
        keyed: &Digits,
        attempt: &Attempt,
        look: impl FnOnce() -> Result<Option<(Arc<Conference>, Opens)>, CallResult>,
    ) -> Result<Found, CallResult> {
        // Silence opens some conferences, and guesses at none.
        let guesses = !keyed.is_empty();
        if guesses && self.guard.is_locked_out(now, attempt) {
            return Ok(Found::LockedOut(self.guard.wait(now, attempt)));
        }
        Ok(match look()? {
            Some((conference, opens)) => {
                if guesses {
                    self.guard.right(attempt);
                }
                Found::Right(conference, opens)
            }
            None if guesses => Found::Wrong(self.wrong(now, asker, attempt)),
            None => Found::Wrong(self.guard.wait(now, attempt)),
        })
    }

    /// A wrong code is told to the log, in a form that fail2ban finds (see `examples/fail2ban`).
    fn wrong(&mut self, now: Duration, asker: Asker<'_>, attempt: &Attempt) -> Duration {
        let consequence = self.guard.wrong(now, attempt);
        let number = attempt.room.as_ref().unwrap_or(asker.dialled);
        log::warn!("{}", wrong_code(number, asker.channel, asker.address, consequence.in_a_row));
        let lockout_time = self.guard.settings().lockout_time;
        for what in consequence.locked_out {
            let minutes = lockout_time.as_secs().div_ceil(60);
            match &what {
                // His number is nobody's business; the line before tells which call it was.
                Guarded::Caller(_) => {
                    log::warn!("no code of the caller of {} is looked at for {minutes} min", word(asker.channel));
                }
                Guarded::Room(room) => log::warn!("no code for room {room} is looked at for {minutes} min"),
                Guarded::Number(number) => log::warn!("no code at number {number} is looked at for {minutes} min"),
            }
            self.locked_out.push(LockedOut { what, until: now + lockout_time });
        }
        consequence.wait
    }

    fn caller(&self, asker: Asker<'_>) -> Guarded {
        Guarded::caller(self.guard.settings(), asker.address, &asker.caller.number, asker.channel)
    }
}

impl<'a> Known<'a> {
    fn number(self, asker: Asker<'_>) -> Result<Found, CallResult> {
        self.reach()?;
        if let Some(doorway) = self.doorway(asker.dialled)
            && doorway.kind != DoorwayKind::Local
        {
            self.admit(&doorway.template)?;
            return Ok(Found::Doorway(doorway.clone()));
        }
        if let Some((doorway, extension)) = self.behind(asker.dialled.as_str())
            && doorway.kind == DoorwayKind::Local
        {
            return self.local(asker, doorway, extension);
        }
        if let Listed::Conference(conference) = self.listed {
            // Its room in progress may have another number, that of when it opened.
            self.admit(conference)?;
            return Ok(Found::Conference(conference.clone()));
        }
        self.conference_at(asker.dialled).map(Found::Conference)
    }

    /// An extension's own conference: only that extension opens it.
    fn local(self, asker: Asker<'_>, doorway: &Doorway, extension: &str) -> Result<Found, CallResult> {
        let owns = asker.caller.number == extension;
        let held = (self.held)(asker.dialled.as_str());
        if !doorway.template.enabled {
            return Err(CallResult::Disabled);
        }
        self.admit(held.as_ref().unwrap_or(&doorway.template))?;
        match held {
            Some(conference) if owns => Ok(Found::Right(conference, Opens::AsLeader)),
            Some(conference) => Ok(Found::Conference(conference)),
            None if owns => {
                let mut conference = template(doorway, asker.dialled.clone());
                conference.owner = Some(extension.into());
                Ok(Found::Right(Arc::new(conference), Opens::AsLeader))
            }
            None => Err(CallResult::NoRoom),
        }
    }

    fn dynamic(self, asker: Asker<'_>, keyed: &Digits) -> Result<Found, CallResult> {
        self.reach()?;
        let doorway = self.doorway(asker.dialled).ok_or(CallResult::NoRoom)?;
        let Some(number) = self.names(doorway, keyed) else { return Ok(Found::Wrong(Duration::ZERO)) };
        if let Some(conference) = self.conference_behind(&number) {
            self.admit(&conference)?;
            return Ok(Found::Conference(conference));
        }
        // One PIN for all: whoever knows it opens any.
        let one_pin = doorway.template.pin.is_some();
        Ok(if one_pin { Found::Conference(Arc::new(template(doorway, number))) } else { Found::Free })
    }

    fn create(self, asker: Asker<'_>, keyed: &Digits, pin: Option<Pin>) -> Result<Found, CallResult> {
        self.reach()?;
        let doorway = self.doorway(asker.dialled).ok_or(CallResult::NoRoom)?;
        let number = self.names(doorway, keyed).ok_or(CallResult::NoRoom)?;
        if let Some(conference) = self.conference_behind(&number) {
            return Ok(Found::Conference(conference));
        }
        let mut conference = template(doorway, number);
        if pin.is_some() && pin == conference.leader_pin {
            // Everybody would be leader. To refuse it would tell him the leader PIN.
            conference.leader_pin = None;
        }
        conference.pin = pin;
        Ok(Found::Opened(Arc::new(conference)))
    }

    /// What keyed digits name behind a dynamic doorway; nothing if they cannot be a conference's number.
    fn names(self, doorway: &Doorway, keyed: &Digits) -> Option<RoomNumber> {
        let keyed = keyed.as_str().filter(|keyed| !keyed.is_empty())?;
        let number = RoomNumber::parse(&format!("{}-{keyed}", doorway.number)).ok()?;
        (!self.settings.left_out.contains(&number)).then_some(number)
    }

    fn conference_behind(self, number: &RoomNumber) -> Option<Arc<Conference>> {
        if let Listed::Conference(conference) | Listed::Code(conference, _) = self.listed
            && conference.number == *number
        {
            return Some(conference.clone());
        }
        (self.held)(number.as_str()).or_else(|| self.settings.conferences.get(number).cloned())
    }

    /// Whether it can be found out what there is.
    fn reach(self) -> Result<(), CallResult> {
        if *self.listed == Listed::Unknown { Err(CallResult::Failed) } else { Ok(()) }
    }

    /// The doorway at a number.
    fn doorway(self, number: &RoomNumber) -> Option<&'a Arc<Doorway>> {
        self.settings.doorways.get(number).or(match self.listed {
            Listed::Doorway(doorway) if doorway.number == *number => Some(doorway),
            _ => None,
        })
    }

    /// The doorway that a number is behind, and what follows the `-`.
    pub(super) fn behind<'n>(self, number: &'n str) -> Option<(&'a Arc<Doorway>, &'n str)> {
        self.settings.behind(number).or_else(|| {
            let Listed::Doorway(doorway) = self.listed else { return None };
            Some((doorway, number.strip_prefix(doorway.number.as_str())?.strip_prefix('-')?))
        })
    }

    /// Whose code this is.
    fn by_code(self, keyed: &Digits) -> Result<Option<(Arc<Conference>, Opens)>, CallResult> {
        if let Some((conference, opens)) = self.settings.by_code(keyed) {
            let held = (self.held)(conference.number.as_str());
            return Ok(Some((held.unwrap_or_else(|| conference.clone()), opens)));
        }
        self.reach()?;
        let Listed::Code(conference, opens) = self.listed else { return Ok(None) };
        Ok(Some((conference.clone(), *opens)))
    }

    /// What a caller who dials this number comes to: a room in progress keeps its own.
    fn conference(self, number: &RoomNumber) -> Option<Arc<Conference>> {
        let may_open = || self.settings.on_demand && !self.settings.left_out.contains(number);
        self.conference_behind(number).or_else(|| may_open().then(|| Arc::new(Conference::new(number.clone()))))
    }

    /// What the conference that was found for a caller has become since: nothing, if it is there no longer.
    pub(super) fn current(self, found: &Arc<Conference>) -> Option<Arc<Conference>> {
        // Until its first caller is in, only he has it.
        let own = || self.behind(found.number.as_str()).map(|_| found.clone());
        self.conference_behind(&found.number).or_else(own).or_else(|| self.conference(&found.number))
    }

    /// The conference of this number, open or not, or why nobody comes into it.
    pub(super) fn conference_at(self, number: &RoomNumber) -> Result<Arc<Conference>, CallResult> {
        let conference = self.conference(number).ok_or(CallResult::NoRoom)?;
        self.admit(&conference)?;
        Ok(conference)
    }

    /// Whether anybody comes into this conference now, or why not.
    fn admit(self, conference: &Conference) -> Result<(), CallResult> {
        let set = self.settings.conferences.get(&conference.number);
        if !conference.enabled || set.is_some_and(|set| !set.enabled) {
            return Err(CallResult::Disabled);
        }
        let schedule = conference.schedule;
        if (self.held)(conference.number.as_str()).is_some() {
            // The room itself knows how long it goes on: a leader may have extended it.
            return Ok(());
        }
        if schedule.opens.is_some_and(|opens| self.unix < opens.saturating_sub(schedule.early)) {
            return Err(CallResult::NotOpen);
        }
        if schedule.closes.is_some_and(|closes| self.unix >= closes) {
            return Err(CallResult::Over);
        }
        Ok(())
    }
}

/// A conference of this number, as the doorway has them.
fn template(doorway: &Doorway, number: RoomNumber) -> Conference {
    Conference { number, ..Conference::clone(&doorway.template) }
}

/// The line that tells of a wrong code. The code itself is in nobody's log.
fn wrong_code(number: &RoomNumber, channel: &str, address: &str, in_a_row: u32) -> String {
    let channel = word(channel);
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => {
            let address = address.to_canonical();
            format!("wrong code for {number} from {channel}, address {address}, {in_a_row} in a row")
        }
        Err(_) => format!("wrong code for {number} from {channel}, no address, {in_a_row} in a row"),
    }
}

/// A channel's name without what could end a word: callers can write into some, and would have others' addresses banned.
fn word(channel: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "/-_.@:+;*#".contains(c);
    channel.chars().map(|c| if harmless(c) { c } else { '?' }).collect()
}

impl Settings {
    /// The doorway that a number is behind, and what follows the `-`.
    pub fn behind<'a>(&self, number: &'a str) -> Option<(&Arc<Doorway>, &'a str)> {
        let mut parts = number.match_indices('-');
        parts.find_map(|(at, _)| Some((self.doorways.get(&number[..at])?, &number[at + 1..])))
    }

    /// Whose access code this is. Every conference's codes are compared, to the end.
    pub fn by_code(&self, keyed: &Digits) -> Option<(&Arc<Conference>, Opens)> {
        let mut found: Option<(&Arc<Conference>, Opens)> = None;
        for conference in self.conferences.values() {
            let Some(opens) = conference.judge_code(keyed) else { continue };
            // Settings with the same code twice are refused; should it happen all the same, it is always the same one.
            let rank = |opens: Opens, number| (opens != Opens::AsLeader, number);
            let before = found.map(|(other, opens)| rank(opens, &other.number));
            if before.is_none_or(|before| rank(opens, &conference.number) < before) {
                found = Some((conference, opens));
            }
        }
        found
    }
}
