//! A conference as a row of texts.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::directory::code::Code;
use crate::directory::error::{Error, Wrong};
use crate::directory::model::{AccountId, Codes, Conference, ConferenceId, Details, Kind};
use crate::directory::schedule::Schedule;
use crate::room::RoomNumber;
use crate::text::meaning;

/// A conference as a row: texts by the names of their columns. It may hold codes, so nothing prints it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry(BTreeMap<String, String>);

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The columns of a row, in their order, but for the settings.
pub const COLUMNS: [&str; 23] = [
    "owner",
    "kind",
    "tag",
    "name",
    "description",
    "enabled",
    "extension",
    "access_number",
    "leader_code",
    "participant_code",
    "pin",
    "start",
    "zone",
    "duration",
    "repeats",
    "expires",
    "session_time",
    "max_participants",
    "email",
    "guests",
    "pbx_user",
    "name_file",
    "music_file",
];

/// Before the name of a room's setting.
pub(super) const SETTING: &str = "setting.";

/// What only a row has that is kept here, to be had back.
const KEPT: [&str; 3] = ["uid", "version", "created"];

impl Entry {
    /// A row of this conference; `owner` is its account's login.
    pub fn of(conference: &Conference, owner: Option<&str>) -> Entry {
        let Conference { uid, version, created, details, codes, .. } = conference;
        let mut entry = Entry::default();
        let mut put = |column: &str, text: String| {
            if !text.is_empty() {
                entry.0.insert(column.to_owned(), text);
            }
        };
        let minutes = |time: Duration| (time.as_secs() / 60).to_string();
        let code = |code: &Code| code.reveal().to_owned();
        match owner {
            Some(owner) => put("owner", owner.to_owned()),
            None => {
                put("uid", uid.clone());
                put("version", version.to_string());
                put("created", created.to_string());
            }
        }
        put("kind", details.kind.as_str().to_owned());
        put("tag", details.tag.clone());
        put("name", details.name.clone());
        put("description", details.description.clone());
        put("enabled", if details.enabled { "yes" } else { "no" }.to_owned());
        put("extension", details.extension.as_ref().map(ToString::to_string).unwrap_or_default());
        put("access_number", details.access_number.as_ref().map(ToString::to_string).unwrap_or_default());
        put("leader_code", codes.as_ref().map(|codes| code(&codes.leader)).unwrap_or_default());
        put("participant_code", codes.as_ref().map(|codes| code(&codes.participant)).unwrap_or_default());
        put("pin", details.pin.as_ref().map(code).unwrap_or_default());
        if let Some(schedule) = &details.schedule {
            put("start", schedule.start().strftime("%Y-%m-%dT%H:%M").to_string());
            put("zone", schedule.zone_name().to_owned());
            put("duration", minutes(schedule.duration()));
            put("repeats", schedule.repeats().map(ToString::to_string).unwrap_or_default());
        }
        put("expires", details.expires.map(|expires| expires.to_string()).unwrap_or_default());
        put("session_time", details.session_time.map(minutes).unwrap_or_default());
        put("max_participants", details.max_participants.map(|most| most.to_string()).unwrap_or_default());
        put("email", details.email.clone());
        put("guests", details.guests.join(","));
        put("pbx_user", details.pbx_user.clone().unwrap_or_default());
        put("name_file", details.name_file.clone().unwrap_or_default());
        put("music_file", details.music_file.clone().unwrap_or_default());
        for (name, value) in &details.settings {
            put(&format!("{SETTING}{name}"), value.clone());
        }
        entry
    }

    /// What is in a column; empty if nothing is.
    pub fn get(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// The columns in which something is.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Puts a text into a column.
    ///
    /// # Errors
    ///
    /// If there is no such column.
    pub fn set(&mut self, column: &str, text: &str) -> Result<(), String> {
        let is_setting = column.strip_prefix(SETTING).is_some_and(|name| !name.is_empty());
        if !COLUMNS.contains(&column) && !is_setting {
            return Err(format!("there is no column '{}'; columns are {}", column.escape_debug(), COLUMNS.join(", ")));
        }
        if !text.is_empty() {
            self.0.insert(column.to_owned(), text.to_owned());
        }
        Ok(())
    }

    /// What it says of a conference, and the codes if it has them.
    ///
    /// # Errors
    ///
    /// Everything that cannot be read, each with its column.
    pub fn details(&self, owner: AccountId) -> Result<(Details, Option<Codes>), Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut reader = Reader { entry: self, wrong: &mut wrong };
        let mut details = Details::new(owner, Kind::Meeting);
        let kinds = Kind::ALL.map(|(word, _)| word).join(", ");
        details.kind = reader
            .read("kind", |text| meaning(&Kind::ALL, text).ok_or_else(|| format!("it is none of {kinds}")))
            .unwrap_or(if self.get("start").is_empty() { Kind::Meeting } else { Kind::Scheduled });
        details.enabled = reader.read("enabled", yes_or_no).unwrap_or(true);
        let number = |text: &str| RoomNumber::parse(text).map_err(|error| error.to_string());
        details.extension = reader.read("extension", number);
        details.access_number = reader.read("access_number", number);
        details.pin = reader.read("pin", Code::parse);
        let leader = reader.read("leader_code", Code::parse);
        let participant = reader.read("participant_code", Code::parse);
        details.expires = reader.read("expires", moment);
        details.session_time = reader.read("session_time", minutes);
        details.max_participants = reader.read("max_participants", |text| {
            text.parse().map_err(|_| "it is no number; leave it out for no limit".to_owned())
        });
        details.schedule = reader.schedule();
        for (field, text) in [
            ("tag", &mut details.tag),
            ("name", &mut details.name),
            ("description", &mut details.description),
            ("email", &mut details.email),
        ] {
            *text = self.get(field).to_owned();
        }
        let guests = self.get("guests").split([',', ';', ' ']).filter(|guest| !guest.is_empty());
        details.guests = guests.map(str::to_owned).collect();
        let maybe = |column| Some(self.get(column)).filter(|text| !text.is_empty()).map(str::to_owned);
        details.pbx_user = maybe("pbx_user");
        details.name_file = maybe("name_file");
        details.music_file = maybe("music_file");
        let settings = self.0.iter().filter_map(|(column, text)| Some((column.strip_prefix(SETTING)?, text)));
        details.settings = settings.map(|(name, value)| (name.to_owned(), value.clone())).collect();
        let codes = match (leader, participant) {
            (Some(leader), Some(participant)) => Some(Codes { leader, participant }),
            (Some(_), None) if self.get("participant_code").is_empty() => {
                wrong.push(Wrong::new("participant_code", "there is a leader's code and none for participants"));
                None
            }
            (None, Some(_)) if self.get("leader_code").is_empty() => {
                wrong.push(Wrong::new("leader_code", "there is a participants' code and none for leaders"));
                None
            }
            _ => None,
        };
        if wrong.is_empty() { Ok((details, codes)) } else { Err(wrong) }
    }

