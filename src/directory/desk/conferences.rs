//! Conferences: made, changed, listed, deleted and had back.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{Columns, Desk, stored};
use crate::directory::Change;
use crate::directory::code::{Code, unique_name};
use crate::directory::error::Error;
use crate::directory::exchange::Entry;
use crate::directory::model::{AccountId, AccountRole, Codes, Conference, ConferenceId, Details, Kind, List, Times};
use crate::directory::schedule::Schedule;
use crate::directory::store::{Fault, Row, Value};
use crate::room::RoomNumber;

/// Which conferences are listed. What is `None` or empty leaves all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those of this account.
    pub owner: Option<AccountId>,
    /// Those in this list.
    pub list: Option<List>,
    /// Those of this kind.
    pub kind: Option<Kind>,
    /// Those with each of these words in tag, name, description, extension, e-mail address or user; capitals do not
    /// count.
    pub words: String,
}

/// A conference in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// It.
    pub conference: Conference,
    /// When it can be joined.
    pub times: Times,
}

impl Desk<'_> {
    /// Makes a conference, with new codes if its kind has codes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if something in it cannot be.
    pub fn create_conference(&mut self, details: &Details, by: AccountRole) -> Result<Conference, Error> {
        self.create_with_codes(details, None, by)
    }

    /// The same; these codes if they are given.
    pub(in crate::directory) fn create_with_codes(
        &mut self,
        details: &Details,
        codes: Option<Codes>,
        by: AccountRole,
    ) -> Result<Conference, Error> {
        self.check(details, None, by)?;
        let id = ConferenceId(self.next("conference")?);
        let conference = Conference {
            id,
            uid: unique_name()?,
            version: 1,
            created: self.now,
            details: details.clone(),
            codes: None,
        };
        self.insert(&conference)?;
        self.set_codes(conference, codes)
    }

    /// Changes the conference that was seen in this version. Codes stay; a kind without codes loses them.
    ///
    /// # Errors
    ///
    /// The same; [`Error::Changed`] if it is another version by now, [`Error::Missing`] if it is gone.
    pub fn update_conference(
        &mut self,
        id: ConferenceId,
        version: i64,
        details: &Details,
        by: AccountRole,
    ) -> Result<Conference, Error> {
        let before = self.conference(id)?;
        if before.version != version {
            return Err(Error::Changed("conference"));
        }
        self.check(details, Some(&before), by)?;
        let changed = self.run(
            "UPDATE conference SET version = version + 1, owner = $3, kind = $4, enabled = $5, tag = $6, name = $7,
             description = $8, email = $9, guests = $10, access_number = $11, start = $12, zone = $13, duration = $14,
             repeats = $15, expires = $16, session_time = $17, max_participants = $18, pin = $19, pbx_user = $20,
             name_file = $21, music_file = $22 WHERE id = $1 AND version = $2",
            &[vec![id.0.into(), version.into()], values_of(details)].concat(),
        )?;
        if changed == 0 {
            return Err(Error::Changed("conference"));
        }
        let conference = Conference { version: version + 1, details: details.clone(), ..before.clone() };
        self.insert_parts(&conference, Some(&before))?;
        if conference.codes.is_some() == details.kind.has_codes() {
            self.announce(Change::Conference(id))?;
            Ok(conference)
        } else {
            self.set_codes(conference, None)
        }
    }

    /// Gives the conference that was seen in this version two new codes; the old ones open nothing any more.
    ///
    /// # Errors
    ///
    /// [`Error::Changed`] if it is another version by now, [`Error::Missing`] if it is gone, [`Error::Invalid`] if its
    /// kind has no codes.
    pub fn renew_codes(&mut self, id: ConferenceId, version: i64) -> Result<Conference, Error> {
        let before = self.conference(id)?;
        if !before.details.kind.has_codes() {
            return Err(Error::invalid("kind", "such a conference has no codes; its callers dial its extension"));
        }
        let sql = "UPDATE conference SET version = version + 1 WHERE id = $1 AND version = $2";
        if self.run(sql, &[id.0.into(), version.into()])? == 0 {
            return Err(Error::Changed("conference"));
        }
        self.set_codes(Conference { version: version + 1, ..before }, None)
    }

    /// A conference.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if there is none.
    pub fn conference(&mut self, id: ConferenceId) -> Result<Conference, Error> {
        let row = self.row(&format!("{SELECT} WHERE conference.id = $1"), &[id.0.into()])?;
        let mut found = conference(&row.ok_or(Error::Missing("conference"))?)?;
        found.details.settings = self.settings_of(id)?;
        Ok(found)
    }

    pub(super) fn settings_of(&mut self, id: ConferenceId) -> Result<Vec<(String, String)>, Error> {
        let sql = "SELECT name, value FROM conference_setting WHERE conference = $1 ORDER BY place";
        let rows = self.store.rows(sql, &[id.0.into()])?;
        let pair = |row| {
            let mut columns = Columns::of(row);
            Ok((columns.text()?, columns.text()?))
        };
        rows.iter().map(pair).collect()
    }

    /// The conferences that the filter leaves: those that are open now first, then those that open next, then those
    /// that always are, then what is over, the latest first.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn conferences(&mut self, filter: &Filter) -> Result<Vec<Listed>, Error> {
        let words: Vec<String> = filter.words.split_whitespace().map(str::to_lowercase).collect();
        let rows = match filter.owner {
            Some(owner) => self.store.rows(&format!("{SELECT} WHERE conference.owner = $1"), &[owner.0.into()])?,
            None => self.store.rows(SELECT, &[])?,
        };
        let mut settings: HashMap<i64, Vec<(String, String)>> = HashMap::new();
        for row in
            self.store.rows("SELECT conference, name, value FROM conference_setting ORDER BY conference, place", &[])?
        {
            let mut columns = Columns::of(&row);
            settings.entry(columns.integer()?).or_default().push((columns.text()?, columns.text()?));
        }
        let mut listed = Vec::new();
        for row in &rows {
            let mut conference = match conference(row) {
                Ok(conference) => conference,
                Err(fault) => {
                    // One that is damaged shall not hide the others.
                    log::error!("a conference is left out of a list: {fault}");
                    continue;
                }
            };
            conference.details.settings = settings.remove(&conference.id.0).unwrap_or_default();
            let times = conference.times(self.now);
            let Details { kind, .. } = conference.details;
            if filter.list.is_none_or(|list| list == times.list)
                && filter.kind.is_none_or(|wanted| wanted == kind)
                && has_words(&conference, &words)
            {
                listed.push(Listed { conference, times });
            }
        }
        listed.sort_by_key(|Listed { conference, times }| {
            let opens = times.opens.map_or(0, Timestamp::as_second);
            let order = match times.list {
                List::Current => (0, opens),
                List::Future => (1, opens),
                List::Permanent => (2, 0),
                List::Past => (3, times.closes.map_or(0, |closes| -closes.as_second())),
            };
            (order, conference.id)
        });
        Ok(listed)
    }

    /// Deletes a conference: its codes and its extension are free at once. For a day it can be [had
    /// back](Self::undelete_conference).
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if there is none.
    pub fn delete_conference(&mut self, id: ConferenceId) -> Result<(), Error> {
        let conference = self.conference(id)?;
        let content = Entry::of(&conference, None).to_json()?;
        self.run("DELETE FROM deleted_conference WHERE deleted < $1", &[stored(self.now - Self::KEPT)])?;
        self.run(
            "INSERT INTO deleted_conference (id, owner, deleted, content) VALUES ($1, $2, $3, $4)",
            &[id.0.into(), conference.details.owner.0.into(), stored(self.now), content.into()],
        )?;
        self.run("DELETE FROM conference WHERE id = $1", &[id.0.into()])?;
        self.announce(Change::Conference(id))
    }

    /// Whose deleted conference this is.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if it was not deleted, or too long ago.
    pub fn deleted_owner(&mut self, id: ConferenceId) -> Result<AccountId, Error> {
        self.deleted(id).map(|(owner, _)| owner)
    }

    /// Has back a conference that was deleted, with its codes, unless something else has them by now, and as its version
    /// of then plus two: the one between is what calendars know its cancellation by. What is over by now comes back too.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if it was not deleted, or too long ago; [`Error::Invalid`] if its extension was taken.
    pub fn undelete_conference(&mut self, id: ConferenceId) -> Result<Conference, Error> {
        let (owner, entry) = self.deleted(id)?;
        let (mut conference, codes) = entry.to_conference(id, owner, self.now)?;
        conference.version += 2;
        // Whether something is over is no question for whoever takes back what he just did.
        let before =
            Conference { details: Details { extension: None, ..conference.details.clone() }, ..conference.clone() };
        self.check(&conference.details, Some(&before), AccountRole::Provider)?;
        self.insert(&conference)?;
        self.run("DELETE FROM deleted_conference WHERE id = $1", &[id.0.into()])?;
        let free = match &codes {
            Some(codes) => self.is_free(&codes.leader)? && self.is_free(&codes.participant)?,
            None => true,
        };
        self.set_codes(conference, codes.filter(|_| free))
    }

    /// How long what was deleted can be had back.
    pub const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

    fn deleted(&mut self, id: ConferenceId) -> Result<(AccountId, Entry), Error> {
        let sql = "SELECT owner, content FROM deleted_conference WHERE id = $1 AND deleted >= $2";
        let row = self
            .row(sql, &[id.0.into(), stored(self.now - Self::KEPT)])?
            .ok_or(Error::Missing("deleted conference"))?;
        let mut columns = Columns::of(&row);
        Ok((AccountId(columns.integer()?), Entry::from_json(&columns.text()?)?))
    }

    /// Writes a new one, without codes.
    fn insert(&mut self, conference: &Conference) -> Result<(), Error> {
        let Conference { id, uid, version, created, details, .. } = conference;
        let (first, last) = (vec![id.0.into(), (*version).into()], vec![uid.clone().into(), stored(*created)]);
        let values = [first, values_of(details), last].concat();
        self.run(
            "INSERT INTO conference (id, version, owner, kind, enabled, tag, name, description, email, guests,
             access_number, start, zone, duration, repeats, expires, session_time, max_participants, pin, pbx_user,
             name_file, music_file, uid, created)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24)",
            &values,
        )?;
        self.insert_parts(conference, None)
    }

    /// Writes its extension and its settings; `before` is what it was.
    fn insert_parts(&mut self, conference: &Conference, before: Option<&Conference>) -> Result<(), Error> {
        let Conference { id, details, .. } = conference;
        let had = before.map(|before| &before.details);
        if had.is_none_or(|had| had.extension != details.extension) {
            self.run("DELETE FROM number WHERE conference = $1", &[id.0.into()])?;
            if let Some(extension) = &details.extension {
                let values = [extension.as_str().into(), id.0.into()];
                self.run("INSERT INTO number (number, conference) VALUES ($1, $2)", &values)?;
            }
        }
        if had.is_none_or(|had| had.settings != details.settings) {
            self.run("DELETE FROM conference_setting WHERE conference = $1", &[id.0.into()])?;
            for (place, (name, value)) in (0i64..).zip(&details.settings) {
                self.run(
                    "INSERT INTO conference_setting (conference, place, name, value) VALUES ($1, $2, $3, $4)",
                    &[id.0.into(), place.into(), name.as_str().into(), value.as_str().into()],
                )?;
            }
        }
        Ok(())
    }

    /// Replaces its codes, by new ones if none are given, and tells that it changed.
    fn set_codes(&mut self, mut conference: Conference, codes: Option<Codes>) -> Result<Conference, Error> {
        let id = conference.id;
        self.run("DELETE FROM code WHERE conference = $1", &[id.0.into()])?;
        conference.codes = None;
        if conference.details.kind.has_codes() {
            let codes = match codes {
                Some(codes) => codes,
                None => {
                    let pin = conference.details.pin.as_ref();
                    let leader = self.new_code([pin, None])?;
                    let participant = self.new_code([pin, Some(&leader)])?;
                    Codes { leader, participant }
                }
            };
            for (role, code) in [("leader", &codes.leader), ("participant", &codes.participant)] {
                self.run(
                    "INSERT INTO code (code, conference, role) VALUES ($1, $2, $3)",
                    &[code.reveal().into(), id.0.into(), role.into()],
                )?;
            }
            conference.codes = Some(codes);
        }
        self.announce(Change::Conference(id))?;
        Ok(conference)
    }

    /// A code that opens nothing yet, and is none of these.
    fn new_code(&mut self, besides: [Option<&Code>; 2]) -> Result<Code, Error> {
        let length = self.code_length()?;
        for _ in 0..ATTEMPTS {
            let code = Code::random(length)?;
            if !besides.contains(&Some(&code)) && self.is_free(&code)? {
                return Ok(code);
            }
        }
        let what = format!("nearly all codes of {length} digits are taken; let the provider set a larger length");
        Err(Error::invalid("code_length", what))
    }

    pub(in crate::directory) fn is_free(&mut self, code: &Code) -> Result<bool, Error> {
        Ok(self.row("SELECT conference FROM code WHERE code = $1", &[code.reveal().into()])?.is_none())
    }
}

