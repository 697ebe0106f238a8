//! What makes guessing codes hopeless: each wrong one is answered later than the one before, and after too many none is
//! looked at for a while.

use super::RoomNumber;
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

/// How many wrong codes are too many. A limit of 0 is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardSettings {
    /// From one caller.
    pub lockout_caller: u32,
    /// For one conference.
    pub lockout_room: u32,
    /// At one access number or other doorway.
    pub lockout_number: u32,
    /// The time in which so many are too many.
    pub lockout_window: Duration,
    /// How long no code is looked at then.
    pub lockout_time: Duration,
    /// Network addresses behind which there are many callers, such as a provider's. Who calls from there is known by his
    /// number instead.
    pub trunks: Arc<[IpAddr]>,
}

impl Default for GuardSettings {
    /// 10 from a caller, 100 for a conference, 300 at an access number within an hour; then a quarter of an hour.
    fn default() -> Self {
        Self {
            lockout_caller: 10,
            lockout_room: 100,
            lockout_number: 300,
            lockout_window: Duration::from_secs(3600),
            lockout_time: Duration::from_secs(900),
            trunks: Arc::new([]),
        }
    }
}

/// What wrong codes are counted for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guarded {
    /// Who calls: his network address, else his number, else the technology of his channel.
    Caller(String),
    /// The conference that he wanted to join.
    Room(RoomNumber),
    /// The access number, or other doorway, that he dialled.
    Number(RoomNumber),
}

impl Guarded {
    /// The caller of this channel. `address`: his network address, empty if not known; `number`: likewise.
    pub fn caller(settings: &GuardSettings, address: &str, number: &str, channel: &str) -> Self {
        let address = address.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        let address = address.filter(|address| !settings.trunks.contains(address));
        Self::Caller(match address {
            // Who has one address of the newer kind has the other 2^64 of its network too.
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{:x}:{:x}:{:x}:{:x}::/64", a, b, c, d)
            }
            Some(IpAddr::V4(address)) => address.to_string(),
            None if !number.is_empty() => number.chars().filter(char::is_ascii_graphic).take(MOST_LETTERS).collect(),
            None => channel.split('/').next().unwrap_or_default().to_owned(),
        })
    }
}

impl fmt::Display for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller(caller) => write!(f, "caller {caller}"),
            Self::Room(room) => write!(f, "room {room}"),
            Self::Number(number) => write!(f, "number {number}"),
        }
    }
}

/// Hides who calls.
impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller(_) => f.write_str("Caller(redacted)"),
            Self::Room(room) => write!(f, "Room({room})"),
            Self::Number(number) => write!(f, "Number({number})"),
        }
    }
}

/// What one code would count for: the caller, and the conference, the access number, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Who keyed it.
    pub caller: Guarded,
    /// For which conference, if that is known.
    pub room: Option<RoomNumber>,
    /// Where, if that is no conference's own number.
    pub number: Option<RoomNumber>,
}

impl Attempt {
    fn subjects(&self) -> impl Iterator<Item = Guarded> {
        let room = self.room.clone().map(Guarded::Room);
        let number = self.number.clone().map(Guarded::Number);
        [Some(self.caller.clone()), room, number].into_iter().flatten()
    }
}

/// What follows from a wrong code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// How long to wait before he is told.
    pub wait: Duration,
    /// So many wrong ones came from this caller without a right one between them.
    pub in_a_row: u32,
    /// What is locked out from now on.
    pub locked_out: Vec<Guarded>,
}

/// What is locked out, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedOut {
    /// What.
    pub what: Guarded,
    /// Until this moment.
    pub until: Duration,
}

/// Counts wrong codes. Ask [`is_locked_out`](Self::is_locked_out) before a code is looked at, then tell
/// [`wrong`](Self::wrong) or [`right`](Self::right). Time is an argument, as in all of `room`.
///
/// It remembers at most [`Guard::MOST`] callers, and as many conferences and numbers; the one that was quiet for longest is
/// forgotten first.
#[derive(Debug, Default)]
pub struct Guard {
    settings: GuardSettings,
    callers: BTreeMap<Guarded, Record>,
    places: BTreeMap<Guarded, Record>,
}

/// What is remembered of one [`Guarded`].
#[derive(Debug, Default)]
struct Record {
    /// When the latest wrong ones came, oldest first: never more than lead to a lock-out.
    wrong: VecDeque<Duration>,
    in_a_row: u32,
    locked_until: Option<Duration>,
    latest: Duration,
}

impl Guard {
    /// The most callers, and the most places, that are remembered.
    pub const MOST: usize = 10_000;