    /// The conference of which it was kept, without codes, and its codes.
    pub(in crate::directory) fn to_conference(
        &self,
        id: ConferenceId,
        owner: AccountId,
        now: Timestamp,
    ) -> Result<(Conference, Option<Codes>), Error> {
        let (details, codes) = self.details(owner).map_err(Error::Invalid)?;
        let (uid, version) = (self.get("uid").to_owned(), self.get("version").parse().unwrap_or(1));
        let created = self.get("created").parse().unwrap_or(now);
        Ok((Conference { id, uid, version, created, details, codes: None }, codes))
    }

    /// As a JSON object.
    ///
    /// # Errors
    ///
    /// None that can happen.
    pub(in crate::directory) fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(&self.to_value()).map_err(|error| Error::Refused(error.to_string()))
    }

    pub(in crate::directory) fn from_json(text: &str) -> Result<Entry, Error> {
        let damaged = |why: String| Error::Refused(format!("what was deleted is damaged: {why}"));
        let value: Map<String, Value> = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let mut entry = Entry::default();
        for (column, value) in value {
            if KEPT.contains(&&*column) {
                entry.0.insert(column, value.as_str().unwrap_or_default().to_owned());
            } else {
                entry.set_value(&column, &value).map_err(damaged)?;
            }
        }
        Ok(entry)
    }

    /// As JSON: numbers as numbers, yes and no as such, lists as lists.
    pub(super) fn to_value(&self) -> Value {
        let mut object = Map::new();
        let mut settings = Map::new();
        for (column, text) in &self.0 {
            let value = match &**column {
                "enabled" => json!(text == "yes"),
                "duration" | "session_time" | "max_participants" => json!(text.parse::<u64>().unwrap_or_default()),
                "guests" => json!(text.split(',').collect::<Vec<_>>()),
                _ => json!(text),
            };
            match column.strip_prefix(SETTING) {
                Some(name) => settings.insert(name.to_owned(), value),
                None => object.insert(column.clone(), value),
            };
        }
        if !settings.is_empty() {
            object.insert("settings".into(), settings.into());
        }
        object.into()
    }

    /// Puts a JSON value into a column.
    pub(super) fn set_value(&mut self, column: &str, value: &Value) -> Result<(), String> {
        if let (SETTINGS, Value::Object(settings)) = (column, value) {
            return settings.iter().try_for_each(|(name, value)| self.set_value(&format!("{SETTING}{name}"), value));
        }
        let text = match value {
            Value::Null => String::new(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            Value::Array(values) => {
                let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
                texts.ok_or_else(|| "it is a list of something else than texts".to_owned())?.join(",")
            }
            Value::Object(_) => return Err("it is an object; write a text".into()),
        };
        self.set(column, text.trim())
    }
}

/// The object of settings in JSON.
const SETTINGS: &str = "settings";

/// Reads columns, and keeps what is wrong with them.
struct Reader<'a> {
    entry: &'a Entry,
    wrong: &'a mut Vec<Wrong>,
}

impl Reader<'_> {
    fn read<T>(&mut self, column: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match self.entry.get(column) {
            "" => None,
            text => read(text).map_err(|what| self.wrong.push(Wrong::new(column, what))).ok(),
        }
    }

    fn schedule(&mut self) -> Option<Schedule> {
        let entry = self.entry;
        let (start, zone, repeats) = (entry.get("start"), entry.get("zone"), entry.get("repeats"));
        if start.is_empty() {
            for column in ["zone", "duration", "repeats"].into_iter().filter(|column| !entry.get(column).is_empty()) {
                self.wrong.push(Wrong::new(column, "there is no start; write one, or leave this out"));
            }
            return None;
        }
        let had = self.wrong.len();
        for column in ["zone", "duration"].into_iter().filter(|column| entry.get(column).is_empty()) {
            self.wrong.push(Wrong::new(column, "a conference with a start needs this"));
        }
        let duration = self.read("duration", minutes);
        if self.wrong.len() > had {
            return None;
        }
        let schedule = Schedule::new(start, zone, duration.unwrap_or_default(), Some(repeats));
        schedule.map_err(|error| self.wrong.push(Wrong::new(error.part, error.what))).ok()
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match &*text.to_ascii_lowercase() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err("it is neither yes nor no".into()),
    }
}

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: u32 = text.parse().map_err(|_| "it is no number of minutes".to_owned())?;
    Ok(Duration::from_secs(u64::from(minutes) * 60))
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "it is no date with a time and an offset, such as 2026-12-31T23:00:00+01:00".to_owned())
}
