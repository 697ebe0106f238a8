//! What the directory holds.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::code::Code;
use super::schedule::{Moment, Occurrence, Schedule};
use crate::room::RoomNumber;
use crate::text::word;

/// Who a conference is; never given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConferenceId(pub i64);

/// Who an account is; never given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// A conference as the directory holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conference {
    /// Its identity.
    pub id: ConferenceId,
    /// Its identity outside of this database, as in calendars.
    pub uid: String,
    /// One more with each change, from 1: whoever changes it says which one he saw.
    pub version: i64,
    /// When it was made.
    pub created: Timestamp,
    /// What people set.
    pub details: Details,
    /// The codes, if its [kind](Kind::has_codes) has any.
    pub codes: Option<Codes>,
}

/// What people set of a conference.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// Whose it is.
    pub owner: AccountId,
    /// What it is.
    pub kind: Kind,
    /// False: nobody comes in, and is told so.
    pub enabled: bool,
    /// What identifies its calls in the history.
    pub tag: String,
    /// What people call it.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The address of whoever administers it; empty for none.
    pub email: String,
    /// Addresses of those who are invited.
    pub guests: Vec<String>,
    /// The number of its own that callers dial.
    pub extension: Option<RoomNumber>,
    /// The only access number at which its codes are good; `None`: all of them.
    pub access_number: Option<RoomNumber>,
    /// When it takes place; there is one if the kind is [`Kind::Scheduled`], and else none.
    pub schedule: Option<Schedule>,
    /// From then on it is over for good; `None`: never.
    pub expires: Option<Timestamp>,
    /// How long one participant may stay; whole minutes.
    pub session_time: Option<Duration>,
    /// The most participants; never above the account's cap.
    pub max_participants: Option<u32>,
    /// Who keys this at the extension may join.
    pub pin: Option<Code>,
    /// The user of the PBX for whom it was made by an import.
    pub pbx_user: Option<String>,
    /// The sound file that says its name, as the host plays it.
    pub name_file: Option<String>,
    /// The sound file of its music, as the host plays it.
    pub music_file: Option<String>,
    /// Further settings of its room, by the names and with the values of `conclave.conf`.
    pub settings: Vec<(String, String)>,
}

/// What a conference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "admin", derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema))]
#[cfg_attr(feature = "admin", serde(rename_all = "snake_case"), schema(as = ConferenceKind))]
pub enum Kind {
    /// It takes place at its times.
    Scheduled,
    /// A meeting room: always there.
    Meeting,
    /// An extension behind which callers open conferences by a number of their choice.
    Dynamic,
    /// An extension behind which each telephone has its own.
    Local,
}

/// The two codes of a conference. They are made and replaced together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    /// Who keys this is leader.
    pub leader: Code,
    /// Who keys this is participant.
    pub participant: Code,
}

/// An owner of conferences, or who looks after them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its identity.
    pub id: AccountId,
    /// One more with each change, from 1.
    pub version: i64,
    /// What people set.
    pub details: AccountDetails,
}

/// What people set of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountDetails {
    /// The name to sign in with; kept in small letters.
    pub login: String,
    /// The hash of the password, in the form that says how it was made; `None`: nobody can sign in with one.
    pub password: Option<String>,
    /// What it may do.
    pub role: AccountRole,
    /// Whether the provider lets it have conferences.
    pub enabled: bool,
    /// Whether its owner wants them at present.
    pub active: bool,
    /// The most participants at a time, over all its conferences; `None`: any number.
    pub cap: Option<u32>,
    /// The price of a minute for each participant, in the smallest unit of the currency.
    pub rate: u32,
    /// Its e-mail address; empty for none.
    pub email: String,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountRole {
    /// Everything: accounts, caps, numbers.
    Provider,
    /// His own conferences.
    Owner,
    /// What goes on now.
    Operator,
}

/// In which of the lists a conference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "admin", derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema))]
#[cfg_attr(feature = "admin", serde(rename_all = "snake_case"), schema(as = ConferenceList))]
pub enum List {
    /// It takes place now.
    Current,
    /// It will take place.
    Future,
    /// It is over, or expired.
    Past,
    /// It is always there.
    Permanent,
}

/// When a conference can be joined, as of some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// In which list it is.
    pub list: List,
    /// When it opens: this time, or the next one, or did last; `None`: always.
    pub opens: Option<Timestamp>,
    /// When it is over; `None`: never.
    pub closes: Option<Timestamp>,
}

impl Conference {
    /// The number of its room: its extension, or one made of its identity.
    pub fn number(&self) -> RoomNumber {
        let own = || RoomNumber::parse(&format!("c{}", self.id.0)).expect("a letter and digits are a number");
        self.details.extension.clone().unwrap_or_else(own)
    }

    /// When it can be joined, as of this moment.
    pub fn times(&self, now: Timestamp) -> Times {
        self.details.times(now)
    }