    /// A guard that has seen nothing yet.
    pub fn new(settings: GuardSettings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Other limits from now on. What is locked out stays so.
    pub fn set_settings(&mut self, settings: GuardSettings) {
        self.settings = settings;
    }

    /// The limits.
    pub fn settings(&self) -> &GuardSettings {
        &self.settings
    }

    /// Whether no code of this caller, for this conference, at this number is to be looked at.
    pub fn is_locked_out(&self, now: Duration, attempt: &Attempt) -> bool {
        attempt.subjects().any(|subject| self.record(&subject).is_some_and(|record| record.is_locked(now)))
    }

    /// How long he waits who keyed something that is no attempt at a code, or none that is looked at: as long as if it
    /// had been wrong.
    pub fn wait(&self, now: Duration, attempt: &Attempt) -> Duration {
        let wait = |subject: Guarded| {
            let (limit, record) = (self.limit(&subject), self.record(&subject));
            match record {
                Some(record) if record.is_locked(now) => LONGEST,
                Some(record) => delay(&subject, record.recent(now, self.settings.lockout_window) + 1, limit),
                None => delay(&subject, 1, limit),
            }
        };
        attempt.subjects().map(wait).max().unwrap_or_default()
    }

    /// A code was wrong.
    pub fn wrong(&mut self, now: Duration, attempt: &Attempt) -> Consequence {
        let mut consequence = Consequence { wait: Duration::ZERO, in_a_row: 0, locked_out: Vec::new() };
        for subject in attempt.subjects() {
            let limit = self.limit(&subject);
            let GuardSettings { lockout_window: window, lockout_time, .. } = self.settings;
            let is_caller = matches!(subject, Guarded::Caller(_));
            let table = if is_caller { &mut self.callers } else { &mut self.places };
            make_room(table, &subject, now, window);
            let record = table.entry(subject.clone()).or_default();
            let wrong = record.wrong(now, window, limit);
            consequence.wait = consequence.wait.max(delay(&subject, wrong, limit));
            if is_caller {
                consequence.in_a_row = record.in_a_row;
            }
            if limit > 0 && wrong >= limit && !record.is_locked(now) {
                record.wrong.clear();
                record.locked_until = Some(now + lockout_time);
                consequence.locked_out.push(subject);
            }
        }
        consequence
    }

    /// A code was right. What was wrong before still counts, or who knows one code could guess at others for ever.
    pub fn right(&mut self, attempt: &Attempt) {
        if let Some(record) = self.callers.get_mut(&attempt.caller) {
            record.in_a_row = 0;
        }
    }

    /// An administrator lifts a lock-out, and what was counted is forgotten. False if there was none.
    pub fn lift(&mut self, now: Duration, what: &Guarded) -> bool {
        let table = if matches!(what, Guarded::Caller(_)) { &mut self.callers } else { &mut self.places };
        let locked = table.get(what).is_some_and(|record| record.is_locked(now));
        if locked {
            table.remove(what);
        }
        locked
    }

    /// What is locked out: callers, then conferences, then numbers.
    pub fn locked_out(&self, now: Duration) -> Vec<LockedOut> {
        let all = self.callers.iter().chain(&self.places);
        all.filter_map(|(what, record)| {
            let until = record.locked_until.filter(|until| now < *until)?;
            Some(LockedOut { what: what.clone(), until })
        })
        .collect()
    }

    fn record(&self, subject: &Guarded) -> Option<&Record> {
        if matches!(subject, Guarded::Caller(_)) { self.callers.get(subject) } else { self.places.get(subject) }
    }

    fn limit(&self, subject: &Guarded) -> u32 {
        match subject {
            Guarded::Caller(_) => self.settings.lockout_caller,
            Guarded::Room(_) => self.settings.lockout_room,
            Guarded::Number(_) => self.settings.lockout_number,
        }
    }
}

impl Record {
    fn is_locked(&self, now: Duration) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    fn recent(&self, now: Duration, window: Duration) -> u32 {
        let recent = self.wrong.iter().filter(|at| now < **at + window).count();
        u32::try_from(recent).unwrap_or(u32::MAX)
    }

    /// One more; how many there were lately.
    fn wrong(&mut self, now: Duration, window: Duration, limit: u32) -> u32 {
        while self.wrong.front().is_some_and(|at| *at + window <= now) {
            self.wrong.pop_front();
        }
        // Without a limit a few still tell how long to wait.
        if self.wrong.len() >= limit.max(FEW) as usize {
            self.wrong.pop_front();
        }
        self.wrong.push_back(now);
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.latest = now;
        self.recent(now, window)
    }

    /// Whether it would make no difference to forget it.
    fn is_stale(&self, now: Duration, window: Duration) -> bool {
        !self.is_locked(now) && self.latest + window <= now
    }
}

/// Forgets those that were quiet for longest, if there is no place for a new one: a quarter of all, so that it costs
/// next to nothing for each.
fn make_room(table: &mut BTreeMap<Guarded, Record>, subject: &Guarded, now: Duration, window: Duration) {
    if table.len() < Guard::MOST || table.contains_key(subject) {
        return;
    }
    table.retain(|_, record| !record.is_stale(now, window));
    if table.len() < Guard::MOST {
        return;
    }
    let mut quiet: Vec<(Duration, Guarded)> = table.iter().map(|(key, record)| (record.latest, key.clone())).collect();
    quiet.sort();
    for (_, key) in quiet.into_iter().take(Guard::MOST / 4) {
        table.remove(&key);
    }
}

/// How long to wait after so many wrong ones. A caller's wait doubles each time. Of a conference or number it begins when
/// half of what is too many was wrong, and doubles with each further tenth, so that one who guesses from many lines is slowed
/// down and one who mistypes is not.
fn delay(subject: &Guarded, wrong: u32, limit: u32) -> Duration {
    let doublings = match subject {
        Guarded::Caller(_) => wrong.checked_sub(1),
        Guarded::Room(_) | Guarded::Number(_) => (u64::from(wrong) * 10)
            .checked_div(limit.into())
            .and_then(|tenths| tenths.checked_sub(5))
            .and_then(|doublings| u32::try_from(doublings).ok()),
    };
    let doubled = |doublings: u32| SHORTEST.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX));
    doublings.map_or(Duration::ZERO, doubled).min(LONGEST)
}

const SHORTEST: Duration = Duration::from_millis(500);

const LONGEST: Duration = Duration::from_secs(10);

/// So many wrong ones are remembered of a caller for whom there is no limit: enough for the longest wait.
const FEW: u32 = 6;

/// The most letters of a caller's number that are remembered.
const MOST_LETTERS: usize = 64;
