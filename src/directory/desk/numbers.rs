//! What the provider sets for all: access numbers, and settings by name.

use std::collections::BTreeMap;

use super::{Columns, Desk};
use crate::directory::Change;
use crate::directory::code::Code;
use crate::directory::error::Error;
use crate::room::RoomNumber;
use crate::text::is_line;

impl Desk<'_> {
    /// The access numbers, in order.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn access_numbers(&mut self) -> Result<Vec<RoomNumber>, Error> {
        let rows = self.store.rows("SELECT number FROM number WHERE conference IS NULL", &[])?;
        let mut numbers = Vec::with_capacity(rows.len());
        for row in &rows {
            let number = row.text(0)?.and_then(|number| RoomNumber::parse(number).ok());
            numbers.push(number.ok_or_else(|| Error::Refused("an access number is damaged".into()))?);
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Adds an access number.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the number is used for something else.
    pub fn add_access_number(&mut self, number: &RoomNumber) -> Result<(), Error> {
        if let Some(used) = self.used(number)? {
            return Err(Error::invalid("number", used));
        }
        self.run("INSERT INTO number (number, conference) VALUES ($1, NULL)", &[number.as_str().into()])?;
        self.announce(Change::Settings)
    }

    /// Takes an access number away.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if conferences are reached by it only; [`Error::Missing`] if there is none.
    pub fn remove_access_number(&mut self, number: &RoomNumber) -> Result<(), Error> {
        let row = self.row("SELECT COUNT(*) FROM conference WHERE access_number = $1", &[number.as_str().into()])?;
        let used = row.map(|row| row.integer(0)).transpose()?.flatten().unwrap_or(0);
        if used > 0 {
            let what = format!("{used} conferences are reached by it only; give them another one first");
            return Err(Error::invalid("number", what));
        }
        let sql = "DELETE FROM number WHERE number = $1 AND conference IS NULL";
        if self.run(sql, &[number.as_str().into()])? == 0 {
            return Err(Error::Missing("access number"));
        }
        self.set_setting(&dial_in_of(number), None)
    }

    /// How the whole world dials each access number, in the order of those, such as `+49 30 1234567 (Berlin)`; the number
    /// itself if nobody wrote that down.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn dial_in(&mut self) -> Result<BTreeMap<RoomNumber, String>, Error> {
        let mut texts = BTreeMap::new();
        for number in self.access_numbers()? {
            let text = self.setting(&dial_in_of(&number))?.unwrap_or_else(|| number.to_string());
            texts.insert(number, text);
        }
        Ok(texts)
    }

    /// Writes down how an access number is dialled; empty: as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it is more than a line.
    pub fn set_dial_in(&mut self, number: &RoomNumber, text: &str) -> Result<(), Error> {
        if !is_line(text, LONGEST_DIAL_IN) {
            return Err(Error::invalid("dial_in", format!("it is one line of at most {LONGEST_DIAL_IN} letters")));
        }
        self.set_setting(&dial_in_of(number), Some(text).filter(|text| !text.is_empty()))
    }

    /// A setting by its name, if it was set.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>, Error> {
        let row = self.row("SELECT value FROM setting WHERE name = $1", &[name.into()])?;
        Ok(row.map(|row| row.text(0).map(|value| value.map(str::to_owned))).transpose()?.flatten())
    }

    /// All settings whose names begin so, by their whole names.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn settings(&mut self, prefix: &str) -> Result<Vec<(String, String)>, Error> {
        let rows = self.store.rows("SELECT name, value FROM setting ORDER BY name", &[])?;
        let pair = |row| {
            let mut columns = Columns::of(row);
            Ok((columns.text()?, columns.text()?))
        };
        let mut all = rows.iter().map(pair).collect::<Result<Vec<_>, Error>>()?;
        all.retain(|(name, _)| name.starts_with(prefix));
        Ok(all)
    }

    /// Sets it, or takes it away.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn set_setting(&mut self, name: &str, value: Option<&str>) -> Result<(), Error> {
        match value {
            Some(value) => self.run(
                "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                &[name.into(), value.into()],
            )?,
            None => self.run("DELETE FROM setting WHERE name = $1", &[name.into()])?,
        };
        self.announce(Change::Settings)
    }

    /// How long codes are that are made from now on.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn code_length(&mut self) -> Result<u8, Error> {
        let set = self.setting(CODE_LENGTH)?.and_then(|length| length.parse().ok());
        Ok(set.filter(|length| Code::LENGTHS.contains(length)).unwrap_or(USUAL_CODE_LENGTH))
    }

    /// Sets it. Codes that there are stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it is none of [`Code::LENGTHS`].
    pub fn set_code_length(&mut self, length: u8) -> Result<(), Error> {
        if !Code::LENGTHS.contains(&length) {
            let (least, most) = (Code::LENGTHS.start(), Code::LENGTHS.end());
            return Err(Error::invalid("code_length", format!("codes have {least} to {most} digits")));
        }
        self.set_setting(CODE_LENGTH, Some(&length.to_string()))
    }
}

/// The name of the setting.
fn dial_in_of(number: &RoomNumber) -> String {
    format!("dial_in.{number}")
}

const CODE_LENGTH: &str = "code_length";
const LONGEST_DIAL_IN: usize = 200;

/// A guess at the two thousand codes of a thousand conferences is right once in 45,000 times.
const USUAL_CODE_LENGTH: u8 = 8;
