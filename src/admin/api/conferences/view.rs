//! A conference as the API shows it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::admin::Who;
use crate::directory::{self, AccountId, AccountRole, Code, Desk, Details, Error, Kind, List};
use crate::room::{self, DoorwayKind, RoomNumber};
use crate::service::{Picture, settings};

/// A conference.
#[derive(Serialize, ToSchema)]
pub(in crate::admin) struct Conference {
    /// Its identity; null: a room of `conclave.conf`.
    pub(super) id: Option<i64>,
    /// Its identity outside of this directory, as in calendars.
    uid: Option<String>,
    /// One more with each change; whoever changes it says which one he saw.
    version: Option<i64>,
    created: Option<Timestamp>,
    /// The account whose it is.
    owner: Option<i64>,
    owner_login: Option<String>,
    kind: Kind,
    /// False: nobody comes in.
    enabled: bool,
    /// What identifies its calls in the history.
    tag: String,
    name: String,
    description: String,
    /// The address of whoever administers it; empty for none.
    email: String,
    /// Addresses of those who are invited.
    guests: Vec<String>,
    /// The number of its own that callers dial.
    extension: Option<String>,
    /// The only access number at which its codes are good; null: all of them.
    access_number: Option<String>,
    schedule: Option<Schedule>,
    /// From then on it is over for good.
    expires: Option<Timestamp>,
    /// How long one participant may stay.
    session_minutes: Option<u64>,
    max_participants: Option<u32>,
    /// Who keys this at the extension may join. Operators do not see it.
    pin: Option<String>,
    /// Null: its kind has none, or the account may not see them.
    codes: Option<Codes>,
    /// Whether it has a recording of its name.
    name_sound: bool,
    /// Whether it has music of its own.
    music_sound: bool,
    /// Further settings of its room, by the names and with the values of `conclave.conf`.
    settings: BTreeMap<String, String>,
    /// Whether it is recorded: what the setting `record` says.
    record: bool,
    /// The number of its room.
    number: String,
    pub(super) list: List,
    /// When it opens: this time, or the next one, or did last; null: it always is.
    opens: Option<Timestamp>,
    /// When it is over; null: never.
    closes: Option<Timestamp>,
    /// How its access numbers are dialled.
    dial_in: Vec<String>,
    /// Somebody is in.
    in_progress: bool,
    /// It is a room of `conclave.conf`.
    read_only: bool,
}

/// When a conference takes place.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Schedule {
    /// Date and time on the clocks of the zone, such as `2026-11-24T10:00`.
    pub(super) start: String,
    /// The zone by its IANA name, such as `Europe/Berlin`.
    pub(super) zone: String,
    pub(super) duration_minutes: u32,
    /// How it repeats: the value of an RRULE, such as `FREQ=WEEKLY;BYDAY=TU`.
    pub(super) repeats: Option<String>,
}

/// What callers key at an access number.
#[derive(Serialize, ToSchema)]
struct Codes {
    leader: String,
    participant: String,
}

/// What must be known besides a conference to show it to somebody.
pub(super) struct Viewer {
    /// He sees codes and PINs.
    sees_codes: bool,
    logins: HashMap<AccountId, String>,
    dial_in: BTreeMap<RoomNumber, String>,
    picture: Arc<Picture>,
    now: Timestamp,
}

impl Viewer {
    pub(super) fn of(desk: &mut Desk<'_>, who: &Who, picture: &Arc<Picture>) -> Result<Viewer, Error> {
        let logins = desk.accounts()?.into_iter().map(|account| (account.id, account.details.login));
        Ok(Viewer {
            sees_codes: who.role != AccountRole::Operator,
            logins: logins.collect(),
            dial_in: desk.dial_in()?,
            picture: picture.clone(),
            now: desk.now(),
        })
    }

    /// A conference of the directory.
    pub(super) fn conference(&self, conference: &directory::Conference) -> Conference {
        let directory::Conference { id, uid, version, created, details, codes } = conference;
        let text = |number: &RoomNumber| number.to_string();
        let shown = |code: &Code| code.reveal().to_owned();
        let number = conference.number();
        let times = conference.times(self.now);
        let codes = codes.as_ref().filter(|_| self.sees_codes);
        Conference {
            id: Some(id.0),
            uid: Some(uid.clone()),
            version: Some(*version),
            created: Some(*created),
            owner: Some(details.owner.0),
            owner_login: self.logins.get(&details.owner).cloned(),
            kind: details.kind,
            enabled: details.enabled,
            tag: details.tag.clone(),
            name: details.name.clone(),
            description: details.description.clone(),
            email: details.email.clone(),
            guests: details.guests.clone(),
            extension: details.extension.as_ref().map(text),
            access_number: details.access_number.as_ref().map(text),
            schedule: details.schedule.as_ref().map(Schedule::from),
            expires: details.expires,
            session_minutes: details.session_time.map(|time| time.as_secs() / 60),
            max_participants: details.max_participants,
            pin: details.pin.as_ref().filter(|_| self.sees_codes).map(shown),
            codes: codes.map(|codes| Codes { leader: shown(&codes.leader), participant: shown(&codes.participant) }),
            name_sound: details.name_file.is_some(),
            music_sound: details.music_file.is_some(),
            settings: details
                .settings
                .iter()
                .filter(|(name, _)| self.sees_codes || !is_secret(name))
                .cloned()
                .collect(),
            record: records(&details.settings),
            list: times.list,
            opens: times.opens,
            closes: times.closes,
            dial_in: self.dial_in(details),
            in_progress: self.picture.rooms.contains_key(&number),
            number: text(&number),
            read_only: false,
        }
    }