    /// Its room's settings at this moment, by the names and with the values of `conclave.conf`; `account` is its owner's.
    ///
    /// **At its extension** the PIN is asked for; if there is none, the participants' code; if there is none either,
    /// nobody is asked. The leaders' code makes a leader there too.
    pub fn room_settings(&self, account: &AccountDetails, now: Timestamp) -> Vec<(String, String)> {
        let Details { enabled, kind, pin, session_time, max_participants, name_file, music_file, .. } = &self.details;
        let mut lines = self.details.settings.clone();
        let mut line = |name: &str, value: Option<String>| lines.extend(value.map(|value| (name.to_owned(), value)));
        let is_enabled = *enabled && account.enabled && account.active;
        line("enabled", Some(if is_enabled { "yes" } else { "no" }.into()));
        let code = |code: &Code| code.reveal().to_owned();
        let codes = self.codes.as_ref().filter(|_| kind.has_codes());
        line("code", codes.map(|codes| code(&codes.participant)));
        line("leader_code", codes.map(|codes| code(&codes.leader)));
        line("pin", pin.as_ref().or(codes.map(|codes| &codes.participant)).map(code));
        line("leader_pin", codes.map(|codes| code(&codes.leader)));
        let most = max_participants.map(|most| account.cap.map_or(most, |cap| most.min(cap)));
        line("max_members", most.map(|most| most.to_string()));
        line("session_time", session_time.map(|time| format!("{}s", time.as_secs())));
        let Times { opens, closes, .. } = self.times(now);
        line("opens", opens.map(written));
        line("closes", closes.map(written));
        line("name_sound", name_file.clone());
        line("music_file", music_file.clone());
        lines
    }
}

impl Details {
    /// A conference of this kind and nothing else.
    pub fn new(owner: AccountId, kind: Kind) -> Details {
        Details {
            owner,
            kind,
            enabled: true,
            tag: String::new(),
            name: String::new(),
            description: String::new(),
            email: String::new(),
            guests: Vec::new(),
            extension: None,
            access_number: None,
            schedule: None,
            expires: None,
            session_time: None,
            max_participants: None,
            pin: None,
            pbx_user: None,
            name_file: None,
            music_file: None,
            settings: Vec::new(),
        }
    }

    /// When it can be joined, as of this moment. What is open when it expires closes then.
    pub fn times(&self, now: Timestamp) -> Times {
        let expired = |moment: Timestamp| self.expires.is_some_and(|expires| expires <= moment);
        let Some(schedule) = &self.schedule else {
            let list = if expired(now) { List::Past } else { List::Permanent };
            return Times { list, opens: None, closes: self.expires };
        };
        let (mut list, Occurrence { opens, closes }) = match schedule.at(now) {
            Moment::Open(one) => (List::Current, one),
            Moment::Waits(one) => (List::Future, one),
            Moment::Over(one) => (List::Past, one),
        };
        if expired(now) || expired(opens) {
            list = List::Past;
        }
        let closes = self.expires.filter(|expires| *expires > opens).map_or(closes, |expires| closes.min(expires));
        Times { list, opens: Some(opens), closes: Some(closes) }
    }
}

impl Kind {
    /// All of them, by their words.
    pub const ALL: [(&'static str, Kind); 4] = [
        ("scheduled", Kind::Scheduled),
        ("meeting", Kind::Meeting),
        ("dynamic", Kind::Dynamic),
        ("local", Kind::Local),
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        word(&Kind::ALL, self)
    }

    /// Whether such a conference has access codes.
    pub fn has_codes(self) -> bool {
        matches!(self, Kind::Scheduled | Kind::Meeting)
    }
}

impl AccountRole {
    /// All of them, by their words.
    pub const ALL: [(&'static str, AccountRole); 3] =
        [("provider", AccountRole::Provider), ("owner", AccountRole::Owner), ("operator", AccountRole::Operator)];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        word(&AccountRole::ALL, self)
    }
}

impl AccountDetails {
    /// An account without a password, with no cap and no price.
    pub fn new(login: impl Into<String>, role: AccountRole) -> AccountDetails {
        AccountDetails {
            login: login.into(),
            password: None,
            role,
            enabled: true,
            active: true,
            cap: None,
            rate: 0,
            email: String::new(),
        }
    }
}

/// Hides the hash of the password.
impl fmt::Debug for AccountDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AccountDetails { login, role, enabled, active, cap, rate, email, .. } = self;
        write!(f, "{login} {role:?} enabled={enabled} active={active} cap={cap:?} rate={rate} <{email}>")
    }
}

/// What a stay costs: the rate for each minute by the second, rounded up to a whole unit.
pub fn cost(rate: u32, stay: Duration) -> i64 {
    let exact = u128::from(rate) * stay.as_millis();
    i64::try_from(exact.div_ceil(60_000)).unwrap_or(i64::MAX)
}

/// A moment as `conclave.conf` has it; parts of seconds dropped.
fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_begun_second_costs_and_no_more() {
        for (rate, seconds, minor) in [(0, 3600, 0), (6, 60, 6), (6, 61, 7), (6, 1, 1), (6, 10, 1), (5, 3600, 300)] {
            assert_eq!(cost(rate, Duration::from_secs(seconds)), minor, "{rate} for {seconds} s");
        }
        assert_eq!(cost(u32::MAX, Duration::MAX), i64::MAX);
    }
}