fn has_words(conference: &Conference, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let Details { tag, name, description, extension, email, pbx_user, .. } = &conference.details;
    let extension = extension.as_ref().map_or("", RoomNumber::as_str);
    let user = pbx_user.as_deref().unwrap_or_default();
    let text = [tag, name, description, extension, email, user].join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// The columns that can be changed, in the order of the statements above.
fn values_of(details: &Details) -> Vec<Value> {
    let schedule = details.schedule.as_ref();
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    vec![
        details.owner.0.into(),
        details.kind.as_str().into(),
        details.enabled.into(),
        details.tag.clone().into(),
        details.name.clone().into(),
        details.description.clone().into(),
        details.email.clone().into(),
        details.guests.join(",").into(),
        details.access_number.as_ref().map(RoomNumber::as_str).into(),
        schedule.map(|schedule| schedule.start().to_string()).into(),
        schedule.map(|schedule| schedule.zone_name().to_owned()).into(),
        schedule.map(|schedule| seconds(schedule.duration())).into(),
        schedule.and_then(Schedule::repeats).map(ToString::to_string).into(),
        details.expires.map_or(Value::Null, stored),
        details.session_time.map(seconds).into(),
        details.max_participants.into(),
        details.pin.as_ref().map(Code::reveal).into(),
        details.pbx_user.clone().into(),
        details.name_file.clone().into(),
        details.music_file.clone().into(),
    ]
}

/// What [`conference`] reads.
pub(super) const SELECT: &str = "SELECT conference.id, conference.uid, conference.version, conference.created, \
     conference.owner, conference.kind, conference.enabled, conference.tag, conference.name, conference.description, \
     conference.email, conference.guests, number.number, conference.access_number, conference.start, conference.zone, \
     conference.duration, conference.repeats, conference.expires, conference.session_time, \
     conference.max_participants, conference.pin, conference.pbx_user, conference.name_file, conference.music_file, \
     leader.code, participant.code \
     FROM conference \
     LEFT JOIN number ON number.conference = conference.id \
     LEFT JOIN code AS leader ON leader.conference = conference.id AND leader.role = 'leader' \
     LEFT JOIN code AS participant ON participant.conference = conference.id AND participant.role = 'participant'";

/// A conference without its settings.
pub(super) fn conference(row: &Row) -> Result<Conference, Fault> {
    let mut columns = Columns::of(row);
    let (id, uid) = (ConferenceId(columns.integer()?), columns.text()?);
    let (version, created) = (columns.integer()?, columns.moment()?);
    let wrong = |what: String| Fault::Wrong(format!("conference {}: {what}", id.0));
    let number = |text: String| RoomNumber::parse(&text).map_err(|error| wrong(error.to_string()));
    let code = |text: String| Code::parse(&text).map_err(wrong);
    let mut details =
        Details { kind: Kind::Meeting, enabled: false, ..Details::new(AccountId(columns.integer()?), Kind::Meeting) };
    details.kind = columns.word(&Kind::ALL)?;
    details.enabled = columns.yes()?;
    details.tag = columns.text()?;
    details.name = columns.text()?;
    details.description = columns.text()?;
    details.email = columns.text()?;
    details.guests = columns.text()?.split(',').filter(|guest| !guest.is_empty()).map(str::to_owned).collect();
    details.extension = columns.maybe_text()?.map(number).transpose()?;
    details.access_number = columns.maybe_text()?.map(number).transpose()?;
    let (start, zone, duration) = (columns.maybe_text()?, columns.maybe_text()?, columns.maybe_number()?);
    let repeats = columns.maybe_text()?;
    if let (Some(start), Some(zone), Some(duration)) = (start, zone, duration) {
        let schedule = Schedule::read(&start, &zone, Duration::from_secs(duration), repeats.as_deref());
        details.schedule = Some(schedule.map_err(|error| wrong(error.to_string()))?);
    }
    details.expires = columns.maybe_moment()?;
    details.session_time = columns.maybe_number()?.map(Duration::from_secs);
    details.max_participants = columns.maybe_number()?;
    details.pin = columns.maybe_text()?.map(code).transpose()?;
    details.pbx_user = columns.maybe_text()?;
    details.name_file = columns.maybe_text()?;
    details.music_file = columns.maybe_text()?;
    let leader = columns.maybe_text()?.map(code).transpose()?;
    let participant = columns.maybe_text()?.map(code).transpose()?;
    let codes = leader.zip(participant).map(|(leader, participant)| Codes { leader, participant });
    Ok(Conference { id, uid, version, created, details, codes })
}

/// With half of all codes taken, so many fail once in a million times.
const ATTEMPTS: usize = 20;