    fn dial_in(&self, details: &Details) -> Vec<String> {
        match &details.access_number {
            _ if !details.kind.has_codes() => Vec::new(),
            Some(only) => self.dial_in.get(only).cloned().into_iter().collect(),
            None => self.dial_in.values().cloned().collect(),
        }
    }

    /// The rooms of `conclave.conf`, by number.
    pub(super) fn rooms_of_the_file(&self) -> Vec<Conference> {
        let settings = &self.picture.settings;
        let rooms = settings.conferences.values().map(|conference| (Kind::Meeting, &**conference));
        let behind = settings.doorways.values().filter_map(|doorway| match doorway.kind {
            DoorwayKind::Dynamic { .. } => Some((Kind::Dynamic, &*doorway.template)),
            DoorwayKind::Local => Some((Kind::Local, &*doorway.template)),
            DoorwayKind::Access => None,
        });
        let mut all: Vec<_> =
            rooms.chain(behind).map(|(kind, conference)| self.static_room(kind, conference)).collect();
        all.sort_by(|one, other| one.number.cmp(&other.number));
        all
    }

    fn static_room(&self, kind: Kind, conference: &room::Conference) -> Conference {
        let room::Conference { number, enabled, schedule, max_members, .. } = conference;
        let written: &[(String, String)] = self.picture.settings.written.get(number).map_or(&[], |lines| &**lines);
        let moment = |time: Duration| Timestamp::from_second(i64::try_from(time.as_secs()).ok()?).ok();
        let (opens, closes) = (schedule.opens.and_then(moment), schedule.closes.and_then(moment));
        let list = match (opens, closes) {
            (_, Some(closes)) if closes <= self.now => List::Past,
            (Some(opens), _) if opens > self.now => List::Future,
            (None, None) => List::Permanent,
            _ => List::Current,
        };
        let session = conference.everybody.session_time.map(|time| time.as_secs() / 60);
        Conference {
            id: None,
            uid: None,
            version: None,
            created: None,
            owner: None,
            owner_login: None,
            kind,
            enabled: *enabled,
            tag: String::new(),
            name: number.to_string(),
            description: String::new(),
            email: String::new(),
            guests: Vec::new(),
            extension: Some(number.to_string()),
            access_number: None,
            schedule: None,
            expires: None,
            session_minutes: session,
            max_participants: *max_members,
            pin: None,
            codes: None,
            name_sound: conference.name_sound.is_some(),
            music_sound: false,
            settings: written.iter().filter(|(name, _)| !is_secret(name)).cloned().collect(),
            record: conference.recording.automatic,
            number: number.to_string(),
            list,
            opens,
            closes,
            dial_in: Vec::new(),
            in_progress: self.picture.rooms.contains_key(number),
            read_only: true,
        }
    }
}

impl Conference {
    /// Whether it is of this kind and its number has these words.
    pub(super) fn is_found(&self, kind: Option<Kind>, words: &str) -> bool {
        let text = self.number.to_lowercase();
        kind.is_none_or(|kind| kind == self.kind)
            && words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }
}

impl From<&directory::Schedule> for Schedule {
    fn from(schedule: &directory::Schedule) -> Schedule {
        Schedule {
            start: schedule.start().strftime("%Y-%m-%dT%H:%M").to_string(),
            zone: schedule.zone_name().to_owned(),
            duration_minutes: u32::try_from(schedule.duration().as_secs() / 60).unwrap_or(u32::MAX),
            repeats: schedule.repeats().map(ToString::to_string),
        }
    }
}

/// Whether these settings begin a recording.
pub(in crate::admin) fn records(settings: &[(String, String)]) -> bool {
    settings.iter().any(|(name, value)| name == RECORD && settings::yes_or_no(value) == Some(true))
}

/// Whether a setting may hold a code: those of the directory do not, lines of `conclave.conf` may.
fn is_secret(name: &str) -> bool {
    settings::looks_secret(name)
}

/// The setting that records.
pub(super) const RECORD: &str = "record";
