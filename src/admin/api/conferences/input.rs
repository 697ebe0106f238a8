//! A conference as somebody wants it to be.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{self, RECORD, records};
use crate::admin::{Refusal, Who};
use crate::directory::{AccountId, AccountRole, Code, Details, Error, Kind, ScheduleError, Wrong};
use crate::room::RoomNumber;

/// A conference as somebody wants it to be: all of it, what is left out is taken away.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConferenceInput {
    /// The version that was seen; needed to change one.
    pub(super) version: Option<i64>,
    /// Whose it is to be; left out: as it is, or whoever makes it.
    owner: Option<i64>,
    kind: Kind,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    guests: Vec<String>,
    extension: Option<String>,
    access_number: Option<String>,
    schedule: Option<view::Schedule>,
    expires: Option<Timestamp>,
    session_minutes: Option<u32>,
    max_participants: Option<u32>,
    /// 1 to 32 digits.
    pin: Option<String>,
    /// Further settings of its room, by the names and with the values of `conclave.conf`.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// Whether it is recorded; left out: what the setting `record` says.
    record: Option<bool>,
    /// Whoever switches recording on has read what the law may want of him.
    #[serde(default)]
    recording_notice: bool,
}

fn yes() -> bool {
    true
}

impl ConferenceInput {
    /// What it says, over what the conference was before.
    pub(super) fn details(&self, before: Option<&Details>, who: &Who) -> Result<Details, Error> {
        let mut wrong = Vec::new();
        let mut number = |field, text: &Option<String>| {
            let read = text.as_deref().map(RoomNumber::parse)?;
            read.map_err(|error| wrong.push(Wrong::new(field, error.to_string()))).ok()
        };
        let (extension, access_number) =
            (number("extension", &self.extension), number("access_number", &self.access_number));
        let pin = self.pin.as_deref().map(Code::parse);
        let pin = pin.and_then(|pin| pin.map_err(|what| wrong.push(Wrong::new("pin", what))).ok());
        let schedule = self.schedule.as_ref().map(|schedule| {
            let view::Schedule { start, zone, duration_minutes, repeats } = schedule;
            crate::directory::Schedule::new(start, zone, minutes(*duration_minutes), repeats.as_deref())
        });
        let part = |ScheduleError { part, what }: ScheduleError| wrong.push(Wrong::new(part, what));
        let schedule = schedule.and_then(|schedule| schedule.map_err(part).ok());
        let usual = before.map_or(who.account, |before| before.owner);
        let owner = self.owner.map_or(usual, AccountId);
        if who.role != AccountRole::Provider && owner != who.account {
            wrong.push(Wrong::new("owner", "only the provider gives conferences to others; leave it out"));
        }
        let mut settings: Vec<_> = self.settings.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        if let Some(record) = self.record
            && record != records(&settings)
        {
            settings.retain(|(name, _)| name != RECORD);
            settings.extend(record.then(|| (RECORD.to_owned(), "yes".to_owned())));
        }
        if records(&settings) && !before.is_some_and(|before| records(&before.settings)) && !self.recording_notice {
            wrong.push(Wrong::new("recording_notice", RECORDING_NOTICE));
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        Ok(Details {
            owner,
            kind: self.kind,
            enabled: self.enabled,
            tag: self.tag.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            email: self.email.clone(),
            guests: self.guests.clone(),
            extension,
            access_number,
            schedule,
            expires: self.expires,
            session_time: self.session_minutes.map(minutes),
            max_participants: self.max_participants,
            pin,
            pbx_user: before.and_then(|before| before.pbx_user.clone()),
            name_file: before.and_then(|before| before.name_file.clone()),
            music_file: before.and_then(|before| before.music_file.clone()),
            settings,
        })
    }
}

/// What is wrong by the fields of the API instead of those of the directory.
pub(super) fn by_our_fields(mut refusal: Refusal) -> Refusal {
    for field in &mut refusal.problem.fields {
        field.field = match &*field.field {
            "start" => "schedule.start".into(),
            "zone" => "schedule.zone".into(),
            "duration" => "schedule.duration_minutes".into(),
            "repeats" => "schedule.repeats".into(),
            "session_time" => "session_minutes".into(),
            own if FIELDS.contains(&own) || own.starts_with("schedule") || own.starts_with("settings") => continue,
            setting => format!("settings.{setting}"),
        };
    }
    refusal
}

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes) * 60)
}

/// What whoever switches recording on has to confirm.
pub(in crate::admin) const RECORDING_NOTICE: &str = "in many countries calls may be recorded only if everybody in them knows, and often \
     only if everybody agrees; confirm that you will see to it";

/// What is no setting of its room.
const FIELDS: [&str; 20] = [
    "body",
    "version",
    "owner",
    "kind",
    "enabled",
    "tag",
    "name",
    "description",
    "email",
    "guests",
    "extension",
    "access_number",
    "expires",
    "session_minutes",
    "max_participants",
    "pin",
    "code_length",
    "record",
    "recording_notice",
    "pbx_user",
];
